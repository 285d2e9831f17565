"""What a component does to Ingresses is written into it where everybody agrees, and into overlays where not."""

from __future__ import annotations

from pathlib import Path

import pytest
from kustomize_repositories import ALLOW, BASE, WEB, built, overlay, repository, rewrite

from gatelift.sources.kustomize.components import in_order

COMPONENT = {"components/office/kustomization.yaml": ALLOW}
POLICY = "components/office/web-securitypolicy.yaml"


@pytest.mark.parametrize(
    ("chains", "order"),
    [
        ({}, []),
        ({"dev": ["a", "b"], "prod": ["a", "b"]}, ["a", "b"]),
        ({"dev": ["b"], "prod": ["a", "b"]}, ["a", "b"]),
        ({"dev": ["a", "b"], "prod": ["c", "b"]}, ["a", "c", "b"]),
        ({"dev": ["a", "b"], "prod": ["b", "a"]}, []),
        ({"dev": ["x", "a", "b"], "prod": ["b", "a"], "test": ["c"]}, ["c", "x"]),
    ],
)
def test_an_order_is_that_of_every_kustomization(chains: dict[str, list[str]], order: list[str]) -> None:
    assert in_order(chains) == order


def test_two_overlays_share_what_their_component_needs(tmp_path: Path) -> None:
    files = {**BASE, **COMPONENT, "overlays/a/kustomization.yaml": overlay("office")}
    folder = repository(tmp_path, {**files, "overlays/b/kustomization.yaml": overlay("office")})
    changed, _ = rewrite(folder)
    assert POLICY in changed
    assert not [name for name in changed if name.startswith("overlays/")]
    assert ("SecurityPolicy", "web") in built(folder, "overlays/b")
    again, _ = rewrite(folder)
    assert not again


def test_the_overlay_without_the_component_gets_nothing_of_it(tmp_path: Path) -> None:
    files = {**BASE, **COMPONENT, "overlays/a/kustomization.yaml": overlay("office")}
    folder = repository(tmp_path, {**files, "overlays/open/kustomization.yaml": overlay()})
    rewrite(folder)
    assert ("SecurityPolicy", "web") in built(folder, "overlays/a")
    assert ("SecurityPolicy", "web") not in built(folder, "overlays/open")


def test_an_overlay_s_own_patch_stays_out_of_the_component(tmp_path: Path) -> None:
    host = "{op: replace, path: /spec/rules/0/host, value: b.example.com}"
    host = f"patches:\n- target: {{kind: Ingress}}\n  patch: |-\n    - {host}\n"
    files = {**BASE, **COMPONENT, "overlays/b/kustomization.yaml": overlay("office", more=host)}
    folder = repository(tmp_path, files)
    changed, _ = rewrite(folder)
    assert {POLICY, "overlays/b/web-httproute-patch.yaml"} <= changed
    assert "b.example.com" not in (folder / POLICY).read_text()


def test_where_those_who_include_it_differ_each_is_mended_by_itself(tmp_path: Path) -> None:
    other = {
        "other/kustomization.yaml": "resources:\n- ingress.yaml\n",
        "other/ingress.yaml": WEB.replace("name: web", "name: shop").replace("web.example", "shop.example"),
    }
    files = {**BASE, **other, **COMPONENT, "overlays/a/kustomization.yaml": overlay("office")}
    folder = repository(tmp_path, {**files, "overlays/b/kustomization.yaml": overlay("office", base="other")})
    changed, _ = rewrite(folder)
    assert not [name for name in changed if name.startswith("components/")]
    assert {"overlays/a/web-securitypolicy.yaml", "overlays/b/shop-securitypolicy.yaml"} <= changed


def test_nobody_gets_a_policy_for_a_route_that_he_does_not_have(tmp_path: Path) -> None:
    files = {
        **BASE,
        **COMPONENT,
        "plain/kustomization.yaml": "resources:\n- config.yaml\n",
        "plain/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: only}\n",
        "overlays/a/kustomization.yaml": overlay("office"),
        "overlays/plain/kustomization.yaml": overlay("office", base="plain"),
    }
    folder = repository(tmp_path, files)
    changed, _ = rewrite(folder)
    assert "overlays/a/web-securitypolicy.yaml" in changed
    assert built(folder, "overlays/plain").keys() == {("ConfigMap", "only")}


def test_two_components_that_fill_one_policy(tmp_path: Path) -> None:
    deny = ALLOW.replace("whitelist-source-range, value: 192.0.2.0/24", "denylist-source-range, value: 192.0.2.7/32")
    files = {
        **BASE,
        **COMPONENT,
        "components/deny/kustomization.yaml": deny,
        "overlays/both/kustomization.yaml": overlay("office", "deny"),
        "overlays/deny/kustomization.yaml": overlay("deny"),
    }
    folder = repository(tmp_path, files)
    changed, _ = rewrite(folder)
    both, one = (str(built(folder, f"overlays/{name}")["SecurityPolicy", "web"]) for name in ("both", "deny"))
    assert POLICY in changed
    assert "192.0.2.0/24" in both
    assert "192.0.2.7/32" in both
    assert "192.0.2.0/24" not in one


def test_retire_leaves_the_policy_and_takes_the_patch(tmp_path: Path) -> None:
    files = {**BASE, **COMPONENT, "overlays/a/kustomization.yaml": overlay("office")}
    folder = repository(tmp_path, {**files, "overlays/b/kustomization.yaml": overlay("office")})
    for phase in ("coexist", "cutover", "retire"):
        rewrite(folder, "--phase", phase)
    left = built(folder, "overlays/a")
    assert {kind for kind, _ in left} == {"HTTPRoute", "SecurityPolicy"}
    assert "Ingress}" not in (folder / "components/office/kustomization.yaml").read_text()
    again, _ = rewrite(folder, "--phase", "retire")
    assert not again
