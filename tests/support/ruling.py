"""What the rules of a symbolic proof answer to single requests, held against the answers of real proxies.

Everything is asked of the product: its automata, its needs, its replies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gatelift.proof.symbolic.asked.needs import candidates, winners
from gatelift.proof.symbolic.automata.alphabet import RAW, SENT
from gatelift.proof.symbolic.automata.languages import add
from gatelift.proof.symbolic.automata.machine import Machine
from gatelift.proof.symbolic.automata.work import Work
from gatelift.proof.symbolic.model import NOWHERE, Path, Reply, Rule, World
from gatelift.proof.symbolic.replies.answers import answer
from gatelift.traffic.answers.compare import Difference, Ends, Watched, compare, left_out
from gatelift.traffic.model import Answer, Attribute, Request
from gatelift.traffic.places.place import resolved

ALL = frozenset(Attribute)


def answering(rules: Sequence[Rule], request: Request) -> tuple[Rule, ...]:
    """The rules of which one replies to ``request``."""
    paths = {rule.path: number for number, rule in enumerate(rules)}
    target = request.target.partition("?")[0]
    members = frozenset(number for path, number in paths.items() if fits(path, target))
    found = winners(candidates(rules, members, paths), request)
    assert found, f"no rule takes {request}"
    return found


@lru_cache(maxsize=1 << 16)
def fits(path: Path, target: str) -> bool:
    """Whether a language has a path, as it is sent: nginx cleans it up first."""
    machine = _machine(path)
    state = machine.start()
    for sign in _signs(target, cleaned=path.decoded):
        moves = (move for node in state for move in machine.moves(node))
        state = machine.after({to for mask, to in moves if mask >> sign & 1})
    return bool(machine.members(state))


@lru_cache(maxsize=4096)
def _machine(path: Path) -> Machine:
    machine = Machine(Work(1 << 20))
    add(machine, path)
    return machine


def _signs(target: str, *, cleaned: bool) -> Iterator[int]:
    if cleaned:
        plain = resolved(unquote_to_bytes(target).decode("latin-1"))
        yield from (ord(sign) + (0 if RAW >> ord(sign) & 1 else SENT) for sign in plain)
        return
    first, *encoded = target.split("%")
    yield from map(ord, first)
    for part in encoded:
        yield int(part[:2], 16) + SENT
        yield from map(ord, part[2:])


def told(reply: Reply, request: Request, real: Answer) -> Answer:
    """What ``reply`` answers; of several backends it is the one that ``real`` came from, if that is among them."""
    there = real.seen.backend if real.seen is not None else NOWHERE if real.status == 500 else ""
    return answer(reply, request, there if there in dict(reply.backends) else "")


def otherwise(
    world: World, request: Request, real: Answer, ends: Ends, watched: Watched, only: Collection[Attribute] = ALL
) -> list[Difference]:
    """In what ``real`` is not what the rules answer; of several that may reply it is enough that one agrees."""
    missing = left_out(request, world.left_out)
    found = [
        _differences(rule.reply, request, real, ends, watched, missing | (ALL - frozenset(only)))
        for rule in answering(world.rules(request.scheme, request.host.lower()), request)
    ]
    return min(found, key=len)


def _differences(
    reply: Reply, request: Request, real: Answer, ends: Ends, watched: Watched, missing: frozenset[Attribute]
) -> list[Difference]:
    pair = (told(reply, request, real), Ends()), (real, ends)
    return list(compare(request, *pair, watched, missing).differences)


def listed(rules: Sequence[Rule]) -> list[str]:
    """Rules in short, for tables of small cases."""
    return [f"{rule.path.kind} {rule.path.text} {_short(rule.reply)}" for rule in rules]


def _short(reply: Reply) -> str:
    if reply.failure or reply.status:
        return reply.failure or str(reply.status)
    return " ".join(f"{name.partition('/')[2]}*{weight}" for name, weight in reply.backends)
