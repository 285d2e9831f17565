"""What an edit gives: new bytes by path, and what a person should know of what was not edited."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatelift.findings import Finding, Place, Severity


class Edited(msgspec.Struct, frozen=True):
    """New bytes by path, only of files that change, and findings in order."""

    files: Mapping[str, bytes] = {}
    findings: tuple[Finding, ...] = ()

    def and_then(self, other: Edited) -> Edited:
        """Both; ``other`` was made from a tree that already holds the files of this one."""
        return Edited({**self.files, **other.files}, (*self.findings, *other.findings))


def note(code: str, message: str, fix: str, place: Place, by: str = "") -> Finding:
    """A finding on what stays as it is, which harms nobody."""
    return Finding(f"helm/{code}", Severity.NOTE, message, fix, place, by)
