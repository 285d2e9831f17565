"""What the tables of a chart have to hold: the annotations, hosts and paths that its cases show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import permutations

import msgspec

from gatelift.annotations.nginx.host import covered
from gatelift.ingress.model import Ingress
from gatelift.ingress.read import CLASS_ANNOTATION
from gatelift.manifests.resource import Resource
from gatelift.sources.helm.offer import Part, written_class

ALWAYS = ("name/none", "name/listed", "wildcard/none", "wildcard/listed", "www/none", "www/listed")
"""The hosts that every set of annotations is asked about, whether or not a case shows them."""


TOLD = ("name/unlisted", "none/none")
"""Hosts that are often refused, and of which the reason is worth telling."""


Pairs = tuple[tuple[str, str], ...]
"""Annotations, sorted by their keys."""


class Shown(msgspec.Struct, frozen=True, order=True):
    """One host of one Ingress that a case shows: its variant (``kind/state``) and its paths, each with its type."""

    variant: str
    places: tuple[tuple[str, str], ...]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """``sets``: annotations as pairs -> what the hosts of such Ingresses look like. The empty set is always there."""

    sets: Mapping[tuple[tuple[str, str], ...], tuple[Shown, ...]]
    classes: tuple[str, ...]
    namespaced: bool
    zones: tuple[str, ...] = ()
    """The domains right above the hosts."""
    pairs: tuple[tuple[Pairs, Pairs], ...] = ()
    """The annotations of two Ingresses of one case that share a host."""


def wanted(parts: Sequence[Part]) -> Wanted:
    """What the Ingresses of all cases ask for, of those that become routes."""
    found: dict[tuple[tuple[str, str], ...], set[Shown]] = {(): set()}
    zones: set[str] = set()
    namespaced = False
    for _, ingress in converted(parts):
        key = _annotated(ingress)
        found.setdefault(key, set()).update(_shown(ingress))
        zones |= {host.partition(".")[2] for host in ingress.hosts if host and "." in host}
        namespaced = namespaced or bool(ingress.ref.namespace)
    sets = {key: tuple(sorted(shown)) for key, shown in sorted(found.items())}
    return Wanted(
        sets=sets,
        classes=_classes(parts),
        namespaced=namespaced,
        zones=tuple(sorted(zones)),
        pairs=_pairs(parts),
    )


def converted(parts: Sequence[Part]) -> Iterator[tuple[Resource, Ingress]]:
    """Every Ingress that becomes routes, as it was rendered and as it was judged."""
    for part in parts:
        for seen in part.seen:
            for rendered, change in zip(seen.ingresses, seen.changes, strict=True):
                if change is not None and change.withheld is None and not change.left:
                    yield rendered, change.ingress


def _annotated(ingress: Ingress) -> Pairs:
    return tuple(sorted(item for item in ingress.annotations.items() if item[0] != CLASS_ANNOTATION))


def _pairs(parts: Sequence[Part]) -> tuple[tuple[Pairs, Pairs], ...]:
    cases: dict[str, list[Ingress]] = {}
    for part in parts:
        for seen in part.seen:
            changes = (item for item in seen.changes if item is not None and item.withheld is None and not item.left)
            cases.setdefault(seen.case.name, []).extend(item.ingress for item in changes)
    return tuple(
        sorted(
            {
                (_annotated(one), _annotated(two))
                for ingresses in cases.values()
                for one, two in permutations(ingresses, 2)
                if set(one.hosts) & set(two.hosts)
            }
        )
    )


def _classes(parts: Sequence[Part]) -> tuple[str, ...]:
    """The classes that are served, as they are written.

    Cases that no cluster gets are judged under another class where nobody knows theirs. Such a class is one of these
    only where the cases show no other.
    """
    found = [(written_class(rendered), ingress.class_name or "") for rendered, ingress in converted(parts)]
    served = {written for written, judged in found if written in ("", judged)}
    return tuple(sorted(served if served - {""} else {written for written, _ in found}))


def _shown(ingress: Ingress) -> Iterator[Shown]:
    for host in ingress.hosts:
        rules = (rule for rule in ingress.rules if rule.host == host)
        places = tuple((path.path, str(path.path_type)) for rule in rules for path in rule.paths)
        yield Shown(f"{kind_of(host)}/{state_of(ingress, host)}", places)


def kind_of(host: str | None) -> str:
    """Which kind of host it is: ``none``, ``wildcard``, ``www`` or ``name``."""
    if not host:
        return "none"
    return "wildcard" if host.startswith("*.") else "www" if host.startswith("www.") else "name"


def state_of(ingress: Ingress, host: str | None) -> str:
    """What ``spec.tls`` says of a host, see ``STATES``."""
    if not ingress.tls or not host:
        return "none"
    listed = covered(host, {name for tls in ingress.tls for name in tls.hosts})
    return f"{'listed' if listed else 'unlisted'}{'' if any(tls.secret for tls in ingress.tls) else '-bare'}"


@cache
def _settings() -> frozenset[str]:
    """The names of ingress-nginx's annotations, whatever prefix the controller was given for them."""
    folder = files("gatelift").joinpath("annotations", "nginx")
    return frozenset(item.name.removesuffix(".py").replace("_", "-") for item in folder.iterdir())


def may_be_free(key: str) -> bool:
    """Whether an annotation is one of which any value may be known: no setting of an ingress-nginx, and no class."""
    return key != CLASS_ANNOTATION and key.rpartition("/")[2] not in _settings()
