"""Envoy Gateway's answers in place of errors: a text of its own for certain statuses.

https://gateway.envoyproxy.io/docs/api/extension_types/#responseoverride
"""

from __future__ import annotations

from gatelift.intent.errors import ErrorAnswers
from gatelift.intent.outcome import Note, differs, refused
from gatelift.manifests.policy_targets import ValueRefBody
from gatelift.manifests.references import LocalObjectReference
from gatelift.manifests.response_override import (
    CustomResponse,
    CustomResponseMatch,
    ResponseOverride,
    StatusCodeValue,
)
from gatelift.manifests.shape import BACKEND_TRAFFIC_POLICY, CONFIG_MAP
from gatelift.targets.base import Contribution, RouteView

_SOURCE = "spec/responseOverride/*/source"
MOST = 50


def error_answers(intent: ErrorAnswers, view: RouteView) -> Contribution | Note:
    """The status stays; the body is the same for every request, whatever it accepts."""
    if len(intent.statuses) > MOST:
        why = f"Envoy Gateway replaces at most {MOST} statuses"
        return refused(why, "name fewer statuses in custom-http-errors", intent.risk)
    if intent.own_only and not view.has(BACKEND_TRAFFIC_POLICY, _SOURCE):
        since = view.since(BACKEND_TRAFFIC_POLICY, _SOURCE)
        why = f"the backend's own errors are to pass, and only {since} tells them from the gateway's"
        return refused(why, f"upgrade to {since}, or write 'decide: {{customHttpErrors: omit}}'", intent.risk)
    body = ValueRefBody(
        value_ref=LocalObjectReference(group=CONFIG_MAP.group, kind=CONFIG_MAP.kind, name=intent.config_map)
    )
    override = ResponseOverride(
        match=CustomResponseMatch(status_codes=tuple(StatusCodeValue(value=status) for status in intent.statuses)),
        response=CustomResponse(content_type="text/html", body=body),
    )
    if intent.own_only:
        override = ResponseOverride(match=override.match, response=override.response, source="Local")
    own = "where the gateway itself fails, " if intent.own_only else ""
    why = (
        f"{own}clients get the text in ConfigMap {intent.config_map} (key response.body) as text/html and the status "
        "of the error, where ingress-nginx asks the default backend for both"
    )
    return Contribution(traffic={"response_override": (override,)}, notes=(("", differs(why)),))
