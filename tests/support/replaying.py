"""A whole replay of a few manifests: converted, both sides started, asked, judged."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from gatelift.replay.case import Options, Sides
from gatelift.replay.envoy.run import envoy, installed
from gatelift.replay.model import Judge, Result
from gatelift.replay.nginx.run import nginx
from gatelift.replay.run import replay
from gatelift.replay.side import Start
from gatelift.replay.traefik import traefik, traefik_as_nginx
from gatelift.traffic.case import Case
from support.judging import Manifest


def replayed(
    before: Sequence[Manifest],
    after: Sequence[Manifest],
    *,
    requests: int = 300,
    judges: Sequence[Judge] = (Judge.NGINX,),
    settings: Mapping[str, str] | None = None,
    by_envoy: bool = True,
    **case: Any,
) -> Result:
    """What a replay finds; ``by_envoy``: whether Envoy is installed; ``case``: further fields of ``Case``."""
    started: dict[Judge, Start] = {Judge.NGINX: partial(nginx, settings=settings), Judge.TRAEFIK: traefik_as_nginx}
    beside = envoy if by_envoy and installed() else None
    sides = Sides(judges={judge: started[judge] for judge in judges}, after=traefik, envoy=beside)
    made = Case(before=tuple(before), after=tuple(after), **case)
    return asyncio.run(replay(made, sides, Options(requests=requests)))


def route(name: str, host: str, rules: Sequence[Mapping[str, Any]], section: str = "") -> Manifest:
    """An HTTPRoute on one listener of Gateway ``infra/shared``, else on all."""
    parent = {"name": "shared", "namespace": "infra", **({"sectionName": section} if section else {})}
    spec: Manifest = {"parentRefs": [parent], "rules": [copy.deepcopy(dict(item)) for item in rules]}
    if host:
        spec["hostnames"] = [host]
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": metadata, "spec": spec}


def to(path: str, *services: str | tuple[str, int], kind: str = "PathPrefix", **further: Any) -> Manifest:
    """A rule that forwards; ``further``: other fields of its match."""
    refs = [(item, 1) if isinstance(item, str) else item for item in services]
    made: Manifest = {"matches": [{"path": {"type": kind, "value": path}, **further}]}
    if refs:
        made["backendRefs"] = [{"name": name, "port": 80, "weight": weight} for name, weight in refs]
    return made


def redirect(at: str = "/", kind: str = "PathPrefix", **said: Any) -> Manifest:
    """A rule that redirects."""
    return {**to(at, kind=kind), "filters": [{"type": "RequestRedirect", "requestRedirect": said}]}
