"""From the shape of the file to the configuration that other layers read: shorthands resolved, mappings in order."""

from __future__ import annotations

from typing import TypeVar

from msgspec import UnsetType

from gatelift.config.file import ClassFile, ConfigFile, GatewayFile, OverrideFile
from gatelift.config.model import (
    Acceptance,
    Config,
    Decision,
    Engine,
    Helm,
    IngressClass,
    Nginx,
    Override,
    PhaseRule,
    Scope,
    ValuesCases,
    WrittenGateway,
)
from gatelift.config.target import TargetSpec, TargetVersions, named

T = TypeVar("T")


def build(file: ConfigFile) -> Config:
    """The configuration that a checked file asks for."""
    return Config(
        gateway=_given(file.gateway),
        classes=tuple(_class(name, entry) for name, entry in sorted(file.classes.items())),
        overrides=tuple(_override(entry) for entry in file.overrides),
        scopes=tuple(Scope(name, _listed(roots)) for name, roots in sorted(file.scopes.items())),
        target=_target(file),
        listeners=file.listeners,
        gateways=tuple(_written(name, entry) for name, entry in sorted(file.gateways.items())),
        phase=_given(file.phase),
        phases=tuple(PhaseRule(roots, phase) for roots, phase in sorted(file.phases.items())),
        # Reasons are shown in tables: one line each, however the file wraps them.
        accept=tuple(Acceptance(entry.key, " ".join(entry.reason.split())) for entry in file.accept),
        decide=tuple(Decision(option, str(value)) for option, value in sorted(file.decide.items())),
        nginx=Nginx(_given(file.nginx.config_map), _given(file.nginx.default_tls_secret), file.nginx.flags),
        ignore=_listed(file.ignore),
        helm=Helm(
            tuple(ValuesCases(chart, _listed(values)) for chart, values in sorted(file.helm.cases.items())),
            _given(file.helm.kube_version),
        ),
        engine=Engine(file.engine.kustomize, file.engine.helm),
        allow_partial=file.allow_partial,
        route_file=file.route_file,
    )


def _given(value: T | UnsetType) -> T | None:
    return None if isinstance(value, UnsetType) else value


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _class(name: str, entry: ClassFile) -> IngressClass:
    return IngressClass(name, entry.controller, _given(entry.gateway))


def _written(name: str, entry: GatewayFile) -> WrittenGateway:
    return WrittenGateway(name, entry.class_name, _given(entry.file))


def _override(entry: OverrideFile) -> Override:
    return Override(_listed(entry.roots), _given(entry.gateway), _given(entry.phase), _given(entry.load_restrictor))


def _target(file: ConfigFile) -> TargetSpec:
    return file.target.spec() if isinstance(file.target, TargetVersions) else named(file.target)
