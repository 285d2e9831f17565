"""Real charts and kustomizations to try things on; they are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "corpus"


def folder() -> Path:
    """``$GATELIFT_CORPUS``, else the folder beside the checkout; it need not exist."""
    named = os.environ.get("GATELIFT_CORPUS")
    return Path(named) if named else _BESIDE_THE_CHECKOUT


def missing() -> str | None:
    """Why there is no corpus to test with; None where there is."""
    if (folder() / "kustomize").is_dir() and (folder() / "helm").is_dir():
        return None
    return (
        f"no corpus in {os.environ.get('GATELIFT_CORPUS') or '../shared/corpus'} (name its folder in GATELIFT_CORPUS)"
    )
