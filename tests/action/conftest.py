"""A forge, a clone of its repository, and a person's account to run gatelift in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from action.world import World, settled
from support.forge.contract import Contract
from support.forge.parts import document
from support.forge.server import Forge, serving


@pytest.fixture(scope="session")
def github() -> Contract:
    """GitHub's own document."""
    return Contract(document())


@pytest.fixture
def forge(tmp_path: Path, github: Contract) -> Iterator[Forge]:
    """A forge with an empty repository; afterwards, everything that was said must have been said as documented."""
    made = Forge(folder=tmp_path / "forge", contract=github, token=f"ghs_{secrets.token_hex(18)}")
    with serving(made):
        yield made
    assert made.violations == []


@pytest.fixture
def world(tmp_path: Path, forge: Forge) -> Iterator[World]:
    """A clone with Ingresses, pushed. Afterwards, the token must be nowhere."""
    made = settled(tmp_path, forge)
    yield made
    made.check_for_token()
