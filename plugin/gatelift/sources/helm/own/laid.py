"""The documents of a template that are routes, laid so that each rule is whole."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import structs

from gatelift.manifests.shape import HTTP_ROUTE
from gatelift.sources.helm.template.atoms import Branch, Written
from gatelift.sources.helm.template.build import lay
from gatelift.sources.helm.template.find import find, text
from gatelift.sources.helm.template.nodes import Action, Control, Define, If, Node, Range, String, Text, With
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.scoping import Scopes
from gatelift.sources.helm.template.skeleton import Document, Scalar, Skeleton

_MOST_OPENED = 16


class RouteTemplate(msgspec.Struct, frozen=True):
    """A template file with its scopes, the documents in it that are HTTPRoutes, and the branches that were opened.

    ``opened``: structures that begin an item of a list which goes on after their end, as ``helm create`` writes its
    rules. They are read as taken, so each has to be.
    """

    template: Template
    scopes: Scopes
    documents: tuple[Document, ...]
    opened: tuple[Branch, ...]
    skeleton: Skeleton


def routes_of(template: Template) -> RouteTemplate:
    """A template, read. Never raises; where it could not be parsed there are no documents."""
    opened: list[Branch] = []
    laid, skeleton = template, lay(template)
    while skeleton.problems and len(opened) < _MOST_OPENED:
        places = (_opening(laid, problem.start) for problem in skeleton.problems)
        found: If | With | None = next((control for control in places if control is not None), None)
        if found is None:
            break
        opened.append(Branch(found))
        laid = structs.replace(laid, nodes=tuple(_without(laid.nodes, found)))
        skeleton = lay(laid)
    documents = tuple(document for document in skeleton.documents if _is_route(document))
    return RouteTemplate(template, Scopes(template), documents, tuple(opened), skeleton)


def _is_route(document: Document) -> bool:
    for found in find(document.root, "kind"):
        if text(found.value) == HTTP_ROUTE.kind:
            return True
        node = found.value.expression if isinstance(found.value, Scalar) else None
        if node is not None and _says(node, HTTP_ROUTE.kind):
            return True
    return False


def _says(node: Written, word: str) -> bool:
    """Whether an expression falls back to a word: ``.kind | default "HTTPRoute"``."""
    if not isinstance(node, Action):
        return False
    return any(
        isinstance(arg, String) and arg.value == word for command in node.pipeline.commands for arg in command.args
    )


def _opening(template: Template, at: int) -> If | With | None:
    """The structure before ``at`` that begins the item to which the line at ``at`` belongs."""
    source = template.source.text
    column = at - (source.rfind("\n", 0, at) + 1)
    found: If | With | None = None
    for control in _controls(template.nodes):
        if control.end <= at and isinstance(control, If | With) and len(control.clauses) == 1:
            dash = _first_dash(source, control)
            if dash is not None and dash < column:
                found = control
    return found


def _first_dash(source: str, control: Control) -> int | None:
    """The column of the dash that a structure's text begins with."""
    body = control.clauses[0].body
    for node in body:
        if isinstance(node, Text):
            shown = source[node.start : node.end]
            if not shown.strip():
                continue
            at = node.start + len(shown) - len(shown.lstrip())
            return at - (source.rfind("\n", 0, at) + 1) if source[at] == "-" else None
    return None


def _controls(nodes: tuple[Node, ...]) -> Iterator[If | With | Range]:
    """All structures, in the order of their ends."""
    for node in nodes:
        if isinstance(node, If | With | Range):
            for clause in node.clauses:
                yield from _controls(clause.body)
            yield node


def _without(nodes: tuple[Node, ...], opened: Control) -> Iterator[Node]:
    """``nodes`` with the body of a structure in its place."""
    for node in nodes:
        if node is opened:
            yield from opened.clauses[0].body
        elif isinstance(node, If | With | Range):
            clauses = tuple(structs.replace(item, body=tuple(_without(item.body, opened))) for item in node.clauses)
            yield structs.replace(node, clauses=clauses)
        elif isinstance(node, Define):
            yield structs.replace(node, body=tuple(_without(node.body, opened)))
        else:
            yield node
