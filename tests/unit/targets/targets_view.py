"""An Ingress ``shop/web`` as consumers see it, on a release of Envoy Gateway or on Gateway API alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gatelift.annotations import registry
from gatelift.annotations.unit import case_context
from gatelift.config.target import DEFAULT_TARGET, EnvoyGateway
from gatelift.ingress.model import IngressRef
from gatelift.intent.base import Intent
from gatelift.intent.outcome import Disposition, Note
from gatelift.manifests.inventory import Service
from gatelift.targets import envoy_gateway, standard
from gatelift.targets.base import Contribution, RouteView


def view(
    release: EnvoyGateway | None = EnvoyGateway.V1_8,
    services: Mapping[str, Service] = MappingProxyType({}),
    namespace: str = "shop",
) -> RouteView:
    """What a consumer may know; ``None`` for a release is Gateway API alone."""
    unit = registry.find("example.com/owner")
    assert unit is not None
    ingress = case_context(unit, unit.cases[0]).ingress
    return RouteView(
        ingress=msgspec.structs.replace(ingress, ref=IngressRef(namespace, ingress.ref.name)),
        name=lambda suffix: f"web-{suffix}",
        ordinal=lambda suffix, content: suffix,
        services=services,
        spec=msgspec.structs.replace(DEFAULT_TARGET, envoy_gateway=release),
    )


def _asked(intent: Intent, seen: RouteView) -> Contribution | Note:
    target = standard.target if seen.spec.envoy_gateway is None else envoy_gateway.target
    return target.consumers[type(intent)](intent, seen)


def consumed(
    intent: Intent, release: EnvoyGateway | None = EnvoyGateway.V1_8, seen: RouteView | None = None
) -> Contribution:
    """What becomes of ``intent``, in the view ``seen`` where that is given."""
    made = _asked(intent, seen or view(release))
    assert isinstance(made, Contribution), made
    return made


def refusal(intent: Intent, release: EnvoyGateway | None = EnvoyGateway.V1_8, seen: RouteView | None = None) -> Note:
    """The sentence with which ``intent`` is refused, in the view ``seen`` where that is given."""
    note = _asked(intent, seen or view(release))
    assert isinstance(note, Note), note
    assert note.disposition is Disposition.REFUSED
    assert note.todo
    return note
