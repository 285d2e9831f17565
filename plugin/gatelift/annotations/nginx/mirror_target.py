"""Where a copy of every request goes."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._mirror import TARGET, accepted, endpoint
from gatelift.annotations.unit import Case, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.mirroring import Mirror, MirrorEndpoint


def read(value: str, context: UnitContext) -> Result:
    """A Service of the cluster or a host outside, with the request's own path."""
    if not accepted(value):
        return Refused(
            f"{shown(value)} holds a character that ingress-nginx does not take here, so no copy arrives today",
            "correct the target, or remove the annotation",
        )
    found = endpoint(value)
    if isinstance(found, Refused):
        return found
    if context.value("rewrite-target"):
        return Refused(
            "rewrite-target changes the path of requests; the copy has the path before that in nginx, and after it in "
            "Envoy",
            "mirror from an Ingress of its own without rewrite-target, or accept the loss under accept:",
        )
    return Translated((Mirror(endpoint=found),))


def _to(scheme: str, host: str, port: int, namespace: str | None = None) -> Translated:
    return Translated((Mirror(endpoint=MirrorEndpoint(scheme=scheme, host=host, port=port, namespace=namespace)),))


SERVICE = "http://shadow.lab.svc.cluster.local:8080$request_uri"

unit = Unit(
    names=(TARGET,),
    risk=Risk.TRAFFIC,
    read=read,
    summary="Where a copy of every request goes; its answer is dropped",
    source=upstream("mirror"),
    cases=(
        Case(value=SERVICE, expect=_to("http", "shadow", 8080, "lab")),
        Case(value="http://shadow.lab.svc/$request_uri", expect=_to("http", "shadow", 80, "lab")),
        Case(value="https://shadow.lab.svc$request_uri", expect=_to("https", "shadow.lab.svc.cluster.local", 443)),
        Case(value="https://test.example.com$request_uri", expect=_to("https", "test.example.com", 443)),
        Case(value="http://a.test.example.com:81$request_uri", expect=_to("http", "a.test.example.com", 81)),
        Case(value="https://test.example.com", expect=Refused("another path", "write")),
        Case(value="https://test.example.com/copy$request_uri", expect=Refused("another path", "write")),
        Case(value="https://test.example.com$uri", expect=Refused("another path", "write")),
        Case(value="http://shadow$request_uri", expect=Refused("anywhere", "write")),
        Case(value="http://shadow.lab$request_uri", expect=Refused("or a domain", "write")),
        Case(value="http://10.0.0.7$request_uri", expect=Refused("an address", "name")),
        Case(value="http://test.example.com:99999$request_uri", expect=Refused("no URL", "write")),
        Case(value="test.example.com$request_uri", expect=Refused("no URL", "write")),
        Case(value="http://me@test.example.com$request_uri", expect=Refused("no copy arrives", "correct")),
        Case(value=SERVICE, siblings={"rewrite-target": "/"}, expect=Refused("rewrite-target", "Ingress of its own")),
    ),
)
