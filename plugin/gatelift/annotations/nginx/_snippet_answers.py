"""What ``return`` and ``rewrite`` mean where they end every request: a redirect, or an answer of nginx's own
(http://nginx.org/en/docs/http/ngx_http_rewrite_module.html).

nginx runs them before it asks who the client is and before it redirects to HTTPS, so nothing but headers of the answer
counts beside them.
"""

from __future__ import annotations

from gatelift.annotations.nginx._redirects import CODES, DROPS_PORT, KEEPS_QUERY, REQUEST_URI, destination
from gatelift.annotations.nginx._snippet_draft import Draft, Readers, Unsaid
from gatelift.annotations.unit import Refused, parse_int, shown
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.redirects import Location, Redirect

DEFAULT_TYPE = "text/html"
"""``default_type`` of ingress-nginx's template."""
LONGEST_BODY = 4096
"""The longest body that Envoy answers with by itself."""
BY_EXTENSION = (
    "nginx takes the Content-Type from the ending of the path first; the gateway sends the same for every path"
)
ERROR_PAGE = "the answer has no body, where nginx sends an error page of its own"
REPEATED_QUERY = "nginx repeats the query string of the request, the gateway sends it once"

_FLAGS = {"permanent": 301, "redirect": 302}
_ALWAYS = frozenset(
    {"^", "/", "^/", ".*", "^.*", "^.*$", "^/.*", "^/.*$", "(.*)", "^(.*)", "^(.*)$", "^/(.*)", "^/(.*)$"}
)
"""Expressions that every path fits."""
_WHOLE = frozenset({"(.*)", "^(.*)", "^(.*)$"})
"""Expressions whose ``$1`` is the whole path."""
_BEHIND_SLASH = frozenset({"^/(.*)", "^/(.*)$"})


def _return(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    if len(arguments) == 1 and arguments[0].lower().startswith(("http://", "https://", "$scheme")):
        return _redirect(302, arguments[0], draft)
    code = parse_int(arguments[0]) if len(arguments) in (1, 2) else None
    if code is None:
        return Unsaid("return takes a status and perhaps a text or a URL")
    text = arguments[1] if len(arguments) == 2 else ""
    if code in CODES:
        return _redirect(code, text, draft)
    return _answer(code, text, draft)


def _answer(code: int, text: str, draft: Draft) -> Unsaid | None:
    if code == 444:
        return Unsaid("return 444 closes the connection without an answer, which no gateway does", "write return 403")
    if not 200 <= code <= 599 or code == 304:
        return Unsaid(f"no gateway answers {code} by itself", "write a status from 200 to 599")
    if "$" in text:
        return Unsaid("the text of the answer uses a variable of nginx, which no gateway knows")
    if len(text.encode()) > LONGEST_BODY:
        return Unsaid(f"the text of the answer is longer than the {LONGEST_BODY} bytes that Envoy sends")
    if code >= 400 and _intercepted(code, draft):
        return Unsaid("custom-http-errors or auth-signin puts another answer in its place")
    if (problem := _second(draft)) is not None:
        return problem
    if text:
        draft.differ(BY_EXTENSION)
    elif code >= 400:
        draft.differ(ERROR_PAGE)
    draft.answer = DirectAnswer(status=code, body=text)
    return None


def _intercepted(code: int, draft: Draft) -> bool:
    context = draft.context
    errors = context.value("custom-http-errors") or context.controller.setting("custom-http-errors")
    return bool(errors) or (code == 401 and context.value("auth-signin") is not None)


def _redirect(code: int, url: str, draft: Draft) -> Unsaid | None:
    if not url:
        return Unsaid(f"return {code} names no URL")
    target = _target(url)
    if isinstance(target, Unsaid):
        return target
    if (problem := _second(draft)) is not None:
        return problem
    if target.path is not None:
        draft.differ(KEEPS_QUERY)
    if "://$http_host" in url:
        draft.differ(DROPS_PORT)
    draft.answer = Redirect(permanent=target, permanent_code=code)
    return None


def _target(url: str) -> Location | Unsaid:
    if url.startswith("//"):
        return Unsaid(f"{shown(url)} leaves the scheme to the client", "write the URL in full")
    found = destination(f"$scheme://$host{url}" if url.startswith("/") else url)
    return Unsaid(found.why, found.todo) if isinstance(found, Refused) else found


def _second(draft: Draft) -> Unsaid | None:
    if draft.answer is not None:
        return Unsaid("a second answer behind the first is never sent", "remove it")
    if draft.context.value("permanent-redirect") or draft.context.value("temporal-redirect"):
        return Unsaid("the annotation permanent-redirect or temporal-redirect redirects too", "keep one of the two")
    return None


def _rewrite(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    if len(arguments) not in (2, 3):
        return Unsaid("rewrite takes an expression, a target and perhaps a flag")
    expression, url = arguments[:2]
    full = url.lower().startswith(("http://", "https://", "$scheme"))
    code = _FLAGS.get(arguments[2]) if len(arguments) == 3 else (302 if full else None)
    if code is None:
        return Unsaid("it rewrites the path before the request is passed on", "write the annotation rewrite-target")
    if expression not in _ALWAYS:
        why = f"it redirects only paths that match {shown(expression)}"
        return Unsaid(why, "give those paths an Ingress of their own with permanent-redirect or temporal-redirect")
    return _redirect(code, url, draft) if _plain(url) else _rewritten(expression, url, code, draft)


def _plain(url: str) -> bool:
    return "$" not in url.removeprefix("$scheme://") and not url.endswith("?")


def _rewritten(expression: str, url: str, code: int, draft: Draft) -> Unsaid | None:
    """A target that keeps the path, or drops the query string; nginx adds that unless the target ends in ``?``."""
    bare = url.removesuffix("?")
    if bare.endswith(REQUEST_URI):
        if bare == url:
            draft.differ(REPEATED_QUERY)
        return _redirect(code, bare, draft)
    if url.endswith("?") and not bare.endswith("$1"):
        return _redirect(code, bare, draft)
    end = "$1" if expression in _WHOLE else "/$1" if expression in _BEHIND_SLASH else ""
    if end and url.endswith(end):
        return _redirect(code, url.removesuffix(end) + REQUEST_URI, draft)
    return Unsaid("its target is put together from parts that a route does not know")


def _default_type(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    """Counts for answers of nginx's own; what a backend sends has its type already."""
    if len(arguments) != 1 or "$" in arguments[0] or not arguments[0].isprintable():
        return Unsaid("default_type takes one type")
    draft.content_type = arguments[0]
    return None


def finished(draft: Draft) -> DirectAnswer | Redirect | None:
    """The answer with its type, which ``default_type`` may name before or behind it."""
    if isinstance(draft.answer, DirectAnswer) and draft.answer.body:
        kind = draft.content_type or DEFAULT_TYPE
        return DirectAnswer(status=draft.answer.status, body=draft.answer.body, content_type=kind)
    return draft.answer


ANSWERS: Readers = {"return": _return, "rewrite": _rewrite, "default_type": _default_type}
