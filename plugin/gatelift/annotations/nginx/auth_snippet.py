"""Configuration of nginx for asking the authorization service."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import dormant
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

ON = {"auth-url": "http://auth.infra.svc.cluster.local/check"}

unit = Unit(
    names=("auth-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader(
        "the question to the authorization service",
        "say it in the authorization service itself, which sees the request's Cookie and Authorization headers",
        dormant=dormant,
    ),
    summary="Configuration of nginx for asking the authorization service",
    source=upstream("external-authentication"),
    cases=(
        Case(
            value="proxy_set_header Foo-Header 42;",
            siblings=ON,
            expect=Refused("(proxy_set_header), which no gateway runs; whether", "configMap"),
        ),
        Case(
            value="proxy_set_header Foo-Header 42;",
            siblings=ON,
            controller=ALLOWED,
            expect=Refused("no gateway runs", "service itself"),
        ),
        Case(value="proxy_set_header Foo-Header 42;", controller=ALLOWED, expect=Inert("without auth-url")),
        Case(
            value="proxy_ssl_verify on;",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("not loaded today", "annotations-risk-level"),
        ),
        Case(value="  ", expect=Inert("empty")),
    ),
)
