"""Branches for clusters that Gateway API does not run on: what their conditions are worth, and what is left of others.

``networking.k8s.io/v1beta1`` and ``extensions/v1beta1`` are gone since Kubernetes 1.22
(https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122); Gateway API asks for later releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatelift.sources.helm.readable.expressions import Expression, call, operand, pipeline
from gatelift.sources.helm.template.atoms import Branch, Path
from gatelift.sources.helm.template.nodes import (
    Bool,
    Command,
    Control,
    Field,
    Function,
    If,
    Node,
    Operand,
    Pipeline,
    String,
    Variable,
)

_LAST = 22
_CONSTRAINT = re.compile(r"(>=|>|<=|<)\s*v?1\.(\d+)(?:\.\d+)?(?:-\w+)?")
_KUBE = re.compile(r"kube\w*version", re.IGNORECASE)
_API_VERSION = re.compile(r"ingress\.apiVersion")


class Conditions:
    """What the conditions of one template are worth where routes can be there."""

    def __init__(self, text: str) -> None:
        self._text = text

    def worth(self, found: Operand) -> bool | None:
        """True or False where a condition is that everywhere; None where values decide."""
        match found:
            case Bool(value=value):
                return value
            case Pipeline(commands=(command,)):
                return self._command(command)
            case Pipeline(commands=(Command(args=(version,)), Command(args=(Function(name="semverCompare"), wanted)))):
                return self._compared(wanted, version)
        return None

    def dead(self, nodes: Iterable[Node]) -> bool:
        """Whether some branch of a template is never taken."""
        return any(
            (isinstance(node, If) and self.clause(Branch(node, index)) is False) or self.dead(clause.body)
            for node in nodes
            if isinstance(node, Control)
            for index, clause in enumerate(node.clauses)
        )

    def left(self, found: Pipeline) -> Expression:
        """A condition without the parts of an ``and`` that are always true."""
        if len(found.commands) == 1:
            function, *args = found.commands[0].args
            if isinstance(function, Function) and function.name == "and":
                kept = [arg for arg in args if self.worth(arg) is not True]
                if 0 < len(kept) < len(args):
                    return operand(kept[0]) if len(kept) == 1 else call("and", *map(operand, kept))
        return pipeline(found, unquoted=False)

    def live(self, path: Path) -> Path | None:
        """The branches of a path that values decide about; None where one of them is never taken."""
        kept: list[Branch] = []
        for branch in path:
            if not isinstance(branch.control, If):
                kept.append(branch)
                continue
            worth = self.clause(branch)
            if worth is False:
                return None
            if worth is None:
                kept.append(branch)
        return tuple(kept)

    def clause(self, branch: Branch) -> bool | None:
        """Whether a clause of an ``if`` is taken: its own condition, and those before it."""
        clauses = branch.control.clauses if isinstance(branch.control, If) else ()
        worths = [None if item.pipeline is None else self.worth(item.pipeline) for item in clauses]
        before, mine = worths[: branch.index], worths[branch.index]
        if mine is False or True in before:
            return False
        is_else = branch.clause is not None and branch.clause.is_else
        return True if all(item is False for item in before) and (mine or is_else) else None

    def _command(self, command: Command) -> bool | None:
        function, *args = command.args
        if not args:
            return self.worth(function) if isinstance(function, Pipeline | Bool) else None
        if isinstance(function, Field | Variable) and function.names[-2:] == ("APIVersions", "Has"):
            return _served(args[0])
        if not isinstance(function, Function):
            return None
        match function.name:
            case "not":
                worth = self.worth(args[0])
                return None if worth is None else not worth
            case "and" | "or":
                return self._joined(function.name == "and", [self.worth(arg) for arg in args])
            case "semverCompare" if len(args) == 2:
                return self._compared(*args)
            case "eq" | "ne" if len(args) == 2:
                worth = self._equal(*args)
                return None if worth is None else worth == (function.name == "eq")
        return None

    @staticmethod
    def _joined(conjunction: bool, worths: list[bool | None]) -> bool | None:
        if (not conjunction) in worths:
            return not conjunction
        return None if None in worths else conjunction

    def _compared(self, wanted: Operand, version: Operand) -> bool | None:
        if not isinstance(wanted, String) or not _KUBE.search(self._text[version.start : version.end]):
            return None
        found = _CONSTRAINT.fullmatch(wanted.value.strip())
        if found is None or int(found[2]) > _LAST:
            return None
        return found[1].startswith(">")

    def _equal(self, one: Operand, other: Operand) -> bool | None:
        """The version of Ingress that a helper by that name gives, compared with another."""
        shown, literal = (one, other) if isinstance(other, String) else (other, one)
        if not isinstance(literal, String) or not _API_VERSION.search(self._text[shown.start : shown.end]):
            return None
        return _served(literal)


def _served(version: Operand) -> bool | None:
    """Whether there is such a version of Ingress; None where another kind is asked about."""
    if not isinstance(version, String):
        return None
    if version.value in ("networking.k8s.io/v1", "networking.k8s.io/v1/Ingress"):
        return True
    return False if version.value.startswith(("networking.k8s.io/v1beta1", "extensions/v1beta1")) else None
