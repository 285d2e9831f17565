"""``gatelift config schema``: the JSON Schema of gatelift.yaml."""

from __future__ import annotations

import argparse
import json

from gatelift.annotations.options import DecideOptions
from gatelift.cli.files import out
from gatelift.config.schema import schema
from gatelift.findings import Exit


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("what", choices=["schema"], help="schema: print the JSON Schema of gatelift.yaml")


def run(arguments: argparse.Namespace) -> Exit:
    """Print the schema."""
    out(json.dumps(schema(DecideOptions()), indent=2, ensure_ascii=False) + "\n")
    return Exit.DONE
