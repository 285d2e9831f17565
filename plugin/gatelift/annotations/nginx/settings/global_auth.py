"""The authorization service that the controller asks about every request, for every Ingress that has none of its own.

An Ingress with ``auth-url``, or with ``enable-global-auth: "false"``, is not under it; neither is a path that begins
with one of ``no-auth-locations``, for which nginx asks nobody at all. Source: ``shouldApplyGlobalAuth`` and
``isLocationInLocationList`` in internal/ingress/controller/template of ingress-nginx v1.15.1.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx._external_auth import SESSION, SIGNIN, Today, asked, decided, endpoint, to_write
from gatelift.annotations.nginx.auth_method import METHODS
from gatelift.annotations.nginx.auth_response_headers import HEADER
from gatelift.annotations.nginx.auth_signin import redirected
from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, csv, parse_bool, shown
from gatelift.intent.security import AuthEndpoint, ExternalAuth

SETTING, SWITCH, _PAGE = "global-auth-url", "enable-global-auth", "global-auth-signin"
_METHOD = "let the authorization service take any method, then remove data.global-auth-method from the ConfigMap"
NO_AUTH = "/.well-known/acme-challenge"
_TODAY = Today(unchecked="", no_url="")
"""It is no annotation, so that nobody checks it, and no Ingress answers otherwise because of it."""


def no_auth_locations(controller: Controller) -> tuple[str, ...]:
    """Beginnings of paths about which nginx asks no authorization service; none where the setting is empty."""
    return csv(controller.settings.get("no-auth-locations", NO_AUTH))


def is_configured(controller: Controller) -> bool:
    """Whether the controller has a service to ask."""
    return bool((controller.setting(SETTING) or "").strip())


def opted_out(context: UnitContext) -> bool:
    """Whether the Ingress says that it is not under the global service."""
    return parse_bool(context.value(SWITCH) or "") is False


def away(context: UnitContext) -> Inert | None:
    """Why the global service is not asked about this Ingress, if it is not."""
    if not is_configured(context.controller):
        return Inert(f"it does nothing without {SETTING}")
    if (context.value("auth-url") or "").strip():
        return Inert("the Ingress has an auth-url of its own, and nginx asks that one alone")
    if opted_out(context):
        return Inert(f'the Ingress opts out with {SWITCH}: "false"')
    exempt = _exempt(context)
    if exempt and len(exempt) == len(_paths(context)):
        return Inert("all paths of the Ingress are among no-auth-locations")
    return None


def url(value: str, context: UnitContext) -> Result:
    """The same as ``auth-url`` on the Ingress; where one of its paths is exempt and another is not, a refusal."""
    if (aside := away(context)) is not None:
        return aside
    found = _service(value, context)
    if isinstance(found, Refused):
        return found
    page = _is_url(context.controller.setting(_PAGE) or "")
    return asked(found, context, _PAGE if page else "")


def _service(value: str, context: UnitContext) -> AuthEndpoint | Refused:
    if not _is_url(value):
        return Refused(
            "it is no URL, so ingress-nginx asks nobody today, although somebody wanted it to",
            f"correct data.{SETTING} in the ConfigMap: a scheme and a host, such as "
            "http://SERVICE.NAMESPACE.svc.cluster.local/PATH; or remove it",
        )
    exempt = _exempt(context)
    if exempt:
        return Refused(
            f"the path {shown(exempt[0])} is among no-auth-locations and the others are not, and a policy holds for "
            "all paths of an Ingress",
            f"move the rule for {shown(exempt[0])} (spec.rules[].http.paths[]) to an Ingress of its own, which is then "
            "under no authorization service, as today",
        )
    return endpoint(value, context, _TODAY)


def beside(context: UnitContext) -> Inert | None:
    """Why a companion of ``global-auth-url`` says nothing of its own about this Ingress, if it does not.

    Where only the decision is missing it speaks, so that everything there is to decide is said at once.
    """
    aside = away(context)
    if aside is None and isinstance(_service(context.controller.setting(SETTING) or "", context), Refused):
        return Inert(f"it belongs to {SETTING}, which is refused")
    return aside


def method(value: str, context: UnitContext) -> Result:
    """``GET``, or one that no gateway asks with; what is no method is passed over upstream."""
    if (aside := beside(context)) is not None:
        return aside
    if value not in METHODS:
        return Inert(f"{shown(value)} is no method, so ingress-nginx asks with GET")
    if value == "GET":
        return Inert("GET is the default")
    return Refused(f"a gateway asks with the method of the request, never always with {value}", _METHOD)


def signin(value: str, context: UnitContext) -> Result:
    """As ``auth-signin``: the service itself must redirect, under a path where it does."""
    if (aside := beside(context)) is not None:
        return aside
    if not _is_url(value):
        return Inert("it is no URL, so ingress-nginx passes over it")
    return redirected(context)


def redirect_param(value: str, context: UnitContext) -> Result:
    """It shares the fate of ``global-auth-signin``."""
    if (aside := _after(_PAGE, context)) is not None:
        return aside
    if decided(SIGNIN, context):
        return Translated(differs=f"the authorization service must put the wanted address into {shown(value.strip())}")
    return Refused(
        "it belongs to global-auth-signin, which a gateway cannot do",
        f"{to_write(SESSION, SIGNIN)} once the authorization service redirects by itself: see {_PAGE}",
    )


def response_headers(value: str, context: UnitContext) -> Result:
    """Which headers of the service's answer the backend gets; upstream leaves out what is no header's name."""
    if (aside := beside(context)) is not None:
        return aside
    names = tuple(name for name in dict.fromkeys(csv(value)) if HEADER.fullmatch(name))
    return Translated((ExternalAuth(response_headers=names),)) if names else Inert("it names no header")


def request_redirect(value: str, context: UnitContext) -> Result:
    """No gateway sends that header."""
    if (aside := beside(context)) is not None:
        return aside
    return Refused(
        "a gateway does not send the header X-Auth-Request-Redirect when it asks the authorization service",
        "set that address in the authorization service's own configuration, then write "
        "'accept: [{key: global-auth-request-redirect, reason: ...}]' in gatelift.yaml",
    )


def snippet(value: str, context: UnitContext) -> Result:
    """Configuration of nginx for asking the service."""
    if (aside := beside(context)) is not None:
        return aside
    return Refused(
        "it puts configuration of nginx's own into the question to the authorization service, which no gateway runs",
        "let the service do without it (headers that it needs: SecurityPolicy, spec.extAuth.headersToExtAuth), then "
        "write 'accept: [{key: global-auth-snippet, reason: ...}]' in gatelift.yaml",
    )


def cache_key(value: str, context: UnitContext) -> Result:
    """No gateway remembers answers."""
    if (aside := beside(context)) is not None:
        return aside
    return Refused(
        "a gateway does not remember the answers of the authorization service, and asks it about every request",
        "see that the service bears one question for each request, then write "
        "'accept: [{key: global-auth-cache-key, reason: ...}]' in gatelift.yaml",
    )


def cache_duration(value: str, context: UnitContext) -> Result:
    """It shares the fate of ``global-auth-cache-key``."""
    if (aside := _after("global-auth-cache-key", context)) is not None:
        return aside
    return Refused(
        "it belongs to global-auth-cache-key, which a gateway cannot do",
        "write 'accept: [{key: global-auth-cache-duration, reason: ...}]' in gatelift.yaml, beside that of "
        "global-auth-cache-key",
    )


def always_set_cookie(value: str, context: UnitContext) -> Result:
    """No cookie of a consent reaches the client at all."""
    if (aside := beside(context)) is not None:
        return aside
    return Translated(differs="a cookie that the authorization service sets in its consent does not reach the client")


def _after(other: str, context: UnitContext) -> Inert | None:
    if (aside := beside(context)) is not None:
        return aside
    return None if (context.controller.setting(other) or "").strip() else Inert(f"it does nothing without {other}")


def no_auth(value: str, context: UnitContext) -> Result:
    """Paths that nginx asks nobody about, neither the global service nor the Ingress's own: a policy covers them too.

    What that means under the global service is said by ``url``.
    """
    exempt = _exempt(context)
    own = next((name for name in ("auth-url", "auth-type") if (context.value(name) or "").strip()), "")
    if not exempt:
        return Inert("no path of the Ingress is among them")
    if not own:
        return Translated() if is_configured(context.controller) else Inert("nobody is asked about this Ingress at all")
    return Translated(differs=f"{own} holds for {shown(exempt[0])} too, which nginx asks nobody about")


def _paths(context: UnitContext) -> tuple[str, ...]:
    ingress = context.ingress
    written = [path.path for rule in ingress.rules for path in rule.paths]
    return (*written, "/") if ingress.default_backend is not None else tuple(written)


def _exempt(context: UnitContext) -> tuple[str, ...]:
    beginnings = no_auth_locations(context.controller)
    return tuple(path for path in _paths(context) if path.startswith(beginnings))


def _is_url(value: str) -> bool:
    """Upstream's ``StringToURL``: a scheme, and a host without two dots in a row."""
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc) and ".." not in parts.netloc
