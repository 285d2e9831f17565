"""Which controller serves an Ingress: the class it names, IngressClass objects, the controller's flags, configuration.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/multiple-ingress/
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

import msgspec

from gatelift.config.model import Controller
from gatelift.ingress.controllers import F5_NGINX, Known, by_annotations, by_class, by_controller, by_option, named
from gatelift.manifests.inventory import IngressClass


class Service(StrEnum):
    """Whether ingress-nginx serves an Ingress."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNRESOLVED = "unresolved"


class ClassVerdict(msgspec.Struct, frozen=True):
    """The verdict, the class it was reached by (empty where none is named), and what to say about it.

    ``assumed``: nothing but the name of the class says whose it is, which is enough to leave an Ingress alone, but not
    to open what others serve on its hosts. ``owner``: what the controller is called, where that is known.
    """

    service: Service
    name: str
    why: str = ""
    todo: str = ""
    assumed: bool = False
    owner: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether ingress-nginx may serve the Ingress after all, so that nothing of its hosts may be opened."""
        return self.assumed or self.service is Service.UNRESOLVED


class ClassRules(msgspec.Struct, frozen=True, kw_only=True):
    """What decides: ``declared`` (configuration: class -> controller), the classes seen, the controller's flags."""

    declared: Mapping[str, str]
    seen: Mapping[str, IngressClass]
    controller_class: str
    ingress_class: str
    by_name: bool
    watch_without_class: bool
    prefix: str = ""
    """How the annotations of this ingress-nginx begin, with the slash."""


OUR_CONTROLLER = "ingress-nginx"
NOBODY = "no controller"
"""The owner of an Ingress that its own controller passes over."""
_LEFT = "gatelift translates ingress-nginx only"


def resolve(
    name: str | None, rules: ClassRules, annotations: Collection[str] = (), by_annotation: bool = False
) -> ClassVerdict:
    """Decide who serves an Ingress that names class ``name`` (``None`` or empty where it names none).

    ``annotations``: its keys. They never make an Ingress anybody's; they only make a name that decides alone doubtful.
    ``by_annotation``: whether the class stands in kubernetes.io/ingress.class alone. ingress-nginx then compares it
    with its ``--ingress-class`` and asks no IngressClass (``GetIngressClass`` of internal/ingress/controller/store), so
    that another controller's own name is certain.
    """
    if not name:
        return _without_class(rules, annotations)
    declared = rules.declared.get(name)
    if declared is not None:
        return _declared(name, declared)
    if rules.by_name and name == rules.ingress_class:
        return ClassVerdict(Service.OURS, name)
    seen = rules.seen.get(name)
    if seen is not None:
        return _seen(name, seen.controller, rules)
    return _by_name(name, rules, annotations, by_annotation)


def _declared(name: str, controller: str) -> ClassVerdict:
    if controller == OUR_CONTROLLER:
        return ClassVerdict(Service.OURS, name)
    owner = named(by_option(controller)) or ("another controller" if controller == Controller.OTHER else controller)
    return _foreign(name, f"the configuration says that {owner} serves it", owner)


def _seen(name: str, controller: str, rules: ClassRules) -> ClassVerdict:
    if controller == rules.controller_class:
        return ClassVerdict(Service.OURS, name)
    known = by_controller(controller)
    if known is not None:
        return _foreign(name, f"its controller is {known.name} ({controller})", known.name)
    if "nginx" in controller:
        return ClassVerdict(
            Service.UNRESOLVED,
            name,
            f"its class is {name}, whose controller {controller} looks like a second ingress-nginx",
            f"if it is one, write {_option(name, OUR_CONTROLLER)}, or pass "
            f"--controller-flag=--controller-class={controller} if there is no other; if it is none, write "
            f"{_option(name, Controller.OTHER)}",
        )
    return _foreign(name, f"its controller is {controller}", controller)


def _by_name(name: str, rules: ClassRules, annotations: Collection[str], by_annotation: bool) -> ClassVerdict:
    """Where nothing is known of a class but its name."""
    reads_ours = bool(rules.prefix) and any(key.startswith(rules.prefix) for key in annotations)
    if name == rules.ingress_class:
        if not reads_ours and F5_NGINX in by_annotations(annotations):
            return _f5_or_ours(name)
        return ClassVerdict(Service.OURS, name)
    known = by_class(name)
    if known and not reads_ours:
        return _known_by_name(name, known, not by_annotation)
    return ClassVerdict(
        Service.UNRESOLVED,
        name,
        f"nothing says which controller serves the class {name}" + (_but_ours(named(known)) if known else ""),
        f"write '{_classes(name, OUR_CONTROLLER)}' in gatelift.yaml (or the controller that it is), "
        "or give the IngressClass too",
    )


def _known_by_name(name: str, known: tuple[Known, ...], assumed: bool) -> ClassVerdict:
    owner = named(known)
    why = f"its class is {name}, the name that {owner} goes by; {_LEFT}"
    if not assumed:
        return ClassVerdict(Service.FOREIGN, name, why, owner=owner)
    todo = (
        "nothing for this one; but Ingresses of ingress-nginx on its hosts wait until "
        f"{_option(name, known[0].option)}, or its IngressClass, confirms that: a name alone is no proof"
    )
    return ClassVerdict(Service.FOREIGN, name, why, todo, assumed=True, owner=owner)


def _but_ours(owner: str) -> str:
    return f": {owner} goes by that name, but some annotations are those of ingress-nginx"


def _f5_or_ours(name: str) -> ClassVerdict:
    return ClassVerdict(
        Service.UNRESOLVED,
        name,
        f"its class is {name}, as both ingress-nginx and {F5_NGINX.name} have it, and its annotations are those of F5",
        f"write {_option(name, F5_NGINX.option)} if F5's controller serves it, {_option(name, OUR_CONTROLLER)} if "
        "ingress-nginx does (which reads none of them), or give the IngressClass too",
    )


def _without_class(rules: ClassRules, annotations: Collection[str]) -> ClassVerdict:
    if rules.watch_without_class:
        return ClassVerdict(Service.OURS, "")
    default = next((item for item in rules.seen.values() if item.default), None)
    if default is not None:
        return resolve(default.name, rules, annotations)
    owners = by_annotations(annotations)
    if owners:
        return ClassVerdict(
            Service.UNRESOLVED,
            "",
            f"it names no class, and has annotations of {named(owners)}, which may serve it",
            _name_it(owners[0].classes[:1]),
        )
    return ClassVerdict(
        Service.UNRESOLVED,
        "",
        "it names no class, so ingress-nginx serves it only where it is the default or told to",
        "write spec.ingressClassName, give the default IngressClass too, or pass "
        "--controller-flag=--watch-ingress-without-class if the controller runs so",
    )


def _name_it(classes: tuple[str, ...]) -> str:
    example = f" ({classes[0]}, if that is what its class is called)" if classes else ""
    return (
        f"write spec.ingressClassName{example}, give the default IngressClass too, or pass "
        "--controller-flag=--watch-ingress-without-class if ingress-nginx takes Ingresses without a class"
    )


def _foreign(name: str, why: str, owner: str) -> ClassVerdict:
    return ClassVerdict(Service.FOREIGN, name, f"its class is {name}, and {why}; {_LEFT}", owner=owner)


def _classes(name: str, controller: str) -> str:
    return f"classes: {{{name}: {{controller: {controller}}}}}"


def _option(name: str, controller: str) -> str:
    return f"'{_classes(name, controller)}' in gatelift.yaml"
