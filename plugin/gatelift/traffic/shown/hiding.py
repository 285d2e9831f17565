"""What is said of requests and answers, without values that look secret, by their names or by themselves.

Manifests may hold passwords and keys in plain sight: headers that a ConfigMap adds, values that a canary asks for,
queries of redirects. A replay sends them, and prints none of them. No fingerprint is shown either: a short password
could be guessed from one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from gatelift.traffic.credentials import TRIED, authorization
from gatelift.traffic.model import Attribute, Request

HEADERS = frozenset((Attribute.REQUEST_HEADERS, Attribute.RESPONSE_HEADERS, Attribute.CORS))
"""Attributes whose text is one ``name: value`` a line until it is shown: no value of a header holds a line's end."""
_NAME = re.compile(
    r"(?i)authorization|token|secret|passw|pwd|api.?key|access.?key|credential|sess|jwt|assertion|signature|bearer"
    r"|csrf|xsrf|(?:^|[-_.\[])(?:key|auth|sig|sid|pin|otp|code|nonce|state)(?:$|[-_.\]])"
)
_SCHEME = re.compile(r"(?i)(?:basic|bearer|digest|token|apikey|negotiate)\s+\S+")
_KNOWN = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?:gh[pousr]|xox[abprs]|sk|pk|rk|glpat|AKIA|ASIA)[-_]?[A-Za-z0-9_-]{12,}"
)
_RANDOM = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+=~-]{20,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+=~-][\w+=~/-]{15,}")
_QUERY = re.compile(r"([?&;])([^=&;#\s?]*)(?:=([^&;#\s]*))?")
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
_NAMED = re.compile(r"([\w-]+)([`'\"], ?|: )([`'\"])([^`'\"]*)\3")
_QUOTED = re.compile(r"([`'\"])([^`'\"]*)\1")
_OWN = frozenset(("", "always", "never", "true", "false", "gatelift", *(authorization(*pair) for pair in TRIED)))
"""Values that a replay made up, that ingress-nginx gave their meaning, or that are no secret whatever their name."""


def sentence(text: str) -> str:
    """What a program said, with nothing between quotation marks that looks secret."""
    named = _NAMED.sub(lambda found: f"{found[1]}{found[2]}{found[3]}{header(found[1], found[4])}{found[3]}", text)
    return _QUOTED.sub(lambda found: f"{found[1]}{_alone(found[2])}{found[1]}", named)


def _alone(text: str) -> str:
    return _covered(text) if _is_secret(text) else _of_address(text)


def request(asked: Request) -> Request:
    """``asked`` as it may be shown; where something is hidden, its reader has to fill it in."""
    headers = tuple((name, header(name, text)) for name, text in asked.headers)
    return replace(asked, target=_of_address(asked.target), headers=headers)


def told(attribute: Attribute, before: str, after: str) -> tuple[str, str]:
    """What both sides said, as it may be shown; of headers only those that differ."""
    if attribute in HEADERS:
        one, other = _differing(before, after)
        shown = _headers(one), _headers(other)
    elif attribute in (Attribute.COOKIES, Attribute.HSTS, Attribute.CHALLENGE):
        return before, after
    else:
        shown = _of_address(before), _of_address(after)
    if before != after and shown[0] == shown[1]:
        return shown[0], f"{shown[1]} (differs in what is hidden)"
    return shown


def names(attribute: Attribute, before: str, after: str) -> frozenset[str]:
    """The headers that differ, where ``attribute`` is about several."""
    if attribute not in HEADERS:
        return frozenset()
    one, other = _differing(before, after)
    return frozenset((*one, *other))


def header(name: str, text: str) -> str:
    """The value of a header as it may be shown."""
    if name.lower() == "cookie":
        return "; ".join(map(_cookie, text.split("; ")))
    if text in _OWN or not (_NAME.search(name) or _is_secret(text)):
        return _of_address(text)
    return _covered(text)


def _cookie(pair: str) -> str:
    name, sign, text = pair.partition("=")
    # Values that decide are long known to whoever reads the rules; sessions are not.
    secret = text not in _OWN and (_NAME.search(name) or _is_secret(text))
    return f"{name}{sign}{_covered(text)}" if secret else pair


def _is_secret(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (_SCHEME, _RANDOM)) or bool(_KNOWN.search(text))


def _covered(text: str) -> str:
    return f"(hidden, {len(text)} characters)"


def _of_address(text: str) -> str:
    """``text`` without passwords before a host, and without values of queries that look secret."""
    return _QUERY.sub(_parameter, _USERINFO.sub("(hidden)@", text))


def _parameter(found: re.Match[str]) -> str:
    mark, name, text = found[1], found[2], found[3]
    if text is None:
        return f"{mark}{_covered(name)}" if _is_secret(name) else found[0]
    if text not in _OWN and (_NAME.search(name) or _is_secret(text)):
        return f"{mark}{name}={_covered(text)}"
    return found[0]


def _parsed(text: str) -> dict[str, str]:
    return {name: value for line in text.split("\n") if line for name, _, value in [line.partition(": ")]}


def _differing(before: str, after: str) -> tuple[dict[str, str], dict[str, str]]:
    one, other = _parsed(before), _parsed(after)
    differ = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    return (
        {name: one[name] for name in differ if name in one},
        {name: other[name] for name in differ if name in other},
    )


def _headers(found: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {header(name, text)}" for name, text in found.items())
