"""Which Service or machine a URL in an annotation means, where nginx asks its resolver and a gateway needs a name."""

from __future__ import annotations

import re
from ipaddress import ip_address

import msgspec

from gatelift.annotations.nginx._values import is_hostname
from gatelift.annotations.unit import Refused, shown

PORTS = {"http": 80, "https": 443}
"""Scheme -> its port."""
_SERVICE = re.compile(r"(?P<name>[^.]+)\.(?P<namespace>[^.]+)\.svc(?:\.cluster\.local)?")


class Reached(msgspec.Struct, frozen=True):
    """A host by its name, or where ``namespace`` is set the Service ``host`` in it."""

    host: str
    namespace: str | None = None


def reached(hostname: str, scheme: str, todo: str) -> Reached | Refused:
    """What ``hostname``, in lower case, stands for; ``todo`` is what to write where that is anybody's guess.

    A Service behind TLS is known by its name: a reference to it says nothing of TLS.
    """
    host = hostname.removesuffix(".")
    if _is_address(host):
        return Refused(f"{shown(host)} is an address, not a name", "give what stands there a name, or a Service")
    if not is_hostname(host):
        return Refused(f"{shown(host)} is no name that a gateway could ask for", todo)
    service = _SERVICE.fullmatch(host)
    if service is not None and scheme == "http":
        return Reached(service["name"], service["namespace"])
    if service is not None:
        return Reached(f"{service['name']}.{service['namespace']}.svc.cluster.local")
    if "." not in host:
        return Refused(f"{shown(host)} could be a Service or a machine anywhere", todo)
    if host.count(".") == 1 and scheme == "http":
        return Refused(f"{shown(host)} could be a Service and its namespace, or a domain", todo)
    return Reached(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
