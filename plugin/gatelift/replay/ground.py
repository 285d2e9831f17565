"""What all sides of a replay stand on: a folder, processes, echo servers, certificates. Gone after use, whatever ends.

::

    async with ground([*before, *after]) as here:
        async with nginx(before, here) as left, traefik(after, here) as right:
            answers = await send(left, requests)
"""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.replay.backends import Backend, backends, completed
from gatelift.replay.certificates import Certificates
from gatelift.replay.programs.processes import Session, session
from gatelift.replay.side import Address
from gatelift.replay.wire.echo import echo
from gatelift.replay.wire.send import AT_ONCE
from gatelift.traffic.model import Manifest

PROBE = Backend("gatelift-replay", "probe", 80)
"""Behind a host of our own: a proxy is ready when it answers."""
_DESCRIPTORS = 16384
_OWN_DESCRIPTORS = 48
PROBE_HOST = "probe.gatelift-replay.invalid"
PROBE_PATH = f"/{'gatelift-replay-' * 12}probe"
"""Traefik asks long paths first, before short ones of rules without a host."""
_PROBE: Manifest = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"namespace": PROBE.namespace, "name": PROBE.service},
    "spec": {"ports": [{"port": PROBE.port, "protocol": "TCP"}]},
}


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What a side may use.

    - ``session``: starts children (``session.start(...)``); ``session.folder`` is for temporary files (0700).
    - ``services``: all Services, those of the input and one for each that is only referred to; every port has a number.
    - ``echo``: ``namespace/service:port`` (the Service's port as a number) -> where its echo server listens.
      It answers plain HTTP/1.1, and TLS on the same port.
    - ``certificates``: self-signed ones, by hosts.
    """

    session: Session
    services: tuple[Manifest, ...]
    echo: Mapping[str, Address]
    certificates: Certificates


@asynccontextmanager
async def ground(objects: Iterable[Manifest]) -> AsyncIterator[Ground]:
    """Everything for the backends that ``objects`` (of both sides) refer to.

    Raises ``EnvironmentProblem``, also at the end, where a proxy did not live until it was stopped.
    """
    services = completed([*objects, _PROBE])
    listening = backends(services)
    _more_descriptors(len(listening))
    async with session() as running:
        certificates = Certificates(running.folder)
        async with echo(listening, certificates) as addresses:
            yield Ground(session=running, services=services, echo=addresses, certificates=certificates)
            # A proxy that died on the way answered nothing from then on: those answers say nothing of the rules.
            running.check()


def _more_descriptors(listening: int) -> None:
    """As many open files as this process may have: each backend listens, and 1024 is a common start (getrlimit(2)).

    Raises ``EnvironmentProblem`` where that is not enough: requests that found no descriptor would look like answers.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if most == resource.RLIM_INFINITY else min(_DESCRIPTORS, most)
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    # Each request that is under way takes one here and one at a backend, on both sides.
    least = listening + 4 * AT_ONCE + _OWN_DESCRIPTORS
    if wanted < least:
        message = f"a replay of {listening} backends needs {least} open files, and this process may have {wanted}"
        fix = f"allow more (`ulimit -n {least}`), or replay one folder or one root"
        raise EnvironmentProblem(Finding("environment/replay", Severity.ERROR, message, fix))
