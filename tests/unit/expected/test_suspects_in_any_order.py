"""Which of several doubtful Ingresses a refusal names does not hang on the order of the files."""

from __future__ import annotations

from typing import Any

import yaml

from support.catalogue import ingress, rule
from support.conversion import Setup, convert


def doubtful(name: str) -> dict[str, Any]:
    """An Ingress without a class, for unknown hosts."""
    manifest = ingress(name, {}, [rule(None, [("/", "Prefix")])])
    manifest["spec"].pop("ingressClassName")
    return manifest


def test_the_same_one_is_named() -> None:
    known = ingress("web", {}, [rule(None, [("/", "Prefix")])])
    said = set()
    for order in (("api", "closed"), ("closed", "api")):
        found = convert(yaml.safe_dump_all([known, *(doubtful(name) for name in order)]), Setup())
        note = found.changes["shop", "web"].withheld
        assert note is not None
        said.add(note.text)
    assert len(said) == 1
    assert "shop/api" in said.pop()
