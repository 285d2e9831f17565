"""Who comes in: lists, passwords, authorization, limits, sizes. Real requests to the real nginx."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gatelift.traffic.credentials import authorization
from support.judging import Manifest, ask, get, header, ingress, judge, prefix, rule, told, went

HOST = "shop.example.com"
BASIC: dict[str, Any] = {"auth_type": "basic", "auth_secret": "users"}
AUTHORITY: dict[str, Any] = {"auth_tls_secret": "shop/ca"}
RIGHT = authorization()


def test_lists_of_addresses_decide_who_comes_in() -> None:
    """Denied before allowed; the older name of the list; the controller's own where an Ingress has none."""
    both = ingress(
        "both", prefix("both.example.com"), allowlist_source_range="10.1.2.3/8", denylist_source_range="10.9.0.0/16"
    )
    older = ingress("older", prefix("older.example.com"), whitelist_source_range="192.0.2.7,2001:db8::/32")
    plain = ingress("plain", prefix(HOST))
    asked = [("both", "10.200.0.1"), ("both", "10.9.1.1"), ("both", "11.0.0.1"), ("older", "192.0.2.7"),
             ("older", "192.0.2.8"), ("older", "2001:db8::1"), ("shop", "203.0.113.1"), ("shop", "198.51.100.1"),
             ("shop", "")]  # fmt: skip
    requests = [get(f"{name}.example.com", client=client) for name, client in asked]
    data = {"whitelist-source-range": "198.51.100.0/24,203.0.113.0/24", "denylist-source-range": "203.0.113.0/24"}

    found = [went(answer) for answer in ask([both, older, plain], requests, data)]
    assert found == ["app /", "403", "403", "app /", "403", "app /", "403", "app /", "403"]


def test_addresses_of_ipv4_in_the_words_of_ipv6_are_those_of_ipv4() -> None:
    mapped = ingress("mapped", prefix(HOST), allowlist_source_range="::ffff:10.0.0.0/104,::ffff:192.0.2.7,::1")
    asked = ["10.1.2.3", "192.0.2.7", "192.0.2.8", "::1", "::2", "::ffff:10.1.2.3"]

    found = [went(answer) for answer in ask([mapped], [get(HOST, client=client) for client in asked])]
    assert found == ["app /", "app /", "403", "app /", "403", "app /"]


def test_a_list_that_cannot_be_read_closes_the_place() -> None:
    """T42."""
    broken = ingress("broken", prefix(HOST), allowlist_source_range="10.0.0.0/8,office")
    gap = ingress("gap", prefix("gap.example.com"), denylist_source_range="10.0.0.0/8,,10.1.0.0/16")

    assert [went(answer) for answer in ask([broken, gap], [get(HOST), get("gap.example.com")])] == ["503", "503"]


def test_blocked_networks_of_the_controller_come_nowhere_unless_a_place_has_a_list() -> None:
    plain = ingress("plain", prefix(HOST))
    lists = ingress("lists", prefix("lists.example.com"), allowlist_source_range="203.0.113.0/24")
    requests = [get(HOST, client="203.0.113.1"), get("lists.example.com", client="203.0.113.1")]

    found = [went(answer) for answer in ask([plain, lists], requests, {"block-cidrs": "203.0.113.0/24"})]
    assert found == ["403", "app /"]


def test_a_password_is_asked_for_and_kept_from_the_backend() -> None:
    shop = ingress("shop", prefix(HOST), auth_realm="The shop", **BASIC)
    requests = [get(HOST), get(HOST, Authorization=authorization("replay", "wrong")), get(HOST, Authorization=RIGHT)]

    none, wrong, right = ask([shop], requests)

    assert (went(none), header(none, "www-authenticate")) == ("401", 'Basic realm="The shop"')
    assert went(wrong) == "401"
    assert (went(right), told(right, "authorization")) == ("app /", "")


def test_authentication_that_cannot_work_closes_the_place() -> None:
    """T32, T42: no Secret, one of another namespace, another word than basic and digest."""
    hosts: dict[str, dict[str, Any]] = {
        "none": {"auth_type": "basic"},
        "far": {"auth_type": "basic", "auth_secret": "other/users"},
        "word": {"auth_type": "ldap", "auth_secret": "users"},
        "own": {"auth_type": "basic", "auth_secret": "shop/users"},
        "asleep": {"auth_secret": "users", "auth_realm": "x"},
    }
    objects = [ingress(name, prefix(f"{name}.example.com"), **keys) for name, keys in hosts.items()]
    requests = [get(f"{name}.example.com") for name in hosts]

    assert [went(answer) for answer in ask(objects, requests)] == ["503", "503", "503", "401", "app /"]
    trusting = ask(objects, requests, {"allow-cross-namespace-resources": "true"})
    assert [went(answer) for answer in trusting] == ["503", "401", "503", "401", "app /"]


def test_one_of_several_checks_is_enough_where_that_is_asked_for() -> None:
    keys = {**BASIC, "allowlist_source_range": "10.0.0.0/8"}
    every = ingress("every", prefix("every.example.com"), **keys)
    either = ingress("either", prefix("either.example.com"), satisfy="any", **keys)
    requests = [
        get(f"{name}.example.com", client=client, **headers)
        for name in ("every", "either")
        for client, headers in (("10.0.0.1", {}), ("192.0.2.1", {"Authorization": RIGHT}), ("192.0.2.1", {}))
    ]

    found = [went(answer) for answer in ask([every, either], requests)]
    assert found == ["401", "403", "403", "app /", "app /", "401"]


def test_authorization_by_another_service() -> None:
    """401 goes to the sign-in, with the wanted address; acme challenges are left alone."""
    plain = ingress("plain", prefix(HOST), auth_url="https://auth.example.com/check", auth_response_headers="X-User")
    signs = ingress(
        "signs",
        rule("signs.example.com", ("/", "Prefix", "app"), ("/.well-known/acme-challenge/x", "Exact", "solver")),
        auth_url="http://auth.shop.svc.cluster.local/check",
        auth_signin="https://login.example.com/start",
    )
    documented = ingress(
        "documented",
        prefix("documented.example.com"),
        auth_url="http://auth.shop.svc.cluster.local/check",
        auth_signin="https://login.example.com/start?rd=$scheme://$host$escaped_request_uri",
    )
    own = ingress(
        "own",
        prefix("own.example.com"),
        auth_url="http://auth.shop.svc.cluster.local/check",
        auth_signin="https://login.example.com/start?to=x",
        auth_signin_redirect_param="to",
    )
    broken = ingress("broken", prefix("broken.example.com"), auth_url="auth.example.com")
    requests = [
        get(HOST, X_User="root"),
        get(HOST, X_User="root", Authorization=RIGHT),
        get("signs.example.com", "/a?b=c&d"),
        get("signs.example.com", "/.well-known/acme-challenge/x"),
        get("own.example.com", "/a"),
        get("broken.example.com"),
        get("documented.example.com", "/a?b=c&d"),
        *(get(HOST, f"/_external-auth-{number}") for number in range(9)),
    ]

    answers = ask([plain, signs, own, broken, documented], requests)

    assert [went(answer) for answer in answers[:7]] == [
        "401",
        "app /",
        "302 https://login.example.com/start?rd=http://signs.example.com%2Fa%3Fb%3Dc%26d",
        "solver /.well-known/acme-challenge/x",
        "302 https://login.example.com/start?to=x",
        "503",
        "302 https://login.example.com/start?rd=http://documented.example.com%2Fa%3Fb%3Dc%26d",
    ]
    assert {went(answer) for answer in answers[7:]} == {"401", "404"}
    assert told(answers[1], "x-user") == ""


def test_a_host_asks_every_client_for_a_certificate() -> None:
    """400 without one, over HTTPS; for all Ingresses of the host (T15), and none where it may be missing."""
    asks = ingress("asks", prefix(HOST, "/a", "a"), **AUTHORITY, ssl_redirect="false")
    other = ingress("other", prefix(HOST, "/b", "b"))
    may = ingress("may", prefix("may.example.com"), **AUTHORITY, auth_tls_verify_client="optional")
    named = ingress("named", prefix("named.example.com"), **AUTHORITY, auth_tls_match_cn="CN=a")
    requests = [
        get(HOST, "/a", scheme="https"),
        get(HOST, "/b", scheme="https"),
        get(HOST, "/a"),
        get("may.example.com", scheme="https", ssl_client_verify="SUCCESS"),
        get("named.example.com"),
    ]

    answers = ask([asks, other, may, named], requests)

    assert [went(answer) for answer in answers] == ["400", "400", "a /a", "app /", "403"]
    assert told(answers[3], "ssl-client-verify") == "NONE"


def test_a_certificate_authority_of_elsewhere_closes_the_whole_host() -> None:
    """T32."""
    far = ingress("far", prefix(HOST, "/a", "a"), **{**AUTHORITY, "auth_tls_secret": "other/ca"})
    near = ingress("near", prefix(HOST, "/b", "b"))
    asleep = ingress("asleep", prefix("c.example.com"), auth_tls_verify_client="on")
    requests = [get(HOST, "/a"), get(HOST, "/b"), get(HOST, "/", scheme="https"), get("c.example.com", scheme="https")]

    assert [went(answer) for answer in ask([near, far, asleep], requests)] == ["403", "403", "403", "app /"]


def test_a_limit_lets_its_burst_through_and_then_answers_503() -> None:
    """T33: one more than the burst; each address by itself; who is exempt, never."""
    keys: dict[str, Any] = {"limit_rpm": "2", "limit_burst_multiplier": "3", "limit_allowlist": "192.0.2.0/24"}
    shop = ingress("shop", prefix(HOST), **keys)
    requests = [get(HOST, client=client) for client in ("10.0.0.1", "10.0.0.2", "192.0.2.1") for _ in range(12)]
    answers = ask([shop], requests)

    passed = Counter(request.client for request, answer in zip(requests, answers, strict=True) if answer.status == 200)
    assert passed == {"10.0.0.1": 7, "10.0.0.2": 7, "192.0.2.1": 12}
    assert {answer.status for answer in answers} == {200, 503}
    assert {answer.status for answer in ask([shop], requests[:9], {"limit-req-status-code": "429"})} == {200, 429}


def test_a_redirect_and_a_preflight_come_before_limits_and_passwords() -> None:
    """nginx rewrites before it looks who is asking."""
    shop = ingress(
        "shop",
        prefix(HOST),
        tls=[{"hosts": [HOST], "secretName": "t"}],
        allowlist_source_range="10.0.0.0/8",
        enable_cors="true",
        **BASIC,
    )
    requests = [get(HOST), get(HOST, method="OPTIONS"), get(HOST, scheme="https"), get(HOST, scheme="https", body=9)]

    found = [went(answer) for answer in ask([shop], requests)]
    assert found == [f"308 https://{HOST}", "204", "403", "403"]


def test_a_body_that_is_too_large_is_turned_away_before_everything_else() -> None:
    """T30: 1m by default; ``b`` at the end passes the check but not the template, which leaves nginx's own 1m."""
    sizes = {"default": None, "small": "1k", "none": "0", "strange": "10b", "wrong": "1 MB"}
    objects = [ingress(name, prefix(f"{name}.example.com"), **_size(size)) for name, size in sizes.items()]
    requests = [
        get(f"{name}.example.com", method="POST", body=body)
        for name in sizes
        for body in (1 << 10, (1 << 10) + 1, 1 << 20, (1 << 20) + 1)
    ]

    found = [answer.status for answer in ask(objects, requests)]
    assert found == [
        200, 200, 200, 413,
        200, 413, 413, 413,
        200, 200, 200, 200,
        200, 200, 200, 413,
        200, 200, 200, 413,
    ]  # fmt: skip


def _size(size: str | None) -> dict[str, Any]:
    return {} if size is None else {"proxy_body_size": size}


def test_an_ingress_that_ingress_nginx_does_not_load_serves_nobody() -> None:
    """T42."""
    values: dict[str, dict[str, Any]] = {
        "limit": {"limit_rps": "many"},
        "redirect": {"permanent_redirect": "https://a.example.com/{x}"},
        "alias": {"server_alias": "a b\nc"},
        "snippet": {"configuration_snippet": "return 418;"},
        "realm": {**BASIC, "auth_realm": '"; return 200; #'},
        "good": {"limit_rps": "-1"},
    }
    objects: list[Manifest] = [
        ingress(name, prefix(f"{name}.example.com"), **annotations) for name, annotations in values.items()
    ]
    side, answers = judge(objects, [get(f"{name}.example.com") for name in values])

    assert [went(answer) for answer in answers] == ["404"] * 5 + ["app /"]
    assert side.not_replayed == ()
