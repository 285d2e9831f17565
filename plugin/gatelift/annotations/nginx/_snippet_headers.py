"""What the directives about headers mean (http://nginx.org/en/docs/http/ngx_http_headers_module.html,
http://nginx.org/en/docs/http/ngx_http_proxy_module.html, https://github.com/openresty/headers-more-nginx-module).

``add_header`` appends, ``more_set_headers`` replaces whoever set the header, ``proxy_hide_header`` takes away what the
backend sends and leaves what nginx adds. ``proxy_set_header`` appends to what ingress-nginx's own template sends: a
header that the template has too reaches the backend twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from gatelift.annotations.nginx._snippet_draft import Draft, Readers, Unsaid, bad_name, bad_value
from gatelift.annotations.unit import shown
from gatelift.intent.headers import Header, RequestHeaders, ResponseHeaders

NOT_ALWAYS = (
    "add_header without 'always' leaves answers such as 404 and 500 alone; the gateway adds the header to every answer"
)
ITS_OWN = "the gateway sets X-Forwarded-For and X-Forwarded-Proto by its own rules"

_SECOND = frozenset({"x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "x-forwarded-scheme", "x-scheme"})
"""Headers that the template sends too, and where the operator's literal value is evidently meant to win."""
_IDENTITY = frozenset({"x-real-ip", "x-forwarded-for", "x-original-forwarded-for", "x-request-id", "proxy"})
"""Headers that the template sends too, by which a backend may tell clients apart."""
_WEBSOCKET = {
    "upgrade": ("$http_upgrade", "websocket"),
    "connection": ("upgrade", "$connection_upgrade", "keep-alive", ""),
}
_CLIENTS_HOST = ("$host", "$http_host", "$best_http_host")
_GATEWAYS = {
    "x-forwarded-for": ("$remote_addr", "$proxy_add_x_forwarded_for"),
    "x-forwarded-proto": ("$scheme", "$pass_access_scheme"),
}
"""Header -> the values that say what ingress-nginx sends anyway, and a gateway as well."""


_Use: TypeAlias = Callable[[str, str, Draft], Unsaid | None]
"""A header and its value, empty to take it away -> why that cannot be said."""


def _add_header(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    always = len(arguments) == 3 and arguments[2] == "always"
    if len(arguments) != 2 and not always:
        return Unsaid("add_header takes a name, a value and perhaps 'always'")
    name, value = arguments[:2]
    if (problem := bad_name(name) or bad_value(name, value)) is not None:
        return problem
    if name.lower() in ("content-type", "last-modified"):
        return Unsaid(f"nginx sends a second {name} beside the backend's, or replaces it")
    if name in draft.added or name in draft.set or name in draft.cleared:
        return Unsaid(f"the header {shown(name)} is set twice, and nginx sends both", "set it once")
    if value:  # an empty value adds nothing
        draft.added.put(name, value)
        if not always:
            draft.differ(NOT_ALWAYS)
    return None


def _more_set_headers(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    return _each_line("more_set_headers", arguments, draft, _set_one)


def _set_one(name: str, value: str, draft: Draft) -> Unsaid | None:
    if name in draft.added:
        return Unsaid(f"the header {shown(name)} is set twice, and nginx sends both", "set it once")
    draft.set.drop(name)
    draft.cleared.drop(name)
    (draft.set if value else draft.cleared).put(name, value)
    return None


def _more_clear_headers(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    return _each_name("more_clear_headers", arguments, draft, _set_one)


def _proxy_hide_header(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    if len(arguments) != 1:
        return Unsaid("proxy_hide_header takes one name")
    if (problem := bad_name(arguments[0])) is not None:
        return problem
    if draft.context.controller.setting("hide-headers"):
        return Unsaid(
            "it switches the controller's hide-headers off for this location", "name all headers in one place"
        )
    draft.hidden.put(arguments[0])
    return None


def _proxy_set_header(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    if len(arguments) != 2:
        return Unsaid("proxy_set_header takes a name and a value")
    name, value = arguments
    lower = name.lower()
    if value.lower() in _WEBSOCKET.get(lower, ()):
        return None
    if lower == "host":
        return _host(value, draft)
    if value in _GATEWAYS.get(lower, ()):
        draft.differ(ITS_OWN)
        return None
    if value == f"$http_{lower.replace('-', '_')}" and lower not in (_SECOND | _IDENTITY):
        return _unchanged(name, draft)
    return bad_name(name) or bad_value(name, value) or _send(name, value, draft)


def _host(value: str, draft: Draft) -> Unsaid | None:
    """The template's own line once more is nothing new; any other value is a second Host."""
    if value in _CLIENTS_HOST and not draft.context.value("upstream-vhost"):
        return None
    why = "ingress-nginx sends its own Host as well, so the backend gets two, and most answer 400 to that"
    return Unsaid(why, "write the annotation upstream-vhost, which replaces the Host")


def _unchanged(name: str, draft: Draft) -> Unsaid | None:
    """The client's own value, which the backend gets anyway, unless ingress-nginx takes it away."""
    if name.lower() == "authorization" and draft.context.value("auth-type"):
        return Unsaid("it hands the user's password on, which ingress-nginx takes away otherwise")
    return bad_name(name)


def _send(name: str, value: str, draft: Draft) -> Unsaid | None:
    lower = name.lower()
    if lower in _IDENTITY or (lower in _SECOND and not value):
        why = f"ingress-nginx sends its own {name} as well, and which of the two counts is up to the backend"
        return Unsaid(why, f"remove the directive if the gateway's own {name} will do")
    if name in draft.request_set or name in draft.request_removed:
        return Unsaid(f"the header {shown(name)} is sent twice", "send it once")
    if lower in _SECOND:
        draft.differ(f"ingress-nginx sends its own {name} as well; the backend gets the one of the snippet alone")
    (draft.request_set if value else draft.request_removed).put(name, value)
    return None


def _more_set_input_headers(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    return _each_line("more_set_input_headers", arguments, draft, _receive)


def _more_clear_input_headers(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    return _each_name("more_clear_input_headers", arguments, draft, _receive)


def _receive(name: str, value: str, draft: Draft) -> Unsaid | None:
    """A change to the request itself, which nginx sees before it asks who the client is."""
    lower = name.lower()
    if lower in _SECOND | _IDENTITY:
        return Unsaid(f"ingress-nginx sends {name} with a value of its own in any case", "remove the directive")
    if draft.context.value("auth-type") or draft.context.value("auth-url"):
        return Unsaid("it changes what authentication sees", "write proxy_set_header, which changes what is passed on")
    if name in draft.request_set or name in draft.request_removed:
        return Unsaid(f"the header {shown(name)} is set twice", "set it once")
    (draft.request_set if value else draft.request_removed).put(name, value)
    return None


def _each_line(directive: str, arguments: tuple[str, ...], draft: Draft, use: _Use) -> Unsaid | None:
    """``'Name: value'`` for each argument; without a value the header is taken away."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        return _options(directive)
    for argument in arguments:
        name, _, rest = argument.partition(":")
        name, value = name.strip(), rest.strip()
        if (problem := bad_name(name) or bad_value(name, value) or use(name, value, draft)) is not None:
            return problem
    return None


def _each_name(directive: str, arguments: tuple[str, ...], draft: Draft, use: _Use) -> Unsaid | None:
    if not arguments or any(argument.startswith("-") for argument in arguments):
        return _options(directive)
    for name in arguments:
        if (problem := bad_name(name) or use(name, "", draft)) is not None:
            return problem
    return None


def _options(directive: str) -> Unsaid:
    return Unsaid(f"{directive} with options acts on some answers only, or names no header", "write it without options")


def response_headers(draft: Draft) -> ResponseHeaders | None:
    """What the directives do to answers, all together."""
    # Hidden and added again means replaced: a filter that removes and adds one header would do so in its own order.
    replaced = [(name, value) for name, value in draft.added.pairs() if name in draft.hidden]
    added = [(name, value) for name, value in draft.added.pairs() if name not in draft.hidden]
    kept = [name for name, _ in replaced] + [name for name, _ in draft.set.pairs()]
    held = {name.lower() for name in kept}
    taken = ((name.lower(), name) for name, _ in (*draft.cleared.pairs(), *draft.hidden.pairs()))
    gone = {lower: name for lower, name in taken if lower not in held}
    found = ResponseHeaders(
        set=tuple(Header(*pair) for pair in (*draft.set.pairs(), *replaced)),
        add=tuple(Header(*pair) for pair in added),
        remove=tuple(gone.values()),
    )
    return found if found.set or found.add or found.remove else None


def request_headers(draft: Draft) -> RequestHeaders | None:
    """What the directives do to requests, all together."""
    if not draft.request_set and not draft.request_removed:
        return None
    return RequestHeaders(
        set=tuple(Header(*pair) for pair in draft.request_set.pairs()),
        remove=tuple(name for name, _ in draft.request_removed.pairs()),
    )


RESPONSE: Readers = {
    "add_header": _add_header,
    "more_set_headers": _more_set_headers,
    "more_clear_headers": _more_clear_headers,
}
REQUEST: Readers = {
    "proxy_hide_header": _proxy_hide_header,
    "proxy_set_header": _proxy_set_header,
    "more_set_input_headers": _more_set_input_headers,
    "more_clear_input_headers": _more_clear_input_headers,
}
