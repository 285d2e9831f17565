"""A reply as an answer to one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec.structs import replace

from gatelift.proof.symbolic.model import NOWHERE, Headers, Reply, Undecided
from gatelift.proof.symbolic.replies.gates import denied
from gatelift.proof.symbolic.replies.origins import answered, fields
from gatelift.proof.symbolic.replies.rewriting import location, rewritten
from gatelift.traffic.model import Answer, Request, Seen

Shares = Mapping[str, Fraction]
Fields = tuple[tuple[str, str], ...]


def answer(reply: Reply, request: Request, backend: str = "") -> Answer:
    """What comes of ``request``, were it ``backend`` that chance picks (else the first that is there).

    Raises ``Undecided``.
    """
    if reply.failure:
        return Answer(failure=reply.failure)
    found = answered(reply.cors, request) if reply.cors is not None else None
    if found is not None:
        # The filter of a gateway that answers preflights stands before the one that sets headers.
        return _with(reply, found) if reply.cors is not None and reply.cors.everywhere else found
    own = bool(reply.status)
    gate = denied(reply, request) if reply.gates_first or not own else None
    if gate is not None:
        if gate.bare:
            return gate.answer
        found = _with(reply, gate.answer)
    elif reply.location is not None:
        found = _with(reply, Answer(status=reply.status, headers=(("location", location(reply.location, request)),)))
    elif own:
        found = _with(reply, Answer(status=reply.status))
    else:
        found = _with(reply, _forwarded(reply, request, backend or _first(reply)))
    return replace(found, headers=(*found.headers, *fields(reply.cors, request)))


def _forwarded(reply: Reply, request: Request, backend: str) -> Answer:
    return Answer(status=500) if backend == NOWHERE else Answer(status=200, seen=_seen(reply, request, backend))


def shares(reply: Reply) -> Shares:
    """How often each backend is picked, but for those that never are."""
    total = sum(weight for _, weight in reply.backends)
    made: dict[str, Fraction] = {}
    for name, weight in reply.backends:
        if weight:
            made[name] = made.get(name, Fraction()) + Fraction(weight, total)
    return made


def _first(reply: Reply) -> str:
    names = tuple(shares(reply))
    if not names:
        raise Undecided("a rule has neither an answer nor a backend that is ever picked")
    return next((name for name in names if name != NOWHERE), NOWHERE)


def _with(reply: Reply, found: Answer) -> Answer:
    return replace(found, headers=_changed(found.headers, reply.to_client))


def _seen(reply: Reply, request: Request, backend: str) -> Seen:
    path, mark, query = request.target.partition("?")
    came = (("host", reply.host or request.host), *((name.lower(), value) for name, value in request.headers))
    return Seen(
        backend=backend,
        method=request.method,
        target=rewritten(path, reply.rewrite) + mark + query,
        headers=(*_changed(came, reply.to_backend), ("x-forwarded-proto", request.scheme)),
    )


def _changed(fields_there: Fields, said: Headers) -> Fields:
    gone = {name.lower() for name in _named(said)}
    kept = [(name, value) for name, value in fields_there if name.lower() not in gone]
    new = ((name.lower(), value) for name, value in (*said.put, *said.added) if value)
    return (*kept, *new)


def _named(said: Headers) -> Iterator[str]:
    """The headers of which nothing is left that was there."""
    yield from said.removed
    yield from (name for name, _ in said.put)
