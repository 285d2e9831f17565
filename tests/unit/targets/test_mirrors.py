"""Copies of requests: where they may go on which target, what allows it, and what the copies look like."""

from __future__ import annotations

import pytest
from msgspec import UNSET
from targets_view import consumed, refusal, view

from gatelift.config.target import EnvoyGateway
from gatelift.intent.base import Risk
from gatelift.intent.mirroring import Mirror, MirrorEndpoint
from gatelift.manifests.backends import Backend
from gatelift.manifests.grants import ReferenceGrant
from gatelift.manifests.inventory import Service, ServicePort
from gatelift.targets.base import Contribution

NEAR = MirrorEndpoint(scheme="http", host="shadow", port=8080, namespace="shop")
AWAY = MirrorEndpoint(scheme="http", host="shadow", port=8080, namespace="lab")
OUTSIDE = MirrorEndpoint(scheme="https", host="test.example.com", port=443)
SEEN = {f"{namespace}/shadow": Service((ServicePort(8080),)) for namespace in ("shop", "lab")}
BOTH = pytest.mark.parametrize("release", [None, EnvoyGateway.V1_8], ids=["standard", "envoy"])


def target(made: Contribution) -> tuple[str, str, object, object]:
    """(kind, name, namespace, port) of what the filter points to."""
    (mirror,) = made.filters
    reference = mirror.request_mirror.backend_ref  # type: ignore[union-attr]  # the only filter is a mirror
    return reference.kind, reference.name, reference.namespace, reference.port


@BOTH
def test_a_service_beside_the_ingress_needs_nothing_more(release: EnvoyGateway | None) -> None:
    made = consumed(Mirror(endpoint=NEAR, host="$host"), seen=view(release, SEEN))
    assert target(made) == ("Service", "shadow", UNSET, 8080)
    assert made.objects == ()
    assert made.notes == ()


@BOTH
def test_a_service_elsewhere_needs_a_grant_from_routes_to_it_alone(release: EnvoyGateway | None) -> None:
    made = consumed(Mirror(endpoint=AWAY), release)
    assert target(made) == ("Service", "shadow", "lab", 8080)
    (grant,) = made.objects
    assert isinstance(grant, ReferenceGrant)
    assert grant.metadata.namespace == "lab"
    assert [(item.kind, item.namespace) for item in grant.spec.from_] == [("HTTPRoute", "shop")]
    assert [(item.kind, item.name) for item in grant.spec.to] == [("Service", "shadow")]


def test_a_host_outside_stands_behind_a_backend_that_asks_for_its_own_certificate() -> None:
    made = consumed(Mirror(endpoint=OUTSIDE))
    (backend,) = made.objects
    assert isinstance(backend, Backend)
    assert target(made) == ("Backend", backend.metadata.name, UNSET, 443)
    assert backend.spec.tls is not UNSET
    assert (backend.spec.tls.insecure_skip_verify, backend.spec.tls.sni) == (True, "test.example.com")
    assert "not verified" in dict(made.notes[:1])["endpoint"].text


def test_a_release_without_names_for_tls_is_given_none() -> None:
    (backend,) = consumed(Mirror(endpoint=OUTSIDE), EnvoyGateway.V1_5).objects
    assert isinstance(backend, Backend)
    assert backend.spec.tls is not UNSET
    assert backend.spec.tls.sni is UNSET


@pytest.mark.parametrize(
    ("intent", "release", "why"),
    [
        (Mirror(endpoint=OUTSIDE), None, "https://test.example.com is none"),
        (Mirror(endpoint=OUTSIDE), EnvoyGateway.V1_3, "over TLS"),
        (Mirror(endpoint=NEAR, body=False), None, "carry the body"),
        (Mirror(endpoint=OUTSIDE, body=False), EnvoyGateway.V1_8, "carry the body"),
        (Mirror(host="shop.example.com"), EnvoyGateway.V1_8, "not settled"),
        (Mirror(body=True), None, "not settled"),
        (Mirror(endpoint=NEAR), EnvoyGateway.V1_7, "no endpoints"),
    ],
)
def test_a_copy_that_cannot_be_sent_harms_no_client(intent: Mirror, release: EnvoyGateway | None, why: str) -> None:
    note = refusal(intent, release)
    assert why in note.text
    assert note.risk is Risk.TRAFFIC


@pytest.mark.parametrize(
    ("host", "release", "field", "told"),
    [
        (UNSET, EnvoyGateway.V1_8, "endpoint", "nginx sends shadow.lab.svc"),
        ("other.example.com", EnvoyGateway.V1_8, "host", "nginx sends other.example.com"),
        ("shop.example.com", EnvoyGateway.V1_8, "", ""),
        ("$host", None, "", ""),
    ],
)
def test_the_host_of_a_copy_is_told_where_it_is_another_one(
    host: str, release: EnvoyGateway | None, field: str, told: str
) -> None:
    notes = consumed(Mirror(endpoint=AWAY, host=host), seen=view(release, SEEN)).notes
    assert [name for name, _ in notes] == ([field] if field else [])
    assert all(told in note.text for _, note in notes)


def test_older_releases_write_behind_the_host() -> None:
    notes = consumed(Mirror(endpoint=OUTSIDE, host="$host"), EnvoyGateway.V1_5).notes
    assert "-shadow behind it" in dict(notes)["host"].text


@BOTH
@pytest.mark.parametrize(
    ("service", "why"),
    [(Service((ServicePort(80),)), "has no port 8080"), (Service(external_name="test.example.com"), "ExternalName")],
)
def test_a_service_that_would_take_the_route_along_gets_no_copies(
    release: EnvoyGateway | None, service: Service, why: str
) -> None:
    note = refusal(Mirror(endpoint=NEAR), seen=view(release, {"shop/shadow": service}))
    assert why in note.text
    assert note.risk is Risk.TRAFFIC


@BOTH
def test_a_service_that_nobody_saw_is_told(release: EnvoyGateway | None) -> None:
    notes = consumed(Mirror(endpoint=AWAY, host="$host"), release).notes
    assert [name for name, _ in notes] == ["endpoint"]
    assert "lab/shadow was not seen" in notes[0][1].text


@BOTH
def test_copies_to_a_namespace_need_one_of_their_own(release: EnvoyGateway | None) -> None:
    assert "metadata.namespace" in refusal(Mirror(endpoint=AWAY), seen=view(release, SEEN, namespace="")).todo
