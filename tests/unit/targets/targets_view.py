"""An Ingress ``shop/web`` as consumers see it, on a release of Envoy Gateway or on Gateway API alone."""

from __future__ import annotations

import msgspec

from gatelift.annotations import registry
from gatelift.annotations.unit import case_context
from gatelift.config.target import DEFAULT_TARGET, EnvoyGateway
from gatelift.intent.base import Intent
from gatelift.intent.outcome import Disposition, Note
from gatelift.targets import envoy_gateway, standard
from gatelift.targets.base import Contribution, RouteView


def view(release: EnvoyGateway | None = EnvoyGateway.V1_8) -> RouteView:
    """What a consumer may know; ``None`` for a release is Gateway API alone."""
    unit = registry.find("example.com/owner")
    assert unit is not None
    return RouteView(
        ingress=case_context(unit, unit.cases[0]).ingress,
        name=lambda suffix: f"web-{suffix}",
        ordinal=lambda suffix, content: suffix,
        services={},
        spec=msgspec.structs.replace(DEFAULT_TARGET, envoy_gateway=release),
    )


def _asked(intent: Intent, release: EnvoyGateway | None) -> Contribution | Note:
    target = standard.target if release is None else envoy_gateway.target
    return target.consumers[type(intent)](intent, view(release))


def consumed(intent: Intent, release: EnvoyGateway | None = EnvoyGateway.V1_8) -> Contribution:
    """What becomes of ``intent``."""
    made = _asked(intent, release)
    assert isinstance(made, Contribution), made
    return made


def refusal(intent: Intent, release: EnvoyGateway | None = EnvoyGateway.V1_8) -> Note:
    """The sentence with which ``intent`` is refused."""
    note = _asked(intent, release)
    assert isinstance(note, Note), note
    assert note.disposition is Disposition.REFUSED
    assert note.todo
    return note
