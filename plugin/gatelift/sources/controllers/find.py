"""Find what the documents of a file say of an ingress-nginx controller. What cannot be read says nothing here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gatelift.annotations.controller import words
from gatelift.findings import InputError, Place
from gatelift.manifests.inventory import header_map
from gatelift.sources.controllers.chart import (
    CHART,
    STREAMS,
    classes_of,
    flags_of,
    items_of,
    maps_of,
    part,
    settings_of,
)
from gatelift.sources.controllers.model import Described, Form
from gatelift.text.documents import Document, split
from gatelift.text.source import Source
from gatelift.text.yaml import load

WORDS = (
    *(b"ingress-nginx", b"nginx-ingress", b"nginx-configuration"),
    *(
        b"-source-range",
        b"global-auth-",
        b"block-",
        b"modsecurity",
        b"-snippet",
        b"plugins",
        b"memcached",
        b"limit-conn-",
    ),
)
"""What a file holds that speaks of the controller: its label, its usual names, its image, its chart; or settings of it
that restrict access, for values of its chart need not name it."""
_MAY = re.compile(r"ingress-nginx|nginx-ingress|controller[\"']?\s*:|nginx-configuration")
_NAME = re.compile(r"(?:.*-)?(?:ingress-nginx-controller|nginx-ingress-controller)|nginx-configuration")
_IMAGE = re.compile(r"(?:^|/)(?:ingress-nginx/controller|nginx-ingress-controller)(?:-[a-z0-9]+)?(?:[:@]|$)")
_PROGRAM = "nginx-ingress-controller"
_WORKLOADS = ("Deployment", "DaemonSet", "StatefulSet")
_HEADERS = ("proxy-set-headers", "add-headers")


def describe(source: Source) -> Iterator[Described]:
    """Every description in a file, in order."""
    for document in split(source) if _MAY.search(source.text) else ():
        if document.empty or not _MAY.search(document.body(source)):
            continue
        for value in _values(source, document):
            place = source.place(document.body_start + _offset(document.body(source)))
            yield from _of(value, place)


def _offset(body: str) -> int:
    """The offset of the first line that is neither blank nor a comment."""
    offset = 0
    for line in body.splitlines(keepends=True):
        if line.strip() and not line.lstrip().startswith(("#", "---")):
            break
        offset += len(line)
    return min(offset, max(len(body) - 1, 0))


def _values(source: Source, document: Document) -> Iterator[Mapping[str, Any]]:
    try:
        loaded = load(source, document)
    except InputError:
        return
    value = loaded.value if loaded is not None else None
    items = value.get("items") if isinstance(value, Mapping) and str(value.get("kind")).endswith("List") else None
    for item in items if isinstance(items, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def _of(value: Mapping[str, Any], place: Place) -> Iterator[Described]:
    kind = value.get("kind")
    if kind == "ConfigMap":
        yield from _config_map(value, place)
    elif kind in _WORKLOADS:
        yield from _workload(value, place)
    elif kind == "HelmRelease":
        chart = part(part(part(value, "spec"), "chart"), "spec").get("chart")
        if chart == CHART:
            yield from _chart(part(part(value, "spec"), "values"), f"HelmRelease {_ref(value)}", place)
    elif kind == "Application":
        yield from _application(value, place)
    elif kind == "Kustomization":
        for item in items_of(value, "helmCharts"):
            if isinstance(item, Mapping) and item.get("name") == CHART:
                yield from _chart(part(item, "valuesInline"), f"the chart {CHART} in helmCharts", place)
        yield from _generated(value, place)
    elif kind is None:
        yield from _generated(value, place)
        yield from _values_file(value, place)


def _ref(value: Mapping[str, Any]) -> str:
    metadata = part(value, "metadata")
    return "/".join(str(item) for item in (metadata.get("namespace"), metadata.get("name")) if item)


def _config_map(value: Mapping[str, Any], place: Place) -> Iterator[Described]:
    # The API server drops what is null, and takes no object with a value that is no text.
    data = {key: item for key, item in part(value, "data").items() if isinstance(item, str)}
    if part(value, "data") and not _holds_settings(data):
        return
    metadata = part(value, "metadata")
    labelled = part(metadata, "labels").get("app.kubernetes.io/name") == CHART
    named = _NAME.fullmatch(str(metadata.get("name"))) is not None
    yield Described(
        form=Form.CONFIG_MAP,
        what=f"ConfigMap {_ref(value)}",
        place=place,
        config_map=_ref(value),
        settings=dict(data),
        sure=bool(data) and (labelled or named),
    )


def _generated(value: Mapping[str, Any], place: Place) -> Iterator[Described]:
    """The controller's ConfigMap where a kustomization makes it of literals; files that it names are not read."""
    for item in items_of(value, "configMapGenerator"):
        if not isinstance(item, Mapping) or _NAME.fullmatch(str(item.get("name"))) is None:
            continue
        pairs = [str(pair).partition("=") for pair in items_of(item, "literals")]
        data = {key: text.strip("'\"") for key, _, text in pairs}
        if _holds_settings(data):
            name = "/".join(str(part) for part in (item.get("namespace"), item["name"]) if part)
            what = f"ConfigMap {name} of configMapGenerator"
            yield Described(form=Form.VALUES, what=what, place=place, config_map=what, settings=data)


def _holds_settings(data: Mapping[str, Any]) -> bool:
    from gatelift.annotations.nginx.settings.table import KNOWN  # only a file that speaks of the controller pays for it

    return bool(KNOWN.keys() & data.keys())


def _workload(value: Mapping[str, Any], place: Place) -> Iterator[Described]:
    for container in items_of(part(part(part(value, "spec"), "template"), "spec"), "containers"):
        if not isinstance(container, Mapping):
            continue
        line = [str(word) for field in ("command", "args") for word in items_of(container, field)]
        if not (_IMAGE.search(str(container.get("image") or "")) or any(word.endswith(_PROGRAM) for word in line)):
            continue
        flags = tuple(words(line))
        namespace = str(part(value, "metadata").get("namespace") or "")
        name = next((flag.partition("=")[2] for flag in flags if flag.startswith("--ingress-class=")), "")
        own = next((flag.partition("=")[2] for flag in flags if flag.startswith("--configmap=")), "")
        yield Described(
            form=Form.WORKLOAD,
            what=f"{value['kind']} {_ref(value)}",
            place=place,
            config_map=own.replace("$(POD_NAMESPACE)", namespace).lstrip("/"),
            flags=tuple(flag.replace("$(POD_NAMESPACE)", namespace) for flag in flags),
            classes=(name,) if name else (),
        )


def _application(value: Mapping[str, Any], place: Place) -> Iterator[Described]:
    spec = part(value, "spec")
    several = spec.get("sources")
    for source in several if isinstance(several, list) else [spec.get("source")]:
        if not isinstance(source, Mapping) or source.get("chart") != CHART:
            continue
        helm = part(source, "helm")
        values = part(helm, "valuesObject") or _embedded(helm.get("values"))
        yield from _chart(values, f"Application {_ref(value)}", place)


def _embedded(text: object) -> Mapping[str, Any]:
    """Values that stand as text within a field."""
    if not isinstance(text, str):
        return {}
    source = Source("(values)", text)
    found = next((value for document in split(source) for value in _values(source, document)), None)
    return found or {}


def _values_file(value: Mapping[str, Any], place: Place) -> Iterator[Described]:
    """Values of the chart itself, or of one that has it as a dependency."""
    below = part(value, CHART)
    if below:
        yield from _chart(below, f"the values of the chart {CHART}", place)
    elif _holds_settings(part(part(value, "controller"), "config")):
        yield from _chart(value, f"the values of the chart {CHART}", place)


def _chart(values: Mapping[str, Any], what: str, place: Place) -> Iterator[Described]:
    settings, flags = settings_of(values), flags_of(values)
    if settings or flags:
        yield Described(
            form=Form.VALUES,
            what=what,
            place=place,
            config_map=what,
            settings=settings,
            flags=flags,
            classes=classes_of(values),
            maps=maps_of(values),
        )


def maps_beside(source: Source, settings: Mapping[str, str], flags: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """The ConfigMaps that ``settings`` and ``flags`` name, as far as they stand in ``source``."""
    names = {settings[key].strip() for key in _HEADERS if key in settings}
    names |= {value for name, _, value in (flag.partition("=") for flag in flags) if name in STREAMS.values()}
    found: dict[str, Mapping[str, str]] = {}
    for document in split(source) if names else ():
        for value in () if document.empty else _values(source, document):
            if value.get("kind") == "ConfigMap" and _ref(value) in names:
                headers = header_map(value)
                if headers is not None:
                    found[_ref(value)] = headers
    return found
