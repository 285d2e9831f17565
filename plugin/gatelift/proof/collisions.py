"""Does any name stand for two objects, within one root or between the roots that meet in one cluster?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatelift.manifests.shape import ObjectKey
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import canonical, plain_key, without_build_metadata
from gatelift.proof.written import Application, Clash, evidences, written

_Rendered = dict[ObjectKey, list[tuple[str, bytes]]]


def collisions(scope: str, applications: Sequence[Application]) -> tuple[Evidence, ...]:
    """Whether every object that is new or changed has its name to itself in ``scope``.

    Two roots may render the very same object. Objects without a namespace are compared between two roots only where
    these had no object of one name and no namespace before: where they had, they are deployed to different namespaces.
    """
    made = {(application.root, key) for application in applications for key, _ in _written(application)}
    rendered = _rendered(applications)
    apart = _apart(applications)
    clashes = (clash for key in sorted({key for _, key in made}) for clash in _clash(key, rendered[key], made, apart))
    holding = f"{len(made)} written objects have their names to themselves in {len(applications)} roots"
    return evidences(Proof.COLLISIONS, scope, clashes, holding)


def _written(application: Application) -> Iterator[tuple[ObjectKey, object]]:
    yield from written(application.before, application.after)


def _rendered(applications: Sequence[Application]) -> _Rendered:
    found: _Rendered = {}
    for application in applications:
        for item in application.after:
            value = canonical(without_build_metadata(item))
            found.setdefault(plain_key(item), []).append((application.root, value))
    return found


def _apart(applications: Sequence[Application]) -> frozenset[tuple[str, str]]:
    """The pairs of roots that are deployed to different namespaces, because they shared a name without one before."""
    holders: dict[ObjectKey, list[str]] = {}
    for application in applications:
        for key in {plain_key(item) for item in application.before}:
            if not key.namespace and key.kind == "Ingress":
                holders.setdefault(key, []).append(application.root)
    return frozenset((one, other) for roots in holders.values() for one in roots for other in roots if one != other)


def _clash(
    key: ObjectKey, found: list[tuple[str, bytes]], made: set[tuple[str, ObjectKey]], apart: frozenset[tuple[str, str]]
) -> Iterator[Clash]:
    for index, (root, value) in enumerate(found):
        for other, content in found[:index]:
            roots = tuple(sorted({each for each in (root, other) if (each, key) in made}))
            if not roots:
                continue
            if root == other:
                yield Clash(f"{key} is rendered twice by {root}, and the second would replace the first", roots)
            elif value != content and (key.namespace or (root, other) not in apart):
                text = (
                    f"{key} is rendered by {other} and, with another content, by {root}: in one cluster, each would "
                    "replace the other's. If they are deployed to different clusters, say so under 'scopes:'"
                )
                yield Clash(text, roots)
