"""Pieces of routes and policies that are written out, with the names that the template gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatelift.sources.helm.readable.expressions import Expression
from gatelift.sources.helm.readable.fixed import HOST, NAME
from gatelift.sources.helm.readable.printer import Printer
from gatelift.sources.helm.runtime.tables import Data
from gatelift.text.emit import dump


class Texts:
    """Writes maps and lists in one template; ``name`` is the Ingress's, and ``written`` where it stands there."""

    def __init__(self, printer: Printer, dash: int, name: Expression, written: tuple[int, int]) -> None:
        self._out = printer
        self._dash = dash
        self._name = name
        self._written = written

    @property
    def name(self) -> str:
        """The Ingress's name, so that more can follow it."""
        shown = self._out.copy(*self._written)
        if shown[:1] not in "\"'":
            return shown
        return self._name.literal if self._name.literal is not None else f"{{{{ {self._out.show(self._name)} }}}}"

    def write(self, value: Mapping[str, object] | Sequence[Data], column: int, host: Expression | None = None) -> None:
        """A map at a column, or the items of a list."""
        shown = dump(value if isinstance(value, Mapping) else {"-": value}, deep=self._dash > 0)
        lines = shown.rstrip("\n").split("\n")
        shift = 0
        if not isinstance(value, Mapping):
            lines, shift = lines[1:], 2 if self._dash else 0
        for line in lines:
            self._out.line(self._named(line[shift:], host), column)

    def _named(self, line: str, host: Expression | None) -> str:
        shown = line.replace(NAME, self.name)
        if host is None or HOST not in shown:
            return shown
        return shown.replace(HOST, host.literal if host.literal is not None else f"{{{{ {self._out.show(host)} }}}}")
