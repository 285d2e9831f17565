"""Errors that nginx answers itself, or in the backend's place.

Source: internal/ingress/annotations/customhttperrors and rootfs/etc/nginx/template/nginx.tmpl in ingress-nginx.
"""

from __future__ import annotations

import re

from gatelift.annotations.nginx._answers import from_controller
from gatelift.annotations.unit import UnitContext, parse_bool, parse_int

_CHECKED = re.compile(r"(?:[4,5][0-9]{2},?)*")
LOWEST, HIGHEST = 300, 599
"""The statuses that nginx takes in ``error_page``."""


def passes_check(value: str) -> bool:
    """Whether ingress-nginx's check of the annotation lets ``value`` through."""
    return _CHECKED.fullmatch(value.replace(" ", "")) is not None


def codes(value: str, context: UnitContext) -> tuple[int, ...] | None:
    """The statuses of a list. ``None`` where one item is no number: the annotation is dropped as a whole then, while
    in the controller's ConfigMap such an item is left out."""
    lenient = from_controller(context)
    found = [parse_int(item.strip() if lenient else item) for item in value.split(",")]
    known = tuple(dict.fromkeys(item for item in found if item is not None))
    return known if lenient or None not in found else None


def custom_errors(context: UnitContext) -> bool:
    """Whether any error is replaced on this Ingress."""
    annotation = context.value("custom-http-errors")
    if annotation is not None and passes_check(annotation) and codes(annotation.strip(), context):
        return True
    return context.controller.setting("custom-http-errors") is not None


def backend_errors_pass(context: UnitContext) -> bool:
    """Whether the backend's own errors reach the client all the same, so that only nginx's are replaced."""
    name = "disable-proxy-intercept-errors"
    said = parse_bool(context.value(name) or "")
    return said if said is not None else parse_bool(context.controller.setting(name) or "") is True
