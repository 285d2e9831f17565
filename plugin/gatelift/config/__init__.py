"""Configuration: ``gatelift.yaml``, flags and environment, as one frozen ``Config`` (docs/configuration.md).

Importing this package is cheap. ``parse`` (reached through ``load``), ``schema`` and ``page`` load more.
"""

from __future__ import annotations

from gatelift.config.decide import DecideOption
from gatelift.config.gateway import GatewayRef, parse_gateway
from gatelift.config.model import (
    Acceptance,
    Config,
    Controller,
    Decision,
    Engine,
    Helm,
    HelmEngine,
    IngressClass,
    KustomizeEngine,
    Listeners,
    Nginx,
    Override,
    Phase,
    PhaseRule,
    RouteFile,
    Scope,
    ValuesCases,
)
from gatelift.config.outrank import Operator, merge, operator, parse_phase
from gatelift.config.problems import ConfigError
from gatelift.config.search import find
from gatelift.config.settings import load
from gatelift.config.target import (
    DEFAULT_TARGET,
    Channel,
    EnvoyGateway,
    GatewayAPI,
    TargetName,
    TargetSpec,
    parse_target,
)
from gatelift.repository.root import repository_root

__all__ = [
    "DEFAULT_TARGET",
    "Acceptance",
    "Channel",
    "Config",
    "ConfigError",
    "Controller",
    "DecideOption",
    "Decision",
    "Engine",
    "EnvoyGateway",
    "GatewayAPI",
    "GatewayRef",
    "Helm",
    "HelmEngine",
    "IngressClass",
    "KustomizeEngine",
    "Listeners",
    "Nginx",
    "Operator",
    "Override",
    "Phase",
    "PhaseRule",
    "RouteFile",
    "Scope",
    "TargetName",
    "TargetSpec",
    "ValuesCases",
    "find",
    "load",
    "merge",
    "operator",
    "parse_gateway",
    "parse_phase",
    "parse_target",
    "repository_root",
]
