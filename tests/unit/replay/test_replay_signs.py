"""Where a rule lacks, no setting of its Ingress explains it."""

from __future__ import annotations

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, Request, Seen
from gatelift.traffic.places.ingresses import ingress_places
from gatelift.traffic.places.place import PathKind, Place
from support.judging import ingress, prefix

HOST = "www.example.com"
KEY = "/metadata/annotations/nginx.ingress.kubernetes.io~1"
REACHED = Answer(status=200, seen=Seen(backend="shop/app:80", method="GET", target="/"))
GONE, TO_HTTPS, DENIED = Answer(status=404), Answer(status=308), Answer(status=403)
OTHERWISE = "the setting is another one"


def _explained(
    key: str,
    before: Answer,
    after: Answer,
    disposition: Disposition = Disposition.DIFFERS,
    text: str = OTHERWISE,
    **request: str,
) -> str:
    ledger = Ledger(
        entries=(Entry("", "shop/web", f"{KEY}{key}", disposition, text),),
        places=tuple(ingress_places([ingress("web", prefix(HOST))])),
        certified=(HOST,),
    )
    asked = Request(**{"host": HOST, "target": "/a", **request})  # type: ignore[arg-type]  # all of these are texts
    return explanation(asked, Difference(Attribute.STATUS, "a", "b"), (before, after), ledger)


@pytest.mark.parametrize("disposition", [Disposition.DIFFERS, Disposition.REFUSED])
@pytest.mark.parametrize("before", [REACHED, TO_HTTPS])
@pytest.mark.parametrize(
    "key",
    [
        "proxy-body-size", "whitelist-source-range", "denylist-source-range", "limit-rps", "auth-secret", "auth-url",
        "satisfy", "from-to-www-redirect", "ssl-redirect", "app-root", "custom-http-errors", "default-backend",
        "enable-cors",
    ],
)  # fmt: skip
def test_no_setting_of_an_ingress_explains_that_its_rule_is_gone(
    key: str, before: Answer, disposition: Disposition
) -> None:
    assert not _explained(key, before, GONE, disposition)


def test_a_listener_that_lacks_explains_what_comes_in_there() -> None:
    """What needs a certificate is missing over HTTPS; plain HTTP has a listener for it."""
    for key in ("server-alias", "from-to-www-redirect"):
        assert _explained(key, TO_HTTPS, GONE, text="the Gateway needs a listener for it", scheme="https")
        assert not _explained(key, TO_HTTPS, GONE, text="the Gateway needs a listener for it")
    text = "the Gateway has no HTTP listener for www.example.com, which is served over HTTPS only"
    assert not _explained("server-alias", REACHED, GONE, text=text, scheme="https")
    assert _explained("server-alias", REACHED, GONE, text=text)


def test_an_alias_lacks_a_certificate_or_is_redirected_with_its_host() -> None:
    listener = "the Gateway needs a listener and a certificate for the alias too"
    redirect = "plain HTTP is redirected to HTTPS there as well, which nginx does only if the host's certificate covers"
    onward = Answer(status=308, headers=(("location", f"https://{HOST}/a"),))
    text = f"{listener}; {redirect} the alias"

    assert _explained("server-alias", REACHED, onward, text=text)
    assert not _explained("server-alias", REACHED, onward, text=listener)
    assert _explained("server-alias", REACHED, GONE, text=text, scheme="https")
    assert not _explained("server-alias", REACHED, GONE, text=text)
    assert not _explained("server-alias", REACHED, DENIED, text=text)


@pytest.mark.parametrize("key", ["server-alias", "rewrite-target", "use-regex"])
@pytest.mark.parametrize("after", [GONE, Answer(status=500), Answer(status=503)])
def test_what_is_about_rules_explains_no_rule_that_is_gone(key: str, after: Answer) -> None:
    assert not _explained(key, REACHED, after)


def test_a_service_without_an_endpoint_is_told() -> None:
    text = "while a Service has no endpoint, clients get the gateway's own error (500 or 503)"
    assert _explained("default-backend", REACHED, Answer(status=500), text=text)
    assert not _explained("default-backend", REACHED, GONE, text=text)


@pytest.mark.parametrize(
    ("target", "explained"), [("/API/x", True), ("/apix", True), ("/api/x", False), ("/api", False)]
)
def test_a_path_that_became_a_prefix_is_still_taken_below_it(target: str, explained: bool) -> None:
    text = "written as a prefix as decided: case counts, only whole path elements match (T2)"
    entry = Entry("", "shop/web", "/spec/rules/0/http/paths/0/path", Disposition.DIFFERS, text)
    place = Place(name="x", host=HOST, path="/api.*", kind=PathKind.REGEX, ingress="shop/web", rule=(0, 0))
    ledger = Ledger(entries=(entry,), places=(place,))
    difference = Difference(Attribute.STATUS, "a", "b")

    found = explanation(Request(host=HOST, target=target), difference, (REACHED, GONE), ledger)
    assert bool(found) is explained


def test_a_redirect_that_is_another_one_is_still_explained() -> None:
    assert _explained("from-to-www-redirect", TO_HTTPS, DENIED)


@pytest.mark.parametrize(("after", "explained"), [(Answer(status=307), True), (GONE, False), (REACHED, False)])
def test_an_escaped_slash_is_sent_on_or_turned_away(after: Answer, explained: bool) -> None:
    found = _explained("upstream-vhost", REACHED, after, target="/a%2Fb")
    assert bool(found) is explained


@pytest.mark.parametrize(
    ("scheme", "after", "explained"),
    [
        ("http", ((308, f"https://{HOST}/"),), True),
        ("https", ((308, f"https://{HOST}/"),), False),
        ("http", ((500, ""),), False),
    ],
)
def test_an_app_root_is_reached_by_way_of_https(scheme: str, after: tuple[tuple[int, str]], explained: bool) -> None:
    text = "over plain HTTP the redirect is a 308 to HTTPS, which leads on to the path; nginx goes to the path first"
    ((status, location),) = after
    answer = Answer(status=status, headers=(("location", location),) if location else ())
    before = Answer(status=302, headers=(("location", f"{scheme}://{HOST}/app"),))
    assert bool(_explained("app-root", before, answer, text=text, scheme=scheme)) is explained


_ALWAYS = "docs/differences.md: "


@pytest.mark.parametrize(
    ("key", "request_", "difference", "before", "after", "said"),
    [
        ("rewrite-target", {"target": "/a%2Fb"}, (Attribute.STATUS, "", ""), REACHED, Answer(status=307),
         _ALWAYS + "`%2F` and `%5C` in a path"),
        ("ssl-redirect", {"target": "//a"}, (Attribute.LOCATION, f"https://{HOST}//a", f"https://{HOST}/a"),
         TO_HTTPS, TO_HTTPS, _ALWAYS + "Doubled slashes, dot segments, encoded letters"),
        ("permanent-redirect", {"body": 2 << 20}, (Attribute.STATUS, "", ""), Answer(status=413), TO_HTTPS,
         _ALWAYS + "Size of a body"),
        ("proxy-body-size", {"body": 2 << 20}, (Attribute.STATUS, "", ""), Answer(status=413), TO_HTTPS,
         "nginx.ingress.kubernetes.io/proxy-body-size of Ingress shop/web: "),
    ],
)  # fmt: skip
def test_what_the_request_shows_is_said_before_what_holds_for_its_ingress(
    key: str,
    request_: dict[str, str],
    difference: tuple[Attribute, str, str],
    before: Answer,
    after: Answer,
    said: str,
) -> None:
    ledger = Ledger(
        entries=(Entry("", "shop/web", f"{KEY}{key}", Disposition.DIFFERS, OTHERWISE),),
        places=tuple(ingress_places([ingress("web", prefix(HOST))])),
    )
    asked = Request(**{"host": HOST, **request_})  # type: ignore[arg-type]

    assert explanation(asked, Difference(*difference), (before, after), ledger).startswith(said)
