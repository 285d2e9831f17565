"""Where the switch of a template stands in the chart's values: beside the block that its Ingresses are made from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gatelift.sources.helm.offer import Switch
from gatelift.sources.helm.template.nodes import Action, Block, Control, Define, Node, Pipeline, TemplateCall
from gatelift.sources.helm.template.origin import ELEMENT, KEY
from gatelift.sources.helm.template.parse import Template
from gatelift.sources.helm.template.scoping import Scopes

_NAMES = ("gateway", "gatewayApi", "gateliftGateway")
"""Keys for the switch: the first that the chart does not use for something else."""
_KEYS = frozenset(("enabled", "name", "namespace", "sectionName"))
_INGRESS = re.compile(r"(?i)ingress")
_GLOBAL = "global"

Path = tuple[str, ...]


def switch_of(template: Template | None, values: Iterable[Mapping[str, Any]], texts: Iterable[str] = ()) -> Switch:
    """The switch of one template.

    ``values``: what the chart's values are in each of its cases; ``texts``: its templates, which may read such a key.
    """
    beside = _block(template) if template is not None else ()
    known = tuple(values)
    read = tuple(texts)
    for name in _NAMES:
        path = (*beside[:-1], name)
        place = re.compile(rf"\.Values\.{re.escape('.'.join(path))}\b")
        taken = any(place.search(text) for text in read) and not any(_is_whole(item, path) for item in known)
        if all(_is_free(item, path) for item in known) and not taken:
            return Switch(path, beside)
    return Switch((*beside[:-1], _NAMES[-1]), beside)


def _is_free(values: Mapping[str, Any], path: Path) -> bool:
    """Whether a chart's values hold nothing there but a switch that somebody set before."""
    found: Any = values
    for key in path:
        if not isinstance(found, Mapping) or key not in found:
            return isinstance(found, Mapping) or found is None
        found = found[key]
    return found is None or (isinstance(found, Mapping) and found.keys() <= _KEYS)


def _is_whole(values: Mapping[str, Any], path: Path) -> bool:
    """Whether a switch with all its keys stands there, as an earlier run writes it."""
    found: Any = values
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return isinstance(found, Mapping) and found.keys() == _KEYS


def _block(template: Template) -> Path:
    """The block of values that the template reads most, by the name of an Ingress; empty where there is none."""
    scopes = Scopes(template)
    found: Counter[Path] = Counter()
    for pipeline in _pipelines(template.nodes):
        for origin in scopes.reads(pipeline).origins:
            steps = origin.steps[1:] if origin.is_values else ()
            block = _until_ingress(steps)
            if block and block[0] != _GLOBAL:
                found[block] += 1
    # Of equally frequent ones that which is read first: a template begins with its guard.
    return max(found, key=found.__getitem__) if found else ()


def _until_ingress(steps: Path) -> Path:
    for index, step in enumerate(steps):
        if step in (ELEMENT, KEY):
            return ()
        if _INGRESS.search(step) and index + 1 < len(steps):
            return steps[: index + 1]
    return ()


def _pipelines(nodes: Iterable[Node]) -> Iterator[Pipeline]:
    for node in nodes:
        if isinstance(node, Control):
            for clause in node.clauses:
                if clause.pipeline is not None:
                    yield clause.pipeline
                yield from _pipelines(clause.body)
        elif isinstance(node, Define | Block):
            if isinstance(node, Block):
                yield node.pipeline
            yield from _pipelines(node.body)
        elif isinstance(node, Action | TemplateCall) and node.pipeline is not None:
            yield node.pipeline
