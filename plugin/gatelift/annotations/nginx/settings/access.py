"""Settings that restrict access to every Ingress at once, or may."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect, Setting, everywhere, is_read, refusing
from gatelift.intent.base import Risk

_SNIPPET = "it puts configuration of nginx's own into {place}, which no gateway runs, and which may restrict access"
_REBUILD = "rebuild what it does at the Gateway{how}, then write 'accept: [{{key: {name}, reason: ...}}]'"
_WAF = (
    " (Envoy Gateway: an EnvoyExtensionPolicy with a WAF in Wasm, such as Coraza; Calico Enterprise: its own WAF, "
    "on the Gateway)"
)


def _refused(name: str, text: str, how: str = "") -> Setting:
    return refusing(name, text, _REBUILD.format(how=how, name=name))


def _switch(name: str, text: str, how: str = "") -> Setting:
    return refusing(name, text, _REBUILD.format(how=how, name=name), default="false")


def _snippet(name: str, place: str) -> Setting:
    return _refused(name, _SNIPPET.format(place=place), " by policies and filters")


SETTINGS: tuple[Setting, ...] = (
    everywhere("global-auth-url"),
    everywhere("global-auth-method"),
    everywhere("global-auth-signin"),
    everywhere("global-auth-signin-redirect-param", "rd"),
    everywhere("global-auth-response-headers"),
    everywhere("global-auth-request-redirect"),
    everywhere("global-auth-snippet"),
    everywhere("global-auth-cache-key"),
    everywhere("global-auth-cache-duration", "200 202 401 5m"),
    everywhere("global-auth-always-set-cookie", "false"),
    everywhere("no-auth-locations", "/.well-known/acme-challenge"),
    everywhere("block-cidrs"),
    _refused(
        "block-user-agents",
        "requests with these User-Agent headers get 403 on every host, and routes have nothing for all of them at once",
        ": a rule with matches.headers of type RegularExpression on User-Agent, before all others of a host, with an "
        "HTTPRouteFilter whose directResponse is 403",
    ),
    _refused(
        "block-referers",
        "requests with these Referer headers get 403 on every host, and routes have nothing for all of them at once",
        ": a rule with matches.headers of type RegularExpression on Referer, before all others of a host, with an "
        "HTTPRouteFilter whose directResponse is 403",
    ),
    _switch("enable-modsecurity", "a web application firewall looks at every request, and no route has one", _WAF),
    _switch(
        "enable-owasp-modsecurity-crs",
        "OWASP's rules for web applications hold for every request, and no route has them",
        _WAF,
    ),
    _refused("modsecurity-snippet", "it configures a web application firewall, which no route has", _WAF),
    _snippet("main-snippet", "all of nginx"),
    _snippet("http-snippet", "every host"),
    _snippet("server-snippet", "every host"),
    _snippet("location-snippet", "every path"),
    _snippet("stream-snippet", "TCP and UDP services"),
    # Gone since v1.12, and alive in every release before: Lua, which may authenticate.
    _refused("plugins", "it loads Lua that may restrict access, and no gateway runs it"),
    Setting(
        "limit-conn-zone-variable",
        "$binary_remote_addr",
        Effect.REFUSED,
        "request limits count something else than client addresses, which is all that a gateway counts by itself",
        "count by a policy of the Gateway (BackendTrafficPolicy.rateLimit.global with a header), then write "
        "'accept: [{key: limit-conn-zone-variable, reason: ...}]'",
        Risk.SECURITY,
    ),
    is_read("allow-snippet-annotations", "false"),
    is_read("allow-cross-namespace-resources", "false"),
    is_read("annotations-risk-level", "High"),
    is_read("annotation-value-word-blocklist"),
    # What it forbids never came into the cluster.
    is_read("strict-validate-path-type", "true"),
)
