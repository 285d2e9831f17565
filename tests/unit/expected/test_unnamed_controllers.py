"""A controller that was found and that nobody named: what of it restricts access refuses what it may serve."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.expected.unnamed import Asked, Unnamed, may_serve, notes
from gatelift.findings import Place
from gatelift.ingress.model import Backend, Ingress, IngressPath, IngressRef, IngressRule, PathType
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition
from gatelift.manifests.inventory import IngressClass
from gatelift.manifests.resource import Provenance

NGINX = "nginx.ingress.kubernetes.io/"
LIST = {"whitelist-source-range": "10.0.0.0/8"}
SEEN = {"nginx": IngressClass("nginx", "k8s.io/ingress-nginx"), "edge": IngressClass("edge", "k8s.io/edge")}


def asked(
    annotations: Mapping[str, str] | None = None,
    class_name: str = "nginx",
    *,
    namespace: str = "app",
    old: bool = False,
) -> Asked:
    path = IngressPath("/", PathType.PREFIX, Backend("web", 80, ""), "")
    ingress = Ingress(
        ref=IngressRef(namespace, "web"),
        api_version="networking.k8s.io/v1",
        class_name=class_name,
        labels={},
        annotations={NGINX + name: value for name, value in (annotations or {}).items()},
        default_backend=None,
        rules=(IngressRule("a.example.com", (path,), ""),),
        tls=(),
        leaves=(),
        provenance=Provenance("", "a.yaml"),
    )
    return Asked(ingress, class_name, old)


def found(
    settings: Mapping[str, str], *flags: str, told: bool = False, classes: tuple[str, ...] = (), path: str = "cm.yaml"
) -> Unnamed:
    return Unnamed(
        what="ConfigMap edge/config",
        place=Place(path, 3, 1),
        controller=Controller.parse(settings, flags),
        write=f"write 'nginx: {{configMap: {path}}}'",
        classes=frozenset(classes),
        told=told or bool(flags),
    )


def refused(
    settings: Mapping[str, str], annotations: Mapping[str, str] | None = None, accept: Mapping[str, str] | None = None
) -> dict[str, Disposition]:
    rulings = Rulings(controller=Controller(), accept=accept or {})
    return {name: note.disposition for name, note in notes(asked(annotations), [found(settings)], {}, rulings)}


@pytest.mark.parametrize(
    "settings",
    [
        LIST,
        {"denylist-source-range": "10.0.0.0/8"},
        {"block-cidrs": "10.0.0.0/8"},
        {"block-user-agents": "~*scanner"},
        {"block-referers": "spam.example.com"},
        {"global-auth-url": "http://gate.auth.svc/check"},
        {"global-auth-url": "no URL"},
        {"enable-modsecurity": "true"},
        {"enable-owasp-modsecurity-crs": "true"},
        {"location-snippet": "deny all;"},
        {"server-snippet": "deny all;"},
        {"http-snippet": "deny all;"},
        {"plugins": "authenticate"},
        {"whitelist-source-range": "no network"},
    ],
)
def test_what_restricts_every_ingress_refuses_it(settings: Mapping[str, str]) -> None:
    ((name, note),) = notes(asked(), [found(settings)], {}, Rulings(controller=Controller()))
    (setting,) = settings
    assert name == f"configmap:{setting}"
    assert (note.disposition, note.risk) == (Disposition.REFUSED, Risk.SECURITY)
    assert "ConfigMap edge/config (cm.yaml:3:1) sets it" in note.text
    assert "nginx: {configMap: cm.yaml}" in note.todo
    assert f"accept: [{{key: {setting}, reason: ...}}]" in note.todo


@pytest.mark.parametrize(
    ("settings", "annotations"),
    [
        ({}, {}),
        ({"proxy-body-size": "8m", "hsts": "false", "server-tokens": "true"}, {}),
        ({"enable-modsecurity": "false", "enable-owasp-modsecurity-crs": ""}, {}),
        ({"whitelist-source-range": ""}, {}),
        (LIST, {"whitelist-source-range": "192.0.2.0/24"}),
        (LIST, {"allowlist-source-range": "192.0.2.0/24"}),
        ({"global-auth-url": "http://gate.auth.svc/check"}, {"enable-global-auth": "false"}),
        ({"global-auth-url": "http://gate.auth.svc/check"}, {"auth-url": "http://own.app.svc/check"}),
        ({"enable-modsecurity": "true"}, {"enable-modsecurity": "false"}),
        ({"global-rate-limit-memcached-host": "memcached.edge"}, {}),
        (LIST, {"canary": "true"}),
    ],
)
def test_what_does_not_restrict_this_ingress_refuses_nothing(
    settings: Mapping[str, str], annotations: Mapping[str, str]
) -> None:
    assert refused(settings, annotations) == {}


def test_a_limit_that_an_older_controller_counts_refuses_where_it_is_asked_for() -> None:
    settings = {"global-rate-limit-memcached-host": "memcached.edge"}
    assert refused(settings, {"global-rate-limit": "100"}) == {
        "configmap:global-rate-limit-memcached-host": Disposition.REFUSED
    }


def test_what_is_accepted_is_told_and_refuses_nothing() -> None:
    wanted = {"configmap:whitelist-source-range": Disposition.DIFFERS}
    assert refused(LIST, accept={"whitelist-source-range": "dev only"}) == wanted
    assert refused({"server-snippet": "x"}, accept={"whitelist-source-range": "no"}) == {
        "configmap:server-snippet": Disposition.REFUSED
    }


def test_controllers_that_disagree_are_both_named() -> None:
    dev, prod = found(LIST, path="dev.yaml"), found({"whitelist-source-range": "192.0.2.0/24"}, path="prod.yaml")
    ((_, note),) = notes(asked(), [dev, prod], {}, Rulings(controller=Controller()))
    assert "dev.yaml" in note.text
    assert "prod.yaml:3:1), which do not say the same, set it" in note.text
    assert "{configMap: dev.yaml}'; or write 'nginx: {configMap: prod.yaml}'" in note.todo
    ((_, same),) = notes(asked(), [dev, found(LIST, path="too.yaml")], {}, Rulings(controller=Controller()))
    assert "do not say the same" not in same.text


@pytest.mark.parametrize(
    ("item", "who", "classes", "serves"),
    [
        (found(LIST), asked(class_name="inner"), SEEN, True),
        (found(LIST, told=True), asked(), {}, True),
        (found(LIST, "--controller-class=k8s.io/edge"), asked(), SEEN, False),
        (found(LIST, "--controller-class=k8s.io/edge"), asked(class_name="edge"), SEEN, True),
        (found(LIST, "--controller-class=k8s.io/edge"), asked(), {}, True),
        (found(LIST, "--controller-class=k8s.io/edge"), asked(old=True), SEEN, True),
        (found(LIST, "--controller-class=k8s.io/edge", "--ingress-class-by-name"), asked(), SEEN, True),
        (found(LIST, "--controller-class=k8s.io/edge", "--ingress-class=edge"), asked(old=True), SEEN, False),
        (found(LIST, "--ingress-class=edge", classes=("edge",)), asked(), {}, False),
        (found(LIST, "--ingress-class=nginx", classes=("nginx",)), asked(), {}, True),
        (found(LIST, told=True, classes=("edge",)), asked(class_name=""), {}, True),
        (found(LIST, "--watch-namespace=shop"), asked(), SEEN, False),
        (found(LIST, "--watch-namespace=app"), asked(), SEEN, True),
        (found(LIST, "--watch-namespace=app"), asked(namespace=""), SEEN, True),
    ],
)
def test_only_what_a_controller_tells_of_itself_rules_it_out(
    item: Unnamed, who: Asked, classes: Mapping[str, IngressClass], serves: bool
) -> None:
    assert may_serve(item, who, classes) is serves
    assert bool(list(notes(who, [item], classes, Rulings(controller=Controller())))) is serves
