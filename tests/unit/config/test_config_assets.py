"""Finding the documents beside units."""

from __future__ import annotations

from pathlib import Path

import pytest

import gatelift
from gatelift.assets import unit_document


def test_a_document_is_found_without_importing_its_unit() -> None:
    folder = Path(gatelift.__file__).parent / "annotations"
    documents = sorted(folder.glob("*/*.md"))
    for path in documents:
        module = f"gatelift.annotations.{path.parent.name}.{path.stem}"
        assert unit_document(module) == path.read_text(encoding="utf-8")


def test_a_unit_without_a_document_is_a_mistake() -> None:
    with pytest.raises(FileNotFoundError):
        unit_document("gatelift.annotations.nginx.no_such_unit")


@pytest.mark.parametrize("module", ["os.path", "gatelift", "", "gatelift.../../etc/passwd", "gatelift.a.b-c"])
def test_a_module_of_another_package_is_a_mistake(module: str) -> None:
    with pytest.raises((ValueError, FileNotFoundError)):
        unit_document(module)
