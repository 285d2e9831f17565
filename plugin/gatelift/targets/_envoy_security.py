"""Envoy Gateway's SecurityPolicy: client addresses, basic and external authorisation.

https://gateway.envoyproxy.io/docs/api/extension_types/#securitypolicyspec
"""

from __future__ import annotations

from msgspec import UNSET

from gatelift.config.target import GatewayAPI
from gatelift.intent.base import Risk, known
from gatelift.intent.outcome import Note, differs, refused
from gatelift.intent.security import AuthEndpoint, ExternalAuth, SourceRanges
from gatelift.intent.security import BasicAuth as BasicAuthIntent
from gatelift.intent.traffic import Cors
from gatelift.manifests.durations import duration
from gatelift.manifests.model import Manifest
from gatelift.manifests.references import SecretObjectReference
from gatelift.manifests.security import (
    CORS,
    Authorization,
    AuthorizationRule,
    BasicAuth,
    Decision,
    ExtAuth,
    ExtAuthBackendRef,
    HTTPExtAuthService,
    Principal,
)
from gatelift.manifests.shape import BACKEND, SECRET, SECURITY_POLICY, SERVICE
from gatelift.targets import _reach as reach
from gatelift.targets import standard
from gatelift.targets.base import Contribution, RouteView

_ADDRESS = (
    "the address is the one Envoy sees: behind a load balancer it needs externalTrafficPolicy: Local, the PROXY "
    "protocol, or a ClientTrafficPolicy with clientIPDetection"
)


def source_ranges(intent: SourceRanges, view: RouteView) -> Contribution:
    """Deny first, then allow, as nginx asks; where there is an allow list everybody else is denied."""
    rules: list[AuthorizationRule] = []
    if isinstance(intent.deny, tuple):
        rules.append(AuthorizationRule(name="deny", action="Deny", principal=Principal(client_cidrs=intent.deny)))
    if isinstance(intent.allow, tuple):
        rules.append(AuthorizationRule(name="allow", action="Allow", principal=Principal(client_cidrs=intent.allow)))
    default: Decision = "Deny" if isinstance(intent.allow, tuple) else "Allow"
    authorization = Authorization(default_action=default, rules=tuple(rules))
    return Contribution(security={"authorization": authorization}, notes=(("", differs(_ADDRESS)),))


def basic_auth(intent: BasicAuthIntent, view: RouteView) -> Contribution | Note:
    """Users of a Secret; only ``{SHA}`` hashes under ``.htpasswd`` are understood (T31)."""
    if not isinstance(intent.secret, str):
        return refused("the Secret with its users is not settled", "see what is said about auth-secret", Risk.SECURITY)
    users = SecretObjectReference(group=SECRET.group, kind=SECRET.kind, name=intent.secret)
    return Contribution(security={"basic_auth": BasicAuth(users=users)})


# Envoy sends the service Host, Method, Path, Content-Length and Authorization; nginx sends all headers of the request.
TO_SERVICE = ("Cookie", "Authorization", "X-Forwarded-For", "X-Forwarded-Proto", "User-Agent", "Accept")


def external_auth(intent: ExternalAuth, view: RouteView) -> Contribution | Note:
    """A service that is asked about every request; when it fails nobody comes in."""
    if not isinstance(intent.endpoint, AuthEndpoint):
        return refused("the service to ask is not settled", "see what is said about auth-url", Risk.SECURITY)
    path = intent.signin if isinstance(intent.signin, str) else intent.endpoint.path
    if not view.has(SECURITY_POLICY, _PATH):
        # oauth2-proxy, for one, answers everybody under /ping and /robots.txt: the client would choose to be let in.
        why = (
            f"the service would be asked under the path of the request{'' if path == '/' else f' put behind {path}'}, "
            "and let in whoever names a path that it answers for everybody"
        )
        todo = f"upgrade to {view.since(SECURITY_POLICY, _PATH)}, which asks under one path, and say so with --target"
        return refused(why, todo, Risk.SECURITY)
    reference, objects = _service(intent.endpoint, view)
    headers = intent.response_headers if isinstance(intent.response_headers, tuple) else ()
    auth = ExtAuth(
        http=HTTPExtAuthService(backend_refs=(reference,), path_override=path, headers_to_backend=headers),
        headers_to_ext_auth=TO_SERVICE,
        fail_open=False,
    )
    why = (
        "the service sees the request's method, not always GET, and of its headers only "
        f"{', '.join(TO_SERVICE)} and Host; it gets no X-Original-URL, X-Original-Method or X-Auth-Request-Redirect"
    )
    notes = [("endpoint", differs(why))]
    if known(intent.signin):
        notes.append(("signin", differs(_signin(path, intent.endpoint.path))))
    return Contribution(security={"ext_auth": auth}, objects=objects, notes=tuple(notes))


_PATH = "spec/extAuth/http/pathOverride"


def _signin(path: str, written: str) -> str:
    """What the service must do under ``path``, where it signs clients in; auth-url says ``written``."""
    instead = "" if path == written else f" instead of {written}"
    return (
        f"the service is asked under {path}{instead}, where it must answer an unknown client with the redirect to its "
        "sign-in page and a known one with 2xx (oauth2-proxy: upstream static://200)"
    )


def _service(endpoint: AuthEndpoint, view: RouteView) -> tuple[ExtAuthBackendRef, tuple[Manifest, ...]]:
    if endpoint.namespace is None:
        return _outside(endpoint, view)
    away = endpoint.namespace != view.namespace
    reference = ExtAuthBackendRef(
        group=SERVICE.group,
        kind=SERVICE.kind,
        name=endpoint.host,
        port=endpoint.port,
        weight=1,
        namespace=endpoint.namespace if away else UNSET,
    )
    allowed = reach.grant(SECURITY_POLICY, endpoint.host, endpoint.namespace, "auth", view)
    return reference, (allowed,) if away and view.namespace else ()


def _outside(endpoint: AuthEndpoint, view: RouteView) -> tuple[ExtAuthBackendRef, tuple[Manifest, ...]]:
    made = reach.outside(endpoint.host, endpoint.port, "auth", view, tls=endpoint.scheme == "https")
    reference = ExtAuthBackendRef(
        group=BACKEND.group, kind=BACKEND.kind, name=made.metadata.name, port=endpoint.port, weight=1
    )
    return reference, (made,)


_LONGEST = 99_999 * 3600
"""Seconds that a duration can say; no browser keeps the answer to a preflight request longer than a day."""


def cors(intent: Cors, view: RouteView) -> Contribution:
    """Before Gateway API 1.5 CORS is not standard, and belongs to the policy."""
    if view.spec.understood >= GatewayAPI.V1_5:
        return standard.cors_filter(intent)
    answer = standard.cors_answer(intent)
    made = CORS(
        allow_origins=answer.origins,
        allow_methods=answer.methods,
        allow_headers=answer.headers,
        expose_headers=answer.expose,
        max_age=duration(min(answer.max_age, _LONGEST) * 1000),
        allow_credentials=answer.credentials,
    )
    return Contribution(security={"cors": made}, notes=(("enabled", standard.PREFLIGHTS),))
