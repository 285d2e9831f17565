"""``proxy_cookie_domain`` and ``proxy_cookie_path``: how nginx rewrites the backend's Set-Cookie.

ingress-nginx writes the value into nginx.conf as it stands; nginx takes ``off`` or two words.
Source: internal/ingress/annotations/proxy and rootfs/etc/nginx/template/nginx.tmpl in ingress-nginx.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gatelift.annotations.nginx._answers import OFF, by_hand, from_controller
from gatelift.annotations.unit import Inert, Refused, Result, UnitContext, shown

_REGULAR = "~"


def cookie_reader(part: str, checked: re.Pattern[str]) -> Callable[[str, UnitContext], Result]:
    """A reader for the attribute ``part``; ``checked`` is what ingress-nginx lets through, once spaces are out."""

    def read(value: str, context: UnitContext) -> Result:
        text = value.strip()
        if not from_controller(context) and not checked.fullmatch(value.replace(" ", "")):
            return Inert(f"{shown(text)} is no value to ingress-nginx, which falls back to its default", fallback=True)
        words = text.split()
        if words == [OFF]:
            return Inert("off is the default")
        if len(words) != 2:
            return Refused(
                f"nginx takes off or two words, not {shown(text)}, so the controller cannot load it (T42)",
                "write what is replaced and what replaces it, or remove the annotation",
                not_loaded=True,
            )
        if words[0] == words[1] and not words[0].startswith(_REGULAR):
            return Inert("it replaces a text by itself")
        return Refused(
            f"nginx rewrites the {part} of the backend's cookies from {shown(words[0])} to {shown(words[1])}, and a "
            "route rewrites no cookie: browsers would drop it, or send it for other addresses",
            f"let the application set the {part} of its cookies, " + by_hand((f"proxy-cookie-{part}",), context),
        )

    return read
