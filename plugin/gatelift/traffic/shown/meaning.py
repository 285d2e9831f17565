"""What a difference means for traffic, in half a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gatelift.traffic.answers.compare import reached
from gatelift.traffic.model import Attribute

_SHARE = re.compile(r" \d+ of \d+\b|^[\d.e-]+ % ")
_MEANS: Mapping[Attribute, str] = {
    Attribute.STATUS: "clients get another answer",
    Attribute.LOCATION: "clients are sent to another address",
    Attribute.BACKEND: "another Service gets these requests",
    Attribute.PATH: "the Service is asked for another path",
    Attribute.HOST: "the Service is asked for another host",
    Attribute.FORWARDED: "the Service is told another scheme",
    Attribute.REQUEST_HEADERS: "the Service gets other headers",
    Attribute.CORS: "browsers decide otherwise which sites may read the answer",
    Attribute.HSTS: "browsers are told otherwise whether to stay on HTTPS",
    Attribute.RESPONSE_HEADERS: "clients get other headers",
    Attribute.COOKIES: "clients get other cookies, or for other paths and sites",
    Attribute.CHALLENGE: "clients are asked otherwise to log in",
}


def means(attribute: Attribute, before: str, after: str) -> str:
    """The meaning of ``before`` and ``after``, as a comparison tells them."""
    had, has = reached(before), reached(after)
    if has and not had:
        return "what is turned away or sent elsewhere today REACHES A SERVICE then"
    if had and not has:
        return "what a Service answers today, none answers then"
    if attribute is Attribute.BACKEND and _SHARE.search(after):
        return "Services get another share of these requests"
    return _MEANS[attribute]
