"""Files of the package that are no code, found alike in a wheel, a zip and an editable checkout."""

from __future__ import annotations

from importlib.resources import files

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
