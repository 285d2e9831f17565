"""Names as the sources have them: prefixes, suffixes and hashes of a build taken back.

What a patch or a new file says must be said in names from before the build, which Kustomize then changes with all
others. Where two objects would get one name, nothing is taken back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.ingress.read import is_ingress
from gatelift.manifests.resource import Resource
from gatelift.manifests.shape import ObjectKey
from gatelift.sources.ingresses import SourceIngress
from gatelift.sources.kustomize.differences import is_ours
from gatelift.sources.kustomize.kustomization import Kustomization
from gatelift.sources.kustomize.rendering import Rendering
from gatelift.sources.kustomize.shadow import GENERATED

_HASH = re.compile(r"-[a-z0-9]{10}$")
_FOLLOWED = (
    "nginx.ingress.kubernetes.io/auth-secret",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "nginx.ingress.kubernetes.io/fastcgi-params-configmap",
    "ingress.kubernetes.io/auth-secret",
)
"""The annotations in which Kustomize follows names."""
_NAMED = ("Service", "Secret", "ConfigMap")
_GENERATORS = ("configMapGenerator", "secretGenerator")

Names = Mapping[tuple[str, str], str]
"""(kind, name in the build) -> the name in the sources."""


class Declared(msgspec.Struct, frozen=True):
    """What the kustomizations of a build say of names: prefixes, suffixes, what generators call their objects.

    A prefix or suffix stands there as often as kustomizations say it: none of them puts its own around a name twice.
    """

    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    generators: frozenset[str] = frozenset()


def declared(kustomizations: Iterable[Kustomization]) -> Declared:
    """What some kustomizations say of names."""
    nodes = list(kustomizations)
    generators = [item for node in nodes for field in _GENERATORS for item in node.items(field)]
    names = [item.get("name") for item in generators if isinstance(item, Mapping)]
    return Declared(
        prefixes=tuple(text for node in nodes if isinstance(text := node.value.get("namePrefix"), str) and text),
        suffixes=tuple(text for node in nodes if isinstance(text := node.value.get("nameSuffix"), str) and text),
        generators=frozenset(name for name in names if isinstance(name, str)),
    )


def names_of(made: Rendering, written: Sequence[SourceIngress], known: Declared) -> Names:
    """What each object of a build is called in the sources, as far as that can be told."""
    found: dict[tuple[str, str], str] = {}
    affixes: set[tuple[str, str]] = set()
    for resource in made.resources:
        marker = made.origins.get(resource.key)
        if marker is None:
            continue
        name = marker.removeprefix(GENERATED) if marker.startswith(GENERATED) else written[int(marker)].ref.name
        found[(resource.kind, resource.name)] = name
        affixes.update(_around(resource.name, name, known))
    longest = sorted(affixes, key=lambda pair: (-len(pair[0]) - len(pair[1]), pair))
    for resource in made.resources:
        if (resource.kind in _NAMED and not resource.group) or _unmarked(resource, found):
            found[(resource.kind, resource.name)] = _original(resource.name, longest, known.generators)
    return {key: name for key, name in found.items() if key[1] != name}


def _around(built: str, name: str, known: Declared) -> list[tuple[str, str]]:
    """The prefix and the suffix that a build put around a name: ``web-web`` has two places where ``web`` may stand."""
    starts = [at for at in range(len(built) - len(name) + 1) if built.startswith(name, at)]
    pairs = [(built[:at], built[at + len(name) :]) for at in starts]
    said = [pair for pair in pairs if _is_made_of(pair[0], known.prefixes) and _is_made_of(pair[1], known.suffixes)]
    return (said or pairs)[:1]


def _is_made_of(text: str, parts: Collection[str]) -> bool:
    """Whether a text is some of ``parts``, one behind the other, each as often as it stands there at most."""
    left = Counter(parts)
    reached: dict[int, list[Counter[str]]] = {0: [Counter()]}
    for at in range(len(text)):
        for used in reached.get(at, ()):
            for part in left:
                after = used + Counter({part: 1})
                if (
                    text.startswith(part, at)
                    and after[part] <= left[part]
                    and after not in reached.get(at + len(part), ())
                ):
                    reached.setdefault(at + len(part), []).append(after)
    return len(text) in reached


def _unmarked(resource: Resource, found: Names) -> bool:
    """Whether this is of a kind that gatelift writes, and no marker told its name: an earlier run wrote it."""
    return is_ours(resource.key) and (resource.kind, resource.name) not in found


def _original(name: str, affixes: Sequence[tuple[str, str]], generators: frozenset[str]) -> str:
    bare = _HASH.sub("", name)
    for text in (bare, name) if bare != name else (name,):
        for prefix, suffix in (*affixes, ("", "")):
            if text.startswith(prefix) and text.endswith(suffix) and len(text) > len(prefix) + len(suffix):
                middle = text[len(prefix) : len(text) - len(suffix)]
                if text is not bare or text == name or middle in generators:
                    return middle
    return name


def renamed(made: Rendering, names: Names) -> Rendering | None:
    """``made`` in the names of the sources; ``None`` where two objects would become one."""
    if not names:
        return made
    resources: list[Resource] = []
    origins: dict[ObjectKey, str] = {}
    for resource in made.resources:
        item = _renamed(resource, names)
        resources.append(item)
        if resource.key in made.origins:
            origins[item.key] = made.origins[resource.key]
    if len({item.key for item in resources}) < len(resources):
        return None
    return msgspec.structs.replace(made, resources=tuple(resources), origins=origins)


def _renamed(resource: Resource, names: Names) -> Resource:
    value = _ingress(resource.value, names) if is_ingress(resource) else _followed(resource.value, names)
    name = names.get((resource.kind, resource.name), resource.name)
    value = {**value, "metadata": {**value["metadata"], "name": name}}
    return msgspec.structs.replace(resource, value=value, name=name)


def _followed(value: Any, names: Names) -> Any:
    """Every reference of an object: whatever has a kind and a name."""
    if isinstance(value, Mapping):
        found = {key: _followed(item, names) for key, item in value.items()}
        kind, name = found.get("kind"), found.get("name")
        if isinstance(kind, str) and isinstance(name, str):
            found["name"] = names.get((kind, name), name)
        return found
    return [_followed(item, names) for item in value] if isinstance(value, list) else value


def _ingress(value: Any, names: Names) -> Any:
    """Kustomize follows the names of an Ingress's Services, of its Secrets, and those in a few annotations."""
    metadata = dict(value["metadata"])
    annotations = {
        key: _in_annotation(text, names) if key in _FOLLOWED and isinstance(text, str) else text
        for key, text in (metadata.get("annotations") or {}).items()
    }
    if annotations:
        metadata["annotations"] = annotations
    return {**value, "metadata": metadata, "spec": _backends(value.get("spec"), names)}


def _in_annotation(text: str, names: Names) -> str:
    place, slash, name = text.rpartition("/")
    found = next((names[(kind, name)] for kind in ("Secret", "ConfigMap") if (kind, name) in names), name)
    return f"{place}{slash}{found}"


def _backends(value: Any, names: Names) -> Any:
    if isinstance(value, list):
        return [_backends(item, names) for item in value]
    if not isinstance(value, Mapping):
        return value
    found = {key: _backends(item, names) for key, item in value.items()}
    service = found.get("service")
    if isinstance(service, Mapping) and isinstance(service.get("name"), str):
        found["service"] = {**service, "name": names.get(("Service", service["name"]), service["name"])}
    for key, kind in (("serviceName", "Service"), ("secretName", "Secret")):
        if isinstance(found.get(key), str):
            found[key] = names.get((kind, found[key]), found[key])
    return found
