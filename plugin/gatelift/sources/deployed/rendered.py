"""What Flux does to objects after the build: variables, then metadata common to all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.sources.deployed.envsubst import SubstitutionError, substitute
from gatelift.sources.deployed.fields import mapping, text
from gatelift.sources.deployed.model import Deployment, Metadata
from gatelift.text.documents import Document, split
from gatelift.text.emit import dump
from gatelift.text.source import Source, decode
from gatelift.text.yaml import load

_OPT_OUT = "kustomize.toolkit.fluxcd.io/substitute"


def after_build(rendered: bytes, deployment: Deployment) -> bytes:
    """What reaches the cluster of what Kustomize printed; the same bytes where Flux does nothing more.

    An object with the label or annotation ``kustomize.toolkit.fluxcd.io/substitute: disabled`` keeps its variables.
    Where a source of variables could not be read, expressions on unknown ones stay as they are. Raises ``InputError``
    (``deployed/substitution``) where Flux would refuse an expression, and for a stream that cannot be read.
    """
    variables = deployment.post_build.runs
    if not variables and deployment.metadata == Metadata():
        return rendered
    source = decode(deployment.path, rendered)
    pieces = [_document(source, document, deployment) for document in split(source)]
    return "".join(pieces).encode("utf-8", "surrogateescape")


def _document(source: Source, document: Document, deployment: Deployment) -> str:
    chunk = document.chunk(source)
    if document.empty:
        return chunk
    if deployment.post_build.runs and "$" in chunk and not _opted_out(source, document):
        chunk = _substituted(source, document, deployment)
    if deployment.metadata != Metadata():
        again = decode(deployment.path, chunk.encode("utf-8", "surrogateescape"))
        chunk = "".join(_labelled(again, part, deployment.metadata) for part in split(again))
    return chunk


def _substituted(source: Source, document: Document, deployment: Deployment) -> str:
    post_build = deployment.post_build
    try:
        return substitute(document.chunk(source), post_build.variables, keep_unknown=bool(post_build.unread))
    except SubstitutionError as error:
        message = (
            f"Flux cannot fill in the variables of an object of {deployment.path}, and applies none of it: {error}"
        )
        fix = f"correct the expression, or give the object the annotation {_OPT_OUT}: disabled"
        raise InputError(
            Finding("deployed/substitution", Severity.ERROR, message, fix, Place(deployment.path), deployment.by)
        ) from None


def _opted_out(source: Source, document: Document) -> bool:
    chunk = document.chunk(source)
    if _OPT_OUT not in chunk:
        return False
    loaded = load(source, document)
    value = loaded.value if loaded is not None else None
    return any(text(value, "metadata", key, _OPT_OUT) == "disabled" for key in ("labels", "annotations"))


def _labelled(source: Source, document: Document, metadata: Metadata) -> str:
    loaded = load(source, document)
    if loaded is None or not isinstance(loaded.value, dict):
        return document.chunk(source)
    head: dict[str, Any] = dict(mapping(loaded.value, "metadata"))
    for key, added in (("labels", metadata.labels), ("annotations", metadata.annotations)):
        if added:
            before: Mapping[str, Any] = mapping(head, key)
            head[key] = {**before, **added}
    return "---\n" + dump({**loaded.value, "metadata": head})
