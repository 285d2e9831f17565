"""What ``rewrite-target`` does to the path of a request, as an intent of the rule (trap T4)."""

from __future__ import annotations

import re

from gatelift.annotations.nginx.routes.paths import STRIP, BadPath, groups
from gatelift.intent.base import Intent
from gatelift.intent.routing import FullPathRewrite, PrefixRewrite, RegexRewrite

_CAPTURE = re.compile(r"\$([1-9])")
_KEEP_ALL = frozenset({("/(.*)", "/$1"), ("/()(.*)", "/$2")})


def rewrite(path: str, template: str) -> Intent | None:
    """The rewrite of a regular path; ``None`` where the result is the path itself."""
    if template == path or (path, template) in _KEEP_ALL:
        return None
    if not _CAPTURE.search(template):
        return FullPathRewrite(path=template)
    count = groups(path)
    if all(int(number) > count for number in _CAPTURE.findall(template)):
        return FullPathRewrite(path=_CAPTURE.sub("", template))
    substitution = _CAPTURE.sub(lambda m: f"\\{m[1]}" if int(m[1]) <= count else "", template)
    return RegexRewrite(pattern=f"(?i)^(?:{path}).*$", substitution=substitution)


def ambiguous(path: str, template: str) -> bool:
    """Whether PCRE and RE2 may keep different captures: of a repeated group the last turn, maybe empty, counts."""
    return bool(_CAPTURE.search(template)) and bool(re.search(r"\)[*+{]", path))


def strip_prefix(path: str, template: str) -> tuple[str, PrefixRewrite] | None:
    """The prefix that one of the usual idioms strips, and what it puts there: only where ``regexPaths: prefix``.

    ``/p(/|$)(.*)`` with ``/$2`` and ``/q/$2`` are prefix rewrites; no other shape is.
    """
    found = STRIP.fullmatch(path)
    if not found or not template.endswith("/$2") or _CAPTURE.search(template[:-2]):
        return None
    prefix = found["prefix"]
    return (prefix or "/"), PrefixRewrite(prefix=template[:-3] or "/")


def prefix_of(path: str) -> str | BadPath:
    """The literal prefix that a regular path stands for when it has no operators."""
    if re.fullmatch(r"/[-A-Za-z0-9_~/]*", path):
        return path
    return BadPath("the path is a regular expression", "leave regexPaths at keep")
