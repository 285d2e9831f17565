"""Where a rule lacks, no setting of its Ingress explains it."""

from __future__ import annotations

import pytest

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.replay.compare import Difference
from gatelift.replay.explain import Ledger, explanation
from gatelift.replay.model import Answer, Attribute, Request, Seen
from gatelift.replay.requests.ingresses import ingress_places
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
) -> str:
    ledger = Ledger(
        entries=(Entry("", "shop/web", f"{KEY}{key}", disposition, text),),
        places=tuple(ingress_places([ingress("web", prefix(HOST))])),
        certified=(HOST,),
    )
    return explanation(Request(host=HOST, target="/a"), Difference(Attribute.STATUS, "a", "b"), (before, after), ledger)


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


def test_what_is_about_rules_does_and_so_does_a_listener_that_lacks() -> None:
    assert _explained("server-alias", REACHED, GONE)
    assert _explained("from-to-www-redirect", TO_HTTPS, GONE, text="the Gateway needs a listener for it")


def test_a_redirect_that_is_another_one_is_still_explained() -> None:
    assert _explained("from-to-www-redirect", TO_HTTPS, DENIED)


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
