"""docs/replay.md says what the program says: its words, its options, its lines."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from gatelift.cli import replay
from gatelift.cli.planning import add_replay
from gatelift.replay.model import Coverage, Disagreement, Judge, Result
from gatelift.replay.present.model import report, shown
from gatelift.replay.present.text import render
from gatelift.traffic.model import Attribute, Request

PAGE = (Path(__file__).parents[3] / "docs" / "replay.md").read_text(encoding="utf-8")


def test_its_example_is_what_is_printed() -> None:
    item = Disagreement(
        request=Request(scheme="https", host="www.lanternhouse.example", target="/a"), attribute=Attribute.STATUS,
        before="200 from default/storefront:80", after="404 without a backend", judge=Judge.NGINX, times=5,
        rules=("Ingress default/storefront: www.lanternhouse.example/ (Prefix)", ""),
    )  # fmt: skip
    reached = Coverage(matches=1, hit=1)
    result = Result(
        versions={}, requests=9, agreed=4, seed=1, before=reached, after=reached, disagreements=(item,)
    )  # fmt: skip
    example = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)

    assert example is not None
    assert example[1] in render(report([shown("", result)], 1))


@pytest.mark.parametrize("option", sorted(set(re.findall(r"--[a-z][a-z-]+", PAGE)) - {"--resolve", "--path-as-is"}))
def test_every_option_that_it_names_is_one(option: str) -> None:
    known = argparse.ArgumentParser()
    replay.arguments(known)
    add_replay(known)

    assert option in known.format_help()
