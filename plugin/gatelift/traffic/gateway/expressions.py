"""Regular expressions of matches: which there are, whether RE2 reads them, and cookies written as one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import re2

from gatelift.traffic.fields import mapping_at, maps, text

REGULAR = "RegularExpression"


def expressions(match: Mapping[str, Any]) -> tuple[str, ...]:
    """The regular expressions of a match."""
    parts = (mapping_at(match, "path"), *maps(match.get("headers")), *maps(match.get("queryParams")))
    return tuple(text(item.get("value")) for item in parts if item.get("type") == REGULAR)


def compiles(expression: str) -> bool:
    """Whether Envoy takes an expression: it has RE2."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression, options)
    except re2.error:
        return False
    return True


def with_cookies(match: Mapping[str, Any], cookies: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """``match`` with the cookies of an HTTPRouteFilter, each as a header."""
    headers = [
        {"name": "Cookie", "type": REGULAR, "value": f"(?:.*;\\s*)?{_cookie(cookie)}(?:;.*)?"} for cookie in cookies
    ]
    return {**match, "headers": [*maps(match.get("headers")), *headers]}


def _cookie(cookie: Mapping[str, Any]) -> str:
    value = text(cookie.get("value"))
    return f"{re.escape(text(cookie.get('name')))}={value if cookie.get('type') != 'Exact' else re.escape(value)}"
