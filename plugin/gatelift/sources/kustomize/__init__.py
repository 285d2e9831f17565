"""Kustomize sources: which kustomizations include which, and what each must say for its render to be right."""
