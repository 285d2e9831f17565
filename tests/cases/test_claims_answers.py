"""What the READMEs of the cases claim of headers, errors and the firewall, said once more in code."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_outcome import Item, Outcome, Run, runner


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def headers(found: Outcome, route: str) -> dict[str, str]:
    """What the rules of a route set on answers, which stands in one filter of each rule."""
    (item,) = found.filters(route, "ResponseHeaderModifier")
    modifier: Item = item["responseHeaderModifier"]
    return {header["name"]: header["value"] for header in modifier["set"]}


def test_headers_stand_in_the_route_as_nginx_sends_them(outcome: Run) -> None:
    found = outcome("headers-of-answers")
    hsts = "max-age=31536000; includeSubDomains"
    wanted = {"X-Frame-Options": "DENY", "X-Load": "90%%", "Strict-Transport-Security": hsts}
    assert headers(found, "shop") == wanted
    assert headers(found, "redirected") == wanted
    assert headers(found, "typo") == {"Strict-Transport-Security": hsts}
    assert found.said("shop/typo", "custom-headers") == "inert"


def test_a_place_that_answers_503_today_is_not_opened(outcome: Run) -> None:
    found = outcome("headers-of-answers")
    assert found.status("shop/blocked") == ("withheld", True)
    assert ("shop.example.com", "/reports") not in set(found.open_paths())
    assert ("shop.example.com", "/") in set(found.open_paths())


def test_headers_that_nobody_sees_are_not_guessed(outcome: Run) -> None:
    found = outcome("headers-of-answers")
    assert found.status("shop/elsewhere") == ("withheld", True)
    assert "elsewhere.example.com" not in {host for host, _ in found.open_paths()}


def test_percent_signs_are_refused_without_envoy_gateway(outcome: Run) -> None:
    found = outcome("headers-of-answers", "--target", "standard")
    assert found.said("shop/shop", "custom-headers") == "refused"
    assert found.status("shop/shop") == ("withheld", True)


def test_a_text_stands_in_for_errors_as_it_was_decided(outcome: Run) -> None:
    found = outcome("errors-of-answers")
    (all_errors,) = found.spec("shop", "BackendTrafficPolicy")["responseOverride"]
    (own_errors,) = found.spec("api", "BackendTrafficPolicy")["responseOverride"]
    assert [item["value"] for item in all_errors["match"]["statusCodes"]] == [404, 503]
    assert "source" not in all_errors
    assert own_errors["source"] == "Local"
    for item in (all_errors, own_errors):
        assert item["response"]["body"]["valueRef"]["name"] == "pages"
        assert "statusCode" not in item["response"]
    assert sorted(found.names("BackendTrafficPolicy")) == ["api", "shop"]


def test_older_releases_do_not_tell_whose_error_it_is(outcome: Run) -> None:
    found = outcome("errors-of-answers", "--target", "calico-3.31")
    assert found.names("BackendTrafficPolicy") == ["shop"]
    assert found.said("shop/api", "custom-http-errors") == "refused"
    assert found.status("shop/api")[1]
    assert ("api.example.com", "/") in set(found.open_paths())


def test_what_is_not_loaded_today_is_not_opened(outcome: Run) -> None:
    found = outcome("errors-of-answers")
    assert found.status("shop/broken") == ("withheld", True)
    assert "broken.example.com" not in {host for host, _ in found.open_paths()}


def test_rewritten_answers_keep_the_ingress_and_write_the_route(outcome: Run) -> None:
    found = outcome("errors-of-answers")
    assert ("moved.example.com", "/") in set(found.open_paths())
    assert found.status("shop/moved")[1]
    for key in ("proxy-redirect-from", "proxy-redirect-to", "proxy-cookie-path"):
        assert found.said("shop/moved", key) == "refused"


def test_nothing_that_sleeps_is_woken(outcome: Run) -> None:
    found = outcome("errors-of-answers")
    asleep = ("proxy-redirect-from", "proxy-cookie-path", "fastcgi-index", "opentelemetry-operation-name")
    assert {found.said("shop/asleep", key) for key in (*asleep, "relative-redirects")} == {"inert"}
    assert found.said("shop/spaced", "custom-http-errors") == "inert"
    assert not {"asleep", "spaced"} & set(found.names("BackendTrafficPolicy"))


def test_the_firewall_withholds_all_but_the_one_that_is_left_out(outcome: Run) -> None:
    found = outcome("firewall-of-one")
    assert found.status("shop/shop") == ("withheld", True)
    assert set(found.open_paths()) == {("health.example.com", "/")}
    for key in ("enable-modsecurity", "enable-owasp-core-rules", "modsecurity-transaction-id"):
        assert found.said("shop/health", key) == "inert"
