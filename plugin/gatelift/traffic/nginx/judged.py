"""From manifests to what nginx is configured with: what is loaded, what is left out, and what cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from gatelift.traffic.model import Manifest, NotReplayed
from gatelift.traffic.nginx.ingresses import Ingress, ingresses_of
from gatelift.traffic.nginx.loading import config_maps, is_alias, loaded_of
from gatelift.traffic.nginx.model import Loaded, Model, names_of
from gatelift.traffic.nginx.options import ConfigMaps, options_of
from gatelift.traffic.nginx.servers import model_of
from gatelift.traffic.nginx.settings import Settings, settings_of
from gatelift.traffic.nginx.unjudged import EVERYTHING, named, of_ingress, of_settings


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What nginx is configured with.

    - ``not_loaded``: the Ingresses that ingress-nginx itself does not load (T42), with the reason: no request reaches
      them today.
    - ``not_replayed``: what an answer of this nginx does not show of the controller's.
    """

    model: Model
    settings: Settings
    not_loaded: Mapping[str, str]
    not_replayed: tuple[NotReplayed, ...]


def judged(
    objects: Sequence[Manifest],
    data: Mapping[str, str],
    *,
    escapes: bool = True,
    without: Mapping[str, str] | None = None,
    problem: Callable[[Loaded, Settings], str] | None = None,
) -> Judged:
    """What becomes of the Ingresses among ``objects``, all of one ingress-nginx, the oldest first.

    ``data`` is that of the controller's ConfigMap. ``without`` names Ingresses (``namespace/name``) that nginx cannot
    be configured with, and why: they are left out, and none of their hosts is judged. ``problem`` tells that of an
    Ingress by its values.
    """
    settings, known = settings_of(data), config_maps(objects)
    loaded: list[Loaded] = []
    not_loaded: dict[str, str] = {}
    not_replayed = list(of_settings(data))
    for ingress in ingresses_of(objects):
        found = loaded_of(ingress, settings, known)
        if isinstance(found, str):
            not_loaded[str(ingress)] = found
            continue
        why = (without or {}).get(str(ingress)) or (problem(found, settings) if problem else "")
        if why:
            not_replayed += named(ingress, EVERYTHING, f"nginx cannot be configured with it: {why}", whole=True)
            continue
        loaded.append(found)
        not_replayed += _strange_aliases(ingress, settings, known)
    model = model_of(loaded, settings)
    regular = {server.host for server in model.servers if server.regular}
    for item in loaded:
        # On such a host a path says little about which requests it gets.
        whole = any(rule.host in regular for rule in item.ingress.rules) or not item.ingress.rules
        not_replayed += of_ingress(item.ingress, settings, known, escapes=escapes, whole=whole)
    aliases = {server.host: names_of(server) for server in model.servers if server.aliases}
    return Judged(
        model=model,
        settings=settings,
        not_loaded=not_loaded,
        not_replayed=tuple(dict.fromkeys(_for_aliases(item, aliases) for item in not_replayed)),
    )


def _for_aliases(item: NotReplayed, aliases: Mapping[str, tuple[str, ...]]) -> NotReplayed:
    """The same, said for every name of its hosts."""
    hosts = dict.fromkeys(name for host in item.hosts for name in aliases.get(host, (host,)))
    return msgspec.structs.replace(item, hosts=tuple(hosts))


def _strange_aliases(ingress: Ingress, settings: Settings, config_maps: ConfigMaps) -> Iterable[NotReplayed]:
    aliases = options_of(ingress, settings, config_maps).aliases
    if not all(map(is_alias, aliases)):
        # Who knows which hosts such a name takes.
        alone = msgspec.structs.replace(ingress, rules=())
        yield from named(alone, EVERYTHING, "server-alias holds an expression")
