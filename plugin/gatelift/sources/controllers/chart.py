"""Values of the chart ``ingress-nginx``, as the ConfigMap and the flags that it makes of them.

Source: https://github.com/kubernetes/ingress-nginx/tree/main/charts/ingress-nginx (values.yaml and templates).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatelift.manifests.inventory import header_map

CHART = "ingress-nginx"
TO_BACKENDS, TO_CLIENTS = "custom-proxy-headers", "custom-add-headers"
STREAMS = {"tcp": "--tcp-services-configmap", "udp": "--udp-services-configmap"}
_SWITCHES = (
    ("watchIngressWithoutClass", "--watch-ingress-without-class"),
    ("ingressClassByName", "--ingress-class-by-name"),
)


def settings_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The ConfigMap's data; what the values do not say, the chart does not write."""
    controller = part(values, "controller")
    found = {key: text(value) for key, value in part(controller, "config").items() if value is not None}
    if controller.get("allowSnippetAnnotations") is True:
        found.setdefault("allow-snippet-annotations", "true")
    for field, key, name in (
        ("proxySetHeaders", "proxy-set-headers", TO_BACKENDS),
        ("addHeaders", "add-headers", TO_CLIENTS),
    ):
        if part(controller, field):
            found[key] = name
    return found


def maps_of(values: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """The ConfigMaps that the chart makes beside it, by the names that ``settings_of`` and ``flags_of`` use."""
    controller = part(values, "controller")
    found: dict[str, Mapping[str, str]] = {}
    fields = (("proxySetHeaders", TO_BACKENDS), ("addHeaders", TO_CLIENTS))
    parts = [(name, part(controller, field)) for field, name in fields]
    for name, given in (*parts, *((field, part(values, field)) for field in STREAMS)):
        data = {str(key): text(value) for key, value in given.items() if value is not None}
        read = header_map({"data": data}) if data else None
        if read is not None:
            found[name] = read
    return found


def flags_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The flags that the controller runs with, beside those of its own running."""
    controller = part(values, "controller")
    streams = tuple(f"{flag}={field}" for field, flag in STREAMS.items() if part(values, field))
    return tuple(dict.fromkeys((*_class(controller), *_scope(controller), *streams, *_extra(controller))))


def classes_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the class that the values tell, of the IngressClass and of the old annotation."""
    controller = part(values, "controller")
    names = (part(controller, "ingressClassResource").get("name"), controller.get("ingressClass"))
    return tuple(dict.fromkeys(str(name) for name in names if name))


def _class(controller: Mapping[str, Any]) -> Iterator[str]:
    resource = part(controller, "ingressClassResource")
    if value := resource.get("controllerValue"):
        yield f"--controller-class={value}"
    if value := controller.get("ingressClass"):
        yield f"--ingress-class={value}"
    for field, flag in _SWITCHES:
        if controller.get(field) is True:
            yield flag
    if controller.get("enableAnnotationValidations") is False:
        yield "--enable-annotation-validation=false"


def _scope(controller: Mapping[str, Any]) -> Iterator[str]:
    scope = part(controller, "scope")
    if scope.get("enabled") is not True:
        return
    if namespace := scope.get("namespace"):
        yield f"--watch-namespace={namespace}"
    elif selector := scope.get("namespaceSelector"):
        yield f"--watch-namespace-selector={selector}"


def _extra(controller: Mapping[str, Any]) -> Iterator[str]:
    for key, value in part(controller, "extraArgs").items():
        yield f"--{key}={text(value)}" if value not in (None, "", True) else f"--{key}"


def part(value: object, name: str) -> Mapping[str, Any]:
    """A mapping below a mapping; empty for anything else."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def items_of(value: object, name: str) -> list[Any]:
    """A list below a mapping; empty for anything else."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []


def text(value: object) -> str:
    """A value as the chart writes it into a ConfigMap."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
