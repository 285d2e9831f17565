"""Both sides held against each other for every class of requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from gatelift.proof.symbolic.asked.hosts import hosts
from gatelift.proof.symbolic.asked.needs import candidates, winners
from gatelift.proof.symbolic.asked.varied import varied
from gatelift.proof.symbolic.automata.alphabet import PATHS
from gatelift.proof.symbolic.automata.walk import Walked, classes
from gatelift.proof.symbolic.forms import decided, expressions
from gatelift.proof.symbolic.judging import Judging
from gatelift.proof.symbolic.model import Authority, Path, Reply, Rewritten, Rule, Undecided, World
from gatelift.proof.symbolic.replies.gates import asks_for_login, clients, denied
from gatelift.traffic.answers.compare import Difference, status
from gatelift.traffic.answers.smallest import size
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Attribute, NotReplayed, Request

_SCHEMES = ("http", "https")
_LOGIN = ("authorization", authorization())
_SENT = "sent-by-the-client"
_NOT_SENT = frozenset(("authorization", "host"))
"""These say something to proxies, too, and are asked by themselves."""
_QUERY = "?a=b"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest request of a kind that both sides answer differently.

    ``explained``: by which entry of the ledger, or which fact that always holds; empty where nothing does. ``rules``:
    who replies before and after. ``times``: how many requests of other classes show the same.
    """

    request: Request
    difference: Difference
    explained: str
    rules: tuple[str, str]
    times: int = 1
    standing: str = ""
    """The route that was there before and answers what an Ingress does today, as ``KIND namespace/name``."""


class NotKnown(msgspec.Struct, frozen=True, order=True):
    """A host of which nothing is decided, and why."""

    host: str
    why: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. ``hosts``, ``classes``, ``rules``: how many were covered, of rules before and after.

    ``sampled``: rewrites that are compared on some paths of their class only, by the rules that do them. ``left_out``:
    what neither side has words for. ``assumed``: what was made up.
    """

    hosts: int
    classes: int
    rules: tuple[int, int]
    found: tuple[Found, ...] = ()
    undecided: tuple[NotKnown, ...] = ()
    sampled: tuple[str, ...] = ()
    left_out: tuple[NotReplayed, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every difference is explained."""
        return all(item.explained for item in self.found)


class _Kept:
    """What is found while classes are gone through."""

    def __init__(self, judging: Judging) -> None:
        self.judging = judging
        self.classes = 0
        self.sampled: dict[str, None] = {}
        self._found: dict[tuple[object, ...], Found] = {}

    def add(self, request: Request, pair: tuple[Rule, Rule]) -> None:
        """Compare both rules' replies to ``request``."""
        replies = pair[0].reply, pair[1].reply
        for difference, answers in self.judging.differences(request, replies):
            rules = pair[0].about, pair[1].about
            explained = self.judging.explained(request, difference, answers, rules)
            standing = "" if explained else self.judging.in_the_way(rules)
            made = Found(request=request, difference=difference, explained=explained, rules=rules, standing=standing)
            shares = (difference.before, difference.after) if difference.attribute is Attribute.BACKEND else ()
            key = (difference.attribute, difference.closed, explained, *shares, *map(_outcome, answers), *rules)
            known = self._found.get(key)
            if known is not None:
                smaller = min(known, made, key=lambda item: size(item.request))
                made = replace(smaller, times=known.times + 1)
            self._found[key] = made

    def found(self) -> Iterable[Found]:
        """The smallest of each kind, what nothing explains first."""
        return sorted(self._found.values(), key=lambda item: (bool(item.explained), size(item.request)))


def _outcome(answer: Answer) -> str:
    return answer.seen.backend if answer.seen is not None else status(answer)


def prove(before: World, after: World, judging: Judging) -> Outcome:
    """Whether both sides answer every request alike, as far as their models tell."""
    kept = _Kept(judging)
    undecided: dict[str, str] = {}
    known = hosts(before.names | after.names)
    for host in known:
        try:
            for scheme in _SCHEMES:
                _prove_host(scheme, host, before.rules(scheme, host), after.rules(scheme, host), kept)
        except Undecided as why:
            undecided[host] = str(why)
    return Outcome(
        hosts=len(known),
        classes=kept.classes,
        rules=(before.covered, after.covered),
        found=tuple(kept.found()),
        undecided=tuple(NotKnown(host, why) for host, why in sorted(undecided.items())),
        sampled=tuple(sorted(kept.sampled)),
        left_out=tuple(dict.fromkeys((*before.left_out, *after.left_out))),
        assumed=(*before.assumed, *after.assumed),
    )


def _prove_host(scheme: str, host: str, before: Sequence[Rule], after: Sequence[Rule], kept: _Kept) -> None:
    for item in met(scheme, host, before, after):
        kept.classes += 1
        for pair in item.pairs:
            if not decided(*(rule.reply for rule in pair)):
                kept.sampled |= dict.fromkeys(rule.about for rule in pair if _looks_at_path(rule.reply))
            for request in requests(item, pair):
                kept.add(request, pair)


class Met(NamedTuple):
    """A class of requests: one of them, all paths that stand for it, and who may reply on both sides."""

    request: Request
    paths: tuple[str, ...]
    pairs: tuple[tuple[Rule, Rule], ...]


def met(scheme: str, host: str, before: Sequence[Rule], after: Sequence[Rule]) -> Iterator[Met]:
    """Every class of requests to a host that the rules of both sides tell apart. Raises ``Undecided``."""
    rules = (*before, *after)
    paths = tuple(sorted({rule.path for rule in rules} | expressions(rule.reply for rule in rules)))
    numbers = {path: number for number, path in enumerate(paths)}
    for item in _classes(paths).classes:
        taking = candidates(before, item.members, numbers), candidates(after, item.members, numbers)
        base = Request(scheme=scheme, host=host, target=item.texts[0])
        for request in varied(base, (*taking[0], *taking[1])):
            pairs = product(_replying(taking[0], request), _replying(taking[1], request))
            yield Met(request, item.texts, tuple(pairs))


def _replying(rules: Sequence[Rule], request: Request) -> tuple[Rule, ...]:
    found = winners(rules, request)
    if not found:
        raise Undecided(f"no rule is known that takes {request.method} {request.target}")
    return found


def _classes(paths: tuple[Path, ...]) -> Walked:
    found = classes_of(paths)
    if isinstance(found, str):
        raise Undecided(found)
    return found


@lru_cache(maxsize=512)
def classes_of(paths: tuple[Path, ...]) -> Walked | str:
    """The classes of paths that these languages tell apart, or why that is not decided."""
    # Most hosts have one path, and it is the same: "/". What takes too long takes it once.
    try:
        return classes(paths, PATHS)
    except Undecided as why:
        return str(why)


def requests(item: Met, pair: tuple[Rule, Rule]) -> Iterator[Request]:
    """A class as everybody may send it to this pair of rules: from anywhere, logged in or not, with any path."""
    one, other = pair[0].reply, pair[1].reply
    everybody = list(_by_anybody(item.request, one, other))
    yield from everybody
    reached = next((each for each in everybody if not denied(one, each) and not denied(other, each)), item.request)
    sent = _named(one, other)
    if sent:
        yield replace(reached, headers=(*reached.headers, *((name, _SENT) for name in sent)))
    if _looks_at_path(one) or _looks_at_path(other):
        yield from _along(reached, item)
    if _signs_in(one) or _signs_in(other):
        for each in everybody:
            yield from _along(each, item)


def _along(request: Request, item: Met) -> Iterator[Request]:
    """``request`` with each path of its class that is known, with a query and without one."""
    rest = request.target[len(item.paths[0]) :]
    for text in item.paths:
        yield replace(request, target=text + rest)
        yield replace(request, target=text + (rest or _QUERY))


def _by_anybody(request: Request, one: Reply, other: Reply) -> Iterator[Request]:
    gates = (*one.gates, *other.gates)
    logins: Sequence[tuple[tuple[str, str], ...]] = ((), (_LOGIN,)) if asks_for_login(gates) else ((),)
    for client in clients(gates) or ("",):
        for login in logins:
            yield replace(request, client=client, headers=(*request.headers, *login))


def _named(*replies: Reply) -> tuple[str, ...]:
    """The headers for the backend that somebody sets or removes."""
    said = [reply.to_backend for reply in replies]
    names = (name for each in said for name in (*(name for name, _ in (*each.put, *each.added)), *each.removed))
    return tuple(dict.fromkeys(name.lower() for name in names if name.lower() not in _NOT_SENT))


def _looks_at_path(reply: Reply) -> bool:
    """Whether the answer hangs on the path, beyond which rule takes it."""
    return reply.location is not None or reply.rewrite.how is not Rewritten.NOT


def _signs_in(reply: Reply) -> bool:
    """Whether who is not let in is led to a page that may be told where it was."""
    return any(isinstance(gate, Authority) and gate.signin is not None for gate in reply.gates)
