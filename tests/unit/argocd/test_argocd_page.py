"""The page about the plugin says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from harness import ROOT, load

from gatelift.argocd.parameters import PARAMETERS
from gatelift.argocd.settings import DEADLINE, DEADLINE_VARIABLE
from gatelift.render import engines, helm

PAGE = (ROOT / "docs" / "argocd.md").read_text(encoding="utf-8")


def test_the_table_of_parameters_is_the_one_in_the_code() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| `(GATELIFT_\w+)` \| (.+) \|$", PAGE)
    assert rows == [(each.name, each.variable, each.doc) for each in PARAMETERS]


def test_the_name_and_the_variables_are_those_in_the_code() -> None:
    assert f"name: {load().name}\n" in PAGE
    assert f"| `{DEADLINE_VARIABLE}` | Seconds after which the plugin gives up by itself; {DEADLINE:g} " in PAGE
    assert f"`{engines.VARIABLE}`, `{helm.VARIABLE}`" in PAGE


def test_its_examples_are_yaml_and_its_sidecar_can_write_nowhere_but_tmp() -> None:
    blocks = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
    pod = blocks[0]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["command"] == ["/var/run/argocd/argocd-cmp-server"]
    mounts = {Path(item["mountPath"]).name: item["name"] for item in container["volumeMounts"]}
    assert mounts == {"argocd": "var-files", "plugins": "plugins", "plugin.yaml": "gatelift", "tmp": "gatelift-tmp"}
    assert blocks[1]["source"]["plugin"]["name"] == load().name
