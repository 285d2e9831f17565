"""What a SecurityPolicy or BackendTrafficPolicy adds to the routes that it targets, as Envoy has it for a route.

Only where one object alone says it: a policy on a Gateway, several on one route, or anything that this configuration
has no words for stays ``not replayed`` (T39).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.replay.envoy import access
from gatelift.traffic.credentials import password_file
from gatelift.traffic.fields import at, maps, name
from gatelift.traffic.gateway.targets import KINDS, Targets
from gatelift.traffic.model import Manifest

Json = dict[str, Any]


def _basic(said: Mapping[str, Any]) -> Json:
    return {"users": {"inline_string": password_file()}}


class _Field(msgspec.Struct, frozen=True):
    """A field of a policy: the filter that does it, the type of its configuration, and that; ``None``: no words."""

    filter: str
    type: str
    made: Callable[[Mapping[str, Any]], Json | None]


_FIELDS: Mapping[tuple[str, str], _Field] = {
    ("SecurityPolicy", "cors"): _Field("cors", "cors.v3.CorsPolicy", access.cors),
    ("SecurityPolicy", "basicAuth"): _Field("basic_auth", "basic_auth.v3.BasicAuthPerRoute", _basic),
    ("SecurityPolicy", "authorization"): _Field("rbac", "rbac.v3.RBACPerRoute", access.authorization),
    ("BackendTrafficPolicy", "requestBuffer"): _Field("buffer", "buffer.v3.BufferPerRoute", access.buffer),
}
_FILTER = "envoy.filters.http."
_TYPE = "type.googleapis.com/envoy.extensions.filters.http."


class Policies(msgspec.Struct, frozen=True):
    """What decides for a route. Of headers that tell a client's address nothing is known: a replay tells it as a load
    balancer does."""

    targets: Targets

    @classmethod
    def of(cls, objects: Sequence[Manifest]) -> Policies:
        """The policies among ``objects``."""
        return cls(Targets.of(objects))

    def knows(self, kind: str, field: str, policy: Mapping[str, Any]) -> bool:
        """Whether a field of a policy is expressed here."""
        there = _FIELDS.get((kind, field))
        said = at(policy, "spec", field)
        return (
            there is not None
            and not (self.targets.told and field == "authorization")
            and (kind, name(policy)) in self.targets.alone
            and isinstance(said, Mapping)
            and there.made(said) is not None
        )

    def configured(self, route: Manifest, rule: Mapping[str, Any]) -> Json:
        """``typed_per_filter_config`` of a rule: what policies say, and before these the CORS of its filters."""
        made: Json = {}
        for kind in KINDS:
            for policy in self.targets.on(kind, route, rule):
                for (of, field), there in _FIELDS.items():
                    if of == kind and self.knows(kind, field, policy):
                        made |= _per_route(there, at(policy, "spec", field))
        for item in maps(rule.get("filters")):
            said = item.get("cors")
            if item.get("type") == "CORS" and isinstance(said, Mapping):
                made |= _per_route(_FIELDS["SecurityPolicy", "cors"], said)
        return made


def _per_route(field: _Field, said: Mapping[str, Any]) -> Json:
    made = field.made(said)
    return {} if made is None else {f"{_FILTER}{field.filter}": {"@type": f"{_TYPE}{field.type}", **made}}
