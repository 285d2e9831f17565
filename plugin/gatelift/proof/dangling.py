"""Does anything still point at an Ingress that is gone? (``retire`` leaves nothing dangling)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gatelift.manifests.resource import escape
from gatelift.manifests.shape import INGRESS
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import plain_key

Manifest = Mapping[str, Any]
_GROUPS = (INGRESS.group, "extensions")


def dangling(root: str, before: Sequence[Manifest], after: Sequence[Manifest], others: Sequence[Manifest]) -> Evidence:
    """Whether no object of ``others`` names an Ingress of ``before`` that ``after`` has no longer.

    A name is a mapping with the kind and the name of an Ingress, as autoscalers (``describedObject``), Flagger
    (``ingressRef``) and policies have it.
    """
    gone = _names(before) - _names(after)
    for item in others if gone else ():
        key = plain_key(item)
        for pointer, name in _pointing(item):
            if name in gone:
                text = f"{key} points at Ingress {name} ({pointer}), which would be gone: it would find nothing"
                return Evidence(proof=Proof.REFERENCES, root=root, holds=False, text=text)
    return Evidence(
        proof=Proof.REFERENCES, root=root, holds=True, text=f"nothing points at the {len(gone)} Ingresses gone"
    )


def _names(objects: Sequence[Manifest]) -> set[str]:
    keys = (plain_key(item) for item in objects)
    return {key.name for key in keys if key.kind == INGRESS.kind and key.group in _GROUPS}


def _pointing(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        if value.get("kind") == INGRESS.kind and isinstance(value.get("name"), str):
            yield pointer or "/", value["name"]
        for key, item in value.items():
            yield from _pointing(item, f"{pointer}/{escape(str(key))}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _pointing(item, f"{pointer}/{index}")
