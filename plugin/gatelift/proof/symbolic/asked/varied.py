"""Everything of a request that may decide beside scheme, host and path, in one value for each class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from math import prod

from gatelift.proof.symbolic.automata.alphabet import QUERIES, VALUES, Universe
from gatelift.proof.symbolic.automata.alphabet import origins as browsers
from gatelift.proof.symbolic.automata.walk import classes
from gatelift.proof.symbolic.model import Kind, Need, Path, Rule, Undecided
from gatelift.traffic.model import Request

MOST = 1000
"""So many requests for one class of paths."""
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")
_SCHEME = re.compile(r"\b([a-z][a-z0-9+-]*)://")
_REQUESTED = ("access-control-request-method", "GET")
Fields = tuple[tuple[str, str], ...]


def varied(base: Request, rules: Sequence[Rule]) -> Iterator[Request]:
    """``base`` with every combination of what ``rules``, which may take it, ask for. Raises ``Undecided``."""
    needs = [need for rule in rules for need in rule.needs]
    origins = tuple(dict.fromkeys(_origins(rules)))
    methods = _methods(needs, options=any(rule.reply.cors for rule in rules))
    cookies = _cookies(needs)
    headers = [_headers(name, needs) for name in _names(needs, "header") if name != "cookie"]
    queries = [_queries(name, needs) for name in _names(needs, "query")]
    parts = [cookies, *headers, _sent_origins(origins)]
    if prod(map(len, (methods, *parts, *queries))) > MOST:
        raise Undecided(f"rules for one path ask for more than {MOST} combinations of headers, cookies and queries")
    for method, chosen, asked in product(methods, list(product(*parts)), list(product(*queries))):
        fields = tuple(field for part in chosen for field in part)
        query = "&".join(each for each in asked if each)
        made = _with(base, method, fields, query)
        yield made
        if origins and method == "OPTIONS" and any(name == "origin" for name, _ in fields):
            yield _with(base, method, (*fields, _REQUESTED), query)


def _with(base: Request, method: str, fields: Fields, query: str) -> Request:
    target = f"{base.target}?{query}" if query else base.target
    return Request(scheme=base.scheme, host=base.host, target=target, method=method, headers=fields)


def _names(needs: Iterable[Need], where: str) -> tuple[str, ...]:
    fold = str.lower if where == "header" else str
    return tuple(dict.fromkeys(fold(need.name) for need in needs if need.where == where))


def _methods(needs: Iterable[Need], *, options: bool) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(need.value for need in needs if need.where == "method"))
    other = next((method for method in _METHODS if method not in named), "TRACE")
    return tuple(dict.fromkeys((*((other,) if other == "GET" else ()), *named, other, *(("OPTIONS",) * options))))


def _headers(name: str, needs: Iterable[Need]) -> list[Fields]:
    own = [need for need in needs if need.where == "header" and need.name.lower() == name]
    return [(), *(((name, value),) for value in _sample(own, VALUES))]


def _queries(name: str, needs: Iterable[Need]) -> list[str]:
    own = [need for need in needs if need.where == "query" and need.name == name]
    return ["", *(f"{name}={value}" for value in _sample(own, QUERIES))]


def _sent_origins(origins: tuple[str, ...]) -> list[Fields]:
    languages = tuple(Path(Kind.REGULAR, each, whole=True) for each in origins)
    schemes = {"http", "https", *(scheme for each in origins for scheme in _SCHEME.findall(each))}
    return [(), *((("origin", value),) for value in _texts(languages, browsers(schemes)))] if origins else [()]


def _origins(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        cors = rule.reply.cors
        for each in cors.origins if cors is not None else ():
            yield f"(?i:{each})" if cors is not None and cors.any_case else each


def _cookies(needs: Sequence[Need]) -> list[Fields]:
    """Cookies as browsers send them: each once, with others before and after it."""
    names = _names(needs, "cookie")
    by_header = any(need.where == "header" and need.name.lower() == "cookie" for need in needs)
    if not names and not by_header:
        return [()]
    own = {name: [need for need in needs if need.where == "cookie" and need.name == name] for name in names}
    values = [["", *(f"{name}={each}" for each in _sample(own[name], QUERIES))] for name in names]
    made: dict[str, None] = {}
    for chosen in product(*values):
        text = "; ".join(each for each in chosen if each)
        made.update(dict.fromkeys((text, f"z=1; {text}", f"{text}; z=1") if text else ("", "z=1")))
    if by_header:
        header = [need for need in needs if need.where == "header" and need.name.lower() == "cookie"]
        made.update(dict.fromkeys(_sample(header, VALUES)))
    return [(("cookie", text),) if text else () for text in made]


def _sample(needs: Sequence[Need], universe: Universe) -> tuple[str, ...]:
    """A value for each class that these needs tell apart, and each that they name."""
    named = (need.value for need in needs if not need.regular and need.value)
    return tuple(dict.fromkeys((*named, *_texts(tuple(map(_language, needs)), universe))))


def _language(need: Need) -> Path:
    if not need.regular:
        return Path(Kind.EXACT, need.value)
    return Path(Kind.REGULAR, need.value, whole=need.whole)


@lru_cache(maxsize=4096)
def _texts(languages: tuple[Path, ...], universe: Universe) -> tuple[str, ...]:
    """A text for each class of values."""
    return tuple(found.texts[0] for found in classes(languages, universe).classes)
