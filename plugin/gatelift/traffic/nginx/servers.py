"""Which hosts there are, and which places on them: what the controller makes of all Ingresses together.

Source: internal/ingress/controller/controller.go (``createServers``, ``getBackendServers``,
``mergeAlternativeBackends``) and location.go of kubernetes/ingress-nginx v1.15.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from gatelift.traffic.nginx.canaries import NEVER, Canary
from gatelift.traffic.nginx.clients import Client
from gatelift.traffic.nginx.ingresses import CATCH_ALL, Ingress, Path, Rule, Upstream
from gatelift.traffic.nginx.model import ROOT, Loaded, Location, Model, Server, Split, Twin, covers
from gatelift.traffic.nginx.options import Options
from gatelift.traffic.nginx.settings import Settings


@dataclass
class _Host:
    """A host while it is put together."""

    locations: list[Location]
    aliases: tuple[str, ...] = ()
    certificate: tuple[str, ...] | None = None
    www: bool = False
    client: Client | None = None
    forbidden: str = ""


@dataclass
class _Controller:
    """The controller's tables while it goes through the Ingresses."""

    settings: Settings
    upstreams: dict[Upstream, Canary | None] = field(default_factory=dict)
    """Which are there; with the canary where they have no server of their own."""
    hosts: dict[str, _Host] = field(default_factory=dict)
    alternatives: dict[Upstream, list[Upstream]] = field(default_factory=dict)


def model_of(loaded: Sequence[Loaded], settings: Settings) -> Model:
    """The servers for these Ingresses, the first being the oldest (T15)."""
    tables = _Controller(settings)
    # A canary that is older than what else names its Service would have put that to sleep: nobody keeps it so.
    loaded = sorted(loaded, key=lambda item: item.options.canary is not None)
    for item in loaded:
        _note_upstreams(tables, item)
    nothing = Options(body_size=settings.body_size, ssl_redirect=False)
    tables.hosts[CATCH_ALL] = _Host([_root(None, nothing, None)], certificate=())
    primaries = [item for item in loaded if item.options.canary is None]
    for item in primaries:
        _add_hosts(tables, item)
    for item in primaries:
        _add_names(tables, item)
    for item in loaded:
        _add_paths(tables, item)
    if primaries:
        for item in loaded:
            if item.options.canary is not None:
                _merge_canary(tables, item)
    servers = tuple(_server(host, tables) for host in sorted(tables.hosts))
    return Model(servers, _twins(tables), tuple(_splits(tables)))


def _note_upstreams(tables: _Controller, item: Loaded) -> None:
    canary = item.options.canary
    if item.ingress.default is not None:
        tables.upstreams[item.ingress.default] = canary
    for path in _paths(item.ingress):
        if path.backend is not None:
            # Whoever names a Service first decides whether it is a canary's.
            tables.upstreams.setdefault(path.backend, canary)


def _paths(ingress: Ingress) -> Iterable[Path]:
    return (path for rule in ingress.rules for path in rule.paths or ())


def _root(upstream: Upstream | None, options: Options, ingress: Ingress | None) -> Location:
    return Location(path=ROOT, exact=False, upstream=upstream, options=options, ingress=ingress, fallback=True)


def _add_hosts(tables: _Controller, item: Loaded) -> None:
    ingress = item.ingress
    catch_all = tables.hosts[CATCH_ALL].locations
    if ingress.default is not None and not ingress.rules and catch_all[0].fallback:
        # What redirects or rewrites is left out here, so that it cannot act on all unknown hosts.
        kept = msgspec.structs.replace(item.options, redirect=None, www=False, **_NO_REWRITE)
        catch_all[0] = msgspec.structs.replace(_root(ingress.default, kept, ingress), fallback=False)
    for rule in ingress.rules:
        if rule.host not in tables.hosts:
            tables.hosts[rule.host] = _Host([_root(ingress.default, item.options, ingress)])


_NO_REWRITE: dict[str, object] = {
    "rewrite": "", "use_regex": False, "app_root": "", "ssl_redirect": False, "force_ssl_redirect": False,
    "preserve_trailing_slash": False, "relative_redirects": False,
}  # fmt: skip


def _add_names(tables: _Controller, item: Loaded) -> None:
    for rule in item.ingress.rules:
        host = tables.hosts[rule.host]
        host.aliases = host.aliases or item.options.aliases
        if host.certificate is None and item.ingress.tls:
            host.certificate = _certificate(item.ingress, rule.host)


def _certificate(ingress: Ingress, host: str) -> tuple[str, ...]:
    """The names of the certificate that the host gets: those of its entry, else the default one (T19).

    Secrets are taken to be there, and to name the hosts of their entry.
    """
    for entry in ingress.tls:
        if host in entry.hosts:
            return entry.hosts if entry.secret else ()
    for entry in ingress.tls:
        if entry.secret and covers(entry.hosts, host):
            return entry.hosts
    return ()


def _add_paths(tables: _Controller, item: Loaded) -> None:
    for rule in item.ingress.rules:
        host = tables.hosts.get(rule.host) or tables.hosts[CATCH_ALL]
        _ask_for_certificate(host, rule, item.options.client)
        for path in rule.paths or ():
            if path.backend is None or tables.upstreams[path.backend] is not None:
                continue
            _add_path(host, path, item)


def _ask_for_certificate(host: _Host, rule: Rule, client: Client | None) -> None:
    # The first that asks counts for the host, even an Ingress whose paths are all taken, or a canary.
    if client is None or (rule.paths is None and rule.host != CATCH_ALL):
        return
    host.forbidden = host.forbidden or client.error
    if not client.error:
        host.client = host.client or client


def _add_path(host: _Host, path: Path, item: Loaded) -> None:
    made = Location(path=path.path, exact=path.exact, upstream=path.backend, options=item.options, ingress=item.ingress)
    # Only the first place of that path is looked at; of one type the first counts (T15), unless it is the implicit one.
    index = next((index for index, there in enumerate(host.locations) if there.path == path.path), None)
    if index is None or host.locations[index].exact != path.exact:
        host.locations.append(made)
    elif host.locations[index].fallback:
        host.locations[index] = made
    else:
        return
    host.www = host.www or item.options.www


def _merge_canary(tables: _Controller, item: Loaded) -> None:
    if item.ingress.default is not None:
        _merge(tables, item.ingress.default, tables.hosts[CATCH_ALL].locations)
    for rule in item.ingress.rules:
        host = tables.hosts.get(rule.host)
        for path in rule.paths or () if host is not None else ():
            if path.backend is not None and host is not None:
                fitting = (place for place in host.locations if (place.path, place.exact) == (path.path, path.exact))
                _merge(tables, path.backend, host.locations, tuple(fitting))


def _merge(
    tables: _Controller, alternative: Upstream, places: Sequence[Location], fitting: Sequence[Location] | None = None
) -> None:
    if alternative not in tables.upstreams:
        return
    merged = False
    for place in places:
        primary = place.upstream
        if primary == alternative:
            return
        if primary is None or tables.upstreams.get(primary, NEVER) is not None:
            continue
        if fitting is None or place in fitting:
            known = tables.alternatives.setdefault(primary, [])
            if alternative not in known:
                known.append(alternative)
            merged = True
    if not merged:
        del tables.upstreams[alternative]


def _splits(tables: _Controller) -> Iterable[Split]:
    for primary, alternatives in sorted(tables.alternatives.items()):
        # Only the first alternative is ever asked.
        alternative = alternatives[0]
        if alternative in tables.upstreams:
            yield Split(primary, alternative, tables.upstreams[alternative] or NEVER)


def _server(name: str, tables: _Controller) -> Server:
    host = tables.hosts[name]
    # T3: longest first, and of equal length in reverse order of the alphabet.
    ordered = sorted(host.locations, key=lambda location: location.path, reverse=True)
    ordered.sort(key=lambda location: -len(location.path))
    aliases = sorted({alias for alias in host.aliases if alias not in tables.hosts})
    return Server(
        host=name,
        aliases=tuple(aliases),
        locations=tuple(_elements(ordered)),
        certificate=host.certificate,
        client=host.client,
        forbidden=host.forbidden,
    )


def _elements(locations: Sequence[Location]) -> Iterable[Location]:
    """A Prefix stands for the path itself and for everything below it (T7, T8)."""
    taken = {location.path for location in locations if location.exact}
    for location in locations:
        if location.path == ROOT or location.exact or location.regular:
            yield location
            continue
        below = location.path if location.path.endswith("/") else f"{location.path}/"
        yield msgspec.structs.replace(location, path=below)
        if location.path not in taken:
            yield msgspec.structs.replace(location, exact=True)


def _twins(tables: _Controller) -> tuple[Twin, ...]:
    found = []
    for name in sorted(tables.hosts):
        twin = name.removeprefix("www.") if name.startswith("www.") else f"www.{name}"
        # Of hosts that nobody names it would be www._, which no client asks for.
        if tables.hosts[name].www and twin not in tables.hosts and name != CATCH_ALL:
            found.append(Twin(twin, name))
    return tuple(found)
