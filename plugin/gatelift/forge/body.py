"""The body of a pull request: a plan, as a reviewer wants to read it, in Markdown, within what GitHub takes.

The text stands in ``templates/pr/``. Everything that a template prints is made inert (``markdown``), unless it was
marked as inert before: a template cannot forget it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from gatelift import __version__
from gatelift.assets import template
from gatelift.forge.decide import digest_in
from gatelift.forge.ledger import Item, items
from gatelift.forge.markdown import code, codes, finalize
from gatelift.plan.model import Plan
from gatelift.report.model import Report
from gatelift.report.safe import plural

if TYPE_CHECKING:
    from jinja2 import Environment

_VERSION = Markup(__version__)  # noqa: S704 - a constant
"""Our own word, which stands in blocks of code too."""
LARGEST = 60_000
"""Characters of UTF-8; GitHub refuses a body of more than 65,536."""
_BEGIN = "<!-- gatelift: begin -->"
_END = "<!-- gatelift: end -->"


class Telling(msgspec.Struct, frozen=True):
    """What a body needs besides the plan."""

    report: Report
    path: str = "."
    """Where gatelift was pointed at, relative to the repository's root."""
    commit: str = ""
    """The commit that the plan was made on; empty outside of a repository."""
    follows: int = 0
    """The number of an earlier pull request that was closed."""


def body(plan: Plan, telling: Telling) -> str:
    """The whole body, with markers around what a later run may write anew, at most ``LARGEST`` bytes."""
    text = _within(plan, telling, LARGEST - 200)
    shown = replayed(plan)
    marker = f"<!-- gatelift: replay={shown} -->\n" if shown else ""
    return f"{_BEGIN}\n<!-- gatelift: digest={plan.digest} -->\n{marker}{text}{_END}\n"


def replayed(plan: Plan) -> str:
    """Sixteen hexadecimal digits over what the replays of a plan state: which hold, and what each leaves out.

    Not their figures: how often chance picked a backend is no reason to write a body anew. Empty without a replay.
    """
    stated = [(item.root, item.holds, *item.partial) for item in plan.replays]
    return hashlib.sha256(repr(stated).encode()).hexdigest()[:16] if stated else ""


def summary(plan: Plan, telling: Telling, largest: int = LARGEST) -> str:
    """The same text for the summary of a workflow's run, without markers."""
    return _within(plan, telling, largest)


def merged(old: str | None, new: str) -> str | None:
    """``old`` with gatelift's part as in ``new``; None where a person has taken that part out, or it is as it was."""
    if old is None or not digest_in(old):
        return None
    # GitHub's editor sends line breaks of two characters.
    text = old.replace("\r\n", "\n")
    start, end = text.find(_BEGIN), text.find(_END)
    if not 0 <= start < end:
        return None
    made = text[:start] + new.rstrip("\n") + text[end + len(_END) :]
    return made if made != text else None


def closing(plan: Plan) -> str:
    """The comment below a pull request that has nothing left to do."""
    return _environment().get_template("closing.md").render(plan=plan, version=__version__)


def title(plan: Plan) -> str:
    """The title, of words of gatelift's own only."""
    from gatelift.forge.message import subject

    return subject(plan.phase)


def _within(plan: Plan, telling: Telling, largest: int) -> str:
    listed = items(telling.report)
    most = {"items": len(listed), "roots": len(plan.roots), "files": len(plan.files), "findings": 200}
    most["replays"] = len(plan.replays)
    while True:
        text = _rendered(plan, telling, listed, most, largest if any(most.values()) else None)
        if text is not None:
            return text
        # What is longest is halved until all of it fits: the same plan is always cut at the same place.
        fullest = max(most, key=lambda name: most[name])
        most = {**most, fullest: most[fullest] // 2}


def _rendered(
    plan: Plan, telling: Telling, listed: Sequence[Item], most: Mapping[str, int], largest: int | None
) -> str | None:
    """The text with at most so many of each; ``None`` as soon as it is longer than ``largest`` bytes."""
    report = telling.report
    shown: dict[str, Sequence[Any]] = {
        "items": listed,
        "roots": plan.roots,
        "files": plan.files,
        "findings": report.findings,
        "replays": plan.replays,
    }
    cut = {name: max(0, len(every) - most[name]) for name, every in shown.items()}
    pieces = (
        _environment()
        .get_template("body.md")
        .generate(
            plan=plan,
            report=report,
            telling=telling,
            version=_VERSION,
            cut=cut,
            **{name: every[: most[name]] for name, every in shown.items()},
        )
    )
    made, size = [], 0
    for piece in pieces:
        made.append(piece)
        size += len(piece.encode())
        if largest is not None and size > largest:
            return None
    return "".join(made)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    # Every value is escaped by ``finalize``; jinja2's own escaping knows HTML, and nothing of Markdown.
    made = Environment(  # noqa: S701
        loader=FunctionLoader(lambda name: template(f"pr/{name}")),
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(code=code, codes=codes, plural=plural)
    return made
