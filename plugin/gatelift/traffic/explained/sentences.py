"""Sentences of the ledger that say exactly what differs: of these each explains that, and nothing beside it.

A key decides much: that a gateway answers only real preflights says nothing of origins, and that an address may be
another one nothing of who is let in. An entry that says anything else besides explains whatever its key decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from gatelift.traffic.answers.compare import Difference, header, is_preflight, let_read
from gatelift.traffic.model import Answer, Attribute, Request

KEPT_LIMIT = "the gateway holds every request body in memory"
"""What is said where the limit of bodies is kept."""
ALIAS_REDIRECTS = (
    "plain HTTP is redirected to HTTPS there as well, which nginx does only if the host's certificate covers the alias"
)
ALIAS_STAYS = (
    "plain HTTP is not redirected to HTTPS there, and no answer asks to stay on HTTPS, which nginx does where another "
    "certificate covers the alias"
)
_PREFLIGHT_ONLY = ("access-control-allow-methods", "access-control-allow-headers", "access-control-max-age")


class _Met(msgspec.Struct, frozen=True):
    request: Request
    difference: Difference
    before: Answer
    after: Answer

    @property
    def attribute(self) -> Attribute:
        return self.difference.attribute


def _never(met: _Met) -> bool:
    return False


def _preflights(met: _Met) -> bool:
    """Other OPTIONS requests go on; the gateway's own answers, and those that are no preflights, bear less of CORS."""
    redirected = met.after.seen is None and 300 <= met.after.status < 400
    if met.attribute is Attribute.CORS:
        less = set(met.difference.before.splitlines()) - set(met.difference.after.splitlines())
        more = set(met.difference.after.splitlines()) - set(met.difference.before.splitlines())
        spared = all(line.startswith(_PREFLIGHT_ONLY) for line in less) and not is_preflight(met.request)
        spared = spared or not header(met.request.headers, "origin")
        return not more and (redirected or spared)
    if met.request.method != "OPTIONS":
        return False
    same = let_read(met.request, met.before) == let_read(met.request, met.after)
    return redirected or same or not is_preflight(met.request)


def _decoded(met: _Met) -> bool:
    return "%" in met.request.target.partition("?")[0]


def _query(met: _Met) -> bool:
    """That the query goes along is said of a redirect that is still there."""
    both = all(header(answer.headers, "location") for answer in (met.before, met.after))
    return met.attribute is Attribute.LOCATION and both


def _https(met: _Met) -> bool:
    """Over plain HTTP the other redirect comes first."""
    first, other = (header(answer.headers, "location") for answer in (met.before, met.after))
    decided = met.attribute in (Attribute.STATUS, Attribute.LOCATION)
    return decided and met.request.scheme == "http" and bool(first) and other.startswith("https://")


def _without_certificate(met: _Met) -> bool:
    return met.request.scheme == "https" and met.after.seen is None


def _to_https(met: _Met) -> bool:
    onward = header(met.after.headers, "location").startswith("https://")
    return met.request.scheme == "http" and met.after.seen is None and onward


def _stays(met: _Met) -> bool:
    if met.attribute is Attribute.HSTS:
        return not met.difference.after
    led = header(met.before.headers, "location").startswith("https://")
    return met.request.scheme == "http" and met.before.seen is None and led


_SAID: Mapping[str, Callable[[_Met], bool]] = {
    "the address is the one Envoy sees: behind a load balancer it needs externalTrafficPolicy: Local, the PROXY "
    "protocol, or a ClientTrafficPolicy with clientIPDetection": _never,
    "only real preflights are answered by the gateway; nginx answers every OPTIONS request with 204": _preflights,
    "nginx takes captures from the decoded path (%20 is a space), a gateway from the path as it was sent": _decoded,
    "over plain HTTP the redirect is one to HTTPS, which leads on to the path; nginx goes to the path first": _https,
    "the Gateway needs a listener and a certificate for the alias too": _without_certificate,
    ALIAS_REDIRECTS: _to_https,
    ALIAS_STAYS: _stays,
    "a gateway adds the query string of the request to the target, where nginx sends the URL as it is written": _query,
}
"""Sentence -> whether a difference is what it says. A replay tells both sides the same address of a client."""


_CODE = re.compile(r"the redirect is a \d+ to HTTPS")


def said(text: str, request: Request, difference: Difference, answers: tuple[Answer, Answer]) -> bool:
    """Whether ``text``, of an entry, may say that there is this difference."""
    met = _Met(request, difference, *answers)
    rest = text = _CODE.sub("the redirect is one to HTTPS", text)
    for sentence in _SAID:
        rest = rest.replace(sentence, "")
    if rest.strip("; "):
        return True
    return any(fits(met) for sentence, fits in _SAID.items() if sentence in text)
