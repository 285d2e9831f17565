"""Controllers that the repository describes: told, with what to write; what of them restricts access withholds."""

from __future__ import annotations

import msgspec

from gatelift.findings import InputError
from gatelift.plan.request import Request
from gatelift.sources.controllers.find import WORDS
from gatelift.sources.controllers.offer import Seen, seen
from gatelift.text.source import decode


def with_controllers(request: Request) -> Request:
    """``request`` with what the files say that speak of ingress-nginx, for the judge and for the account."""
    found = _seen(request)
    settings = msgspec.structs.replace(request.settings, unnamed=found.unnamed)
    return msgspec.structs.replace(request, settings=settings, offered=found.findings)


def _seen(request: Request) -> Seen:
    settings = request.settings
    sources = []
    for path in request.find(WORDS):
        if settings.config.ignores(path) or not request.tree.is_file(path):
            continue
        try:
            sources.append(decode(path, request.tree.read(path)))
        except InputError:
            continue
    return seen(sources, settings.controller, {entry.key for entry in settings.config.accept})
