"""Paths around those that rules name: what normalisation, anchors, case and boundaries of elements make of them."""

from __future__ import annotations

from urllib.parse import quote

from gatelift.traffic.places.place import PathKind, Place
from gatelift.traffic.places.regular import LONGEST, readable
from gatelift.traffic.places.strings import strings

_PLAIN = "/!$&'()*+,;=:@~"
"""What stands in a path as it is (RFC 3986, 3.3); everything else is encoded."""
LONGEST_HOST = 253
CHILD = "gatelift"
"""The element that children get, and the letters that siblings end in."""


def own(place: Place) -> tuple[str, ...]:
    """Paths that are meant to hit a place, the plainest first; empty where none can be made from its expression, or
    none that a proxy would read."""
    if len(place.path) > LONGEST or len(place.host) > LONGEST_HOST:
        return ()
    path = quote(place.path, safe=_PLAIN)
    if place.kind is PathKind.EXACT:
        return (path,)
    if place.kind is PathKind.PREFIX:
        return tuple(dict.fromkeys((path, f"{path.rstrip('/')}/{CHILD}")))
    found = strings(place.path, whole=False)
    return tuple(sorted((quote(text, safe=_PLAIN) for text in found if text.startswith("/")), key=len))


def around(place: Place) -> tuple[str, ...]:
    """Paths near a place, within it or just outside, the most telling first."""
    first = next(iter(own(place)), "")
    if not first:
        return ()
    bare = first.rstrip("/")
    found = [
        bare,
        f"{bare}/",
        f"{bare}/{CHILD}",
        f"{bare}{CHILD}",
        first.swapcase(),
        # An expression that lost its ^ takes this too.
        *([f"/{CHILD}{first}"] if place.kind is PathKind.REGEX else []),
        *_shortened(bare),
        f"{first}?a=1&b=two%20words",
        f"/{first}" if first != "/" else "//",
        f"{bare}//{CHILD}",
        f"/{CHILD}/..{first}",
        f"{bare}/./{CHILD}",
        _encoded(first),
        f"{bare}/%C3%A4",
        f"{bare}/{CHILD}%2F{CHILD}",
    ]
    return tuple(dict.fromkeys(path for path in found if path.startswith("/")))


def _shortened(bare: str) -> list[str]:
    """One letter less, and one element less: what a rule must not take."""
    parent = bare.rpartition("/")[0]
    return [text for text in (bare[:-1], parent) if text.startswith("/") and not text.endswith("%")]


def _encoded(path: str) -> str:
    """The same path with its last letter encoded."""
    for index in range(len(path) - 1, 0, -1):
        if path[index].isalnum() and path[index - 2 : index - 1] != "%" and path[index - 1] != "%":
            return f"{path[:index]}%{ord(path[index]):02X}{path[index + 1 :]}"
    return path


def unreadable(place: Place) -> bool:
    """Whether no path that hits a place can be made."""
    return not own(place) or (place.kind is PathKind.REGEX and not readable(place.path))
