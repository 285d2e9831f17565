"""A wrapped chart renders what expected() asks for, or stops."""

from __future__ import annotations

from wrapping import PREFIX, Wrapped, ingress, objects_of, rendering, values

from gatelift.proof.hosts import by_host

TWO = {"a.example.com": [("/", "Prefix"), ("/api/", "Prefix")], "b.example.com": [("/", "ImplementationSpecific")]}
TLS = [{"hosts": ["a.example.com", "b.example.com"], "secretName": "s"}]


def test_two_hosts_with_tls_and_a_timeout_become_what_is_expected() -> None:
    seen = ingress({f"{PREFIX}proxy-read-timeout": "120", "example.com/x": "y"}, TWO, TLS)
    made = Wrapped([seen])
    with rendering(made) as render:
        found = render(values([seen]))
    assert not found.findings
    (change,) = made.ask([seen])
    assert by_host([seen, *change.emitted], objects_of(found)) is None
