"""Canaries as maps: header, then cookie, then weight, as rootfs/etc/nginx/lua/balancer.lua asks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from gatelift.replay.nginx.quoting import word
from gatelift.traffic.nginx.canaries import Canary
from gatelift.traffic.nginx.ingresses import Upstream
from gatelift.traffic.nginx.model import Split

_PLAIN = re.compile(r"[a-z0-9_]+", re.IGNORECASE)
_ALWAYS_NEVER = ('"~^always$" yes;', '"~^never$" no;')


def chosen(name: str) -> str:
    """The variable that names the upstream for a primary."""
    return f"$to_{name}"


def split_maps(splits: Sequence[Split], names: Mapping[Upstream, str]) -> Iterable[str]:
    """For each split a variable with the upstream that this request goes to."""
    for split in splits:
        name = names[split.primary]
        yield from _by_header(name, split.canary)
        yield from _by_cookie(name, split.canary)
        yield from _by_weight(name, split.canary)
        yield f'map "$by_header_{name}:$by_cookie_{name}:$by_weight_{name}" {chosen(name)} {{'
        yield f"    default {name};"
        yield f'    "~^(yes:|next:yes:|next:next:yes)" {names[split.alternative]};'
        yield "}"


def _by_header(name: str, canary: Canary) -> Iterable[str]:
    # Lua turns each dash into an underscore, as nginx does.
    variable = f"$http_{canary.header.replace('-', '_').lower()}" if canary.header else '""'
    if canary.value:
        # Another value goes on to the cookie: there is no "never" then.
        cases: tuple[str, ...] = (f"{word(f'~^{re.escape(canary.value)}$')} yes;",)
    elif canary.pattern:
        cases = (f"{word(f'~{canary.pattern}')} yes;",)
    else:
        cases = _ALWAYS_NEVER
    # A header that is not there is never matched, not even by an expression that takes nothing.
    yield f'map {variable} $by_header_{name} {{ default next; "" next; {" ".join(cases)} }}'


def _by_cookie(name: str, canary: Canary) -> Iterable[str]:
    if not canary.cookie or _PLAIN.fullmatch(canary.cookie):
        variable = f"$cookie_{canary.cookie}" if canary.cookie else '""'
        yield f"map {variable} $by_cookie_{name} {{ default next; {' '.join(_ALWAYS_NEVER)} }}"
        return
    # A variable's name has no dash and no dot, and the cookie's may.
    found = rf"~*(?:^|[;,])\s*{re.escape(canary.cookie)}=(?-i:{{}})\s*(?:[;,]|$)"
    yield f"map $http_cookie $by_cookie_{name} {{"
    yield "    default next;"
    for value, answer in (("always", "yes"), ("never", "no")):
        yield f"    {word(found.replace('{}', value))} {answer};"
    yield "}"


def _by_weight(name: str, canary: Canary) -> Iterable[str]:
    share = canary.weight / canary.total
    if share <= 0 or share >= 1:
        yield f"map '' $by_weight_{name} {{ default {'yes' if share >= 1 else 'no'}; }}"
    else:
        yield f"split_clients $request_id $by_weight_{name} {{ {share * 100:.2f}% yes; * no; }}"
