"""Who comes in to a place: nginx asks lists of addresses, then passwords, then a service that authorizes."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.proof.symbolic.model import Addresses, Authority, Gate, Location, Login, Undecided
from gatelift.proof.symbolic.nginx.words import text
from gatelift.traffic.asked import at_url, users
from gatelift.traffic.nginx.access import sign_in
from gatelift.traffic.nginx.model import Location as Place
from gatelift.traffic.nginx.options import Options
from gatelift.traffic.nginx.settings import Settings

_OFF = "off"
"""The realm that switches ``auth_basic`` off."""


def gates(place: Place, settings: Settings) -> tuple[tuple[Gate, ...], bool]:
    """What decides, in order, and whether one that lets in is enough. Raises ``Undecided``."""
    options = place.options
    further = () if place.path.startswith(settings.no_auth_locations) else tuple(_logins(options))
    listed = _addresses(options, settings)
    if options.any_access and further and listed and not options.allow:
        # A list that only denies never lets in, and who it denies is asked for the rest as well.
        listed = ()
    found = (*listed, *further)
    return found, options.any_access and len(found) > 1


def _addresses(options: Options, settings: Settings) -> tuple[Addresses, ...]:
    if not options.allow and not options.deny:
        # The controller's own list stands outside of all places, and holds where a place has none.
        return (Addresses(rules=((False, settings.block),)),) if settings.block else ()
    rules = ((False, options.deny), (True, options.allow))
    return (Addresses(rules=tuple(rule for rule in rules if rule[1]), otherwise=not options.allow),)


def _logins(options: Options) -> Iterator[Gate]:
    asks = options.basic is not None and options.basic.realm != _OFF
    if options.basic is not None and asks:
        yield Login(f'Basic realm="{options.basic.realm}"', users(options.basic.users))
    if options.external is None:
        return
    who = at_url(options.external.url)
    if not options.external.signin:
        yield Authority(who=who)
        return
    if asks:
        raise Undecided("with a password and a sign-in in one place, the sign-in answers for both")
    yield Authority(signin=Location(text=text(sign_in(options.external))), bare=True, who=who)
