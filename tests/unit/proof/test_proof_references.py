"""``references``: what a written object names is rendered, was named by an Ingress before, or is the platform's."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from renders import CASES, Object, every_kind, names, render

from gatelift.annotations.controller import Controller
from gatelift.config.model import Nginx
from gatelift.manifests.reference_paths import references_of
from gatelift.manifests.shape import GATEWAY, GATEWAY_API, ObjectKey
from gatelift.proof.references import decided, named_by, references
from gatelift.sources.controller import controller_of

SHARED = ObjectKey(GATEWAY_API, GATEWAY.kind, "infra", "shared")
SUPPLIED = [
    {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
    for kind, names_ in (("Secret", ("certificate", "roots", "users")), ("ConfigMap", ("authorities", "sorry")))
    for name in names_
]


def test_an_application_that_brings_all_it_names_holds() -> None:
    evidence = references("root", (), [*SUPPLIED, *every_kind()])
    assert evidence.holds, evidence.text


def test_every_object_that_is_named_and_taken_away_is_missed() -> None:
    objects = [*SUPPLIED, *every_kind()]
    named = {(ref.to.kind, ref.to.name) for item in objects for ref in references_of(item)} - {
        ("GatewayClass", "shared")
    }
    for kind, name in sorted(named):
        rest = [item for item in objects if (item["kind"], item["metadata"]["name"]) != (kind, name)]
        evidence = references("root", (), rest)
        assert not evidence.holds, (kind, name)
        assert f"{kind} {name}" in evidence.text


def _ingress(**spec: Any) -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "app"},
        "spec": spec,
    }


def _route(service: str = "web", **parent: Any) -> Object:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "web", "namespace": "app"},
        "spec": {
            "parentRefs": [{"name": "shared", "namespace": "infra", **parent}],
            "rules": [{"backendRefs": [{"name": service, "port": 80}]}],
        },
    }


def _to(service: str) -> dict[str, Any]:
    return {"service": {"name": service, "port": {"number": 80}}}


INGRESSES = [
    _ingress(defaultBackend=_to("web")),
    _ingress(rules=[{"host": "a.example.com", "http": {"paths": [{"path": "/", "backend": _to("web")}]}}]),
    {
        **_ingress(rules=[{"http": {"paths": [{"backend": {"serviceName": "web"}}]}}]),
        "apiVersion": "extensions/v1beta1",
    },
]


@pytest.mark.parametrize("ingress", INGRESSES, ids=["default backend", "rule", "old form"])
def test_a_service_that_an_ingress_named_may_be_elsewhere(ingress: Object) -> None:
    assert references("root", [ingress], [ingress, _route()], [SHARED]).holds
    evidence = references("root", [ingress], [ingress, _route("other")], [SHARED])
    assert not evidence.holds
    assert evidence.text == (
        "HTTPRoute app/web: /spec/rules/0/backendRefs/0/name names Service app/other, which is neither rendered here "
        "nor named by an Ingress: requests would find nothing"
    )


def test_a_gateway_that_nobody_configured_is_missed() -> None:
    evidence = references("root", [INGRESSES[0]], [INGRESSES[0], _route()])
    assert not evidence.holds
    assert "Gateway infra/shared" in evidence.text


def _gateway() -> Object:
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": "a.example.com"}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "shared", "namespace": "infra"},
        "spec": {"gatewayClassName": "eg", "listeners": [listener]},
    }


def test_a_listener_that_a_rendered_gateway_lacks_is_missed() -> None:
    before = [INGRESSES[0], _gateway()]
    assert references("root", before, [*before, _route(sectionName="https")]).holds
    evidence = references("root", before, [*before, _route(sectionName="http")])
    assert evidence.text.endswith("means http of Gateway infra/shared, which has no such listener")


def test_what_stood_there_before_is_not_asked() -> None:
    theirs = _route("gone")
    assert references("root", [theirs], [theirs]).holds
    changed = copy.deepcopy(theirs)
    changed["spec"]["hostnames"] = ["b.example.com"]
    assert not references("root", [theirs], [changed], [SHARED]).holds


def _policy(namespace: str | None) -> Object:
    reference = {"group": "", "kind": "Service", "name": "auth", "port": 80}
    if namespace:
        reference["namespace"] = namespace
    target = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "web"}
    return {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "SecurityPolicy",
        "metadata": {"name": "web", "namespace": "app"},
        "spec": {"targetRefs": [target], "extAuth": {"http": {"backendRefs": [reference]}}},
    }


def _grant(**changes: str) -> Object:
    allowed = {"group": "gateway.envoyproxy.io", "kind": "SecurityPolicy", "namespace": changes.get("who", "app")}
    to = {"group": "", "kind": "Service", "name": changes.get("name", "auth")}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "auth", "namespace": changes.get("where", "auth")},
        "spec": {"from": [allowed], "to": [to]},
    }


def _asking(url: str) -> Object:
    ingress = _ingress(defaultBackend=_to("web"))
    ingress["metadata"]["annotations"] = {"nginx.ingress.kubernetes.io/auth-url": url}
    return ingress


@pytest.mark.parametrize(
    "url", ["http://auth.auth.svc.cluster.local:80/x", "http://auth.auth.svc/x", "http://auth.auth"]
)
def test_a_service_that_authorises_may_be_in_a_namespace_that_grants_it(url: str) -> None:
    before = [_asking(url)]
    after = [*before, _route(), _policy("auth")]
    assert references("root", before, [*after, _grant()], [SHARED]).holds
    for changes in ({"who": "other"}, {"where": "app"}, {"where": "other"}):
        evidence = references("root", before, [*after, _grant(**changes)], [SHARED])
        assert not evidence.holds, changes
    assert "no ReferenceGrant there" in references("root", before, after, [SHARED]).text


def test_nobody_asks_for_a_grant_where_the_namespace_is_decided_elsewhere() -> None:
    before, policy = _asking("http://auth.auth.svc/x"), _policy("auth")
    for item in (before, policy):
        del item["metadata"]["namespace"]
    target = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "own"}
    policy["spec"]["targetRefs"] = [target]
    own = ObjectKey(GATEWAY_API, GATEWAY.kind, "", "own")
    assert references("root", [before], [before, policy], [own]).holds


@pytest.mark.parametrize("url", ["http://auth.other.svc/x", "https://sso.example.com/x", "http://[broken", "auth"])
def test_a_url_to_elsewhere_allows_nothing_in_that_namespace(url: str) -> None:
    before = [_asking(url)]
    assert not references("root", before, [*before, _route(), _policy("auth"), _grant()], [SHARED]).holds


def test_a_secret_of_an_annotation_may_be_elsewhere() -> None:
    ingress = _ingress(defaultBackend=_to("web"))
    ingress["metadata"]["annotations"] = {"nginx.ingress.kubernetes.io/auth-secret": "app/users"}
    policy = _policy(None)
    policy["spec"] = {"targetRefs": policy["spec"]["targetRefs"], "basicAuth": {"users": {"name": "users"}}}
    assert references("root", [ingress], [ingress, _route(), policy], [SHARED]).holds
    policy["spec"]["basicAuth"]["users"]["name"] = "others"
    assert not references("root", [ingress], [ingress, _route(), policy], [SHARED]).holds


GATEWAYS = [ObjectKey(GATEWAY_API, "Gateway", "infra", name) for name in ("shared", "internal", "public")]
"""What the arguments of the cases name as parents."""
DEFAULT_CERTIFICATE = ObjectKey("", "Secret", "platform", "default-tls")
"""What they name as the controller's own certificate."""


@pytest.mark.parametrize("name", names())
def test_golden_conversions_refer_to_nothing_that_is_not_there(name: str) -> None:
    before = render(name, "before")
    allowed = [*GATEWAYS, DEFAULT_CERTIFICATE, *decided(before, "{secret}-sha"), *_named_in(CASES / name)]
    evidence = references(name, before, render(name), allowed)
    assert evidence.holds, evidence.text


def _named_in(case: Path) -> frozenset[ObjectKey]:
    file = case / "configmap.yaml"
    return named_by(controller_of(str(file), (), Nginx())) if file.exists() else frozenset()


GATE = ObjectKey("", "Service", "auth", "gate")


@pytest.mark.parametrize("host", ["gate.auth.svc.cluster.local", "gate.auth.svc:8080", "gate.auth"])
def test_what_the_controllers_settings_name_is_known(host: str) -> None:
    assert GATE in named_by(Controller(settings={"global-auth-url": f"http://{host}/check"}))
    before, after = [_asking("")], [_asking(""), _route(), _policy("auth"), _grant()]
    known = named_by(Controller(settings={"global-auth-url": "http://auth.auth.svc/check"}))
    assert references("root", before, after, [SHARED, *known]).holds
    assert not references("root", before, after, [SHARED]).holds


def test_what_its_settings_do_not_name_stays_unknown() -> None:
    found = named_by(Controller(settings={"global-auth-url": "https://sso.example.com/check", "server-snippet": "a/b"}))
    assert found == frozenset()


def test_headers_and_certificates_of_the_controller_are_known() -> None:
    found = named_by(
        Controller(
            settings={"proxy-set-headers": "edge/headers"}, default_certificate="edge/tls", default_backend="a/b"
        )
    )
    wanted = {("ConfigMap", "edge", "headers"), ("Secret", "edge", "tls"), ("Service", "a", "b")}
    assert wanted <= {(key.kind, key.namespace, key.name) for key in found}


def test_a_secret_that_somebody_decided_to_supply_is_allowed_and_no_other() -> None:
    ingress = _ingress(defaultBackend=_to("web"))
    ingress["metadata"]["annotations"] = {"nginx.ingress.kubernetes.io/auth-secret": "users"}
    assert decided([ingress], "{secret}-sha") == {ObjectKey("", "Secret", "app", "users-sha")}
