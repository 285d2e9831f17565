"""Lists of ciphers in OpenSSL's words, as far as Envoy can be told the same.

Envoy takes single suites by OpenSSL's names, not its keywords (``HIGH``, ``!aNULL``), and only those of BoringSSL:
https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto
"""

from __future__ import annotations

import re

ENVOY = frozenset(
    {
        *(f"ECDHE-{key}-{rest}" for key in ("ECDSA", "RSA") for rest in ("AES128-GCM-SHA256", "AES256-GCM-SHA384")),
        *(f"ECDHE-{key}-{rest}" for key in ("ECDSA", "RSA") for rest in ("CHACHA20-POLY1305", "AES128-SHA")),
        *(f"ECDHE-{key}-AES256-SHA" for key in ("ECDSA", "RSA")),
        *("AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA"),
    }
)
_SUITE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")


def suites(value: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The suites of ``value`` that Envoy has, and those that it has not; ``None`` where a keyword stands among them."""
    names = [name for name in re.split(r"[:, ]", value) if name]
    if not names or not all(_SUITE.fullmatch(name) for name in names):
        return None
    return tuple(n for n in names if n in ENVOY), tuple(n for n in names if n not in ENVOY)
