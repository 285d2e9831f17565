"""Charts in a plan: their cases rendered and judged, their templates rewritten by the first strategy that is proved."""
