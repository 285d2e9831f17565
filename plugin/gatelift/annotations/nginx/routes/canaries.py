"""The variants of a rule that a canary adds: by header, then cookie, then weight."""

from __future__ import annotations

import re

import msgspec

from gatelift.annotations.nginx.host import CanaryPlace
from gatelift.intent.base import known
from gatelift.intent.route import Forward, HeaderMatch, Match, Rule, ServiceBackend
from gatelift.intent.traffic import Canary


def variants(rule: Rule, place: CanaryPlace) -> tuple[Rule, ...]:
    """``rule`` with the canary's variants before it, most specific first; all keep the path, so that headers decide."""
    if not isinstance(rule.action, Forward):
        return (rule,)
    canary = place.canary
    alternative = ServiceBackend(place.namespace, place.service, place.port)
    primary = rule.action.backends
    found = [
        *_by_header(rule, canary, alternative, primary),
        *_by_cookie(rule, canary, alternative, primary),
        _by_weight(rule, canary, alternative, primary),
    ]
    return tuple(found)


def _variant(rule: Rule, header: HeaderMatch, backends: tuple[ServiceBackend, ...], name: str) -> Rule:
    matches = tuple(Match(match.path, (*match.headers, header)) for match in rule.matches)
    return msgspec.structs.replace(rule, matches=matches, action=Forward(backends), name=name)


def _by_header(
    rule: Rule, canary: Canary, alternative: ServiceBackend, primary: tuple[ServiceBackend, ...]
) -> list[Rule]:
    if not isinstance(canary.header, str):
        return []
    if isinstance(canary.header_value, str):
        header = HeaderMatch(canary.header, canary.header_value)
        return [_variant(rule, header, (alternative,), "canary-header")]
    if isinstance(canary.header_pattern, str):
        header = HeaderMatch(canary.header, f".*(?:{canary.header_pattern}).*", regex=True)
        return [_variant(rule, header, (alternative,), "canary-header")]
    return [
        _variant(rule, HeaderMatch(canary.header, "always"), (alternative,), "canary-header"),
        _variant(rule, HeaderMatch(canary.header, "never"), primary, "canary-header-never"),
    ]


def _by_cookie(
    rule: Rule, canary: Canary, alternative: ServiceBackend, primary: tuple[ServiceBackend, ...]
) -> list[Rule]:
    if not isinstance(canary.cookie, str):
        return []
    always, never = (
        HeaderMatch("Cookie", f"(?:.*;\\s*)?(?i:{re.escape(canary.cookie)})={value}(?:\\s*;.*)?", regex=True)
        for value in ("always", "never")
    )
    return [
        _variant(rule, always, (alternative,), "canary-cookie"),
        _variant(rule, never, primary, "canary-cookie-never"),
    ]


def _by_weight(rule: Rule, canary: Canary, alternative: ServiceBackend, primary: tuple[ServiceBackend, ...]) -> Rule:
    total = canary.total if isinstance(canary.total, int) and canary.total >= 100 else 100
    weight = min(canary.weight, total) if isinstance(canary.weight, int) else 0
    if weight <= 0 or not known(canary.weight):
        return rule
    backends = (
        *(msgspec.structs.replace(backend, weight=total - weight) for backend in primary),
        msgspec.structs.replace(alternative, weight=weight),
    )
    return msgspec.structs.replace(rule, action=Forward(backends))
