"""Which Ingress serves a request: one answer for what explains and for what must stay closed."""

from __future__ import annotations

from typing import Any

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.answers.served import Serving, server, serving
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, Request
from gatelift.traffic.places.index import Index
from gatelift.traffic.places.place import PathKind, Place

WWW = "www.example.com"
EXACT, REGEX = PathKind.EXACT, PathKind.REGEX


def _place(path: str, name: str, host: str = WWW, kind: PathKind = PathKind.PREFIX, **further: Any) -> Place:
    return Place(name=path, host=host, path=path, kind=kind, ingress=name, **further)


def _serving(target: str, *places: Place, host: str = WWW, reached: str = "") -> Serving:
    return serving(Request(host=host, target=target), Index(places), reached)


def _names(found: Serving) -> tuple[list[str], list[str]]:
    return [place.ingress for place in found.sure], [place.ingress for place in found.perhaps]


HOSTS = (
    _place("/a", "exact"),
    _place("/", "wild", host="*.example.com"),
    _place("/a/long", "wild", host="*.example.com"),
    _place("/", "any", host=""),
)


@pytest.mark.parametrize(
    ("host", "target", "name"),
    [
        ("www.example.com", "/a/b", "exact"),
        ("WWW.example.com", "/a/b", "exact"),
        ("www.example.com", "/c", ""),
        ("one.example.com", "/a", "wild"),
        ("two.one.example.com", "/a", "any"),
        ("example.com", "/a", "any"),
        ("elsewhere.example", "/", "any"),
    ],
)
def test_a_request_belongs_to_the_most_special_host_and_path(host: str, target: str, name: str) -> None:
    """T14: a wildcard is one label to nginx; and no path of a host is looked for on another."""
    assert _names(_serving(target, *HOSTS, host=host)) == ([name] if name else [], [])


def test_a_host_that_nobody_names_has_no_server() -> None:
    index = Index([_place("/", "wild", host="*.example.com")])
    asked = ("one.example.com", "two.one.example.com", "elsewhere.example")

    assert [server(host, index) for host in asked] == ["*.example.com", None, None]


@pytest.mark.parametrize(
    ("places", "target", "name"),
    [
        ((_place("/a", "exact", kind=EXACT), _place("/a", "prefix")), "/a", "exact"),
        ((_place("/a", "short"), _place("/a/b/", "long")), "/a/b/c", "long"),
        # T3: of expressions of one length the last of the alphabet.
        ((_place("/[a-z]", "first", kind=REGEX), _place("/[b-z]", "last", kind=REGEX)), "/c", "last"),
        ((_place("/a", "short", kind=REGEX), _place("/a/", "long", kind=REGEX)), "/a/b", "long"),
        # What an Ingress says for all other paths gives way to a rule of another one.
        ((_place("/", "default", rule=(0, -1)), _place("/", "rule", rule=(0, 0))), "/x", "rule"),
    ],
)
def test_of_the_paths_of_a_host_one_comes_first(places: tuple[Place, ...], target: str, name: str) -> None:
    assert _names(_serving(target, *places)) == ([name], [])
    assert _names(_serving(target, *reversed(places))) == ([name], [])


@pytest.mark.parametrize(
    ("path", "reached", "found"),
    [
        ("/a", "", (["plain"], ["strange"])),
        ("/a/much/longer", "", (["plain"], [])),
        ("/a", "shop/strange:80", (["strange"], [])),
        ("/a", "shop/plain:80", (["plain"], ["strange"])),
    ],
)
def test_an_expression_that_nobody_can_read_may_come_first(
    path: str, reached: str, found: tuple[list[str], list[str]]
) -> None:
    plain = _place(path, "plain", kind=REGEX, backends=(("shop/plain:80", 1),))
    strange = _place(r"/(a)\1", "strange", kind=REGEX, backends=(("shop/strange:80", 1),))

    assert _names(_serving("/a/much/longer", plain, strange, reached=reached)) == found


@pytest.mark.parametrize(
    ("host", "target", "explained"),
    [("one.example.com", "/", True), ("two.one.example.com", "/", False), (WWW, "/c", False)],
)
def test_an_entry_explains_only_what_its_ingress_serves(host: str, target: str, explained: bool) -> None:
    """Neither what lies deeper than its wildcard (T14) nor what a host of its own leaves out."""
    entry = Entry("", "wild", "/metadata/annotations/x~1ssl-redirect", Disposition.REFUSED, "not translated")
    request, answers = Request(host=host, target=target), (Answer(status=308), Answer(status=403))
    found = explanation(
        request, Difference(Attribute.STATUS, "308", "403"), answers, Ledger(entries=(entry,), places=HOSTS[:3])
    )

    assert bool(found) is explained
