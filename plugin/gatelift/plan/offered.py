"""A controller that the repository describes and nobody configured: told, with what to write."""

from __future__ import annotations

from gatelift.findings import Finding, InputError
from gatelift.plan.request import Request
from gatelift.sources.controllers.find import WORD
from gatelift.sources.controllers.offer import is_configured, offers
from gatelift.text.source import decode


def offered(request: Request) -> tuple[Finding, ...]:
    """The findings of ``offers()`` over the files that speak of ingress-nginx."""
    settings = request.settings
    if is_configured(settings.controller):
        return ()
    sources = []
    for path in request.find((WORD,)):
        if settings.config.ignores(path) or not request.tree.is_file(path):
            continue
        try:
            sources.append(decode(path, request.tree.read(path)))
        except InputError:
            continue
    return offers(sources, settings.controller)
