"""``readable(part)``: the template of routes that a maintainer of the chart would have written."""

from __future__ import annotations

import posixpath

from gatelift.config.model import Phase
from gatelift.sources.helm.beside import call, inside, repeated
from gatelift.sources.helm.offer import GivenUp, Offer, Part, Strategy
from gatelift.sources.helm.readable.comments import header
from gatelift.sources.helm.readable.dead import Conditions
from gatelift.sources.helm.readable.expressions import Expression, own
from gatelift.sources.helm.readable.ingress import Ingress, Reading, holders, problems_in
from gatelift.sources.helm.readable.inputs import Inputs, Names
from gatelift.sources.helm.readable.places import Key, NamelessError, Places
from gatelift.sources.helm.readable.printer import Printer
from gatelift.sources.helm.readable.retired import retired
from gatelift.sources.helm.readable.route import Routes
from gatelift.sources.helm.readable.statements import Statement, settled, statements, trimmed, unmoved
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.readable.undefined import undefined
from gatelift.sources.helm.readable.wants import wants
from gatelift.sources.helm.repeated import WHY, changing
from gatelift.sources.helm.runtime.tables import Tables
from gatelift.sources.helm.template.atoms import Branch
from gatelift.sources.helm.template.build import lay
from gatelift.sources.helm.template.nodes import Break, Continue, If, leaves
from gatelift.sources.helm.template.parse import Template, parse
from gatelift.sources.helm.template.skeleton import Skeleton
from gatelift.text.source import decode

_MOST_TURNS = 40
_DEAD = (
    "Branches for clusters before Kubernetes 1.22 are left out of the routes: the versions of Ingress that they are "
    "for are gone, and Gateway API does not run there."
)


def readable(part: Part, tables: Tables | None = None) -> Offer | GivenUp:
    """Offer a template of HTTPRoutes that reads the values of the Ingress's template; or say why not, and where.

    ``tables``: what the chart's helpers know; what they answer alike for all values is written out.

    Raises ``InputError`` for a template that is no text.
    """
    template = parse(decode(part.template, part.tree.read(part.template)))
    beside = repeated(part) if part.phase is not Phase.RETIRE else None
    if beside is not None:
        return beside
    try:
        writing = _Writing(part, template, tables)
        text = writing.text()
        files: dict[str, bytes | None] = {_path(part): template.source.encode(text)}
        if part.phase is Phase.RETIRE:
            left = writing.left()
            files[part.template] = None if left is None else template.source.encode(left)
    except Stop as stop:
        return GivenUp(stop.why, template.source.place(stop.at))
    helpers = f'"{part.prefix}.' in text
    return Offer(strategy=Strategy.READABLE, files=files, helpers=helpers, note=writing.note())


class _Writing:
    def __init__(self, part: Part, template: Template, tables: Tables | None) -> None:
        self._part = part
        self._template = template
        self._source = template.source.text
        self._conditions = Conditions(self._source)
        self._skeleton: Skeleton = lay(template)
        self._places = Places(template)
        self._reading = Reading(self._conditions)
        self._statements = statements(self._source, template.nodes, self._conditions)
        self._wants = wants(part, self._statements, tables)

    def text(self) -> str:
        """The new template. Raises ``Stop``."""
        if self._template.problem is not None:
            raise Stop(self._template.problem.message, self._template.problem.start)
        ingresses = [self._reading.ingress(root, path) for root, path, _ in holders(self._skeleton)]
        found = [ingress for ingress in ingresses if ingress is not None]
        if not found:
            raise Stop("This file holds no Ingress that is written as YAML; a helper may write it.", 0)
        for ingress in found:
            problems_in(self._skeleton, ingress)
        for leaf in leaves(self._template.nodes):
            if isinstance(leaf, Break | Continue):
                raise Stop("A loop is left early here, which depends on what was written before.", leaf.start)
        unmoved(self._source, self._statements, found[0].start)
        at = changing(self._template)
        if at is not None:
            raise Stop(WHY, at)
        return self._settled(found)

    def left(self) -> str | None:
        """What is left of the Ingress's template when it is retired. Raises ``Stop``."""
        return retired(self._template, self._skeleton, self._places)

    def note(self) -> str:
        """What of the template has no place among routes."""
        found = self._conditions.dead(self._template.nodes)
        return _DEAD if found else ""

    def _settled(self, found: list[Ingress]) -> str:
        """Write until every variable and every element of a loop that is read has a name."""
        wanted: set[str] = set()
        named: dict[Key, str] = {}
        names = Names(self._places.variables)
        for _ in range(_MOST_TURNS):
            try:
                text = self._written(found, wanted, named)
            except NamelessError as error:
                if error.key in named:
                    raise
                named[error.key] = names("item" if not named else f"item{len(named) + 1}")
                continue
            missing = undefined(text)
            if missing is None:
                return text
            if missing in wanted or not any(missing in item.sets for item in self._statements):
                raise Stop(f"A route would stand where {missing} is not set.", found[0].start)
            settled(self._statements, missing)
            wanted.add(missing)
        raise Stop("The variables of this template depend on each other in a way that is not followed.", 0)

    def _written(self, found: list[Ingress], wanted: set[str], named: dict[Key, str]) -> str:
        switch = self._switch
        tops = [ingress.path[0] if ingress.path else None for ingress in found]
        joins = all(top is not None and isinstance(top.control, If) and top.index == 0 for top in tops)
        on = own(self._enabled)  # at the top of the file, where "." is the root

        def opened(key: Key | None, indent: int) -> None:
            for item in self._statements:
                if item.branch == key and (item.changes or item.sets & wanted):
                    _state(printer, item, indent)

        def extra(branch: Branch) -> Expression | None:
            return on if switch and joins and not printer.stack and branch.index == 0 else None

        printer = Printer(self._places, self._conditions, opened, extra, named)
        top = header(self._source)
        if top:
            printer.line(top)
        if switch and not joins:
            printer.action(f"if {self._enabled}")
        opened(None, 0)
        names = Names(self._places.variables | set(named.values()))
        inputs = Inputs(printer, self._reading, names, self._source)
        # Where the Ingress's own template is gone, what it would have rendered cannot be asked.
        met = names("met") if self._among(found) and not switch else ""
        if met:
            printer.action(f"{met} := dict")
        for ingress in found:
            Routes(ingress, printer, inputs, names, self._places, self._wants, self._reading, met).write()
        printer.go(())
        if switch and not joins:
            printer.action("end")
        text = "\n".join(printer.lines) + "\n" + self._alone(found)
        return text.replace("\r\n", "\n").replace("\n", self._template.source.newline)

    def _alone(self, found: list[Ingress]) -> str:
        """What holds Ingresses that share a host against each other, where there may be several."""
        inner = inside(self._part, self._part.template)
        if not self._switch or inner is None:
            return ""
        text = f'(include (print $.Template.BasePath "/{inner}") .)'
        made = call(self._part, text, self._wants.gateway(root=True), among=self._among(found))
        return f"{{{{- if {self._enabled} }}}}\n{made}{{{{- end }}}}\n" if made else ""

    @staticmethod
    def _among(found: list[Ingress]) -> bool:
        """Whether the template may render more than one Ingress."""
        return len(found) > 1 or any(branch.repeats for ingress in found for branch in ingress.path)

    @property
    def _switch(self) -> bool:
        return self._part.phase is not Phase.RETIRE

    @property
    def _enabled(self) -> str:
        bare = any(seen.case.empties_defaults for seen in self._part.seen)
        return self._part.switch.reach("enabled", root=".Values", bare=bare)


def _state(printer: Printer, item: Statement, indent: int) -> None:
    printer.line(trimmed(printer.copy(item.start, item.end)), indent)


def _path(part: Part) -> str:
    """Where the new template goes: beside the Ingress's, under the usual name where that is free.

    Raises ``Stop`` where both names are taken: what a person wrote is not overwritten.
    """
    folder, name = posixpath.split(part.template)
    usual = posixpath.join(folder, "httproute.yaml")
    if len(part.chart.ingresses) < 2 and not part.tree.occupied(usual):
        return usual
    other = posixpath.join(folder, f"httproute-{posixpath.splitext(name)[0]}.yaml")
    if part.tree.occupied(other):
        raise Stop(f"The names for the new template are taken: {other} is there already.", 0)
    return other
