"""The templates of charts that render Ingresses, each with all that its cases make of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import InputError
from gatelift.ingress.read import is_ingress
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import SERVICE
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.judging import Changes
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.offer import Manifest, Part, Seen
from gatelift.sources.helm.ours import subject_of
from gatelift.sources.helm.switching import switch_of
from gatelift.sources.helm.template.parse import Template, parse
from gatelift.sources.helm.toggles import Effective
from gatelift.sources.worlds import Settings
from gatelift.text.source import decode


class Rendered(msgspec.Struct, frozen=True):
    """What one template renders in one case."""

    ingresses: tuple[Resource, ...]
    services: tuple[str, ...]
    """The templates of the same case that render Services."""


def parts(found: Charted, changes: Mapping[str, Changes], settings: Settings) -> tuple[Part, ...]:
    """A part for each template of this repository that renders an Ingress, sorted by its path.

    ``changes``: case -> what becomes of its Ingresses.
    """
    templates: dict[str, str] = {}
    for name in found.rendered:
        case = found.sources.by_name[name]
        for item, origin in zip(found.roots[name].resources, found.origins[name], strict=True):
            path = found.template(case, origin) if is_ingress(item) else None
            if path is not None:
                templates[path] = _chart_of(path, found.sources.charts)
    effective = Effective(found.sources.tree, found.sources.charts)
    made = [_part(found, changes, settings, effective, path, templates[path]) for path in sorted(templates)]
    return tuple(_with_one_switch(part, made) for part in made)


def hosts_of(part: Part) -> frozenset[str]:
    """The hosts of all Ingresses that a template renders in some case; an empty one stands for any host."""
    rules: list[Any] = []
    for item in (item for seen in part.seen for item in seen.ingresses):
        spec = item.value.get("spec")
        if isinstance(spec, Mapping):
            rules += spec.get("rules") or ()
            rules += [{}] if spec.get("defaultBackend") or spec.get("backend") else []
    return frozenset(str(rule.get("host") or "") for rule in rules if isinstance(rule, Mapping))


def _with_one_switch(part: Part, all_parts: Sequence[Part]) -> Part:
    """Templates that share a host share a switch: the routes of one without the other might take its requests."""
    same: dict[str, Part] = {part.template: part}
    grown = True
    while grown:
        known = frozenset(host for item in same.values() for host in hosts_of(item))
        more = [item for item in all_parts if item.chart.folder == part.chart.folder and known & hosts_of(item)]
        grown = any(item.template not in same for item in more)
        same.update({item.template: item for item in more})
    first = same[min(same)]
    return part if first is part else msgspec.structs.replace(part, switch=first.switch)


def _chart_of(path: str, charts: Charts) -> str:
    folder = posixpath.dirname(path)
    while folder not in charts.by_folder:
        if not folder:
            return "."
        folder = posixpath.dirname(folder)
    return folder


def _part(
    found: Charted, changes: Mapping[str, Changes], settings: Settings, effective: Effective, path: str, folder: str
) -> Part:
    sources = found.sources
    seen = tuple(
        item
        for case in sources.cases.of(sources.charts, folder)
        if case.name in found.rendered
        for item in _seen(found, changes, effective, case, path, folder)
    )
    services = {
        template
        for case in sources.cases.of(sources.charts, folder)
        if case.name in found.rendered
        for template in _services(found, case)
        if _chart_of(template, sources.charts) == folder
    }
    return Part(
        tree=sources.tree,
        charts=sources.charts,
        chart=sources.charts.by_folder[folder],
        template=path,
        switch=switch_of(read_template(found, path), [item.values for item in seen], _texts(found, folder)),
        seen=seen,
        services=tuple(sorted(services)),
        phase=settings.phase_of(folder),
    )


def _texts(found: Charted, folder: str) -> Iterator[str]:
    """The chart's templates as they are without gatelift's, for what they read."""
    chart = found.sources.charts.by_folder[folder]
    for path in chart.templates:
        if path == chart.notes:
            continue  # they may speak of the switch since an earlier run
        try:
            text = decode(path, found.sources.tree.read(path)).text
        except InputError:
            continue
        if subject_of(text) is None and "gatelift-" not in text:
            yield text


def read_template(found: Charted, path: str) -> Template | None:
    """A template, parsed; None where it cannot be read as text."""
    try:
        return parse(decode(path, found.sources.tree.read(path)))
    except InputError:
        return None


def _seen(
    found: Charted, changes: Mapping[str, Changes], effective: Effective, case: Case, path: str, folder: str
) -> Iterable[Seen]:
    """The case once for each place that the chart has in it: a chart may be there under several aliases."""
    charts = found.sources.charts
    values = effective.values(case.chart, case.values)
    mine = [
        (item, origin)
        for item, origin in zip(found.roots[case.name].resources, found.origins[case.name], strict=True)
        if is_ingress(item) and found.template(case, origin) == path
    ]
    judged = changes.get(case.name, {})
    services = tuple(item.value for item in found.roots[case.name].resources if _is_service(item))
    for place, keys in charts.keys(folder):
        if place == case.chart:
            own = [item for item, origin in mine if _at(origin, charts, case.chart, keys)]
            yield Seen(
                case=case,
                keys=keys,
                values=_below(values, keys),
                ingresses=tuple(own),
                changes=tuple(judged.get(item.key) for item in own),
                services=services,
            )


def _at(origin: str, charts: Charts, folder: str, keys: tuple[str, ...]) -> bool:
    """Whether Helm's name of a template says that its chart lies under these keys."""
    head = "".join((charts.by_folder[folder].name, *(f"/charts/{key}" for key in keys), "/templates/"))
    return origin.startswith(head)


def _below(values: Manifest, keys: tuple[str, ...]) -> Manifest:
    for key in keys:
        inner = values.get(key)
        values = inner if isinstance(inner, Mapping) else {}
    return values


def _is_service(item: Resource) -> bool:
    return (item.group, item.kind) == (SERVICE.group, SERVICE.kind)


def _services(found: Charted, case: Case) -> Iterable[str]:
    for item, origin in zip(found.roots[case.name].resources, found.origins[case.name], strict=True):
        path = found.template(case, origin) if _is_service(item) else None
        if path is not None:
            yield path
