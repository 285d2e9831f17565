"""The values that Flux renders a chart with: a HelmRelease's ``valuesFrom``, then its ``values``.

https://fluxcd.io/flux/components/helm/helmreleases/#values. ``valuesFiles`` of the chart take the place of its own
``values.yaml`` (source-controller). Values of Secrets are never looked at.
"""

from __future__ import annotations

import hashlib
import re

from gatelift.findings import Finding, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.deployed.fields import all_strings, flag, items, mapping, pairs, strings, text
from gatelift.sources.deployed.model import Deployment
from gatelift.sources.deployed.variables import Variables
from gatelift.sources.helm.case import Gathering, How, Input, Unfit

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_LONGEST = 53
_KEPT = 40
_DIGEST = 12


def gather(item: Deployment, tree: Tree, variables: Variables) -> Gathering:
    """The values of a HelmRelease. Raises ``Unfit`` where Flux would fail."""
    spec = item.helm
    gathered = Gathering(tree, item.by)
    if items(spec, "postRenderers"):
        gathered.partial.append("spec.postRenderers change what the chart renders, and are not run here")
    for path in strings(spec, "chart", "spec", "valuesFiles"):
        _values_file(gathered, item, tree, join(".", path))
    for entry in items(spec, "valuesFrom"):
        _values_from(gathered, item, entry, variables)
    inline = mapping(spec, "values")
    if inline:
        gathered.inline(inline, Input(How.INLINE, "spec.values", item.place))
    if any(_VARIABLE.search(value) for value in all_strings(inline)):
        gathered.partial.append("spec.values holds variables that Flux fills in before it renders")
    return gathered


def _values_file(gathered: Gathering, item: Deployment, tree: Tree, path: str) -> None:
    if tree.is_file(path):
        gathered.file(path, item.place)
    elif not flag(item.helm, "chart", "spec", "ignoreMissingValuesFiles"):
        message = (
            f"there is no values file {path}, so Flux cannot render this chart, and it is not judged as deployed so"
        )
        fix = "write a path from the root of the source, or set ignoreMissingValuesFiles: true"
        raise Unfit(Finding("helm/values", Severity.WARNING, message, fix, item.place, item.by))


def _values_from(gathered: Gathering, item: Deployment, entry: object, variables: Variables) -> None:
    kind, name = text(entry, "kind"), text(entry, "name")
    key = text(entry, "valuesKey") or "values.yaml"
    own = item.by.partition(" ")[2].rpartition("/")[0]
    source = variables.nearest(kind, name, own, item.place.path) if kind == "ConfigMap" else None
    data = pairs(source.value, "data") if source is not None else {}
    if key not in data:
        if not flag(entry, "optional") or source is None:
            gathered.partial.append(f"values come from {key} of {kind} {name}, which is not read")
        return
    shown = Input(How.INLINE, f"ConfigMap {name}, {key}", item.place)
    path = text(entry, "targetPath")
    if not path:
        gathered.yaml(data[key], shown.name, item.place)
        return
    value = data[key]
    quoted = any(value.startswith(mark) and value.endswith(mark) for mark in ("'", '"'))
    how = How.SET_STRING if quoted else How.SET
    gathered.parameter(f"{path}={value.strip(chr(34) + chr(39)) if quoted else value}", Input(how, path, item.place))


def replaces_defaults(item: Deployment, chart: str) -> bool:
    """Whether the chart's own ``values.yaml`` does not count: ``valuesFiles`` name others, and not it as the first."""
    files = strings(item.helm, "chart", "spec", "valuesFiles")
    return bool(files) and join(".", files[0]) != join(chart, "values.yaml")


def release_name(item: Deployment) -> str:
    """``spec.releaseName``, else the object's name, the target namespace before it; cut as Flux cuts it."""
    target = text(item.helm, "targetNamespace")
    named = text(item.helm, "releaseName") or (f"{target}-{item.application}" if target else item.application)
    if len(named) <= _LONGEST:
        return named
    return f"{named[:_KEPT]}-{hashlib.sha256(named.encode()).hexdigest()[:_DIGEST]}"
