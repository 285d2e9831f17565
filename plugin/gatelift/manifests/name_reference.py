"""Kustomize's configuration for the kinds that gatelift writes, generated from the table of reference paths.

Without it Kustomize renames a Service, a Secret or a route and leaves what names them as it was: the reference dangles,
and no build says so. Form: https://kubectl.docs.kubernetes.io/references/kustomize/builtins/#field-name-configurations
"""

from __future__ import annotations

from gatelift.manifests.reference_paths import GATEWAY_CLASS, NAMESPACES, REFERENCES, VARIABLES
from gatelift.manifests.shape import CORE, Kind

FILE = "gateway-api-kustomizeconfig.yaml"
"""The name of the file beside a kustomization that lists it under ``configurations:``."""

_HEAD = """\
# Tells Kustomize where Gateway API objects name other objects, hosts and namespaces, so that a name prefix or suffix, a
# generated name, a namespace or a variable reaches them. List it under `configurations:` in each kustomization that
# holds such objects; listing it several times, or where nothing is renamed, does no harm.
"""


def name_reference() -> str:
    """The text of the file. Stable: the order is that of the table."""
    parts = [_HEAD, "nameReference:\n"]
    parts += [_referral(kind) for kind in _renamed()]
    parts.append("namespace:\n")
    parts += [_field(kind, path, "") for kind, path in NAMESPACES]
    parts.append("varReference:\n")
    parts += [_field(kind, path, "") for kind, path in VARIABLES]
    return "".join(parts)


def _renamed() -> tuple[Kind, ...]:
    """The kinds that something of ours names. A GatewayClass is the platform's: no application may rename it."""
    kinds = dict.fromkeys(kind for reference in REFERENCES for kind in reference.to)
    return tuple(kind for kind in kinds if kind != GATEWAY_CLASS)


def _referral(kind: Kind) -> str:
    # The version of a core kind is written, as in Kustomize's own table, so that both are one entry.
    where = f"  version: {kind.version}\n" if kind.group == CORE else f"  group: {kind.group}\n"
    fields = (_field(item.owner, item.path, "  ") for item in REFERENCES if kind in item.to)
    return f"- kind: {kind.kind}\n{where}  fieldSpecs:\n{''.join(fields)}"


def _field(kind: Kind, path: str, indent: str) -> str:
    return f"{indent}- {{kind: {kind.kind}, group: {kind.group}, path: {path}}}\n"
