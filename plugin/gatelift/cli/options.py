"""Options that several commands share, and the settings of a run made from them."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from gatelift.annotations.controller import FLAGS, Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.annotations.options import DecideOptions
from gatelift.config import Config, load, operator
from gatelift.config.search import find
from gatelift.config.target import TargetName
from gatelift.findings import Finding, Severity, UsageError
from gatelift.manifests.inventory import Inventory
from gatelift.repository.root import repository_root
from gatelift.sources.controller import configured_map, controller_of
from gatelift.sources.streams import Base

CONFIG_MAP_HELP = "ingress-nginx's own ConfigMap, or the values of its chart: it changes what every Ingress means"
ASSUMED = (
    "Controller: nobody named its ConfigMap, so the defaults of ingress-nginx v1.15 are assumed (--nginx-configmap "
    "FILE, or nginx.configMap in gatelift.yaml)\n"
)
"""What an account ends with where the settings of the controller are not known."""


def add_paths(parser: argparse.ArgumentParser) -> None:
    """PATH arguments."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="manifest files, directories, or - for standard input (the default)"
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Options that decide what a conversion means."""
    parser.add_argument(
        "--config", metavar="FILE", help="configuration to read instead of the repository's gatelift.yaml"
    )
    parser.add_argument("--lock", metavar="KEY[,KEY]", action="append", default=[], help="keys that no file may set")
    parser.add_argument(
        "--gateway", metavar="NS/NAME[/SECTION]", help="the Gateway that all routes name as their parent"
    )
    parser.add_argument(
        "--target",
        metavar="TARGET",
        help="what the routes will run on: "
        + ", ".join(TargetName)
        + ", or versions as gatewayAPI=1.6,channel=standard,envoyGateway=1.9; default: the configured target, else "
        + TargetName.CALICO_3_32,
    )
    parser.add_argument("--nginx-configmap", metavar="FILE", help=CONFIG_MAP_HELP)
    parser.add_argument(
        "--controller-flag",
        metavar="--FLAG[=VALUE]",
        action="append",
        default=[],
        help="a flag that ingress-nginx runs with, as --controller-flag=--enable-ssl-passthrough; one of "
        + ", ".join(FLAGS),
    )


def configuration(arguments: argparse.Namespace, paths: list[str]) -> Config:
    """The configuration of a run. Raises ``UsageError``."""
    told = operator(
        os.environ,
        gateway=arguments.gateway,
        target=arguments.target,
        phase=getattr(arguments, "phase", None),
        config=arguments.config,
        lock=arguments.lock,
    )
    return load(_start(paths), told, DecideOptions())


def inputs(arguments: argparse.Namespace) -> list[str]:
    """The paths to read. Raises ``UsageError`` where that would mean waiting for somebody to type manifests."""
    paths: list[str] = arguments.paths or ["-"]
    if "-" in paths and sys.stdin is None:
        message = "nothing to read: standard input is closed"
        raise UsageError(Finding("usage/no-input", Severity.ERROR, message, "name files or directories"))
    if not arguments.paths and sys.stdin.isatty():
        message = "nothing to read: no PATH is given, and standard input is a terminal"
        fix = "name files or directories, or pipe manifests in"
        raise UsageError(Finding("usage/no-input", Severity.ERROR, message, fix))
    return paths


def base(arguments: argparse.Namespace, config: Config, paths: list[str]) -> Base:
    """What ``ignore``, ``scopes`` and the other globs of the configuration are relative to, and what is ignored.

    That is the repository's root; outside of one the folder of the configuration that is used, else the working
    directory. Where a command is pointed at does not change what a pattern means.
    """
    return Base(str(_root(arguments, paths)), config.ignores)


def _root(arguments: argparse.Namespace, paths: list[str]) -> Path:
    start = _start(paths)
    root = repository_root(start)
    if root is not None:
        return root
    named = arguments.config if arguments.config is not None else os.environ.get("GATELIFT_CONFIG")
    used = Path(named) if named else find(start)
    return used.parent if used is not None else Path()


def _start(paths: list[str]) -> Path:
    """Where the search for gatelift.yaml begins: at the first path that is there, else here."""
    return next((Path(path) for path in paths if path != "-" and Path(path).exists()), Path())


def rulings(named: Controller, config: Config, inventory: Inventory) -> Rulings:
    """What was ruled outside the Ingresses, whose controller is ``named``."""
    return Rulings(
        controller=named,
        decide={entry.option: entry.value for entry in config.decide},
        accept={entry.key: entry.reason for entry in config.accept},
        secrets=inventory.secrets,
        config_maps=inventory.config_maps,
        header_maps=inventory.header_maps,
    )


def controller(arguments: argparse.Namespace, config: Config, paths: list[str]) -> Controller:
    """The controller's settings: its ConfigMap, from the option or the configuration, and its flags."""
    path: str | None = arguments.nginx_configmap
    if path is None:
        path = configured_map(_root(arguments, paths), config.nginx)
    return controller_of(path, arguments.controller_flag, config.nginx)
