"""The values that Argo CD renders a chart with: ``source.helm`` of an Application.

The order is that of ``reposerver/repository/repository.go`` (``helmTemplate``) and ``util/helm/cmd.go`` of Argo CD 3:
value files, then ``valuesObject`` or else ``values``, then ``--set``, ``--set-string`` and ``--set-file``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gatelift.findings import Finding, Severity
from gatelift.repository.tree import Tree, join
from gatelift.sources.deployed import placing
from gatelift.sources.deployed.argo_options import expanded
from gatelift.sources.deployed.fields import all_strings, flag, items, mapping, scalar, strings, text
from gatelift.sources.deployed.model import Deployment
from gatelift.sources.helm.case import Gathering, How, Input, Unfit

_KNOWN = frozenset(
    (
        *("valueFiles", "values", "valuesObject", "parameters", "fileParameters", "releaseName", "namespace"),
        *("ignoreMissingValueFiles", "passCredentials", "skipCrds", "skipTests", "skipSchemaValidation", "version"),
        *("kubeVersion", "apiVersions"),
    )
)
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# What Argo CD escapes: a comma that no backslash stands before.
_COMMA = re.compile(r"(?<!\\),")


def gather(item: Deployment, tree: Tree) -> Iterator[Gathering]:
    """The values of an Application's chart; several where the name of a values file is a template that many fit.

    Raises ``Unfit`` where Argo CD would fail.
    """
    stanza = item.helm
    for files in _value_files(item, tree):
        gathered = Gathering(tree, item.by)
        gathered.partial += _unknown(item)
        for path in files:
            if path.startswith("?"):
                gathered.partial.append(path[1:])
            else:
                gathered.file(path, item.place)
        if isinstance(stanza.get("valuesObject"), Mapping) and stanza["valuesObject"]:
            gathered.inline(mapping(stanza, "valuesObject"), Input(How.INLINE, "helm.valuesObject", item.place))
        elif text(stanza, "values").strip():
            gathered.yaml(text(stanza, "values"), "helm.values", item.place)
        _parameters(gathered, item, tree)
        yield gathered


def _unknown(item: Deployment) -> Iterator[str]:
    yield from (f"spec.source.helm.{key} is not known here" for key in sorted(item.helm) if key not in _KNOWN)
    made_elsewhere = {key: value for key, value in item.helm.items() if key != "valueFiles"}
    if item.by.startswith("ApplicationSet ") and any(
        placing.is_templated(value) for value in all_strings(made_elsewhere)
    ):
        yield "spec.source.helm holds templates whose values are not known here"


def _value_files(item: Deployment, tree: Tree) -> Iterator[tuple[str, ...]]:
    """The files, in order, each by its path in the repository; ``?`` begins a sentence on one that cannot be read."""
    made: list[list[str]] = [[]]
    for written in strings(item.helm, "valueFiles"):
        found = _resolved(item, tree, written)
        made = [[*files, path] for files in made for path in found]
    yield from (tuple(path for path in files if path) for files in made)


def _resolved(item: Deployment, tree: Tree, written: str) -> list[str]:
    if _REMOTE.match(written):
        return [f"?the values file {written} comes from elsewhere, and nothing is fetched"]
    notes: list[str] = []
    reference, slash, rest = written.partition("/")
    if slash and reference.startswith("$") and reference[1:] in item.refs:
        if not item.refs[reference[1:]]:
            return [f"?the values file {written} stands in another repository"]
        written, folder = rest, "."
    else:
        folder = "." if written.startswith("/") else item.path
        written = expanded(written.lstrip("/"), item.variables, notes)
    if notes:
        return [f"?the values file {written} is known only while Argo CD renders"]
    path = join(folder or ".", written)
    if placing.is_templated(written):
        return _fitting(tree, path) or [f"?no file of this repository fits the values file {written}"]
    if path.startswith(("/", "../")):
        message = f"the values file {written} lies outside of the repository, which Argo CD refuses"
        raise Unfit(Finding("helm/values", Severity.WARNING, message, "correct the path", item.place, item.by))
    if tree.is_file(path):
        return [path]
    if flag(item.helm, "ignoreMissingValueFiles"):
        return [""]
    message = (
        f"there is no values file {path}, so Argo CD cannot render this chart, and it is not judged as deployed so"
    )
    fix = "write a path that exists, or set helm.ignoreMissingValueFiles: true"
    raise Unfit(Finding("helm/values", Severity.WARNING, message, fix, item.place, item.by))


def _fitting(tree: Tree, path: str) -> list[str]:
    """The files that fit a path with templates, each of which stands for a part of one name."""
    pieces: list[str] = []
    done = 0
    for tag in placing.TAG.finditer(path):
        pieces += (re.escape(path[done : tag.start()]), "[^/]+")
        done = tag.end()
    pattern = re.compile("".join([*pieces, re.escape(path[done:])]))
    return [name for name in tree.files if pattern.fullmatch(name)]


def _parameters(gathered: Gathering, item: Deployment, tree: Tree) -> None:
    listed = [entry for entry in items(item.helm, "parameters") if text(entry, "name")]
    for forced in (False, True):
        how = How.SET_STRING if forced else How.SET
        for entry in listed:
            if flag(entry, "forceString") is not forced:
                continue
            name, value = text(entry, "name"), _value(entry)
            value = expanded(value, item.variables, gathered.partial)
            gathered.parameter(f"{name}={_cleaned(value)}", Input(how, name, item.place))
    for entry in items(item.helm, "fileParameters"):
        name, written = text(entry, "name"), expanded(text(entry, "path"), item.variables, gathered.partial)
        path = join(item.path or ".", written) if not written.startswith("/") else written.lstrip("/")
        if not name or not tree.is_file(path):
            message = f"there is no file {path} for the parameter {name}, so Argo CD cannot render this chart"
            finding = Finding("helm/values", Severity.WARNING, message, "correct the path", item.place, item.by)
            raise Unfit(finding)
        gathered.content(name, path, Input(How.SET_FILE, name, item.place))


def _value(entry: Any) -> str:
    found = entry.get("value") if isinstance(entry, Mapping) else None
    return scalar(found) if isinstance(found, str | int | float) else ""


def _cleaned(value: str) -> str:
    """A value as Argo CD hands it to ``--set``: its commas escaped, unless it is a list in braces."""
    return value if value.startswith("{") and value.endswith("}") else _COMMA.sub(r"\\,", value)
