"""Routes of somebody else's that answer what an Ingress does: told by name; where it can be, that Ingress alone stays.

An Ingress that stays in this way is one that nobody can judge, as those of a root that is withdrawn: whatever else
would catch what it serves is withheld with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from gatelift.expected.expected import Change
from gatelift.gateway.normal import key_of
from gatelift.ingress.model import IngressRef
from gatelift.ingress.read import is_ingress
from gatelift.manifests.shape import ObjectKey
from gatelift.plan.model import RootKind
from gatelift.plan.proving import Proved
from gatelift.plan.roots import Roots
from gatelift.plan.survey import Survey
from gatelift.proof.evidence import Beside
from gatelift.proof.forms import ROUTES
from gatelift.sources.wanted import change_key
from gatelift.sources.worlds import Kept

Where = tuple[str, ObjectKey]
"""(root, object)."""


def in_the_way(roots: Roots, item: Proved) -> tuple[Beside, ...]:
    """The routes that nobody wrote for an Ingress, where they are all that keeps a root from being proved."""
    wrong = [each for each in item.evidence if not each.holds]
    found = tuple(dict.fromkeys(pair for each in wrong for pair in each.beside))
    by_hand = _by_hand(roots)
    alone = all(each.beside for each in wrong) and all(_name(pair.route) in by_hand for pair in found)
    return found if alone else ()


def staying(
    found: Survey, roots: Roots, proved: Mapping[str, Proved], changes: Mapping[str, Iterable[Change]]
) -> dict[str, dict[ObjectKey, Kept]]:
    """Root -> the Ingresses that stay for such routes, so that the rest of their roots goes on.

    Only those of plain folders, for a template or an overlay makes several, and only where none of their routes is
    written: that would be taken away again.
    """
    written = frozenset(item.mirrors for file in found.ours.values() for item in file.documents)
    result: dict[str, dict[ObjectKey, Kept]] = {}
    for root, item in proved.items():
        if not item.failed:
            continue
        scope = roots.scopes.of.get(root, "")
        known = dict(_known(roots, changes, scope))
        for pair in in_the_way(roots, item):
            place = known.get(_name(pair.mine))
            if place is not None and roots.kinds[place[0]] is RootKind.PLAIN and _ref(place[1]) not in written:
                kept = _kept(structs.replace(pair, mine=str(place[1])))
                result.setdefault(place[0], {}).setdefault(place[1], kept)
    return result


def why(pair: Beside) -> str:
    """What stands in the way, and what that means for traffic."""
    return f"{pair.route} stands there already, and answers on the Gateway what {pair.mine} is for: {pair.text}"


def todo(pair: Beside) -> str:
    """What to do about it."""
    return (
        f"let both answer alike, or give {pair.route} a host or path of its own; if it is there instead of the "
        "Ingress, take from the Ingress what it has taken over, else remove it"
    )


def _kept(pair: Beside) -> Kept:
    return Kept(why(pair), todo(pair), f"it stays, since {pair.route} answers some of what it serves")


def _ref(key: ObjectKey) -> str:
    return str(IngressRef(key.namespace, key.name))


def _known(
    roots: Roots, changes: Mapping[str, Iterable[Change]], scope: str
) -> Iterator[tuple[tuple[str, str, str], Where]]:
    """The Ingresses of a scope and the routes that they become, each with the Ingress that it is of."""
    for root, item in roots.full.items():
        if roots.scopes.of.get(root, "") != scope:
            continue
        yield from ((_of(each.key), (root, each.key)) for each in item.resources if is_ingress(each))
        for change in changes.get(root, ()):
            yield from ((_of(key_of(made)), (root, change_key(change))) for made in change.emitted)


def _by_hand(roots: Roots) -> frozenset[tuple[str, str, str]]:
    items = (item for each in roots.full.values() for item in each.resources)
    return frozenset(_of(item.key) for item in items if (item.group, item.kind) in ROUTES and item.mark is None)


def _of(key: ObjectKey) -> tuple[str, str, str]:
    return key.kind, key.namespace or "default", key.name


def _name(text: str) -> tuple[str, str, str]:
    """Of ``Kind namespace/name``; what leaves the namespace to whoever applies it is in ``default``."""
    kind, _, rest = text.partition(" ")
    namespace, slash, name = rest.rpartition("/")
    return kind, namespace if slash else "default", name
