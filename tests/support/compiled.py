"""Rules that Ingresses become, for tests of small cases."""

from __future__ import annotations

from gatelift.proof.symbolic.model import Reply, Rule, World
from gatelift.proof.symbolic.nginx.world import world
from support.judging import Manifest

HOST = "shop.example.com"


def made(*objects: Manifest, **data: str) -> World:
    return world(objects, {key.replace("_", "-"): value for key, value in data.items()})


def asked(*objects: Manifest, host: str = HOST, scheme: str = "http", **data: str) -> tuple[Rule, ...]:
    return made(*objects, **data).rules(scheme, host)


def reply(*objects: Manifest, scheme: str = "http", **data: str) -> Reply:
    """Of the first rule."""
    return asked(*objects, scheme=scheme, **data)[0].reply
