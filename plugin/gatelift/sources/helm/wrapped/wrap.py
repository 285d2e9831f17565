"""A template beside the Ingress's own, which includes that one's rendered text and converts the Ingresses in it.

Helm registers each template under its path, so any of them can be included; files whose names begin with ``_`` are
included only (https://helm.sh/docs/chart_template_guide/named_templates/).
"""

from __future__ import annotations

import posixpath

from gatelift.config.model import Phase
from gatelift.repository.tree import join
from gatelift.sources.helm.beside import call, inside, repeated
from gatelift.sources.helm.offer import GivenUp, Offer, Part, Strategy
from gatelift.sources.helm.repeated import WHY, changing
from gatelift.sources.helm.template.parse import parse
from gatelift.text.source import decode

_NAME = "gateway-routes"


def wrapped(part: Part) -> Offer | GivenUp:
    """New files around the template: in ``coexist`` one beside it, in ``retire`` one in its place.

    Of the template only where it stands is read, and whether it can be rendered twice: what it renders decides while
    the chart renders. Raises ``InputError`` for a template that is no text.
    """
    inner = inside(part, part.template)
    if inner is None:
        return GivenUp("the template is not below templates/ of its chart, so that no other template can include it")
    if part.phase is not Phase.RETIRE:
        template = parse(decode(part.template, part.tree.read(part.template)))
        at = changing(template)
        if at is not None:
            return GivenUp(WHY, template.source.place(at))
        beside = repeated(part)
        if beside is not None:
            return beside
        return Offer(strategy=Strategy.WRAPPED, files={_beside(part): _coexisting(part, inner).encode()})
    staying = next((item for seen in part.seen for item in seen.changes if item is not None and item.keep), None)
    if staying is not None:
        why = staying.stays or "it is withheld"
        return GivenUp(f"Ingress {staying.ingress.ref} stays ({why}), and so its template")
    folder, name = posixpath.split(part.template)
    hidden = f"_{name}"
    if part.tree.is_file(join(folder, hidden)):
        return GivenUp(f"the template would be renamed to {hidden}, and there is a file of that name")
    text = part.tree.read(part.template)
    new = _retired(part, posixpath.join(posixpath.dirname(inner), hidden))
    files = {part.template: None, join(folder, hidden): text, _beside(part): new.encode()}
    return Offer(strategy=Strategy.WRAPPED, files=files, moved=frozenset({join(folder, hidden)}))


def _beside(part: Part) -> str:
    """The new file: ``gateway-routes.yaml``, with the template's own name where that one is taken or could be."""
    folder, name = posixpath.split(part.template)
    stem = posixpath.splitext(name)[0]
    plain = join(folder, f"{_NAME}.yaml")
    if len(part.chart.ingresses) <= 1 and not part.tree.is_file(plain):
        return plain
    return join(folder, f"{_NAME}-{stem}.yaml")


def _coexisting(part: Part, inner: str) -> str:
    name = posixpath.basename(part.template)
    return (
        "{{- /*\n"
        f"The routes of Gateway API that mirror the Ingresses of {name}. That template stays what it is: it is\n"
        "rendered once more here, and each Ingress in it becomes routes. What _gatelift.tpl does not know stops the\n"
        "render.\n"
        "*/ -}}\n"
        f"{{{{- if {_on(part)} }}}}\n"
        f'{{{{- $text := include (print $.Template.BasePath "/{inner}") . }}}}\n'
        f"{call(part, '$text', _block(part), among=False)}"
        f'{{{{- include "{part.prefix}.routes" (dict "root" $ "gateway" {_block(part)} "text" $text) }}}}\n'
        "{{- end }}\n"
    )


def _retired(part: Part, inner: str) -> str:
    name = posixpath.basename(part.template)
    return (
        "{{- /*\n"
        f"The routes of Gateway API in place of the Ingresses that {name} rendered: its text is in _{name}, and\n"
        "whatever else it rendered is passed on. What _gatelift.tpl does not know stops the render.\n"
        "*/ -}}\n"
        f'{{{{- $text := include (print $.Template.BasePath "/{inner}") . }}}}\n'
        f'{{{{- include "{part.prefix}.others" (dict "text" $text) }}}}\n'
        f'{{{{- include "{part.prefix}.routes" (dict "root" $ "gateway" {_block(part)} "text" $text) }}}}\n'
    )


def _on(part: Part) -> str:
    """Whether the switch is on; where a case has no defaults, no block may be there at all."""
    return part.switch.reach("enabled", bare=_bare(part))


def _block(part: Part) -> str:
    return part.switch.reach(bare=_bare(part))


def _bare(part: Part) -> bool:
    return any(seen.case.empties_defaults for seen in part.seen)
