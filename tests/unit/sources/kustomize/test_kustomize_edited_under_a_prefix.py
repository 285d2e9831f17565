"""A route that a person edited still names what a prefix renames: the file that says so stays in force."""

from __future__ import annotations

from pathlib import Path

from kustomize_repositories import BASE, built, overlay, repository, rewrite

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
FILES = {
    **BASE,
    "base/kustomization.yaml": "resources: [ingress.yaml, service.yaml]\n",
    "base/service.yaml": SERVICE,
    "overlays/stage/kustomization.yaml": overlay(more="namePrefix: stage-\n"),
    "overlays/live/kustomization.yaml": overlay(),
}


def test_an_edited_route_under_a_prefix_withdraws_nobody(tmp_path: Path) -> None:
    folder = repository(tmp_path, FILES)
    rewrite(folder)
    route = folder / "base/httproute.yaml"
    route.write_text(route.read_text().replace("request: 0s", "request: 30s"))
    edited = route.read_text().rstrip("\n")
    _, account = rewrite(folder)
    assert edited in route.read_text()
    assert "somebody changed this" in account
    spec = built(folder, "overlays/stage")[("HTTPRoute", "stage-web")]["spec"]
    assert isinstance(spec, dict)
    assert spec["rules"][0]["backendRefs"][0]["name"] == "stage-web"
    assert not rewrite(folder)[0]
