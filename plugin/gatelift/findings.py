"""What gatelift tells a person: findings with a place and a next step, and the exit codes that follow from them."""

from __future__ import annotations

from enum import IntEnum, StrEnum

import msgspec


class Severity(StrEnum):
    """How much a finding weighs. Only ``ERROR`` keeps ``convert`` from writing to standard output."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Place(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A position in an input. ``line`` and ``column`` count from 1, columns in characters; 0 means "the whole file"."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a person should know: a stable ``code`` (``family/name``), what happened, where, and what to do next.

    ``object`` names the Kubernetes object concerned as ``Kind namespace/name``, where there is one.
    """

    code: str
    severity: Severity
    message: str
    fix: str = ""
    place: Place | None = None
    object: str = ""

    def sort_key(self) -> tuple[Place, str, str, str]:
        return (self.place or Place(""), self.code, self.object, self.message)


class InputError(Exception):
    """An input that cannot be read. Carries the finding that says where and what to do."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class UsageError(Exception):
    """A wrong argument or configuration (exit code 3). Carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class EnvironmentProblem(Exception):  # noqa: N818 - EnvironmentError is a name of Python's own
    """The machine, and no input or argument, keeps gatelift from its work (exit code 6). Carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Exit(IntEnum):
    """Exit codes, the same for every command (docs/exit-codes.md)."""

    DONE = 0
    WOULD_CHANGE = 1
    REFUSED = 2
    USAGE = 3
    UNREADABLE = 4
    DISAGREES = 5
    ENVIRONMENT = 6
    FAULT = 70
    INTERRUPTED = 130


# Where several apply, the first of these wins.
PRECEDENCE = (
    Exit.FAULT,
    Exit.USAGE,
    Exit.ENVIRONMENT,
    Exit.UNREADABLE,
    Exit.DISAGREES,
    Exit.REFUSED,
    Exit.WOULD_CHANGE,
)


def strongest(codes: set[Exit]) -> Exit:
    """The exit code that wins among ``codes``; ``DONE`` where there is none."""
    return next((code for code in PRECEDENCE if code in codes), Exit.DONE)
