"""What a reply answers to one request: what only the proxies themselves had told."""

from __future__ import annotations

import pytest

from gatelift.proof.symbolic.model import Cors, Location, Reply, Rewrite, Rewritten
from gatelift.proof.symbolic.replies.answers import answer
from gatelift.traffic.model import Request

_PREFLIGHT = (("origin", "https://b.example.org"), ("access-control-request-method", "GET"))


def test_envoy_tells_an_origin_that_may_not_read_which_methods_there_are_and_not_which_headers() -> None:
    cors = Cors(origins=(r"https://a\.example\.org",), methods="GET", exposed="X-B", forwards=False)
    asked = Request(host="a.example.com", method="OPTIONS", headers=_PREFLIGHT)

    assert answer(Reply(backends=(("shop/web:80", 1),), cors=cors), asked).headers == (
        ("access-control-allow-methods", "GET"),
    )


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("/old/x", "/new/x"),
        ("//old/./y/../x?a=b", "/new/x?a=b"),
        ("/old/%C3%A4%25/%78", "/new/%C3%A4%25/x"),
        ("/other//%78", "/other//%78"),
    ],
)
def test_nginx_writes_anew_a_path_that_it_cleaned_up(target: str, wanted: str) -> None:
    rewrite = Rewrite(Rewritten.FIRST, own="^/old/(.*)", by=r"/new/\1")

    seen = answer(Reply(backends=(("shop/web:80", 1),), rewrite=rewrite), Request(host="a", target=target)).seen
    assert seen is not None
    assert seen.target == wanted


def test_a_redirect_to_the_cleaned_up_path() -> None:
    # ``return`` writes ``$uri`` as nginx has it, decoded.
    reply = Reply(status=302, location=Location(text="https://b.example.org$uri?$args"))

    found = answer(reply, Request(host="a.example.com", target="/a//../%78/%20?b=%20"))
    assert found.headers == (("location", "https://b.example.org/x/ ?b=%20"),)
