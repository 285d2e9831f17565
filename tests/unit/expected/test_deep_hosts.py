"""``a.b.example.com`` is nobody's to nginx, and the wildcard's to a gateway (T14): nothing is opened by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import pytest

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Controller, IngressClass, Phase
from gatelift.expected.context import ingress_key
from gatelift.expected.facts import with_verdicts
from support.conversion import Conversion, Setup, convert

NGINX = "nginx.ingress.kubernetes.io/"
LIST = {"allowlist-source-range": "10.0.0.0/8"}
UNKNOWN = {"does-not-exist": "true"}
REGEX = {"use-regex": "true"}
WEIGHED = {"canary": "true", "canary-weight": "20"}
COEXIST = Setup(phase=Phase.COEXIST, gateway="infra/shared/https")
CLASS = (
    "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: NAME}\n"
    "spec: {controller: k8s.io/ingress-nginx}\n"
)


def ingress(
    name: str,
    host: str = "",
    path: str = "/",
    said: Mapping[str, str] | None = None,
    *,
    namespace: str = "app",
    class_name: str = "nginx",
    service: str = "web",
) -> str:
    """Without a path it has a default backend and no rules."""
    annotations = "".join(f"    {NGINX}{key}: '{value}'\n" for key, value in (said or {}).items())
    backend = f"{{service: {{name: {service}, port: {{number: 80}}}}}}"
    hostname = f"host: '{host}', " if host else ""
    rules = f"rules: [{{{hostname}http: {{paths: [{{path: '{path}', pathType: Prefix, backend: {backend}}}]}}}}]"
    return (
        f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        f"  annotations:\n    owner: me\n{annotations}spec:\n  ingressClassName: {class_name}\n"
        f"  {rules if path else f'defaultBackend: {backend}'}\n"
    )


def wild(path: str = "/", said: Mapping[str, str] | None = None, class_name: str = "nginx") -> str:
    return ingress("wild", "*.example.com", path, said, class_name=class_name)


def withheld(found: Conversion) -> dict[str, str]:
    """Why, by the name of the Ingress."""
    return {item.ingress.ref.name: item.withheld.text for item in found.result.changes if item.withheld is not None}


def said_of_wild(*others: str, setup: Setup = COEXIST) -> str:
    return withheld(convert("".join(others), setup)).get("wild", "")


@pytest.mark.parametrize(
    ("one", "rest"),
    [
        pytest.param(wild(), ingress("rest", said=LIST), id="a place of unknown hosts"),
        pytest.param(wild("/a"), ingress("rest", path="/a/b", said=LIST), id="a part of what the wildcard takes"),
        pytest.param(wild("/a/b"), ingress("rest", path="/a", said=LIST), id="more than the wildcard takes"),
        pytest.param(wild("/a"), ingress("rest", path="", said=LIST), id="a default backend of all hosts"),
        pytest.param(
            wild("/a(/|$)(.*)", REGEX), ingress("rest", path="/b", said=LIST), id="an expression may take any path"
        ),
        pytest.param(
            wild("/", LIST), ingress("rest", said=LIST, namespace="other"), id="restrictions of two namespaces"
        ),
        pytest.param(wild("/", LIST), ingress("rest", said={"denylist-source-range": "10.9.0.0/16"}), id="another"),
    ],
)
def test_a_wildcard_opens_nothing_that_is_restricted_on_hosts_that_nobody_names(one: str, rest: str) -> None:
    found = convert(one + rest, COEXIST)

    assert set(withheld(found)) == {"wild"}
    assert "restricts access to hosts that nobody names" in withheld(found)["wild"]
    assert "(T14)" in withheld(found)["wild"]


@pytest.mark.parametrize(
    ("one", "rest"),
    [
        pytest.param(wild("/", LIST), ingress("rest", said=LIST), id="both restrict alike"),
        pytest.param(wild("/a"), ingress("rest", path="/b", said=LIST), id="no path of both"),
        pytest.param(wild("/a"), ingress("rest", path="/ab", said=LIST), id="no segment of both"),
        pytest.param(wild(), ingress("rest", said={"limit-rps": "5"}), id="who counts keeps nobody out"),
        pytest.param(wild(), ingress("rest"), id="nobody restricts"),
        pytest.param(wild("/", LIST), ingress("rest"), id="only the wildcard restricts"),
        pytest.param(wild(), ingress("rest", "a.example.com", said=LIST), id="a host that is named"),
        pytest.param(
            ingress("wild", "a.example.com"), ingress("rest", said=LIST), id="an exact host takes no deeper one"
        ),
        pytest.param(
            wild(),
            ingress("rest", "a.example.com") + ingress("next", "a.example.com", said={**WEIGHED, **LIST}),
            id="a canary has the host of its main",
        ),
    ],
)
def test_a_wildcard_that_opens_nothing_is_converted(one: str, rest: str) -> None:
    assert withheld(convert(one + rest, COEXIST)) == {}


def _of_classes(name: str) -> str:
    inner = IngressClass("inner", Controller.INGRESS_NGINX, GatewayRef("infra", "inner", "https"))
    text = f"{CLASS.replace('NAME', 'nginx')}{CLASS.replace('NAME', 'inner')}"
    return said_of_wild(
        text, wild(class_name=name), ingress("rest", said=LIST), setup=replace(COEXIST, classes=(inner,))
    )


def test_another_controller_serves_no_host_of_this_one() -> None:
    assert _of_classes("nginx")
    assert not _of_classes("inner")


def test_a_canary_with_a_place_of_its_own_stands_on_hosts_that_nobody_names() -> None:
    lone = ingress("next", "b.example.org", said={**WEIGHED, **LIST})

    assert "Ingress app/next, which is withheld, serves" in said_of_wild(wild(), lone)
    assert not said_of_wild(wild(), ingress("next", "b.example.org", said={**WEIGHED, **LIST}, service="own"))


@pytest.mark.parametrize("rest", [ingress("rest", said=UNKNOWN), ingress("rest", path="", said=UNKNOWN)])
def test_a_wildcard_goes_with_what_is_withheld_on_hosts_that_nobody_names(rest: str) -> None:
    assert "Ingress app/rest, which is withheld, serves hosts" in said_of_wild(wild(), rest)
    assert not said_of_wild(ingress("wild", "a.example.com"), rest)


def test_a_wildcard_stays_where_nothing_withheld_may_be_asked_for_by_it() -> None:
    assert not said_of_wild(wild("/a"), ingress("rest", path="/b", said=UNKNOWN))
    assert not said_of_wild(wild(), ingress("rest", "a.example.com", said=UNKNOWN))


def test_what_is_withheld_elsewhere_counts_as_far_as_the_facts_tell() -> None:
    rest = ingress("rest", said=UNKNOWN)
    both = convert(wild() + rest, COEXIST)
    kept = frozenset(ingress_key(item.ingress) for item in both.result.changes if item.withheld is not None)
    facts = both.context.facts
    told = msgspec.structs.replace(facts, hosts=with_verdicts(facts.hosts, frozenset(), kept))

    assert "Ingress app/rest, which is withheld, serves hosts" in said_of_wild(
        wild(), setup=replace(COEXIST, facts=told)
    )
    assert not said_of_wild(wild(), setup=replace(COEXIST, facts=facts))
    # What is here is judged anew.
    assert not said_of_wild(wild(), ingress("rest"), setup=replace(COEXIST, facts=told))
