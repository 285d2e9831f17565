"""What the READMEs of the cases claim of hosts, paths and certificates, said once more in code."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_outcome import Run, runner

HSTS = "max-age=31536000; includeSubDomains"


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def test_a_host_with_a_certificate_is_on_https_and_redirects_plain_http(outcome: Run) -> None:
    found = outcome("tls-redirect-hsts")
    assert found.sections("shop") == ["https"]
    assert found.sections("shop-redirect") == [80]
    (redirect,) = found.filters("shop-redirect", "RequestRedirect")
    assert redirect["requestRedirect"] == {"scheme": "https", "statusCode": 308}
    (hsts,) = found.filters("shop", "ResponseHeaderModifier")
    assert hsts["responseHeaderModifier"]["set"] == [{"name": "Strict-Transport-Security", "value": HSTS}]
    assert [rule["timeouts"] for rule in found.spec("shop")["rules"]] == [{"request": "0s"}]


def test_a_certificate_of_another_ingress_makes_a_host_redirect_its_own_paths(outcome: Run) -> None:
    found = outcome("redirect-by-anothers-certificate")
    assert found.paths("api-redirect") == [("PathPrefix", "/api")]
    assert found.sections("status") == [None]
    assert found.sections("wild") == ["https"]
    assert found.sections("plain") == [None]
    assert found.said("org/plain", "ssl-redirect") == "inert"


def test_every_path_of_a_regular_host_is_an_expression_and_no_path_of_another_host(outcome: Run) -> None:
    found = outcome("regex-host")
    for name in ("api", "plain", "web"):
        assert {kind for kind, _ in found.paths(name)} == {"RegularExpression"}
    assert found.paths("web-other-example-com") == [("PathPrefix", "/")]
    (rewrite,) = found.filters("plain", "URLRewrite")
    assert rewrite["urlRewrite"]["path"] == {"type": "ReplaceFullPath", "replaceFullPath": "/"}
    assert found.said("front/lonely", "x-forwarded-prefix") == "inert"


def test_prefixes_are_written_only_where_every_path_of_the_host_stands_for_one(outcome: Run) -> None:
    found = outcome("regex-prefix-decided")
    assert found.paths("idiom") == [("PathPrefix", "/api")]
    assert found.paths("moved") == [("PathPrefix", "/p")]
    assert {kind for kind, _ in found.paths("mixed")} == {"RegularExpression"}


def test_a_prefix_rewrite_that_loses_a_slash_says_so(outcome: Run) -> None:
    report = outcome("regex-prefix-decided").report
    (text,) = [
        entry["text"]
        for entry in report["ledger"]
        if (entry["ingress"], entry["pointer"]) == ("app/moved", "/spec/rules/0/http/paths/0/path")
    ]
    assert "a / at the end" in text
    assert "(T4)" in text


def test_a_host_with_a_place_that_cannot_be_closed_is_withheld_as_a_whole(outcome: Run) -> None:
    found = outcome("regex-pcre-refused")
    assert found.names() == ["calm"]
    assert found.status("app/picky") == ("withheld", True)
    assert found.status("app/web") == ("withheld", True)


def test_a_trailing_slash_redirects_and_types_are_read_as_nginx_reads_them(outcome: Run) -> None:
    found = outcome("path-types")
    paths = found.paths("paths")
    assert ("PathPrefix", "/implementation") in paths
    assert paths.index(("Exact", "/docs")) < paths.index(("PathPrefix", "/docs/"))
    codes = [item["requestRedirect"]["statusCode"] for item in found.filters("paths", "RequestRedirect")]
    assert codes == [301, 301]
    assert [path for path in paths if path[1] == "/both"] == [("Exact", "/both"), ("PathPrefix", "/both")]
    assert found.paths("old") == [("PathPrefix", "/untyped"), ("PathPrefix", "/")]


def test_default_backends_catch_the_rest_of_their_hosts_or_unknown_hosts(outcome: Run) -> None:
    found = outcome("default-backends")
    assert found.paths("app") == [("PathPrefix", "/api"), ("PathPrefix", "/")]
    assert found.paths("app-b-example-com") == [("PathPrefix", "/")]
    assert "hostnames" not in found.spec("catch-all")
    assert found.sections("catch-all") == ["http"]


def test_a_rewrite_on_a_default_backend_without_rules_is_inert(outcome: Run) -> None:
    assert outcome("default-backends").said("app/catch-all", "rewrite-target") == "inert"


def test_a_hostless_rule_is_refused_where_no_free_listener_is_known(outcome: Run) -> None:
    found = outcome("hostless-refused")
    assert found.names() == ["named"]
    assert found.status("app/anybody") == ("withheld", True)


def test_duplicates_are_refused_on_both_sides(outcome: Run) -> None:
    found = outcome("duplicate-path-refused")
    assert found.names() == ["lone"]


def test_tls_without_hosts_is_not_taken_for_no_certificate(outcome: Run) -> None:
    found = outcome("tls-default-certificate")
    assert found.names() == ["default-cert", "default-cert-redirect"]
    assert found.status("app/no-hosts") == ("withheld", True)


def test_the_default_certificate_is_named(outcome: Run) -> None:
    assert "infra/default-tls" in outcome("tls-default-certificate").stderr


def test_redirects_replace_the_path_or_keep_it_as_the_annotation_says(outcome: Run) -> None:
    found = outcome("redirects")
    (moved,) = found.filters("moved", "RequestRedirect")
    assert moved["requestRedirect"]["path"] == {"type": "ReplaceFullPath", "replaceFullPath": "/welcome"}
    (kept,) = found.filters("kept", "RequestRedirect")
    assert kept["requestRedirect"] == {"scheme": "https", "hostname": "new.example.com", "statusCode": 302}
    assert found.paths("root") == [("Exact", "/"), ("PathPrefix", "/")]
    assert found.status("app/query") == ("withheld", True)


def test_a_permanent_redirect_behind_a_temporal_one_is_not_called_exact(outcome: Run) -> None:
    assert outcome("redirects").said("app/kept", "permanent-redirect") == "inert"


def test_hosts_and_paths_that_gateway_api_does_not_take_are_refused(outcome: Run) -> None:
    assert outcome("odd-hosts-and-paths").names() == ["fine"]


def test_a_percent_sign_in_a_path_is_refused_since_nginx_compares_decoded_paths(outcome: Run) -> None:
    found = outcome("odd-hosts-and-paths")
    assert found.said("app/accented", "/spec/rules/0/http/paths/0/path") == "refused"
    assert found.said("app/fine", "/spec/rules/0/http/paths/0/path") == "exact"
