"""How an Ingress path matches, said in Gateway API's terms (traps T1 to T11)."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from gatelift.annotations.nginx.host import HostFacts
from gatelift.ingress.model import IngressPath, PathType
from gatelift.intent.route import PathKind, PathMatch

LITERAL = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")
"""What Gateway API takes in ``Exact`` and ``PathPrefix``:
https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch"""
MAX_PATH = 1024


class BadPath(msgspec.Struct, frozen=True):
    """A path that has no translation: why, and what to do."""

    why: str
    todo: str


_ENCODED = BadPath(
    "nginx compares decoded paths, in which no percent-encoded character is left, so this one never matches as written",
    "write the characters themselves, or remove the path",
)


def match_of(path: IngressPath, facts: HostFacts) -> PathMatch | BadPath:
    """The match of one path, given whether its host is regular."""
    if facts.regex:
        return regex_match(path.path, facts)
    return literal_match(path)


STRIP = re.compile(r"(?P<prefix>/[-A-Za-z0-9._~/]*?)\(/\|\$\)\(\.\*\)")
"""The idiom ``/prefix(/|$)(.*)``, which stands for a prefix (T4)."""


def clean_match(path: IngressPath) -> PathMatch | BadPath:
    """The match of a path on a host whose regular paths are written as prefixes."""
    found = STRIP.fullmatch(path.path)
    return PathMatch(PathKind.PREFIX, found["prefix"] or "/") if found else literal_match(path)


def regex_match(path: str, facts: HostFacts) -> PathMatch | BadPath:
    """``location ~* "^<path>"`` as an expression over the whole path: any case, no end anchor (T2, T6).

    A further ``$`` changes nothing but the length, by which the gateway decides what it asks first (T3).
    """
    problem = regex_problem(path)
    if problem:
        return problem
    value = f"(?i)^{path}.*$" + "$" * facts.padding.get(path, 0)
    if len(value) > MAX_PATH:
        return BadPath(f"the expression is longer than {MAX_PATH} characters", "split it into several paths")
    return PathMatch(PathKind.REGEX, value)


def literal_match(path: IngressPath) -> PathMatch | BadPath:
    """``Exact`` as it is; ``Prefix``, and what ingress-nginx reads as such (T7), by path elements."""
    value = path.path
    problem = literal_problem(value)
    if problem:
        return problem
    kind = PathKind.EXACT if path.path_type is PathType.EXACT else PathKind.PREFIX
    return PathMatch(kind, value)


def literal_problem(value: str) -> BadPath | None:
    """Why Gateway API would not take ``value`` as a literal path (T10)."""
    if not value.startswith("/"):
        return BadPath("the path does not begin with /", "write an absolute path")
    if "%" in value:
        return _ENCODED
    if len(value) > MAX_PATH:
        return BadPath(f"the path is longer than {MAX_PATH} characters", "shorten it")
    wrong = next((bad for bad in ("//", "/./", "/../", "#") if bad in value), None)
    if wrong is None and value.endswith(("/.", "/..")):
        wrong = value[value.rindex("/") :]
    if wrong:
        return BadPath(f"Gateway API takes no path with {wrong}", "write the path without it")
    if not LITERAL.fullmatch(value):
        character = next(c for c in value if not LITERAL.fullmatch(c))
        return BadPath(f"Gateway API takes no {character!a} in a path that is no regular expression", _NO_CHARACTER)
    return None


_NO_CHARACTER = (
    "write the path without it, or, if it is meant as a regular expression, say so with "
    'nginx.ingress.kubernetes.io/use-regex: "true"'
)


@lru_cache(maxsize=4096)
def regex_problem(path: str) -> BadPath | None:
    """Why the path's expression would mean something else to RE2 than to nginx (T5), or nothing."""
    if not path.startswith(("/", "(", "[", "\\/", ".", "^")):
        return BadPath("the path does not begin with /", "write an absolute path")
    if "%" in path:
        return _ENCODED
    if '"' in path or any(ord(c) < 0x20 or ord(c) == 0x7F for c in path):
        return BadPath("the path holds a quotation mark or a control character", "write the path without it")
    if re.search(r'\\[\\tnr"]', path):
        return BadPath(
            "nginx reads \\\\, \\t, \\n and \\r inside its configuration before the expression is compiled",
            "write a character class instead, such as [.]",
        )
    if re.search(r"\{,\d", path):
        return BadPath("{,n} is a repetition to newer PCRE and plain text to RE2", "write {0,n}")
    if has_outer_alternative(path):
        return BadPath(
            "a | outside parentheses anchors only its first side in nginx, so that the other side matches anywhere",
            "put the alternatives in parentheses, as in /(a|b)",
        )
    if not compiles(f"(?i)^{path}.*$"):
        return BadPath(
            "RE2, which the gateway uses, cannot read this expression (look-around, back-reference, atomic group?)",
            "write it without them, or split it into several paths",
        )
    return None


def has_outer_alternative(expression: str) -> bool:
    """Whether a ``|`` stands outside of every group, class and escape."""
    depth, in_class, escaped = 0, False, False
    for position, character in enumerate(expression):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif in_class:
            in_class = not (
                character == "]" and expression[position - 1] != "[" and expression[position - 2 : position] != "[^"
            )
        elif character == "[":
            in_class = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "|" and depth == 0:
            return True
    return False


@lru_cache(maxsize=4096)
def compiles(expression: str) -> bool:
    """Whether RE2 reads ``expression``. The library is loaded only when a regular expression is met."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression, options)
    except re2.error:
        return False
    return True


@lru_cache(maxsize=4096)
def groups(path: str) -> int:
    """How many captures the expression of ``path`` has; it must compile."""
    import re2

    return int(re2.compile(f"(?i)^(?:{path}).*$").groups)


def slash_redirect(path: IngressPath, facts: HostFacts) -> str | None:
    """The path that nginx answers with a redirect to ``path``, which ends with a slash (T8)."""
    if facts.regex or path.path == "/" or not path.path.endswith("/"):
        return None
    without = path.path.rstrip("/")
    taken = any(place.path == without for place in facts.places)
    return None if taken or not without else without
