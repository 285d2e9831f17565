"""What gatelift makes of any few Ingresses is proved: each difference to them is said, and none opens anything.

Hosts are few and close to each other, so that Ingresses meet: on one host, under a wildcard, by an alias, on the twin
with ``www.``, and where no host is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from gatelift.proof.symbolic.case import prove_case
from gatelift.proof.symbolic.prove import Found
from support.bounds import examples
from support.conversion import Conversion, Setup, convert
from support.judging import Manifest, ingress, rule
from support.repositories import rarely
from support.symbolic_proxies import cases_in
from support.symbolic_sites import DECIDED, SETTINGS, Sites

HOSTS = ("a.example.com", "a.example.com", "b.example.com", "*.example.com", "www.a.example.com", "other.org", "")
PLAIN = ("/", "/", "/a", "/a/", "/ab", "/a/b", "/b", "/A", "/a.b")
REGULAR = ("/a.", "/[ab]/x", "/(a|b)+$", "/.*c", "/b$", "/x/?", "/[^/]+/end")
REWRITES = (("/a(/|$)(.*)", "/$2"), ("/b/(.*)", "/new/$1"), ("/(.*)", "/$1"), ("/a", "/"), ("/b", "/new"))
SERVICES = ("web0", "web1", "web2")
REDIRECTS = (
    {"permanent_redirect": "https://new.example.org/x"},
    {"permanent_redirect": "https://new.example.org", "permanent_redirect_code": "308"},
    {"temporal_redirect": "http://new.example.org/", "temporal_redirect_code": "307"},
    {"temporal_redirect": "https://new.example.org$request_uri"},
)
ALONE = (
    {"auth_type": "basic", "auth_secret": "users", "auth_realm": "The shop"},
    {"allowlist_source_range": "10.0.0.0/8"},
    {"denylist_source_range": "10.9.0.0/16"},
    {"allowlist_source_range": "10.0.0.0/8", "auth_type": "basic", "auth_secret": "users", "satisfy": "any"},
    {"auth_url": "http://auth.shop.svc.cluster.local/check"},
    {"limit_rps": "5"},
    {"does_not_exist": "true"},
    {"enable_cors": "true"},
    {"enable_cors": "true", "cors_allow_origin": "https://a.example.com", "cors_allow_methods": "GET, PUT"},
    {"ssl_redirect": "false"},
    {"force_ssl_redirect": "true"},
    {"preserve_trailing_slash": "true"},
    {"app_root": "/home"},
    {"from_to_www_redirect": "true"},
    {"server_alias": "alias.org"},
    {"server_alias": "alias.org,b.example.com"},
    {"upstream_vhost": "inner.example.org"},
    {"custom_headers": "shop/extra"},
    {"proxy_body_size": "8m"},
    {"x_forwarded_prefix": "/pre"},
)
CANARIES = (
    {"canary_by_header": "X-Canary"},
    {"canary_by_header": "X-Canary", "canary_by_header_value": "yes"},
    {"canary_by_cookie": "canary", "canary_weight": "30"},
    {"canary_weight": "20"},
    {"canary_weight": "100"},
    {"canary_by_header": "X Canary"},
)
CONTROLLERS: tuple[Mapping[str, str], ...] = (
    {}, {}, SETTINGS, {"ssl-redirect": "false"}, {"hsts": "false"}, {"http-redirect-code": "301"},
)  # fmt: skip


@st.composite
def ingresses(draw: st.DrawFn) -> tuple[Manifest, ...]:
    """Two to four Ingresses of one class, some of which have much to say, and some of which have a canary."""
    found = [_main(draw, f"i{number}") for number in range(draw(st.integers(2, 4)))]
    if rarely(draw, 4):
        found.append(_canary(draw, found))
    return tuple(found)


def _main(draw: st.DrawFn, name: str) -> Manifest:
    said: dict[str, str] = {}
    for each in draw(st.lists(st.sampled_from(ALONE), max_size=2)):
        said |= each
    if rarely(draw, 8):
        said |= draw(st.sampled_from(REDIRECTS))
    listed = _paths(draw, said)
    namespace = "team" if rarely(draw, 10) else "shop"
    hosts = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=2, unique=True))
    if "" in hosts:
        said.pop("server_alias", None)
    rules = [rule(host, *listed) for host in hosts]
    default = draw(st.sampled_from(SERVICES)) if rarely(draw, 6) else ""
    if default and rarely(draw, 2):
        rules = []
    certified = [host for host in hosts if host] if rules else []
    tls = [{"hosts": certified, "secretName": "t"}] if certified and rarely(draw, 2) else []
    return ingress(name, *rules, tls=tls, default=default, namespace=namespace, **said)


def _paths(draw: st.DrawFn, said: dict[str, str]) -> list[tuple[str, str, str]]:
    """Places, and in ``said`` what they need: a rewrite, or expressions."""
    form = draw(st.sampled_from(("plain",) * 5 + ("regular", "rewrite")))
    kinds = st.sampled_from(("Prefix", "Prefix", "Exact", "ImplementationSpecific"))
    if form == "rewrite":
        path, said["rewrite_target"] = draw(st.sampled_from(REWRITES))
        return [(path, "ImplementationSpecific", draw(st.sampled_from(SERVICES)))]
    if form == "regular":
        said["use_regex"] = "true"
        kinds = st.just("ImplementationSpecific")
    paths = draw(
        st.lists(st.sampled_from(REGULAR if form == "regular" else PLAIN), min_size=1, max_size=2, unique=True)
    )
    return [(path, draw(kinds), draw(st.sampled_from(SERVICES))) for path in paths]


def _canary(draw: st.DrawFn, mains: Sequence[Manifest]) -> Manifest:
    """Of some place of a main Ingress, or, rarely, of one that nobody has."""
    main = draw(st.sampled_from(mains))
    rules = main["spec"]["rules"] or [rule("a.example.com", ("/", "Prefix", "web0"))]
    one = draw(st.sampled_from(rules))
    paths = [(path["path"], path["pathType"], "next") for path in one["http"]["paths"]]
    host = "lone.example.org" if rarely(draw, 8) else one.get("host", "")
    said: dict[str, Any] = draw(st.sampled_from(CANARIES))
    return ingress("canary", rule(host, *paths), namespace=main["metadata"]["namespace"], canary="true", **said)


def converted(items: Sequence[Manifest], settings: Mapping[str, str], target: str) -> Conversion:
    sites = Sites(0, 0)
    sites.ingresses += items
    return convert(sites.text, Setup(target=target, gateway="infra/shared", settings=settings, decide=DECIDED))


def unexplained(items: Sequence[Manifest], settings: Mapping[str, str], target: str = "envoy-gateway") -> list[Found]:
    by_envoy = target == "envoy-gateway"
    made = converted(items, settings, target)
    outcomes = [prove_case(case, settings, envoy_gateway=by_envoy) for case in cases_in(made)]
    for outcome in outcomes:
        for item in outcome.undecided:
            event(f"undecided: {item.why[:60]}")
    event("withheld" if any(change.withheld for change in made.result.changes) else "all converted")
    found = (item for outcome in outcomes for item in outcome.found if not item.explained)
    # Expressions that take a part of an encoded character: no route can tell them from others.
    return [item for item in found if "%" not in item.request.target]


@given(ingresses(), st.sampled_from(CONTROLLERS))
@examples(300)
def test_what_is_made_of_ingresses_is_equal_but_for_what_is_said(
    items: tuple[Manifest, ...], settings: Mapping[str, str]
) -> None:
    assert unexplained(items, settings) == []
