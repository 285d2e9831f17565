"""Configuration of nginx for the whole host."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("server-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader("the server of its host"),
    summary="Configuration of nginx for the whole host",
    source=upstream("server-snippet"),
    cases=(
        Case(value="location /old { return 301 /new; }", expect=Refused("(location, return)", "RequestRedirect")),
        Case(
            value="set $x 'a;b{'; ssl_protocols TLSv1.3;",
            controller=ALLOWED,
            expect=Refused("(set, ssl_protocols)", "policy"),
        ),
        Case(
            value="return 404;",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("rejects the whole Ingress", "RequestRedirect"),
        ),
        Case(value="  ", expect=Inert("empty")),
    ),
)
