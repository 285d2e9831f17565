"""Edits by span in what stands beside a chart's templates: values, schema, notes, what deploys it."""

from gatelift.sources.helm.edits.blocks import with_block
from gatelift.sources.helm.edits.chart import bumped, chart_values, ci_values, tables_to_renew
from gatelift.sources.helm.edits.deployed import switched_on
from gatelift.sources.helm.edits.made import Edited
from gatelift.sources.helm.edits.notes import notes
from gatelift.sources.helm.edits.schema import schema
from gatelift.sources.helm.edits.wanted import Wanted, on

__all__ = [
    "Edited",
    "Wanted",
    "bumped",
    "chart_values",
    "ci_values",
    "notes",
    "on",
    "schema",
    "switched_on",
    "tables_to_renew",
    "with_block",
]
