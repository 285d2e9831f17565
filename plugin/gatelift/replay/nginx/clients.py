"""Certificates of clients, as lines of a server and as headers for the backend.

Each Secret holds the authority of the replay.
"""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.replay.nginx.quoting import word
from gatelift.traffic.nginx.clients import Client


def client_lines(found: Client, authority: str) -> Iterator[str]:
    """For a server, before its places."""
    if found.name:
        # It holds over HTTP, too, where there is no certificate.
        yield f"if ($ssl_client_s_dn !~ {word(found.name)}) {{ return 403; }}"
    yield f"ssl_client_certificate {word(authority)};"
    yield f"ssl_verify_client {found.verify};"
    yield f"ssl_verify_depth {found.depth};"
    if found.page:
        yield f"error_page 495 496 = {word(found.page)};"


def client_headers(found: Client | None) -> dict[str, str]:
    """What the backend is told of the client's certificate."""
    if found is None:
        return {}
    return {
        **({"ssl-client-cert": "$ssl_client_escaped_cert"} if found.passed else {}),
        "ssl-client-verify": "$ssl_client_verify",
        "ssl-client-subject-dn": "$ssl_client_s_dn",
        "ssl-client-issuer-dn": "$ssl_client_i_dn",
    }
