"""On which failures nginx tries another endpoint."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._timeouts import SOURCE
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, parse_bool, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Retries

_HTTP = ("http_403", "http_404", "http_429", "http_500", "http_502", "http_503", "http_504")
WORDS = ("error", "timeout", "invalid_header", *_HTTP, "non_idempotent", "off")
_VALUE = re.compile(rf"(?:(?:{'|'.join(WORDS)})[ \t]?)+")


def read(value: str, context: UnitContext) -> Result:
    """The conditions, each once; ``off`` among them turns all of them off, as in nginx."""
    if not _VALUE.fullmatch(value):
        return Inert(
            f"{shown(value)} is no list of nginx's conditions, so ingress-nginx falls back to its default",
            fallback=True,
        )
    words = tuple(dict.fromkeys(value.split()))
    joined = next((word for word in words if word not in WORDS), None)
    if joined is not None:
        why = f"{shown(joined)} passes ingress-nginx's check, but nginx does not start with such a condition"
        return Refused(why, "put a space between the conditions")
    if "off" in words:
        return Translated((Retries(conditions=("off",)),))
    if parse_bool(context.controller.setting("retry-non-idempotent") or "") and "non_idempotent" not in words:
        words = (*words, "non_idempotent")
    return Translated((Retries(conditions=words),))


unit = Unit(
    names=("proxy-next-upstream",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="proxy-next-upstream",
    summary="Failures after which another endpoint is tried",
    source=SOURCE,
    cases=(
        Case(
            value="error timeout http_502", expect=Translated((Retries(conditions=("error", "timeout", "http_502")),))
        ),
        Case(value="error error non_idempotent", expect=Translated((Retries(conditions=("error", "non_idempotent")),))),
        Case(
            value="error",
            controller={"retry-non-idempotent": "true"},
            expect=Translated((Retries(conditions=("error", "non_idempotent")),)),
        ),
        Case(value="off", expect=Translated((Retries(conditions=("off",)),))),
        Case(value="error off", expect=Translated((Retries(conditions=("off",)),))),
        Case(value="error,timeout", expect=Inert("no list")),
        Case(value="error  timeout", expect=Inert("no list")),
        Case(value="http_501", expect=Inert("no list")),
        Case(value="errortimeout", expect=Refused("does not start", "")),
    ),
)
