"""From manifests to what nginx is configured with: what is loaded, what is left out, and what cannot be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gatelift.replay.model import Manifest, NotReplayed
from gatelift.replay.nginx.ingresses import Ingress, ingresses_of, mapping
from gatelift.replay.nginx.model import Loaded, Model
from gatelift.replay.nginx.options import ConfigMaps, options_of
from gatelift.replay.nginx.quoting import UnquotableError
from gatelift.replay.nginx.servers import model_of
from gatelift.replay.nginx.settings import Settings, settings_of
from gatelift.replay.nginx.text import Setup, configuration, is_alias
from gatelift.replay.nginx.unjudged import EVERYTHING, SNIPPETS, named, of_ingress, of_settings
from gatelift.replay.nginx.values import NotLoadedError
from gatelift.replay.side import Address


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
) -> Judged:
    """What becomes of the Ingresses among ``objects``, all of one ingress-nginx, the oldest first.

    ``data`` is that of the controller's ConfigMap. ``without`` names Ingresses (``namespace/name``) that nginx cannot
    be configured with, and why: they are left out, and none of their hosts is judged.
    """
    settings, config_maps = settings_of(data), _config_maps(objects)
    loaded: list[Loaded] = []
    not_loaded: dict[str, str] = {}
    not_replayed = list(of_settings(data))
    for ingress in ingresses_of(objects):
        found = _loaded(ingress, settings, config_maps)
        if isinstance(found, str):
            not_loaded[str(ingress)] = found
            continue
        why = (without or {}).get(str(ingress)) or _problem(found, settings)
        if why:
            not_replayed += named(ingress, EVERYTHING, f"nginx cannot be configured with it: {why}", whole=True)
            continue
        loaded.append(found)
        not_replayed += _strange_aliases(ingress, settings, config_maps)
    model = model_of(loaded, settings)
    regular = {server.host for server in model.servers if server.regular}
    for item in loaded:
        # On such a host a path says little about which requests it gets.
        whole = any(rule.host in regular for rule in item.ingress.rules) or not item.ingress.rules
        not_replayed += of_ingress(item.ingress, settings, config_maps, escapes=escapes, whole=whole)
    return Judged(
        model=model, settings=settings, not_loaded=not_loaded, not_replayed=tuple(dict.fromkeys(not_replayed))
    )


def _loaded(ingress: Ingress, settings: Settings, config_maps: ConfigMaps) -> Loaded | str:
    """The Ingress as the controller loads it, or why it does not."""
    snippets = sorted(key for key in SNIPPETS if ingress.annotations.get(key, "").strip())
    if snippets and not settings.critical:
        return f"{snippets[0]} is riskier than the controller's annotations-risk-level lets pass"
    try:
        options = options_of(ingress, settings, config_maps)
    except NotLoadedError as error:
        return str(error)
    plain = tuple(alias for alias in options.aliases if is_alias(alias))
    return Loaded(ingress, msgspec.structs.replace(options, aliases=plain))


def _strange_aliases(ingress: Ingress, settings: Settings, config_maps: ConfigMaps) -> Iterable[NotReplayed]:
    aliases = options_of(ingress, settings, config_maps).aliases
    if not all(map(is_alias, aliases)):
        # Who knows which hosts such a name takes.
        alone = msgspec.structs.replace(ingress, rules=())
        yield from named(alone, EVERYTHING, "server-alias holds an expression")


def _problem(item: Loaded, settings: Settings) -> str:
    """Why nginx cannot be configured with this Ingress, as far as its values alone tell."""
    somewhere = Address("127.0.0.1", 1)
    model = model_of([item], settings)
    setup = Setup(
        http=somewhere,
        https=somewhere,
        folder="/",
        backends=dict.fromkeys(model.upstreams(), somewhere),
        certificate=lambda _: ("", ""),
    )
    try:
        configuration(model, settings, setup)
    except UnquotableError as error:
        return str(error)
    return ""


def _config_maps(objects: Iterable[Manifest]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for item in objects:
        if item.get("kind") == "ConfigMap" and item.get("apiVersion") == "v1":
            metadata = mapping(item.get("metadata"))
            key = f"{metadata.get('namespace') or 'default'}/{metadata.get('name')}"
            data = {str(name): str(value) for name, value in mapping(item.get("data")).items()}
            found.setdefault(key, data)
    return found
