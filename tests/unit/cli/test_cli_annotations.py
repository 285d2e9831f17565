"""``gatelift annotations`` on a terminal: however narrow it is, every verdict is seen."""

from __future__ import annotations

import argparse
import sys

import pytest

from gatelift.annotations import registry
from gatelift.cli.annotations import run

FEW = tuple(item for item in registry.everything() if item[1] in ("affinity", "auth_secret"))


def listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int, *, tty: bool) -> str:
    monkeypatch.setattr(registry, "everything", lambda: iter(FEW))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: tty)
    monkeypatch.setenv("COLUMNS", str(columns))
    run(argparse.Namespace(target=["calico-3.32", "standard"], output="table"))
    return capsys.readouterr().out


@pytest.mark.parametrize("columns", [60, 80])
def test_a_narrow_terminal_shows_the_verdict_of_each_target(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int
) -> None:
    lines = listed(monkeypatch, capsys, columns, tty=True).splitlines()
    at = lines.index("nginx.ingress.kubernetes.io/affinity (traffic)")
    assert [line.split() for line in lines[at + 2 : at + 4]] == [["calico-3.32", "differs"], ["standard", "refused"]]
    assert all(len(line) <= columns for line in lines[: lines.index("")])


@pytest.mark.parametrize(("columns", "tty"), [(60, False), (200, True)])
def test_a_pipe_and_a_wide_terminal_get_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: int, tty: bool
) -> None:
    head, first, *_ = listed(monkeypatch, capsys, columns, tty=tty).splitlines()
    assert head.split() == ["ANNOTATION", "RISK", "calico-3.32", "standard", "MEANING"]
    assert first.split()[:4] == ["nginx.ingress.kubernetes.io/affinity", "traffic", "differs", "refused"]
