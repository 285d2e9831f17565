"""What both models are written in: rules in the order in which they are asked, and what each of them replies.

A rule takes a request by its path, which is a language, and by needs (method, headers, cookies, query). The first rule
of a list that takes a request replies.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from gatelift.traffic.model import NotReplayed

NOWHERE = "nowhere (500)"
"""In place of a backend: its share of requests is answered with 500."""


class Undecided(Exception):  # noqa: N818 - no fault of anybody's
    """Something that these models have no words for, or that would take too long; the text says what, for people."""


class Kind(StrEnum):
    """How a path is compared with the text of a rule."""

    EXACT = "exact"
    BELOW = "below"
    """The path itself, and whatever stands below it after a slash; the text has no slash at its end (``""`` is all)."""
    STARTS = "starts"
    """Whatever begins with the text, also in the middle of a segment."""
    REGULAR = "regular"


class Path(msgspec.Struct, frozen=True, order=True):
    """A language of paths.

    - ``any_case``, ``whole``: of a regular one; without ``whole`` it may fit anywhere in the path.
    - ``decoded``: it is held against the decoded path (nginx), not against the path as it was sent (Envoy).
    """

    kind: Kind
    text: str
    any_case: bool = False
    whole: bool = False
    decoded: bool = False


class Need(msgspec.Struct, frozen=True, order=True):
    """What a rule asks of a request besides its path.

    ``where``: ``method``, ``header``, ``cookie`` or ``query``. Of a regular ``value``, ``whole`` says whether it has to
    fit all of the text; regular values mind case. A header or cookie that is not there fits nothing.
    """

    where: str
    name: str
    value: str
    regular: bool = False
    whole: bool = True


class Rewritten(StrEnum):
    """How the path changes."""

    NOT = "not"
    FULL = "full"
    """``by`` takes the place of the whole path."""
    PREFIX = "prefix"
    """``by`` takes the place of the prefix ``own``, which has no slash at its end; slashes between are made one."""
    FIRST = "first"
    """The whole path becomes ``by``, with the captures of the first place where ``own`` fits the decoded path."""
    EACH = "each"
    """Each place where ``own`` fits the path becomes ``by``, with its captures."""
    STRIPPED = "stripped"
    """One slash at the end of path and query goes, also of ``/`` alone: before a query the path keeps its own."""


class Rewrite(msgspec.Struct, frozen=True, order=True):
    """What becomes of a path. Captures stand in ``by`` as ``\\1``; ``any_case`` is about ``own``."""

    how: Rewritten = Rewritten.NOT
    own: str = ""
    by: str = ""
    any_case: bool = False


class Location(msgspec.Struct, frozen=True, order=True):
    """Where a redirect leads to; what is empty or 0 is that of the request.

    - ``path``: what becomes of the request's path; ``query``: whether its query goes along.
    - ``text``: all of it, with ``$scheme``, ``$host``, ``$uri`` (the decoded path), ``$args``, ``$request_uri`` and
      ``$escaped_request_uri``; nothing else counts where it is set.
    """

    scheme: str = ""
    host: str = ""
    port: int = 0
    path: Rewrite = Rewrite()
    query: bool = True
    text: str = ""


class Addresses(msgspec.Struct, frozen=True, order=True):
    """A gate by the client's address: the first rule (whether it lets in, networks) that fits decides, else the
    default; who is not let in gets 403."""

    rules: tuple[tuple[bool, tuple[str, ...]], ...] = ()
    otherwise: bool = True


class Login(msgspec.Struct, frozen=True, order=True):
    """A gate by a password: 401 with this challenge for all others; ``$scheme``, ``$host`` and ``$request_uri`` in it
    are those of the request. ``who``: whose passwords count, empty where that is not known."""

    challenge: str = ""
    who: str = ""


class Authority(msgspec.Struct, frozen=True, order=True):
    """A gate by a service that authorizes: 401 for who is not let in, or a redirect to ``signin`` (302), which is
    ``bare`` without the headers that other answers get. ``who``: what is asked, empty where that is not known."""

    signin: Location | None = None
    bare: bool = False
    who: str = ""


Gate = Addresses | Login | Authority


class Cors(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """What other origins may do. Where it answers by itself, no gate, redirect or backend is asked.

    - ``origins``: expressions for the whole ``Origin``, as RE2 reads them; ``any_case`` is about them.
    - ``star``: answer ``*`` in place of the origin.
    - ``every_options``: every OPTIONS of a matching origin is answered, with ``status``, and not only preflights.
    - ``everywhere``: all headers are on every answer to a matching origin, not only on those to preflights.
    - ``without_origin``: a request without an ``Origin`` matches too.
    - ``forwards``: whether a preflight of another origin goes on to the backend, or is answered without its origin.
    - ``methods``, ``headers``: ``$requested`` names what the preflight asks for.
    """

    origins: tuple[str, ...] = ()
    any_case: bool = False
    star: bool = False
    methods: str = ""
    headers: str = ""
    exposed: str = ""
    credentials: bool = False
    max_age: str = ""
    status: int = 200
    every_options: bool = False
    everywhere: bool = False
    without_origin: bool = False
    forwards: bool = True


class Headers(msgspec.Struct, frozen=True, order=True):
    """What happens to headers: ``put`` in place of what is there, ``added`` to it, ``removed``; names in any case."""

    put: tuple[tuple[str, str], ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()


class Reply(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """What comes of a request.

    - ``failure``: there is no answer at all (``tls``, ``closed``). Else ``status``, of the proxy itself; 0 where the
      request goes to one of ``backends`` (``namespace/service:port`` -> weight; a rule without any answers by itself).
      A share of requests that is answered with 500 is called ``NOWHERE``.
    - ``location``: it is a redirect, with ``status``.
    - ``gates``: what decides who comes in, in order; ``any_gate``: one that lets in is enough. ``gates_first``: they
      decide before a redirect or an answer of the proxy itself, too.
    - ``rewrite``, ``host``, ``to_backend``: what the backend sees; an empty ``host`` is that of the request.
    - ``to_client``: headers of the answer, also of one that the proxy makes or a gate gives.
    """

    status: int = 0
    failure: str = ""
    location: Location | None = None
    backends: tuple[tuple[str, int], ...] = ()
    gates: tuple[Gate, ...] = ()
    any_gate: bool = False
    gates_first: bool = False
    rewrite: Rewrite = Rewrite()
    host: str = ""
    to_backend: Headers = Headers()
    to_client: Headers = Headers()
    cors: Cors | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: what it takes, what it replies, and what it is for people (``Ingress shop/web: /api (Prefix)``).

    ``rank``: rules that follow each other with the same one may be asked in any order: the specification, or the age
    of objects that nobody knows, leaves it open.
    """

    path: Path
    needs: tuple[Need, ...] = ()
    reply: Reply
    rank: int
    about: str = ""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """One side.

    - ``names``: every host that it knows, exact ones and wildcards (``*.example.com``), in lower case.
    - ``rules``: (scheme, host in lower case) -> the rules that are asked there, in order; they take every path between
      them. May raise ``Undecided``.
    - ``left_out``: what is not compared. ``assumed``: what was made up, for it is not among the objects.
    - ``covered``: how many rules there are in all, for figures.
    """

    names: frozenset[str]
    rules: Callable[[str, str], tuple[Rule, ...]]
    left_out: tuple[NotReplayed, ...] = ()
    assumed: tuple[str, ...] = ()
    covered: int = 0
