"""Normal forms of whole renders: what an object of ours means, with everything it refers to put in its place.

Names of generated objects do not appear in a form; what they connect does. Two renders mean the same where
the forms of their objects are the same multiset.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.defaults import filled
from gatelift.manifests.reference_paths import Branch, ReferencePath, branch_of, references_of, target
from gatelift.manifests.shape import CORE, EMITTED, GATEWAY, GRPC_ROUTE, HTTP_ROUTE, LISTENER_SET, TLS_ROUTE, ObjectKey

Manifest = Mapping[str, Any]

OWNED = frozenset((kind.group, kind.kind) for kind in (*EMITTED, GATEWAY, LISTENER_SET))
"""The kinds that are compared by their normal form. All others are compared exactly."""
ROUTES = frozenset((kind.group, kind.kind) for kind in (HTTP_ROUTE, GRPC_ROUTE, TLS_ROUTE))
_NAMED = frozenset({(GATEWAY.group, GATEWAY.kind)})
"""Of these the name counts: applications elsewhere refer to it."""

# The specification calls hostnames a set and gives parents no order; grants list places that are each allowed.
# https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec and #referencegrantspec. Of rules the first one wins
# where two are equally specific; filters and backends keep their order, because nothing says that it has no meaning.
_UNORDERED = frozenset({"parentRefs", "hostnames", "targetRefs"})
_UNORDERED_IN_GRANTS = frozenset({"from", "to"})

_BUILD = ("config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations")
"""Annotations of ``buildMetadata``: they tell where an object was read, and so differ by nature."""


class Everywhere(msgspec.Struct, frozen=True, kw_only=True):
    """Labels and annotations that the sources put on every object, key -> values."""

    labels: Mapping[str, Collection[str]] = msgspec.field(default_factory=dict)
    annotations: Mapping[str, Collection[str]] = msgspec.field(default_factory=dict)

    def common(self, field: str, key: str, value: object) -> bool:
        """Whether the sources put ``key: value`` on every object; ``field`` is ``labels`` or ``annotations``."""
        values = self.labels if field == "labels" else self.annotations
        return isinstance(value, str) and value in values.get(key, ())


class Form(msgspec.Struct, frozen=True):
    """An object's normal form, as plain values."""

    key: ObjectKey
    spec: Any
    """The specification as the API server would store it, its references not followed."""
    value: Mapping[str, Any]
    deep: bytes
    """``value`` in bytes."""
    common: frozenset[tuple[str, str, str]]
    """(``labels`` or ``annotations``, key, value) of what the sources put on every object; not part of the form."""
    unresolved: tuple[ObjectKey, ...]
    """Objects of ours that it refers to and that are not there."""

    def shallow(self) -> bytes:
        """The form without what it refers to: where these differ, the cause is in this very object."""
        return canonical({**self.value, "spec": _shallow(self.spec, _branch(self.key), self.key), "policies": []})


def canonical(value: object) -> bytes:
    """``value`` as bytes that are equal exactly where the values are: ``1``, ``1.0`` and ``true`` are three values."""
    try:
        return msgspec.json.encode(value, order="deterministic")
    except (UnicodeEncodeError, OverflowError, TypeError):
        return json.dumps(value, sort_keys=True, default=repr).encode()


def is_owned(key: ObjectKey) -> bool:
    """Whether the object is of a kind that is compared by its normal form."""
    return (key.group, key.kind) in OWNED


def plain_key(manifest: Manifest) -> ObjectKey:
    """What identifies a manifest, whatever it looks like: a null namespace is none, a generated name its beginning."""
    group, slash, _ = str(manifest.get("apiVersion")).partition("/")
    metadata = manifest.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    name = metadata.get("name") or f"{metadata.get('generateName') or ''}*"
    namespace = str(metadata.get("namespace") or "")
    return ObjectKey(group if slash else CORE, str(manifest.get("kind")), namespace, str(name))


def without_build_metadata(manifest: Manifest) -> Manifest:
    """``manifest`` without the annotations that ``buildMetadata`` adds and without a namespace that says nothing."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        return manifest
    annotations = metadata.get("annotations")
    annotations = annotations if isinstance(annotations, Mapping) else {}
    empty = "namespace" in metadata and not metadata["namespace"]
    if not empty and not any(name in annotations for name in _BUILD):
        return manifest
    kept = {name: value for name, value in metadata.items() if not (name == "namespace" and empty)}
    if any(name in annotations for name in _BUILD):
        left = {name: value for name, value in annotations.items() if name not in _BUILD}
        kept = {name: value for name, value in kept.items() if name != "annotations"}
        kept |= {"annotations": left} if left else {}
    return {**manifest, "metadata": kept}


class Attached(msgspec.Struct, frozen=True):
    """A policy of a route: the section of the route that it means, and what it says, its own targets aside."""

    key: ObjectKey
    section: str
    value: Mapping[str, Any]


class Forms:
    """The normal forms of one render."""

    def __init__(
        self,
        objects: Iterable[Manifest],
        everywhere: Everywhere | None = None,
        named: Collection[ObjectKey] = (),
        *,
        labelled: bool = False,
    ) -> None:
        """``named``: objects of ours whose name counts, because something outside of the render uses it.

        ``labelled``: where an object stands in the place of a reference, its labels and annotations stand there too;
        for whoever does not compare it by itself as well.
        """
        self._everywhere = everywhere or Everywhere()
        self._named = named
        self._labelled = labelled
        self._objects: list[tuple[ObjectKey, Manifest]] = []
        for item in objects:
            key = plain_key(item)
            if is_owned(key):
                self._objects.append((key, filled(without_build_metadata(item))))
        self._by_key: dict[ObjectKey, Manifest] = dict(reversed(self._objects))
        self._cores: dict[ObjectKey, Any] = {}
        self._missing: dict[ObjectKey, tuple[ObjectKey, ...]] = {}
        self._policies = self._attached()

    def all(self) -> tuple[Form, ...]:
        """A form for every object of ours, in the order of the render."""
        return tuple(self._form(key, item) for key, item in self._objects)

    def routes(self) -> tuple[Form, ...]:
        """A form for every route, in the order of the render."""
        return tuple(self._form(key, item) for key, item in self._objects if (key.group, key.kind) in ROUTES)

    def attached(self, key: ObjectKey) -> tuple[Attached, ...]:
        """The policies of a route, by what they say and not by whom they target, in the order of the render."""
        return tuple(self._policy(policy, section, []) for policy, section in self.policies(key))

    def core(self, key: ObjectKey) -> Any:
        """What an object of ours means by itself: kind, namespace and specification, its references followed."""
        if key not in self._cores:
            # A circle of references ends at the name: no kind of ours has one, but a repository may hold anything.
            self._cores[key] = str(key)
            missing: list[ObjectKey] = []
            self._cores[key] = self._core(key, self._by_key[key], missing)
            self._missing[key] = tuple(dict.fromkeys(missing))
        return self._cores[key]

    def policies(self, key: ObjectKey) -> Sequence[tuple[ObjectKey, str]]:
        """The policies whose targets name the object, with the section that each means."""
        return self._policies.get(key, ())

    def stands_alike(self, key: ObjectKey, other: Forms) -> bool:
        """Whether the same object, name and all, stands in ``other`` too."""
        one, two = self._by_key.get(key), other._by_key.get(key)
        return one is not None and two is not None and canonical(one) == canonical(two)

    def _attached(self) -> dict[ObjectKey, list[tuple[ObjectKey, str]]]:
        found: dict[ObjectKey, list[tuple[ObjectKey, str]]] = {}
        for key, item in self._objects:
            spec = item.get("spec")
            # Most objects are routes, which hold many references and no targets.
            for reference in references_of(item) if isinstance(spec, Mapping) and "targetRefs" in spec else ():
                if reference.path.path == "spec/targetRefs/name":
                    found.setdefault(reference.to, []).append((key, reference.section))
        return found

    def _form(self, key: ObjectKey, item: Manifest) -> Form:
        missing: list[ObjectKey] = []
        value = dict(self._core(key, item, missing))
        metadata, common = self._metadata(item)
        value |= metadata
        if (key.group, key.kind) in ROUTES:
            attached = [self._policy(policy, section, missing) for policy, section in self.policies(key)]
            value["policies"] = _sorted([{**policy.value, "section": policy.section} for policy in attached])
        if self._counts(key):
            value["name"] = key.name
        return Form(key, item.get("spec"), value, canonical(value), common, tuple(dict.fromkeys(missing)))

    def _policy(self, key: ObjectKey, section: str, missing: list[ObjectKey]) -> Attached:
        item = self._by_key[key]
        spec = item["spec"]
        alone = {**item, "spec": {name: value for name, value in spec.items() if name != "targetRefs"}}
        return Attached(key, section, self._core(key, alone, missing))

    def _counts(self, key: ObjectKey) -> bool:
        return (key.group, key.kind) in _NAMED or key in self._named

    def _core(self, key: ObjectKey, item: Manifest, missing: list[ObjectKey]) -> dict[str, Any]:
        """A missing reference is a difference, wherever it is met on the way."""
        spec = self._spec(item.get("spec"), _branch(key), key, missing)
        rest = {name: value for name, value in item.items() if name not in ("apiVersion", "kind", "metadata", "spec")}
        kept = {"apiVersion": item.get("apiVersion"), "kind": key.kind, "namespace": key.namespace, "spec": spec}
        return {**rest, **kept, **(self._metadata(item)[0] if self._labelled else {})}

    def _metadata(self, item: Manifest) -> tuple[dict[str, Any], frozenset[tuple[str, str, str]]]:
        metadata = item.get("metadata")
        metadata = metadata if isinstance(metadata, Mapping) else {}
        kept: dict[str, Any] = {}
        common: set[tuple[str, str, str]] = set()
        for field in ("labels", "annotations"):
            values = metadata.get(field)
            values = values if isinstance(values, Mapping) else {}
            shared = {key for key, value in values.items() if self._everywhere.common(field, key, value)}
            common.update((field, key, str(values[key])) for key in shared)
            kept[field] = {key: value for key, value in values.items() if key not in shared}
        known = ("name", "namespace", "labels", "annotations")
        rest = {name: value for name, value in metadata.items() if name not in known}
        return {**kept, **({"metadata": rest} if rest else {})}, frozenset(common)

    def _spec(self, value: Any, branch: Branch | None, owner: ObjectKey, missing: list[ObjectKey]) -> Any:
        if isinstance(value, list | tuple):
            return [self._spec(item, branch, owner, missing) for item in value]
        if not isinstance(value, Mapping):
            return value
        below = branch.below if branch else {}
        found = {
            name: _arranged(name, self._spec(item, below.get(name), owner, missing), owner)
            for name, item in value.items()
            if not (name in _UNORDERED and item in ([], None))
        }
        for name, entry in below.items():
            if entry.path is not None and name in value:
                found |= self._reference(value, entry.path, owner, missing)
        return found

    def _reference(
        self, value: Mapping[str, Any], path: ReferencePath, owner: ObjectKey, missing: list[ObjectKey]
    ) -> dict[str, Any]:
        to = target(value, path, owner.namespace)
        field = path.path.rpartition("/")[2]
        if to is None or not path.path.endswith("/name"):
            return {}
        spelt = {"namespace": to.namespace} if path.namespaced else {}
        if not is_owned(to) or self._counts(to):
            return {**spelt, field: to.name}
        if to not in self._by_key:
            missing.append(to)
            return {**spelt, field: {"unresolved": str(to)}}
        core = self.core(to)
        missing.extend(self._missing.get(to, ()))
        return {**spelt, field: core}


def _branch(key: ObjectKey) -> Branch | None:
    whole = branch_of(key)
    return whole.below.get("spec") if whole else None


def _arranged(name: str, value: Any, owner: ObjectKey) -> Any:
    unordered = name in _UNORDERED or (owner.kind == "ReferenceGrant" and name in _UNORDERED_IN_GRANTS)
    return _sorted(value) if unordered and isinstance(value, list) else value


def _sorted(values: list[Any]) -> list[Any]:
    return sorted(values, key=canonical)


def _shallow(value: Any, branch: Branch | None, owner: ObjectKey) -> Any:
    """``value`` with only the kind left of each reference to an object of ours."""
    if isinstance(value, list | tuple):
        return [_shallow(item, branch, owner) for item in value]
    if not isinstance(value, Mapping):
        return value
    below = branch.below if branch else {}
    found = {name: _arranged(name, _shallow(item, below.get(name), owner), owner) for name, item in value.items()}
    for name, entry in below.items():
        to = target(value, entry.path, owner.namespace) if entry.path else None
        if to is not None and is_owned(to):
            found[name] = ""
    return found
