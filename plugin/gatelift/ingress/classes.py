"""Which controller serves an Ingress: the class it names, IngressClass objects, the controller's flags, configuration.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/multiple-ingress/
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gatelift.manifests.inventory import IngressClass


class Service(StrEnum):
    """Whether ingress-nginx serves an Ingress."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNRESOLVED = "unresolved"


class ClassVerdict(msgspec.Struct, frozen=True):
    """The verdict, the class it was reached by (empty where none is named), and what to say about it."""

    service: Service
    name: str
    why: str = ""
    todo: str = ""


class ClassRules(msgspec.Struct, frozen=True, kw_only=True):
    """What decides: ``declared`` (configuration: class -> controller), the classes seen, the controller's flags."""

    declared: Mapping[str, str]
    seen: Mapping[str, IngressClass]
    controller_class: str
    ingress_class: str
    by_name: bool
    watch_without_class: bool


OUR_CONTROLLER = "ingress-nginx"


def resolve(name: str | None, rules: ClassRules) -> ClassVerdict:
    """Decide who serves an Ingress that names class ``name`` (``None`` or empty where it names none)."""
    if not name:
        return _without_class(rules)
    declared = rules.declared.get(name)
    if declared is not None:
        return _verdict(name, declared == OUR_CONTROLLER, f"the configuration says that {declared} serves it")
    if rules.by_name and name == rules.ingress_class:
        return ClassVerdict(Service.OURS, name)
    seen = rules.seen.get(name)
    if seen is not None:
        return _verdict(name, seen.controller == rules.controller_class, f"its controller is {seen.controller}")
    if name == rules.ingress_class:
        return ClassVerdict(Service.OURS, name)
    return ClassVerdict(
        Service.UNRESOLVED,
        name,
        f"nothing says which controller serves the class {name}",
        f"write 'classes: {{{name}: {{controller: ingress-nginx}}}}' in gatelift.yaml (or the controller that it is), "
        "or give the IngressClass too",
    )


def _without_class(rules: ClassRules) -> ClassVerdict:
    if rules.watch_without_class:
        return ClassVerdict(Service.OURS, "")
    default = next((item for item in rules.seen.values() if item.default), None)
    if default is not None:
        return resolve(default.name, rules)
    return ClassVerdict(
        Service.UNRESOLVED,
        "",
        "it names no class, so ingress-nginx serves it only where it is the default or told to",
        "write spec.ingressClassName, give the default IngressClass too, or pass "
        "--controller-flag=--watch-ingress-without-class if the controller runs so",
    )


def _verdict(name: str, ours: bool, why: str) -> ClassVerdict:
    if ours:
        return ClassVerdict(Service.OURS, name)
    said = f"its class is {name}, and {why}; gatelift translates ingress-nginx only"
    return ClassVerdict(Service.FOREIGN, name, said)
