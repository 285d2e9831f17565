"""Cases that no cluster gets, each judged by itself, as if ingress-nginx served it.

Values that somebody may set one day have no neighbours, and often no class: what is asked is whether the templates are
right for them. Cases that are deployed are judged with all else that their cluster gets (``sources/worlds.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.config.model import CASE, Config, Controller, Phase
from gatelift.expected.expected import Change
from gatelift.ingress.read import is_ingress
from gatelift.ingress.scopes import Scopes
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import ObjectKey
from gatelift.sources.helm.offer import Ask, Manifest
from gatelift.sources.kustomize.rendering import rendering
from gatelift.sources.wanted import change_key
from gatelift.sources.worlds import Rendered, Settings, judge_world

_LEGACY = "kubernetes.io/ingress.class"
_USUAL = "nginx"

Changes = Mapping[ObjectKey, Change]
Asked = tuple[str, Phase, str]
"""The Gateway and the phase of a root, and the text of the objects that were asked about."""


def judged_alone(renders: Sequence[Rendered], settings: Settings) -> dict[str, Changes]:
    """Root -> what becomes of its Ingresses, were each root the only one of its cluster. Raises ``UsageError``."""
    first = _judged(renders, settings)
    doubtful = [item for item in renders if any(change.left for change in first[item.root].values())]
    name = served_class(settings.config)
    again = [_of_class(item, first[item.root], name) for item in doubtful]
    return {**first, **_judged(again, settings)}


def served_class(config: Config) -> str:
    """A class that ingress-nginx serves."""
    named = (entry.name for entry in config.classes if entry.controller is Controller.INGRESS_NGINX)
    return next(named, _USUAL)


def asking(settings: Settings, folder: str, answered: dict[Asked, tuple[Change, ...]] | None = None) -> Ask:
    """A question for the judge about made-up objects, as if they were rendered by the chart in ``folder``.

    ``answered``: what was answered under the same settings before, also for other charts: of what the configuration
    says for a root, objects that stand alone are judged by its Gateway and its phase.
    """
    name = served_class(settings.config)
    root = f"{folder}{CASE}asked"
    place = (repr(settings.config.gateway_for(name, root)), settings.config.phase_for(root, settings.phase))
    known = {} if answered is None else answered

    def ask(objects: Sequence[Manifest]) -> tuple[Change, ...]:
        text = "".join(f"---\n{json.dumps(_with_class(item, name))}\n" for item in objects)
        if (*place, text) not in known:
            known[*place, text] = _answer(text, settings, root)
        return known[*place, text]

    return ask


def _answer(text: str, settings: Settings, root: str) -> tuple[Change, ...]:
    made = rendering(root, text)
    found = _judged([Rendered(root=root, resources=made.resources, others=made.others, release=root)], settings)[root]
    return tuple(found[item.key] for item in made.resources if is_ingress(item) and item.key in found)


def _judged(renders: Sequence[Rendered], settings: Settings) -> dict[str, Changes]:
    if not renders:
        return {}
    apart = Scopes({item.root: f"alone:{item.root}" for item in renders})
    world = judge_world(renders, settings, apart, {})
    return {item.root: by_key(world.by_root.get(item.root, ())) for item in renders}


def by_key(changes: Iterable[Change]) -> dict[ObjectKey, Change]:
    """Changes by the Ingress that they are of."""
    return {change_key(change): change for change in changes}


def _of_class(item: Rendered, changes: Changes, name: str) -> Rendered:
    left = {key for key, change in changes.items() if change.left}
    resources = tuple(_served(each, name) if each.key in left else each for each in item.resources)
    return msgspec.structs.replace(item, resources=resources)


def _served(item: Resource, name: str) -> Resource:
    return msgspec.structs.replace(item, value=_with_class(item.value, name))


def _with_class(item: Manifest, name: str) -> Mapping[str, Any]:
    """An Ingress of a class that is served; any other object as it is."""
    if item.get("kind") != "Ingress":
        return item
    metadata = dict(item.get("metadata") or {})
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != _LEGACY}
    metadata.pop("annotations", None)
    spec = {**(item.get("spec") or {}), "ingressClassName": name}
    return {**item, "metadata": {**metadata, **({"annotations": annotations} if annotations else {})}, "spec": spec}
