"""Which hosts ingress-nginx has a certificate for, and so redirects to HTTPS: it goes by the hosts of rules."""

from __future__ import annotations

from typing import Any

import pytest

from support.conversion import Setup, convert
from support.repositories import GATEWAY, dump

Json = dict[str, Any]
CANARY = {"nginx.ingress.kubernetes.io/canary": "true", "nginx.ingress.kubernetes.io/canary-weight": "10"}


def ingress(name: str, hosts: list[str], tls: list[Json] | None = None, annotations: Json | None = None) -> Json:
    """A canary is one of the Ingress ``a``."""
    path = {
        "path": "/a" if annotations else f"/{name}",
        "pathType": "Prefix",
        "backend": {"service": {"name": name, "port": {"number": 80}}},
    }
    spec: Json = {"ingressClassName": "nginx", "rules": [{"host": host, "http": {"paths": [path]}} for host in hosts]}
    if tls is not None:
        spec["tls"] = tls
    metadata = {"name": name, "namespace": "shop", "annotations": annotations or {}}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def entry(*hosts: str, named: str = "") -> Json:
    return {**({"hosts": list(hosts)} if hosts else {}), **({"secretName": named} if named else {})}


def outcome(*ingresses: Json) -> tuple[set[str], dict[str, str]]:
    """The hosts that redirect plain HTTP; the Ingresses that are withheld, and why."""
    found = convert("".join(f"---\n{dump(item)}" for item in (*ingresses, GATEWAY)), Setup())
    redirected = {
        host
        for item in found.emitted
        if item["kind"] == "HTTPRoute"
        for rule in item["spec"]["rules"]
        if any(each.get("requestRedirect", {}).get("scheme") == "https" for each in rule.get("filters", []))
        for host in item["spec"]["hostnames"]
    }
    withheld = {item.ingress.ref.name: item.withheld.text for item in found.result.changes if item.withheld}
    return redirected, withheld


@pytest.mark.parametrize(
    ("ingresses", "redirected"),
    [
        ([ingress("a", ["a.io"], [entry("a.io", named="s")])], {"a.io"}),
        ([ingress("a", ["a.io"], [entry("a.io")])], {"a.io"}),
        # A wildcard counts for the hosts below it only where it is the host of a rule.
        ([ingress("a", ["x.io"], [entry("x.io", "*.io", named="s")]), ingress("b", ["b.io"])], {"x.io"}),
        ([ingress("a", ["*.io"], [entry("*.io", named="s")]), ingress("b", ["b.io"])], {"*.io", "b.io"}),
        # Another Ingress's tls counts where that one has a rule for the host.
        ([ingress("a", ["x.io"], [entry("x.io", "b.io", named="s")]), ingress("b", ["b.io"])], {"x.io"}),
        ([ingress("a", ["a.io", "b.io"], [entry("a.io")]), ingress("b", ["b.io"])], {"a.io", "b.io"}),
        # A host that tls does not name has the controller's default certificate.
        ([ingress("a", ["a.io", "b.io"], [entry("a.io")])], {"a.io", "b.io"}),
        # An empty list is none.
        ([ingress("a", ["a.io"], [])], set()),
        # Of canaries no certificate is taken.
        ([ingress("a", ["a.io"]), ingress("c", ["a.io"], [entry("a.io", named="s")], CANARY)], set()),
    ],
)
def test_hosts_of_rules_redirect_once_an_ingress_with_tls_serves_them(
    ingresses: list[Json], redirected: set[str]
) -> None:
    assert outcome(*ingresses) == (redirected, {})


def test_a_secret_that_may_or_may_not_cover_the_host_is_asked_about() -> None:
    redirected, withheld = outcome(ingress("a", ["a.io", "b.io"], [entry("a.io", named="s")]))
    assert redirected == set()
    assert "without this host" in withheld["a"]


def test_once_somebody_names_the_host_it_is_known() -> None:
    first = ingress("a", ["a.io", "b.io"], [entry("a.io", named="s")])
    redirected, withheld = outcome(first, ingress("b", ["b.io"], [entry("b.io", named="t")]))
    assert not withheld
    assert redirected == {"a.io", "b.io"}


def test_a_host_that_only_a_tls_names_is_served_with_hsts_all_the_same() -> None:
    items = [ingress("a", ["x.io"], [entry("x.io", "*.io", named="s")]), ingress("b", ["b.io"]), GATEWAY]
    emitted = convert("".join(f"---\n{dump(item)}" for item in items), Setup()).emitted
    route = next(item for item in emitted if item["spec"].get("hostnames") == ["b.io"])
    assert "Strict-Transport-Security" in dump(route)
