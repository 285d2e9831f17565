"""What differs for every Ingress: the rows of the page, and what each of them explains, and does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.explained import always
from gatelift.traffic.model import Answer, Attribute, Request, Seen

HOST = "www.example.com"
PAGE = Path(__file__).parents[3] / "docs" / "differences.md"


def _reached(backend: str = "shop/app:80") -> Answer:
    return Answer(status=200, seen=Seen(backend=backend, method="GET", target="/"))


def _redirect(location: str, status: int) -> Answer:
    return Answer(status=status, headers=(("location", location),))


def test_rows_that_always_hold_are_those_of_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")

    for row in (*always.ROWS, *always.OPENING):
        assert f"| {row} |" in page


_OWN_REDIRECTS = "`app-root`, and the slash that a path lacks, for who may not come in"


@pytest.mark.parametrize(
    ("request_", "difference", "before", "after", "row"),
    [
        ({}, (Attribute.HSTS, "max-age=1", ""), Answer(status=404), Answer(status=404), "No route"),
        ({"host": "x.invalid"}, (Attribute.STATUS, "", ""), Answer(status=404), Answer(failure="tls"),
         "TLS for an unknown host"),
        ({}, (Attribute.STATUS, "", ""), Answer(status=503), Answer(status=500), "A Service that is not there"),
        ({"body": 2 << 20}, (Attribute.STATUS, "", ""), Answer(status=413), _reached(), "Size of a body"),
        ({"target": "//a"}, (Attribute.PATH, "//a", "/a"), _reached(), _reached(),
         "Doubled slashes, dot segments, encoded letters"),
        ({"target": "//a"}, (Attribute.PATH, "//a", "/b"), _reached(), _reached(), ""),
        ({}, (Attribute.LOCATION, "https://h/a", "https://h/a/"), Answer(status=308), Answer(status=308),
         "Redirect to HTTPS"),
        ({}, (Attribute.LOCATION, "https://h/a", "https://h/b"), Answer(status=308), Answer(status=308), ""),
        ({"target": "/a"}, (Attribute.STATUS, "301", "308"), _redirect(f"http://{HOST}/a/", 301),
         _redirect(f"https://{HOST}/a", 308), "The slash that a path lacks, over plain HTTP"),
        ({"target": "/a"}, (Attribute.STATUS, "301", "308"), _redirect(f"http://{HOST}/a/", 301),
         _redirect(f"https://{HOST}/b", 308), ""),
        ({"host": "WWW.example.com", "target": "/a"}, (Attribute.STATUS, "301", "308"),
         _redirect(f"http://{HOST}/a/", 301), _redirect("https://WWW.example.com/a", 308),
         "The slash that a path lacks, over plain HTTP"),
        ({"target": "/a"}, (Attribute.STATUS, "301", "200"), _redirect(f"http://{HOST}/a/", 301), _reached(), ""),
        ({}, (Attribute.STATUS, "", ""), Answer(status=401), _reached(), ""),
        ({}, (Attribute.STATUS, "", ""), _reached(), Answer(status=404), ""),
        ({}, (Attribute.CORS, "*", ""), _redirect(f"https://{HOST}/", 308), Answer(status=308), "No route"),
        ({"scheme": "http"}, (Attribute.CORS, "*", ""), _redirect(f"https://{HOST}/", 308),
         _redirect(f"https://{HOST}/", 308), "CORS of a redirect"),
        ({}, (Attribute.CORS, "", "*"), _redirect(f"https://{HOST}/", 308), _redirect(f"https://{HOST}/", 308), ""),
        ({}, (Attribute.CORS, "*", ""), _reached(), _redirect(f"https://{HOST}/", 308), ""),
        ({}, (Attribute.STATUS, "", ""), _redirect("https://elsewhere.example/", 301), Answer(status=404), "No route"),
        ({}, (Attribute.STATUS, "", ""), _redirect(f"https://www.{HOST}/", 308), Answer(status=404), ""),
        ({}, (Attribute.STATUS, "", ""), _redirect(f"http://{HOST}/home", 302), Answer(status=403), _OWN_REDIRECTS),
        ({"target": "/a"}, (Attribute.STATUS, "", ""), _redirect(f"http://{HOST}/a/", 301), Answer(status=401),
         _OWN_REDIRECTS),
        ({"target": "/a"}, (Attribute.STATUS, "", ""), _redirect(f"http://{HOST}/b/", 301), Answer(status=401), ""),
        ({"target": "/%CC"}, (Attribute.STATUS, "", ""), Answer(status=404), _reached(),
         "Other encoded characters in a path"),
        ({"target": "/%CC"}, (Attribute.STATUS, "", ""), Answer(status=401), _reached(), ""),
    ],
)  # fmt: skip
def test_what_always_differs(
    request_: dict[str, str], difference: tuple[Attribute, str, str], before: Answer, after: Answer, row: str
) -> None:
    asked = Request(**{"host": HOST, **request_})  # type: ignore[arg-type]
    about = always.About(served=row != "No route", regular=asked.target == "/%CC")
    found = always.always(asked, Difference(*difference), (before, after), about)

    assert found == (f"docs/differences.md: {row}" if row else "")
