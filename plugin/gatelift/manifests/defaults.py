"""What the API server adds to an object that leaves it out, and where (``default:`` in the CRDs' schemas).

Written by hand from https://gateway-api.sigs.k8s.io/reference/spec/ and
https://gateway.envoyproxy.io/docs/api/extension_types/, and held against the real CRDs by the tests: everything that a
model of ours can say is here; of Envoy Gateway's policies, what only people write is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.config.target import TargetSpec
from gatelift.manifests.availability import has
from gatelift.manifests.resource import escape
from gatelift.manifests.shape import (
    BACKEND,
    BACKEND_TRAFFIC_POLICY,
    CLIENT_TRAFFIC_POLICY,
    CORE,
    GATEWAY,
    GATEWAY_API,
    GRPC_ROUTE,
    HTTP_ROUTE,
    HTTP_ROUTE_FILTER,
    LISTENER_SET,
    SECURITY_POLICY,
    TLS_ROUTE,
    Kind,
)

Fields = Mapping[str, Any]

_PARENT: Fields = {"group": GATEWAY_API, "kind": "Gateway"}
_SERVICE: Fields = {"group": CORE, "kind": "Service"}
_WEIGHTED: Fields = {**_SERVICE, "weight": 1}
_SECRET: Fields = {"group": CORE, "kind": "Secret"}
_EXACT: Fields = {"type": "Exact"}
_ROOT_PATH: Fields = {"type": "PathPrefix", "value": "/"}
_EVERYTHING = [{"path": _ROOT_PATH}]
_SAME = {"from": "Same"}


def _filters(at: str) -> dict[str, Fields]:
    return {
        f"{at}/*/requestMirror/backendRef": _SERVICE,
        f"{at}/*/requestMirror/fraction": {"denominator": 100},
    }


def _http_filters(at: str) -> dict[str, Fields]:
    return {**_filters(at), f"{at}/*/requestRedirect": {"statusCode": 302}, f"{at}/*/cors": {"maxAge": 5}}


def _listeners(at: str) -> dict[str, Fields]:
    return {
        at: {"allowedRoutes": {"namespaces": _SAME}},
        f"{at}/allowedRoutes": {"namespaces": _SAME},
        f"{at}/allowedRoutes/namespaces": _SAME,
        f"{at}/allowedRoutes/kinds/*": {"group": GATEWAY_API},
        f"{at}/tls": {"mode": "Terminate"},
        f"{at}/tls/certificateRefs/*": _SECRET,
    }


_SELECTORS = "spec/rateLimit/local/rules/*/clientSelectors/*"

DEFAULTS: Mapping[Kind, Mapping[str, Fields]] = {
    HTTP_ROUTE: {
        "spec": {"rules": [{"matches": _EVERYTHING}]},
        "spec/parentRefs/*": _PARENT,
        "spec/rules/*": {"matches": _EVERYTHING},
        "spec/rules/*/matches/*": {"path": _ROOT_PATH},
        "spec/rules/*/matches/*/path": _ROOT_PATH,
        "spec/rules/*/matches/*/headers/*": _EXACT,
        "spec/rules/*/matches/*/queryParams/*": _EXACT,
        "spec/rules/*/backendRefs/*": _WEIGHTED,
        **_http_filters("spec/rules/*/filters"),
        **_http_filters("spec/rules/*/backendRefs/*/filters"),
    },
    GRPC_ROUTE: {
        "spec/parentRefs/*": _PARENT,
        "spec/rules/*/matches/*/headers/*": _EXACT,
        "spec/rules/*/matches/*/method": _EXACT,
        "spec/rules/*/backendRefs/*": _WEIGHTED,
        **_filters("spec/rules/*/filters"),
        **_filters("spec/rules/*/backendRefs/*/filters"),
    },
    TLS_ROUTE: {"spec/parentRefs/*": _PARENT, "spec/rules/*/backendRefs/*": _WEIGHTED},
    GATEWAY: {
        "spec/addresses/*": {"type": "IPAddress"},
        "spec/allowedListeners": {"namespaces": {"from": "None"}},
        "spec/allowedListeners/namespaces": {"from": "None"},
        **_listeners("spec/listeners/*"),
        "spec/tls/backend/clientCertificateRef": _SECRET,
        "spec/tls/frontend/default/validation": {"mode": "AllowValidOnly"},
        "spec/tls/frontend/perPort/*/tls/validation": {"mode": "AllowValidOnly"},
    },
    LISTENER_SET: {"spec/parentRef": _PARENT, **_listeners("spec/listeners/*")},
    BACKEND: {
        "spec": {"type": "Endpoints"},
        "spec/tls": {"insecureSkipVerify": False},
        "spec/tls/clientCertificateRef": _SECRET,
    },
    BACKEND_TRAFFIC_POLICY: {
        "spec/loadBalancer/consistentHash": {"tableSize": 65537},
        "spec/retry": {"numRetries": 2},
        f"{_SELECTORS}/headers/*": {**_EXACT, "invert": False},
        f"{_SELECTORS}/queryParams/*": {**_EXACT, "invert": False},
        f"{_SELECTORS}/methods/*": {"invert": False},
        f"{_SELECTORS}/path": {**_ROOT_PATH, "invert": False},
        f"{_SELECTORS}/sourceCIDR": {**_EXACT, "invert": False},
        "spec/responseOverride/*/match/statusCodes/*": {"type": "Value"},
        "spec/responseOverride/*/redirect": {"statusCode": 302},
        "spec/responseOverride/*/response/body": {"type": "Inline"},
    },
    CLIENT_TRAFFIC_POLICY: {
        "spec/tls/clientValidation/caCertificateRefs/*": _SECRET,
        "spec/tls/clientValidation/crl/refs/*": _SECRET,
    },
    HTTP_ROUTE_FILTER: {
        "spec/directResponse/body": {"type": "Inline"},
        "spec/matches/*/cookies/*": _EXACT,
    },
    SECURITY_POLICY: {
        "spec/basicAuth/users": _SECRET,
        "spec/extAuth": {"failOpen": False},
        "spec/extAuth/http/backendRef": _SERVICE,
        "spec/extAuth/http/backendRefs/*": _WEIGHTED,
    },
}
"""Kind -> path of a mapping (``*`` for every item of a list) -> the fields that it gets where it leaves them out.

A mapping that is not there gets nothing, unless its own parent's entry says so: the API server fills in top down."""


class _Branch(msgspec.Struct):
    """The table as a tree, so that an object is walked once."""

    fields: Fields = {}
    below: dict[str, _Branch] = {}


def _tree(table: Mapping[str, Fields]) -> _Branch:
    root = _Branch()
    for path, fields in table.items():
        branch = root
        for token in path.split("/"):
            branch = branch.below.setdefault(token, _Branch())
        branch.fields = fields
    return root


_TREES = {(kind.group, kind.kind): (kind, _tree(table)) for kind, table in DEFAULTS.items()}


def filled(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """``manifest`` as the API server stores it; the very same object where nothing is missing."""
    found = _tree_of(manifest)
    return _filled(manifest, found[1]) if found else manifest


def left_out(manifest: Mapping[str, Any], target: TargetSpec | None = None) -> Iterator[tuple[str, Any]]:
    """(JSON pointer, value) of everything that the API server of ``target`` would add, in document order.

    A field that its release lacks gets no default there. ``None`` is a server that has every field.
    """
    found = _tree_of(manifest)
    if found:
        kind, tree = found
        for pointer, path, value in _left_out(manifest, tree, "", ""):
            if target is None or has(kind, path, target):
                yield pointer, value


def _tree_of(manifest: Mapping[str, Any]) -> tuple[Kind, _Branch] | None:
    group, slash, _ = str(manifest.get("apiVersion")).partition("/")
    return _TREES.get((group if slash else CORE, str(manifest.get("kind"))))


def _missing(value: Mapping[str, Any], branch: _Branch) -> dict[str, Any]:
    # The API server takes null for "left out" wherever there is a default
    # (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting).
    return {name: default for name, default in branch.fields.items() if value.get(name) is None}


def _filled(value: Any, branch: _Branch) -> Any:
    if isinstance(value, list | tuple):
        item = branch.below.get("*")
        if item is None:
            return value
        items = [_filled(one, item) for one in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if not isinstance(value, Mapping):
        return value
    missing = _missing(value, branch)
    whole = {**value, **missing} if missing else value
    changed = {name: _filled(whole[name], below) for name, below in branch.below.items() if name in whole}
    changed = {name: new for name, new in changed.items() if new is not whole[name]}
    return {**whole, **changed} if changed else whole


def _left_out(value: Any, branch: _Branch, pointer: str, path: str) -> Iterator[tuple[str, str, Any]]:
    """(pointer, the same as a path of ``DEFAULTS``, value)."""
    if isinstance(value, list | tuple):
        item = branch.below.get("*")
        for index, one in enumerate(value if item else ()):
            yield from _left_out(one, item or branch, f"{pointer}/{index}", f"{path}*/")
    elif isinstance(value, Mapping):
        for name, default in _missing(value, branch).items():
            yield f"{pointer}/{escape(name)}", f"{path}{name}", default
        for name, below in branch.below.items():
            if value.get(name) is not None:
                yield from _left_out(value[name], below, f"{pointer}/{escape(name)}", f"{path}{name}/")
