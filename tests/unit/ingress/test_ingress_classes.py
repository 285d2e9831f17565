"""Whose an Ingress is: by configuration, IngressClass, flag, name, and what its annotations make doubtful."""

from __future__ import annotations

import pytest

from gatelift.config.model import Controller
from gatelift.ingress.classes import ClassRules, ClassVerdict, Service, resolve
from gatelift.ingress.controllers import KNOWN, by_annotations, by_class, by_controller, by_option, named
from gatelift.manifests.inventory import IngressClass

NGINX_KEY = "nginx.ingress.kubernetes.io/auth-url"


def rules(
    declared: dict[str, str] | None = None, *seen: IngressClass, by_name: bool = False, without: bool = False
) -> ClassRules:
    return ClassRules(
        declared=declared or {},
        seen={item.name: item for item in seen},
        controller_class="k8s.io/ingress-nginx",
        ingress_class="nginx",
        by_name=by_name,
        watch_without_class=without,
        prefix="nginx.ingress.kubernetes.io/",
    )


def seen(controller: str) -> ClassVerdict:
    return resolve("edge", rules(None, IngressClass("edge", controller)))


@pytest.mark.parametrize(
    ("controller", "name"),
    [
        ("ingress.k8s.aws/alb", "the AWS Load Balancer Controller"),
        ("eks.amazonaws.com/alb", "the AWS Load Balancer Controller"),
        ("traefik.io/ingress-controller", "Traefik"),
        ("haproxy.org/ingress-controller", "the HAProxy Kubernetes Ingress Controller"),
        ("haproxy-ingress.github.io/controller", "HAProxy Ingress"),
        ("ingress-controllers.konghq.com/kong", "Kong"),
        ("nginx.org/ingress-controller", "the NGINX Ingress Controller of F5"),
        ("projectcontour.io/ingress-controller", "Contour"),
        ("k8s.io/ingress-gce", "GKE Ingress"),
        ("networking.gke.io/ingress-gce", "GKE Ingress"),
        ("azure/application-gateway", "the Application Gateway Ingress Controller of Azure"),
        ("alb.networking.azure.io/alb-controller", "Application Gateway for Containers of Azure"),
        ("cilium.io/ingress-controller", "Cilium"),
        ("apisix.apache.org/apisix-ingress", "APISIX"),
        ("openshift.io/ingress-to-route", "OpenShift's router"),
        ("getambassador.io/ingress-controller", "Emissary"),
        ("pomerium.io/ingress-controller", "Pomerium"),
        ("istio.io/ingress-controller", "Istio"),
        ("tailscale.com/ts-ingress", "Tailscale"),
    ],
)
def test_a_known_controller_of_an_ingress_class_is_named(controller: str, name: str) -> None:
    verdict = seen(controller)
    assert (verdict.service, verdict.owner, verdict.doubtful) == (Service.FOREIGN, name, False)
    assert f"{name} ({controller})" in verdict.why


def test_an_unheard_of_controller_is_left_alone_under_its_own_name() -> None:
    verdict = seen("example.com/edge")
    assert (verdict.service, verdict.owner, verdict.doubtful) == (Service.FOREIGN, "example.com/edge", False)


@pytest.mark.parametrize("controller", ["k8s.io/internal-ingress-nginx", "webapprouting.kubernetes.azure.com/nginx"])
def test_what_looks_like_a_second_ingress_nginx_is_refused_with_all_ways_out(controller: str) -> None:
    verdict = seen(controller)
    assert verdict.service is Service.UNRESOLVED
    assert "classes: {edge: {controller: ingress-nginx}}" in verdict.todo
    assert f"--controller-class={controller}" in verdict.todo
    assert "classes: {edge: {controller: other}}" in verdict.todo


def test_the_controller_class_of_the_flag_is_ours_whatever_it_looks_like() -> None:
    assert seen("k8s.io/ingress-nginx").service is Service.OURS


@pytest.mark.parametrize("name", ["traefik", "alb", "kong", "haproxy", "gce", "gce-internal", "contour", "cilium"])
def test_a_name_alone_leaves_an_ingress_but_opens_nothing(name: str) -> None:
    verdict = resolve(name, rules())
    assert (verdict.service, verdict.assumed, verdict.doubtful) == (Service.FOREIGN, True, True)
    assert f"classes: {{{name}: {{controller: " in verdict.todo


@pytest.mark.parametrize("name", ["traefik", "alb", "azure/application-gateway", "openshift-default", "apisix"])
def test_the_older_annotation_is_certain_for_ingress_nginx_asks_no_ingress_class_then(name: str) -> None:
    verdict = resolve(name, rules(), ("kubernetes.io/ingress.class",), by_annotation=True)
    assert (verdict.service, verdict.assumed, verdict.doubtful) == (Service.FOREIGN, False, False)
    assert not verdict.todo


def test_annotations_of_ingress_nginx_under_anothers_name_leave_nothing_certain() -> None:
    for by_annotation in (False, True):
        verdict = resolve("traefik", rules(), (NGINX_KEY,), by_annotation)
        assert verdict.service is Service.UNRESOLVED
        assert "Traefik goes by that name" in verdict.why


def test_configuration_and_ingress_class_outrank_the_name_and_the_annotations() -> None:
    assert resolve("traefik", rules({"traefik": "ingress-nginx"})).service is Service.OURS
    assert resolve("nginx", rules({"nginx": "f5-nginx"})).owner == "the NGINX Ingress Controller of F5"
    assert resolve("haproxy", rules({"haproxy": "haproxy"})).owner.endswith(" or HAProxy Ingress")
    assert resolve("edge", rules({"edge": "other"})).owner == "another controller"
    ours = IngressClass("traefik", "k8s.io/ingress-nginx")
    assert resolve("traefik", rules(None, ours), ("traefik.ingress.kubernetes.io/router.tls",)).service is Service.OURS


def test_an_ingress_class_of_f5_called_nginx_is_not_ours() -> None:
    verdict = resolve("nginx", rules(None, IngressClass("nginx", "nginx.org/ingress-controller")))
    assert (verdict.service, verdict.owner) == (Service.FOREIGN, "the NGINX Ingress Controller of F5")


def test_nothing_but_annotations_of_f5_makes_the_class_nginx_doubtful() -> None:
    only = resolve("nginx", rules(), ("nginx.org/rewrites", "cert-manager.io/issuer"))
    assert only.service is Service.UNRESOLVED
    assert "controller: f5-nginx" in only.todo
    assert "controller: ingress-nginx" in only.todo
    assert resolve("nginx", rules(), ("nginx.org/rewrites", NGINX_KEY)).service is Service.OURS
    assert resolve("nginx", rules(), ("traefik.ingress.kubernetes.io/router.tls",)).service is Service.OURS
    assert resolve("nginx", rules(by_name=True), ("nginx.org/rewrites",)).service is Service.OURS
    declared = rules(None, IngressClass("nginx", "k8s.io/ingress-nginx"))
    assert resolve("nginx", declared, ("nginx.org/rewrites",)).service is Service.OURS


def test_annotations_say_whose_an_ingress_without_class_may_be_and_decide_nothing() -> None:
    verdict = resolve(None, rules(), ("alb.ingress.kubernetes.io/scheme",))
    assert verdict.service is Service.UNRESOLVED
    assert "the AWS Load Balancer Controller, which may serve it" in verdict.why
    assert "spec.ingressClassName (alb" in verdict.todo
    assert "--watch-ingress-without-class" in verdict.todo
    assert resolve(None, rules(without=True), ("alb.ingress.kubernetes.io/scheme",)).service is Service.OURS


def test_the_default_class_decides_where_none_is_named() -> None:
    default = IngressClass("edge", "traefik.io/ingress-controller", default=True)
    assert resolve(None, rules(None, default)).owner == "Traefik"


def test_nobody_else_goes_by_the_name_of_our_class() -> None:
    assert by_class("nginx") == ()
    assert by_controller("k8s.io/ingress-nginx") is None
    assert by_annotations((NGINX_KEY, "kubernetes.io/ingress.class", "example.com/a")) == ()
    assert by_option(Controller.OTHER) == ()


def test_every_controller_of_the_configuration_but_two_is_known() -> None:
    assert {known.option for known in KNOWN} == set(Controller) - {Controller.INGRESS_NGINX}
    assert all(named(by_option(option)) for option in set(Controller) - {Controller.INGRESS_NGINX, Controller.OTHER})


def test_no_prefix_or_controller_is_listed_twice() -> None:
    for listed in ("prefixes", "controllers"):
        found = [item for known in KNOWN for item in getattr(known, listed)]
        assert len(found) == len(set(found))
