"""What may lie in the working directory: links, odd names, files that Argo CD itself skips or would run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from argocd_apps import GATEWAY, INGRESS, SERVICE, Argo, identities
from harness import App, AppError, call, environment, send, sidecar

from gatelift.argocd.rendering import rendered_stream
from gatelift.argocd.settings import read_settings
from gatelift.gateway.naming import Naming
from gatelift.render.kustomize import Build

PLAIN = App(path="apps/plain")
SHOP = App(path="apps/shop/prod")


@pytest.fixture
def argo(tmp_path: Path) -> Argo:
    return Argo(tmp_path)


def test_argo_cds_own_files_and_the_configuration_are_no_manifests(argo: Argo) -> None:
    folder = argo.repository / PLAIN.path
    before = argo.answer(PLAIN).stdout
    (folder / ".argocd-source.yaml").write_text("kustomize: {images: [a=b]}\n")
    (folder / ".argocd-source-shop.yaml").write_text("kustomize: {images: [a=b]}\n")
    (folder / "gatelift.yaml").write_text("gateway: {name: x, namespace: y}\n")
    (folder / "skipped.yaml").write_text("# +argocd:skip-file-rendering\nno: manifest\n")
    assert argo.answer(PLAIN).stdout == before


def test_a_hidden_manifest_is_one_as_it_is_to_argo_cd(argo: Argo) -> None:
    (argo.repository / PLAIN.path / ".hidden.yaml").write_text(SERVICE.replace("web", "hidden"))
    assert "Service /hidden" in identities(argo.objects(PLAIN))


def test_a_file_without_a_kind_fails_as_it_does_in_argo_cd(argo: Argo) -> None:
    (argo.repository / PLAIN.path / "values.yaml").write_text("a: b\n")
    answer = argo.answer(PLAIN)
    assert (answer.status, answer.stdout) == (4, b"")
    assert answer.stderr.count("apps/plain/values.yaml:1:1: error: this object has no kind") == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"--- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}}}\n---\n{SERVICE}", 1),
        (f"{SERVICE}--- {{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}}}\n", 5),
        (f"{SERVICE}--- !!map\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n", 5),
        (f"{SERVICE}\u2028---\n{SERVICE.replace('web', 'other')}", 6),
        (f"%YAML 1.1\n---\n{SERVICE}", 1),
    ],
)
def test_what_argo_cd_would_cut_otherwise_than_yaml_does_is_refused(argo: Argo, text: str, line: int) -> None:
    """An older reader leaves the second object out in silence, and with pruning on it is deleted."""
    (argo.repository / PLAIN.path / "service.yaml").write_text(text, encoding="utf-8")
    answer = argo.answer(PLAIN)
    assert (answer.status, answer.stdout) == (4, b"")
    assert answer.stderr.startswith(f"apps/plain/service.yaml:{line}:")
    assert "Argo CD's reader" in answer.stderr


def test_markers_as_argo_cd_reads_them_pass(argo: Argo) -> None:
    text = f"---\n---   \n{SERVICE}--- # a comment\n{SERVICE.replace('web', 'two')}---\t\n"
    (argo.repository / PLAIN.path / "service.yaml").write_text(text)
    (argo.repository / PLAIN.path / "windows.yaml").write_text(
        f"---\r\n{SERVICE.replace('web', 'three')}---\r\n", newline=""
    )
    found = identities(argo.objects(PLAIN))
    assert [name for name in found if "Service" in name] == ["Service /web", "Service /two", "Service /three"]


def test_a_stream_that_begins_with_json_is_still_read_to_its_end(argo: Argo) -> None:
    (argo.repository / PLAIN.path / "a-first.json").write_text(
        '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "first"}}'
    )
    found = identities(argo.objects(PLAIN))
    assert found[0] == "ConfigMap /first"
    assert len(found) == 5


def test_jsonnet_is_refused_and_never_left_out(argo: Argo) -> None:
    (argo.repository / PLAIN.path / "app.jsonnet").write_text("{}")
    answer = argo.answer(PLAIN)
    assert (answer.status, answer.stdout) == (4, b"")
    assert "apps/plain/app.jsonnet: error: Argo CD would run Jsonnet here" in answer.stderr


def test_a_link_out_of_the_repository_is_refused_by_argo_cd_and_by_us(argo: Argo, tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(SERVICE.replace("web", "stolen"))
    link = argo.repository / PLAIN.path / "link.yaml"
    link.symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(AppError, match="illegal filepath in symlink"):
        argo.answer(PLAIN)
    link.unlink()
    sent = send(argo.repository, argo.tmp)
    (sent / PLAIN.path / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    answer = call(argo.plugin, sent, PLAIN.path, environment(PLAIN, sidecar(argo.tmp, **GATEWAY)))
    assert (answer.status, answer.stdout) == (4, b"")
    assert "this link leads out of what Argo CD sent" in answer.stderr
    assert "stolen" not in answer.stderr


@pytest.mark.parametrize("target", ["../refused/gone.yaml", "link.yaml"])
def test_a_link_to_nothing_is_no_file_less(argo: Argo, target: str) -> None:
    """Less may have been sent than there is; what is left out, Argo CD deletes."""
    sent = send(argo.repository, argo.tmp)
    (sent / PLAIN.path / "link.yaml").symlink_to(target)
    answer = call(argo.plugin, sent, PLAIN.path, environment(PLAIN, sidecar(argo.tmp, **GATEWAY)))
    assert (answer.status, answer.stdout) == (4, b"")
    assert answer.stderr.startswith("apps/plain/link.yaml: error: this link leads to nothing")


@pytest.mark.parametrize("name", ["kustomization.yaml", "Kustomization", "Chart.yaml"])
@pytest.mark.parametrize("target", ["../shared/kustomization.yaml", "../../../../elsewhere.yaml"])
def test_a_kustomization_that_was_not_sent_does_not_make_its_parts_manifests(
    argo: Argo, name: str, target: str
) -> None:
    sent = send(argo.repository, argo.tmp)
    (sent / PLAIN.path / name).symlink_to(target)
    answer = call(argo.plugin, sent, PLAIN.path, environment(PLAIN, sidecar(argo.tmp, **GATEWAY)))
    assert (answer.status, answer.stdout) == (4, b"")
    assert answer.stderr.startswith(f"apps/plain/{name}: error: this link leads to nothing that Argo CD sent")


def test_a_folder_that_was_removed_is_said(argo: Argo) -> None:
    gone = argo.tmp / "gone"
    gone.mkdir()
    command = 'rmdir "$PWD" && exec "$0" "$@"'
    done = subprocess.run(  # noqa: S603 - what the plugin's file says
        ["/bin/sh", "-c", command, *argo.plugin.command],
        cwd=gone, env=sidecar(argo.tmp, **GATEWAY), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.startswith("error: the working directory cannot be found: no such file or directory")


def test_a_link_inside_is_followed(argo: Argo) -> None:
    (argo.repository / PLAIN.path / "link.yaml").symlink_to("../refused/guarded.yaml")
    assert "Ingress /guarded" in identities(argo.objects(PLAIN))
    (argo.repository / "apps/shop/linked").symlink_to("prod")
    assert identities(argo.objects(App(path="apps/shop/linked")))[-1] == "HTTPRoute shop/prod-web"


@pytest.mark.parametrize("name", ["with space", "-dash", "new\nline", os.fsdecode(b"latin-\xe9"), "ü"])
def test_folders_of_any_name_render(argo: Argo, name: str) -> None:
    (argo.repository / "apps/shop/prod").rename(argo.repository / "apps/shop" / name)
    assert identities(argo.objects(App(path=f"apps/shop/{name}")))[-1] == "HTTPRoute shop/prod-web"


def test_the_checkout_is_left_as_it_was(argo: Argo) -> None:
    sent = send(argo.repository, argo.tmp)

    def state() -> list[tuple[str, int, bytes]]:
        return [
            (str(path.relative_to(sent)), path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
            for path in sorted(sent.rglob("*"))
        ]

    before = state()
    answer = call(argo.plugin, sent, SHOP.path, environment(SHOP, sidecar(argo.tmp, **GATEWAY)))
    assert answer.status == 0, answer.stderr
    assert state() == before
    assert [path.name for path in argo.tmp.iterdir()] == ["_cmp_server"]


@pytest.mark.parametrize(("only", "path"), [(".", "apps/gatelift.yaml"), ("apps", "apps/gatelift.yaml")])
def test_files_are_named_as_the_repository_names_them(argo: Argo, only: str, path: str) -> None:
    (argo.repository / "apps/gatelift.yaml").write_text("gatway: x\n")
    answer = argo.answer(SHOP, only=only)
    assert (answer.status, answer.stdout) == (3, b"")
    assert answer.stderr.startswith(f"{path}:1:1: error: gatway is no key of this file")
    with (argo.repository / "apps/plain/huge.yaml").open("wb") as file:
        file.truncate(300 << 20)
    (argo.repository / "apps/gatelift.yaml").unlink()
    sent = send(argo.repository / "apps/plain", argo.tmp)
    answer = call(argo.plugin, sent, ".", environment(PLAIN, sidecar(argo.tmp, **GATEWAY)))
    assert (answer.status, answer.stdout) == (4, b"")
    assert answer.stderr.startswith("apps/plain/huge.yaml: error: the file is larger than 256 MiB")
    facts = App(path=SHOP.path, parameters=[{"name": "facts", "string": "none.json"}])
    assert argo.answer(facts).stderr.startswith("none.json: error: cannot be read")


def test_no_value_of_a_secret_is_told(argo: Argo) -> None:
    """Its own data goes to Argo CD; nothing of it to the log."""
    answer = argo.answer(PLAIN)
    assert b"aHVzaA==" in answer.stdout
    assert "aHVzaA" not in answer.stderr
    assert "hush" not in answer.stderr


@pytest.mark.parametrize(
    "value",
    ["*hunter2", "!hunter2", "!!int hunter2", "!hunter2 x", "hunter2: x", '"hunter2', "@hunter2", '"\\hunter2"'],
)
def test_a_secret_that_cannot_be_read_is_not_quoted(argo: Argo, value: str) -> None:
    text = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  password: {value}\n"
    for path in (f"{PLAIN.path}/secret.yaml", "apps/shop/base/odd.yaml"):
        (argo.repository / path).write_text(text)
    for app in (PLAIN, SHOP):
        answer = argo.answer(app)
        assert "hunter2" not in answer.stderr
        if answer.status:
            assert (answer.status, answer.stdout) == (4, b"")


def test_a_chart_needs_a_helm_and_a_name(argo: Argo, tmp_path: Path) -> None:
    (argo.repository / "apps/nothing/Chart.yaml").write_text("apiVersion: v2\nname: x\nversion: 1.0.0\n")
    chart = App(path="apps/nothing")
    answer = argo.answer(App(path="apps/nothing", name=""))
    assert (answer.status, answer.stdout) == (3, b"")
    assert "ARGOCD_APP_NAME is not set" in answer.stderr
    none = {**GATEWAY, "GATELIFT_HELM": str(tmp_path / "none")}
    answer = argo.answer(chart, none)
    assert (answer.status, answer.stdout) == (6, b"")
    assert "there is no program to run" in answer.stderr


def test_the_repository_names_no_engine(argo: Argo) -> None:
    ran = argo.tmp / "ran"
    evil = argo.repository / "kustomize"
    evil.write_text(f"#!/bin/sh\ntouch {ran}\n")
    evil.chmod(0o755)
    (argo.repository / "gatelift.yaml").write_text("engine: {kustomize: ./kustomize}\n")
    answer = argo.answer(SHOP)
    assert (answer.status, answer.stdout) == (3, b"")
    (argo.repository / "gatelift.yaml").unlink()
    sent = send(argo.repository, argo.tmp)
    (sent / "kustomize").chmod(0o755)
    names = environment(SHOP, sidecar(argo.tmp, **GATEWAY))
    found = call(argo.plugin, sent, SHOP.path, {**names, "PATH": f"{sent}:.::{names['PATH']}"})
    assert found.status == 0, found.stderr
    assert not ran.exists()


def test_an_ingress_of_another_controller_is_left_alone(argo: Argo) -> None:
    text = INGRESS.replace("ingressClassName: nginx", "ingressClassName: alb")
    (argo.repository / "apps/shop/base/ingress.yaml").write_text(text)
    (argo.repository / "gatelift.yaml").write_text("classes: {alb: {controller: alb}}\n")
    assert [name for name in identities(argo.objects(SHOP)) if "Route" in name] == []


@pytest.mark.parametrize("confined", [True, False])
def test_an_engine_that_nothing_holds_is_told(confined: bool, tmp_path: Path) -> None:
    call_settings = read_settings({}, str(tmp_path))
    source = rendered_stream(call_settings, Build(text=SERVICE, confined=confined), "kustomize v5.8.1", Naming.BY_HOST)
    assert [item.code for item in source.findings] == ([] if confined else ["plugin/unconfined"])
