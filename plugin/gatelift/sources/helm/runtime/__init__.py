"""Helpers that turn Ingresses into routes while a chart renders: tables made by asking ``expected()``, and templates
that fill them. Nothing about conversion is written a second time."""

from gatelift.sources.helm.runtime.library import Library, library

__all__ = ["Library", "library"]
