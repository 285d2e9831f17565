"""Finding charts, and what each includes.

https://helm.sh/docs/topics/charts/: dependencies count only where they lie in ``charts/``, unpacked or as an archive.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.deployed.fields import text
from gatelift.sources.helm.charts import FILE, Chart, Charts, Dependency, enclosing
from gatelift.sources.helm.values import parsed_values
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.spans import Locator

REQUIREMENTS = "requirements.yaml"
"""Where charts of ``apiVersion: v1`` list their dependencies."""
SCHEMA = "values.schema.json"

_INGRESS = re.compile(rb"kind[\"']?[ \t]*:[^\n#]*\bIngress\b")
_ROUTE = re.compile(rb"kind[\"']?[ \t]*:[^\n#]*\b(?:HTTPRoute|GRPCRoute|TLSRoute)\b")
_TEMPLATES = (".yaml", ".yml", ".json", ".tpl", ".txt")
_CASE = re.compile(r"values[-.][^/]+\.ya?ml")
_REMOTE = re.compile(r"https?://")


def discover(tree: Tree) -> Charts:
    """Every chart of the tree. Nothing is raised: what cannot be read is a finding, and no chart."""
    findings: list[Finding] = []
    folders = sorted(posixpath.dirname(path) or "." for path in tree.files if posixpath.basename(path) == FILE)
    read = {folder: _read(tree, folder, findings) for folder in folders}
    known = {folder: chart for folder, chart in read.items() if chart is not None}
    inside: dict[str, dict[str, str]] = {}
    for folder, chart in known.items():
        if (above := enclosing(folder, known)) is not None:
            inside.setdefault(above, {})[chart.name] = folder
    charts = {folder: _linked(tree, chart, known, inside.get(folder, {})) for folder, chart in known.items()}
    parents: dict[str, list[tuple[str, str]]] = {}
    for folder, chart in charts.items():
        for key, inner in sorted({**chart.local, **chart.subcharts}.items()):
            parents.setdefault(inner, []).append((folder, key))
        findings += _told(chart)
    return Charts(
        by_folder=charts,
        parents={folder: tuple(items) for folder, items in sorted(parents.items())},
        findings=tuple(sorted(findings, key=Finding.sort_key)),
    )


def _read(tree: Tree, folder: str, findings: list[Finding]) -> Chart | None:
    path = join(folder, FILE)
    try:
        head = parsed_values(path, tree.read(path))
        listed = _dependencies(tree, path, head)
        if not listed and tree.is_file(join(folder, REQUIREMENTS)):
            path = join(folder, REQUIREMENTS)
            listed = _dependencies(tree, path, parsed_values(path, tree.read(path)))
    except InputError as error:
        message = f"this chart is left alone, for it cannot be read: {error.finding.message}"
        place = error.finding.place or Place(path)
        findings.append(Finding("helm/chart", Severity.WARNING, message, error.finding.fix, place))
        return None
    name = head.get("name")
    if not isinstance(name, str) or not name:
        message = "this Chart.yaml has no name, so Helm does not take it for a chart"
        findings.append(Finding("helm/chart", Severity.WARNING, message, "give it a name", Place(path)))
        return None
    version = head.get("version")
    return _files(
        tree,
        Chart(
            folder=folder,
            name=name,
            version=version if isinstance(version, str) else "",
            library=head.get("type") == "library",
            dependencies=listed,
        ),
    )


def _dependencies(tree: Tree, path: str, head: Mapping[str, object]) -> tuple[Dependency, ...]:
    entries = head.get("dependencies")
    if not isinstance(entries, list) or not entries:
        return ()
    source = decode(path, tree.read(path))
    locator = Locator(source, next(document for document in split(source) if not document.empty))

    return tuple(
        Dependency(
            name=text(entry, "name"),
            version=text(entry, "version"),
            repository=text(entry, "repository"),
            alias=text(entry, "alias"),
            condition=text(entry, "condition"),
            place=locator.place(f"/dependencies/{index}"),
        )
        for index, entry in enumerate(entries)
        if text(entry, "name")
    )


def _files(tree: Tree, chart: Chart) -> Chart:
    """The chart with its own files; those of charts inside it are theirs."""
    start = 0 if chart.folder == "." else len(chart.folder) + 1
    own = {path[start:]: path for path in tree.below(chart.folder) if not path[start:].startswith("charts/")}
    templates = [path for name, path in own.items() if name.startswith("templates/") and name.endswith(_TEMPLATES)]
    notes = own.get("templates/NOTES.txt")
    speaking = [(path, _bytes(tree, path)) for path in templates if path != notes]
    return msgspec.structs.replace(
        chart,
        templates=tuple(templates),
        ingresses=tuple(path for path, data in speaking if _INGRESS.search(data)),
        routes=tuple(path for path, data in speaking if _ROUTE.search(data)),
        values=own.get("values.yaml"),
        variants=tuple(path for name, path in own.items() if _CASE.fullmatch(name)),
        ci=tuple(path for name, path in own.items() if re.fullmatch(r"ci/[^/]+\.ya?ml", name)),
        schema=own.get(SCHEMA),
        notes=notes,
        archives=tuple(path for path in tree.below(join(chart.folder, "charts")) if _is_archive(path, chart.folder)),
    )


def _is_archive(path: str, folder: str) -> bool:
    return path.endswith(".tgz") and posixpath.dirname(path) == join(folder, "charts")


def _bytes(tree: Tree, path: str) -> bytes:
    try:
        return tree.read(path)
    except InputError:
        return b""  # it is read again, and told of, where it matters


def _linked(tree: Tree, chart: Chart, known: Mapping[str, Chart], inside: Mapping[str, str]) -> Chart:
    """The chart with what it includes: by name, as Helm looks for it, whatever the folder in ``charts/`` is called.

    ``inside``: the names of the charts in its ``charts/``, each with its folder.
    """
    packed = [posixpath.basename(path) for path in chart.archives]
    subcharts: dict[str, str] = {}
    local: dict[str, str] = {}
    missing: list[str] = []
    for entry in chart.dependencies:
        if entry.name in inside:
            subcharts[entry.key] = inside[entry.name]
        elif any(re.fullmatch(rf"{re.escape(entry.name)}-v?\d.*\.tgz", name) for name in packed):
            continue
        elif (place := _beside(tree, chart, entry)) in known:
            local[entry.key] = str(place)
        else:
            missing.append(entry.name)
    declared = {entry.name for entry in chart.dependencies}
    subcharts |= {name: folder for name, folder in inside.items() if name not in declared}
    return msgspec.structs.replace(
        chart,
        subcharts=subcharts,
        local=local,
        missing=tuple(missing),
        remote_schemas={} if chart.schema is None else _remote(tree, chart.schema),
    )


def _beside(tree: Tree, chart: Chart, entry: Dependency) -> str | None:
    """The folder of this repository that ``file://`` names, relative to the chart."""
    if not entry.repository.startswith("file://"):
        return None
    path = entry.repository.removeprefix("file://")
    return None if path.startswith("/") else tree.resolve(join(chart.folder, path))


def _remote(tree: Tree, path: str) -> Mapping[str, str]:
    """The first URL that a schema refers to. That of its own dialect (``$schema``) is no reference."""
    try:
        waiting = [json.loads(tree.read(path))]
    except (InputError, ValueError, RecursionError):
        return {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found = value.get("$ref")
            if isinstance(found, str) and _REMOTE.match(found) and not found.startswith("http://json-schema.org/"):
                return {path: found}
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return {}


def _told(chart: Chart) -> Iterator[Finding]:
    for name in chart.missing:
        place = next(entry.place for entry in chart.dependencies if entry.name == name)
        message = (
            f"the chart {name} is not in charts/, and nothing is fetched: this chart does not render here, so it is "
            "left alone"
        )
        fix = f"run 'helm dependency build {chart.folder}' before gatelift, and see that charts/ is not ignored by git"
        yield Finding("helm/dependency", Severity.WARNING, message, fix, place)
    for path, url in chart.remote_schemas.items():
        message = f"this schema refers to {url}, which is not fetched; values are not checked against it in a proof"
        fix = "copy that schema into the chart, so that rendering it needs no network"
        yield Finding("helm/remote-schema", Severity.WARNING, message, fix, Place(path))
