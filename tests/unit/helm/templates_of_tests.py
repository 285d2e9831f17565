"""Templates that the tests of this folder share: pieces to build broken ones from, and the real ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from gatelift.sources.helm.template.nodes import leaves
from gatelift.sources.helm.template.parse import Template, parse
from gatelift.text.source import Source
from support import corpus

#: What is put together, or into real templates, to make strange ones.
PIECES = (
    *("{{", "}}", "{{-", " -}}", "{{- ", "/*", "*/", '"', "`", "'", "|", "(", ")", ".", "$", "$x", ":=", "=", ","),
    *("if", "else", "else if", "end", "range", "with", "define", "block", "template", "break", "continue", "nil"),
    *("true", "\n", "1", "-1", "0x1F", "1e3", "1_000", "089", "1+2i", "1e999", ".5", "5.", "0x1p-2", "'a'", "'\\''"),
    *("18446744073709551616", ".a", ".a.b", "$.a", "é", "²", "\x07", "foo", "-", '"a"', '"\\x41"', '"\\q"', "_", "\\"),
    *("{{ end }}", "{{ else }}", "{{ break }}", "{{ $x := 1 }}", "{{ range $i, $v := . }}", "{{- if . }}", "{{ $x }}"),
    *('{{ define "q" }}', "{{ with . -}}", "{{ else with . }}", "{{ else if . }}", "{{/* c */}}", "{{- /* c */ -}}"),
    *("{{- toYaml . | nindent 4 }}", "    ", "# ", "---\n", "key:\n", "key: ", "- ", "|\n", "[", "{"),
)


def of(text: str) -> Template:
    """The template with this text."""
    return parse(Source("templates/ingress.yaml", text))


def put_together(template: Template) -> str:
    """The text of a template out of the spans of its leaves."""
    text = template.source.text
    return "".join(text[leaf.start : leaf.end] for leaf in leaves(template.nodes))


def real() -> Iterator[tuple[str, str]]:
    """Name and text of every template of the real charts, those of subcharts included."""
    folder = corpus.folder() / "helm"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "templates" in path.parts:
            yield str(path.relative_to(folder)), path.read_bytes().decode()


def spoiled(text: str, random: Random) -> str:
    """``text`` with up to three pieces cut out, put in, or all that follows a place gone."""
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(text) + 1)
        braces = [found.start() + 2 for found in re.finditer(r"\{\{|\}\}", text)]
        match random.randrange(5):
            case 0:
                text = text[:at] + text[at + random.randrange(1, 6) :]
            case 1:
                text = text[:at]
            case 2 | 3 if braces:
                at = random.choice(braces)
                text = f"{text[:at]} {random.choice(PIECES)} {text[at:]}"
            case _:
                text = text[:at] + random.choice(PIECES) + text[at:]
    return text
