"""What a run tells: one model (``model``), its JSON form, and two texts for people (``text``)."""
