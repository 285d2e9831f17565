"""Everything of a request that may decide beside scheme, host and path, in one value for each class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count, product
from math import prod
from urllib.parse import quote

from gatelift.proof.symbolic.automata.alphabet import COOKIES, QUERIES, VALUES, Universe
from gatelift.proof.symbolic.automata.alphabet import origins as browsers
from gatelift.proof.symbolic.automata.walk import classes
from gatelift.proof.symbolic.model import Cors, Kind, Need, Path, Rule, Undecided
from gatelift.traffic.model import Request

MOST = 1000
"""So many requests for one class of paths."""
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")
_SCHEME = re.compile(r"\b([a-z][a-z0-9+-]*)://")
_ORIGIN = "origin"
_REQUESTED = ("access-control-request-method", "GET")
Fields = tuple[tuple[str, str], ...]


def varied(base: Request, rules: Sequence[Rule]) -> Iterator[Request]:
    """``base`` with every combination of what ``rules``, which may take it, ask for. Raises ``Undecided``."""
    needs = [need for rule in rules for need in rule.needs]
    cors = [rule.reply.cors for rule in rules if rule.reply.cors is not None]
    names = dict.fromkeys((*_names(needs, "header"), *((_ORIGIN,) if cors else ())))
    methods = _methods(needs, options=bool(cors))
    headers = [_cookies(needs), *(_headers(name, needs, cors) for name in names if name != "cookie")]
    queries = [_queries(name, needs) for name in _names(needs, "query")]
    _bounded(methods, *headers, *queries)
    for method, chosen, asked in product(methods, list(product(*headers)), list(product(*queries))):
        fields = tuple(field for part in chosen for field in part)
        query = "&".join(each for each in asked if each)
        yield _with(base, method, fields, query)
        if cors and method == "OPTIONS" and any(name == _ORIGIN for name, _ in fields):
            yield _with(base, method, (*fields, _REQUESTED), query)


def _bounded(*parts: Sequence[object]) -> None:
    if prod(map(len, parts)) > MOST:
        raise Undecided(f"rules for one path ask for more than {MOST} combinations of headers, cookies and queries")


def _with(base: Request, method: str, fields: Fields, query: str) -> Request:
    target = f"{base.target}?{query}" if query else base.target
    return Request(scheme=base.scheme, host=base.host, target=target, method=method, headers=fields)


def _names(needs: Iterable[Need], where: str) -> tuple[str, ...]:
    fold = str.lower if where == "header" else str
    return tuple(dict.fromkeys(fold(need.name) for need in needs if need.where == where))


def _methods(needs: Iterable[Need], *, options: bool) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(need.value for need in needs if need.where == "method"))
    other = next((method for method in _METHODS if method not in named), "TRACE")
    return tuple(dict.fromkeys(("GET", *named, other, *(("OPTIONS",) * options))))


def _headers(name: str, needs: Iterable[Need], cors: Iterable[Cors]) -> list[Fields]:
    own = [need for need in needs if need.where == "header" and need.name.lower() == name]
    origins = [_origin(each, found) for found in cors for each in found.origins] if name == _ORIGIN else []
    universe = browsers(_schemes(cors)) if origins else VALUES
    return [(), *(((name, value),) for value in _sample(own, universe, origins))]


def _schemes(cors: Iterable[Cors]) -> frozenset[str]:
    named = (scheme for found in cors for each in found.origins for scheme in _SCHEME.findall(each))
    return frozenset(("http", "https", *named))


def _origin(expression: str, cors: Cors) -> Path:
    return Path(Kind.REGULAR, expression, any_case=cors.any_case, whole=True)


def _queries(name: str, needs: Iterable[Need]) -> list[str]:
    own = [need for need in needs if need.where == "query" and need.name == name]
    return ["", *(f"{quote(name, safe='')}={quote(value, safe='')}" for value in _sample(own, QUERIES))]


def _cookies(needs: Sequence[Need]) -> list[Fields]:
    """Cookies as browsers send them: each once, with others before and after it."""
    names = _names(needs, "cookie")
    header = [need for need in needs if need.where == "header" and need.name.lower() == "cookie"]
    if not names and not header:
        return [()]
    values = [["", *(f"{name}={each}" for each in _sample(_of_cookie(name, needs), COOKIES))] for name in names]
    _bounded(*values)
    beside = next(name for name in _others() if name not in names) + "=1"
    made: dict[str, None] = {}
    for chosen in product(*values):
        text = "; ".join(each for each in chosen if each)
        made.update(dict.fromkeys((text, f"{beside}; {text}", f"{text}; {beside}") if text else ("", beside)))
    for text, sent in product(tuple(made), _sample(header, VALUES) if header else ()):
        made[f"{text}; {sent}" if text else sent] = None
    return [(("cookie", text),) if text else () for text in made]


def _of_cookie(name: str, needs: Iterable[Need]) -> list[Need]:
    return [need for need in needs if need.where == "cookie" and need.name == name]


def _others() -> Iterator[str]:
    yield from ("z", "y", "x")
    yield from (f"z{number}" for number in count())


def _sample(needs: Sequence[Need], universe: Universe, more: Iterable[Path] = ()) -> tuple[str, ...]:
    """A value for each class that these needs tell apart, and each that they name."""
    named = (need.value for need in needs if not need.regular and need.value)
    languages = dict.fromkeys((*map(_language, needs), *more))
    return tuple(dict.fromkeys((*named, *_texts(tuple(languages), universe))))


def _language(need: Need) -> Path:
    if not need.regular:
        return Path(Kind.EXACT, need.value)
    return Path(Kind.REGULAR, need.value, whole=need.whole)


@lru_cache(maxsize=4096)
def _texts(languages: tuple[Path, ...], universe: Universe) -> tuple[str, ...]:
    """A text for each class of values."""
    return tuple(found.texts[0] for found in classes(languages, universe).classes)
