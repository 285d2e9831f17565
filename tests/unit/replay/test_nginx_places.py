"""Which place of which host nginx takes for a request: real requests to the real nginx."""

from __future__ import annotations

from support.judging import Manifest, ask, get, ingress, prefix, rule, went

HOST = "shop.example.com"


def test_an_element_of_a_path_is_matched_as_a_whole() -> None:
    """T7: without expressions ``/foo`` is the path itself and what lies below it."""
    shop = ingress("shop", rule(HOST, ("/", "Prefix", "root"), ("/foo", "ImplementationSpecific", "foo")))
    targets = ("/foo", "/foo/", "/foo/x?a=1", "/foox", "/FOO", "/", "//foo///x", "/a/../foo")

    assert [went(answer) for answer in ask([shop], [get(HOST, target) for target in targets])] == [
        "foo /foo", "foo /foo/", "foo /foo/x?a=1", "root /foox", "root /FOO", "root /", "foo //foo///x",
        "foo /a/../foo",
    ]  # fmt: skip


def test_exact_is_nothing_more_and_beats_every_prefix() -> None:
    """T9, and one path of both types."""
    shop = ingress(
        "shop",
        rule(HOST, ("/", "Prefix", "root"), ("/a", "Exact", "exact"), ("/a", "Prefix", "below"), ("/b", "Exact", "b")),
    )
    targets = ("/a", "/a/", "/a/x", "/b", "/b/", "/b/c")

    assert [went(answer).split()[0] for answer in ask([shop], [get(HOST, target) for target in targets])] == [
        "exact", "below", "below", "b", "root", "root",
    ]  # fmt: skip


def test_a_missing_slash_is_added_by_a_redirect() -> None:
    """T8, for a Prefix; for an Exact path, and on a host with expressions, there is none."""
    shop = ingress("shop", rule(HOST, ("/docs/", "Prefix", "docs"), ("/only/", "Exact", "only")))
    regular = ingress("regular", rule("regular.example.com", ("/docs/", "Prefix", "docs")), use_regex="true")
    relative = ingress("relative", rule("relative.example.com", ("/docs/", "Prefix", "docs")), relative_redirects="1")
    requests = [
        get(HOST, "/docs?x=1"),
        get(HOST, "/docs/"),
        get(HOST, "/only/"),
        get("regular.example.com", "/docs"),
        get("relative.example.com", "/docs"),
    ]

    assert [went(answer) for answer in ask([shop, regular, relative], requests)] == [
        f"301 http://{HOST}/docs/?x=1", "docs /docs/", "only /only/", "404", "301 /docs/",
    ]  # fmt: skip


def test_one_expression_makes_expressions_of_all_paths_of_the_host() -> None:
    """T1, T2: whatever their type and Ingress; in any case, with no end."""
    plain = ingress("plain", rule(HOST, ("/exact", "Exact", "exact"), ("/pre", "Prefix", "pre")))
    regular = ingress("regular", rule(HOST, ("/v[0-9]+/x", "ImplementationSpecific", "version")), use_regex="true")
    targets = ("/exact", "/EXACT", "/exactly", "/pre", "/prefer", "/pre/x", "/v12/xyz", "/v/x")

    assert [went(answer) for answer in ask([plain, regular], [get(HOST, target) for target in targets])] == [
        "exact /exact", "exact /EXACT", "exact /exactly", "pre /pre", "pre /prefer", "pre /pre/x",
        "version /v12/xyz", "404",
    ]  # fmt: skip


def test_longer_expressions_come_first_then_later_ones_in_the_alphabet() -> None:
    """T3."""
    shop = ingress(
        "shop",
        rule(
            HOST,
            ("/", "ImplementationSpecific", "root"),
            ("/a.", "ImplementationSpecific", "dot"),
            ("/ab", "ImplementationSpecific", "letter"),
            ("/ab.*z", "ImplementationSpecific", "long"),
        ),
        use_regex="true",
    )
    targets = ("/abz", "/abc", "/ac", "/a", "/b")

    found = [went(answer).split()[0] for answer in ask([shop], [get(HOST, target) for target in targets])]
    assert found == ["long", "letter", "dot", "root", "root"]


def test_a_rewrite_replaces_the_whole_path_and_keeps_the_query() -> None:
    """T4."""
    captures = ingress("captures", prefix(HOST, "/api(/|$)(.*)", "api"), rewrite_target="/v1/$2", use_regex="true")
    whole = ingress("whole", prefix("whole.example.com", "/foo", "foo"), rewrite_target="/")
    requests = [
        get(HOST, "/api/users/7?page=2"),
        get(HOST, "/api"),
        get(HOST, "/API/x"),
        get(HOST, "/api/%41%20b"),
        get("whole.example.com", "/foo/a/b?c=d"),
        get("whole.example.com", "/food"),
    ]

    assert [went(answer) for answer in ask([captures, whole], requests)] == [
        "api /v1/users/7?page=2", "api /v1/", "api /v1/x", "api /v1/A%20b", "foo /?c=d", "foo /",
    ]  # fmt: skip


def test_a_rewrite_to_its_own_path_still_makes_expressions() -> None:
    """Against T1 of the catalogue: the implicit ``/`` of the host carries the same target, which is not its path."""
    same = ingress("same", prefix(HOST, "/foo", "foo"), rewrite_target="/foo")
    root = ingress("root", prefix("root.example.com", "/", "root"), rewrite_target="/")
    requests = [get(HOST, "/FOOD"), get(HOST, "/foo/x"), get("root.example.com", "/x")]

    assert [went(answer) for answer in ask([same, root], requests)] == ["foo /FOOD", "foo /foo", "root /x"]


def test_a_path_that_no_rule_has_goes_to_the_default_backend_of_the_host() -> None:
    """T12: 404 without one; ``spec.defaultBackend`` beside rules serves the rest of these hosts, and no others."""
    bare = ingress("bare", prefix(HOST, "/foo", "foo"))
    full = ingress("full", prefix("full.example.com", "/foo", "foo"), default="rest")
    requests = [get(HOST, "/x"), get("full.example.com", "/x"), get("full.example.com", "/foo"), get("no.example.com")]

    assert [went(answer) for answer in ask([bare, full], requests)] == ["404", "rest /x", "foo /foo", "404"]


def test_a_default_backend_without_rules_serves_unknown_hosts_only() -> None:
    everything = ingress("everything", default="rest", rewrite_target="/x", temporal_redirect="http://a.example.com")
    shop = ingress("shop", prefix(HOST, "/foo", "foo"))
    requests = [get("no.example.com", "/y"), get(HOST, "/y"), get(HOST, "/foo")]

    assert [went(answer) for answer in ask([everything, shop], requests)] == ["rest /y", "404", "foo /foo"]


def test_only_the_oldest_ingress_of_a_host_gives_it_a_default_backend() -> None:
    first = ingress("first", prefix(HOST, "/a", "a"))
    second = ingress("second", prefix(HOST, "/b", "b"), default="rest")

    assert [went(ask(objects, [get(HOST)])[0]) for objects in ([first, second], [second, first])] == ["404", "rest /"]


def test_beside_a_rule_without_a_host_a_default_backend_serves_nothing() -> None:
    """The server of unknown hosts is there before any Ingress, so none gives it another root."""
    shared = ingress("shared", rule("", ("/a", "Prefix", "a")), default="rest")

    assert [went(answer) for answer in ask([shared], [get(HOST, "/a"), get(HOST, "/b")])] == ["a /a", "404"]


def test_a_default_backend_without_rules_beats_a_root_without_a_host() -> None:
    """Whichever is older: it is put there before any rule is looked at."""
    rest = ingress("rest", default="rest")
    shared = ingress("shared", rule("", ("/", "Prefix", "shared"), ("/a", "Prefix", "a")))

    for objects in ([rest, shared], [shared, rest]):
        assert [went(answer) for answer in ask(objects, [get(HOST), get(HOST, "/a")])] == ["rest /", "a /a"]


def test_on_a_host_with_expressions_the_implicit_root_hides_an_exact_one() -> None:
    """Both are the expression ``^/``, and the implicit one is there first; a Prefix would have taken its place."""
    exact = ingress("exact", rule(HOST, ("/", "Exact", "root"), ("/a", "Prefix", "a")), use_regex="true")
    below = ingress("below", rule("b.example.com", ("/", "Prefix", "root"), ("/a", "Prefix", "a")), use_regex="true")
    requests = [get(HOST), get(HOST, "/a"), get("b.example.com"), get("b.example.com", "/x")]

    assert [went(answer) for answer in ask([exact, below], requests)] == ["404", "a /a", "root /", "root /x"]


def test_an_alias_that_several_hosts_claim_belongs_to_the_first_in_the_alphabet() -> None:
    late = ingress("late", prefix("z.example.com", "/", "late"), server_alias="store.example.com")
    early = ingress("early", prefix("a.example.com", "/", "early"), server_alias="store.example.com")

    assert went(ask([late, early], [get("store.example.com")])[0]) == "early /"


def test_a_rule_without_a_host_never_helps_a_known_host() -> None:
    """T13."""
    shared = ingress("shared", rule("", ("/", "Prefix", "shared"), ("/login", "Exact", "login")))
    shop = ingress("shop", prefix(HOST, "/foo", "foo"))
    requests = [get("no.example.com", "/login"), get("no.example.com", "/x"), get(HOST, "/login"), get(HOST, "/x")]

    found = [went(answer) for answer in ask([shared, shop], requests)]
    assert found == ["login /login", "shared /x", "404", "404"]


def test_a_wildcard_is_one_label_and_an_exact_name_beats_it() -> None:
    """T14."""
    wild = ingress("wild", prefix("*.example.com", "/", "wild"))
    exact = ingress("exact", prefix("a.example.com", "/a", "exact"))
    hosts = ("b.example.com", "a.example.com", "b.a.example.com", "example.com", "B.EXAMPLE.COM", "b.example.com.")
    requests = [get(host, "/a") for host in hosts]

    assert [went(answer) for answer in ask([wild, exact], requests)] == [
        "wild /a", "exact /a", "404", "404", "wild /a", "wild /a",
    ]  # fmt: skip


def test_an_alias_serves_the_same_host_unless_it_has_rules() -> None:
    """The wildcard of an alias is nginx's own, of any number of labels."""
    shop = ingress("shop", prefix(HOST, "/", "shop"), server_alias="store.example.com,own.example.com,*.store.org")
    own = ingress("own", prefix("own.example.com", "/", "own"))
    hosts = ("store.example.com", "own.example.com", "a.b.store.org", "store.org")

    found = [went(answer) for answer in ask([shop, own], [get(host) for host in hosts])]
    assert found == ["shop /", "own /", "shop /", "404"]


def test_of_two_that_serve_one_place_the_first_counts() -> None:
    """T15: the order given stands for age."""
    first, second = (ingress(name, prefix(HOST, "/foo", name)) for name in ("first", "second"))
    requests = [get(HOST, "/foo")]

    assert [went(ask(objects, requests)[0]) for objects in ([first, second], [second, first])] == [
        "first /foo",
        "second /foo",
    ]


def test_app_root_holds_for_the_host_and_only_for_its_root() -> None:
    shop = ingress("shop", rule(HOST, ("/", "Prefix", "root"), ("/a", "Prefix", "a")), app_root="/home")
    absolute = ingress("absolute", prefix("absolute.example.com"), app_root="https://elsewhere.example.com/")
    requests = [get(HOST, "/"), get(HOST, "/?q=1"), get(HOST, "/a"), get("absolute.example.com", "/")]

    assert [went(answer) for answer in ask([shop, absolute], requests)] == [
        f"302 http://{HOST}/home", f"302 http://{HOST}/home", "a /a", "app /",
    ]  # fmt: skip


def test_a_port_may_be_named_and_a_resource_is_no_backend() -> None:
    """T23, T24."""
    named = ingress("named", prefix(HOST, "/", "web"))
    named["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"] = {"name": "http"}
    bucket: Manifest = {"path": "/bucket", "pathType": "Prefix", "backend": {"resource": {"kind": "Bucket"}}}
    named["spec"]["rules"][0]["http"]["paths"].append(bucket)
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"ports": [{"name": "admin", "port": 9000}, {"name": "http", "port": 8080}]},
    }

    answers = ask([service, named], [get(HOST), get(HOST, "/bucket")])

    assert [answer.seen.backend for answer in answers if answer.seen] == ["shop/web:8080", "shop/web:8080"]
