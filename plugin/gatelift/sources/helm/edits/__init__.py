"""Edits by span in what stands beside a chart's templates: values, schema, notes, what deploys it."""
