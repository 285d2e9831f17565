"""Which entry of the ledger, or which fact that holds for every Ingress, explains a disagreement.

An explanation must fit the place (the Ingress serves that host and path) and the attribute (what the key decides). One
that lets a request through that was turned away before is none, whatever else would fit: that is what the ledger never
allows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from gatelift.expected.ledger import Entry
from gatelift.intent.outcome import Disposition
from gatelift.traffic.answers.compare import Difference, header
from gatelift.traffic.explained.always import About, always, redirected, secured, shown_by_request
from gatelift.traffic.explained.elsewhere import leaking, taken, unloaded
from gatelift.traffic.explained.ledger import ACCEPTED, CODE, PREFIX, Ledger, key, twin
from gatelift.traffic.explained.sentences import ALIAS_REDIRECTS, ALIAS_STAYS, KEPT_LIMIT, said
from gatelift.traffic.explained.signs import lacks
from gatelift.traffic.explained.turned import has_part
from gatelift.traffic.model import Answer, Attribute, Request
from gatelift.traffic.places.place import PathKind, Place, host_fits, patterns

_RULE = re.compile(r"/spec/rules/(\d+)(?:/http/paths/(\d+))?")
_ADMITS = re.compile(
    r"auth|enable-global-auth|global-auth|satisfy|block-|allowlist|whitelist|denylist|limit-|enable-mod|proxy-body"
)
"""Keys that decide whether a request comes in, and not to which backend."""
_CHOOSES = re.compile(r"canary|/spec/|default-backend|server-alias|.*-snippet")
"""Keys that decide which backend takes a request."""
_DECIDES = (
    (r"ssl-redirect|force-ssl|.*-redirect.*|app-root|trailing", {Attribute.STATUS, Attribute.LOCATION}),
    (_ADMITS.pattern,
     {Attribute.STATUS, Attribute.BACKEND, Attribute.CHALLENGE, Attribute.LOCATION, Attribute.COOKIES}),
    (r"auth", {Attribute.REQUEST_HEADERS}),
    (r"(enable-cors|cors-)", {Attribute.CORS, Attribute.STATUS, Attribute.BACKEND}),
    (r"(rewrite-target|use-regex)", {Attribute.PATH, Attribute.STATUS, Attribute.BACKEND}),
    (r"canary", {Attribute.BACKEND}),
    (r"(affinity|session-cookie|proxy-cookie)", {Attribute.COOKIES}),
    (r"(custom-headers|add-headers|hide-headers|.*-snippet)", {Attribute.RESPONSE_HEADERS, Attribute.HSTS}),
    (r"(proxy-set-headers|x-forwarded-prefix|.*-snippet)", {Attribute.REQUEST_HEADERS, Attribute.FORWARDED}),
    (r".*-snippet", {Attribute.STATUS, Attribute.BACKEND, Attribute.LOCATION, Attribute.CORS}),
    (r"(hsts)", {Attribute.HSTS}),
    (r"upstream-vhost", {Attribute.HOST}),
    (r"(custom-http-errors|default-backend)", {Attribute.STATUS, Attribute.BACKEND}),
    (r"server-alias", {Attribute.STATUS, Attribute.BACKEND}),
)  # fmt: skip
_DECIDES_COMPILED = tuple((re.compile(pattern), frozenset(attributes)) for pattern, attributes in _DECIDES)
_FIELD = frozenset({Attribute.STATUS, Attribute.BACKEND, Attribute.PATH, Attribute.LOCATION})
_ELSEWHERE = "seen for this application only"
_OF_GATEWAY = "answers that the gateway makes itself"
"""What ``custom-headers`` says to lose: nothing of an answer that a backend gave."""
_NOT_FOUND = 404
_CLOSED = frozenset((403, 500))
"""With these a rule that closes a place answers: on Envoy Gateway, and elsewhere."""
_PASSWORD = re.compile(r"auth-(?:type|secret|realm)")
_LACKS = "needs a listener"
_LEADS_AWAY = re.compile(r"from-to-www|app-root|permanent-redirect|temporal-redirect")
_PLAIN = "unknown hosts are served over plain HTTP only"
_ANY_ORDER = "which of several regular expressions on a host wins"


def explanation(
    request: Request, difference: Difference, answers: tuple[Answer, Answer], ledger: Ledger, by: str | None = None
) -> str:
    """What explains ``difference``: ``KEY of Ingress NS/NAME: sentence``, or a row of docs/differences.md.

    Empty where nothing does. ``answers``: before and after. ``by``: the Ingress that is known to answer before, empty
    where none does; by places alone that is another one where its host is nobody's, or its Service is a canary's.
    """
    before, after = answers
    opens = before.seen is None and after.seen is not None
    placed = _serving(request, before, ledger)
    known = frozenset((*(placed or ()), by)) if by else placed
    serving = known or frozenset()
    canary = leaking(request, difference, answers, ledger)
    if canary:
        return _withheld(canary, ledger) if isinstance(canary, str) else said_by(canary)
    if after.seen is None:
        # A redirect of the host itself may be gone, too.
        acting = (entry.ingress for entry in ledger.about((), request)) if header(before.headers, "location") else ()
        slashed = _slashed(request, ledger) if after.status in _CLOSED else ()
        for name in (*serving, *acting, *slashed):
            if name in ledger.withheld:
                return _withheld(name, ledger)
    strange = placed is not None and (not placed or by not in {None, "", *placed})
    today = unloaded(request, answers, ledger, strange)
    if today is not None:
        return said_by(today)
    closing = _closing_host(request, answers, ledger) if before.status == _NOT_FOUND or not placed or strange else ""
    if closing:
        return f"Ingress {closing} is withheld, and its host is closed as a whole: {ledger.withheld[closing]}"
    fitting = (
        entry
        # What no path takes gets what the first Ingress of its host asks for (T12).
        for entry in ledger.about(serving or (ledger.on_host(request.host) if known is not None else ()), request)
        if _decides(entry.pointer, difference.attribute) or _is_of_any(entry, difference.attribute)
        if _tells(entry, request, difference, answers, ledger)
        if _fits(entry, request, difference, ledger, opens=opens)
    )
    entry = next(fitting, None)
    about = About(
        # Where it is not known who serves a request, nobody may say that nobody does.
        served=by != "" and (placed is None or bool(placed)),
        certified=ledger.has_certificate(request.host),
        deep=_is_deep(request.host, ledger),
        limited=any(KEPT_LIMIT in entry.text for entry in ledger.of(serving)),
        regular=any(place.kind is PathKind.REGEX for place in ledger.on_server(request.host)),
        asks=any(key(entry.pointer) == "auth-signin" for entry in ledger.of(serving)),
    )
    row = always(request, difference, answers, about)
    # What the request itself shows is nearer than what is said of all requests to its Ingress, but for its own limit.
    nearer = shown_by_request(row) and not (entry and key(entry.pointer).startswith("proxy-body"))
    return row if entry is None or nearer else said_by(entry)


def _withheld(name: str, ledger: Ledger) -> str:
    return f"Ingress {name} is withheld: {ledger.withheld[name]}"


def _closing_host(request: Request, answers: tuple[Answer, Answer], ledger: Ledger) -> str:
    """A withheld Ingress whose host is closed where no path takes a request: a wildcard would serve it."""
    _, after = answers
    if after.seen is not None or after.status not in _CLOSED:
        return ""
    own = ledger.places_of(ledger.server(request.host) or "")
    return next((place.ingress for place in own if place.host and place.ingress in ledger.withheld), "")


def _is_deep(host: str, ledger: Ledger) -> bool:
    """Whether only wildcards take a host, and all of them with several labels (T14)."""
    taking = [pattern for pattern in patterns(host) if pattern and ledger.places_of(pattern)]
    labels = [host[: -len(pattern) + 1] for pattern in taking if pattern.startswith("*.")]
    return bool(labels) and len(labels) == len(taking) and all("." in label for label in labels)


def _serving(request: Request, before: Answer, ledger: Ledger) -> frozenset[str] | None:
    """The Ingresses that serve a request; where nginx only adds a slash, those of the path with it.

    ``None`` where an expression that nobody could hold against the request may take it first.
    """
    path, mark, query = request.target.partition("?")
    location = header(before.headers, "location").partition("?")[0]
    if before.status == 301 and location.partition("://")[2].partition("/")[2] == f"{path}/"[1:]:
        request = replace(request, target=f"{path}/{mark}{query}")
    found = ledger.serving(request, before.seen.backend if before.seen is not None else "")
    return None if found.perhaps else frozenset(place.ingress for place in found.sure)


def _slashed(request: Request, ledger: Ledger) -> tuple[str, ...]:
    """The Ingresses of an exact path with one more slash at its end: what closes that closes this one, too."""
    path, mark, query = request.target.partition("?")
    found = ledger.serving(replace(request, target=f"{path}/{mark}{query}"), "")
    return tuple(place.ingress for place in found.sure if place.kind is PathKind.EXACT)


def _tells(
    entry: Entry, request: Request, difference: Difference, answers: tuple[Answer, Answer], ledger: Ledger
) -> bool:
    """Whether what an entry says may come with these answers: no other redirect, and no backend from elsewhere."""
    before, after = answers
    told = entry.text.startswith(ACCEPTED) and f" {before.status} " in f"{entry.text} "
    if not told and not has_part(key(entry.pointer), difference.attribute, answers):
        return False
    if not said(entry.text, request, difference, answers):
        return False
    if lacks(entry.text, request, answers, (place for place in ledger.near(request) if place.ingress == entry.ingress)):
        return False
    if _OF_GATEWAY in entry.text and difference.attribute in (Attribute.RESPONSE_HEADERS, Attribute.HSTS):
        return after.seen is None
    if before.seen is not None and after.seen is not None and difference.attribute is Attribute.BACKEND:
        return bool(_CHOOSES.match(key(entry.pointer))) and (
            entry.disposition is not Disposition.REFUSED or _is_next(after.seen.backend, request, ledger)
        )
    if _is_another(entry, request, difference, answers):
        return False
    redirects = all(header(answer.headers, "location") for answer in answers)
    if not redirects or entry.disposition is not Disposition.DIFFERS or _ADMITS.match(key(entry.pointer)):
        return True
    if difference.attribute is Attribute.STATUS:
        return f"{CODE}{after.status}" in entry.text
    # What is said of targets is about their query, or about the slash at the end of their path.
    one, other = (text.partition("?")[0].rstrip("/") for text in (difference.before, difference.after))
    return difference.attribute is not Attribute.LOCATION or one == other


def _is_another(entry: Entry, request: Request, difference: Difference, answers: tuple[Answer, Answer]) -> bool:
    """Whether a redirect comes, or goes, that an entry has nothing to do with."""
    if difference.attribute not in (Attribute.STATUS, Attribute.LOCATION, Attribute.BACKEND):
        return False
    (before, after), name = answers, key(entry.pointer)
    leads = redirected(after)
    if _ADMITS.match(name):
        # Nobody is asked who he is before he is led to HTTPS, and for a password nobody is led elsewhere.
        return secured(request, before) or (leads and bool(_PASSWORD.match(name)))
    if name.startswith(("enable-cors", "cors-")):
        return leads and before.seen is not None
    if _LEADS_AWAY.match(name):
        gone = redirected(before) and after.status == _NOT_FOUND
        return (leads and before.seen is not None) or (
            gone and not (request.scheme == "https" and _LACKS in entry.text)
        )
    return False


def _is_next(backend: str, request: Request, ledger: Ledger) -> bool:
    """Whether an Ingress serves ``request`` with this backend, were it not for others: that of a canary, or of a
    shorter path."""
    name = backend.rpartition(":")[0]
    taking = (place for place in ledger.near(request) if _takes(place, request))
    return any(name == each.rpartition(":")[0] for place in taking for each, _ in place.backends)


def _fits(entry: Entry, request: Request, difference: Difference, ledger: Ledger, *, opens: bool) -> bool:
    if not _speaks_of(entry, request, ledger.places):
        return False
    if entry.disposition is Disposition.REFUSED:
        # What is refused has no route, or one without this setting: nothing may be reached for it, but for a redirect
        # of the whole host, which lets nobody in whom it kept out.
        return not opens or key(entry.pointer) in ("app-root", "from-to-www-redirect")
    if entry.disposition is not Disposition.DIFFERS or entry.text.startswith(_ELSEWHERE) or "(T26)" in entry.text:
        return False
    onward = f"to https://{request.host}"
    if ALIAS_STAYS in entry.text and ledger.has_certificate(request.host):
        led = request.scheme == "http" and onward in difference.before
        return led or (difference.attribute is Attribute.HSTS and not difference.after)
    if entry.pointer.endswith("/host"):
        if ALIAS_REDIRECTS in entry.text and not ledger.has_certificate(request.host):
            return request.scheme == "http" and onward in difference.after
        # Of all that is said of hosts, only a missing listener and another code show; wildcards have their own row.
        if CODE in entry.text and difference.before.startswith("3") and difference.after.startswith("3"):
            return difference.attribute is Attribute.STATUS
        return request.scheme == "https" and "HTTPS listener" in entry.text and not opens
    plain = _PLAIN in entry.text and request.scheme == "http" and "to https://" in difference.before
    return not opens or entry.text.startswith(ACCEPTED) or _is_other_options(entry, request) or plain


def _is_other_options(entry: Entry, request: Request) -> bool:
    """nginx answers every OPTIONS request where CORS is on; what is no preflight goes to the backend afterwards.

    So does each that another expression of the host may take.
    """
    return request.method == "OPTIONS" and (entry.pointer.endswith("enable-cors") or _ANY_ORDER in entry.text)


def _takes(place: Place, request: Request) -> bool:
    return taken(place, request) is True


def _speaks_of(entry: Entry, request: Request, places: Sequence[Place]) -> bool:
    """Whether an entry on a host or path is about that of the request; one on an annotation is about all of them."""
    found = _RULE.match(entry.pointer)
    if not found:
        return True
    own = [place for place in places if place.ingress == entry.ingress and place.rule[0] == int(found[1])]
    if found[2] is None:
        return any(host_fits(place.host, host) for place in own for host in (request.host, twin(request.host)))
    return any(_takes(place, request) for place in own if place.rule[1] == int(found[2]))


def _is_of_any(entry: Entry, attribute: Attribute) -> bool:
    """Whether an entry tells of what lacks wherever it stands, a listener or HSTS, or of another rule's requests."""
    if _ANY_ORDER in entry.text or (ALIAS_STAYS in entry.text and attribute is Attribute.HSTS):
        return True
    return attribute in _FIELD and entry.pointer.endswith("/backend/service/name") and "listener" in entry.text


@lru_cache(maxsize=65536)
def _decides(pointer: str, attribute: Attribute) -> bool:
    if pointer.endswith(("/path", "/pathType", "/host")) or pointer.startswith("/spec/defaultBackend"):
        return attribute in _FIELD
    if pointer.startswith("/spec/"):
        # Certificates, and how backends are reached: nothing that a replay compares.
        return False
    return any(attribute in attributes for pattern, attributes in _DECIDES_COMPILED if pattern.match(key(pointer)))


def said_by(entry: Entry) -> str:
    """What an entry explains, with its key and Ingress."""
    found = PREFIX.fullmatch(entry.pointer)
    subject = found[1].replace("~1", "/").replace("~0", "~") if found else entry.pointer
    return f"{subject} of Ingress {entry.ingress}: {entry.text}"
