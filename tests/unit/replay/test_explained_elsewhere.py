"""What a canary or an Ingress that is not loaded does where no place of its own tells, and what that never explains."""

from __future__ import annotations

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.explained.sentences import ALIAS_REDIRECTS, ALIAS_STAYS
from gatelift.traffic.model import Answer, Attribute, Manifest, Request, Seen
from gatelift.traffic.places.ingresses import canary_places, certified, ingress_places
from gatelift.traffic.places.place import PathKind
from support.judging import ingress, rule

HOST, OTHER = "www.example.com", "other.example.com"
KEY = "/metadata/annotations/nginx.ingress.kubernetes.io~1"
WEB, DOCS, NEXT, LATE = "shop/web:80", "shop/docs:80", "shop/next:80", "shop/late:80"
ASLEEP = "'x' is not a code, and ingress-nginx therefore does not load this Ingress: say which"


def _at(name: str, path: str = "/", host: str = HOST, service: str = "", **said: str) -> Manifest:
    return ingress(name, rule(host, (path, "Prefix", service or name)), **said)  # type: ignore[arg-type]


def _ledger(*objects: Manifest, entries: tuple[Entry, ...] = (), **withheld: str) -> Ledger:
    canaries = canary_places(objects)
    return Ledger(
        entries=entries,
        places=(*ingress_places(objects), *canaries),
        withheld={f"shop/{name}": why for name, why in withheld.items()},
        canaries=frozenset(place.ingress for place in canaries),
        certified=certified(objects),
    )


def _entry(name: str, pointer: str, text: str, disposition: Disposition = Disposition.DIFFERS) -> Entry:
    return Entry("", f"shop/{name}", pointer, disposition, text)


def _reached(backend: str) -> Answer:
    return Answer(status=200, seen=Seen(backend=backend, method="GET", target="/"))


def _moved(ledger: Ledger, before: str, after: str, host: str = HOST, target: str = "/") -> str:
    """What explains that another backend answers."""
    difference = Difference(Attribute.BACKEND, before, after)
    return explanation(Request(host=host, target=target), difference, (_reached(before), _reached(after)), ledger)


MAINS = (_at("web"), _at("docs", "/docs"), _at("late", host=OTHER))
CANARY = _at("next", "/docs", canary="true", canary_weight="20")
TOLD = _entry("next", "/spec/rules/0/http/paths/0/path", "its main Service is used elsewhere as well (T26)")


def test_a_canary_acts_today_wherever_its_main_service_is_used() -> None:
    ledger = _ledger(*MAINS, CANARY, entries=(TOLD,))

    for host, target in ((HOST, "/"), (OTHER, "/")):
        assert (
            _moved(ledger, NEXT, WEB, host, target)
            == f"/spec/rules/0/http/paths/0/path of Ingress shop/next: {TOLD.text}"
        )
    # On its own place it acts afterwards, too.
    assert not _moved(ledger, NEXT, WEB, target="/docs/a")
    # It is no other backend that is gone, and none that comes.
    assert not _moved(ledger, DOCS, WEB)
    assert not _moved(ledger, WEB, NEXT)


def test_only_another_backend_is_explained_by_where_a_canary_acts() -> None:
    ledger = _ledger(*MAINS, CANARY, entries=(TOLD,))
    request, both = Request(host=OTHER), (_reached(NEXT), _reached(LATE))

    assert explanation(request, Difference(Attribute.BACKEND, NEXT, LATE), both, ledger)
    assert not explanation(request, Difference(Attribute.RESPONSE_HEADERS, "a", "b"), both, ledger)
    for answers in ((both[0], Answer(status=404)), (Answer(status=403), both[1])):
        assert not explanation(request, Difference(Attribute.BACKEND, "a", "b"), answers, ledger)


def test_a_canary_that_shares_its_service_makes_it_sleep() -> None:
    """A Service that one canary has for main and another one for its own."""
    alone = _at("more", host="c.example.com", service="next", canary="true", canary_weight="20")

    assert _moved(_ledger(*MAINS, CANARY, alone, entries=(TOLD,)), WEB, NEXT)
    assert not _moved(_ledger(*MAINS, CANARY, entries=(TOLD,)), WEB, NEXT)


def test_so_does_one_that_is_withheld() -> None:
    ledger = _ledger(*MAINS, CANARY, next="its weight is refused")

    assert _moved(ledger, NEXT, LATE, OTHER) == "Ingress shop/next is withheld: its weight is refused"
    assert not _moved(ledger, NEXT, WEB, target="/docs")
    assert not _moved(_ledger(*MAINS, CANARY), NEXT, LATE, OTHER)
    # Nobody but a canary acts elsewhere.
    assert not _moved(_ledger(*MAINS, _at("next", "/docs/b"), next="so"), NEXT, LATE, OTHER)


def test_a_canary_with_a_place_that_nobody_can_read_may_act_there_afterwards_too() -> None:
    main = ingress("puzzle", rule(HOST, (r"/(a)\1.*", "ImplementationSpecific", "puzzle")), use_regex="true")
    canary = ingress(
        "next", rule(HOST, (r"/(a)\1.*", "ImplementationSpecific", "next")), canary="true", canary_weight="9"
    )
    ledger = _ledger(_at("web"), main, canary, _at("late", host=OTHER), entries=(TOLD,))

    assert _moved(ledger, NEXT, LATE, OTHER)
    assert not _moved(ledger, NEXT, WEB, target="/aa")


SLEEPER = _entry("late", f"{KEY}permanent-redirect-code", ASLEEP)


def _unloaded(
    before: Answer, after: Answer, target: str = "/", scheme: str = "https", host: str = OTHER, by: str | None = None
) -> str:
    objects = (*MAINS[:2], _at("late", "/late", OTHER), _at("early", "/early", OTHER))
    ledger = _ledger(*objects, entries=(SLEEPER,))
    difference = Difference(Attribute.STATUS, str(before.status), str(after.status))
    return explanation(Request(host=host, target=target, scheme=scheme), difference, (before, after), ledger, by)


NOBODY, TURNED_AWAY = Answer(status=404), Answer(status=401)
SECURED = Answer(status=308, headers=(("Location", f"https://{OTHER}/early"),))
OUT = Answer(status=302, headers=(("Location", "http://else.example.com/"),))


def test_an_ingress_that_is_not_loaded_changes_what_its_places_answer() -> None:
    assert ASLEEP in _unloaded(NOBODY, OUT, "/late")
    assert ASLEEP in _unloaded(_reached("shop/default:80"), _reached(LATE), "/late")
    assert not _unloaded(NOBODY, OUT, "/early")
    assert not _unloaded(NOBODY, OUT, "/late", host=HOST)


def test_it_brings_a_certificate_that_nobody_has_today() -> None:
    assert ASLEEP in _unloaded(_reached("shop/early:80"), SECURED, "/early", "http")
    assert not _unloaded(_reached("shop/early:80"), SECURED, "/early", "https")
    assert not _unloaded(_reached("shop/early:80"), OUT, "/early", "http")


def test_where_somebody_of_another_host_serves_its_own_today_that_ends() -> None:
    assert ASLEEP in _unloaded(_reached("shop/web:80"), NOBODY, "/early", by="shop/web")
    assert ASLEEP in _unloaded(OUT, NOBODY, "/of-nobody")
    assert not _unloaded(_reached("shop/early:80"), NOBODY, "/early", by="shop/early")


@pytest.mark.parametrize("before", [TURNED_AWAY, Answer(status=403), NOBODY])
def test_nobody_is_let_in_by_it(before: Answer) -> None:
    for target, by in (("/late", None), ("/late", "shop/web"), ("/early", "shop/web")):
        assert not _unloaded(before, _reached(LATE), target, by=by)


@pytest.mark.parametrize(
    "text",
    [
        "ingress-nginx 1.12 and later load no Ingress with such a value, unless annotation validation is off",
        "so; ingress-nginx 1.12 and later do not even load an Ingress with such a value (T42)",
        "this Ingress is not loaded today: the annotation is of the risk Critical",
        "ingress-nginx does not load this Ingress because of it today",
    ],
)
def test_each_way_in_which_that_is_told(text: str) -> None:
    objects = (_at("late", "/late", OTHER),)
    request, answers = Request(host=OTHER, target="/late", scheme="https"), (NOBODY, OUT)
    difference = Difference(Attribute.STATUS, "404", "302")
    told = _ledger(*objects, entries=(_entry("late", f"{KEY}custom", text, Disposition.INERT),))
    other = _ledger(*objects, entries=(_entry("late", f"{KEY}custom", "it does nothing", Disposition.INERT),))

    assert text in explanation(request, difference, answers, told)
    assert not explanation(request, difference, answers, other)


ALIAS = "alias.example.org"


def _hosts(*objects: Manifest) -> dict[tuple[str, str], str]:
    """(host, path) -> the Ingress with that place."""
    return {(place.host, place.path): place.ingress for place in ingress_places(objects)}


def test_all_places_of_a_host_are_served_under_its_aliases() -> None:
    found = _hosts(_at("web", server_alias=f"{ALIAS}, www.example.org"), _at("docs", "/docs"), _at("late", host=OTHER))

    assert found[(ALIAS, "/")] == found[("www.example.org", "/")] == "shop/web"
    assert found[(ALIAS, "/docs")] == "shop/docs"
    assert {place for place in found if place[0] == OTHER} == {(OTHER, "/")}
    assert len(found) == 7


def test_an_alias_that_is_a_host_of_somebody_is_none() -> None:
    found = _hosts(_at("web", server_alias=OTHER), _at("docs", "/docs"), _at("late", host=OTHER))

    assert found == {(HOST, "/"): "shop/web", (HOST, "/docs"): "shop/docs", (OTHER, "/"): "shop/late"}


@pytest.mark.parametrize(("other", "has"), [(OTHER, "late"), ("", "late"), ("x.example.com", "web")])
def test_an_alias_of_two_hosts_is_that_of_the_first(other: str, has: str) -> None:
    found = _hosts(_at("web", server_alias=ALIAS), _at("late", "/late", other, server_alias=ALIAS))

    assert {ingress for (host, _), ingress in found.items() if host == ALIAS} == {f"shop/{has}"}


def test_a_place_under_an_alias_is_regular_with_its_host() -> None:
    objects = (_at("web", "/a.", server_alias=ALIAS, use_regex="true"), _at("docs", "/docs"))

    assert {(place.host, place.kind) for place in ingress_places(objects)} == {
        (host, PathKind.REGEX) for host in (HOST, ALIAS)
    }


def test_no_place_stands_under_an_expression_or_by_the_word_of_a_canary() -> None:
    found = _hosts(_at("web", server_alias="~^w.*$"), _at("next", service="next", canary="true", server_alias=ALIAS))

    assert found == {(HOST, "/"): "shop/web"}


def test_who_is_known_to_answer_is_asked_beside_the_places() -> None:
    """No path of its own takes the request: it is a canary's, or its host is nobody's."""
    limit = _entry("late", f"{KEY}proxy-body-size", "the gateway has no such limit")
    ledger = _ledger(*MAINS, entries=(limit,))
    difference = Difference(Attribute.STATUS, "413", "404")
    request, answers = Request(host=HOST, target="/"), (Answer(status=413), Answer(status=404))

    assert explanation(request, difference, answers, ledger, "shop/late").endswith(limit.text)
    for by in (None, "shop/docs"):
        assert not explanation(request, difference, answers, ledger, by)


def test_what_is_withheld_elsewhere_explains_what_it_answers_here() -> None:
    ledger = _ledger(*MAINS, late="so")
    difference = Difference(Attribute.STATUS, "200", "404")
    answers = (_reached(LATE), NOBODY)

    assert (
        explanation(Request(host=HOST), difference, answers, ledger, "shop/late") == "Ingress shop/late is withheld: so"
    )
    assert not explanation(Request(host=HOST), difference, answers, ledger)


def test_a_request_that_is_known_to_be_nobodys_has_no_route() -> None:
    """By places alone it is one's whose path a canary or an older Ingress has."""
    ledger = _ledger(_at("web"))
    difference = Difference(Attribute.STATUS, "403", "404")
    answers = (Answer(status=403), Answer(status=404))

    assert explanation(Request(host=HOST), difference, answers, ledger, "") == "docs/differences.md: No route"
    for by in (None, "shop/web"):
        assert not explanation(Request(host=HOST), difference, answers, ledger, by)


def test_what_closes_an_exact_path_closes_the_one_that_lacks_its_slash() -> None:
    rest, shut = _at("web"), ingress("shut", rule(HOST, ("/shut/", "Exact", "shut")))
    ledger = _ledger(rest, shut, shut="so")
    difference, closed = Difference(Attribute.STATUS, "200", "403"), Answer(status=403)

    def told(target: str, after: Answer = closed, ledger: Ledger = ledger) -> str:
        return explanation(Request(host=HOST, target=target), difference, (_reached(WEB), after), ledger)

    assert told("/shut?a=b") == "Ingress shop/shut is withheld: so"
    assert not told("/shut/a")
    assert not told("/other")
    assert not told("/shut", NOBODY)
    assert not told("/shut", ledger=_ledger(rest, shut))


LISTENS = "the Gateway needs a listener and a certificate for the alias too; "


def _of_alias(
    sentence: str, before: Answer, after: Answer, host: str, told: tuple[str, str], pointer: str = f"{KEY}server-alias"
) -> str:
    web = ingress(
        "web", rule(HOST, ("/", "Prefix", "web")), server_alias=f"{ALIAS}, b.wild.org", tls=[{"hosts": [HOST]}]
    )
    wild = ingress("wild", rule("*.wild.org", ("/", "Prefix", "wild")), tls=[{"hosts": ["*.wild.org"]}])
    ledger = _ledger(web, wild, entries=(_entry("web", pointer, sentence),))
    return explanation(Request(host=host), Difference(Attribute.STATUS, *told), (before, after), ledger)


def _led(host: str) -> tuple[Answer, str]:
    return Answer(status=308, headers=(("location", f"https://{host}/"),)), f"308 to https://{host}/"


@pytest.mark.parametrize(("pointer", "further"), [(f"{KEY}server-alias", ""), ("/spec/rules/0/host", "; and more")])
def test_plain_http_of_an_alias_stays_where_only_another_certificate_covers_it(pointer: str, further: str) -> None:
    text = f"{LISTENS}{ALIAS_STAYS}{further}"
    led, said = _led("b.wild.org")
    assert ALIAS_STAYS in _of_alias(text, led, _reached(WEB), "b.wild.org", (said, "200"), pointer)
    assert not _of_alias(text, TURNED_AWAY, _reached(WEB), "b.wild.org", ("401", "200"), pointer)
    assert not _of_alias(text, OUT, _reached(WEB), "b.wild.org", ("302 to https://else.org/", "200"), pointer)
    led, said = _led(ALIAS)
    assert not _of_alias(text, led, _reached(WEB), ALIAS, (said, "200"), pointer)


def test_it_is_led_on_where_only_the_host_has_a_certificate_whoever_gives_the_alias() -> None:
    text, pointer = f"{ALIAS}: {ALIAS_REDIRECTS}; and more", "/spec/rules/0/host"
    led, said = _led(ALIAS)
    assert ALIAS_REDIRECTS in _of_alias(text, _reached(WEB), led, ALIAS, ("200", said), pointer)
    assert not _of_alias(text, _reached(WEB), OUT, ALIAS, ("200", "302 to https://else.org/"), pointer)
    led, said = _led(HOST)
    assert not _of_alias(text, _reached(WEB), led, HOST, ("200", said), pointer)
