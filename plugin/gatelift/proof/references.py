"""Does everything that a written object refers to exist, or was it outside of the repository before as well?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from gatelift.annotations.controller import Controller
from gatelift.manifests.reference_paths import CLUSTER_WIDE, Reference, references_of
from gatelift.manifests.shape import (
    CONFIG_MAP,
    CORE,
    GATEWAY,
    INGRESS,
    LISTENER_SET,
    REFERENCE_GRANT,
    SECRET,
    SERVICE,
    ObjectKey,
)
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import ROUTES, Manifest, plain_key
from gatelift.proof.written import written

_INGRESS_GROUPS = (INGRESS.group, "extensions")
_IN_ANNOTATIONS = (SECRET, SERVICE, CONFIG_MAP)
_NAMING_SETTINGS = ("global-auth-url", "proxy-set-headers", "add-headers")


def references(
    root: str,
    before: Sequence[Manifest],
    after: Sequence[Manifest],
    allowed: Collection[ObjectKey] = (),
    elsewhere: Sequence[Manifest] = (),
) -> Evidence:
    """Whether every reference of what is new or changed in ``after`` leads somewhere.

    It may lead to an object of ``after``, to a Service, Secret or ConfigMap that an Ingress of ``before`` named without
    being rendered itself, or to one of ``allowed``: the configured Gateways, and what the controller's settings name.
    A GatewayClass is the platform's.
    A named listener, rule or port must exist where its object is rendered. What lies in another namespace must be
    granted there (https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant), here or by an object of
    ``elsewhere``: the ReferenceGrants that other roots of the cluster render.
    """
    there = {plain_key(item): item for item in reversed(after)}
    outside = frozenset(allowed) | _named_by_ingresses(before)
    grants = [*(item for item in there.values() if is_grant(item)), *elsewhere]
    count = 0
    for _, item in sorted(written(before, after), key=lambda pair: pair[0]):
        for reference in references_of(item):
            count += 1
            wrong = _wrong(reference, there, outside, grants)
            if wrong:
                text = f"{reference.owner}: {reference.pointer} {wrong}"
                return Evidence(proof=Proof.REFERENCES, root=root, holds=False, text=text)
    text = f"{count} references of written objects lead where they should"
    return Evidence(proof=Proof.REFERENCES, root=root, holds=True, text=text)


def decided(before: Iterable[Manifest], pattern: str) -> frozenset[ObjectKey]:
    """The Secrets that ``decide: {basicAuthSecret: PATTERN}`` makes of those that the Ingresses of ``before`` name in
    annotations: somebody promised to supply them, so they are ``allowed``."""
    named = (key for key in _named_by_ingresses(before) if key.kind == SECRET.kind)
    return frozenset(
        ObjectKey(CORE, SECRET.kind, key.namespace, pattern.replace("{secret}", key.name)) for key in named
    )


def named_by(controller: Controller) -> frozenset[ObjectKey]:
    """What the controller's own settings and flags name: it serves by these today, so they are ``allowed``.

    Each stands with its namespace, but for what stands beside an Ingress whose manifest names none.
    """
    found: set[ObjectKey] = set()
    for name in _NAMING_SETTINGS:
        found.update(_in_annotation(controller.setting(name) or "", ""))
    for kind, value in ((SECRET, controller.default_certificate), (SERVICE, controller.default_backend)):
        namespace, slash, name = value.partition("/")
        if slash:
            found.add(ObjectKey(CORE, kind.kind, namespace, name))
    return frozenset(found)


def is_grant(item: Manifest) -> bool:
    """Whether an object is a ReferenceGrant."""
    key = plain_key(item)
    return (key.group, key.kind) == (REFERENCE_GRANT.group, REFERENCE_GRANT.kind)


def _wrong(
    reference: Reference,
    there: Mapping[ObjectKey, Manifest],
    outside: Collection[ObjectKey],
    grants: Sequence[Manifest],
) -> str:
    """What is wrong with a reference; empty where nothing is."""
    to = reference.to
    found = there.get(to)
    if (to.group, to.kind) in CLUSTER_WIDE:
        return ""
    if found is None and to not in outside:
        return f"names {to}, which is neither rendered here nor named by an Ingress: requests would find nothing"
    if found is not None and reference.section and reference.section not in _sections(to, found):
        return f"means {reference.section} of {to}, which has no such {_SECTION.get(to.kind, 'rule')}"
    # Where an object without a namespace ends up is up to whoever deploys it; it may be the very namespace it names.
    known = reference.owner.namespace and to.namespace
    away = reference.path.granted and known and to.namespace != reference.owner.namespace
    if away and not any(_grants(item, reference) for item in grants):
        return (
            f"names {to} in another namespace, and no ReferenceGrant there lets "
            f"{reference.owner.kind} objects of {reference.owner.namespace} do that"
        )
    return ""


_SECTION = {GATEWAY.kind: "listener", LISTENER_SET.kind: "listener", SERVICE.kind: "port"}


def _sections(key: ObjectKey, item: Manifest) -> frozenset[str]:
    """The names of the parts of an object that a reference can mean (GEP-2648)."""
    spec = item.get("spec")
    spec = spec if isinstance(spec, Mapping) else {}
    field = "rules"
    if (key.group, key.kind) not in ROUTES:
        field = "ports" if key.kind == SERVICE.kind else "listeners"
    return frozenset(str(part.get("name")) for part in _mappings(spec.get(field)))


def _grants(grant: Manifest, reference: Reference) -> bool:
    if plain_key(grant).namespace != reference.to.namespace:
        return False
    spec = grant.get("spec")
    spec = spec if isinstance(spec, Mapping) else {}
    owner, to = reference.owner, reference.to
    who = (owner.group, owner.kind, owner.namespace)
    asks = any((f.get("group"), f.get("kind"), f.get("namespace")) == who for f in _mappings(spec.get("from")))
    return asks and any(
        (t.get("group"), t.get("kind")) == (to.group, to.kind) and t.get("name") in (None, "", to.name)
        for t in _mappings(spec.get("to"))
    )


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _named_by_ingresses(objects: Iterable[Manifest]) -> frozenset[ObjectKey]:
    """Everything that the Ingresses of a render name: rendered or not, they answer for it today."""
    found: set[ObjectKey] = set()
    for item in objects:
        key = plain_key(item)
        if key.kind == INGRESS.kind and key.group in _INGRESS_GROUPS:
            spec = item.get("spec")
            found.update(_in_spec(spec if isinstance(spec, Mapping) else {}, key.namespace))
            metadata = item.get("metadata")
            annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
            values = annotations.values() if isinstance(annotations, Mapping) else ()
            for value in values:
                found.update(_in_annotation(str(value), key.namespace))
    return frozenset(found)


def _in_spec(spec: Mapping[str, Any], namespace: str) -> Iterator[ObjectKey]:
    backends = [spec.get("defaultBackend"), spec.get("backend")]
    for rule in _mappings(spec.get("rules")):
        http = rule.get("http")
        paths = _mappings(http.get("paths")) if isinstance(http, Mapping) else []
        backends += [path.get("backend") for path in paths]
    for backend in backends:
        if isinstance(backend, Mapping):
            service = backend.get("service")
            name = service.get("name") if isinstance(service, Mapping) else backend.get("serviceName")
            yield ObjectKey(CORE, SERVICE.kind, namespace, str(name))
    for tls in _mappings(spec.get("tls")):
        yield ObjectKey(CORE, SECRET.kind, namespace, str(tls.get("secretName")))


def _in_annotation(value: str, namespace: str) -> Iterator[ObjectKey]:
    """``NAME``, ``NAMESPACE/NAME``, or a URL whose host is a Service's name in the cluster's DNS."""
    if "://" in value:
        yield from _in_url(value, namespace)
        return
    first, slash, name = value.strip().rpartition("/")
    if name and "/" not in first:
        for kind in _IN_ANNOTATIONS:
            yield ObjectKey(CORE, kind.kind, first if slash else namespace, name)


def _in_url(value: str, namespace: str) -> Iterator[ObjectKey]:
    try:
        host = urlsplit(value).hostname or ""
    except ValueError:
        return
    name, _, rest = host.partition(".")
    where, _, suffix = rest.partition(".")
    if not rest:
        yield ObjectKey(CORE, SERVICE.kind, namespace, name)
    elif suffix.rstrip(".") in ("", "svc", "svc.cluster.local"):
        yield ObjectKey(CORE, SERVICE.kind, where, name)
