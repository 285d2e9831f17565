"""What is wrong with a configuration: problems with a pointer into the file, and the error that carries all of them."""

from __future__ import annotations

import msgspec

from gatelift.config.words import quote
from gatelift.findings import Finding, Place, Severity, UsageError

Pointer = tuple[str | int, ...]

# A file full of mistakes is one mistake; its first problems say enough.
MOST = 20


class ConfigError(UsageError):
    """A configuration or an argument that gatelift refuses (exit code 3), with every problem found in one go.

    ``findings`` is never empty and stands in the order of the file; ``finding`` is its first entry.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings[0])
        self.findings = findings


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong at ``pointer``; ``at_key`` places it at the key rather than at its value."""

    pointer: Pointer
    code: str
    message: str
    fix: str = ""
    at_key: bool = False

    def finding(self, place: Place) -> Finding:
        """The problem as a finding at ``place``."""
        return error(self.code, f"{label(self.pointer)} {self.message}", self.fix, place)


def error(code: str, message: str, fix: str = "", place: Place | None = None) -> Finding:
    """A finding of the family ``config`` that ends the run."""
    return Finding(code=f"config/{code}", severity=Severity.ERROR, message=message, fix=fix, place=place)


def refuse(code: str, message: str, fix: str = "", place: Place | None = None) -> ConfigError:
    """The error for a single problem, to be raised."""
    return ConfigError((error(code, message, fix, place),))


def label(pointer: Pointer) -> str:
    """A pointer as people write it: ``classes.internal.gateway``, ``accept[0].key``; strange keys are quoted."""
    text = ""
    for step in pointer:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            plain = step.replace("-", "").replace("_", "").isalnum() and step.isascii() and len(step) <= 63
            text += f"{'.' if text else ''}{step if plain else quote(step)}"
    return text or "the configuration"
