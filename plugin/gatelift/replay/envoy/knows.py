"""What the configuration of Envoy here expresses of Envoy Gateway's own kinds: all else stays ``not replayed``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatelift.manifests.shape import HTTP_ROUTE_FILTER
from gatelift.replay.envoy.clients import KIND, followed
from gatelift.replay.envoy.policies import Policies
from gatelift.traffic.fields import at, text
from gatelift.traffic.gateway.expressions import compiles
from gatelift.traffic.gateway.undecided import Knows
from gatelift.traffic.model import Manifest

_HOSTNAMES = ("Header",)
"""How ``urlRewrite.hostname`` may be found: the name of a Service is that of an address on loopback here."""


def known(objects: Sequence[Manifest]) -> Knows:
    """Whether Envoy does here what Envoy Gateway would have it do with ``objects``."""
    policies = Policies.of(objects)

    def knows(kind: str, field: str, content: Mapping[str, Any]) -> bool:
        test = _FIELDS.get((kind, field))
        if test is not None:
            return test(at(content, "spec") or {})
        if (kind, field) == (KIND, "path"):
            return content is followed(objects)
        return policies.knows(kind, field, content)

    return knows


def _answer(spec: Mapping[str, Any]) -> bool:
    return isinstance(at(spec, "directResponse", "statusCode"), int)


def _path(spec: Mapping[str, Any]) -> bool:
    said = at(spec, "urlRewrite", "path")
    regex = at(said, "replaceRegexMatch")
    return at(said, "type") == "ReplaceRegexMatch" and compiles(text(at(regex, "pattern")))


def _hostname(spec: Mapping[str, Any]) -> bool:
    return at(spec, "urlRewrite", "hostname", "type") in _HOSTNAMES


_FIELDS: Mapping[tuple[str, str], Callable[[Mapping[str, Any]], bool]] = {
    ("HTTPRoute", "rules.name"): lambda _: True,
    (HTTP_ROUTE_FILTER.kind, "directResponse"): _answer,
    (HTTP_ROUTE_FILTER.kind, "urlRewrite.path"): _path,
    (HTTP_ROUTE_FILTER.kind, "urlRewrite.hostname"): _hostname,
}
