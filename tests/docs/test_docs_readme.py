"""README.md: its commands are those that .ci/run runs, and what it shows is what they print."""

from __future__ import annotations

import os
import re
import tomllib

import pytest
from docs_pages import README, ROOT, Block, blocks, commands, converted, gatelift, missing, rewritten

from gatelift.annotations import registry
from gatelift.findings import Exit

CI = ROOT / ".ci" / "run"
STREAMS = ("stdout", "stderr")
EXCERPTS = [block for block in blocks() if block.kind != "command"]


def test_there_are_exactly_two_commands_each_on_one_line() -> None:
    assert list(commands()) == ["rewrite", "test"]
    for command in commands().values():
        assert "\n" not in command


@pytest.mark.parametrize("name", ["rewrite", "test"])
def test_a_command_makes_its_own_environment_and_can_run_twice(name: str) -> None:
    made, installed, *prepared, run = commands()[name].split(" && ")
    folder = made.removeprefix("python3 -m venv ")
    assert re.fullmatch(r"\.venv[-a-z]*", folder)
    assert ".venv*/" in (ROOT / ".gitignore").read_text().splitlines()
    assert installed.startswith(f"{folder}/bin/pip install -q ")
    assert run.startswith(f"{folder}/bin/")
    # What is copied goes into the environment's own folder, and an earlier copy goes first.
    assert all(f"{folder}/" in step for step in prepared)
    assert not prepared or prepared[0].startswith(f"rm -rf {folder}/")


def test_the_commands_are_those_of_the_check() -> None:
    script = CI.read_text(encoding="utf-8")
    assert f'README_REWRITE="{commands()["rewrite"]}"\n' in script
    assert f'README_TEST="{commands()["test"]}"\n' in script
    assert 'bash -c "$README_REWRITE"' in script
    assert 'bash -c "$README_TEST"' in script


def test_the_check_can_be_run_and_leaves_out_no_tier() -> None:
    script = CI.read_text(encoding="utf-8")
    assert os.access(CI, os.X_OK)
    assert "set -euo pipefail" in script
    chosen = re.search(r"pytest -n 2 -m '(.*?)'", commands()["test"])
    assert chosen
    assert f"readonly ALREADY_RUN='{chosen[1]}'" in script
    markers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    assert chosen[1] == " and ".join(f"not {marker.partition(':')[0]}" for marker in markers)


def test_the_test_command_installs_an_extra_that_every_pip_knows() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert "'.[test]'" in commands()["test"]
    assert {"test", "lint"} <= set(extras)


def test_the_first_command_ends_as_the_page_says() -> None:
    assert rewritten().code == Exit.DONE, rewritten().stderr
    assert "ends with exit code 0" in README.read_text(encoding="utf-8")
    assert converted().code == Exit.REFUSED
    assert "ends with exit code 2" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("block", EXCERPTS, ids=[f"{number}-{item.name}" for number, item in enumerate(EXCERPTS)])
def test_an_excerpt_is_what_stands_there_today(block: Block) -> None:
    printed = {"rewrite": rewritten(), "convert": converted()}
    texts = {f"{name}.{stream}": getattr(made, stream) for name, made in printed.items() for stream in STREAMS}
    text = texts[block.name] if block.kind == "output" else (ROOT / block.name).read_text(encoding="utf-8")
    piece = missing(block.text, text)
    assert piece is None, f"README.md shows what no longer stands in {block.name}:\n{piece}"


def test_every_excerpt_is_checked() -> None:
    text = README.read_text(encoding="utf-8")
    fenced = re.findall(r"(?m)^```(\w+)$", text)
    unchecked = re.findall(r"(?m)^(?!<!-- ).*\n```(\w+)$", text)
    assert sum(fenced.count(language) for language in ("yaml", "text", "diff")) == len(EXCERPTS)
    assert set(unchecked) == {"bash"}


def test_an_excerpt_that_is_wrong_is_noticed() -> None:
    assert missing("b\n[...]\nd\n", "a\nb\nc\nd\n") is None
    assert missing("d\n[...]\nb\n", "a\nb\nc\nd\n") == "b\n"
    assert missing("a\nc\n", "a\nb\nc\n") == "a\nc\n"


def code(language: str) -> str:
    """What the page shows as code: its inline code, and its blocks of a language."""
    text = README.read_text(encoding="utf-8")
    prose = re.sub(r"(?ms)^```.*?^```$", "", text)
    return "\n".join([*re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text), *re.findall(r"`([^`]+)`", prose)])


def test_every_command_that_the_page_names_is_there() -> None:
    known = set(re.findall(r"(?m)^    ([a-z]+)\b", gatelift("--help").stdout))
    named = set(re.findall(r"(?<!['/])\bgatelift ([a-z]+)", code("bash")))
    assert {"rewrite", "plan", "verify", "pr", "convert", "explain", "annotations", "facts", "config"} <= named
    assert named <= known


def test_every_option_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", code("bash")))
    helped = "".join(gatelift(command, "--help").stdout for command in ("rewrite", "verify", "convert"))
    assert {"--phase", "--diff", "--against", "--facts"} <= named
    assert not [option for option in named if option not in helped]


def test_the_number_of_annotations_is_right() -> None:
    units = sum(len(unit.names) for family, _, unit in registry.everything() if family == registry.NGINX_FAMILY)
    assert f"all {units} of ingress-nginx" in README.read_text(encoding="utf-8")
