"""Explanations: they fit the place and the attribute, and none explains that something was opened."""

from __future__ import annotations

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, Request, Seen
from gatelift.traffic.places.ingresses import canary_places, ingress_places
from support.judging import ingress, prefix, rule

HOST = "www.example.com"
KEY = "/metadata/annotations/nginx.ingress.kubernetes.io~1"


def _reached(backend: str = "shop/app:80", status: int = 200) -> Answer:
    return Answer(status=status, seen=Seen(backend=backend, method="GET", target="/"))


def _ledger(*entries: Entry, withheld: dict[str, str] | None = None) -> Ledger:
    objects = [
        ingress("web", rule(HOST, ("/", "Prefix", "web"), ("/docs", "Prefix", "docs"))),
        ingress("next", prefix(HOST, service="next"), canary="true"),
        ingress("admin", rule(HOST, ("/admin", "Prefix", "admin"))),
    ]
    return Ledger(
        entries=entries, places=(*ingress_places(objects), *canary_places(objects)), withheld=withheld or {},
        certified=(HOST,),
    )  # fmt: skip


def _explained(
    ledger: Ledger, attribute: Attribute, before: Answer, after: Answer, target: str = "/", **request: str
) -> str:
    asked = Request(**{"host": HOST, "target": target, **request})  # type: ignore[arg-type]
    return explanation(asked, Difference(attribute, "a", "b"), (before, after), ledger)


def _entry(pointer: str, disposition: Disposition = Disposition.DIFFERS, text: str = "so", name: str = "web") -> Entry:
    return Entry("", f"shop/{name}", pointer, disposition, text)


def test_an_entry_on_a_key_explains_what_the_key_decides() -> None:
    ledger = _ledger(_entry(f"{KEY}permanent-redirect"))

    found = _explained(ledger, Attribute.LOCATION, Answer(status=301), Answer(status=301))
    assert found == "nginx.ingress.kubernetes.io/permanent-redirect of Ingress shop/web: so"
    assert not _explained(ledger, Attribute.COOKIES, _reached(), _reached())
    assert not _explained(ledger, Attribute.LOCATION, Answer(status=301), Answer(status=301), "/admin/x")


def test_another_code_of_a_redirect_is_told_at_its_host() -> None:
    text = "the redirect is a 301, because 308 came with Gateway API 1.5"
    ledger = _ledger(_entry("/spec/rules/0/host", text=text))
    before = Answer(status=308, headers=(("location", f"https://{HOST}/"),))
    request = Request(host=HOST)

    for status, told in ((301, True), (302, False)):
        after = Answer(status=status, headers=before.headers)
        difference = Difference(Attribute.STATUS, f"308 to https://{HOST}/", f"{status} to https://{HOST}/")
        assert bool(explanation(request, difference, (before, after), ledger)) is told


def test_an_entry_on_a_path_explains_that_path_alone() -> None:
    ledger = _ledger(_entry("/spec/rules/0/http/paths/1/path"))

    assert _explained(ledger, Attribute.STATUS, _reached(), Answer(status=405), "/docs/a")
    assert not _explained(ledger, Attribute.STATUS, _reached(), Answer(status=405), "/other")


def test_an_entry_on_a_path_of_a_second_rule_of_a_host_explains_no_other_host() -> None:
    rules = (rule(HOST, ("/", "Prefix", "web")), rule(HOST, ("/docs", "Prefix", "docs")), prefix("b.example.com"))
    entry = _entry("/spec/rules/1/http/paths/0/path")
    ledger = Ledger(entries=(entry,), places=ingress_places([ingress("web", *rules)]))
    other = Answer(status=405)

    assert _explained(ledger, Attribute.STATUS, _reached("shop/docs:80"), other, "/docs")
    assert not _explained(ledger, Attribute.STATUS, _reached("shop/web:80"), other, "/a")
    assert not _explained(ledger, Attribute.STATUS, _reached(), other, "/a", host="b.example.com")


def test_a_host_that_is_closed_as_a_whole_is_explained_where_nobody_served_it_before() -> None:
    ledger = _ledger(withheld={"shop/admin": "a reason"})
    nobody, closed = Answer(status=404), Answer(status=403)

    found = _explained(ledger, Attribute.STATUS, nobody, closed, "/other")
    assert found == "Ingress shop/admin is withheld, and its host is closed as a whole: a reason"
    assert not _explained(ledger, Attribute.STATUS, nobody, closed, "/other", host="api.example.com")
    assert not _explained(ledger, Attribute.STATUS, _reached(), closed, "/other")
    assert not _explained(_ledger(), Attribute.STATUS, nobody, closed, "/other")


def test_a_path_of_slashes_alone_explains_a_redirect_that_is_gone_and_no_open_door() -> None:
    redirect, denied = Answer(status=302, headers=(("location", "/start"),)), Answer(status=403)
    row = "docs/differences.md: A path of slashes alone"

    assert _explained(_ledger(), Attribute.STATUS, redirect, _reached(), "//?a=b") == row
    assert not _explained(_ledger(), Attribute.STATUS, denied, _reached(), "//")
    assert not _explained(_ledger(), Attribute.STATUS, redirect, _reached(), "/")
    assert not _explained(_ledger(), Attribute.STATUS, redirect, _reached(), "//a")


def test_the_realm_of_a_password_is_the_gateways_own_where_both_ask_for_one() -> None:
    asked, reached = Answer(status=401), _reached()
    request = Request(host=HOST)
    realm = Difference(Attribute.CHALLENGE, 'Basic realm="Members"', f'Basic realm="http://{HOST}/"')
    gone = Difference(Attribute.CHALLENGE, 'Basic realm="Members"', "")
    bearer = Difference(Attribute.CHALLENGE, 'Basic realm="Members"', 'Bearer realm="a"')

    assert explanation(request, realm, (asked, asked), _ledger()) == "docs/differences.md: The realm of a password"
    for difference in (gone, bearer):
        assert not explanation(request, difference, (asked, asked), _ledger())
    assert not explanation(request, realm, (asked, reached), _ledger())


def test_hsts_with_the_redirect_of_a_whole_host_is_more_than_nginx_sends() -> None:
    redirect = Answer(status=302, headers=(("location", "/start"),))
    request = Request(scheme="https", host=HOST)
    more, less = Difference(Attribute.HSTS, "", "max-age=1"), Difference(Attribute.HSTS, "max-age=1", "")

    assert explanation(request, more, (redirect, redirect), _ledger()) == "docs/differences.md: HSTS"
    assert not explanation(request, more, (_reached(), _reached()), _ledger())
    assert not explanation(request, less, (redirect, redirect), _ledger())


@pytest.mark.parametrize("disposition", [Disposition.EXACT, Disposition.INERT, Disposition.MOVED])
def test_what_is_said_to_be_the_same_explains_nothing(disposition: Disposition) -> None:
    ledger = _ledger(_entry(f"{KEY}ssl-redirect", disposition))

    assert not _explained(ledger, Attribute.STATUS, _reached(), Answer(status=404))


def test_that_other_applications_were_not_seen_explains_nothing() -> None:
    ledger = _ledger(_entry("/spec/rules/0/host", text="seen for this application only: Ingresses elsewhere"))

    assert not _explained(ledger, Attribute.STATUS, _reached(), Answer(status=404))


@pytest.mark.parametrize("key", ["auth-url", "allowlist-source-range", "auth-type", "satisfy"])
@pytest.mark.parametrize("disposition", [Disposition.DIFFERS, Disposition.REFUSED])
def test_nothing_explains_that_a_place_was_opened(key: str, disposition: Disposition) -> None:
    ledger = _ledger(_entry(f"{KEY}{key}", disposition), withheld={"shop/web": "it is refused"})

    assert not _explained(ledger, Attribute.STATUS, Answer(status=401), _reached())
    assert _explained(ledger, Attribute.STATUS, _reached(), Answer(status=403))


def test_what_was_accepted_may_be_open() -> None:
    ledger = _ledger(_entry(f"{KEY}auth-type", text="not translated, and accepted: the VPN asks"))

    assert _explained(ledger, Attribute.STATUS, Answer(status=401), _reached())


def test_only_the_ingress_that_serves_the_request_is_withheld_for_it() -> None:
    ledger = _ledger(withheld={"shop/admin": "it is refused"})

    assert "shop/admin is withheld" in _explained(ledger, Attribute.STATUS, _reached(), Answer(status=403), "/admin/x")
    assert not _explained(ledger, Attribute.STATUS, _reached(), Answer(status=403), "/docs")


_QUERY = "a gateway adds the query string of the request to the target, where nginx sends the URL as it is written"
_WENT = "https://new.example.com/there"


def _redirect(location: str, status: int = 301) -> Answer:
    return Answer(status=status, headers=(("Location", location),))


@pytest.mark.parametrize(
    ("attribute", "text", "after", "fits"),
    [
        (Attribute.LOCATION, _QUERY, _redirect(f"{_WENT}?a=1"), True),
        (Attribute.LOCATION, "a trailing slash is kept, nginx drops it", _redirect(f"{_WENT}/"), True),
        (Attribute.LOCATION, _QUERY, _redirect("https://other.example.com/there?a=1"), False),
        (Attribute.LOCATION, _QUERY, _redirect("https://new.example.com/?a=1"), False),
        (Attribute.STATUS, _QUERY, _redirect(_WENT, 302), False),
        (Attribute.STATUS, "the redirect is a 302, because 307 came with 1.6", _redirect(_WENT, 302), True),
        (Attribute.STATUS, "the redirect is a 302, because 307 came with 1.6", _redirect(_WENT, 308), False),
    ],
)
def test_what_is_said_of_a_redirect_explains_no_other_one(
    attribute: Attribute, text: str, after: Answer, fits: bool
) -> None:
    ledger = _ledger(_entry(f"{KEY}permanent-redirect", text=text))
    difference = Difference(attribute, _WENT, after.headers[0][1])
    found = explanation(Request(host=HOST), difference, (_redirect(_WENT), after), ledger)

    assert bool(found) is fits


def test_what_is_withheld_explains_only_the_backend_that_is_next() -> None:
    said = _entry("/spec/rules/0/http/paths/0/path", Disposition.REFUSED, name="admin")
    ledger = _ledger(said, withheld={"shop/admin": "it is refused"})
    admin = _reached("shop/admin:80")

    assert _explained(ledger, Attribute.BACKEND, admin, _reached("shop/web:80"), "/admin")
    assert not _explained(ledger, Attribute.BACKEND, admin, _reached("shop/elsewhere:80"), "/admin")


@pytest.mark.parametrize("disposition", [Disposition.DIFFERS, Disposition.REFUSED])
def test_what_keeps_requests_out_explains_no_other_backend(disposition: Disposition) -> None:
    ledger = _ledger(_entry(f"{KEY}proxy-body-size", disposition), _entry(f"{KEY}auth-url", disposition))

    assert not _explained(ledger, Attribute.BACKEND, _reached("shop/web:80"), _reached("shop/docs:80"))


def test_a_canary_that_acts_elsewhere_is_told() -> None:
    """T26."""
    told = _entry("/spec/rules/0/http/paths/0/path", text="ingress-nginx would also use it (T26)", name="next")
    elsewhere = {"host": "other.example.com"}

    assert _explained(_ledger(told), Attribute.BACKEND, _reached("shop/next:80"), _reached(), **elsewhere)
    assert not _explained(_ledger(told), Attribute.BACKEND, _reached("shop/next:80"), _reached())
    assert not _explained(_ledger(told), Attribute.BACKEND, _reached("shop/docs:80"), _reached(), **elsewhere)
    # It acts today, and not afterwards; and it sets no header.
    assert not _explained(_ledger(told), Attribute.BACKEND, _reached(), _reached("shop/next:80"), **elsewhere)
    assert not _explained(_ledger(told), Attribute.RESPONSE_HEADERS, _reached("shop/next:80"), _reached(), **elsewhere)


@pytest.mark.parametrize("attribute", [Attribute.RESPONSE_HEADERS, Attribute.HSTS])
def test_headers_that_only_the_gateway_s_own_answers_lack_are_missed_of_a_backend(attribute: Attribute) -> None:
    told = _entry(f"{KEY}custom-headers", text="answers that the gateway makes itself go without them")

    assert _explained(_ledger(told), attribute, Answer(status=308), Answer(status=308))
    assert not _explained(_ledger(told), attribute, _reached(), _reached())


@pytest.mark.parametrize("before", [Answer(status=404), _reached("shop/default:80")])
def test_a_deep_host_went_to_whoever_serves_the_rest(before: Answer) -> None:
    """T14, with a default backend of the operator's and without one."""
    ledger = Ledger(places=tuple(ingress_places([ingress("wild", prefix("*.example.com", service="wild"))])))
    attribute = Attribute.STATUS if before.seen is None else Attribute.BACKEND
    wild = _reached("shop/wild:80")

    assert "Depth of a wildcard" in _explained(ledger, attribute, before, wild, host="a.b.example.com")
    assert not _explained(ledger, attribute, before, wild, host="b.example.com")


def _puzzling(name: str) -> Ledger:
    """One place that everybody can read, and one whose expression nobody can."""
    objects = [
        ingress("web", rule(HOST, ("/", "Prefix", "web"))),
        ingress("puzzle", rule(HOST, (r"/(a)\1.*", "ImplementationSpecific", "puzzle")), use_regex="true"),
    ]
    entry = _entry("/spec/rules/0/http/paths/0/path", name=name)
    return Ledger(entries=(entry,), places=ingress_places(objects), withheld={"shop/puzzle": "no route"})


def test_where_nobody_knows_who_serves_a_request_nothing_is_explained_by_it() -> None:
    turned_away, gone = Answer(status=403), Answer(status=404)

    assert not _explained(_puzzling("web"), Attribute.STATUS, turned_away, gone, "/aa")
    assert not _explained(_puzzling("puzzle"), Attribute.STATUS, turned_away, gone, "/aa")
    assert not _explained(_puzzling("web"), Attribute.STATUS, _reached("shop/other:80"), gone, "/aa")


def test_the_backend_that_the_judge_reached_tells_who_serves_it() -> None:
    gone = Answer(status=404)

    assert "withheld" in _explained(_puzzling("web"), Attribute.STATUS, _reached("shop/puzzle:80"), gone, "/aa")
    # It reached the other, so that the expression did not take it; but nobody can be sure of that.
    assert "withheld" not in _explained(_puzzling("web"), Attribute.STATUS, _reached("shop/web:80"), gone, "/aa")
