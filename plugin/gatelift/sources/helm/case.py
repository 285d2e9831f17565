"""A values case: one way in which a chart is rendered, and where each of its inputs is written."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.tree import Tree
from gatelift.sources.helm.set_grammar import SetError, laid_over
from gatelift.sources.helm.values import merged, parsed_values, read_values

_PRINTED_WHOLE = 1_000_000
"""From here on a template prints a number of a file as 1e+06, and one of ``--set`` as it is written."""


class How(StrEnum):
    """How an input reaches the values."""

    FILE = "file"
    INLINE = "inline"
    SET = "set"
    SET_STRING = "set-string"
    SET_FILE = "set-file"
    TOGGLE = "toggle"


class Input(msgspec.Struct, frozen=True):
    """One input: where it is written, and its name: a file's path, or that of a parameter. Never a value."""

    how: How
    name: str
    place: Place


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One way to render a chart.

    ``name``: unique in the repository, ``FOLDER @ WHAT``. ``values``: what is laid over the chart's own, the inputs
    merged in their order. ``sets`` and ``set_strings``: expressions of ``--set`` and ``--set-string`` that ``values``
    already hold, given only where a whole number is among them that JSON cannot hand to a template as it is.
    ``deployed``: whether it reaches a cluster, as far as the repository tells; ``clusters`` which, empty where nothing
    does. ``empties_defaults``: the chart's own values do not count (Flux's ``valuesFiles``). ``partial``: sentences on
    what is not known here, so that a proof is one of this part only; ``toggled``: the switch that it tries.
    """

    name: str
    chart: str
    place: Place
    by: str = ""
    release: str
    namespace: str = ""
    inputs: tuple[Input, ...] = ()
    values: Mapping[str, Any] = {}
    sets: tuple[str, ...] = ()
    set_strings: tuple[str, ...] = ()
    deployed: bool = False
    clusters: frozenset[str] = frozenset()
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()
    crds: bool = True
    empties_defaults: bool = False
    partial: tuple[str, ...] = ()
    toggled: str = ""


class Unfit(Exception):  # noqa: N818 - whoever deploys it fails in the same way, which is no error here
    """An input that whoever deploys the chart would fail at. Carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Gathering:
    """Inputs laid one over the other, in the order in which they are added."""

    def __init__(self, tree: Tree, by: str) -> None:
        self._tree = tree
        self._by = by
        self.values: dict[str, Any] = {}
        self.inputs: list[Input] = []
        self.partial: list[str] = []
        self._sets: list[tuple[How, str]] = []

    def file(self, path: str, place: Place) -> None:
        """A values file of the repository. Raises ``Unfit`` for one that Helm would not take."""
        try:
            values = read_values(self._tree, path)
        except InputError as error:
            message = f"the values file {path} cannot be read: {error.finding.message}"
            found = Finding("helm/values", Severity.WARNING, message, error.finding.fix, error.finding.place, self._by)
            raise Unfit(found) from None
        self.inline(values, Input(How.FILE, path, place))

    def yaml(self, text: str, name: str, place: Place) -> None:
        """Values that stand as text in an object. Raises ``Unfit`` for text that is no YAML."""
        try:
            values = parsed_values(place.path, text.encode())
        except InputError as error:
            message = f"the values in {name} cannot be read: {error.finding.message}"
            fix = "correct them; whoever deploys this fails at them too"
            raise Unfit(Finding("helm/values", Severity.WARNING, message, fix, place, self._by)) from None
        self.inline(values, Input(How.INLINE, name, place))

    def inline(self, values: Mapping[str, Any], source: Input) -> None:
        """Values that are there as such."""
        self.values = merged(self.values, values)
        self.inputs.append(source)

    def parameter(self, expression: str, source: Input) -> None:
        """An expression of ``--set`` or ``--set-string``, by ``source.how``. Raises ``Unfit`` where Helm refuses it."""
        try:
            self.values = laid_over(expression, self.values, text=source.how is not How.SET)
        except SetError as error:
            message = f"Helm refuses the parameter {source.name}: {error}"
            fix = "correct it; whoever deploys this fails at it too"
            raise Unfit(Finding("helm/values", Severity.WARNING, message, fix, source.place, self._by)) from None
        self.inputs.append(source)
        self._sets.append((source.how, expression))

    def content(self, name: str, path: str, source: Input) -> None:
        """A parameter whose value is what a file holds (``--set-file``)."""
        try:
            text = self._tree.read(path).decode()
        except (InputError, UnicodeDecodeError):
            message = f"the file {path} of the parameter {source.name} cannot be read as text"
            finding = Finding("helm/values", Severity.WARNING, message, "correct the file", source.place, self._by)
            raise Unfit(finding) from None
        # The text is one value, whatever it holds: the grammar's own characters are escaped.
        self.parameter(f"{name}={_escaped(text)}", source)
        self._sets.pop()

    def made(self, case: Case) -> Case:
        """``case`` with what was gathered."""
        whole = any(how is How.SET and _holds_whole(laid_over(text, {})) for how, text in self._sets if _alone(text))
        return msgspec.structs.replace(
            case,
            inputs=tuple(self.inputs),
            values=self.values,
            sets=tuple(text for how, text in self._sets if how is How.SET) if whole else (),
            set_strings=tuple(text for how, text in self._sets if how is not How.SET) if whole else (),
            partial=tuple(dict.fromkeys((*case.partial, *self.partial))),
        )


def _escaped(text: str) -> str:
    escaped = "".join(f"\\{character}" if character in "\\," else character for character in text)
    return f"\\{escaped}" if escaped.startswith("{") else escaped


def _alone(expression: str) -> bool:
    try:
        laid_over(expression, {})
    except SetError:
        return False
    return True


def _holds_whole(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_whole(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_whole(item) for item in value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _PRINTED_WHOLE
