"""The hosts that the affinity cookie is sent to."""

from __future__ import annotations

from gatelift.annotations.nginx._sticky import ON, SOURCE, text_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Affinity

unit = Unit(
    names=("session-cookie-domain",),
    risk=Risk.TRAFFIC,
    read=text_reader(
        lambda text: Affinity(domain=text),
        accepted=r"[A-Za-z0-9._~/:-]+",
        writable=r"\.?[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?",
        fallback="sends the cookie without a domain",
        todo="write a host name",
    ),
    summary="Domain that the affinity cookie is sent to",
    source=SOURCE,
    cases=(
        Case(value="example.com", siblings=ON, expect=Translated((Affinity(domain="example.com"),))),
        Case(value=".example.com", siblings=ON, expect=Translated((Affinity(domain=".example.com"),))),
        Case(value="example.com; Path=/", siblings=ON, expect=Inert("without a domain")),
        Case(value="https://example.com", siblings=ON, expect=Refused("cannot be written", "host name")),
        Case(value="example.com", expect=Inert("without affinity")),
    ),
)
