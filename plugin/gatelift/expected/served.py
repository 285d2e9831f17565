"""Who serves each Ingress today: by its class, and by the flags that keep the controller from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gatelift.annotations.controller import Controller
from gatelift.config.model import Config
from gatelift.ingress.classes import ClassRules, ClassVerdict, Service, resolve
from gatelift.ingress.model import Ingress
from gatelift.ingress.read import CLASS_ANNOTATION
from gatelift.manifests.inventory import Inventory


def verdicts_on(
    ingresses: Iterable[Ingress], config: Config, inventory: Inventory, controller: Controller
) -> Iterator[ClassVerdict]:
    """The verdict on the class of each of ``ingresses``, in their order."""
    rules = _rules(config, inventory, controller)
    for item in ingresses:
        yield _awake(item, resolve(item.class_name, rules, item.annotations, by_annotation(item)), controller)


def by_annotation(ingress: Ingress) -> bool:
    """Whether only the old annotation names the class."""
    return CLASS_ANNOTATION in ingress.annotations and "/spec/ingressClassName" not in ingress.leaves


def _rules(config: Config, inventory: Inventory, controller: Controller) -> ClassRules:
    return ClassRules(
        declared={item.name: str(item.controller) for item in config.classes},
        seen=inventory.classes,
        controller_class=controller.controller_class,
        ingress_class=controller.ingress_class,
        by_name=controller.ingress_class_by_name,
        prefix=controller.annotations_prefix,
        watch_without_class=controller.watch_without_class,
    )


def _awake(ingress: Ingress, verdict: ClassVerdict, controller: Controller) -> ClassVerdict:
    """``verdict``, unless the controller's flags keep it from an Ingress of its class: a route would wake that up."""
    catch_all = ingress.default_backend is not None and not ingress.rules
    why = controller.passes_over(ingress.ref.namespace, catch_all) if verdict.service is Service.OURS else ""
    if not why:
        return verdict
    said = f"{why}, so nothing serves this Ingress today, and nothing is made of it"
    return ClassVerdict(Service.FOREIGN, verdict.name, said, "remove it if nobody needs it", owner="no controller")
