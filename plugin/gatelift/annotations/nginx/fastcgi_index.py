"""The file that a FastCGI backend runs for a directory."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._fastcgi import FCGI, NO_FASTCGI, SOURCE, dormant
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk

_CHECKED = re.compile(r"[A-Za-z0-9._-]+")


def read(value: str, context: UnitContext) -> Result:
    """A file's name; for FastCGI only."""
    if not _CHECKED.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "the name of a file")
    return dormant(context) or NO_FASTCGI


unit = Unit(
    names=("fastcgi-index",),
    risk=Risk.ROUTING,
    read=read,
    summary="File that a FastCGI backend runs for a directory",
    source=SOURCE,
    cases=(
        Case(value="index.php", siblings=FCGI, expect=Refused("no gateway speaks FastCGI", "web server")),
        Case(value="index.php", siblings={"backend-protocol": "fcgi"}, expect=Refused("FastCGI", "PHP-FPM")),
        Case(value="index.php", expect=Inert("without backend-protocol")),
        Case(value="index.php", siblings={"backend-protocol": "HTTP"}, expect=Inert("without backend-protocol")),
        Case(value="/index.php", expect=Refused("does not load", "")),
    ),
)
