"""Two renders compared by what each host answers, however its routes are grouped and named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from gatelift.manifests.shape import ObjectKey
from gatelift.proof.answers import Answer, Answers, answers
from gatelift.proof.difference import by_meaning, exactly, lost
from gatelift.proof.forms import Manifest
from gatelift.proof.telling import Difference, distance, first_place, told

_CANDIDATES = 64
"""Among how many answers that should not be there the one is sought that is most like one that is missing."""


def by_host(
    wanted: Sequence[Manifest],
    rendered: Sequence[Manifest],
    *,
    named: Collection[ObjectKey] = (),
    mirrors: Mapping[ObjectKey, str] | None = None,
) -> Difference | None:
    """The first difference in a stable order, ``None`` where both mean the same.

    As :func:`~gatelift.proof.difference.difference`, but that routes (HTTPRoute, GRPCRoute, TLSRoute) are compared by
    host and match, with their policies and filters as part of them: which hosts share a route or a policy does not
    matter, nor does it which routes share a host. The order of rules counts where it may decide (``answers.py``).
    """
    found = exactly(wanted, rendered) or _ours(answers(wanted, named), answers(rendered, named), named)
    if found is None or found.wanted is None or mirrors is None:
        return found
    return msgspec.structs.replace(found, ingress=mirrors.get(found.wanted, ""))


def _ours(left: Answers, right: Answers, named: Collection[ObjectKey]) -> Difference | None:
    missing, extra = _left(left.items, right.items), _left(right.items, left.items)
    if missing or extra:
        return _torn(extra) or _torn(missing) or _first(missing, extra)
    alike = [item for item in (*right.items, *left.items) if item.unresolved]
    dangling = _torn(item for item in alike if not left.forms.stands_alike(item.key, right.forms))
    return dangling or _reordered(left.items, right.items) or by_meaning(left.rest, right.rest, None, named)


def _left(items: Iterable[Answer], others: Iterable[Answer]) -> list[Answer]:
    """What is left of ``items`` when each of ``others`` takes away an equal one."""
    there = Counter(item.letters for item in others)
    left: list[Answer] = []
    for item in items:
        if there[item.letters]:
            there[item.letters] -= 1
        else:
            left.append(item)
    return left


def _torn(items: Iterable[Answer]) -> Difference | None:
    return next((lost(item.key, item.unresolved[0]) for item in items if item.unresolved), None)


def _first(missing: Sequence[Answer], extra: Sequence[Answer]) -> Difference:
    for item in missing:
        alike = [other for other in extra if other.key.kind == item.key.kind]
        near = [other for other in alike if other.host == item.host] or alike
        if near:
            best = min(near[:_CANDIDATES], key=lambda other: _distance(item, other))
            return _between(item, best)
    if missing:
        lacking = missing[0]
        text = f"{lacking.key}{_where(lacking)}: no rendered route answers that; requests would go elsewhere"
        return Difference(wanted=lacking.key, text=text)
    text = f"{extra[0].key}{_where(extra[0])} is rendered, and should not be there: it would answer what it must not"
    return Difference(wanted=None, text=text)


def _distance(item: Answer, other: Answer) -> tuple[bool, int, ObjectKey, int]:
    return (item.match != other.match, distance(item.value, other.value), other.key, other.rule)


def _between(item: Answer, other: Answer) -> Difference:
    pointer, one, two = first_place(item.value, other.value, "")
    return told(item.key, other.key, _pointer(item, pointer), one, two, _where(item))


def _pointer(item: Answer, pointer: str) -> str:
    """Where it stands in the route itself; a policy stands beside it."""
    head, rest = pointer.split("/", 2)[1], pointer.split("/", 2)[2:]
    rule = f"/spec/rules/{item.rule}"
    heads = {"match": f"{rule}/matches/{item.number}", "rule": rule, "hostnames": "/spec/hostnames"}
    heads |= {name: f"/metadata/{name}" for name in ("labels", "annotations")}
    return "/".join((heads.get(head, f"/{head}"), *rest))


def _where(item: Answer) -> str:
    """Of the route the host and the match that are meant, as a person says it."""
    path = item.match.get("path") if isinstance(item.match, Mapping) else None
    words = [str(path.get(name) or "") for name in ("type", "value")] if isinstance(path, Mapping) else []
    return f" (for {', '.join(part for part in (item.host or 'any host', ' '.join(words)) if part)})"


def _reordered(left: Sequence[Answer], right: Sequence[Answer]) -> Difference | None:
    """Two answers whose order may decide and is another one; both sides hold the same answers."""
    wants, gots = _queues(left), _queues(right)
    for place, queue in wants.items():
        waiting = gots[place]
        for item in queue:
            # Whatever stands before it may be passed, unless the order of the two may decide.
            for index, other in enumerate(waiting):
                if other.letters == item.letters:
                    del waiting[index]
                    break
                if other.rivals(item):
                    return _swapped(item, other)
    return None


def _queues(items: Iterable[Answer]) -> dict[tuple[str, ...], list[Answer]]:
    found: dict[tuple[str, ...], list[Answer]] = {}
    for item in items:
        found.setdefault((item.host, *item.precedence), []).append(item)
    return found


def _swapped(item: Answer, other: Answer) -> Difference:
    text = (
        f"{item.key}{_where(item)} should come before {other.key}{_where(other)}, and comes after it: the first one "
        "that fits answers a request, and that would be another one"
    )
    return Difference(wanted=item.key, pointer=f"/spec/rules/{item.rule}", text=text)
