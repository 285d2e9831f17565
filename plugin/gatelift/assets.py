"""Files of the package that are no code, found alike in a wheel, a zip and an editable checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_PACKAGE = "gatelift"


def unit_document(module: str) -> str:
    """The Markdown document beside a unit: ``gatelift.annotations.nginx.app_root`` gives ``app_root.md`` of its folder.

    ``module`` is the unit's ``__name__``. The file is part of the package (everything below ``plugin/gatelift`` is), so
    no second place has to be searched. Raises ValueError for a module of another package, FileNotFoundError for a unit
    without a document: both are mistakes in gatelift itself.
    """
    package, *folders, unit = module.split(".")
    if package != _PACKAGE or not unit.isidentifier():
        raise ValueError(f"{module} is no module of {_PACKAGE}")
    # Looked up from the top package: naming the unit's own package would import it, and with it all its siblings.
    return files(_PACKAGE).joinpath(*folders, f"{unit}.md").read_text(encoding="utf-8")


def template(name: str) -> str:
    """A file of ``templates/``, by its POSIX path there: in a wheel below the package, in a checkout above ``plugin/``.

    Raises FileNotFoundError for one that is not there, which is a mistake in gatelift itself.
    """
    packaged = files(_PACKAGE).joinpath("templates", *name.split("/"))
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "templates" / name).read_text(encoding="utf-8")


def overlay(name: str) -> str:
    """A file of ``overlays/``, the Kustomize pieces that users include, found as templates are."""
    packaged = files(_PACKAGE).joinpath("overlays", *name.split("/"))
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "overlays" / name).read_text(encoding="utf-8")
