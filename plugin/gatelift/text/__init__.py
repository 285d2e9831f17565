"""Bytes, documents, YAML values, spans and edits: everything that knows what a file looks like."""
