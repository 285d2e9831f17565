"""What stands on one side of a replay: something that answers requests, started from manifests.

Everything here runs in one asyncio loop (``asyncio.run`` in the command): echo servers, stand-in for the Kubernetes
API, sender, and the watch over the proxies. One thread needs no locks, and Ctrl-C cancels one task, whose ``finally``
blocks then stop everything in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import msgspec

from gatelift.traffic.answers.compare import Ends
from gatelift.traffic.model import Manifest, NotReplayed

if TYPE_CHECKING:
    from gatelift.replay.ground import Ground


class Address(msgspec.Struct, frozen=True, order=True):
    """Where something listens: an address of loopback, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A proxy that is ready to answer.

    - ``name``: how it is called in reports (``nginx``, ``Traefik as ingress-nginx``, ``Traefik``).
    - ``http``, ``https``: where it listens. A ``Location`` that names one of these ports means port 80 or 443.
    - ``proxy_protocol``: whether each connection begins with a PROXY line, which tells the client's address.
    - ``versions``: proxy -> version.
    - ``not_replayed``: what this proxy cannot show of the manifests that it got.
    - ``said``: what it found wrong with them: answers will show it, this says why.
    """

    name: str
    http: Address
    https: Address
    proxy_protocol: bool = False
    versions: Mapping[str, str] = {}
    not_replayed: tuple[NotReplayed, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def ends(self) -> Ends:
        """The ports that stand for 80 and 443."""
        return Ends(self.http.port, self.https.port)


Start = Callable[[Sequence[Manifest], "Ground"], AbstractAsyncContextManager[Side]]
"""Starts a side from all objects that it serves; the side is ready inside the context, and gone after it.

Raises ``EnvironmentProblem`` where the proxy is missing, cannot be started, or does not become ready in time.
"""
