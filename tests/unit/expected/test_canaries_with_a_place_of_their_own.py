"""A canary whose Service an Ingress that is no canary names as well has places like any other (T26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Controller, IngressClass, Phase
from support.conversion import Setup, convert

NGINX = "nginx.ingress.kubernetes.io/"
HOST = "a.example.com"
CANARY = {"canary": "true", "canary-weight": "20"}
COEXIST = Setup(phase=Phase.COEXIST, gateway="infra/shared/https")


def ingress(
    name: str,
    host: str = HOST,
    path: str = "/",
    said: Mapping[str, str] | None = None,
    *,
    service: str = "web",
    namespace: str = "app",
) -> str:
    annotations = "".join(f"    {NGINX}{key}: '{value}'\n" for key, value in (said or {}).items())
    hostname = f"host: '{host}', " if host else ""
    return (
        f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        f"  annotations:\n    owner: me\n{annotations}spec:\n  ingressClassName: nginx\n  rules:\n"
        f"  - {{{hostname}http: {{paths: [{{path: '{path}', pathType: Prefix, backend: "
        f"{{service: {{name: {service}, port: {{number: 80}}}}}}}}]}}}}\n"
    )


def withheld(text: str, setup: Setup = COEXIST) -> dict[str, str]:
    """Why, by the name of the Ingress."""
    found = convert(text, setup)
    return {item.ingress.ref.name: item.withheld.text for item in found.result.changes if item.withheld is not None}


LONE = ingress("next", path="/a", said=CANARY)


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(ingress("web"), id="its host"),
        pytest.param(
            ingress("web", path="/b") + ingress("wild", "*.example.com"),
            id="another path of its host, and a wildcard above",
        ),
    ],
)
def test_what_would_take_its_place_is_withheld_with_it(others: str) -> None:
    found = withheld(LONE + others)

    assert set(found) == {"next", *(("web", "wild") if "wild" in others else ("web",))}
    assert f"may serve its place on {HOST} like any other" in found["web"]


def test_on_a_host_that_only_it_names_it_stands_among_hosts_that_nobody_names() -> None:
    lone = ingress("next", "b.example.org", "/a", CANARY)
    main, rest = ingress("web"), ingress("rest", "", service="rest")
    found = withheld(lone + main + rest)

    assert set(found) == {"next", "rest"}
    assert "may serve its place on unknown hosts like any other" in found["rest"]


def test_another_controller_serves_no_place_of_this_one() -> None:
    inner = IngressClass("inner", Controller.INGRESS_NGINX, GatewayRef("infra", "inner", "https"))
    classes = "".join(
        f"---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: {name}}}\n"
        "spec: {controller: k8s.io/ingress-nginx}\n"
        for name in ("nginx", "inner")
    )
    other = ingress("other", path="/b").replace("ingressClassName: nginx", "ingressClassName: inner")

    assert set(withheld(classes + LONE + ingress("web") + other, replace(COEXIST, classes=(inner,)))) == {"next", "web"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LONE.replace("name: web", "name: own") + ingress("web"), id="a Service of its own"),
        pytest.param(LONE + ingress("web", namespace="other"), id="a Service of another namespace"),
        pytest.param(
            ingress("next", path="/a", said={**CANARY, "canary-by-header": "X Canary"})
            + ingress("web")
            + ingress("more", path="/a"),
            id="a place of its main",
        ),
        pytest.param(LONE + ingress("web", "b.example.org"), id="nothing that takes its requests"),
    ],
)
def test_otherwise_nobody_goes_with_it(text: str) -> None:
    assert not any("like any other" in why for why in withheld(text).values())
