"""How the path of the backend's cookies is rewritten."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._cookies import cookie_reader
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import URL_PATH
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("proxy-cookie-path",),
    risk=Risk.TRAFFIC,
    read=cookie_reader("path", re.compile(rf"[{URL_PATH}?&=]*")),
    setting="proxy-cookie-path",
    summary="How the path of the backend's cookies is rewritten",
    source=upstream("proxy-cookie-path"),
    cases=(
        Case(value="/app /", expect=Refused("path of the backend's cookies from '/app' to '/'", "accept:")),
        Case(value="  /one/  /two/ ", expect=Refused("from '/one/' to '/two/'", "")),
        Case(value='/ "/; Secure"', expect=Inert("no value")),
        Case(value="/ / /", expect=Refused("two words", "")),
        Case(value="off", expect=Inert("default")),
    ),
)
