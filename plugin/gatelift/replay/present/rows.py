"""Disagreements as a person reads them: those of one cause as one row, the gravest first, and what each means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from gatelift.replay.present.model import ShownDisagreement
from gatelift.report.requests import ShownRequest
from gatelift.report.safe import plural
from gatelift.traffic.answers.compare import reached
from gatelift.traffic.model import Attribute
from gatelift.traffic.shown.meaning import means as meaning

_CERTAIN = re.compile(r" (\d+) of \1\b")
"""A share that is none: all of many requests."""
_HOSTS = 3


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Disagreements of one cause: the smallest request that shows it, and how many requests did, on which hosts."""

    first: ShownDisagreement
    requests: int
    hosts: tuple[str, ...]

    @property
    def count(self) -> str:
        """``31 requests``, ``31 requests, on a.example.com and 2 more hosts too``."""
        others = self.hosts[1:]
        if not others:
            return plural(self.requests, "request")
        listed = ", ".join(others[:_HOSTS])
        more = f" and {plural(len(others) - _HOSTS, 'more host')}" if len(others) > _HOSTS else ""
        return f"{plural(self.requests, 'request')}, on {listed}{more} too"


def rules(item: ShownDisagreement) -> tuple[str, str]:
    """The matches that take the request, before and after, and the proxy where it is not the usual one."""
    return item.rule_before or "no rule", (item.rule_after or "no rule") + (", in Envoy" if item.by else "")


def wrong(items: Iterable[ShownDisagreement]) -> tuple[Row, ...]:
    """What nothing explains: one row for all that differs in the same way, the gravest first."""
    found: dict[tuple[object, ...], list[ShownDisagreement]] = {}
    for item in items:
        if not item.explained:
            found.setdefault((item.attribute, _kind(item, item.before), _kind(item, item.after)), []).append(item)
    return tuple(sorted((_row(each) for each in found.values()), key=_gravity))


def explained(items: Iterable[ShownDisagreement]) -> tuple[Row, ...]:
    """What something explains: one row for each explanation, the most frequent first."""
    found: dict[str, list[ShownDisagreement]] = {}
    for item in items:
        if item.explained:
            found.setdefault(item.explained, []).append(item)
    rows = (_row(each) for each in found.values())
    return tuple(sorted(rows, key=lambda row: (-row.requests, row.first.request.url)))


def means(item: ShownDisagreement) -> str:
    """What a disagreement means for traffic, in half a sentence."""
    return meaning(item.attribute, item.before, item.after)


def _row(items: Sequence[ShownDisagreement]) -> Row:
    first = min(items, key=lambda item: _size(item.request))
    hosts = sorted({_host(item.request) for item in items} - {_host(first.request)})
    return Row(first=first, requests=sum(item.times for item in items), hosts=(_host(first.request), *hosts))


def _size(request: ShownRequest) -> tuple[int, int, str, str]:
    further = len(request.headers) + bool(request.client) + bool(request.body) + (request.method != "GET")
    return further, len(request.url) - len(_host(request)), request.url, request.method


def _host(request: ShownRequest) -> str:
    return request.url.partition("://")[2].partition("/")[0]


def _kind(item: ShownDisagreement, text: str) -> str:
    """``text`` without what only this request has: its host and its path."""
    _, _, rest = item.request.url.partition("://")
    host, slash, path = rest.partition("/")
    told = _CERTAIN.sub("", text).replace(host, "\0host")
    return told.replace(f"{slash}{path}", "\0path") if path else told


def _gravity(row: Row) -> tuple[int, int, str]:
    had, has = reached(row.first.before), reached(row.first.after)
    rank = 0 if has and not had else 1 if had != has or row.first.attribute is Attribute.BACKEND else 2
    return rank, -row.requests, row.first.request.url
