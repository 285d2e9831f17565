"""The plugin and ``rewrite`` are two ways to the same result: after one, the other has nothing left to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from argocd_apps import FILES, GATEWAY, Argo, identities
from harness import App, manifests, split

from gatelift.gateway.normal import same
from gatelift.render.engines import packaged_kubectl


@pytest.mark.parametrize("path", ["apps/shop/prod", "apps/plain"])
def test_of_rewritten_sources_the_plugin_prints_what_argo_cd_would_render_itself(path: str, tmp_path: Path) -> None:
    kept = {name: text for name, text in FILES.items() if name.startswith((path.rsplit("/", 1)[0], "gatelift"))}
    kept = {name: text for name, text in kept.items() if not name.startswith(("apps/refused", "apps/nothing"))}
    argo = Argo(tmp_path, kept)
    engine = str(packaged_kubectl())
    variables = {**GATEWAY, "GATELIFT_KUSTOMIZE": engine}
    app = App(path=path)
    before = argo.objects(app, variables)
    command = [sys.executable, "-m", "gatelift", "rewrite", "--allow-dirty", "--gateway", GATEWAY["GATELIFT_GATEWAY"]]
    done = subprocess.run(  # noqa: S603 - our own
        [*command, "--kustomize", engine, "."], cwd=argo.repository, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = argo.answer(app, variables)
    after = manifests(argo.plugin, answer)
    assert sorted(identities(after)) == sorted(identities(before))
    for kind in ("HTTPRoute", "Ingress"):
        (old,) = (item for item in before if item["kind"] == kind)
        (new,) = (item for item in after if item["kind"] == kind)
        assert same(old, new) if kind == "HTTPRoute" else old == new
    if path != "apps/plain":
        native = [engine, "kustomize", str(argo.repository / path)]
        text = subprocess.run(native, capture_output=True, text=True, check=True).stdout  # noqa: S603 - the packaged one
        assert answer.stdout.decode() == text
        assert list(split(text)) == after
