"""The readable strategy: the template of a chart's Ingress, written once more as a maintainer would for HTTPRoutes.

In layers: what a place of the template means at another one (``places``, ``expressions``), which branches are dead
(``dead``), the Ingresses that the template writes (``ingress``), lines within branches (``printer``), what the helpers
are told (``inputs``), and the document itself (``route``, ``rules``, ``strategy``).
"""
