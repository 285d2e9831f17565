"""Renders to prove things about: what the golden cases of ``convert`` come out as."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gatelift.proof.forms import is_owned, plain_key

Object = dict[str, Any]
CASES = Path(__file__).resolve().parents[2] / "cases"


def names() -> list[str]:
    """The golden cases whose result holds objects of ours."""
    return [path.parent.name for path in sorted(CASES.glob("*/after.yaml")) if any(map(owned, _load(path)))]


def render(name: str, side: str = "after") -> list[Object]:
    """All objects of a case's result, or of its input (``before``), a copy of one's own."""
    if side == "after":
        return copy.deepcopy(_load(CASES / name / "after.yaml"))
    files = sorted(path for path in (CASES / name / side).rglob("*") if path.suffix in (".yaml", ".yml", ".json"))
    return [item for path in files for item in copy.deepcopy(_load(path))]


@cache
def _load(path: Path) -> list[Object]:
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    if path.suffix == ".json":
        return list(_flat(_json(text)))
    return list(_flat(map(_document, re.split(r"(?m)^(?:---|\.\.\.)(?=\s|\Z).*\n?", text))))


def _json(text: str) -> Iterator[Any]:
    at = 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = json.JSONDecoder().raw_decode(text, at)
        yield value


def _document(text: str) -> Any:
    # Some cases carry a broken document through, which a render never holds.
    with contextlib.suppress(yaml.YAMLError):
        return yaml.load(text, yaml.CSafeLoader)
    return None


def _flat(documents: Any) -> Iterator[Object]:
    for document in documents:
        if isinstance(document, dict) and str(document.get("kind")).endswith("List"):
            head = {"apiVersion": document["apiVersion"], "kind": document["kind"].removesuffix("List")}
            yield from _flat(item if "kind" in item else {**head, **item} for item in document["items"])
        elif isinstance(document, dict) and "metadata" in document:
            yield document


def owned(item: Object) -> bool:
    return is_owned(plain_key(item))


def every_kind() -> list[Object]:
    """A small application whose objects refer to each other in every way that a target knows."""
    return copy.deepcopy(_load(Path(__file__).with_name("every_reference.yaml")))
