"""The chart's own files: its values with the switch off, a case for its tests, its version."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gatelift.config.gateway import GatewayRef
from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.helm.case import How
from gatelift.sources.helm.charts import Chart
from gatelift.sources.helm.edits.blocks import with_block
from gatelift.sources.helm.edits.documented import Convention, convention, documentation
from gatelift.sources.helm.edits.made import note
from gatelift.sources.helm.edits.retired import FLAG, with_names, without_flag
from gatelift.sources.helm.offer import Seen, Switch
from gatelift.text.documents import split
from gatelift.text.edits import Edit, apply
from gatelift.text.source import decode
from gatelift.text.spans import Locator

CI_VALUES = "ci/gateway-values.yaml"
"""chart-testing installs a chart once with each ``ci/*-values.yaml``."""

_PLACEHOLDER = GatewayRef(name="gateway", namespace="gateway-system")
_CI_HEAD = "# The routes of the Gateway API, on: the values of {name}, and a Gateway that needs not exist."
_VERSION = re.compile(r"(v?\d+\.\d+\.)(\d+)((?:[-+].*)?)")


def chart_values(
    tree: Tree, chart: Chart, switch: Switch, block: Mapping[str, Any], *, retired: bool = False
) -> Mapping[str, bytes]:
    """The chart's ``values.yaml`` with the switch, documented as the file documents others; created where it has none.

    ``retired``: routes follow the guard of the Ingress that is gone, so that ``enabled`` is not written, and goes where
    it stands; names that were left empty are filled in. Empty where nothing changes. Raises ``InputError`` as
    ``with_block`` does.
    """
    path = chart.values or join(chart.folder, "values.yaml")
    # A link is not written; what it leads to is.
    path = tree.resolve(path) or path
    data = tree.read(path) if tree.is_file(path) else b""
    source = decode(path, data)
    comments = documentation(source, switch.path, switch.beside, block)
    if retired:
        block = {key: value for key, value in block.items() if key != FLAG}
    made = with_block(path, data, switch.path, block, after=switch.beside, comments=comments)
    if retired:
        source = decode(path, made)
        source = with_names(without_flag(source, switch.path, comments), switch.path, block)
        made = source.encode(source.text)
    return {path: made} if made != data else {}


def tables_to_renew(tree: Tree, chart: Chart, switch: Switch) -> tuple[Finding, ...]:
    """What to say of a README whose table of values is made from the comments: it is left to the program that makes it.

    None where the README speaks of the switch already, or of no value at all.
    """
    readme = join(chart.folder, "README.md")
    values = chart.values
    if values is None or not tree.is_file(readme):
        return ()
    try:
        text, kind = decode(readme, tree.read(readme)).text, convention(decode(values, tree.read(values)).text)
    except InputError:
        return ()
    rows = [line for line in text.splitlines() if line.lstrip().startswith("|")]
    beside, own = ".".join((*switch.beside, "")), ".".join((*switch.path, ""))
    speaking = [line for line in rows if re.search(rf"[|`\s]{re.escape(beside)}\w", line)] if switch.beside else []
    if kind is Convention.PEOPLE or not speaking or any(f"{own}enabled" in line for line in rows):
        return ()
    message = f"the table of values in this README lacks {own}enabled and its neighbours: it is made by a program"
    program = "helm-docs" if kind is Convention.HELM_DOCS else "readme-generator (Bitnami's)"
    return (note("docs", message, f"run {program} in this chart, and commit what it writes", Place(readme)),)


def ci_values(tree: Tree, chart: Chart, switches: Sequence[Switch], seen: Sequence[Seen]) -> Mapping[str, bytes]:
    """``ci/gateway-values.yaml``: the smallest case of ``ci/`` whose Ingresses all become routes, with the switches on.

    A file that stands there already only gets the switches that it lacks. Empty where no such case is seen. Raises
    ``InputError`` as ``with_block`` does.
    """
    path = join(chart.folder, CI_VALUES)
    if tree.is_file(path):
        data = made = tree.read(path)
    else:
        found = sorted(_serving(chart, seen), key=lambda name: (len(tree.read(name)), name))
        if not found:
            return {}
        data = b""
        made = tree.read(found[0])
        newline = decode(found[0], made).newline
        head = _CI_HEAD.format(name=found[0].rpartition("/")[2]) + newline
        made = head.encode() + made.removeprefix(b"\xef\xbb\xbf")
    for switch in switches:
        made = with_block(path, made, switch.path, switch.block(_PLACEHOLDER, on=True), after=switch.beside)
    return {path: made} if made != data else {}


def _serving(chart: Chart, seen: Sequence[Seen]) -> set[str]:
    """The files of ``ci/`` with which the chart, alone, has Ingresses, and each of them becomes routes."""
    found: dict[str, list[Seen]] = {}
    for item in seen:
        inputs = item.case.inputs
        if item.case.chart == chart.folder and len(inputs) == 1 and inputs[0].how is How.FILE:
            found.setdefault(inputs[0].name, []).append(item)
    return {
        name
        for name, items in found.items()
        if name in chart.ci and any(item.ingresses for item in items) and all(item.converts for item in items)
    }


def bumped(tree: Tree, chart: Chart) -> bytes:
    """``Chart.yaml`` with the last number of its ``version`` one higher. Each call counts, so it is made on request.

    Raises ``InputError`` (``helm/edit``) for a version of another form.
    """
    source = decode(chart.file, tree.read(chart.file))
    document = next(item for item in split(source) if not item.empty)
    span = Locator(source, document).locate("/version")
    found = _VERSION.fullmatch(source.text[span.start : span.end].strip("\"'")) if span.found else None
    if found is None:
        message = "the version of this chart is not of the form 1.2.3, so nobody can tell which one comes next"
        fix = "write the next version by hand"
        raise InputError(Finding("helm/edit", Severity.ERROR, message, fix, source.place(span.start)))
    start = source.text.index(found[0], span.start) + len(found[1])
    edit = Edit(start, start + len(found[2]), str(int(found[2]) + 1))
    return source.encode(apply(source.text, [edit]))
