"""``TLSRoute``: connections by server name, TLS untouched (https://gateway-api.sigs.k8s.io/reference/spec/#tlsroute)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import Hostname, SectionName
from gatelift.manifests.model import Manifest, Model, Problem
from gatelift.manifests.references import BackendRef, ParentReference, parent_problems
from gatelift.manifests.shape import TLS_ROUTE, Kind


class TLSRouteRule(Model, frozen=True, kw_only=True):
    name: SectionName | UnsetType = UNSET
    backend_refs: Annotated[tuple[BackendRef, ...], Meta(min_length=1, max_length=16)]


class TLSRouteSpec(Model, frozen=True, kw_only=True):
    """At least one hostname, exactly one rule."""

    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    hostnames: Annotated[tuple[Hostname, ...], Meta(min_length=1, max_length=16)]
    rules: Annotated[tuple[TLSRouteRule, ...], Meta(min_length=1, max_length=1)]

    def problems(self) -> Iterator[Problem]:
        yield from parent_problems(self.parent_refs)
        for index, hostname in enumerate(self.hostnames):
            if _is_address(hostname):
                yield f"/hostnames/{index}", f"{hostname} is an IP address"


class TLSRoute(Manifest, frozen=True, kw_only=True):
    KIND: ClassVar[Kind] = TLS_ROUTE

    spec: TLSRouteSpec


def _is_address(hostname: str) -> bool:
    try:
        ipaddress.ip_address(hostname)
    except ValueError:
        return False
    return True
