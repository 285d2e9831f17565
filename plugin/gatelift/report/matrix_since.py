"""Since which release something can be written, in people's words, and what is done where it cannot.

The releases come from ``manifests/availability.py``; only words stand here, and what has none is named by its field.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatelift.manifests.availability import FIELDS, MERGE_TYPE, VERSIONS, Since, since
from gatelift.manifests.shape import (
    BACKEND,
    BACKEND_TLS_POLICY,
    BACKEND_TRAFFIC_POLICY,
    CLIENT_TRAFFIC_POLICY,
    HTTP_ROUTE,
    LISTENER_SET,
    SECURITY_POLICY,
    TLS_ROUTE,
    Kind,
)

_FILTER = "spec/rules/*/filters/*"
_HASH = "spec/loadBalancer/consistentHash"


class Feature(msgspec.Struct, frozen=True):
    """What people call it, what is done below its release, and where it stands: a kind, and paths of its table."""

    words: str
    instead: str
    kind: Kind
    paths: tuple[str, ...] = ("",)


_REPLACES = "It takes the place of the Gateway's policy, and the ledger says so; refused where the Gateway has one."

FEATURES = (
    Feature(
        "Redirects with 303, 307 and 308",
        "302, 302 and 301 are written, and the ledger says so: clients may repeat a POST as a GET.",
        HTTP_ROUTE,
        tuple(f"{_FILTER}/requestRedirect/statusCode={code}" for code in (303, 307, 308)),
    ),
    Feature(
        "CORS on a route",
        "With Envoy Gateway a SecurityPolicy answers instead; without it CORS is refused.",
        HTTP_ROUTE,
        (f"{_FILTER}/cors", f"{_FILTER}/type=CORS"),
    ),
    Feature(
        "Names of rules",
        "Nothing is lost: rules are written without names, on every release.",
        HTTP_ROUTE,
        ("spec/rules/*/name",),
    ),
    Feature(
        "Verified TLS to a backend (BackendTLSPolicy)",
        "Refused: no object of Gateway API says it.",
        BACKEND_TLS_POLICY,
    ),
    Feature("TLS handed on unopened (TLSRoute)", "ssl-passthrough is refused.", TLS_ROUTE),
    Feature(
        "Listeners of an application's own (ListenerSet)",
        "`listeners: listenerset` is refused; use `existing` or `gateway`.",
        LISTENER_SET,
    ),
    Feature(
        "TLS to a backend whose certificate nobody verifies",
        "Refused, unless `decide: {backendTLS: …}` says how to verify it.",
        BACKEND,
        ("spec/tls",),
    ),
    Feature(
        "Merging a route's traffic settings with the Gateway's",
        _REPLACES,
        BACKEND_TRAFFIC_POLICY,
        (MERGE_TYPE,),
    ),
    Feature(
        "Merging a route's access rules with the Gateway's",
        _REPLACES,
        SECURITY_POLICY,
        (MERGE_TYPE,),
    ),
    Feature(
        "Idle timeouts of a route",
        "Up to five minutes Envoy's own limit stands in, and the ledger says so; longer ones are refused.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/timeout/http/streamIdleTimeout",),
    ),
    Feature(
        "Idle timeouts of a whole Gateway",
        "Long idle timeouts are refused; there is nothing to set by hand.",
        CLIENT_TRAFFIC_POLICY,
        ("spec/timeout/http/streamIdleTimeout",),
    ),
    Feature(
        "Retries after a connection that was reset before the request was sent",
        "Only failed and refused connections are tried again.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/retry/retryOn/triggers/*=reset-before-request",),
    ),
    Feature(
        "A limit on request bodies",
        "`decide: {proxyBodySize: buffer}` is refused; `omit` works.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/requestBuffer",),
    ),
    Feature(
        "One path under which an authorisation service is asked",
        "auth-url is refused: the service would be asked under a path that the client chooses.",
        SECURITY_POLICY,
        ("spec/extAuth/http/pathOverride",),
    ),
    Feature(
        "Names, versions, ciphers, client certificates and authorities of TLS to a backend",
        "The backend is told the host of the request; what needs a certificate, a version or ciphers is refused.",
        BACKEND,
        tuple(
            f"spec/tls/{name}"
            for name in ("sni", "clientCertificateRef", "minVersion", "maxVersion", "ciphers", "alpnProtocols")
        ),
    ),
    Feature(
        "Affinity by a list of headers",
        "One header is written in the older field, which means the same.",
        BACKEND_TRAFFIC_POLICY,
        (f"{_HASH}/headers", f"{_HASH}/type=Headers"),
    ),
    Feature(
        "Affinity by a query parameter",
        "upstream-hash-by `$arg_…` is refused.",
        BACKEND_TRAFFIC_POLICY,
        (f"{_HASH}/queryParams", f"{_HASH}/type=QueryParams"),
    ),
    Feature(
        "The Service's own address instead of its endpoints'",
        "service-upstream is refused; an EnvoyProxy can ask for it for all of its routes.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/routingType",),
    ),
    Feature(
        "Clients that a rate limit does not hold for",
        "limit-allowlist is refused: the limit would hold for them too.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/rateLimit/local/rules/*/clientSelectors/*/sourceCIDR/invert",),
    ),
    Feature(
        "The speed at which answers are sent",
        "`decide: {limitRate: route}` is refused; `omit` works.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/bandwidthLimit",),
    ),
    Feature(
        "Error pages for the gateway's own errors alone",
        "custom-http-errors beside disable-proxy-intercept-errors is refused; the backend's errors would be replaced.",
        BACKEND_TRAFFIC_POLICY,
        ("spec/responseOverride/*/source",),
    ),
    Feature(
        "Ways to ask a client for a certificate",
        "An older field says whether it is required, which is all that auth-tls-verify-client needs.",
        CLIENT_TRAFFIC_POLICY,
        ("spec/tls/clientValidation/mode",),
    ),
    Feature(
        "Certificates that were revoked",
        "A Secret of auth-tls-secret that holds `ca.crl` is refused.",
        CLIENT_TRAFFIC_POLICY,
        ("spec/tls/clientValidation/crl",),
    ),
)
"""In the order of the page: routes first, then what Envoy Gateway adds."""

_GENERAL = "It is not written; what cannot do without it is refused, and the ledger names the release."


def since_rows() -> tuple[tuple[str, str, str], ...]:
    """(what, since when, what is done below that), a row for everything that some release lacks."""
    return (*_named(), *_others())


def _named() -> Iterator[tuple[str, str, str]]:
    for feature in FEATURES:
        first = _first(feature.kind, feature.paths[0])
        if first is not None:
            yield feature.words, str(first), feature.instead


def _first(kind: Kind, path: str) -> Since | None:
    """Since when in any version: an older one may have come in the experimental channel."""
    versions = () if path else tuple(VERSIONS.get(kind, {}).values())
    if not versions:
        return since(kind, path)
    return Since(
        standard=min(item.standard for item in versions), experimental=min(item.experimental for item in versions)
    )


def _others() -> Iterator[tuple[str, str, str]]:
    """Fields without words of their own, those of one kind and release in a row."""
    told = {(feature.kind, path) for feature in FEATURES for path in feature.paths}
    found: dict[tuple[str, str], list[str]] = {}
    for kind, table in FIELDS.items():
        for path, first in table.items():
            # What a rule's filters have, those of its backends have too.
            if (kind, path.replace("/backendRefs/*", "")) not in told:
                found.setdefault((kind.kind, str(first)), []).append(path)
    for kind in VERSIONS:
        first_of_kind = _first(kind, "")
        if (kind, "") not in told and first_of_kind is not None:
            found.setdefault((kind.kind, str(first_of_kind)), [])
    for (name, release), paths in found.items():
        fields = ", ".join(f"`{_shown(path)}`" for path in paths)
        yield f"{name}: {fields}" if fields else name, release, _GENERAL


def _shown(path: str) -> str:
    return path.removeprefix("spec/").replace("/*", "[]").replace("/", ".").replace("=", ": ")
