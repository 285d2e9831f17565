"""What becomes of paths, and where redirects lead to, for each way in which a rule may say so."""

from __future__ import annotations

import pytest

from gatelift.proof.symbolic.forms import decided, known
from gatelift.proof.symbolic.model import Location, Reply, Rewrite, Rewritten, Undecided
from gatelift.proof.symbolic.replies.rewriting import location, rewritten
from gatelift.traffic.model import Request

FIRST, EACH, PREFIX, FULL = Rewritten.FIRST, Rewritten.EACH, Rewritten.PREFIX, Rewritten.FULL


@pytest.mark.parametrize(
    ("rewrite", "path", "expected"),
    [
        (Rewrite(), "/a%20b", "/a%20b"),
        (Rewrite(FULL, "", "/x"), "/a", "/x"),
        (Rewrite(Rewritten.STRIPPED), "/a/", "/a"),
        (Rewrite(Rewritten.STRIPPED), "/", ""),
        (Rewrite(Rewritten.STRIPPED), "/a", "/a"),
        (Rewrite(PREFIX, "/a", "/x"), "/a/b", "/x/b"),
        (Rewrite(PREFIX, "/a", "/x"), "/a", "/x"),
        (Rewrite(PREFIX, "/a", "/x/"), "/a/b", "/x/b"),
        (Rewrite(PREFIX, "/a", "/"), "/a/b", "/b"),
        (Rewrite(PREFIX, "/a", "/"), "/a", "/"),
        (Rewrite(PREFIX, "/a", ""), "/a/", "/"),
        (Rewrite(PREFIX, "", "/x"), "/a", "/x/a"),
        (Rewrite(PREFIX, "", "/x"), "/", "/x/"),
        # nginx looks at the decoded path, and writes it anew: as nginx 1.31 was seen to do.
        (Rewrite(FIRST, "/a(/|$)(.*)", r"/\2"), "/a/b", "/b"),
        (Rewrite(FIRST, "/a(/|$)(.*)", r"/\2"), "/a", "/"),
        (Rewrite(FIRST, "/a(/|$)(.*)", r"/\2"), "/b", "/b"),
        (Rewrite(FIRST, "/A(/|$)(.*)", r"/x/\2", any_case=True), "/b/a/c", "/x/c"),
        (Rewrite(FIRST, "/a(/|$)(.*)", r"/\2"), "/a/%7C%5B%22%3F%C3%A9%21", "/%7C[%22%3F%C3%A9!"),
        (Rewrite(FIRST, "/(a)|(b)", r"/\1-\2-\3"), "/a", "/a--"),
        (Rewrite(FIRST, "/(.*)", r"/\0"), "/a", "//a"),
        (Rewrite(FIRST, "/é(.*)", r"/\1"), "/%C3%A9a", "/a"),
        (Rewrite(FIRST, "/(.)", r"/\1"), "/%C3%A9a", "/%C3"),
        (Rewrite(FIRST, "/(a)", r"/日\1"), "/a", "/%E6%97%A5a"),
        # Envoy looks at the path as it is sent, and at all of it, as RE2::GlobalReplace does.
        (Rewrite(EACH, "a", "b"), "/a%2Aa/a", "/b%2Ab/b"),
        (Rewrite(EACH, "/a(.*)", r"/x\1"), "/a%20", "/x%20"),
        (Rewrite(EACH, ".*", "/x"), "/ab", "/x"),
        (Rewrite(EACH, "a*", "-"), "/aa/b", "-/-/-b-"),
        (Rewrite(EACH, "^a*", "x"), "/a", "x/a"),
        (Rewrite(EACH, "$", "x"), "/a", "/ax"),
        (Rewrite(EACH, "A", "b", any_case=True), "/a", "/b"),
        (Rewrite(EACH, "x", "b"), "/a", "/a"),
    ],
)
def test_what_becomes_of_a_path(rewrite: Rewrite, path: str, expected: str) -> None:
    assert rewritten(path, rewrite) == expected


@pytest.mark.parametrize(
    ("rewrite", "reason"),
    [
        (Rewrite(FIRST, "/(?=a)", "/x"), "'/(?=a)'"),
        (Rewrite(EACH, r"(a)\1", "/x"), "(a)"),
        (Rewrite(EACH, "/\ud800", "/x"), r"'/\ud800'"),
        (Rewrite(FIRST, "/a", "/\ud800"), r"'/\ud800'"),
        (Rewrite(FIRST, "/(a)", r"/x?y=\1"), "changes the query"),
    ],
)
def test_what_nobody_can_rewrite_by_is_undecided(rewrite: Rewrite, reason: str) -> None:
    with pytest.raises(Undecided) as caught:
        rewritten("/a", rewrite)

    assert reason in str(caught.value)


def _asked(target: str = "/a%20b?c=d") -> Request:
    return Request(scheme="https", host="www.example.com", target=target)


@pytest.mark.parametrize(
    ("found", "target", "expected"),
    [
        (Location(), "/a?b", "https://www.example.com/a?b"),
        (Location(scheme="http", host="other.example", port=8080), "/a", "http://other.example:8080/a"),
        (Location(query=False), "/a?b", "https://www.example.com/a"),
        (Location(path=Rewrite(FULL, "", "/x")), "/a?b", "https://www.example.com/x?b"),
        (Location(path=Rewrite(PREFIX, "/a", "/x")), "/a/b?c", "https://www.example.com/x/b?c"),
        (Location(path=Rewrite(Rewritten.STRIPPED)), "/a/", "https://www.example.com/a"),
        (Location(path=Rewrite(Rewritten.STRIPPED)), "/a?b/", "https://www.example.com/a?b"),
        (Location(path=Rewrite(Rewritten.STRIPPED)), "/", "https://www.example.com"),
        (Location(text="$scheme://$host$uri"), "/a%20b?c", "https://www.example.com/a b"),
        (Location(text="$scheme://${host}x$request_uri"), "/a%20b?c", "https://www.example.comx/a%20b?c"),
        (Location(text="http://x/?r=$escaped_request_uri"), "/a?c=d", "http://x/?r=%2Fa%3Fc%3Dd"),
        (Location(text="http://x/$is_args$args"), "/a?c=d", "http://x/?c=d"),
        (Location(text="http://x/$is_args$query_string"), "/a", "http://x/"),
        (Location(text="/$request_method", path=Rewrite(FULL, "", "/y")), "/a?b", "/GET"),
    ],
)
def test_where_a_redirect_leads_to(found: Location, target: str, expected: str) -> None:
    assert location(found, _asked(target)) == expected


def test_a_variable_that_nobody_knows_is_undecided() -> None:
    with pytest.raises(Undecided, match="remote_addr"):
        location(Location(text="http://x/$remote_addr"), _asked())


def _to(rewrite: Rewrite) -> Reply:
    return Reply(backends=(("shop/web:80", 1),), rewrite=rewrite)


def _leads(**further: object) -> Reply:
    return Reply(status=301, location=Location(**further))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (_to(Rewrite()), _to(Rewrite()), True),
        (_to(Rewrite(FIRST, "/(.*)", r"/\1")), _to(Rewrite()), True),
        (_to(Rewrite(FIRST, "^/(.*)$", r"/\1")), _to(Rewrite()), True),
        (_to(Rewrite(FIRST, "/a(/|$)(.*)", r"/\2")), _to(Rewrite(PREFIX, "/a", "/")), True),
        (_to(Rewrite(FIRST, "/a(/|$)(.*)", r"/x/\2")), _to(Rewrite(PREFIX, "/a", "/x")), True),
        (_to(Rewrite(FIRST, "/a(/|$)(.*)", r"/x/\2")), _to(Rewrite(PREFIX, "/a", "/y")), True),
        (_to(Rewrite(FIRST, "/a(/|$)(.*)", r"/x/\1")), _to(Rewrite(PREFIX, "/a", "/x")), False),
        (_to(Rewrite(FIRST, "/a.b(/|$)(.*)", r"/\2")), _to(Rewrite(PREFIX, "/a.b", "/")), True),
        (_to(Rewrite(FIRST, "/a(/|$)(.*)", r"/a/\2")), _to(Rewrite()), True),
        (_to(Rewrite(FIRST, "/a", "/x")), _to(Rewrite(FULL, "", "/x")), True),
        (_to(Rewrite(FIRST, "^/a(.)", r"/\1")), _to(Rewrite(EACH, r"^(?:^/a(.)).*$", r"/\1")), True),
        (_to(Rewrite(FIRST, "/a(.)", r"/\1")), _to(Rewrite(EACH, r"^(?:/b(.)).*$", r"/\1")), False),
        (_to(Rewrite(FIRST, "/a(.)", r"/\1", any_case=True)), _to(Rewrite(EACH, r"(?i)^(?:/a(.)).*$", r"/\1")), True),
        (_leads(), _leads(), True),
        (_leads(text="http://x/"), _leads(path=Rewrite(FULL, "", "http://x/")), True),
        (_leads(text="http://x$uri"), _leads(path=Rewrite(FULL, "", "/")), False),
        (_leads(), _to(Rewrite(FULL, "", "/x")), True),
    ],
)
def test_whether_some_paths_tell_what_two_rewrites_do(one: Reply, other: Reply, told: bool) -> None:
    assert decided(one, other) is told
    assert decided(other, one) is told


@pytest.mark.parametrize(
    ("rewrite", "paths"),
    [
        (Rewrite(FIRST, "/a(/|$)(.*)", r"/x/\2"), ("/a", "/a/", "/a/b", "/a/b/c", "/a/%20")),
        (Rewrite(FIRST, "/a(/|$)(.*)", r"/\2"), ("/a", "/a/", "/a/b", "/a/b/c")),
        (Rewrite(FIRST, "/(.*)", r"/\1"), ("/", "/a", "/a/", "/a%20")),
        (Rewrite(FIRST, "/a", "/x"), ("/a", "/b/a", "/ab")),
        (Rewrite(PREFIX, "/a", "/x/"), ("/a", "/a/", "/a/b")),
        (Rewrite(EACH, "^(?:/a(.*)).*$", r"/x\1"), ("/a", "/ab", "/a/")),
    ],
)
def test_the_simplest_form_does_the_same(rewrite: Rewrite, paths: tuple[str, ...]) -> None:
    assert [rewritten(path, known(rewrite)) for path in paths] == [rewritten(path, rewrite) for path in paths]
