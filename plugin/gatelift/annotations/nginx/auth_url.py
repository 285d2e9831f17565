"""Ask a service whether a request may pass."""

from __future__ import annotations

from gatelift.annotations.nginx._external_auth import SESSION, SOURCE, SURE, asked, endpoint
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.intent.base import Risk
from gatelift.intent.security import AuthEndpoint, ExternalAuth

SIGNIN = {"auth-signin": "https://auth.example.com/start"}


def read(value: str, context: UnitContext) -> Result:
    """One fixed URL: a Service of the cluster, or a host outside; ``$host`` is fixed where the Ingress has one host.

    A service that is no longer told the URL and the method may let in more than today, so that somebody has to decide.
    """
    if not value.strip():
        return Inert("it is empty, which is as good as missing")
    found = endpoint(value, context)
    if isinstance(found, Refused):
        return found
    return asked(found, context, "auth-signin" if (context.value("auth-signin") or "").strip() else "")


def _to(scheme: str, host: str, port: int, path: str, namespace: str | None = None) -> tuple[ExternalAuth]:
    return (ExternalAuth(endpoint=AuthEndpoint(scheme=scheme, host=host, port=port, path=path, namespace=namespace)),)


unit = Unit(
    names=("auth-url",),
    risk=Risk.SECURITY,
    read=read,
    decide=(SESSION,),
    summary="The service that is asked whether a request may pass",
    source=SOURCE,
    cases=(
        Case(value="http://auth.infra.svc.cluster.local/check", expect=Refused("X-Original-URL", "authUrl: session")),
        Case(
            value="http://auth.infra.svc.cluster.local/check",
            siblings=SIGNIN,
            expect=Refused("X-Original-Method", "authUrl: session, authSignin: authService"),
        ),
        Case(
            value="http://auth.infra.svc.cluster.local/check",
            siblings=SIGNIN,
            decide={"authSignin": "authService"},  # it says who redirects, not what the service decides by
            expect=Refused("could let in more", "authUrl: session"),
        ),
        Case(
            value="http://auth.infra.svc.cluster.local:4180/oauth2/auth",
            decide=SURE,
            expect=Translated(_to("http", "auth", 4180, "/oauth2/auth", "infra"), differs="cookie"),
        ),
        Case(
            value="http://auth.infra.svc/check",
            decide=SURE,
            expect=Translated(_to("http", "auth", 80, "/check", "infra"), differs="cookie"),
        ),
        Case(
            value="https://auth.example.com/check",
            decide=SURE,
            expect=Translated(_to("https", "auth.example.com", 443, "/check"), differs="cookie"),
        ),
        Case(
            value="https://auth.infra.svc/check",
            decide=SURE,
            expect=Translated(_to("https", "auth.infra.svc.cluster.local", 443, "/check"), differs="cookie"),
        ),
        Case(value="", expect=Inert("empty")),
        Case(
            value="https://$host/oauth2/auth",
            decide=SURE,
            expect=Translated(_to("https", "shop.example.com", 443, "/oauth2/auth"), differs="cookie"),
        ),
        Case(
            value="https://auth.$http_host:8443/check",
            decide=SURE,
            expect=Translated(_to("https", "auth.shop.example.com", 8443, "/check"), differs="cookie"),
        ),
        Case(value="https://$host/oauth2/auth", host=None, expect=Refused("variables", "fixed")),
        Case(value="https://$host/oauth2/auth", host="*.example.com", expect=Refused("variables", "fixed")),
        Case(
            value="https://$host/oauth2/auth",
            siblings={"server-alias": "www.example.com"},
            expect=Refused("variables", "fixed"),
        ),
        Case(value="https://$hostname/check", expect=Refused("variables", "fixed")),
        Case(value="https://auth.example.com/$host", expect=Refused("variables", "fixed")),
        Case(value="https://$hostname/check", decide=SURE, expect=Refused("variables", "fixed")),
        Case(value="http://auth.infra/check", expect=Refused("or a domain", "in full")),
        Case(value="http://auth/check", expect=Refused("anywhere", "in full")),
        Case(value="http://10.0.0.7/check", expect=Refused("address", "name")),
        Case(value="https://auth.example.com/check?app=shop", expect=Refused("query", "path")),
        Case(value="https://auth.example.com", expect=Refused("no path", "in full")),
        Case(value="https://me:secret@auth.example.com/check", expect=Refused("user and a password", "in full")),
        Case(value="auth.example.com/check", expect=Refused("503", "in full")),
        Case(value="http://auth.example.com:99999/check", expect=Refused("no port", "in full")),
        Case(value="grpc://auth.example.com/check", expect=Refused("'grpc'", "in full")),
        Case(value="http://auth.example.com/a#b", expect=Refused("does not load", "in full")),
        Case(
            value="http://auth.infra.svc.cluster.local/check",
            siblings=SIGNIN,
            decide=SURE,
            expect=Translated(_to("http", "auth", 80, "/check", "infra"), differs="cookie"),
        ),
    ),
)
