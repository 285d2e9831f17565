"""The objects before, as a judge reads them: in today's API version, without what a replay must not run into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.traffic.fields import NGINX, at, name
from gatelift.traffic.model import Manifest
from gatelift.traffic.nginx.versions import current

_LIMITS = frozenset(
    f"{NGINX}{key}" for key in ("limit-rps", "limit-rpm", "limit-connections", "limit-rate", "limit-rate-after")
)


MOST_BYTES = 3 << 20
"""The API server reads no longer request (``MaxRequestBodyBytes`` of k8s.io/apiserver)."""
_READ = ("networking.k8s.io", "gateway.", "extensions")


def storable(objects: Iterable[Manifest]) -> None:
    """Raises ``EnvironmentProblem`` for an object that routes and is larger than any cluster takes, or holds no text.

    What a proxy makes of ten megabytes in one path says nothing of a cluster, and takes minutes.
    """
    for item in objects:
        if not str(item.get("apiVersion", "")).startswith(_READ):
            continue
        try:
            size = len(msgspec.json.encode(item, enc_hook=str))
        except (UnicodeEncodeError, RecursionError):
            size = 0
        if 0 < size <= MOST_BYTES:
            continue
        known = f"is {size / (1 << 20):.1f} MB large, and no cluster takes more than {MOST_BYTES >> 20}"
        message = f"{item.get('kind')} {name(item)} {known if size else 'holds what is no text (half of a character)'}"
        fix = "mend it, or replay without it: gatelift replay with a PATH that does not hold it"
        raise EnvironmentProblem(Finding("environment/replay", Severity.ERROR, f"{message}: nothing is replayed", fix))


def readable(objects: Iterable[Manifest]) -> tuple[tuple[Manifest, ...], tuple[str, ...]]:
    """``objects`` as a judge can serve them, and the Ingresses (``namespace/name``) of which that leaves something out.

    Ingresses of API versions that clusters no longer serve are written in ``networking.k8s.io/v1``. Limits of rates
    and connections go: a replay sends hundreds of requests from one address, and would only meet the limits.
    """
    made: list[Manifest] = []
    limited = []
    for item in objects:
        if item.get("kind") != "Ingress":
            made.append(item)
            continue
        today = current(item)
        free = _unlimited(today)
        if free is not today:
            limited.append(name(item))
        made.append(free)
    return tuple(made), tuple(limited)


def told(limited: Sequence[str]) -> Iterable[str]:
    """What ``readable`` left out, for people."""
    if limited:
        yield f"limits of requests and connections are not replayed: Ingress {', '.join(limited)}"


def _unlimited(ingress: Manifest) -> Manifest:
    annotations = at(ingress, "metadata", "annotations")
    if not isinstance(annotations, Mapping) or _LIMITS.isdisjoint(annotations):
        return ingress
    kept = {key: value for key, value in annotations.items() if key not in _LIMITS}
    return {**ingress, "metadata": {**(at(ingress, "metadata") or {}), "annotations": kept}}
