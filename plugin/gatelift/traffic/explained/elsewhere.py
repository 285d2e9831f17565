"""What acts today where no place of its own Ingress does, or does not act where one is.

A canary acts wherever its main Service is used (T26). An Ingress that today's ingress-nginx does not load is converted
in any case, with a word of that: its hosts, and its ``tls``, are none today.
"""

from __future__ import annotations

from gatelift.expected.ledger import Entry
from gatelift.traffic.answers.compare import Difference, header
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, Request
from gatelift.traffic.places.place import Place, host_fits, path_of, path_taken


def leaking(request: Request, difference: Difference, answers: tuple[Answer, Answer], ledger: Ledger) -> Entry | str:
    """The entry on a canary whose backend answers here before, and not after; or the name of a withheld one."""
    before, after = answers
    if before.seen is None or after.seen is None or difference.attribute is not Attribute.BACKEND:
        return ""
    both = (before.seen.backend, after.seen.backend)
    told = next((entry for entry in ledger.leaking if _leaks(entry.ingress, request, both, ledger)), None)
    asleep = (name for name in sorted(ledger.canaries) if name in ledger.withheld)
    return told or next((name for name in asleep if _leaks(name, request, both, ledger)), "")


def _leaks(canary: str, request: Request, backends: tuple[str, str], ledger: Ledger) -> bool:
    """Whether a canary of other places may act here as well today (T26).

    Then its backend answers before, and not after; unless others share it, which makes them act or sleep as one.
    """
    own = [place for place in ledger.places if place.ingress == canary]
    found = ledger.serving(request, "")
    serving = {(place.host, place.path, place.kind) for place in found.sure}
    taking = [place for place in own if taken(place, request) is not False]
    if any(found.perhaps or (place.host, place.path, place.kind) in serving for place in taking):
        return False
    names = {name for place in own for name, _ in place.backends}
    # A place of canaries alone has one backend; that of their main Ingress names theirs as well.
    rest = (place.backends for place in ledger.places if place.ingress != canary and len(place.backends) == 1)
    return backends[0] in names or (backends[1] in names and any(backends[1] == name for ((name, _),) in rest))


def taken(place: Place, request: Request) -> bool | None:
    """Whether a place takes a request, by itself; ``None`` where that is not known."""
    return host_fits(place.host, request.host) and path_taken(place.kind, place.path, path_of(request.target))


def unloaded(request: Request, answers: tuple[Answer, Answer], ledger: Ledger, strange: bool) -> Entry | None:
    """The entry on an Ingress of the request's host that is not loaded today, where that shows.

    Either one of its places takes the request afterwards, or somebody serves it today who has none on this host
    (``strange``), or its ``tls`` redirects to HTTPS. Nobody may be let in by that.
    """
    before, after = answers
    if before.seen is None and after.seen is not None:
        return None
    secured = request.scheme == "http" and header(after.headers, "location").startswith("https://")
    if not ledger.unloaded:
        return None
    own = ledger.on_host(request.host)
    told = (entry for entry in ledger.unloaded if entry.ingress in own)
    return next((entry for entry in told if strange or secured or _serves(entry.ingress, request, ledger)), None)


def _serves(ingress: str, request: Request, ledger: Ledger) -> bool:
    return any(place.ingress == ingress for place in ledger.serving(request, "").sure)
