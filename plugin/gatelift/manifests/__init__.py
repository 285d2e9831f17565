"""Typed models of the Kubernetes kinds that gatelift reads and writes."""
