"""What annotations about the backend's answers have in common: which of two spellings is in force."""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.annotations.unit import NGINX, UnitContext

OFF = "off"
"""The default of the settings that rewrite answers."""


def in_force(name: str, context: UnitContext) -> str:
    """The value of another annotation, of the setting of the same name where it is missing, ``off`` where both are."""
    return (context.value(name) or context.controller.setting(name) or OFF).strip()


def from_controller(context: UnitContext) -> bool:
    """Whether the value that is being read is the controller's own setting, which goes through no check."""
    return "/" not in (context.key or NGINX)


def by_hand(names: Sequence[str], context: UnitContext) -> str:
    """What can be done on Envoy Gateway instead; ``names`` are the annotations, or settings, that ask for it."""
    prefix = context.controller.annotations_prefix
    keys = " and ".join(prefix + name if context.value(name) else name for name in names)
    return (
        "or rewrite the answer with an EnvoyExtensionPolicy (lua; gatelift explain has the function), then name "
        f"{keys} under accept: with the reason"
    )
