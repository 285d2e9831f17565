"""``gatelift prove``: whether routes answer every request as the Ingresses did, decided by two models."""

from __future__ import annotations

import argparse

from gatelift.cli.clusters import add_clusters, clusters_of
from gatelift.cli.files import out
from gatelift.findings import Exit


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_clusters(parser)
    parser.add_argument("-o", "--output", choices=["text", "json"], default="text", help="how to print it")


def run(arguments: argparse.Namespace) -> Exit:
    """Prove every cluster, print; 5 where a request is answered otherwise and nothing explains it."""
    from gatelift.proof.symbolic.case import prove_case
    from gatelift.report.proved import encode, proved, report
    from gatelift.report.proved_text import render

    given = clusters_of(arguments, planned=False)
    made = report(
        [
            proved(
                item.scope,
                prove_case(item.case, given.settings, envoy_gateway=given.envoy_gateway),
                item.skipped,
                item.case.assumed,
            )
            for item in given.clusters
        ]
    )
    out(encode(made) if arguments.output == "json" else render(made))
    return Exit.DONE if made.holds else Exit.DISAGREES
