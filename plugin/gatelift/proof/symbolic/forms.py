"""Rewrites of a known form: two that mean the same for every path, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatelift.proof.symbolic.model import Kind, Location, Path, Reply, Rewrite, Rewritten

_REST = re.compile(r"\^?(?P<own>(?:/[-A-Za-z0-9_.~]+)*)\(/\|\$\)\(\.\*\)\$?")
_BY_REST = re.compile(r"(?P<by>(?:/[-A-Za-z0-9_.~]+)*)/\\2")
_ALL = re.compile(r"\^?/\(\.\*\)\$?")
_EACH = re.compile(r"(?P<any_case>\(\?i\))?\^\(\?:(?P<own>.*)\)\.\*\$", re.DOTALL)
_FREE = frozenset((Rewritten.FIRST, Rewritten.EACH))
_OF_PATH = re.compile(r"\$\{?(?:uri|request_uri|escaped_request_uri)\b")
_CAPTURE = re.compile(r"\\[0-9]")


def decided(one: Reply, other: Reply) -> bool:
    """Whether some paths tell what both do with every path of a class.

    So it is where the forms are the same, and where both are simple: texts put in the place of all, of a prefix or of
    a slash at the end give the same for all paths, or something else for one of those that are asked (with a slash at
    the end, without, with something behind it, and the shortest).
    """
    pairs = [(one.rewrite, other.rewrite)] if one.backends and other.backends else []
    if one.location is not None and other.location is not None:
        pairs.append((_of(one.location), _of(other.location)))
    forms = [(known(first), known(second)) for first, second in pairs]
    return all(first == second or not {first.how, second.how} & _FREE for first, second in forms)


def _of(location: Location) -> Rewrite:
    """What becomes of the path on the way into a ``Location``."""
    if not location.text:
        return location.path
    return Rewrite(Rewritten.EACH if _OF_PATH.search(location.text) else Rewritten.FULL, "", location.text)


def known(rewrite: Rewrite) -> Rewrite:
    """A rewrite in the simplest form that means the same."""
    if rewrite.how is Rewritten.EACH and (found := _EACH.fullmatch(rewrite.own)):
        rewrite = Rewrite(Rewritten.FIRST, found["own"], rewrite.by, rewrite.any_case or bool(found["any_case"]))
    if rewrite.how is Rewritten.FIRST:
        return _of_expression(rewrite)
    if rewrite.how is Rewritten.PREFIX:
        by = rewrite.by or "/"
        return Rewrite() if rewrite.own == by else Rewrite(Rewritten.PREFIX, rewrite.own, by)
    return rewrite


def expressions(replies: Iterable[Reply]) -> frozenset[Path]:
    """What rewrites ask of a path that is not what took it: whether they act at all divides classes.

    That of nginx asks for what its location asks for.
    """
    rewrites = (reply.rewrite if reply.location is None else reply.location.path for reply in replies)
    return frozenset(
        Path(Kind.REGULAR, each.own, any_case=each.any_case) for each in rewrites if each.how is Rewritten.EACH
    )


def _of_expression(rewrite: Rewrite) -> Rewrite:
    if not _CAPTURE.search(rewrite.by):
        return Rewrite(Rewritten.FULL, "", rewrite.by)
    if _ALL.fullmatch(rewrite.own) and rewrite.by == "/\\1":
        return Rewrite()
    rest, by = _REST.fullmatch(rewrite.own), _BY_REST.fullmatch(rewrite.by)
    if rest and by:
        return known(Rewrite(Rewritten.PREFIX, rest["own"], f"{by['by']}/"))
    return rewrite
