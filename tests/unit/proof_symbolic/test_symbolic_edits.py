"""What somebody edited in routes that were right is shown by its smallest request: each of these was once explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from msgspec.structs import replace

from gatelift.proof.symbolic.case import prove_case
from gatelift.traffic.case import Case
from gatelift.traffic.fields import at, mapping_at, maps
from gatelift.traffic.model import Attribute
from support.conversion import Setup, convert
from support.judging import Manifest, ingress, prefix, rule
from support.symbolic_proxies import case_of
from support.symbolic_sites import DECIDED, SETTINGS, Sites

HOST = "www.example.com"
TLS = ({"hosts": [HOST], "secretName": "t"},)
BASIC = ingress("web", prefix(HOST), tls=TLS, auth_type="basic", auth_secret="web-users")  # noqa: S106 - a name
ASKING = ingress("web", prefix(HOST), tls=TLS, auth_url="http://authz.shop.svc.cluster.local:4180/check")
TWIN = ingress("web", prefix(HOST), tls=TLS, from_to_www_redirect="true")
CORS = ingress("web", prefix(HOST), tls=TLS, enable_cors="true")
WRITTEN = ingress(
    "web", rule(HOST, ("/api(/|$)(.*)", "ImplementationSpecific", "web0")), use_regex="true", rewrite_target="/$2"
)
_Edit = Callable[[Mapping[str, object]], Mapping[str, object] | None]


def _case(item: Manifest) -> Case:
    sites = Sites(0, 0)
    sites.ingresses.append(item)
    setup = Setup(target="envoy-gateway", gateway="infra/shared", settings=SETTINGS, decide=DECIDED)
    return case_of(convert(sites.text, setup))


def _edited(case: Case, edit: _Edit) -> Case:
    made = tuple(item for item in map(edit, case.after) if item is not None)
    assert made != case.after, "nothing was edited"
    return replace(case, after=made)


def _text(old: str, new: str, kind: str = "") -> _Edit:
    def edit(item: Mapping[str, object]) -> Mapping[str, object]:
        if kind not in ("", item["kind"]):
            return item
        found: Mapping[str, object] = json.loads(json.dumps(item).replace(old, new))
        return found

    return edit


def _without(name: str) -> _Edit:
    return lambda item: None if at(item, "metadata", "name") == name else item


def _led_elsewhere(item: Mapping[str, object]) -> Mapping[str, object]:
    filters = [
        {"type": "RequestRedirect", "requestRedirect": {"hostname": "evil.example", "scheme": "https",
                                                        "statusCode": 302}}
    ]  # fmt: skip
    if at(item, "metadata", "name") != "web-redirect":
        return item
    rules = [{**each, "filters": filters} for each in maps(at(item, "spec", "rules"))]
    return {**item, "spec": {**mapping_at(item, "spec"), "rules": rules}}


EDITS: dict[str, tuple[Manifest, _Edit, Attribute, str]] = {
    "the redirect to HTTPS is gone": (BASIC, _without("web-redirect"), Attribute.STATUS, f"http://{HOST}/"),
    "it leads elsewhere": (BASIC, _led_elsewhere, Attribute.STATUS, f"http://{HOST}/"),
    "others may log in": (BASIC, _text('"name": "users"', '"name": "theirs"', "SecurityPolicy"), Attribute.CHALLENGE,
                          f"https://{HOST}/"),
    "another service is asked": (ASKING, _text('"name": "authz"', '"name": "others"', "SecurityPolicy"),
                                 Attribute.CHALLENGE, f"https://{HOST}/"),
    "it is asked elsewhere": (ASKING, _text('"/check"', '"/ping"', "SecurityPolicy"), Attribute.CHALLENGE,
                              f"https://{HOST}/"),
    "the twin is gone": (TWIN, _without("web-www"), Attribute.STATUS, "http://example.com/"),
    "CORS and a redirect": (CORS, _led_elsewhere, Attribute.STATUS, f"http://{HOST}/"),
    "letters in another case": (WRITTEN, _text('"value": "(?i)', '"value": "', "HTTPRoute"), Attribute.STATUS,
                                f"http://{HOST}/apI"),
    "a rewrite in another case": (WRITTEN, _text('"pattern": "(?i)', '"pattern": "', "HTTPRouteFilter"),
                                  Attribute.PATH, f"http://{HOST}/apI"),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_shown_by_its_smallest_request(name: str) -> None:
    item, edit, attribute, url = EDITS[name]
    case = _case(item)
    assert prove_case(case, SETTINGS, envoy_gateway=True).holds

    found = [each for each in prove_case(_edited(case, edit), SETTINGS, envoy_gateway=True).found if not each.explained]

    first = found[0]
    asked = first.request
    assert (first.difference.attribute, f"{asked.scheme}://{asked.host}{asked.target}") == (attribute, url)


def test_a_gateway_that_is_gone_listens_no_more() -> None:
    case = _case(BASIC)
    there = [item for item in case.after if item["kind"] == "Gateway"]
    gone = tuple(item for item in case.after if item["kind"] != "Gateway")

    alone = prove_case(replace(case, after=gone, before=(BASIC,)), SETTINGS, envoy_gateway=True)
    assert alone.holds
    assert "stands in" in "".join(alone.assumed)
    before = replace(case, after=gone, before=(BASIC, *there))
    found = [
        each.difference.after for each in prove_case(before, SETTINGS, envoy_gateway=True).found if not each.explained
    ]
    assert set(found) == {"no answer (closed)"}


def test_a_port_that_clients_do_not_ask_by_themselves_is_told() -> None:
    case = _case(BASIC)
    outcome = prove_case(_edited(case, _text('"port": 443', '"port": 8443')), SETTINGS, envoy_gateway=True)

    assert "Gateway infra/shared has HTTPS on port 8443: clients are taken to ask there" in outcome.assumed
