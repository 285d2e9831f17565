"""Places of the values that must keep their value, because more than the template for routes reads them."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatelift.findings import InputError
from gatelift.manifests.shape import INGRESS
from gatelift.sources.helm.offer import Part
from gatelift.sources.helm.own.conditions import Conditions
from gatelift.sources.helm.own.turns import State, Turns
from gatelift.sources.helm.own.values import Budget, NoFitError, Path, Values
from gatelift.sources.helm.template.build import lay
from gatelift.sources.helm.template.find import find, text
from gatelift.sources.helm.template.parse import parse
from gatelift.sources.helm.template.scoping import Scopes
from gatelift.text.source import decode


def locks(part: Part, *own: str) -> Callable[[Path], str]:
    """Why a place of the values has to stay as it is: which other template reads it. Empty for one that is free.

    ``own``: the templates that may read it. What the notes and the tests of a chart read counts for nothing.
    """
    texts: dict[str, str] = {}
    for path in part.chart.templates:
        if path not in (*own, part.chart.notes) and "/tests/" not in path:
            try:
                texts[path] = decode(path, part.tree.read(path)).text
            except InputError:
                continue
    known: dict[str, str] = {}

    def locked(path: Path) -> str:
        steps: list[str] = []
        for step in path:
            if isinstance(step, int):
                break
            steps.append(step)
        name = ".".join(steps)
        if name not in known:
            pattern = re.compile(rf"\.Values\.{re.escape(name)}(?![\w.])")
            at = next((file for file, said in texts.items() if pattern.search(said)), None)
            known[name] = f"{at} reads it as well" if at is not None else ""
        return known[name]

    return locked


def silence(part: Part, values: Values) -> None:
    """Have the template of the Ingress write none. Raises ``NoFitError`` where its guards alone do not do that."""
    template = parse(decode(part.template, part.tree.read(part.template)))
    state = State(values)
    for document in lay(template).documents:
        if any(text(found.value) == INGRESS.kind for found in find(document.root, "kind")):
            guards = tuple(branch for branch in document.path if not branch.repeats)
            if not guards:
                raise NoFitError("the template of the Ingress has no guard, so values alone do not take it away")
            state.leave(guards, Turns(), document.start)
    Conditions(Scopes(template), locks(part, part.template), Budget()).settle(state.tests, values)
