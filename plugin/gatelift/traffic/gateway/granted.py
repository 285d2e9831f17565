"""Whether a listener serves: its Gateway takes its ListenerSet, and it may read a certificate.

https://gateway-api.sigs.k8s.io/reference/spec/#allowedlisteners: without ``allowedListeners`` a Gateway takes none.
https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant: a Secret in another namespace must be granted there, to
whichever object names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.manifests.admission import admission
from gatelift.manifests.shape import REFERENCE_GRANT
from gatelift.traffic.fields import at, maps, name, namespace, of_kind, text
from gatelift.traffic.model import Manifest

_Grant = tuple[str, str, str, str]
"""kind and namespace of what refers, namespace and name (empty: any) of the Secret"""


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of it.

    ``seen``: the namespaces of which there is an object: a grant that is missing there, is missing.
    """

    grants: frozenset[_Grant]
    seen: frozenset[str]

    @classmethod
    def of(cls, objects: Sequence[Manifest]) -> Serving:
        """By what is among ``objects``; what has no namespace in its manifest may be in any."""
        own = (item for item in objects if item.get("kind") != REFERENCE_GRANT.kind)
        seen = frozenset(text(at(item, "metadata", "namespace")) for item in own)
        return cls(grants=frozenset(_grants(objects)), seen=seen - {""})

    def has_certificate(self, owner: Manifest, listener: Mapping[str, Any]) -> bool:
        """Whether a listener of ``owner`` that ends TLS has a certificate; other listeners need none."""
        refs = maps(at(listener, "tls", "certificateRefs"))
        if listener.get("protocol") != "HTTPS" or (not refs and at(listener, "tls", "options")):
            return True
        return any(self._may_read(owner, ref) for ref in refs)

    def guessed(self, owner: Manifest, listener: Mapping[str, Any]) -> Iterator[str]:
        """What is taken for granted, where no object of a Secret's namespace is there."""
        for ref in maps(at(listener, "tls", "certificateRefs")):
            if not self._is_granted(owner, ref) and self._may_read(owner, ref):
                yield (
                    f"{owner['kind']} {name(owner)} reads Secrets of namespace {ref['namespace']}, of which no "
                    "manifest is here: a ReferenceGrant is taken to be there"
                )

    def _may_read(self, owner: Manifest, ref: Mapping[str, Any]) -> bool:
        return self._is_granted(owner, ref) or text(ref.get("namespace")) not in self.seen

    def _is_granted(self, owner: Manifest, ref: Mapping[str, Any]) -> bool:
        """Where an object without a namespace ends up is up to whoever deploys it."""
        home = text(at(owner, "metadata", "namespace"))
        there = text(ref.get("namespace")) or home
        if not home or there == home:
            return True
        wanted = (text(owner.get("kind")), home, there)
        return not {(*wanted, text(ref.get("name"))), (*wanted, "")}.isdisjoint(self.grants)


def takes(gateway: Manifest, listener_set: Manifest) -> bool:
    """Whether a Gateway takes a ListenerSet. Where labels of namespaces decide, which are not looked at, it does."""
    allowed = at(gateway, "spec", "allowedListeners")
    if not at(allowed, "namespaces", "from"):
        return False
    home, there = (text(at(item, "metadata", "namespace")) for item in (gateway, listener_set))
    return admission({"allowedRoutes": allowed}).takes(there, home)


def _grants(objects: Sequence[Manifest]) -> Iterator[_Grant]:
    for grant in of_kind(objects, REFERENCE_GRANT.kind):
        for origin in maps(at(grant, "spec", "from")):
            for target in maps(at(grant, "spec", "to")):
                if target.get("kind") == "Secret":
                    source = (text(origin.get("kind")), text(origin.get("namespace")))
                    yield (*source, namespace(grant), text(target.get("name")))
