"""Annotations of the APISIX Ingress Controller."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import APISIX

PREFIX = "k8s.apisix.apache.org/"
SETTINGS = {
    "use-regex": Setting("that paths are patterns", by.PATH_REGEX),
    "enable-websocket": Setting("WebSocket", by.NOTHING),
    "plugin-config-name": Setting(
        "the ApisixPluginConfig that requests go through: logins, address lists, rate limits",
        "a filter ExtensionRef with a PluginConfig, where APISIX stays the implementation; else the filters and "
        "policies that say the same",
        restricts=True,
    ),
    "upstream-scheme": Setting("the protocol towards the backend", by.BACKEND_PROTOCOL),
    "upstream-retries": Setting("how often requests are tried again", by.RETRY),
    "upstream-connect-timeout": Setting("how long connecting may take", by.CONNECT_TIMEOUT),
    "upstream-read-timeout": Setting("how long the backend may be silent", by.IDLE_TIMEOUT),
    "upstream-send-timeout": Setting("how long the backend may take nothing", by.IDLE_TIMEOUT),
    "enable-cors": Setting("the answer to requests from other origins", by.CORS),
    "cors-*": Setting("the answer to requests from other origins", by.CORS),
    "enable-csrf": Setting("protection against forged requests", by.NO_FIELD, restricts=True),
    "csrf-key": Setting("the key of that protection", by.NO_FIELD, restricts=True),
    "http-to-https": Setting("the redirect to HTTPS", by.TLS_REDIRECT),
    "http-redirect": Setting("where requests are redirected", by.REDIRECT),
    "http-redirect-code": Setting("the status of the redirect", by.REDIRECT_CODE),
    "rewrite-target*": Setting("how the path is rewritten", by.REWRITE),
    "enable-response-rewrite": Setting("that answers are rewritten", by.ERRORS),
    "response-rewrite-*": Setting(
        "how answers are rewritten: status, body, headers", f"{by.ERRORS}; {by.RESPONSE_HEADERS}"
    ),
    "auth-type": Setting("a login by key or password", f"{by.BASIC_AUTH}; for keys apiKeyAuth", restricts=True),
    "auth-*": Setting("a login by a service of its own", by.EXTERNAL_AUTH, restricts=True),
    "allowlist-source-range": Setting("the addresses that may come in", by.ALLOW_LIST, restricts=True),
    "blocklist-source-range": Setting("the addresses that may not come in", by.DENY_LIST, restricts=True),
    "http-allow-methods": Setting("the methods that it takes", by.MATCH_METHOD, restricts=True),
    "http-block-methods": Setting("the methods that it does not take", by.MATCH_METHOD, restricts=True),
    "svc-namespace": Setting(
        "the namespace of its Services", "backendRefs with a namespace, and a ReferenceGrant there"
    ),
}
FAMILY = Family(
    owner=APISIX.name,
    prefixes=APISIX.prefixes,
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead="the field of HTTPRoute or Gateway that says the same; APISIX serves Gateway API itself",
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of APISIX",
    "https://apisix.apache.org/docs/ingress-controller/concepts/annotations/",
    (
        idle(f"{PREFIX}http-to-https", "true", "RequestRedirect"),
        idle(f"{PREFIX}rewrite-target-regex", "/a/(.*)", "URLRewrite"),
        idle(f"{PREFIX}response-rewrite-body", "bye", "responseOverride"),
        guarded(f"{PREFIX}auth-uri", "http://auth/check", "service of its own"),
        guarded(f"{PREFIX}allowlist-source-range", "10.0.0.0/8", "addresses that may come in"),
        guarded(f"{PREFIX}http-block-methods", "DELETE", "methods"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
        idle(f"{PREFIX}auth-uri", "", "is empty"),
    ),
)
