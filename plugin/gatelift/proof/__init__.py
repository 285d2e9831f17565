"""Proofs over objects: each a pure function whose result is evidence, never an exception."""
