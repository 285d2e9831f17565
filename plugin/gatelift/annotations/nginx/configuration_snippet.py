"""Configuration of nginx for the locations of this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("configuration-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader("the location"),
    summary="Configuration of nginx for the locations of this Ingress",
    source=upstream("configuration-snippet"),
    cases=(
        Case(
            value='more_set_headers "X-Frame-Options: DENY";\nadd_header X-A "b; c" always;',
            expect=Refused("(more_set_headers, add_header)", "ResponseHeaderModifier"),
        ),
        Case(
            value='# deny all;\nif ($http_x = "{") { return 403; }',
            controller=ALLOWED,
            expect=Refused("(if, return)", "RequestRedirect"),
        ),
        Case(
            value='access_by_lua_block { if a then b = "}" end }\nset $a 1;',
            expect=Refused("(access_by_lua_block, set)", "policy"),
        ),
        Case(
            value="d1 x;d2 x;d3 x;d4 x;d5 x;d6 x;d7 x;d8 x;d9 x;d10 x;d11 x;",
            expect=Refused("d8 and 3 more", "policy"),
        ),
        Case(
            value="deny 10.0.0.1;",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("rejects the whole Ingress", "denylist"),
        ),
        Case(
            value="deny 10.0.0.1;",
            controller={"annotations-risk-level": "Critical"},
            expect=Refused("rejects or ignores", "denylist"),
        ),
        Case(value="%% 1;", expect=Refused("no directive", "policy")),
        Case(value="  ", expect=Inert("empty")),
    ),
)
