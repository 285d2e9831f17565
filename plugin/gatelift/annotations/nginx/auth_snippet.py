"""Configuration of nginx for asking the authorization service."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("auth-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader("the question to the authorization service"),
    summary="Configuration of nginx for asking the authorization service",
    source=upstream("external-authentication"),
    cases=(
        Case(value="proxy_set_header Foo-Header 42;", expect=Refused("(proxy_set_header)", "RequestHeaderModifier")),
        Case(
            value="proxy_set_header Foo-Header 42;",
            controller=ALLOWED,
            expect=Refused("no gateway runs", "RequestHeaderModifier"),
        ),
        Case(
            value="proxy_ssl_verify on;",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("not loaded today", "policy"),
        ),
        Case(value="  ", expect=Inert("empty")),
    ),
)
