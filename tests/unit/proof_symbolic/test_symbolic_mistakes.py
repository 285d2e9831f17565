"""Each kind of mistake between two sides is found, with the smallest request that shows it."""

from __future__ import annotations

import pytest
from languages_of_tests import envoy, nginx
from worlds_of_tests import HOST, found, rule, to, world

from gatelift.proof.symbolic.model import (
    Authority,
    Kind,
    Location,
    Login,
    Path,
    Reply,
    Rewrite,
    Rewritten,
    Rule,
)

EXACT, STARTS = Kind.EXACT, Kind.STARTS
WEB, NONE = "200 from shop/web:80", "404 without a backend"
MOVED = Reply(status=301, location=Location(scheme="https"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            [rule("/api", "api"), rule("/", "web")],
            [rule(Path(EXACT, "/api"), "api"), rule("/", "web")],
            [("/api/", "backend", "shop/api:80", "shop/web:80")],
            id="kind of path",
        ),
        pytest.param(
            [rule("/api", "api"), rule("/", "web")],
            [rule(Path(STARTS, "/api"), "api"), rule("/", "web")],
            [("/apia", "backend", "shop/web:80", "shop/api:80")],
            id="also in the middle of a segment",
        ),
        pytest.param(
            [rule("/api", "api"), rule("/", "web")],
            [rule("/", "web"), rule("/api", "api")],
            [("/api", "backend", "shop/api:80", "shop/web:80")],
            id="order",
        ),
        pytest.param(
            [rule("/", "web")], [rule("/", "api")], [("/", "backend", "shop/web:80", "shop/api:80")], id="backend"
        ),
        pytest.param([rule("/", "web")], [], [("/", "status", WEB, NONE)], id="nothing"),
        pytest.param(
            [rule("/a", "web")],
            [rule("/b", "web")],
            [("/a", "status", WEB, NONE), ("/b", "status", NONE, WEB)],
            id="path",
        ),
        pytest.param(
            [rule(nginx("^/[a-c]/"), "web")],
            [rule(envoy("/[a-b]/.*"), "web")],
            [("/c/", "status", WEB, NONE)],
            id="set",
        ),
        pytest.param(
            [rule(nginx("^/a"), "web")],
            [rule(envoy("/a.*"), "web")],
            [("/A", "status", WEB, NONE)],
            id="case",
        ),
        pytest.param(
            [rule(Path(EXACT, "/a b", decoded=True), "web")],
            [rule(Path(EXACT, "/a b"), "web")],
            [("/a%20b", "status", WEB, NONE)],
            id="encoded",
        ),
        pytest.param(
            [rule("/", to("web", backends=(("shop/web:80", 90), ("shop/api:80", 10))))],
            [rule("/", to("web", backends=(("shop/web:80", 8), ("shop/api:80", 2))))],
            [("/", "backend", "10 % shop/api:80, 90 % shop/web:80", "20 % shop/api:80, 80 % shop/web:80")],
            id="weight",
        ),
        pytest.param(
            [rule("/", Reply(status=308, location=Location(scheme="https")))],
            [rule("/", MOVED)],
            [("/", "status", f"308 without a backend, to https://{HOST}/", f"301 without a backend, to https://{HOST}/")],
            id="code of a redirect",
        ),
        pytest.param(
            [rule("/", MOVED)],
            [rule("/", Reply(status=301, location=Location(scheme="https", path=Rewrite(Rewritten.FULL, "", "/"))))],
            [("/a", "location", "https://www.example.com/a", "https://www.example.com/")],
            id="path of a redirect",
        ),
        pytest.param(
            [rule("/", MOVED)],
            [rule("/", Reply(status=301, location=Location(scheme="https", query=False)))],
            [("/?a=b", "location", "https://www.example.com/?a=b", "https://www.example.com/")],
            id="query of a redirect",
        ),
        pytest.param(
            [rule("/a", to("web", rewrite=Rewrite(Rewritten.FIRST, "/a(/|$)(.*)", r"/\2")))],
            [rule("/a", "web")],
            [("/a", "path", "/", "/a")],
            id="rewrite",
        ),
        pytest.param(
            [rule("/a", to("web", rewrite=Rewrite(Rewritten.FIRST, "/a(/|$)(.*)", r"/x/\2")))],
            [rule("/a", to("web", rewrite=Rewrite(Rewritten.PREFIX, "/a", "/x")))],
            [("/a", "path", "/x/", "/x")],
            id="slash of a rewrite",
        ),
        pytest.param(
            [rule("/", to("web", host="inside"))], [rule("/", "web")], [("/", "host", "inside", HOST)], id="host"
        ),
        pytest.param(
            [rule("/", to("web", gates=(Login("Basic"),)))],
            [rule("/", "web")],
            [("/", "status", "401 without a backend", WEB)],
            id="gate",
        ),
        pytest.param(
            [rule("/", to("web", gates=(Login("Basic"),)))],
            [rule("/", to("web", gates=(Login("Digest"),)))],
            [("/", "challenge", "Basic", "Digest")],
            id="challenge",
        ),
        pytest.param(
            [rule("/", to("web", gates=(Authority(Location(text="https://a/?$request_uri")),)))],
            [rule("/", to("web", gates=(Authority(Location(text="https://a/?/$is_args$args")),)))],
            [("/a", "location", "https://a/?/a", "https://a/?/")],
            id="page to sign in",
        ),
        pytest.param(
            [rule("/", Reply(failure="tls"))], [rule("/", "web")], [("/", "status", "no answer (tls)", WEB)], id="tls"
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_found_with_the_smallest_request(
    before: list[Rule], after: list[Rule], expected: list[tuple[str, ...]]
) -> None:
    assert found(world(*before), world(*after)) == expected
    assert found(world(*before), world(*before)) == found(world(*after), world(*after)) == []
