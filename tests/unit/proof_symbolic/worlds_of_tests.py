"""Worlds by hand: rules of hosts in order, and what they are for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from gatelift.proof.symbolic.judging import Judging
from gatelift.proof.symbolic.model import Kind, Need, Path, Reply, Rule, World
from gatelift.proof.symbolic.prove import Found, Outcome, prove

HOST = "www.example.com"
ALL = Path(Kind.BELOW, "")
NOBODY = Rule(path=ALL, reply=Reply(status=404), rank=0, about="nothing")


def to(service: str, **reply: Any) -> Reply:
    """A reply of a backend."""
    return Reply(**{"backends": ((f"shop/{service}:80", 1),), **reply})


def rule(path: str | Path, reply: Reply | str, *needs: Need, rank: int = -1) -> Rule:
    """A rule; its place in its list is its rank, where none is said."""
    taken = path if isinstance(path, Path) else Path(Kind.BELOW, path.rstrip("/"))
    made = to(reply) if isinstance(reply, str) else reply
    about = f"{taken.text} -> {made.backends[0][0] if made.backends else made.status}"
    return Rule(path=taken, needs=needs, reply=made, rank=rank, about=about)


def world(*rules: Rule, **hosts: Sequence[Rule]) -> World:
    """One side: ``rules`` are those of ``HOST``, further ones have the names of ``hosts`` as their first label."""
    lists = {HOST: rules} | {f"{name}.example.com": found for name, found in hosts.items()}
    return of(lists)


def of(lists: Mapping[str, Sequence[Rule]]) -> World:
    """One side, by the names of hosts; any other host gets 404."""

    def asked(scheme: str, host: str) -> tuple[Rule, ...]:
        own = [
            replace(each, rank=each.rank if each.rank >= 0 else 1000 + number)
            for number, each in enumerate(lists.get(host, ()))
        ]
        return (*own, replace(NOBODY, rank=9999))

    return World(names=frozenset(lists), rules=asked, covered=sum(map(len, lists.values())))


def proven(before: World, after: World, **judging: Any) -> Outcome:
    """What comes of both."""
    return prove(before, after, Judging(**judging))


def found(before: World, after: World, **judging: Any) -> list[tuple[str, str, str, str]]:
    """The differences: target, attribute, before and after, once for both schemes."""
    return list(dict.fromkeys(map(_told, proven(before, after, **judging).found)))


def _told(item: Found) -> tuple[str, str, str, str]:
    return item.request.target, str(item.difference.attribute), item.difference.before, item.difference.after
