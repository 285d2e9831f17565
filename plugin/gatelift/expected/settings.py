"""Findings about the controller itself: what its ConfigMap and its flags ask for that stands in no Ingress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gatelift.annotations.controller import Controller
from gatelift.expected.context import Context
from gatelift.findings import Finding, Severity
from gatelift.intent.outcome import Disposition, Note
from gatelift.manifests.inventory import Inventory

SSL_PORT, PLAIN_PORT = "443", "80"


def setting_findings(context: Context) -> Iterator[Finding]:
    """A finding for every setting and flag of the controller that is not simply translated."""
    controller = context.rulings.controller
    yield from _flags(controller, context.inventory)
    if controller.settings:
        yield from _settings(controller, frozenset(context.rulings.accept))


def _settings(controller: Controller, accept: frozenset[str]) -> Iterator[Finding]:
    from gatelift.annotations.nginx.settings.review import OWN_AFFAIR, review  # only with a ConfigMap

    own: list[str] = []
    for item in review(controller, accept):
        if item.note.text == OWN_AFFAIR:
            own.append(item.name)
        else:
            yield _setting(item.name, item.note, controller)
    if own:
        yield Finding("nginx/setting", Severity.NOTE, f"{', '.join(own)} of {_map(controller)}: {OWN_AFFAIR}")


def _map(controller: Controller) -> str:
    """What holds the settings: the values of a chart are named as a whole."""
    return controller.config_map if " " in controller.config_map else f"ConfigMap {controller.config_map}"


def _setting(name: str, note: Note, controller: Controller) -> Finding:
    refusing = note.disposition is Disposition.REFUSED
    return Finding(
        "nginx/setting",
        Severity.WARNING if refusing else Severity.NOTE,
        f"{name} of {_map(controller)}: {note.text}",
        note.todo,
    )


def _flags(controller: Controller, inventory: Inventory) -> Iterator[Finding]:
    if controller.default_backend:
        yield Finding(
            "nginx/default-backend",
            Severity.WARNING,
            f"what no path takes goes to Service {controller.default_backend} today; a Gateway answers 404 there",
            "write a route without hostnames to that Service, if its answers are needed",
        )
    for protocol, name in (("TCP", controller.tcp_services), ("UDP", controller.udp_services)):
        if name:
            yield _services(protocol, name, inventory.config_maps.get(name) or controller.maps.get(name) or ())
    if controller.watch_namespace_selector:
        yield _flag(
            Severity.WARNING,
            f"the controller serves only namespaces with the labels {controller.watch_namespace_selector}, which no "
            "file tells: an Ingress in another namespace would be served by its route although nothing serves it today",
            "name such Ingresses under 'ignore:', or remove them",
        )
    if controller.external_names_disabled:
        yield _flag(
            Severity.WARNING,
            "the controller serves no Service of type ExternalName (--disable-svc-external-name): such paths answer "
            "503 today, and a Gateway may serve them",
            "remove those paths before traffic moves",
        )
    if not controller.annotation_validation:
        yield _flag(
            Severity.NOTE,
            "the controller does not check values of annotations (--enable-annotation-validation=false): one that "
            "gatelift calls not loaded today may be served as it is",
            "correct such a value, and run again",
        )
    if controller.https_port != SSL_PORT or controller.http_port != PLAIN_PORT:
        yield _flag(
            Severity.NOTE,
            f"the controller listens on {controller.http_port} and {controller.https_port}, which its redirects may "
            "name (to www twins they do); routes redirect to the port that their listener says",
        )


def _flag(severity: Severity, message: str, fix: str = "") -> Finding:
    return Finding("nginx/flag", severity, message, fix)


def _services(protocol: str, name: str, keys: Iterable[str]) -> Finding:
    ports = sorted(keys, key=lambda port: (len(port), port))
    listed = f" ({', '.join(ports)})" if ports else ""
    many = (
        f"{len(ports)} {protocol} service{'' if len(ports) == 1 else 's'}{listed}" if ports else f"{protocol} services"
    )
    return Finding(
        "nginx/stream-services",
        Severity.WARNING,
        f"the controller also serves {many} of ConfigMap {name}, of which no Ingress speaks: no {protocol}Route is "
        "written",
        f"write a listener of protocol {protocol} and a {protocol}Route for each before the controller goes "
        "(Gateway API 1.6; before that in the experimental channel)",
    )
