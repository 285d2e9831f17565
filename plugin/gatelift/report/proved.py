"""``gatelift prove`` as data: what was proved of each cluster, and every kind of request that is answered otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gatelift import __version__
from gatelift.proof.symbolic.prove import Found, Outcome
from gatelift.proof.symbolic.telling import shown, verdict
from gatelift.report.requests import ShownRequest, shown_request
from gatelift.traffic.model import Attribute, NotReplayed
from gatelift.traffic.shown.curl import curl
from gatelift.traffic.shown.meaning import means

VERSION: Literal[1] = 1


class ProvedDifference(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One kind of difference, by the smallest request that shows it."""

    attribute: Annotated[Attribute, Meta(description="What differs")]
    request: Annotated[ShownRequest, Meta(description="The smallest request that shows it")]
    curl: Annotated[str, Meta(description="The same as a command")]
    before: Annotated[str, Meta(description="What the Ingresses answer, by the model of ingress-nginx")]
    after: Annotated[str, Meta(description="What the routes answer, by the model of Gateway API")]
    means: Annotated[str, Meta(description="What that means for traffic")]
    requests: Annotated[int, Meta(description="How many of the requests that stand for classes show it")]
    explained: Annotated[str, Meta(description="The entry of the ledger, or the row of docs/differences.md")] = ""
    rule_before: Annotated[str, Meta(description="The rule of an Ingress that replies")] = ""
    rule_after: Annotated[str, Meta(description="The rule of a route that replies")] = ""


class ProvedHost(msgspec.Struct, frozen=True, rename="camel"):
    """A host of which nothing is decided."""

    host: Annotated[str, Meta(description="The host")]
    why: Annotated[str, Meta(description="What the models have no words for, or what would take too long")]


class ProvedLess(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What is not compared; it is never counted as equal."""

    why: Annotated[str, Meta(description="What was left out")]
    attributes: Annotated[tuple[Attribute, ...], Meta(description="Of what nothing is said")]
    hosts: Annotated[tuple[str, ...], Meta(description="For these hosts; empty: for all")] = ()
    paths: Annotated[tuple[str, ...], Meta(description="Below these paths; `=` exact, `~` regular; empty: all")] = ()


class ProvedCluster(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What was proved of one cluster."""

    cluster: Annotated[str, Meta(description="The scope; empty where there is one only")]
    holds: Annotated[bool, Meta(description="Whether every difference is explained")]
    verdict: Annotated[str, Meta(description="The same in words, with what is undecided or stated")]
    hosts: Annotated[int, Meta(description="Classes of hosts that were gone through")]
    classes: Annotated[int, Meta(description="Classes of requests that were held against each other")]
    rules_before: Annotated[int, Meta(description="Rules that the Ingresses amount to")]
    rules_after: Annotated[int, Meta(description="Rules that the routes amount to")]
    differences: Annotated[tuple[ProvedDifference, ...], Meta(description="What nothing explains first")] = ()
    undecided: Annotated[tuple[ProvedHost, ...], Meta(description="Hosts of which nothing is decided")] = ()
    not_compared: Annotated[tuple[ProvedLess, ...], Meta(description="What is not compared")] = ()
    sampled: Annotated[
        tuple[str, ...], Meta(description="Rules whose rewrites were held against each other on some paths only")
    ] = ()
    assumed: Annotated[tuple[str, ...], Meta(description="What is not among the objects, and was made up")] = ()
    skipped: Annotated[tuple[str, ...], Meta(description="Roots that take no part, with the reason")] = ()


class ProveReport(msgspec.Struct, frozen=True, rename="camel"):
    """A symbolic proof as a program reads it. Members may be added while ``version`` is 1."""

    version: Annotated[Literal[1], Meta(description="The version of this format")]
    gatelift: Annotated[str, Meta(description="The version of gatelift that wrote this")]
    holds: Annotated[bool, Meta(description="Whether every difference of every cluster is explained")]
    clusters: Annotated[tuple[ProvedCluster, ...], Meta(description="Sorted by name; see ProvedCluster")]


def report(clusters: Sequence[ProvedCluster]) -> ProveReport:
    """All clusters together."""
    holds = all(item.holds for item in clusters)
    return ProveReport(version=VERSION, gatelift=__version__, holds=holds, clusters=tuple(clusters))


def proved(cluster: str, outcome: Outcome, skipped: Sequence[str] = (), assumed: Sequence[str] = ()) -> ProvedCluster:
    """The account of one cluster. ``assumed``: what was left out before anything was proved."""
    return ProvedCluster(
        cluster=cluster,
        holds=outcome.holds,
        verdict=verdict(outcome),
        hosts=outcome.hosts,
        classes=outcome.classes,
        rules_before=outcome.rules[0],
        rules_after=outcome.rules[1],
        differences=tuple(_difference(shown(item)) for item in outcome.found),
        undecided=tuple(ProvedHost(item.host, item.why) for item in outcome.undecided),
        not_compared=tuple(_less(outcome.left_out)),
        sampled=outcome.sampled,
        assumed=(*assumed, *outcome.assumed),
        skipped=tuple(skipped),
    )


def encode(made: ProveReport) -> bytes:
    """The report as JSON, indented, with a final newline."""
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _difference(item: Found) -> ProvedDifference:
    said = item.difference
    return ProvedDifference(
        attribute=said.attribute,
        request=shown_request(item.request),
        curl=curl(item.request),
        before=said.before,
        after=said.after,
        means=means(said.attribute, said.before, said.after),
        requests=item.times,
        explained=item.explained,
        rule_before=item.rules[0],
        rule_after=item.rules[1],
    )


def _less(items: Iterable[NotReplayed]) -> Iterable[ProvedLess]:
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], dict[Attribute, None]] = {}
    for item in items:
        found.setdefault((item.why, item.hosts, item.paths), {})[item.attribute] = None
    for (why, hosts, paths), attributes in found.items():
        yield ProvedLess(why=why, attributes=tuple(attributes), hosts=hosts, paths=paths)
