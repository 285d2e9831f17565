"""The ingress-nginx controller's settings, from its own ConfigMap and the flags that it runs with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gatelift.annotations.controller import FLAGS, Controller
from gatelift.config.model import Nginx
from gatelift.findings import Finding, InputError, Place, Severity, UsageError
from gatelift.manifests.resource import Resource
from gatelift.sources.streams import read


def controller_of(path: str | None, flags: Sequence[str], nginx: Nginx) -> Controller:
    """The settings: of the ConfigMap in the file ``path``, if there is one, and of ``flags``.

    Raises ``InputError`` for a file without exactly one ConfigMap, ``UsageError`` for an unknown flag.
    """
    found = _config_map(path) if path is not None else None
    settings = _data(found) if found else {}
    told = list(flags)
    if nginx.default_tls_secret:
        told.append(f"--default-ssl-certificate={nginx.default_tls_secret}")
    name = f"{found.namespace}/{found.name}" if found else ""
    try:
        return Controller.parse(settings, told, name)
    except ValueError as error:
        raise UsageError(_unknown_flag(str(error))) from None


def configured_map(root: Path, nginx: Nginx) -> str | None:
    """The file that the repository's own configuration names: a link may not lead out of it."""
    if not nginx.config_map:
        return None
    path = root / nginx.config_map
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        message = "nginx.configMap leads out of the repository"
        fix = "keep the file in the repository, or name it with --nginx-configmap"
        raise UsageError(Finding("config/outside", Severity.ERROR, message, fix, Place(str(path))))
    return str(path)


def _unknown_flag(flag: str) -> Finding:
    message = f"{flag!r} is no flag of ingress-nginx that changes what an Ingress means here"
    return Finding("config/controller-flag", Severity.ERROR, message, f"use one of {', '.join(FLAGS)}")


def _config_map(path: str) -> Resource:
    reading = read([path])
    if reading.findings:
        raise InputError(reading.findings[0])
    maps = [item for item in reading.resources if item.kind == "ConfigMap"]
    if len(maps) != 1:
        message = f"{len(maps)} ConfigMaps are in it, and one is needed"
        fix = "name the file that holds ingress-nginx's own ConfigMap alone"
        raise InputError(Finding("input/configmap", Severity.ERROR, message, fix, Place(path, 1, 1)))
    return maps[0]


def _data(resource: Resource) -> Mapping[str, str]:
    data = resource.value.get("data") or {}
    if not isinstance(data, Mapping) or not all(isinstance(value, str) for value in data.values()):
        message = "the data of a ConfigMap are strings"
        where = Place(resource.provenance.path)
        raise InputError(Finding("input/configmap", Severity.ERROR, message, "put the values in quotes", where))
    return msgspec.convert(data, dict[str, str])
