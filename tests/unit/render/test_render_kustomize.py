"""Builds: what comes out, what is said when nothing does, one and many at once, kept and bounded."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from render_trees import CONFIG_MAP, built, engine, program, tree
from render_trees import temporary_folder_of_each_test as temporary_folder_of_each_test

from gatelift.render.engines import Engine
from gatelift.render.kustomize import Cause, Job, build, build_all
from gatelift.render.objects import documents
from gatelift.render.scratch import scratch

OVERLAY = {
    "base/kustomization.yaml": "resources: [cm.yaml]\n",
    "base/cm.yaml": CONFIG_MAP,
    "prod/kustomization.yaml": "namePrefix: prod-\nresources: [../base]\n",
}


def test_a_folder_builds_to_text() -> None:
    made = built(OVERLAY, "prod")
    assert made.error == ""
    assert made.cause is Cause.NONE
    assert made.confined
    assert made.text == "apiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  name: prod-one\n"


def test_nothing_is_a_text_too() -> None:
    assert built({"kustomization.yaml": "resources: []\n"}).text == ""


def test_names_of_any_kind_build() -> None:
    folder = os.fsdecode(b"-s p\xe9")
    assert built(
        {f"{folder}/kustomization.yaml": "resources: [cm.yaml]\n", f"{folder}/cm.yaml": CONFIG_MAP}, folder
    ).text


def test_an_error_names_paths_of_the_repository_and_no_scratch_folder(own_temporary_folder: Path) -> None:
    made = built({**OVERLAY, "base/kustomization.yaml": "resources: [missing.yaml]\n"}, "prod")
    assert made.text is None
    assert made.cause is Cause.INVALID
    assert "'base/missing.yaml'" in made.error
    assert "recursed accumulation of path 'base'" in made.error
    assert str(own_temporary_folder) not in made.error
    assert "gatelift-" not in made.error


def test_the_same_failure_reads_the_same_every_time() -> None:
    files = {"kustomization.yaml": "resources: ['git::file:///x/y']\nbases: []\n"}
    assert len({built(files).error for _ in range(3)}) == 1


def test_a_warning_is_told_apart_from_the_error() -> None:
    files = {**OVERLAY, "prod/kustomization.yaml": "bases: [../base]\n"}
    made = built(files, "prod")
    assert made.text is not None
    assert any("'bases' is deprecated" in warning for warning in made.warnings)
    failed = built({**files, "base/cm.yaml": "a: [b"}, "prod")
    assert "deprecated" not in failed.error


def test_files_from_beside_need_the_restrictor_off() -> None:
    files = {"app/kustomization.yaml": "resources: [../cm.yaml]\n", "cm.yaml": CONFIG_MAP}
    refused = built(files, "app")
    assert refused.cause is Cause.OUTSIDE
    assert "'cm.yaml' is not in or below 'app'" in refused.error
    assert built(files, "app", load_restrictor=False).text is not None


@pytest.mark.parametrize("folder", ["..", "../x", "/etc", "a/../../x"])
def test_a_folder_outside_is_not_built(folder: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=folder):
        build(engine(), str(tmp_path), folder)


def slow_engine(tmp_path: Path, text: str) -> Engine:
    return Engine("kustomize", "v5.0.0", (str(program(tmp_path / "engine", text)), "build"))


def test_a_build_that_takes_too_long_is_ended_with_what_it_started(tmp_path: Path) -> None:
    slow = slow_engine(tmp_path, f"/bin/sleep 97.31 & echo $! >{tmp_path}/root/home.txt; /bin/sleep 97.32")
    (tmp_path / "root").mkdir()
    began = time.monotonic()
    made = build(slow, str(tmp_path / "root"), ".", timeout=0.5)
    assert time.monotonic() - began < 20
    assert (made.text, made.cause) == (None, Cause.TIMEOUT)
    assert made.error == "building it took longer than 0.5 s, and was ended"
    assert not running("97.3")


def running(word: str) -> list[str]:
    """The command lines of processes that hold a word; one that was just killed may take a moment to go."""
    end = time.monotonic() + 10
    while found := list(_lines(word)):
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return found


def _lines(word: str) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in line:
            found.append(line)
    return found


def test_a_build_without_end_is_cut_off(tmp_path: Path) -> None:
    endless = slow_engine(tmp_path, "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done")
    made = build(endless, str(tmp_path), ".", timeout=60, most_output=1 << 20)
    assert made.cause is Cause.TOO_LARGE
    assert made.text is None
    assert made.error == "it builds more than 1 MiB, and was ended"


def test_an_engine_gets_no_environment_input_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    shown = slow_engine(tmp_path, "/usr/bin/env; /bin/cat; git --version")
    made = build(shown, str(tmp_path), ".", timeout=20)
    assert made.text is None
    assert "git: not found" in made.error
    said = slow_engine(tmp_path, "/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort; /bin/cat")
    text = build(said, str(tmp_path), ".", timeout=20).text
    assert text is not None
    assert set(text.split()) - {"_", "PWD", "SHLVL", "OLDPWD"} == {
        "HOME", "PATH", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "KUBECONFIG", "KUBERC",
        "LC_ALL", "TZ", "GOGC", "GOMEMLIMIT",
        "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
    }  # fmt: skip


def jobs(root: str, count: int) -> list[Job]:
    return [Job(name=f"overlay {number}", root=root, folder=f"o{number}") for number in range(count)]


def many(count: int) -> dict[str, str]:
    overlays = {f"o{n}/kustomization.yaml": f"namePrefix: p{n}-\nresources: [../base]\n" for n in range(count)}
    return {**OVERLAY, **overlays}


def test_many_build_at_once_in_the_order_that_was_asked() -> None:
    made = tree({**many(6), "o3/kustomization.yaml": "resources: [none.yaml]\n"})
    with scratch(made, made.files) as root:
        found = build_all(engine(), jobs(root, 6), 3)
    assert list(found) == [f"overlay {number}" for number in range(6)]
    assert "none.yaml" in found["overlay 3"].error
    names = [documents(item.text)[0].name for item in found.values() if item.text]
    assert names == ["p0-one", "p1-one", "p2-one", "p4-one", "p5-one"]
