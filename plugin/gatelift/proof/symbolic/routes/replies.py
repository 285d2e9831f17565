"""What a rule of an HTTPRoute replies: buildXdsRoute in Envoy Gateway's internal/xds/translator/route.go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gatelift.manifests.shape import BACKEND
from gatelift.proof.symbolic.model import NOWHERE, Headers, Reply, Rewrite, Undecided
from gatelift.proof.symbolic.routes import access
from gatelift.proof.symbolic.routes.headers import disjoint, filters_of, joined, to_backend, to_client
from gatelift.proof.symbolic.routes.matches import path_of
from gatelift.proof.symbolic.routes.rewrites import forwarded, location
from gatelift.traffic.fields import at, mapping_at, maps, namespace, text
from gatelift.traffic.gateway.backends import Backends
from gatelift.traffic.gateway.referred import Referred
from gatelift.traffic.gateway.targets import Targets
from gatelift.traffic.model import Manifest

_BROKEN = 500
_OK = 200
_CODES = (301, 302, 303, 307, 308)
_FOUND = 302


class Refers(msgspec.Struct, frozen=True):
    """What rules refer to, what policies say of them, and whether Envoy Gateway serves them."""

    objects: Referred
    backends: Backends
    targets: Targets
    envoy_gateway: bool

    @classmethod
    def of(cls, objects: Sequence[Manifest], *, envoy_gateway: bool) -> Refers:
        """What is among ``objects``."""
        return cls(Referred.of(objects), Backends.of(objects), Targets.of(objects), envoy_gateway)


def reply(route: Manifest, rule: Mapping[str, Any], match: Mapping[str, Any], refers: Refers) -> Reply:
    """What comes of a request that a match of a rule takes. Raises ``Undecided``."""
    extensions = refers.objects.extensions(route, rule)
    if extensions is None:
        # A filter that is not there: nothing of the rule is let through.
        made = Reply(status=_BROKEN, to_client=to_client(filters_of(rule)))
    else:
        made = _answered(rule, match, extensions, refers) or _sent(route, rule, match, extensions, refers)
    return replace(made, gates=access.gates_of(refers.targets, refers.backends, route, rule), gates_first=True)


def _answered(
    rule: Mapping[str, Any], match: Mapping[str, Any], extensions: Sequence[Mapping[str, Any]], refers: Refers
) -> Reply | None:
    """What a rule answers by itself. Envoy's filter for other origins passes over such rules."""
    filters = filters_of(rule)
    direct = next((each for item in extensions if (each := at(item, "directResponse")) is not None), None)
    if direct is not None:
        status = at(direct, "statusCode")
        return Reply(status=status if isinstance(status, int) else _OK, to_client=to_client(filters))
    if "RequestRedirect" not in filters:
        return None
    said = mapping_at(filters["RequestRedirect"], "requestRedirect")
    code = said.get("statusCode")
    return Reply(
        status=code if isinstance(code, int) and code in _CODES else _FOUND,
        location=location(said, path_of(match), _own(match), exact=refers.envoy_gateway),
        to_client=to_client(filters),
    )


def _sent(
    route: Manifest,
    rule: Mapping[str, Any],
    match: Mapping[str, Any],
    extensions: Sequence[Mapping[str, Any]],
    refers: Refers,
) -> Reply:
    filters = filters_of(rule)
    if broken(route, rule, refers):
        return Reply(status=_BROKEN, to_client=to_client(filters))
    said = at(filters.get("URLRewrite"), "urlRewrite")
    own, theirs = headers_of_backends(rule)
    return Reply(
        backends=tuple(_backends(route, rule, refers).items()),
        rewrite=_rewritten([said, *(at(item, "urlRewrite") for item in extensions)], match, refers),
        host=text(at(said, "hostname")),
        to_backend=joined(own, to_backend(filters)),
        to_client=joined(theirs, to_client(filters)),
        cors=access.cors_of(refers.targets, route, rule),
    )


def _own(match: Mapping[str, Any]) -> str:
    return text(at(match, "path", "value")) or "/"


def _rewritten(said: Sequence[object], match: Mapping[str, Any], refers: Refers) -> Rewrite:
    paths = [path for item in said if (path := at(item, "path")) is not None]
    if len(paths) > 1:
        raise Undecided("two filters that rewrite one path")
    if not paths:
        return Rewrite()
    return forwarded(paths[0], path_of(match), _own(match), exact=refers.envoy_gateway)


def _backends(route: Manifest, rule: Mapping[str, Any], refers: Refers) -> dict[str, int]:
    found: dict[str, int] = {}
    for ref, weight in weighted(rule):
        called = _backend(route, ref, refers)
        found[called] = found.get(called, 0) + weight
    return found


def broken(route: Manifest, rule: Mapping[str, Any], refers: Refers) -> bool:
    """Whether a rule that forwards has nobody to forward to."""
    return all(name == NOWHERE for name in _backends(route, rule, refers))


def weighted(rule: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], int]]:
    """The backendRefs of a rule with a share of requests."""
    refs = ((ref, ref.get("weight", 1)) for ref in maps(rule.get("backendRefs")))
    shares = ((ref, weight if isinstance(weight, int) else 1) for ref, weight in refs)
    return [(ref, weight) for ref, weight in shares if weight > 0]


def _backend(route: Manifest, ref: Mapping[str, Any], refers: Refers) -> str:
    where = namespace(route)
    if ref.get("kind") == BACKEND.kind:
        # Which Service a Backend stands for is no matter of grants.
        service = refers.backends.service(where, ref)
        space = text(service.get("namespace")) or where
        return f"{space}/{service['name']}:{service['port']}" if refers.objects.allows(where, ref) else NOWHERE
    return (refers.objects.backend(where, ref) if isinstance(ref.get("port"), int) else "") or NOWHERE


def headers_of_backends(rule: Mapping[str, Any]) -> tuple[Headers, Headers]:
    """What the filters of all backends of a rule say: to the backend, and to the client; nothing where they differ."""
    all_same = same_headers(rule)
    first = filters_of(weighted(rule)[0][0]) if all_same and weighted(rule) else {}
    return to_backend(first), to_client(first)


def same_headers(rule: Mapping[str, Any]) -> bool:
    """Whether the filters of all backends of a rule say the same, and nothing that the rule says too."""
    own = filters_of(rule)
    found = {(to_backend(filters_of(ref)), to_client(filters_of(ref))) for ref, _ in weighted(rule)}
    return len(found) <= 1 and all(
        disjoint([one, to_backend(own)]) and disjoint([other, to_client(own)]) for one, other in found
    )
