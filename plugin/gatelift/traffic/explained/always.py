"""What differs for every Ingress, whatever it says: rows of docs/differences.md that a replay can meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.model import Answer, Attribute, Request
from gatelift.traffic.places.place import path_of


class About(msgspec.Struct, frozen=True):
    """What is known of a request: whether an Ingress has a path for it, and a certificate for its host.

    ``deep``: whether a wildcard that an Ingress serves has more than one label before it in this host. ``limited``:
    whether the limit of bodies is one that the ledger says to keep. ``asks``: whether who serves the request sends
    clients away to sign in. ``regular``: whether the paths of its host are expressions.
    """

    served: bool = True
    certified: bool = True
    deep: bool = False
    limited: bool = False
    asks: bool = False
    regular: bool = False


class _Met(msgspec.Struct, frozen=True):
    request: Request
    difference: Difference
    before: Answer
    after: Answer
    about: About

    @property
    def without_backend(self) -> bool:
        return self.before.seen is None and self.after.seen is None

    @property
    def attribute(self) -> Attribute:
        return self.difference.attribute


_Fits = Callable[[_Met], bool]
_PAGE = "docs/differences.md: "
_CORS_ROW = "CORS of a redirect"
_GATES_ROW = "`app-root`, and the slash that a path lacks, for who may not come in"
_ENCODED_ROW = "Other encoded characters in a path"
_OF_REQUEST = (
    "No route", "Size of a body", "Depth of a wildcard", "A path of slashes alone", "Redirect to HTTPS", _CORS_ROW,
    "The slash that a path lacks, over plain HTTP", _GATES_ROW,
    "Doubled slashes, dot segments, encoded letters", "`%2F` and `%5C` in a path",
    _ENCODED_ROW,
)  # fmt: skip


def always(request: Request, difference: Difference, answers: tuple[Answer, Answer], about: About) -> str:
    """The row that explains ``difference``, as ``docs/differences.md: ROW``; empty where none does."""
    met = _Met(request, difference, answers[0], answers[1], about)
    opens = met.before.seen is None and met.after.seen is not None
    rows = OPENING if opens else {**OPENING, **ROWS}
    row = next((name for name, fits in rows.items() if fits(met)), "")
    return f"{_PAGE}{row}" if row else ""


def shown_by_request(explanation: str) -> bool:
    """Whether ``always`` found what is nearer than any entry: that no Ingress has a path for the request, or what
    stands in the request itself (its path, the depth of its host, its body)."""
    return explanation.removeprefix(_PAGE) in _OF_REQUEST


def _unknown_tls(met: _Met) -> bool:
    refused = met.before.seen is None and met.after.failure in _NOWHERE
    return met.attribute is Attribute.STATUS and refused and (met.before.status == 404 or not met.about.served)


_NOWHERE = ("tls", "closed")
"""Nothing listens for such a host, or for its scheme at all."""


def _no_service(met: _Met) -> bool:
    codes = met.before.status == 503 and met.after.status in (500, 503)
    return met.attribute is Attribute.STATUS and met.without_backend and codes


def _no_route(met: _Met) -> bool:
    """Nobody serves the path: nginx answers for its default backend, and only after what its host asks for."""
    # Both lead to HTTPS, where nobody serves it either; or only nginx answers OPTIONS, as the host's CORS has it.
    alike = met.attribute in _HEADERS or (met.before.status == 204 and redirected(met.after))
    nowhere = met.without_backend and not met.about.served and (met.after.status == 404 or alike)
    asked = not met.before.failure and not (redirected(met.before) and _is_twin(met.request.host, met.before))
    return nowhere and asked


_HEADERS = (Attribute.CORS, Attribute.RESPONSE_HEADERS)


def _large_body(met: _Met) -> bool:
    decided = met.attribute in (Attribute.STATUS, Attribute.BACKEND)
    return decided and met.before.status == 413 and met.request.body > 0 and not met.about.limited


def _kept_slash(met: _Met) -> bool:
    path, _, query = met.difference.after.partition("?")
    had, _, asked = met.difference.before.partition("?")
    redirects = met.attribute is Attribute.LOCATION and met.before.status == met.after.status
    return redirects and path.startswith("https://") and path == f"{had}/" and query == asked


def secured(request: Request, answer: Answer) -> bool:
    """Whether a redirect leads to HTTPS, and else to what was asked for."""
    scheme, _, rest = _location(answer).partition("://")
    path = _resolved(f"/{rest.partition('/')[2]}")
    host = rest.partition("/")[0].partition(":")[0]
    asked = request.host.lower(), _resolved(request.target.partition("?")[0])
    return request.scheme == "http" and scheme == "https" and (host.lower(), path) == asked


def _is_twin(host: str, answer: Answer) -> bool:
    """Whether a redirect leads from a host to the same one with ``www.`` or without: the host is served by that."""
    there = _location(answer).partition("://")[2].partition("/")[0].partition(":")[0]
    return there != host and there.removeprefix("www.") == host.removeprefix("www.")


def _cors_of_redirect(met: _Met) -> bool:
    """nginx says with every answer who may read it; filters of a gateway do not reach those that it makes itself."""
    return met.attribute is Attribute.CORS and met.without_backend and redirected(met.after) and _gone(met.difference)


def _gone(difference: Difference) -> bool:
    return bool(difference.before) and not difference.after


def _https_first(met: _Met) -> bool:
    """A path that lacks its slash is redirected twice on both sides, in another order."""
    decided = met.attribute in (Attribute.STATUS, Attribute.LOCATION)
    redirects = met.before.status == 301 and met.after.status in _REDIRECTS
    if not decided or not met.without_backend or not redirects:
        return False
    came = met.request.target.partition("?")[0]
    had, there = (_location(item) for item in (met.before, met.after))
    scheme, mark, rest = there.partition("://")
    secured = (scheme, mark) == ("https", "://") and _resolved(f"/{rest.partition('/')[2]}") == _resolved(came)
    return secured and had.partition("://")[2] == f"{rest}/" and had.startswith("http://")


_REDIRECTS = frozenset((301, 302, 307, 308))


def _location(answer: Answer) -> str:
    """Where a redirect leads to, its host in lower case, without its query."""
    found = (value for name, value in answer.headers if name.lower() == "location")
    scheme, mark, rest = next(found, "").partition("?")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.lower()}{slash}{path}" if mark else scheme


def _cleaned(met: _Met) -> bool:
    """Slashes, dots and letters that nginx passes on, or back, as they came."""
    came = met.request.target.partition("?")[0]
    if met.attribute not in (Attribute.PATH, Attribute.LOCATION) or not _UNCLEAN.search(came):
        return False
    return _resolved(met.difference.before) == _resolved(met.difference.after)


_UNCLEAN = re.compile(r"(?i)//|/\.{1,2}(?:/|$)|%(?:2d|2e|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])")
"""Doubled slashes, dot segments, and encoded characters that need no code (RFC 3986, 2.3)."""


def _resolved(text: str) -> tuple[str, str, str]:
    """A path or an address with its path resolved; a slash at the end is told by another row."""
    scheme, mark, rest = text.partition("://")
    host, slash, path = rest.partition("/") if mark else ("", "", text)
    path, _, query = f"{slash}{path}".partition("?")
    return f"{scheme if mark else ''}{host}", path_of(path).rstrip("/"), query


def _escaped(met: _Met) -> bool:
    if not re.search(r"(?i)%(2f|5c)", met.request.target):
        return False
    if met.attribute in (Attribute.STATUS, Attribute.BACKEND):
        return met.after.seen is None and met.after.status in _UNESCAPED
    return met.attribute in (Attribute.PATH, Attribute.LOCATION)


_UNESCAPED = frozenset((307, 400))
"""Envoy Gateway sends clients on to the path with a slash; others turn them away."""


def _encoded(met: _Met) -> bool:
    """nginx decodes a path before it looks for a place; Envoy decodes letters and digits only, and ``-._~``."""
    decided = met.attribute in (Attribute.STATUS, Attribute.BACKEND, Attribute.PATH, Attribute.LOCATION)
    path = met.request.target.partition("?")[0]
    return decided and bool((_SENT if met.about.regular else _ENCODED).search(path))


_SENT = re.compile(r"(?i)%(?!2[def]|5c|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])[0-9a-f]{2}")
"""What Envoy does not decode: a dot in an expression is one character of three to it."""
_ENCODED = re.compile(r"(?i)%(?:2[14-9a-c]|3[abd]|40)")
"""What may stand in a path as it is (RFC 3986, 3.3), so that a rule may name it, and is sent encoded."""


def _encoded_for_nobody(met: _Met) -> bool:
    """As ``_encoded``, where a request that nobody turned away reaches another place of its host."""
    return _encoded(met) and met.before.status not in (401, 403, 503)


def _before_gates(met: _Met) -> bool:
    """nginx leads to the root of an application, and to the path with its slash, before it asks who comes in."""
    path = met.request.target.partition("?")[0]
    there = _location(met.before).partition("://")[2].partition("/")[2]
    slash = met.before.status == 301 and f"/{there}" == f"{path}/"
    root = met.before.status == 302 and path_of(path) == "/" and met.after.status in _TURNED_AWAY
    asked = met.after.status == 302 or met.after.status in _TURNED_AWAY
    return met.attribute in _ASKED and met.without_backend and asked and (slash or root)


_ASKED = frozenset((Attribute.STATUS, Attribute.LOCATION, Attribute.CHALLENGE))
_TURNED_AWAY = frozenset((401, 403))


def _underscores(met: _Met) -> bool:
    return any("_" in name for name, _ in met.request.headers) and met.attribute is Attribute.STATUS


def _acme(met: _Met) -> bool:
    challenge = met.request.target.startswith("/.well-known/acme-challenge")
    return challenge and met.request.scheme == "http" and 300 <= met.after.status < 400


def _realm(met: _Met) -> bool:
    """Both ask for a password; Envoy has no word for what to call it."""
    asks = met.difference.before.startswith(_BASIC) and met.difference.after.startswith(_BASIC)
    own = met.request.host in met.difference.after
    return met.attribute is Attribute.CHALLENGE and asks and own and met.before.status == met.after.status == 401


_BASIC = "Basic realm="


def _hsts(met: _Met) -> bool:
    if met.attribute is not Attribute.HSTS:
        return False
    # Over HTTP, and with redirects of a whole host (app-root), nginx sends none; a filter of a rule knows neither.
    more = not met.difference.before and (met.request.scheme == "http" or redirected(met.before))
    return more or (not met.difference.after and not met.about.certified)


def _only_slashes(met: _Met) -> bool:
    """Envoy makes one of doubled slashes, except where there is nothing else: ``//`` is no ``/`` to it."""
    path = met.request.target.partition("?")[0]
    decided = met.attribute in (Attribute.STATUS, Attribute.BACKEND)
    # Somebody who was turned away is not let in by this row.
    return decided and len(path) > 1 and not path.strip("/") and redirected(met.before)


def redirected(answer: Answer) -> bool:
    """Whether it leads elsewhere, without having asked a backend."""
    return answer.seen is None and 300 <= answer.status < 400


def _wildcard(met: _Met) -> bool:
    if not met.about.deep or met.before.seen is not None or met.after.seen is None:
        # Somebody else served such a host, or nobody does now.
        return met.about.deep
    # nginx answers it with its default server: 404, or what a rule without a host says.
    decided = met.attribute in (Attribute.STATUS, Attribute.BACKEND)
    signs_in = redirected(met.before) and met.about.asks
    return decided and met.before.status in _OF_DEFAULT and not signs_in


_OF_DEFAULT = frozenset((204, 301, 302, 307, 308, 404))
"""What a default server answers that turns nobody away: OPTIONS, for other origins, a redirect, or nothing."""


OPENING: Mapping[str, _Fits] = {
    "Size of a body": _large_body,
    "Depth of a wildcard": _wildcard,
    "A path of slashes alone": _only_slashes,
    _ENCODED_ROW: _encoded_for_nobody,
}
"""What lets more through than before; no other row may explain that, but for encoded characters of nobody's paths."""

ROWS: Mapping[str, _Fits] = {
    "TLS for an unknown host": _unknown_tls,
    "A Service that is not there": _no_service,
    "No route": _no_route,
    "HSTS": _hsts,
    "The realm of a password": _realm,
    "Doubled slashes, dot segments, encoded letters": _cleaned,
    "The slash that a path lacks, over plain HTTP": _https_first,
    "Redirect to HTTPS": _kept_slash,
    _CORS_ROW: _cors_of_redirect,
    _GATES_ROW: _before_gates,
    "`%2F` and `%5C` in a path": _escaped,
    _ENCODED_ROW: _encoded,
    "Header names with `_`": _underscores,
    "ACME challenges over HTTP": _acme,
}
"""Row -> whether a difference is what it tells. The names are those of the page; a test holds them against it."""
