"""Finds the unit of a key. A module's name is the key's name, so a unit is imported only when its key is met."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from gatelift.annotations.controller import ANNOTATIONS_PREFIX
from gatelift.annotations.unit import Unit

NGINX_FAMILY = "nginx"
SMALL_FAMILIES = ("cert_manager", "external_dns", "generic")
_PACKAGE = "gatelift.annotations"
_NOT_UNITS = frozenset({"host", "settings"})
"""Modules of a family that are no unit: host facts, and settings of the controller."""


@cache
def _modules(family: str) -> frozenset[str]:
    package = import_module(f"{_PACKAGE}.{family}")
    return frozenset(
        info.name
        for info in pkgutil.iter_modules(package.__path__)
        if not info.ispkg and info.name not in _NOT_UNITS and not info.name.startswith("_")
    )


@cache
def nginx_unit(name: str) -> Unit | None:
    """The unit of the ingress-nginx annotation ``name`` (without its prefix), if there is one."""
    module = name.replace("-", "_")
    if module not in _modules(NGINX_FAMILY) or "_" in name:
        return _alias(name)
    unit: Unit = import_module(f"{_PACKAGE}.{NGINX_FAMILY}.{module}").unit
    return unit


ALIASES = {"whitelist-source-range": "allowlist-source-range"}
"""Older spellings that upstream still accepts; a meta-test holds this against the units' own ``aliases``."""


def _alias(name: str) -> Unit | None:
    target = ALIASES.get(name)
    return nginx_unit(target) if target else None


@cache
def _small_units() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for family in SMALL_FAMILIES:
        for module in sorted(_modules(family)):
            unit: Unit = import_module(f"{_PACKAGE}.{family}.{module}").unit
            for key in unit.names:
                found[key] = unit
    return found


def find(key: str, prefix: str = ANNOTATIONS_PREFIX) -> Unit | None:
    """The unit that claims ``key``; ``prefix`` is the controller's ``--annotations-prefix``.

    Keys of the small families are exact, or end in ``*`` where a unit claims every key with that beginning;
    the longest such beginning wins.
    """
    if key.startswith(prefix + "/"):
        return nginx_unit(key[len(prefix) + 1 :])
    units = _small_units()
    if key in units:
        return units[key]
    beginnings = [name for name in units if name.endswith("*") and key.startswith(name[:-1])]
    return units[max(beginnings, key=len)] if beginnings else None


def everything() -> Iterator[tuple[str, str, Unit]]:
    """Every unit as (family, module, unit), sorted; imports them all."""
    for family in (NGINX_FAMILY, *SMALL_FAMILIES):
        for module in sorted(_modules(family)):
            yield family, module, import_module(f"{_PACKAGE}.{family}.{module}").unit


def document(family: str, module: str) -> str:
    """The Markdown document beside a unit."""
    from gatelift.assets import unit_document  # only documents need it, and it costs a conversion's start

    return unit_document(f"{_PACKAGE}.{family}.{module}")
