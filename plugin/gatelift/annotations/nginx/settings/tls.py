"""TLS and HTTP versions towards clients: what a ClientTrafficPolicy on the Gateway says for all hosts."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect, Setting, changed, own
from gatelift.annotations.unit import shown

CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256"
)
_POLICY = "of a ClientTrafficPolicy on the Gateway"

SETTINGS: tuple[Setting, ...] = (
    changed("ssl-protocols", "TLSv1.2 TLSv1.3", "the gateway has its own versions of TLS"),
    changed(
        "ssl-ciphers",
        CIPHERS,
        "the gateway offers its own ciphers for TLS 1.2",
        f"list them in tls.ciphers {_POLICY}, by the same names of OpenSSL, where clients or an audit need them",
    ),
    changed(
        "ssl-ecdh-curve",
        "auto",
        "the gateway has its own curves",
        f"list them in tls.ecdhCurves {_POLICY} where an audit needs them",
    ),
    changed(
        "ssl-early-data",
        "false",
        "clients send early data (0-RTT) today, which the gateway does not take: they connect a little slower",
    ),
    changed(
        "ssl-reject-handshake",
        "false",
        "connections for unknown names are refused in the TLS handshake",
        "leave the Gateway without an HTTPS listener that has no hostname: it refuses them then, too",
    ),
    changed(
        "enable-ocsp",
        "false",
        "nginx sends the certificate's OCSP status along; the gateway does not fetch it",
        "see that no client insists on it",
    ),
    changed(
        "use-http2",
        "true",
        "clients speak HTTP/1.1 only today, and the gateway offers HTTP/2 too",
        f"set tls.alpnProtocols {_POLICY} to [http/1.1] to keep that",
    ),
    changed(
        "http2-max-concurrent-streams",
        "128",
        "the gateway has its own limit of streams in one HTTP/2 connection (Envoy Gateway: 100)",
        f"set http2.maxConcurrentStreams {_POLICY}",
    ),
    Setting(
        "proxy-ssl-location-only", "false", Effect.OWN, "what routes say about backends never holds for a whole host"
    ),
    *own(
        "ssl-dh-param",
        "ssl-session-cache",
        "ssl-session-cache-size",
        "ssl-session-tickets",
        "ssl-session-ticket-key",
        "ssl-session-timeout",
        "ssl-buffer-size",
        "http2-max-field-size",
        "http2-max-header-size",
        "http2-max-requests",
    ),
)


def protocols(value: str) -> tuple[str, str]:
    """What changes for clients, and what to do, where ``ssl-protocols`` is ``value``."""
    wanted = set(value.replace(",", " ").split())
    old = sorted(wanted & {"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"})
    if old:
        number = "1.0" if "TLSv1" in old else "1.1"
        fix = f"set tls.minVersion {_POLICY} to '{number}' if they cannot be updated"
        return f"clients that speak nothing newer than {', '.join(old)} are turned away: gateways begin at TLS 1.2", fix
    if "TLSv1.2" not in wanted:
        fix = f"set tls.minVersion {_POLICY} to '1.3' before traffic moves"
        return "nginx takes TLS 1.3 only, and the gateway would take TLS 1.2 as well", fix
    if "TLSv1.3" not in wanted:
        fix = f"set tls.maxVersion {_POLICY} to '1.2' if something stands in the way of TLS 1.3"
        return "nginx does not offer TLS 1.3, and the gateway does", fix
    return f"the gateway has its own versions of TLS instead of {shown(value)}", f"compare tls.minVersion {_POLICY}"
