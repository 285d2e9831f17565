"""What the API server demands of ``metadata``, which no CRD says.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and .../labels/ and .../annotations/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crds.structural import re2

_KNOWN = {"name", "namespace", "labels", "annotations"}
_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = re2.compile(rf"^{_LABEL}(\.{_LABEL})*$")
_NAMESPACE = re2.compile(rf"^{_LABEL}$")
_QUALIFIED = re2.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$")


def metadata_violations(metadata: dict[str, Any]) -> Iterator[str]:
    for key in metadata.keys() - _KNOWN:
        yield f"/metadata/{key}: not written by people"
    name = metadata.get("name", "")
    if len(name) > 253 or not _SUBDOMAIN.search(name):
        yield f"/metadata/name: {name!r} is no RFC 1123 subdomain"
    if "namespace" in metadata and (len(metadata["namespace"]) > 63 or not _NAMESPACE.search(metadata["namespace"])):
        yield f"/metadata/namespace: {metadata['namespace']!r} is no RFC 1123 label"
    for key, value in metadata.get("labels", {}).items():
        if not _is_key(key):
            yield f"/metadata/labels: key {key!r}"
        if value and not _is_name(value):
            yield f"/metadata/labels: value {value!r}"
    size = 0
    for key, value in metadata.get("annotations", {}).items():
        size += len(key.encode()) + len(value.encode())
        if not _is_key(key.lower()):
            yield f"/metadata/annotations: key {key!r}"
    if size > 262144:
        yield "/metadata/annotations: too long"


def _is_name(text: str) -> bool:
    return len(text) <= 63 and bool(_QUALIFIED.search(text))


def _is_key(key: str) -> bool:
    parts = key.split("/")
    if len(parts) == 1:
        return _is_name(key)
    prefix, name = parts[0], parts[-1]
    return len(parts) == 2 and len(prefix) <= 253 and bool(_SUBDOMAIN.search(prefix)) and _is_name(name)
