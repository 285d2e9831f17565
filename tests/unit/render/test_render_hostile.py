"""Hostile kustomizations: nothing runs, nothing is fetched, nothing outside is read, and the message says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from render_trees import CONFIG_MAP, built, engine, tree
from render_trees import temporary_folder_of_each_test as temporary_folder_of_each_test

from gatelift.render.confine import Confinement
from gatelift.render.kustomize import Cause, build
from gatelift.render.process import private_home, run
from gatelift.render.scratch import scratch


class Seen(HTTPServer):
    """A server on loopback that answers everything, and remembers it."""

    requests: list[str]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Seen)
        self.server.requests.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(CONFIG_MAP.encode())

    do_CONNECT = do_GET  # noqa: N815 - the name that the standard library asks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Seen]:
    with Seen(("127.0.0.1", 0), _Handler) as made:
        made.requests = []
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


FUNCTION = """\
apiVersion: example.com/v1
kind: Anything
metadata:
  name: f
  annotations:
    config.kubernetes.io/function: |
      {container: null, exec: {path: ./evil.sh}}
"""


@pytest.mark.parametrize("field", ["generators", "transformers", "validators"])
def test_no_function_runs(field: str, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    files = {
        "kustomization.yaml": f"resources: [cm.yaml]\n{field}: [f.yaml]\n",
        "cm.yaml": CONFIG_MAP,
        "f.yaml": FUNCTION,
        "evil.sh": f"#!/bin/sh\ntouch {ran}\n",
    }
    made = tree(files)
    with scratch(made, made.files) as root:
        Path(root, "evil.sh").chmod(0o755)
        found = build(engine(), root, ".")
    assert found.text is None
    assert found.cause is Cause.PLUGIN
    assert found.error.startswith("it wants a plugin or a function to run, and gatelift runs none: ")
    assert not ran.exists()


def test_no_plugin_of_the_home_folder_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = tmp_path / "kustomize" / "plugin" / "example.com" / "v1" / "anything" / "Anything"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    plugin.chmod(0o755)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("KUSTOMIZE_PLUGIN_HOME", str(tmp_path / "kustomize" / "plugin"))
    files = {"kustomization.yaml": "generators: [g.yaml]\n", "g.yaml": FUNCTION.partition("  annotations")[0]}
    assert built(files).cause is Cause.PLUGIN
    assert not (tmp_path / "ran").exists()


def test_no_chart_is_fetched_or_rendered(server: Seen) -> None:
    port = server.server_address[1]
    chart = f"helmCharts: [{{name: x, version: 1.0.0, repo: 'http://127.0.0.1:{port}/'}}]\n"
    made = built({"kustomization.yaml": chart})
    assert made.cause is Cause.CHART
    assert made.text is None
    assert server.requests == []


@pytest.mark.parametrize(
    "kustomization",
    [
        "resources: ['{url}/cm.yaml']",
        "resources: ['{url}/org/repo//base?ref=main']",
        "resources: ['git::{url}/org/repo']",
        "components: ['{url}/org/repo//c']",
        "configMapGenerator: [{{name: x, files: ['a={url}/secret']}}]",
        "configMapGenerator: [{{name: x, envs: ['{url}/env']}}]",
        "resources: [cm.yaml]\npatches: [{{path: '{url}/patch.yaml'}}]",
        "resources: [cm.yaml]\ntransformers: ['{url}/transformer.yaml']",
        "resources: [cm.yaml]\nconfigurations: ['{url}/configuration.yaml']",
        "resources: [cm.yaml]\nopenapi: {{path: '{url}/schema.json'}}",
        "resources: [cm.yaml]\nreplacements: [{{path: '{url}/replacement.yaml'}}]",
    ],
)
def test_nothing_remote_is_fetched_not_even_from_loopback(kustomization: str, server: Seen) -> None:
    url = f"http://127.0.0.1:{server.server_address[1]}"
    made = built({"kustomization.yaml": kustomization.format(url=url) + "\n", "cm.yaml": CONFIG_MAP})
    assert made.text is None
    assert server.requests == []
    assert made.cause is Cause.REMOTE, made.error
    assert made.error.startswith("it includes something from elsewhere, and nothing is fetched: ")


def test_this_machine_can_hold_an_engine_to_its_place() -> None:
    """The tests above and below depend on it where environment and flags alone would not do."""
    with private_home() as home:
        done = run(("/bin/sh", "-c", ":"), cwd=home, home=home, timeout=20)
    assert done.status == 0
    assert done.confinement == Confinement(files=True, network=True)


def test_an_engine_that_needs_no_loader_reads_nothing_of_the_system() -> None:
    file = "/usr/bin/env"
    made = built({"kustomization.yaml": f"configMapGenerator: [{{name: x, files: [{file}]}}]\n"}, load_restrictor=False)
    assert made.cause is Cause.OUTSIDE
    assert f"open {file}: permission denied" in made.error
    with private_home() as home:
        read = run(("/bin/cat", file), cwd=home, home=home, timeout=20)
    assert read.confinement.files
    assert read.out == Path(file).read_bytes()


@pytest.mark.parametrize("load_restrictor", [True, False])
@pytest.mark.parametrize(
    "kustomization",
    [
        "resources: [{outside}]",
        "resources: [{outside}/cm.yaml]",
        "components: [{outside}]",
        "configMapGenerator: [{{name: x, files: [{outside}/secret]}}]",
        "resources: [cm.yaml]\npatches: [{{path: {outside}/secret}}]",
        "resources: [cm.yaml]\ntransformers: [t.yaml]",
        "resources: [link/cm.yaml]",
    ],
)
@pytest.mark.parametrize("absolute", [True, False])
def test_nothing_outside_is_read(kustomization: str, absolute: bool, load_restrictor: bool, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kustomization.yaml").write_text("resources: [cm.yaml]\n")
    (outside / "cm.yaml").write_text(CONFIG_MAP.replace("one", "stolen"))
    (outside / "secret").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {a: stolen}}\n")
    files = {
        "app/kustomization.yaml": "",
        "app/cm.yaml": CONFIG_MAP,
        "app/t.yaml": "",
    }
    made = tree(files)
    with scratch(made, made.files) as root:
        # "app" is one folder below the scratch folder, which is one below the test's own temporary folder.
        shown = str(outside) if absolute else "../../../outside"
        transformer = f"apiVersion: builtin\nkind: PatchTransformer\nmetadata: {{name: x}}\npath: {shown}/secret\n"
        Path(root, "app/t.yaml").write_text(transformer)
        Path(root, "app/link").symlink_to(outside)
        Path(root, "app/kustomization.yaml").write_text(kustomization.format(outside=shown) + "\n")
        found = build(engine(), root, "app", load_restrictor=load_restrictor)
    assert found.text is None, found.text
    assert "stolen" not in found.error


def test_a_kustomization_that_includes_itself_ends() -> None:
    assert "cycle detected" in built({"kustomization.yaml": "resources: [.]\n"}).error
    both = {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}
    assert "cycle detected" in built(both, "a").error


def test_an_alias_bomb_ends() -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    bomb = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\na0: &a0 [x, x]\n{levels}"
    made = built({"kustomization.yaml": "resources: [b.yaml]\n", "b.yaml": bomb})
    assert made.text is None
    assert made.cause is Cause.TOO_LARGE, made.error
    assert made.error == "building it takes more than 2 GiB of memory, and was ended"
