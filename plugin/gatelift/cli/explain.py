"""``gatelift explain KEY``: the document of an annotation, what it becomes on a target, and an example."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence

from gatelift.annotations import registry
from gatelift.annotations.controller import ANNOTATIONS_PREFIX
from gatelift.annotations.registry import NGINX_FAMILY
from gatelift.annotations.unit import Unit, shown
from gatelift.cli.annotations import TARGET_HELP, configured, targets
from gatelift.cli.files import out
from gatelift.config.target import TargetSpec
from gatelift.findings import Exit, Finding, Severity, UsageError
from gatelift.report.matrix import covering, judge_unit
from gatelift.report.matrix_example import after, example
from gatelift.report.matrix_pages import page_name


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "key",
        metavar="KEY",
        help="an annotation, such as proxy-body-size or external-dns.../hostname, or a setting of the controller",
    )
    parser.add_argument("--target", metavar="TARGET", action="append", default=[], help=TARGET_HELP)


def run(arguments: argparse.Namespace) -> Exit:
    """Print the document."""
    specs = targets(arguments.target)
    key = arguments.key if "/" in arguments.key else f"{ANNOTATIONS_PREFIX}/{arguments.key}"
    unit = registry.find(key)
    if unit is None:
        out(_setting(arguments.key))
        return Exit.DONE
    family, module = next((family, module) for family, module, other in registry.everything() if other is unit)
    name = key.removeprefix(f"{ANNOTATIONS_PREFIX}/") if family.startswith(NGINX_FAMILY) else key
    out(registry.document(family, module))
    own = registry.about(unit, key)
    if own:
        out(f"\n{key}: {own}.\n")
    out(f"\nSource: {unit.source}\nOn every named target: docs/annotations/{page_name(family, module)}\n")
    for option in unit.decide:
        values = ", ".join(option.values) or f"text like {option.pattern}"
        out(f"\nOption under decide: {option.name} ({values})\n  {option.doc}\n")
    _example(unit, covering(unit, name), specs or (configured(),))
    return Exit.DONE


def _example(unit: Unit, name: str, specs: Sequence[TargetSpec]) -> None:
    found = example(unit, name)
    out(f"\n## Before\n{found.before}")
    for spec, verdict in zip(specs, judge_unit(unit, name, specs), strict=True):
        out(f"\n## On {spec}: {verdict}\n{verdict.word.meaning}\n\n{after(found.scene, spec)}")


def _setting(key: str) -> str:
    """What is known of a setting of the controller's ConfigMap. Raises ``UsageError`` for anything else."""
    from gatelift.annotations.nginx.settings.explain import explained

    text = explained(key)
    if text is None:
        raise UsageError(_unknown(key))
    return text


def _unknown(key: str) -> Finding:
    known = [name for _, _, unit in registry.everything() for name in (*unit.names, *unit.aliases)]
    near = registry.nearest(key.removeprefix(f"{ANNOTATIONS_PREFIX}/"))
    near = near or next(iter(difflib.get_close_matches(key, known, 1, 0.8)), "")
    meant = f"did you mean {near}? If not: " if near else ""
    fix = f"{meant}an Ingress with it is kept, and its place closed, until it is removed or named under accept: "
    fix += "('gatelift annotations' lists all that are known)"
    return Finding("usage/annotation", Severity.ERROR, f"gatelift knows no annotation and no setting {shown(key)}", fix)
