"""Parameters for a FastCGI backend, from a ConfigMap."""

from __future__ import annotations

import re

from gatelift.annotations.nginx._fastcgi import FCGI, NO_FASTCGI, SOURCE, dormant
from gatelift.annotations.nginx._links import DENIED
from gatelift.annotations.nginx._values import URL_PATH, not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext, parse_bool, shown
from gatelift.intent.base import Risk

_CHECKED = re.compile(rf"[{URL_PATH}]*")
_ELSEWHERE = "allow-cross-namespace-resources"


def read(value: str, context: UnitContext) -> Result:
    """A ConfigMap of the Ingress's namespace; for FastCGI only."""
    name = value.strip()
    if not _CHECKED.fullmatch(value.replace(" ", "")):
        return not_loaded(value, "the name of a ConfigMap")
    if name.count("/") > 1:
        return Refused(
            f"{shown(name)} is no name of a ConfigMap, and {DENIED} (T42)",
            "write NAME or NAMESPACE/NAME, and see that the Ingress works before it is converted",
        )
    namespace, _, _ = name.rpartition("/")
    own = context.ingress.ref.namespace
    open_ = parse_bool(context.controller.setting(_ELSEWHERE) or "") is True
    if namespace and own and namespace != own and not open_:
        return Inert("ingress-nginx takes no ConfigMap of another namespace, and goes on without parameters")
    return dormant(context) or NO_FASTCGI


unit = Unit(
    names=("fastcgi-params-configmap",),
    risk=Risk.ROUTING,
    read=read,
    summary="ConfigMap with parameters for a FastCGI backend",
    source=SOURCE,
    cases=(
        Case(value="php", siblings=FCGI, expect=Refused("no gateway speaks FastCGI", "web server")),
        Case(value="shop/php", siblings=FCGI, expect=Refused("FastCGI", "PHP-FPM")),
        Case(value="php", expect=Inert("without backend-protocol")),
        Case(value="infra/php", siblings=FCGI, expect=Inert("another namespace")),
        Case(value="infra/php", siblings=FCGI, controller={_ELSEWHERE: "true"}, expect=Refused("FastCGI", "")),
        Case(value="a/b/c", expect=Refused("503", "")),
        Case(value="php;", expect=Refused("does not load", "")),
    ),
)
