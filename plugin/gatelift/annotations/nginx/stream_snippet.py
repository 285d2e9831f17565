"""Configuration of nginx beside HTTP, for TCP and UDP."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("stream-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader(
        "the stream section",
        "open each port by a listener of protocol TCP or UDP and a TCPRoute or UDPRoute, written by hand",
    ),
    summary="Configuration of nginx beside HTTP, for TCP and UDP",
    source=upstream("stream-snippet"),
    cases=(
        Case(
            value="server { listen 5432; proxy_pass db; }", expect=Refused("(server, listen, proxy_pass)", "TCPRoute")
        ),
        Case(
            value="server { listen 5432; proxy_pass db; }",
            controller=ALLOWED,
            expect=Refused("no gateway runs", "TCPRoute"),
        ),
        Case(
            value="server { listen 5432; }",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("not loaded today", "annotations-risk-level"),
        ),
        Case(value="  ", expect=Inert("empty")),
    ),
)
