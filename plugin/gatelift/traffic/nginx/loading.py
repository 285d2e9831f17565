"""Which Ingresses the controller loads, and with which options."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from gatelift.traffic.model import Manifest
from gatelift.traffic.nginx.ingresses import Ingress, mapping
from gatelift.traffic.nginx.model import Loaded
from gatelift.traffic.nginx.options import ConfigMaps, options_of
from gatelift.traffic.nginx.settings import Settings
from gatelift.traffic.nginx.unjudged import SNIPPETS
from gatelift.traffic.nginx.values import NotLoadedError

_NAME = r"(?!.*\.\.)(?=.{1,253}\Z)"
_ALIAS = re.compile(rf"{_NAME}(\*\.|\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?(\.\*)?", re.IGNORECASE)


def loaded_of(ingress: Ingress, settings: Settings, config_maps: ConfigMaps) -> Loaded | str:
    """The Ingress as the controller loads it, or why it does not."""
    snippets = sorted(key for key in SNIPPETS if ingress.annotations.get(key, "").strip())
    if snippets and not settings.critical:
        return f"{snippets[0]} is riskier than the controller's annotations-risk-level lets pass"
    try:
        options = options_of(ingress, settings, config_maps)
    except NotLoadedError as error:
        return str(error)
    plain = tuple(alias for alias in options.aliases if is_alias(alias))
    return Loaded(ingress, msgspec.structs.replace(options, aliases=plain))


def config_maps(objects: Iterable[Manifest]) -> dict[str, dict[str, str]]:
    """``namespace/name`` -> data of each ConfigMap."""
    found: dict[str, dict[str, str]] = {}
    for item in objects:
        if item.get("kind") == "ConfigMap" and item.get("apiVersion") == "v1":
            metadata = mapping(item.get("metadata"))
            key = f"{metadata.get('namespace') or 'default'}/{metadata.get('name')}"
            data = {str(name): str(value) for name, value in mapping(item.get("data")).items()}
            found.setdefault(key, data)
    return found


def is_alias(alias: str) -> bool:
    """Whether it is a name or a wildcard. It goes into server_name as it is: its wildcard is nginx's own, of any
    number of labels."""
    return bool(_ALIAS.fullmatch(alias))
