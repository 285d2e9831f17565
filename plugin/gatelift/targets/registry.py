"""Finds a target by its file's name, and by what the configuration says of versions."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from gatelift.config.target import TargetSpec
from gatelift.findings import Finding, Severity, UsageError
from gatelift.targets.base import Target

_NOT_TARGETS = frozenset({"base", "registry"})


def resolve(spec: TargetSpec) -> Target:
    """The target of a specification. Raises ``UsageError`` where its versions have no profile."""
    wanted = (spec.gateway_api, spec.channel, spec.envoy_gateway)
    found = next((target for target in everything() if wanted in target.versions), None)
    if found is None:
        envoy = f" with Envoy Gateway {spec.envoy_gateway}" if spec.envoy_gateway else ""
        raise UsageError(
            Finding(
                "config/target",
                Severity.ERROR,
                f"gatelift has no profile for Gateway API {spec.gateway_api}, {spec.channel} channel{envoy}",
                "use --target standard, envoy-gateway or calico-3.32: Gateway API 1.5, standard channel, "
                "alone or with Envoy Gateway 1.8",
            )
        )
    return found


def everything() -> Iterator[Target]:
    """Every target, sorted by file name; imports them all."""
    import gatelift.targets as package

    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        if info.name not in _NOT_TARGETS and not info.name.startswith("_"):
            yield import_module(f"gatelift.targets.{info.name}").target
