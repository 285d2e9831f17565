"""The generators of an ApplicationSet that can be evaluated from inside the repository.

Fields and parameters: https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/. What asks a
cluster, a forge or a program gives one set of parameters that is *open*: what it leaves out is not known here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from gatelift.config.globs import matches
from gatelift.findings import Finding, InputError
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.fields import Found, at, flag, items, mapping, scalar, strings, text
from gatelift.sources.deployed.origin import Origin, without_credentials
from gatelift.sources.deployed.templates import filled
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

#: Applications that one generator may make: more are no list that a person wrote.
MAX_SETS = 10_000


class Params(msgspec.Struct, frozen=True):
    """One set of parameters, nested as ``goTemplate`` reads them or flat, and whether others are unknown."""

    values: Mapping[str, Any]
    open: bool = False
    template: Mapping[str, Any] = {}
    """The generator's own template, laid over the ApplicationSet's."""


class Generators:
    """Evaluates the generators of one ApplicationSet; findings gather in ``findings``."""

    __slots__ = ("_found", "_go", "_origin", "_tree", "findings")

    def __init__(self, tree: Tree, origin: Origin, found: Found, go: bool) -> None:
        self._tree = tree
        self._origin = origin
        self._found = found
        self._go = go
        self.findings: list[Finding] = []

    def all(self) -> list[Params]:
        """The parameter sets of all generators, in order."""
        result: list[Params] = []
        for index, generator in enumerate(items(self._found.spec, "generators")):
            if isinstance(generator, Mapping):
                result += self._one(generator, f"/spec/generators/{index}")
        return self._bounded(result, "/spec/generators")

    def _one(self, generator: Mapping[str, Any], pointer: str) -> list[Params]:
        kinds: dict[str, Callable[[Mapping[str, Any], str], Iterable[Params]]] = {
            "list": self._list,
            "git": self._git,
            "clusters": self._clusters,
            "matrix": self._matrix,
            "merge": self._merge,
        }
        kind = next((kind for kind in kinds if isinstance(generator.get(kind), Mapping)), None)
        if kind is None:
            named = ", ".join(sorted(key for key in generator if key not in ("selector", "template"))) or "nothing"
            self._open(f"the generator {named} is evaluated outside of the repository", pointer)
            return [Params({}, True)]
        stanza = generator[kind]
        made = self._bounded(kinds[kind](stanza, f"{pointer}/{kind}"), pointer)
        over = mapping(stanza, "template")
        if over:
            made = [msgspec.structs.replace(item, template=over) for item in made]
        return [item for item in made if item.open or _selected(item.values, mapping(generator, "selector"))]

    def _bounded(self, made: Iterable[Params], pointer: str) -> list[Params]:
        result: list[Params] = []
        for item in made:
            if len(result) == MAX_SETS:
                message = f"it makes more than {MAX_SETS:,} Applications; the others are left out"
                self.findings.append(self._found.note("many", message, "split the ApplicationSet", pointer))
                break
            result.append(item)
        return result

    def _open(self, message: str, pointer: str) -> None:
        fix = "what it deploys is taken from the folders that its path fits; name the others under scopes:"
        self.findings.append(self._found.note("generator", message, fix, pointer))

    def _list(self, stanza: Mapping[str, Any], pointer: str) -> Iterator[Params]:
        for element in items(stanza, "elements"):
            if isinstance(element, Mapping):
                yield self._params(element)
        if text(stanza, "elementsYaml"):
            self._open("elementsYaml is put together while Argo CD evaluates it", pointer)
            yield Params({}, True)

    def _clusters(self, stanza: Mapping[str, Any], pointer: str) -> Iterator[Params]:
        self._open("the clusters that Argo CD knows are not written in the repository", pointer)
        yield self._params({"values": dict(mapping(stanza, "values"))}, is_open=True)

    def _git(self, stanza: Mapping[str, Any], pointer: str) -> Iterator[Params]:
        url = text(stanza, "repoURL")
        if self._origin.ours(url) is False:
            self._open(f"it reads another repository, {without_credentials(url)}", pointer)
            yield Params({}, True)
            return
        prefix = text(stanza, "pathParamPrefix")
        for made in self._from_files(stanza, prefix) if items(stanza, "files") else self._from_folders(stanza, prefix):
            own = {"values": filled(dict(mapping(stanza, "values")), made, self._go)} if "values" in stanza else {}
            yield self._params({**made, **own})

    def _from_folders(self, stanza: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
        entries = [item for item in items(stanza, "directories") if isinstance(item, Mapping)]
        wanted = [text(item, "path") for item in entries if not flag(item, "exclude")]
        unwanted = [text(item, "path") for item in entries if flag(item, "exclude")]
        for folder in sorted(self._tree.folders - {"."}):
            if any(part.startswith(".") for part in folder.split("/")):
                continue
            if any(_fits(p, folder) for p in wanted) and not any(_fits(p, folder) for p in unwanted):
                yield _path_params(folder, "", prefix, self._go)

    def _from_files(self, stanza: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
        entries = [item for item in items(stanza, "files") if isinstance(item, Mapping)]
        wanted = [posixpath.normpath(text(item, "path") or ".") for item in entries if not flag(item, "exclude")]
        unwanted = [posixpath.normpath(text(item, "path") or ".") for item in entries if flag(item, "exclude")]
        for file in self._tree.files:
            if not any(matches(p, file) for p in wanted) or any(matches(p, file) for p in unwanted):
                continue
            folder, name = posixpath.split(file)
            for element in self._elements(file):
                content = element if self._go else _flat(element)
                yield {**content, **_path_params(folder or ".", name, prefix, self._go)}

    def _elements(self, file: str) -> Iterator[Mapping[str, Any]]:
        try:
            source = decode(file, self._tree.read(file))
            loaded = [load(source, document) for document in split(source)]
        except InputError as error:
            message = f"{file}, which it reads, cannot be read: {error.finding.message}"
            self.findings.append(self._found.note("unreadable", message, error.finding.fix))
            return
        value = next((item.value for item in loaded if item is not None), None)
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, Mapping):
                yield element

    def _matrix(self, stanza: Mapping[str, Any], pointer: str) -> Iterator[Params]:
        children = [item for item in items(stanza, "generators") if isinstance(item, Mapping)]
        if len(children) != 2:
            self._open("a matrix has two generators", pointer)
            return
        for first in self._one(children[0], f"{pointer}/generators/0"):
            # The second generator may use what the first one gives.
            second = filled(children[1], first.values, self._go)
            for other in self._one(second, f"{pointer}/generators/1"):
                yield Params({**first.values, **other.values}, first.open or other.open)

    def _merge(self, stanza: Mapping[str, Any], pointer: str) -> Iterator[Params]:
        children = [item for item in items(stanza, "generators") if isinstance(item, Mapping)]
        keys = strings(stanza, "mergeKeys")
        sets = [self._one(child, f"{pointer}/generators/{index}") for index, child in enumerate(children)]
        for base in sets[0] if sets else []:
            values: dict[str, Any] = dict(base.values)
            is_open = base.open
            for over in (item for others in sets[1:] for item in others):
                is_open = is_open or over.open
                if not over.open and all(over.values.get(key) == base.values.get(key) for key in keys):
                    values = _deep(values, over.values) if self._go else {**values, **over.values}
            yield Params(values, is_open)

    def _params(self, value: Mapping[str, Any], *, is_open: bool = False) -> Params:
        return Params(dict(value) if self._go else _flat(value), is_open)


def _path_params(folder: str, name: str, prefix: str, go: bool) -> dict[str, Any]:
    base = posixpath.basename(folder)
    segments = folder.split("/")
    if go:
        path: dict[str, Any] = {
            "path": folder,
            "basename": base,
            "basenameNormalized": normalized(base),
            "segments": segments,
        }
        if name:
            path.update(filename=name, filenameNormalized=normalized(name))
        return {prefix: {"path": path}} if prefix else {"path": path}
    key = f"{prefix}.path" if prefix else "path"
    flat = {key: folder, f"{key}.basename": base, f"{key}.basenameNormalized": normalized(base)}
    flat.update({f"{key}[{index}]": segment for index, segment in enumerate(segments)})
    if name:
        flat.update({f"{key}.filename": name, f"{key}.filenameNormalized": normalized(name)})
    return flat


def normalized(name: str) -> str:
    """A name made fit for an object, as Argo CD's ``SanitizeName`` does."""
    return re.sub(r"[^-a-z0-9.]", "-", name.lower())[:253].strip("-.")


def _fits(pattern: str, folder: str) -> bool:
    """Go's ``path.Match``: step by step, ``**`` being no more than ``*``."""
    wanted, parts = posixpath.normpath(pattern).split("/"), folder.split("/")
    return len(wanted) == len(parts) and all(
        fnmatchcase(part, step.replace("[^", "[!")) for part, step in zip(parts, wanted, strict=True)
    )


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, Mapping):
            result.update(_flat(item, f"{prefix}{key}."))
        elif isinstance(item, list):
            result.update(_flat({str(index): part for index, part in enumerate(item)}, f"{prefix}{key}."))
        elif isinstance(item, str | int | float):
            result[f"{prefix}{key}"] = scalar(item)
    return result


def _deep(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        before = result.get(key)
        result[key] = _deep(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return result


def _selected(values: Mapping[str, Any], selector: Mapping[str, Any]) -> bool:
    """Whether a label selector over the parameters takes a set."""
    flat = _flat(values)
    if any(flat.get(key) != value for key, value in mapping(selector, "matchLabels").items()):
        return False
    return all(_holds(flat, item) for item in items(selector, "matchExpressions"))


def _holds(flat: Mapping[str, Any], expression: object) -> bool:
    value = flat.get(text(expression, "key"))
    allowed: Sequence[str] = strings(expression, "values")
    match at(expression, "operator"):
        case "In":
            return value in allowed
        case "NotIn":
            return value not in allowed
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    return True
