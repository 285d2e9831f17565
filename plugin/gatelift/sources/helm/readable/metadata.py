"""``metadata`` of a route, and what the helpers are told of the Ingress."""

from __future__ import annotations

import re

from gatelift.sources.helm.readable.certificates import Certificates
from gatelift.sources.helm.readable.expressions import Expression, own, quoted, scalar
from gatelift.sources.helm.readable.fixed import Fixed
from gatelift.sources.helm.readable.ingress import Ingress, Part, Reading
from gatelift.sources.helm.readable.inputs import Inputs, Names
from gatelift.sources.helm.readable.places import Places
from gatelift.sources.helm.readable.printer import Printer
from gatelift.sources.helm.readable.stop import Stop
from gatelift.sources.helm.readable.wants import Wants
from gatelift.sources.helm.template.skeleton import Scalar
from gatelift.text.emit import dump


class Metadata:
    """Writes the metadata of one Ingress's routes."""

    def __init__(
        self, ingress: Ingress, printer: Printer, inputs: Inputs, places: Places, wants: Wants, reading: Reading
    ) -> None:
        self._ingress = ingress
        self._out = printer
        self._inputs = inputs
        self._places = places
        self._wants = wants
        self._reading = reading

    def told(self, names: Names) -> str:
        """Sets what the helpers are told of the Ingress, and gives the variable."""
        ingress, out, inputs = self._ingress, self._out, self._inputs
        path = ingress.path
        words = {
            "root": own("$"),
            "gateway": own(self._wants.gateway(root=out.dot is None)),
            "name": self._scalar(ingress.name),
        }
        if ingress.namespaces:
            words["namespace"] = inputs.bound("namespace", ingress.namespaces, path, "", 0)
        if ingress.classes:
            words["class"] = inputs.bound("class", ingress.classes, path, "", 0)
        if ingress.labels:
            words["labels"] = inputs.mapping("labels", ingress.labels, path)
        if ingress.annotations:
            words["annotations"] = inputs.mapping("annotations", ingress.annotations, path)
        tls = Certificates(out, self._reading, names, inputs, self._places.text).tls(ingress.tls, path)
        if tls is not None:
            words["tls"] = tls
        name = names("ingress")
        out.line(f"{{{{- {name} := dict")
        for key, word in words.items():
            out.line(f"{quoted(key)} {out.arg(word)}", 2)
        out.line("}}")
        return name

    def write(self, told: str, hosts: Expression, host: Expression, alone: Fixed | None = None, *, first: bool) -> None:
        """``metadata``; ``first``: the route bears the Ingress's own name; ``alone``: no helper has to know of it."""
        out, ingress, column = self._out, self._ingress, self._ingress.metadata
        out.line("metadata:")
        if first:
            out.line(f"name: {self._copy(ingress.name)}", column)
        else:
            first_host = f"(eq {out.arg(host)} (first {out.arg(hosts)}))"
            words = f'(dict "ingress" {told} "host" {out.arg(host)} "first" {first_host})'
            out.line(f'name: {{{{ include "{self._wants.prefix}.name" {words} }}}}', column)
        self._shared(column)
        self._annotations(told, column, alone)

    def beside(self, name: str) -> None:
        """``metadata`` of what stands beside the routes: the labels of the Ingress, and none of its annotations."""
        out, column = self._out, self._ingress.metadata
        out.line("metadata:")
        out.line(f"name: {name}", column)
        self._shared(column)

    def redirect(self, told: str, name: str) -> None:
        """``metadata`` of a route beside the main one."""
        self.beside(name)
        self._annotations(told, self._ingress.metadata, None)

    def _shared(self, column: int) -> None:
        out, ingress = self._out, self._ingress
        frames = out.stack_now
        for part in ingress.namespaces:
            out.go((*frames, *part.path[len(ingress.path) :]), column)
            out.line(f"namespace: {self._copy(part)}", column)
        for part in ingress.labels:
            out.go((*frames, *part.path[len(ingress.path) :]), column)
            self._labels(part, column)
        out.go(frames, column)

    def _annotations(self, told: str, column: int, alone: Fixed | None) -> None:
        out = self._out
        if told:
            helper = f'include "{self._wants.prefix}.annotations" {told}'
            if self._wants.bare:
                out.action(f"with {helper} | trim", column)
                out.line("annotations:", column)
                out.action(f". | nindent {column + 2}", column + 2)
                out.action("end", column)
                return
            out.line("annotations:", column)
            out.action(f"{helper} | nindent {column + 2}", column + 2)
            return
        found = self._wants.plain if alone is None else alone.annotations
        if found:
            out.line("annotations:", column)
            for line in dump(found).splitlines():
                out.line(line, column + 2)

    def _labels(self, part: Part, column: int) -> None:
        """Labels as the template writes them, at the columns that they have in a document of their own."""
        end = self._places.whole(part.start, part.end)
        shown = re.sub(r"\s*-\}\}\Z", " }}", self._out.copy(part.start, end))
        shift = self._ingress.indent
        lines = shown.split("\n")
        if shift:
            lines = [re.sub(rf"\A {{{shift}}}", "", line) for line in lines]
            lines = [re.sub(r"\b(n?indent )(\d+)\b", lambda m: f"{m[1]}{int(m[2]) - shift}", line) for line in lines]
        self._out.line(lines[0], column)
        self._out.lines += lines[1:]

    def _copy(self, part: Part) -> str:
        return self._out.copy(part.value.start, part.value.end)

    def _scalar(self, part: Part) -> Expression:
        if not isinstance(part.value, Scalar):
            raise Stop("This is not written on one line.", part.start)
        return scalar(part.value, self._places.text)
