"""Finds a target by its file's name, and by what the configuration says of versions."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from msgspec import structs

from gatelift.config.target import TargetSpec
from gatelift.findings import Finding, Severity, UsageError
from gatelift.targets.base import Target

_NOT_TARGETS = frozenset({"base", "registry"})


def resolve(spec: TargetSpec) -> Target:
    """The target for the versions of ``spec``. Raises ``UsageError`` where no file is written for them."""
    found = next((target for target in everything() if target.runs_on(spec)), None)
    if found is None:
        fix = "use --target standard or envoy-gateway, or the versions of either"
        raise UsageError(Finding("config/target", Severity.ERROR, f"gatelift has no target for {spec}", fix))
    return structs.replace(found, spec=spec)


def everything() -> Iterator[Target]:
    """Every target with the versions that it takes by itself, sorted by file name; imports them all."""
    import gatelift.targets as package

    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        if info.name not in _NOT_TARGETS and not info.name.startswith("_"):
            yield import_module(f"gatelift.targets.{info.name}").target
