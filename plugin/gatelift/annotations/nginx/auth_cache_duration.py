"""How long the authorization service's answers are remembered."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._external_auth import SOURCE, SURE, dormant
from gatelift.annotations.nginx._links import DENIED
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, csv, shown
from gatelift.intent.base import Risk

CODE = re.compile(r"[0-9]{3}")
TIME = re.compile(r"[0-9]+(?:ms|s|m|h|d|w|M|y)")
ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}


def read(value: str, context: UnitContext) -> Result:
    """It needs ``auth-cache-key``; a value that cannot be read closes the Ingress even without."""
    if (asleep := dormant(context)) is not None:
        return asleep
    items = csv(value)
    if not items:
        return Inert("it is empty, which is as good as missing")
    if not all(map(valid, items)):
        why = f"{shown(value)} is no list of codes and times such as '200 202 10m', so {DENIED}"
        return Refused(why, "write codes and a time such as '200 202 10m', or remove the annotation", Risk.SECURITY)
    if context.value("auth-cache-key") is None:
        return Inert("it does nothing without auth-cache-key")
    return Refused("it belongs to auth-cache-key, which a gateway cannot do", "see auth-cache-key")


def valid(item: str) -> bool:
    """Status codes, then at least one time; other words are passed over, as upstream does."""
    timed = False
    for word in item.split(" "):
        if CODE.fullmatch(word) and timed:
            return False
        timed = timed or TIME.fullmatch(word) is not None
    return timed


unit = Unit(
    names=("auth-cache-duration",),
    risk=Risk.TRAFFIC,
    read=read,
    summary="How long answers of the authorization service are remembered",
    source=SOURCE,
    cases=(
        Case(
            value="200 202 10m, 401 5m",
            siblings={**ON, "auth-cache-key": "$http_authorization"},
            decide=SURE,
            expect=Refused("auth-cache-key", "see"),
        ),
        Case(value="200 1h 30m", siblings=ON, expect=Inert("without auth-cache-key")),
        Case(value="200", siblings=ON, expect=Refused("503", "write codes and a time", Risk.SECURITY)),
        Case(value="10m 200", siblings=ON, expect=Refused("503", "write codes and a time", Risk.SECURITY)),
        Case(value="200 10m", expect=Inert("auth-url")),
        Case(value=",", siblings=ON, expect=Inert("empty")),
    ),
)
