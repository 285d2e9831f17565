"""``gatelift explain KEY``: the document of an annotation, with or without the prefix of its family."""

from __future__ import annotations

import argparse
import difflib

from gatelift.annotations import registry
from gatelift.annotations.controller import ANNOTATIONS_PREFIX
from gatelift.annotations.unit import shown
from gatelift.cli.files import out
from gatelift.findings import Exit, Finding, Severity, UsageError


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("key", metavar="KEY", help="an annotation, such as proxy-body-size or external-dns.../hostname")


def run(arguments: argparse.Namespace) -> Exit:
    """Print the document."""
    key = arguments.key if "/" in arguments.key else f"{ANNOTATIONS_PREFIX}/{arguments.key}"
    unit = registry.find(key)
    if unit is None:
        raise UsageError(_unknown(arguments.key))
    family, module = next((family, module) for family, module, other in registry.everything() if other is unit)
    text = registry.document(family, module)
    out(text)
    out(f"\nSource: {unit.source}\n")
    for option in unit.decide:
        values = ", ".join(option.values) or f"text like {option.pattern}"
        out(f"\nOption under decide: {option.name} ({values})\n  {option.doc}\n")
    return Exit.DONE


def _unknown(key: str) -> Finding:
    known = [name for _, _, unit in registry.everything() for name in (*unit.names, *unit.aliases)]
    near = difflib.get_close_matches(key.removeprefix(f"{ANNOTATIONS_PREFIX}/"), known, 1, 0.8)
    meant = f"did you mean {near[0]}? If not: " if near else ""
    fix = f"{meant}an Ingress with it is kept, and its place closed, until it is removed or named under accept: "
    fix += "('gatelift annotations' lists all that are known)"
    return Finding("usage/annotation", Severity.ERROR, f"gatelift has no translation for {shown(key)} yet", fix)
