"""What reading a template tells of its Ingresses, as a page of text that a person can check.

A value is its text, ``= place`` where an action only names a place, or ``~ places`` where it computes from them; ``*``
is a block that an action writes. What stands behind ``|`` are the branches beyond those of the document.
"""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.sources.helm.template.atoms import Branch, Path, Written
from gatelift.sources.helm.template.build import lay
from gatelift.sources.helm.template.find import ITEMS, Found, find, splices, text
from gatelift.sources.helm.template.nodes import Action, TemplateCall
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.scoping import Scopes
from gatelift.sources.helm.template.skeleton import Document, Entry, Scalar, Splice, Value

_FIELDS = {
    "apiVersion": ("apiVersion",),
    "name": ("metadata", "name"),
    "namespace": ("metadata", "namespace"),
    "labels": ("metadata", "labels"),
    "annotations": ("metadata", "annotations"),
    "class": ("spec", "ingressClassName"),
    "tls": ("spec", "tls"),
    "tls hosts": ("spec", "tls", ITEMS, "hosts"),
    "tls secret": ("spec", "tls", ITEMS, "secretName"),
    "rules": ("spec", "rules"),
    "host": ("spec", "rules", ITEMS, "host"),
    "paths": ("spec", "rules", ITEMS, "http", "paths"),
    "path": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "path"),
    "pathType": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "pathType"),
    "backend": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "backend"),
    "service": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "backend", "service", "name"),
    "port number": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "backend", "service", "port", "number"),
    "port name": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "backend", "service", "port", "name"),
    "old service": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "backend", "serviceName"),
    "old port": ("spec", "rules", ITEMS, "http", "paths", ITEMS, "backend", "servicePort"),
}


def page(template: Template) -> str:
    """All Ingresses of a template, then what of it could not be laid."""
    seeing = _Seeing(template)
    skeleton = lay(template)
    lines = [line for document in skeleton.documents for line in seeing.document(document)]
    for problem in skeleton.problems:
        place = template.source.place(problem.start)
        lines.append(f"not laid {place.line}:{place.column}: {problem.message}")
    return "".join(f"{line}\n" for line in lines)


class _Seeing:
    def __init__(self, template: Template) -> None:
        self._source = template.source.text
        self._scopes = Scopes(template)

    def document(self, document: Document) -> Iterator[str]:
        for root, path in _ingresses(document):
            yield f"Ingress{self._path(path)}"
            for label, keys in _FIELDS.items():
                for shown in self._field(root, keys, path):
                    yield f"  {label}: {shown}"

    def _field(self, root: Value, keys: tuple[str, ...], outer: Path) -> Iterator[str]:
        for found in find(root, *keys):
            if isinstance(found.value, Scalar):
                yield self._scalar(found.value) + self._path(found.path[len(outer) :])
            yield from self._members(found, outer)

    def _members(self, found: Found, outer: Path) -> Iterator[str]:
        for splice in splices(found.value):
            yield self._splice(splice) + self._path(splice.path[len(outer) :])
        for member in getattr(found.value, "members", ()):
            if isinstance(member, Entry) and isinstance(member.value, Scalar) and found.member.start < member.start:
                shown = f"{self._scalar(member.key)}: {self._scalar(member.value)}"
                if keyed(found.member):
                    yield shown + self._path(member.path[len(outer) :])
        for item in find(found.value, ITEMS):
            if isinstance(item.value, Scalar):
                yield f"- {self._scalar(item.value)}{self._path(item.path[len(outer) :])}"
            else:
                yield f"-{self._path(item.path[len(outer) :])}"

    def _scalar(self, value: Scalar) -> str:
        if value.text is not None:
            return value.text
        if value.expression is not None:
            return self._written(value.expression)
        return "".join(
            self._source[piece.start : piece.end]
            if piece.node is None
            else f"<{self._written(piece.node) if isinstance(piece.node, Written) else 'branches'}>"
            for piece in value.pieces
        )

    def _splice(self, splice: Splice) -> str:
        shown = self._written(splice.expression) if splice.expression else "?"
        return f"* {shown} at {splice.indent}{' (assumed)' if splice.assumed else ''}"

    def _written(self, node: Action | TemplateCall) -> str:
        if isinstance(node, TemplateCall):
            return f"template {node.name}"
        name = self._scopes.name(node.pipeline)
        if name is not None:
            return f"= {name}"
        reads = self._scopes.reads(node.pipeline)
        return " ".join(("~", *map(str, reads.origins), *(() if reads.complete else ("?",))))

    def _path(self, path: Path) -> str:
        return "".join(f" | {self._branch(branch)}" for branch in path)

    def _branch(self, branch: Branch) -> str:
        clause = branch.clause
        if clause is None:
            return "block"
        if clause.pipeline is None:
            return "else"
        return f"{clause.tag.words} {self._source[clause.pipeline.start : clause.pipeline.end]}"


def keyed(member: object) -> bool:
    """Whether a member is the labels or the annotations, whose entries are shown one by one."""
    return isinstance(member, Entry) and member.key.text in ("labels", "annotations")


def _ingresses(document: Document) -> Iterator[tuple[Value, Path]]:
    kinds = {text(found.value) for found in find(document.root, "kind")}
    if "Ingress" in kinds:
        yield document.root, document.path
    for item in find(document.root, "items", ITEMS) if "List" in kinds else ():
        if any(text(found.value) == "Ingress" for found in find(item.value, "kind")):
            yield item.value, item.path
