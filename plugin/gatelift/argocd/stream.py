"""What Argo CD's own reader makes of a stream, where it does not go by YAML.

It cuts the text at lines that begin with ``---`` before anything is parsed, and takes a text that begins with ``{`` for
JSON to its end: ``YAMLReader`` and ``YAMLOrJSONDecoder`` in k8s.io/apimachinery, ``pkg/util/yaml/decoder.go``. What it
cuts otherwise than YAML does is a mistake to it. Older versions leave it out without a word, and what is left out,
Argo CD deletes.
"""

from __future__ import annotations

import re

from gatelift.findings import Finding, Severity
from gatelift.text.source import BREAKS, Source

# A marker that does not stand alone in its line, or whose line only YAML 1.1 takes for a new one.
_MARKER = re.compile(rf"(?:\A|(?<=[{BREAKS}]))---(?![ \t\r]*(?:#|\n|\Z))|(?<=[\r\x85\u2028\u2029])---")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


def misread(source: Source) -> Finding | None:
    """What Argo CD would cut in another place than YAML does, if there is anything."""
    found = _MARKER.search(source.text)
    if found is not None:
        message = (
            "a line that begins with '---' holds more than that, and Argo CD's reader refuses or loses what follows"
        )
        fix = "let '---' stand alone in its line"
        return Finding("plugin/marker", Severity.ERROR, message, fix, source.place(found.start()))
    found = _DIRECTIVE.search(source.text)
    if found is not None:
        message = "a line that begins with '%' is a document of its own to Argo CD's reader, and none that it can read"
        return Finding("plugin/directive", Severity.ERROR, message, "remove the line", source.place(found.start()))
    return None


def as_yaml(text: str) -> str:
    """``text``, which Argo CD is not to take for a stream of JSON: there, a marker is a mistake."""
    return f"---\n{text}" if text.lstrip().startswith("{") else text
