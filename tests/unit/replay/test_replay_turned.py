"""An entry on what turns requests away, or redirects them, explains no path that is gone."""

from __future__ import annotations

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, Request, Seen
from gatelift.traffic.places.ingresses import ingress_places
from support.judging import ingress, prefix

HOST = "www.example.com"
KEY = "/metadata/annotations/nginx.ingress.kubernetes.io~1"
REACHED = Answer(status=200, seen=Seen(backend="shop/app:80", method="GET", target="/"))
OWN = [
    ("proxy-body-size", 413),
    ("limit-rps", 429),
    ("whitelist-source-range", 403),
    ("auth-url", 401),
    ("satisfy", 403),
    ("ssl-redirect", 308),
]


def _explained(key: str, attribute: Attribute, before: Answer, after: Answer) -> str:
    entry = Entry("", "shop/web", KEY + key, Disposition.DIFFERS, "it is counted otherwise")
    ledger = Ledger(entries=(entry,), places=ingress_places([ingress("web", prefix(HOST))]))
    return explanation(Request(host=HOST), Difference(attribute, "a", "b"), (before, after), ledger)


@pytest.mark.parametrize(("key", "status"), OWN)
def test_an_entry_explains_the_answer_that_its_key_gives(key: str, status: int) -> None:
    assert key in _explained(key, Attribute.STATUS, REACHED, Answer(status=status))


@pytest.mark.parametrize("key", [key for key, _ in OWN])
@pytest.mark.parametrize("after", [Answer(status=404), Answer(status=500), Answer(failure="timeout")])
def test_it_explains_no_other(key: str, after: Answer) -> None:
    assert not _explained(key, Attribute.STATUS, REACHED, after)
    # A backend that answers so itself is not turned away.
    assert not _explained(key, Attribute.STATUS, Answer(status=429, seen=REACHED.seen), after)


def test_what_a_password_is_called_only_its_realm_says() -> None:
    both = Answer(status=401), Answer(status=401)

    assert not _explained("auth-secret", Attribute.CHALLENGE, *both)
    assert "auth-realm" in _explained("auth-realm", Attribute.CHALLENGE, *both)
    assert not _explained("auth-realm", Attribute.STATUS, both[0], Answer(status=404))


@pytest.mark.parametrize("key", ["limit-rps", "proxy-body-size", "denylist-source-range"])
def test_what_counts_or_measures_decides_no_address(key: str) -> None:
    one, other = (Answer(status=301, headers=(("location", where),)) for where in ("/a", "/b"))

    assert not _explained(key, Attribute.LOCATION, one, other)
