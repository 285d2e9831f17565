"""What ``allow`` and ``deny`` mean together: the first that fits the client's address decides, and without one the
client comes in (http://nginx.org/en/docs/http/ngx_http_access_module.html).

Translated is only what a deny list, an allow list, or first the one and then the other says just as well.
"""

from __future__ import annotations

from msgspec import UNSET

from gatelift.annotations.nginx._addresses import networks
from gatelift.annotations.nginx._snippet_draft import Draft, Reader, Readers, Unsaid
from gatelift.annotations.unit import Refused, shown
from gatelift.intent.security import SourceRanges

ALL = "all"
_LISTS = ("allowlist-source-range", "whitelist-source-range", "denylist-source-range")
_APART = "write the annotations allowlist-source-range and denylist-source-range instead"


def _rule(allowed: bool) -> Reader:
    def read(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
        if len(arguments) != 1:
            return Unsaid("allow and deny take one address or network, or 'all'")
        if arguments[0] == ALL:
            draft.access.append((allowed, ALL))
            return None
        found = networks(arguments[0])
        if isinstance(found, Refused) or len(found) != 1:
            return Unsaid(f"{shown(arguments[0])} is no single address or network", _APART)
        draft.access.append((allowed, found[0]))
        return None

    return read


def source_ranges(draft: Draft) -> SourceRanges | Unsaid | None:
    """The rules as lists; ``None`` where they turn nobody away."""
    rules = draft.access
    if not rules:
        return None
    if (problem := _mixed(draft)) is not None:
        return problem
    last = next((number for number, (_, whom) in enumerate(rules) if whom == ALL), None)
    if last is not None and last + 1 < len(rules):
        return Unsaid("rules behind 'all' are never asked", "remove them")
    closed = last is not None and not rules[last][0]
    listed = rules[:last]
    denied, rest = _leading(listed, allowed=False)
    let_in, behind = _leading(rest, allowed=True)
    if any(allowed for allowed, _ in behind) or (let_in and not closed and behind):
        return Unsaid("allow and deny alternate, and a gateway asks all denied addresses first", _APART)
    if closed and not let_in:
        return Unsaid("it turns everybody away, which no address list says", "write return 403")
    if closed:
        return SourceRanges(allow=let_in, deny=denied or UNSET)
    return SourceRanges(deny=denied) if denied else None


def _leading(rules: list[tuple[bool, str]], *, allowed: bool) -> tuple[tuple[str, ...], list[tuple[bool, str]]]:
    """The networks of the rules of one kind at the beginning, each once, and the rest."""
    count = next((number for number, rule in enumerate(rules) if rule[0] is not allowed), len(rules))
    return tuple(dict.fromkeys(whom for _, whom in rules[:count])), rules[count:]


def _mixed(draft: Draft) -> Unsaid | None:
    context = draft.context
    named = next((name for name in _LISTS if context.value(name) or context.controller.setting(name)), None)
    if named is not None:
        return Unsaid(f"{named} is set too, and its rules are asked first", "keep all addresses in one place")
    if context.value("satisfy"):
        return Unsaid("satisfy makes it one of several ways in", "see what is said about satisfy")
    return None


ACCESS: Readers = {"allow": _rule(allowed=True), "deny": _rule(allowed=False)}
