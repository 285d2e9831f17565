"""Headers for every Ingress, from the ConfigMaps that ``proxy-set-headers`` and ``add-headers`` name."""

from __future__ import annotations

from collections.abc import Mapping

from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, csv, shown
from gatelift.intent.headers import CONNECTION_HEADERS, Header, RequestHeaders, ResponseHeaders
from gatelift.manifests.fields import HEADER_NAME


def request(value: str, context: UnitContext) -> Result:
    """Headers for the backend; an empty value takes the header away, as nginx's ``proxy_set_header`` does."""
    headers = _headers(value, context)
    if not isinstance(headers, Mapping):
        return headers
    if not headers:
        return Inert("its ConfigMap holds no header")
    steering = next((name for name in headers if name.lower() in CONNECTION_HEADERS), None)
    if steering is not None:
        return Refused(
            f"it sets the header {steering}, which no filter of a route may set",
            "for Host write the annotation upstream-vhost; leave the others to the gateway",
        )
    return Translated((RequestHeaders(set=_set(headers), remove=_removed(headers)),))


def response(value: str, context: UnitContext) -> Result:
    """Headers for the client; an empty value takes the header away, as ``more_set_headers`` does."""
    headers = _headers(value, context)
    if not isinstance(headers, Mapping):
        return headers
    if not headers:
        return Inert("its ConfigMap holds no header")
    differs = "answers that the gateway itself makes (redirects, errors) go without these headers; nginx adds them"
    return Translated((ResponseHeaders(set=_set(headers), remove=_removed(headers)),), differs=differs)


def hidden(value: str, context: UnitContext) -> Result:
    """Headers of the backend that the client never sees."""
    names = tuple(dict.fromkeys(csv(value)))
    bad = next((name for name in names if not HEADER_NAME.fullmatch(name)), None)
    if bad is not None:
        return Refused(f"{shown(bad)} is no name of a header", "correct hide-headers in the ConfigMap")
    if not names:
        return Inert("it names no header")
    added = _headers(context.controller.setting("add-headers") or "", context)
    mine = {name.lower() for name, text in added.items() if text} if isinstance(added, Mapping) else set()
    kept = tuple(name for name in names if name.lower() not in mine)
    return Translated((ResponseHeaders(remove=kept),)) if kept else Inert("add-headers sets every one of them itself")


def _headers(value: str, context: UnitContext) -> Mapping[str, str] | Refused:
    """The headers of the ConfigMap ``namespace/name``; a variable of nginx has no meaning for a gateway."""
    name = value.strip()
    found = context.controller.maps.get(name, context.header_maps.get(name))
    if found is None:
        return _missing(name, name in context.config_maps) if name else Refused("it is empty", "remove it")
    if len({header.lower() for header in found}) < len(found):
        return Refused(f"ConfigMap {shown(name)} names one header twice", "leave one of the two in it")
    bad = next((header for header, text in found.items() if "$" in text), None)
    if bad is not None:
        return Refused(
            f"the header {bad} of ConfigMap {shown(name)} depends on variables of nginx",
            "give it a fixed value, or let the application make it; Envoy has %COMMANDS% for some, which you may write "
            "into the filters by hand",
        )
    return found


def _missing(name: str, seen: bool) -> Refused:
    if seen:
        return Refused(
            f"ConfigMap {shown(name)} holds something that is no header",
            "leave only headers in it: names such as X-Frame-Options, values of one line",
        )
    return Refused(
        f"the headers stand in ConfigMap {shown(name)}, which was not seen, so nobody knows what to set",
        "put that ConfigMap into the file that nginx.configMap (--nginx-configmap) names, as a document of its own",
    )


def _set(headers: Mapping[str, str]) -> tuple[Header, ...]:
    return tuple(Header(name, text) for name, text in sorted(headers.items()) if text)


def _removed(headers: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name, text in sorted(headers.items()) if not text)
