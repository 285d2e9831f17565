"""Strategy 1: a chart that has a template for routes gets the values that make it write them.

Which values these are is read from the template itself (``reading``, ``fit``): each field of a route that is wanted is
held against what the template writes there, and where an action names a place of the values, that place gets it. No
chart is known by its name. What a template computes is taken as right: every offer is proved by rendering it.
"""

from gatelift.sources.helm.own.strategy import own

__all__ = ["own"]
