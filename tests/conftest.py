"""Tests that need something beside the checkout, found by their marker.

Where it is missing they are deselected, with one visible line at the end; under ``CI=true`` they fail.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from crds import catalog
from crds.cel import ShapeCache
from crds.harness import SHAPES
from support import corpus, replay_parts
from support.forge import parts

REQUIREMENTS: dict[str, Callable[[], str | None]] = {
    "crds": catalog.missing,
    "corpus": corpus.missing,
    "forge": parts.missing,
    "replay": replay_parts.missing,
}
"""Marker -> why what it needs is missing, or None where it is there."""

_DESELECTED = pytest.StashKey[Counter[str]]()


def _missing() -> dict[str, str]:
    answers = ((marker, check()) for marker, check in REQUIREMENTS.items())
    return {marker: reason for marker, reason in answers if reason}


def _must_run() -> bool:
    return os.environ.get("CI") == "true"


def _unmet(item: pytest.Item, missing: dict[str, str]) -> Iterator[str]:
    return (marker for marker in missing if item.get_closest_marker(marker))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = _missing()
    if not missing or _must_run():
        return
    counts: Counter[str] = Counter()
    kept, gone = [], []
    for item in items:
        marker = next(_unmet(item, missing), None)
        if marker:
            counts[marker] += 1
            gone.append(item)
        else:
            kept.append(item)
    config.stash[_DESELECTED] = counts
    config.hook.pytest_deselected(items=gone)
    items[:] = kept


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    missing = _missing()
    for marker in _unmet(item, missing):
        pytest.fail(f"needs {marker}: {missing[marker]}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    # With xdist the workers collect and this process does not know how many tests they dropped.
    counts = config.stash.get(_DESELECTED, Counter())
    distributed = config.pluginmanager.hasplugin("dsession")
    if not _must_run():
        for marker, reason in _missing().items():
            if counts[marker] or distributed:
                number = str(counts[marker] or "all")
                terminalreporter.write_line(f"deselected {number} tests marked {marker}: {reason}", yellow=True)
    for rule, count in sorted(SHAPES.by_hand.items()):
        terminalreporter.write_line(f"CEL rule checked by hand {count} times: {rule[:90]}")


@pytest.fixture
def shapes() -> ShapeCache:
    """A cache of its own, to count evaluations."""
    return ShapeCache()
