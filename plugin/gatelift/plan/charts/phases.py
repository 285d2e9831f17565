"""``cutover`` of charts: a template of an Ingress is not edited, and only that could take its hosts out of DNS.

So charts go from ``coexist`` to ``retire``: until then DNS follows the Ingress.
"""

from __future__ import annotations

import msgspec

from gatelift.config.model import Override, Phase
from gatelift.findings import Finding, Place, Severity
from gatelift.plan.charts.sources import Sources
from gatelift.sources.worlds import Settings


def held_back(settings: Settings, sources: Sources) -> tuple[Settings, tuple[Finding, ...]]:
    """``settings`` with every chart that was to be cut over in ``coexist``, and what to say of each."""
    held = sorted(
        folder
        for folder in sources.concerned
        if settings.phase_of(folder) is Phase.CUTOVER
        and any(sources.charts.by_folder[place].ingresses for place in sources.charts.shown(folder).values())
    )
    if not held:
        return settings, ()
    coexisting = Override(roots=tuple(held), phase=Phase.COEXIST)
    config = msgspec.structs.replace(settings.config, overrides=(*settings.config.overrides, coexisting))
    return msgspec.structs.replace(settings, config=config), tuple(_told(folder) for folder in held)


def _told(folder: str) -> Finding:
    message = "charts have no cutover: DNS follows the Ingress of this chart until it is retired"
    fix = "compare traffic on the Gateway's address, then go on with --phase retire: DNS moves with it"
    return Finding("helm/cutover", Severity.NOTE, message, fix, Place(folder))
