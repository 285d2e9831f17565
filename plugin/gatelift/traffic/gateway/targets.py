"""Which SecurityPolicy or BackendTrafficPolicy decides for a route, where one object alone says it (T39)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.traffic.fields import at, group, items, maps, name, namespace, of_kind, text
from gatelift.traffic.model import Manifest

KINDS = ("SecurityPolicy", "BackendTrafficPolicy")
Target = tuple[str, str, str]
"""kind of the policy, namespace/name of the route, name of the rule; empty: all rules"""


class Targets(msgspec.Struct, frozen=True):
    """``by_target``: what decides there. ``alone``: the policies that say all of it, as (kind, namespace/name).

    ``told``: whether headers tell the client's address.
    """

    by_target: Mapping[Target, Manifest]
    alone: frozenset[tuple[str, str]]
    told: bool = False

    @classmethod
    def of(cls, objects: Sequence[Manifest]) -> Targets:
        """Those of the policies among ``objects``."""
        ours = [item for item in of_kind(objects, *KINDS) if group(item) == ENVOY_GATEWAY]
        targets: dict[Target, list[Manifest]] = {}
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

    def on(self, kind: str, route: Manifest, rule: Mapping[str, Any]) -> Iterator[Manifest]:
        """The policies of a kind that decide for a rule."""
        for section in dict.fromkeys(("", text(rule.get("name")))):
            policy = self.by_target.get((kind, name(route), section))
            if policy is not None:
                yield policy


def _key(policy: Manifest) -> tuple[str, str]:
    return text(policy.get("kind")), name(policy)


def _refs(policy: Manifest) -> tuple[Mapping[str, Any], ...]:
    return (*maps(at(policy, "spec", "targetRefs")), *maps([at(policy, "spec", "targetRef")]))


def _on_routes(policy: Manifest) -> bool:
    """Whether a policy names HTTPRoutes and nothing else."""
    refs = _refs(policy)
    chosen = items(at(policy, "spec", "targetSelectors"))
    return bool(refs) and not chosen and all(ref.get("kind") == "HTTPRoute" for ref in refs)


def _targets(policy: Manifest) -> Iterator[Target]:
    for ref in _refs(policy):
        if ref.get("kind") == "HTTPRoute":
            full = f"{namespace(policy)}/{text(ref.get('name'))}"
            yield text(policy.get("kind")), full, text(ref.get("sectionName"))


def _around(target: Target, targets: Mapping[Target, Sequence[Manifest]]) -> Iterator[Manifest]:
    """The policies of a kind on a route and all its rules."""
    for other, found in targets.items():
        if other[:2] == target[:2]:
            yield from found
