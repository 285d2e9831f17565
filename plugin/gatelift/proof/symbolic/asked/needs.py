"""Whether a request has what a rule needs beside its path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

from gatelift.proof.symbolic.model import Need, Path, Rule, Undecided
from gatelift.traffic.answers.compare import header
from gatelift.traffic.model import Request
from gatelift.traffic.places.regular import takes


def holds(need: Need, request: Request) -> bool:
    """Whether ``request`` has it. Raises ``Undecided`` where an expression cannot be asked."""
    return any(_fits(need, value) for value in _values(need, request))


def candidates(rules: Sequence[Rule], members: frozenset[int], languages: Mapping[Path, int]) -> tuple[Rule, ...]:
    """The rules that may take a path of a class, in order: those after one that needs nothing are never asked.

    ``members``, ``languages``: which languages take the path, and the number of each.
    """
    found: list[Rule] = []
    last: int | None = None
    for rule in rules:
        if last is not None and rule.rank != last:
            break
        if languages[rule.path] in members:
            found.append(rule)
            last = rule.rank if not rule.needs else last
    return tuple(found)


def winners(rules: Iterable[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules of which one replies: the first that takes ``request``, with those that may be asked before it."""
    found: list[Rule] = []
    for rule in rules:
        if found and rule.rank != found[0].rank:
            break
        if all(holds(need, request) for need in rule.needs):
            found.append(rule)
    return tuple(found)


def _values(need: Need, request: Request) -> Sequence[str]:
    match need.where:
        case "method":
            return (request.method,)
        case "header":
            found = header(request.headers, need.name.lower())
            return (found,) if found else ()
        case "cookie":
            pairs = (each.strip().partition("=") for each in header(request.headers, "cookie").split(";"))
            return [value for name, _, value in pairs if name == need.name][:1]
        case _:
            asked = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
            return [value for name, value in asked if name == need.name][:1]


def _fits(need: Need, value: str) -> bool:
    if not need.regular:
        return need.value == value
    pattern = need.value if need.whole else f"(?s:.*)(?:{need.value})"
    found = takes(pattern, value, whole=need.whole)
    if found is None:
        raise Undecided(f"nobody here can hold a {need.where} against the expression {need.value[:80]!a}")
    return found
