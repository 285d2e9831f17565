"""The call that holds the Ingresses of a chart against each other while it renders, where there may be several."""

from __future__ import annotations

import posixpath

from gatelift.findings import Place
from gatelift.repository.tree import join
from gatelift.sources.helm.called import changed_by_helpers
from gatelift.sources.helm.offer import GivenUp, Part
from gatelift.sources.helm.repeated import WHY, changing
from gatelift.sources.helm.template.parse import parse
from gatelift.text.source import decode


def inside(part: Part, path: str) -> str | None:
    """A template's path below ``templates/`` of its chart; None for one that stands elsewhere."""
    folder = join(part.chart.folder, "templates")
    return posixpath.relpath(path, folder) if path.startswith(f"{folder}/") else None


def siblings(part: Part) -> tuple[str, ...]:
    """The chart's other templates that may hold Ingresses, below ``templates/``."""
    found = (inside(part, path) for path in part.chart.ingresses if path != part.template)
    return tuple(sorted(path for path in found if path is not None))


def repeated(part: Part) -> GivenUp | None:
    """Why a template beside this one, or a helper that they use, cannot be rendered once more.

    Raises ``InputError`` for a template that is no text.
    """
    for path in sorted(part.chart.ingresses):
        if path != part.template and inside(part, path) is not None:
            template = parse(decode(path, part.tree.read(path)))
            at = changing(template)
            if at is not None:
                place: Place = template.source.place(at)
                return GivenUp(f"Its routes would have to look at another template with an Ingress. {WHY}", place)
    helper = changed_by_helpers(part)
    return None if helper is None else GivenUp(WHY, helper)


def call(part: Part, text: str, block: str, *, among: bool) -> str:
    """The action that fails where Ingresses share a host and that is not known; empty where there is but one.

    ``text``: the expression for what this template renders; ``block``: the one for the switch; ``among``: whether the
    template's own Ingresses are held against each other.
    """
    others = siblings(part)
    if not (others or among):
        return ""
    listed = f' "others" (list {" ".join(_quoted(path) for path in others)})' if others else ""
    together = ' "among" true' if among else ""
    return (
        f'{{{{- include "{part.prefix}.alone" (dict "root" $ "gateway" {block} "text" {text}{listed}{together}) }}}}\n'
    )


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
