"""How Envoy reads paths and names of headers: Envoy Gateway's defaults, or what a ClientTrafficPolicy says.

internal/xds/translator/listener.go. One policy that targets nothing but Gateways is followed; of several none is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.traffic.fields import at, group, maps, of_kind, text
from gatelift.traffic.model import Manifest

Json = dict[str, Any]
KIND = "ClientTrafficPolicy"
_SLASHES = {
    "KeepUnchanged": "KEEP_UNCHANGED",
    "RejectRequest": "REJECT_REQUEST",
    "UnescapeAndForward": "UNESCAPE_AND_FORWARD",
    "UnescapeAndRedirect": "UNESCAPE_AND_REDIRECT",
}
_UNDERSCORES = {"Allow": "ALLOW", "RejectRequest": "REJECT_REQUEST", "DropHeader": "DROP_HEADER"}


def reading(objects: Sequence[Manifest]) -> Json:
    """Fields of Envoy's HttpConnectionManager."""
    spec = at(followed(objects), "spec") or {}
    underscores = text(at(spec, "headers", "withUnderscoresAction"))
    return {
        "normalize_path": True,
        "merge_slashes": not at(spec, "path", "disableMergeSlashes"),
        "path_with_escaped_slashes_action": _SLASHES.get(
            text(at(spec, "path", "escapedSlashesAction")), "UNESCAPE_AND_REDIRECT"
        ),
        "common_http_protocol_options": {
            "headers_with_underscores_action": _UNDERSCORES.get(underscores, "REJECT_REQUEST")
        },
    }


def followed(objects: Sequence[Manifest]) -> Mapping[str, Any] | None:
    """The ClientTrafficPolicy that counts for every listener."""
    found = [item for item in of_kind(objects, KIND) if group(item) == ENVOY_GATEWAY]
    gateways = len(of_kind(objects, "Gateway"))
    if len(found) != 1 or gateways > 1:
        return None
    refs = (*maps(at(found[0], "spec", "targetRefs")), *maps([at(found[0], "spec", "targetRef")]))
    whole = all(ref.get("kind") == "Gateway" and not ref.get("sectionName") for ref in refs)
    return found[0] if refs and whole else None
