"""The controller's own settings: its ConfigMap and its command-line flags, which change what an Ingress means.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/
and https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

import msgspec

ANNOTATIONS_PREFIX = "nginx.ingress.kubernetes.io"
CONTROLLER_CLASS = "k8s.io/ingress-nginx"
INGRESS_CLASS = "nginx"


class Controller(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one ingress-nginx: the ConfigMap's data as written, and the flags that matter to a conversion.

    ``config_map`` names where the settings were read (``namespace/name``); empty where nobody gave a ConfigMap, which
    means that the defaults of the last release (v1.15) are assumed.
    """

    settings: Mapping[str, str] = msgspec.field(default_factory=dict)
    config_map: str = ""
    header_maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """The ConfigMaps with headers that stood beside the controller's own, ``namespace/name`` -> header -> value."""
    prefix: str = ANNOTATIONS_PREFIX
    controller_class: str = CONTROLLER_CLASS
    ingress_class: str = INGRESS_CLASS
    ingress_class_by_name: bool = False
    watch_without_class: bool = False
    ssl_passthrough: bool = False
    default_certificate: str = ""
    default_backend: str = ""

    @property
    def annotations_prefix(self) -> str:
        """The prefix of annotations with its slash."""
        return self.prefix + "/"

    def setting(self, name: str) -> str | None:
        """The ConfigMap's value for ``name``; ``None`` where it is missing or empty."""
        return self.settings.get(name) or None

    @classmethod
    def parse(cls, settings: Mapping[str, str], flags: Iterable[str] = (), config_map: str = "") -> Self:
        """Read flags as the controller's own command line has them (``--name``, ``--name=value``).

        Raises ``ValueError`` naming a flag that is unknown here.
        """
        values: dict[str, object] = {}
        for flag in flags:
            name, has_value, value = flag.partition("=")
            field = FLAGS.get(name)
            if field is None:
                raise ValueError(name)
            if field in SWITCHES:
                values[field] = value not in ("false", "0", "f", "F", "False", "FALSE") if has_value else True
            else:
                values[field] = value
        return msgspec.structs.replace(cls(settings=dict(settings), config_map=config_map), **values)


FLAGS: Mapping[str, str] = {
    "--annotations-prefix": "prefix",
    "--controller-class": "controller_class",
    "--ingress-class": "ingress_class",
    "--ingress-class-by-name": "ingress_class_by_name",
    "--watch-ingress-without-class": "watch_without_class",
    "--enable-ssl-passthrough": "ssl_passthrough",
    "--default-ssl-certificate": "default_certificate",
    "--default-backend-service": "default_backend",
}
SWITCHES = frozenset({"ingress_class_by_name", "watch_without_class", "ssl_passthrough"})
