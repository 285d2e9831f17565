"""What the READMEs of the cases claim of other controllers and their annotations, said once more in code."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_outcome import Outcome, Run, runner


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def text(found: Outcome, ingress: str, key: str) -> str:
    (entry,) = [row for row in found.report["ledger"] if row["ingress"] == ingress and row.get("key") == key]
    return f"{entry['text']} {entry.get('todo', '')}"


def reason(found: Outcome, ingress: str) -> str:
    (row,) = [row for row in found.report["ingresses"] if row["ingress"] == ingress]
    return f"{row['reason']} {row.get('todo', '')}"


def on_routes(found: Outcome) -> set[str]:
    """The keys of all annotations of all new objects, but for what keeps external-dns waiting until cutover."""
    keys = {key for item in found.items for key in item["metadata"].get("annotations", {})}
    return {key for key in keys if not key.startswith("external-dns.")}


def test_an_ingress_of_another_controller_stays_and_each_annotation_says_what_replaces_it(outcome: Run) -> None:
    found = outcome("left-to-another-controller")
    assert found.code == 0
    for ingress, owner in (
        ("shop/front", "Traefik (traefik.io/ingress-controller)"),
        ("shop/balancer", "the AWS Load Balancer Controller"),
        ("shop/api", "Kong (ingress-controllers.konghq.com/kong)"),
    ):
        assert found.status(ingress) == ("left", True)
        assert owner in reason(found, ingress)
    assert "ExtensionRef" in text(found, "shop/front", "traefik.ingress.kubernetes.io/router.middlewares")
    assert "LoadBalancerConfiguration" in text(found, "shop/balancer", "alb.ingress.kubernetes.io/scheme")
    assert "replacePrefixMatch" in text(found, "shop/api", "konghq.com/strip-path")
    assert "does not know by name" in text(found, "shop/api", "konghq.com/not-known-yet")


def test_what_stands_before_ingress_nginx_on_a_host_keeps_nothing_but_is_named(outcome: Run) -> None:
    found = outcome("left-to-another-controller")
    assert found.names() == ["web"]
    (host,) = [
        row for row in found.report["ledger"] if (row["ingress"], row["pointer"]) == ("shop/web", "/spec/rules/0/host")
    ]
    assert host["disposition"] == "differs"
    assert "Ingress shop/balancer of the AWS Load Balancer Controller names this host too" in host["text"]


def test_annotations_of_others_are_named_and_wake_nothing(outcome: Run) -> None:
    found = outcome("annotations-of-others")
    assert found.code == 2
    for key in (
        "nginx.org/client-max-body-size",
        "konghq.com/strip-path",
        "haproxy.org/timeout-server",
        "kubernetes.io/ingress.global-static-ip-name",
    ):
        assert found.said("shop/web", key) == "inert"
        assert "On Gateway API: " in text(found, "shop/web", key)
    assert found.said("shop/admin", "haproxy-ingress.github.io/allowlist-source-range") == "refused"
    assert found.status("shop/admin") == ("withheld", True)
    assert ("shop.example.com", "/admin") not in set(found.open_paths())
    assert [item for item in found.items if item["metadata"]["name"] == "admin-closed"]
    assert on_routes(found) == set()


def test_annotations_are_a_hint_and_no_proof_where_no_class_is_named(outcome: Run) -> None:
    found = outcome("no-class-but-annotations")
    assert "annotations of Traefik" in reason(found, "shop/lobby")
    assert "spec.ingressClassName" in reason(found, "shop/lobby")
    assert found.names() == ["other"]


def test_the_name_of_a_class_leaves_an_ingress_and_opens_nothing(outcome: Run) -> None:
    found = outcome("class-by-its-name")
    assert found.items == []
    assert {found.said(f"shop/{name}", "/spec/ingressClassName") for name in ("quiet", "admin")} == {"inert"}
    assert found.said("shop/odd", "allowlist-source-range") == "refused"
    assert found.status("shop/web") == ("withheld", True)
    assert "classes: {traefik: {controller: traefik}}" in reason(found, "shop/admin")


def test_a_declared_class_sets_the_neighbour_free(outcome: Run, tmp_path: Path) -> None:
    found = outcome("class-by-its-name", "--config", str(declared(tmp_path)))
    assert found.names() == ["web"]


def declared(folder: Path) -> Path:
    path = folder / "gatelift.yaml"
    path.write_text("classes: {traefik: {controller: traefik}}\n", encoding="utf-8")
    return path


def test_nothing_but_annotations_of_f5_leaves_the_class_nginx_open(outcome: Run) -> None:
    found = outcome("f5-or-ingress-nginx")
    assert found.status("shop/shop") == ("left", True)
    assert "controller: f5-nginx" in reason(found, "shop/shop")
    assert found.names() == ["both"]
    assert found.said("shop/both", "nginx.org/client-max-body-size") == "inert"


def test_a_second_ingress_nginx_is_not_left_in_silence(outcome: Run) -> None:
    found = outcome("second-ingress-nginx")
    assert found.code == 2
    assert found.items == []
    assert "classes: {internal: {controller: ingress-nginx}}" in reason(found, "shop/inside")


def test_the_usual_prefix_does_nothing_beside_another(outcome: Run) -> None:
    found = outcome("another-prefix")
    assert found.said("shop/web", "proxy-read-timeout") == "inert"
    assert found.said("shop/web", "edge.example.com/proxy-read-timeout") == "differs"
    assert found.said("shop/admin", "allowlist-source-range") == "refused"
    assert "edge.example.com/allowlist-source-range" in text(
        found, "shop/admin", "nginx.ingress.kubernetes.io/allowlist-source-range"
    )
    assert on_routes(found) == {"argocd.argoproj.io/sync-wave", "gethomepage.dev/enabled"}
