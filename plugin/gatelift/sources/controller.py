"""The ingress-nginx controller's settings, from its own ConfigMap and the flags that it runs with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gatelift.annotations.controller import FLAGS, Controller, is_own
from gatelift.config.model import Nginx
from gatelift.findings import Finding, InputError, Place, Severity, UsageError
from gatelift.manifests.resource import Resource
from gatelift.sources.controllers.find import describe, maps_beside
from gatelift.sources.controllers.model import Described, Form
from gatelift.sources.files import regular_bytes
from gatelift.sources.streams import read
from gatelift.text.source import Source, decode


def controller_of(path: str | None, flags: Sequence[str], nginx: Nginx) -> Controller:
    """The settings: of the file ``path``, if there is one, of the configuration, and of ``flags``, which outrank both.

    The file holds the controller's ConfigMap, or values of its chart (also in a HelmRelease or an Application); the
    flags of a workload beside that ConfigMap count too. Raises ``InputError`` for a file without exactly one of them,
    ``UsageError`` for an unknown flag.
    """
    found = _described(path) if path is not None else None
    told = [flag for flag in found.flags if _is_known(flag)] if found else []
    if nginx.default_tls_secret:
        told.append(f"--default-ssl-certificate={nginx.default_tls_secret}")
    told += [*nginx.flags, *flags]
    try:
        made = Controller.parse(found.settings if found else {}, told, found.config_map if found else "")
    except ValueError as error:
        raise UsageError(_unknown_flag(str(error))) from None
    return msgspec.structs.replace(made, maps=found.maps) if found else made


def _is_known(flag: str) -> bool:
    name = flag.partition("=")[0]
    return name in FLAGS or is_own(name)


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
    message = f"ingress-nginx v1.15 has no flag {flag!r}"
    return Finding("config/controller-flag", Severity.ERROR, message, f"use one of {', '.join(FLAGS)}")


def _described(path: str) -> Described:
    reading = read([path])
    maps = [item for item in reading.resources if item.kind == "ConfigMap"]
    source = _source(path)
    found = tuple(describe(source)) if source is not None else ()
    values = [item for item in found if item.form is Form.VALUES]
    if not maps and len(values) == 1:
        return values[0]
    if reading.findings:
        raise InputError(reading.findings[0])
    return _config_map(path, maps, found, source)


def _source(path: str) -> Source | None:
    """The text of the file; ``None`` for what reading has told of already."""
    try:
        return decode(path, regular_bytes(path))
    except InputError:
        return None


def _config_map(path: str, maps: Sequence[Resource], found: Sequence[Described], source: Source | None) -> Described:
    """The one ConfigMap, or of several the one that is the controller's, with what stands beside it."""
    named = {item.config_map for item in found if item.form is Form.WORKLOAD}
    chosen = maps
    if len(maps) > 1:
        likely = {i.config_map for i in found if i.form is Form.CONFIG_MAP and (i.sure or i.config_map in named)}
        chosen = [item for item in maps if _ref(item) in likely]
    if len(chosen) != 1:
        many = f"{len(maps)} ConfigMaps are in it" if maps else "neither a ConfigMap nor values of the chart are in it"
        message = f"{many}, and the controller's own is needed"
        fix = "name the file that holds ingress-nginx's own ConfigMap alone, or the values of its chart"
        raise InputError(Finding("input/configmap", Severity.ERROR, message, fix, Place(path, 1, 1)))
    (mine,) = chosen
    settings = _data(mine)
    runs = next((i for i in found if i.form is Form.WORKLOAD and i.config_map == _ref(mine)), None)
    flags = runs.flags if runs else ()
    return Described(
        form=Form.CONFIG_MAP,
        what=str(mine),
        place=Place(path),
        config_map=f"{mine.namespace}/{mine.name}",
        settings=settings,
        flags=flags,
        maps=maps_beside(source, settings, flags) if source is not None else {},
    )


def _ref(resource: Resource) -> str:
    return f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name


def _data(resource: Resource) -> Mapping[str, str]:
    data = resource.value.get("data") or {}
    if not isinstance(data, Mapping) or not all(isinstance(value, str) for value in data.values()):
        message = "the data of a ConfigMap are strings"
        where = Place(resource.provenance.path)
        raise InputError(Finding("input/configmap", Severity.ERROR, message, "put the values in quotes", where))
    return msgspec.convert(data, dict[str, str])
