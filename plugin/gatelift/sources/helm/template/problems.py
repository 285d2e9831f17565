"""What of a template could not be read, where, and in which words a person is told."""

from __future__ import annotations

import msgspec

from gatelift.findings import Finding, Severity
from gatelift.text.source import Source


class Problem(msgspec.Struct, frozen=True):
    """A place that could not be read: the span ``start:end`` of ``Source.text``, one sentence why, and what to do."""

    start: int
    end: int
    message: str
    fix: str = ""

    def finding(self, source: Source, code: str = "helm/template") -> Finding:
        """The problem as a note of ``source``; what it costs is for the caller to say."""
        return Finding(code, Severity.NOTE, self.message, self.fix, source.place(self.start))
