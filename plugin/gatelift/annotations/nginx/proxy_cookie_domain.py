"""How the domain of the backend's cookies is rewritten."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._cookies import cookie_reader
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import URL_PATH
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=("proxy-cookie-domain",),
    risk=Risk.TRAFFIC,
    read=cookie_reader("domain", re.compile(rf"[{URL_PATH}]*")),
    setting="proxy-cookie-domain",
    summary="How the domain of the backend's cookies is rewritten",
    source=upstream("proxy-cookie-domain"),
    cases=(
        Case(value="localhost example.org", expect=Refused("from 'localhost' to 'example.org'", "accept:")),
        Case(value="~^.*$ .example.org", expect=Inert("no value")),
        Case(value="example.org", expect=Refused("two words", "")),
        Case(value="off", expect=Inert("default")),
        Case(value="a.example a.example", expect=Inert("by itself")),
    ),
)
