"""One policy of a kind: what several contributions give is joined, and what they contradict is told by its field."""

from __future__ import annotations

import pytest

from gatelift.gateway.merging import clash, joined
from gatelift.manifests.backend_traffic import HTTPTimeout, TCPTimeout, Timeout

CONNECT = {"timeout": Timeout(tcp=TCPTimeout(connect_timeout="5s"))}
IDLE = {"timeout": Timeout(http=HTTPTimeout(stream_idle_timeout="60s"))}
BOTH = {"timeout": Timeout(tcp=TCPTimeout(connect_timeout="5s"), http=HTTPTimeout(stream_idle_timeout="60s"))}


def test_models_that_both_give_are_joined_field_by_field() -> None:
    assert joined(CONNECT, IDLE) == BOTH == joined(IDLE, CONNECT)
    assert clash(CONNECT, IDLE) == ""


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        (CONNECT, {"timeout": Timeout(tcp=TCPTimeout(connect_timeout="6s"))}, "timeout.tcp.connect_timeout"),
        ({"routing_type": "Service"}, {"routing_type": "Endpoint"}, "routing_type"),
        ({"routing_type": "Service"}, {"routing_type": "Service"}, ""),
        ({"routing_type": "Service"}, CONNECT, ""),
        (CONNECT, BOTH, ""),
    ],
)
def test_what_cannot_be_joined_is_told(first: dict[str, object], second: dict[str, object], field: str) -> None:
    assert clash(first, second) == field
