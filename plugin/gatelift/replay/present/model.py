"""A replay as data: one account for each cluster, the same for text, JSON and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatelift import __version__
from gatelift.replay.model import Coverage, Disagreement, Judge, Result
from gatelift.report.requests import ShownRequest, shown_request
from gatelift.traffic.model import Attribute, NotReplayed
from gatelift.traffic.shown.curl import curl

VERSION: Literal[1] = 1


class ShownDisagreement(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The smallest request found that is answered differently."""

    attribute: Annotated[Attribute, Meta(description="What differs")]
    request: Annotated[ShownRequest, Meta(description="The request")]
    curl: Annotated[
        str, Meta(description="The same as a command; `--connect-to` or `--resolve` sends it to an address")
    ]
    before: Annotated[str, Meta(description="What the Ingresses answer")]
    after: Annotated[str, Meta(description="What the routes answer")]
    judge: Annotated[Judge, Meta(description="What answered for the Ingresses")]
    times: Annotated[int, Meta(description="How many of the sent requests showed the same")]
    explained: Annotated[str, Meta(description="The entry of the ledger, or the row of docs/differences.md")] = ""
    rule_before: Annotated[str, Meta(description="The match of an Ingress that takes the request, if any does")] = ""
    rule_after: Annotated[str, Meta(description="The same of the routes; several where regular paths compete")] = ""
    by: Annotated[str, Meta(description="`envoy` where it was Envoy that answered for the routes, and not Traefik")] = (
        ""
    )


class ShownNotReplayed(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the proxies here cannot show; it is never counted as agreement."""

    why: Annotated[str, Meta(description="What was left out")]
    attributes: Annotated[tuple[Attribute, ...], Meta(description="What is therefore not compared")]
    hosts: Annotated[tuple[str, ...], Meta(description="For these hosts; empty: for all")] = ()
    paths: Annotated[
        tuple[str, ...], Meta(description="Below these paths; `=` before an exact one, `~` before a regular one")
    ] = ()


class ShownCoverage(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Which matches of rules were hit."""

    matches: Annotated[int, Meta(description="Matches of all rules")]
    hit: Annotated[int, Meta(description="Those that a request reached")]
    missed: Annotated[tuple[str, ...], Meta(description="The others")] = ()


class ClusterReplay(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What was found for one cluster."""

    cluster: Annotated[str, Meta(description="The scope; empty where there is one only")]
    holds: Annotated[bool, Meta(description="Whether every disagreement is explained")]
    versions: Annotated[Mapping[str, str], Meta(description="Proxy -> version")]
    requests: Annotated[int, Meta(description="Requests that were sent to both sides")]
    agreed: Annotated[int, Meta(description="Those answered alike in everything that is compared")]
    partly: Annotated[int, Meta(description="Those answered alike, where something is not replayed")]
    by_order: Annotated[int, Meta(description="Of `agreed`, those where Traefik's order among regular paths decided")]
    before: Annotated[ShownCoverage, Meta(description="Of the Ingresses")]
    after: Annotated[ShownCoverage, Meta(description="Of the routes")]
    disagreements: tuple[ShownDisagreement, ...] = ()
    not_replayed: tuple[ShownNotReplayed, ...] = ()
    deviations: Annotated[
        tuple[ShownDisagreement, ...],
        Meta(
            description="Where Traefik's imitation of ingress-nginx (`after`) answers otherwise than nginx (`before`)"
        ),
    ] = ()
    assumed: Annotated[tuple[str, ...], Meta(description="What was made up or left out")] = ()
    roots: Annotated[tuple[str, ...], Meta(description="The roots that meet in the cluster")] = ()
    skipped: Annotated[tuple[str, ...], Meta(description="Roots that were not replayed, with the reason")] = ()


class ReplayReport(msgspec.Struct, frozen=True, rename="camel"):
    """A replay as a program reads it. Members may be added while ``version`` is 1."""

    version: Annotated[Literal[1], Meta(description="The version of this format")]
    gatelift: Annotated[str, Meta(description="The version of gatelift that wrote this")]
    seed: Annotated[int, Meta(description="What `--seed` was: the same gives the same requests")]
    holds: Annotated[bool, Meta(description="Whether every disagreement of every cluster is explained")]
    clusters: Annotated[tuple[ClusterReplay, ...], Meta(description="Sorted by name; see ClusterReplay")]


def report(clusters: Sequence[ClusterReplay], seed: int) -> ReplayReport:
    """All clusters together."""
    return ReplayReport(
        version=VERSION,
        gatelift=__version__,
        seed=seed,
        holds=all(item.holds for item in clusters),
        clusters=tuple(clusters),
    )


def shown(cluster: str, result: Result, roots: Sequence[str] = (), skipped: Sequence[str] = ()) -> ClusterReplay:
    """The account of one cluster."""
    return ClusterReplay(
        cluster=cluster,
        holds=result.holds,
        versions=result.versions,
        requests=result.requests,
        agreed=result.agreed,
        partly=result.partly,
        by_order=result.by_order,
        before=_coverage(result.before),
        after=_coverage(result.after),
        disagreements=tuple(_disagreement(item) for item in result.disagreements),
        not_replayed=gathered(result.not_replayed),
        deviations=tuple(_disagreement(item) for item in result.deviations),
        assumed=result.assumed,
        roots=tuple(roots),
        skipped=tuple(skipped),
    )


def gathered(items: Iterable[NotReplayed]) -> tuple[ShownNotReplayed, ...]:
    """What one thing leaves out, as one entry with all its attributes."""
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], dict[Attribute, None]] = {}
    for item in items:
        found.setdefault((item.why, item.hosts, item.paths), {})[item.attribute] = None
    order = list(Attribute)
    return tuple(
        ShownNotReplayed(
            why=why,
            attributes=tuple(order) if len(names) == len(order) else tuple(sorted(names, key=order.index)),
            hosts=hosts,
            paths=paths,
        )
        for (why, hosts, paths), names in found.items()
    )


def encode(made: ReplayReport) -> bytes:
    """The report as JSON, indented, with a final newline."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _coverage(item: Coverage) -> ShownCoverage:
    return ShownCoverage(matches=item.matches, hit=item.hit, missed=item.missed)


def _disagreement(item: Disagreement) -> ShownDisagreement:
    request = item.request
    return ShownDisagreement(
        attribute=item.attribute,
        request=shown_request(request),
        curl=curl(request),
        before=item.before or "nothing",
        after=item.after or "nothing",
        judge=item.judge,
        times=item.times,
        explained=item.explained,
        rule_before=item.rules[0],
        rule_after=item.rules[1],
        by=item.by,
    )
