"""Kustomize's configuration for the kinds that gatelift writes, generated from the table of reference paths.

Without it Kustomize renames a Service, a Secret or a route and leaves what names them as it was: the reference dangles,
and no build says so. Form: https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#field-name-configurations
"""

from __future__ import annotations

from collections.abc import Collection

from gatelift.manifests.reference_paths import GATEWAY_CLASS, NAMESPACES, REFERENCES, VARIABLES
from gatelift.manifests.shape import CONFIG_MAP, CORE, GATEWAY, SECRET, SERVICE, Kind

FILE = "gateway-api-kustomizeconfig.yaml"
"""The name of the file beside a kustomization that lists it under ``configurations:``."""

_HEAD = """\
# Tells Kustomize where Gateway API objects name other objects, so that a name prefix or suffix, a generated name, a
# namespace or a variable reaches them. Listed once under `configurations:`, it holds for every build above, too.
"""

Identity = tuple[str, str]
"""Group and kind."""
_OUTSIDE = (GATEWAY, SERVICE, SECRET, CONFIG_MAP)
"""The kinds that an application may have whether gatelift writes any or not."""


def name_reference(kinds: Collection[Identity] | None = None, *, variables: bool = True) -> str:
    """The text of the file. Stable: the order is that of the table.

    ``kinds``: those of the objects that are there; without it, all that gatelift may write. ``variables``: whether
    ``vars`` are in use.
    """
    parts = [_HEAD, "nameReference:\n"]
    parts += [_referral(kind, kinds) for kind in _renamed(kinds)]
    # A ReferenceGrant that gatelift writes lets another namespace in: the build's own has no business there.
    namespaces = [_field(kind, path, "") for kind, path in NAMESPACES if kinds is None]
    parts += ["namespace:\n", *namespaces] if namespaces else []
    found = [_field(kind, path, "") for kind, path in VARIABLES if variables and _there(kind, kinds)]
    parts += ["varReference:\n", *found] if found else []
    return "".join(parts)


def _there(kind: Kind, kinds: Collection[Identity] | None) -> bool:
    return kinds is None or (kind.group, kind.kind) in kinds


def _renamed(kinds: Collection[Identity] | None) -> tuple[Kind, ...]:
    """The kinds that something of ours names. A GatewayClass is the platform's: no application may rename it."""
    named = dict.fromkeys(kind for reference in REFERENCES if _there(reference.owner, kinds) for kind in reference.to)
    return tuple(kind for kind in named if kind != GATEWAY_CLASS and (kind in _OUTSIDE or _there(kind, kinds)))


def _referral(kind: Kind, kinds: Collection[Identity] | None) -> str:
    # The version of a core kind is written, as in Kustomize's own table, so that both are one entry.
    where = f"  version: {kind.version}\n" if kind.group == CORE else f"  group: {kind.group}\n"
    items = (item for item in REFERENCES if kind in item.to and _there(item.owner, kinds))
    fields = (_field(item.owner, item.path, "  ") for item in items)
    return f"- kind: {kind.kind}\n{where}  fieldSpecs:\n{''.join(fields)}"


def _field(kind: Kind, path: str, indent: str) -> str:
    return f"{indent}- {{kind: {kind.kind}, group: {kind.group}, path: {path}}}\n"
