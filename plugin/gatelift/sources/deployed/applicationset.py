"""ApplicationSets: the Applications that they make, as far as that can be told from inside the repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from gatelift.findings import Finding
from gatelift.repository.tree import Tree
from gatelift.sources.deployed import placing
from gatelift.sources.deployed.argo import Reader, merged
from gatelift.sources.deployed.fields import Found, flag, mapping, text
from gatelift.sources.deployed.generators import Generators
from gatelift.sources.deployed.model import Deployment
from gatelift.sources.deployed.origin import Origin
from gatelift.sources.deployed.templates import filled

_PATCHED = "templatePatch changes each Application in a way that is decided by a program"


def deployments(found: Found, tree: Tree, origin: Origin, reader: Reader) -> tuple[list[Deployment], list[Finding]]:
    """The deployments of every Application that an ApplicationSet makes, and what could not be told."""
    spec = found.spec
    go = flag(spec, "goTemplate")
    generators = Generators(tree, origin, found, go)
    result: list[Deployment] = []
    for params in generators.all():
        template = merged(mapping(spec, "template"), params.template)
        made = filled(template, params.values, go)
        result += _deployments(found, made, reader)
    findings = generators.findings
    if text(spec, "templatePatch"):
        result = [_unknown(item) for item in result]
        findings.append(found.note("template-patch", _PATCHED, "look at what it changes", "/spec/templatePatch"))
    return result, findings


def _deployments(found: Found, template: Mapping[str, Any], reader: Reader) -> Iterator[Deployment]:
    name = text(template, "metadata", "name")
    by = f"{found.by} ({name})" if name and not placing.is_templated(name) else found.by
    yield from reader.template(found, by, template, mapping(template, "spec"), "/spec/template/spec")


def _unknown(item: Deployment) -> Deployment:
    return msgspec.structs.replace(item, unsupported=(*item.unsupported, _PATCHED))
