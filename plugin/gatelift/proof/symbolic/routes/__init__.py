"""The side of Gateway API: which rules answer a host, in which order, and what they reply.

Written from the specification, and from what Envoy Gateway's translator makes of routes and policies. It shares no
belief with what converts (import-linter holds that).
"""

from gatelift.proof.symbolic.routes.world import world

__all__ = ["world"]
