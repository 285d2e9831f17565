"""Configuration of nginx for the whole host."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippet_draft import Level
from gatelift.annotations.nginx._snippets import ALLOWED, translating_reader
from gatelift.annotations.unit import Case, Inert, Refused, Translated, Unit, UnitContext
from gatelift.intent.answers import WholeHost
from gatelift.intent.base import Risk
from gatelift.intent.headers import Header, ResponseHeaders
from gatelift.intent.redirects import Location, Redirect
from gatelift.intent.security import SourceRanges


def further(value: str, context: UnitContext) -> Refused | None:
    """What the server of a host may hold besides this, and where there is no such server."""
    if (context.value("configuration-snippet") or "").strip():
        why = "configuration-snippet stands beside it, and nginx takes add_header, allow and deny from that one alone"
        return Refused(why, "write both in configuration-snippet")
    ingress = context.ingress
    if not ingress.rules or not all(rule.host for rule in ingress.rules):
        why = "without a host it goes into the server of all unknown hosts, whose places no file tells"
        return Refused(why, "give every rule a host, or write it in configuration-snippet")
    return None


unit = Unit(
    names=("server-snippet",),
    risk=Risk.SECURITY,
    read=translating_reader(Level.SERVER, further),
    summary="Configuration of nginx for the whole host",
    source=upstream("server-snippet"),
    cases=(
        Case(
            value="allow 10.0.0.0/8;\ndeny all;",
            controller=ALLOWED,
            expect=Translated((SourceRanges(allow=("10.0.0.0/8",)), WholeHost())),
        ),
        Case(
            value='more_set_headers "X-Robots-Tag: noindex";',
            controller=ALLOWED,
            expect=Translated((ResponseHeaders(set=(Header("X-Robots-Tag", "noindex"),)), WholeHost())),
        ),
        Case(
            value="rewrite ^ https://store.example.org$request_uri? permanent;",
            controller=ALLOWED,
            expect=Translated(
                (
                    Redirect(permanent=Location(scheme="https", hostname="store.example.org"), permanent_code=301),
                    WholeHost(),
                )
            ),
        ),
        Case(value="access_log off;", controller=ALLOWED, expect=Translated(differs="logged")),
        Case(
            value="location /old { return 301 /new; }",
            controller=ALLOWED,
            expect=Refused("location: gatelift reads no", ""),
        ),
        Case(
            value="set $x 'a;b{'; ssl_protocols TLSv1.3;",
            controller=ALLOWED,
            expect=Refused("ssl_protocols: gatelift", ""),
        ),
        Case(value="proxy_set_header X-A b;", controller=ALLOWED, expect=Refused("counts for no location", "")),
        Case(value="proxy_read_timeout 90s;", controller=ALLOWED, expect=Refused("does nothing here", "")),
        Case(
            value="return 404;",
            siblings={"configuration-snippet": "return 403;"},
            controller=ALLOWED,
            expect=Refused("configuration-snippet stands beside it", ""),
        ),
        Case(value="return 404;", controller=ALLOWED, host=None, expect=Refused("without a host", "")),
        Case(value="return 404;", expect=Refused("not known here", "")),
        Case(
            value="return 404;",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("not loaded today", ""),
        ),
        Case(value="  ", expect=Inert("empty")),
    ),
)
