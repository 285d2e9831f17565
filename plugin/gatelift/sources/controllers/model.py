"""What one place says of an ingress-nginx controller."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gatelift.findings import Place


class Form(StrEnum):
    """How the settings are written."""

    CONFIG_MAP = "ConfigMap"
    WORKLOAD = "workload"
    VALUES = "values"


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """``what`` names the object for a person; ``config_map`` the ConfigMap that it is, or runs with (``--configmap``).

    ``settings`` are the ConfigMap's data, ``flags`` words such as ``--enable-ssl-passthrough``; ``maps`` the ConfigMaps
    that these name, as far as they stand beside it.
    """

    form: Form
    what: str
    place: Place
    config_map: str = ""
    settings: Mapping[str, str] = msgspec.field(default_factory=dict)
    flags: tuple[str, ...] = ()
    maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    classes: tuple[str, ...] = ()
    """The names that it gives to its IngressClass, and to the class that it takes by the old annotation."""
    sure: bool = True
    """Whether the object itself says that it is ingress-nginx's; otherwise a workload has to name it."""
