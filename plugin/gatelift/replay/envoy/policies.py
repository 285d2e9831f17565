"""What a SecurityPolicy or BackendTrafficPolicy adds to the routes that it targets, as Envoy has it for a route.

Only where one object alone says it: a policy on a Gateway, several on one route, or anything that this configuration
has no words for stays ``not replayed`` (T39).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.replay.envoy import access
from gatelift.traffic.credentials import password_file
from gatelift.traffic.fields import at, group, items, maps, name, namespace, of_kind, text
from gatelift.traffic.model import Manifest

Json = dict[str, Any]
_KINDS = ("SecurityPolicy", "BackendTrafficPolicy")
_Target = tuple[str, str, str]
"""kind of the policy, namespace/name of the route, name of the rule; empty: all rules"""


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
    """``by_target``: what decides there. ``alone``: the policies that say all of it, as (kind, namespace/name).

    ``told``: whether headers tell the client's address; a replay tells it as a load balancer does.
    """

    by_target: Mapping[_Target, Manifest]
    alone: frozenset[tuple[str, str]]
    told: bool = False

    @classmethod
    def of(cls, objects: Sequence[Manifest]) -> Policies:
        """The policies among ``objects``."""
        ours = [item for item in of_kind(objects, *_KINDS) if group(item) == ENVOY_GATEWAY]
        targets: dict[_Target, list[Manifest]] = {}
        apart = {text(item.get("kind")) for item in ours if not _on_routes(item)}
        for item in ours:
            for target in _targets(item):
                targets.setdefault(target, []).append(item)
        merged = {
            target for target in targets if len(targets[target]) > 1 or (target[2] and (*target[:2], "") in targets)
        }
        doubtful = {_key(item) for target in merged for item in _around(target, targets)}
        alone = {_key(item) for item in ours if item.get("kind") not in apart} - doubtful
        told = any(at(item, "spec", "clientIPDetection") for item in of_kind(objects, "ClientTrafficPolicy"))
        by_target = {target: found[0] for target, found in targets.items() if _key(found[0]) in alone}
        return cls(by_target, frozenset(alone), told)

    def knows(self, kind: str, field: str, policy: Mapping[str, Any]) -> bool:
        """Whether a field of a policy is expressed here."""
        there = _FIELDS.get((kind, field))
        said = at(policy, "spec", field)
        return (
            there is not None
            and not (self.told and field == "authorization")
            and (kind, name(policy)) in self.alone
            and isinstance(said, Mapping)
            and there.made(said) is not None
        )

    def configured(self, route: Manifest, rule: Mapping[str, Any]) -> Json:
        """``typed_per_filter_config`` of a rule: the CORS of its filters, and what policies say."""
        made: Json = {}
        for item in maps(rule.get("filters")):
            said = item.get("cors")
            if item.get("type") == "CORS" and isinstance(said, Mapping):
                made |= _per_route(_FIELDS["SecurityPolicy", "cors"], said)
        for kind in _KINDS:
            for section in ("", text(rule.get("name"))):
                policy = self.by_target.get((kind, name(route), section))
                for (of, field), there in _FIELDS.items():
                    if policy is not None and of == kind and self.knows(kind, field, policy):
                        made |= _per_route(there, at(policy, "spec", field))
        return made


def _per_route(field: _Field, said: Mapping[str, Any]) -> Json:
    made = field.made(said)
    return {} if made is None else {f"{_FILTER}{field.filter}": {"@type": f"{_TYPE}{field.type}", **made}}


def _key(policy: Manifest) -> tuple[str, str]:
    return text(policy.get("kind")), name(policy)


def _refs(policy: Manifest) -> tuple[Mapping[str, Any], ...]:
    return (*maps(at(policy, "spec", "targetRefs")), *maps([at(policy, "spec", "targetRef")]))


def _on_routes(policy: Manifest) -> bool:
    """Whether a policy names HTTPRoutes and nothing else."""
    refs = _refs(policy)
    chosen = items(at(policy, "spec", "targetSelectors"))
    return bool(refs) and not chosen and all(ref.get("kind") == "HTTPRoute" for ref in refs)


def _targets(policy: Manifest) -> Iterator[_Target]:
    for ref in _refs(policy):
        if ref.get("kind") == "HTTPRoute":
            full = f"{namespace(policy)}/{text(ref.get('name'))}"
            yield text(policy.get("kind")), full, text(ref.get("sectionName"))


def _around(target: _Target, targets: Mapping[_Target, Sequence[Manifest]]) -> Iterator[Manifest]:
    """The policies of a kind on a route and all its rules."""
    for other, found in targets.items():
        if other[:2] == target[:2]:
            yield from found
