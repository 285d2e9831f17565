"""``convert`` loads what it needs and nothing else: Argo CD starts one process per application."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from cli_inputs import GATEWAY, ingress, repository

from gatelift.annotations import registry
from gatelift.annotations.unit import NGINX

PROBE = """
import json, os, sys
before = set(sys.modules)
from gatelift.cli.main import main
code = main(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump({"code": int(code), "modules": sorted(set(sys.modules) - before)}, file)
"""
THIRD_PARTY = {"msgspec", "yaml"}
THEIRS = {"typing_extensions", "cython_runtime"}
"""What msgspec and PyYAML load for themselves."""
NEVER = {
    "asyncio",
    "concurrent",
    "email",
    "git",
    "http",
    "jinja2",
    "jsonschema",
    "logging",
    "multiprocessing",
    "re2",
    "rich",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "unittest",
    "xml",
}
UNITS = "gatelift.annotations.nginx."
ALWAYS = {"host", "settings", "settings.values", "routes"}
"""Modules of the nginx family that are no unit, and are needed for every Ingress."""


def loaded(folder: Path, *argv: str, code: int = 0) -> set[str]:
    """The modules that one conversion loads beyond those of a bare interpreter."""
    answer = folder / "modules.json"
    command = [sys.executable, "-I", "-c", PROBE, str(answer), "convert", *GATEWAY, *argv]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.returncode == 0, done.stderr
    result = json.loads(answer.read_text())
    assert result["code"] == code, done.stderr
    return set(result["modules"])


def tops(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def units(modules: set[str]) -> set[str]:
    """The units of ingress-nginx, and what they share, without what every Ingress needs."""
    found = {name.removeprefix(UNITS) for name in modules if name.startswith(UNITS)}
    return {name for name in found if not name.startswith(("_", "routes.")) and name not in ALWAYS}


def test_a_plain_ingress_loads_two_third_party_packages(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress()})
    found = tops(loaded(tmp_path, "web.yaml"))
    foreign = {name for name in found if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert foreign - THEIRS == {*THIRD_PARTY, "gatelift"}


def test_a_plain_ingress_loads_no_module_that_it_does_not_need(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress()})
    assert not tops(loaded(tmp_path, "web.yaml")) & NEVER


def test_a_plain_ingress_loads_nothing_to_read_packaged_files(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress()})
    assert not loaded(tmp_path, "web.yaml") & {"importlib.resources", "tempfile", "urllib.request"}


def test_a_plain_ingress_loads_no_unit_of_ingress_nginx(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress()})
    assert units(loaded(tmp_path, "web.yaml")) == set()


FAMILIES = {*registry.SMALL_FAMILIES, registry.REMOVED_FAMILY} - {"cert_manager"}
"""Without the one whose key says which listeners get a certificate of their own."""


def families(modules: set[str]) -> set[str]:
    """The families of annotations beside ingress-nginx's own."""
    return {name.split(".")[2] for name in modules if name.startswith("gatelift.annotations.")} & FAMILIES


def test_a_family_is_loaded_when_one_of_its_keys_is_met(tmp_path: Path) -> None:
    kong = ingress("web", ssl_redirect="false").replace(f"{NGINX}ssl-redirect", "konghq.com/strip-path")
    repository(tmp_path, {"web.yaml": ingress(), "kong.yaml": kong})
    assert families(loaded(tmp_path, "web.yaml")) == set()
    assert families(loaded(tmp_path, "kong.yaml")) == {"kong"}


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"ssl_redirect": "false"}, {"ssl_redirect"}),
        ({"whitelist_source_range": "10.0.0.0/8", "limit_rps": "5"}, {"allowlist_source_range", "limit_rps"}),
        ({"enable_cors": "true", "cors_max_age": "5"}, {"enable_cors", "cors_max_age"}),
    ],
)
def test_an_ingress_loads_the_units_of_its_own_keys_only(
    annotations: dict[str, str], expected: set[str], tmp_path: Path
) -> None:
    repository(tmp_path, {"web.yaml": ingress("web", **annotations)})
    found = loaded(tmp_path, "web.yaml")
    assert units(found) == expected
    assert "re2" not in found


def test_re2_is_loaded_when_a_regular_expression_is_met(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress("web", use_regex="true")})
    assert "re2" in loaded(tmp_path, "web.yaml")


def test_a_file_without_an_ingress_loads_no_unit_and_no_re2(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n"})
    found = loaded(tmp_path, "web.yaml")
    assert units(found) == set()
    assert not tops(found) & NEVER


def test_a_configuration_without_decisions_loads_no_unit(tmp_path: Path) -> None:
    repository(tmp_path, {"m/web.yaml": ingress(), "gatelift.yaml": "phase: coexist\n"})
    assert units(loaded(tmp_path, "m/web.yaml")) == set()


def test_rich_is_loaded_on_a_terminal_only(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress()})
    answer = tmp_path / "modules.json"
    master, slave = pty.openpty()
    command = [sys.executable, "-I", "-c", PROBE, str(answer), "convert", *GATEWAY, "web.yaml"]
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, cwd=tmp_path, env={**environment, "TERM": "xterm"}, stdout=subprocess.DEVNULL, stderr=slave
    ) as running:
        os.close(slave)
        while True:
            try:
                if not os.read(master, 65536):
                    break
            except OSError:
                break
        assert running.wait(60) == 0
    os.close(master)
    assert "rich" in json.loads(answer.read_text())["modules"]
