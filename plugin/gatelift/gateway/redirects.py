"""Redirects whose status the target has: before Gateway API 1.5 these are 301 and 302 alone."""

from __future__ import annotations

from msgspec import structs

from gatelift.intent.outcome import Note, differs
from gatelift.intent.route import Redirection, RouteIntent, Rule
from gatelift.manifests.shape import HTTP_ROUTE
from gatelift.targets.base import RouteView

_STATUS = "spec/rules/*/filters/*/requestRedirect/statusCode"
_INSTEAD = {303: 302, 307: 302, 308: 301}
"""What clients treat alike for GET (https://www.rfc-editor.org/rfc/rfc9110#section-15.4)."""


def redirecting(route: RouteIntent, view: RouteView) -> tuple[RouteIntent, tuple[tuple[str, Note], ...]]:
    """``route`` with statuses that the target has, and what is to be said where one is another."""
    notes: list[tuple[str, Note]] = []
    rules = tuple(_supported(rule, route, view, notes) for rule in route.rules)
    return (structs.replace(route, rules=rules) if notes else route), tuple(notes)


def _supported(rule: Rule, route: RouteIntent, view: RouteView, notes: list[tuple[str, Note]]) -> Rule:
    action = rule.action
    if not isinstance(action, Redirection) or view.has(HTTP_ROUTE, f"{_STATUS}={action.code}"):
        return rule
    code = _INSTEAD[action.code]
    release = view.since(HTTP_ROUTE, f"{_STATUS}={action.code}")
    lost = "" if action.code == 303 else ", and clients may repeat a POST as a GET"
    note = differs(f"the redirect is a {code}, because {action.code} came with {release}{lost}")
    notes.append((rule.pointer or _host(route, view), note))
    return structs.replace(rule, action=structs.replace(action, code=code))


def _host(route: RouteIntent, view: RouteView) -> str:
    """The pointer of the host that a route stands beside."""
    hosts = view.ingress.hosts
    host = hosts[route.position] if route.position < len(hosts) else None
    return next((f"{rule.pointer}/host" for rule in view.ingress.rules if rule.host == host), "/metadata/name")
