"""Finds the unit of a key. A module's name is the key's name, so a unit is imported only when its key is met."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module

from gatelift.annotations.controller import ANNOTATIONS_PREFIX
from gatelift.annotations.unit import Unit
from gatelift.ingress.controllers import (
    AGIC,
    ALB,
    APISIX,
    AZURE_CONTAINERS,
    CILIUM,
    CONTOUR,
    F5_NGINX,
    GKE,
    HAPROXY,
    HAPROXY_INGRESS,
    KONG,
    OPENSHIFT,
    RARE,
    TRAEFIK,
)

NGINX_FAMILY = "nginx"
REMOVED_FAMILY = "nginx_removed"
"""Annotations that ingress-nginx had once, under the same prefix: asked for last, so that they cost others nothing."""
_BEGINNINGS: Mapping[str, tuple[str, ...]] = {
    "cert_manager": (
        "cert-manager.io/",
        "acme.cert-manager.io/",
        "certmanager.k8s.io/",
        "kubernetes.io/tls-acme",
    ),
    "external_dns": ("external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"),
    "traefik": TRAEFIK.prefixes,
    "haproxy": (*HAPROXY.prefixes, *HAPROXY_INGRESS.prefixes),
    "kong": KONG.prefixes,
    "f5_nginx": F5_NGINX.prefixes,
    "aws": ALB.prefixes,
    "gke": (
        *GKE.prefixes,
        "kubernetes.io/ingress.global-static-ip-name",
        "kubernetes.io/ingress.regional-static-ip-name",
        "kubernetes.io/ingress.allow-http",
    ),
    "azure": (*AGIC.prefixes, *AZURE_CONTAINERS.prefixes),
    "contour": CONTOUR.prefixes,
    "cilium": CILIUM.prefixes,
    "openshift": OPENSHIFT.prefixes,
    "apisix": APISIX.prefixes,
    "others": tuple(prefix for known in RARE for prefix in known.prefixes),
}
"""How the keys of a family begin, so that no other family is imported for them; what is left is ``generic``."""
GENERIC = "generic"
SMALL_FAMILIES = (*_BEGINNINGS, GENERIC)
_PACKAGE = "gatelift.annotations"
_NOT_UNITS = frozenset({"host", "settings"})
"""Modules of a family that are no unit: host facts, and settings of the controller."""


@cache
def _modules(family: str) -> frozenset[str]:
    package = import_module(f"{_PACKAGE}.{family}")
    return frozenset(
        info.name
        for info in pkgutil.iter_modules(package.__path__)
        if not info.ispkg and info.name not in _NOT_UNITS and not info.name.startswith("_")
    )


@cache
def nginx_unit(name: str) -> Unit | None:
    """The unit of the ingress-nginx annotation ``name`` (without its prefix), if there is one."""
    module = name.replace("-", "_")
    if module not in _modules(NGINX_FAMILY) or "_" in name:
        return _alias(name)
    unit: Unit = import_module(f"{_PACKAGE}.{NGINX_FAMILY}.{module}").unit
    return unit


ALIASES = {"whitelist-source-range": "allowlist-source-range", "limit-whitelist": "limit-allowlist"}
"""Older spellings that upstream still accepts; a meta-test holds this against the units' own ``aliases``."""


def _alias(name: str) -> Unit | None:
    target = ALIASES.get(name)
    return nginx_unit(target) if target else None


@cache
def _family_units(family: str) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for module in sorted(_modules(family)):
        unit: Unit = import_module(f"{_PACKAGE}.{family}.{module}").unit
        for key in unit.names:
            found[key] = unit
    return found


def family_of(key: str) -> str:
    """The small family that ``key`` belongs to, told by its beginning."""
    found = (family for family, beginnings in _BEGINNINGS.items() if key.startswith(beginnings))
    return next(found, GENERIC)


def sentence(key: str) -> str:
    """What is said of ``key`` where its Ingress is another controller's; empty where nothing is."""
    unit = find(key)
    return about(unit, key) if unit is not None else ""


def about(unit: Unit, key: str) -> str:
    """What ``unit`` has to say of ``key`` beside its document; empty where its document says all."""
    name = _longest(unit.about, key)
    return unit.about[name] if name else ""


def _longest(names: Iterable[str], key: str) -> str:
    """The name that is ``key``, else the longest that ends in ``*`` and that it begins with; else empty."""
    fitting = [name for name in names if name == key or (name.endswith("*") and key.startswith(name[:-1]))]
    return max(fitting, key=lambda name: (name == key, len(name)), default="")


def find(key: str, prefix: str = ANNOTATIONS_PREFIX) -> Unit | None:
    """The unit that claims ``key``; ``prefix`` is the controller's ``--annotations-prefix``.

    Keys of the small families are exact, or end in ``*`` where a unit claims every key with that beginning;
    the longest such beginning wins.
    """
    if key.startswith(prefix + "/"):
        name = key[len(prefix) + 1 :]
        return nginx_unit(name) or _family_units(REMOVED_FAMILY).get(name)
    units = _family_units(family_of(key))
    name = key if key in units else _longest(units, key)
    return units[name] if name else None


def nearest(name: str) -> str:
    """The ingress-nginx annotation that ``name`` is likely a misspelling of; empty where none is that close."""
    from difflib import get_close_matches

    known = sorted({module.replace("_", "-") for module in _modules(NGINX_FAMILY)} | ALIASES.keys())
    return next(iter(get_close_matches(name, known, 1, 0.8)), "")


def everything() -> Iterator[tuple[str, str, Unit]]:
    """Every unit as (family, module, unit), sorted; imports them all."""
    for family in (NGINX_FAMILY, REMOVED_FAMILY, *SMALL_FAMILIES):
        for module in sorted(_modules(family)):
            yield family, module, import_module(f"{_PACKAGE}.{family}.{module}").unit


def document(family: str, module: str) -> str:
    """The Markdown document beside a unit."""
    from gatelift.assets import unit_document  # only documents need it, and it costs a conversion's start

    return unit_document(f"{_PACKAGE}.{family}.{module}")
