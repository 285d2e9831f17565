"""``gatelift action``: what action.yml runs. Inputs come from the environment, results go to the runner's files.

One plan serves all: annotations, outputs, the summary and, with ``mode: pr``, the pull request.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gatelift.cli import pr
from gatelift.cli.difference import unified
from gatelift.cli.files import out, write_file
from gatelift.cli.planning import Planned, account, codes, plan
from gatelift.findings import EnvironmentProblem, Exit, Finding, InputError, Severity, UsageError, strongest
from gatelift.report.safe import harmless

if TYPE_CHECKING:
    from gatelift.forge.publish import Published

_MODES = ("check", "diff", "pr")
_PREFIX = "GATELIFT_INPUT_"
_BOOLEANS = {"": None, "true": True, "false": False}
_PASSED_ON = (
    *("phase", "config", "gateway", "target", "kustomize", "facts"),
    *("replay-requests", "replay-timeout"),
    *("branch", "base", "title", "labels", "author"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: action.yml sets variables, so that no input ever meets a shell."""
    parser.epilog = f"Inputs are variables, {_PREFIX}NAME for the input NAME of action.yml (docs/action.md)."


def run(_: argparse.Namespace) -> Exit:
    """Plan, tell the runner, and with ``mode: pr`` publish."""
    pr.require_extra()
    from gatelift.forge.workflow import annotated

    given = {
        name.removeprefix(_PREFIX).lower().replace("_", "-"): value.strip()
        for name, value in os.environ.items()
        if name.startswith(_PREFIX)
    }
    try:
        return _run(given)
    except (UsageError, InputError, EnvironmentProblem) as error:
        out(annotated((error.finding,)))
        raise


def _run(given: Mapping[str, str]) -> Exit:
    from gatelift.cli.publishing import credentials, published, request_of, told
    from gatelift.report.planned import encode

    mode = _one_of(given, "mode", _MODES)
    wanted = parsed(given)
    request = request_of(wanted)
    # Before planning: a wrong token costs no time, and no engine gets to see a good one.
    where = credentials() if mode == "pr" else None
    os.environ.pop("GITHUB_TOKEN", None)
    made = plan(wanted)
    path = str(Path(os.environ.get("RUNNER_TEMP") or ".").absolute() / "gatelift-report.json")
    write_file(path, encode(made.plan), "report")
    account(made, wrote=False, quiet=False)
    done = None
    try:
        if where is not None and not made.plan.disagrees:
            done = published(made, request, *where)
            out(told(done))
    finally:
        _tell(mode, made, path, done, wanted.path)
    found = codes(made, allow_refused=True)
    if mode == "check" and made.plan.files:
        found.add(Exit.WOULD_CHANGE)
    return strongest(found)


def parsed(given: Mapping[str, str]) -> argparse.Namespace:
    """The inputs as arguments of ``gatelift pr``. Raises ``UsageError``."""
    parser = _Parser(prog="gatelift action", allow_abbrev=False)
    pr.arguments(parser)
    # With an equals sign: whatever an input begins with, it is a value.
    words = [f"--{name}={given[name]}" for name in _PASSED_ON if given.get(name)]
    draft = _BOOLEANS[_one_of(given, "draft", tuple(_BOOLEANS))]
    if _BOOLEANS[_one_of(given, "replay", tuple(_BOOLEANS))]:
        words.append("--replay")
    if draft is not None:
        words.append("--draft" if draft else "--no-draft")
    return parser.parse_args([*words, "--", given.get("path") or "."])


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        text = f"an input of the action is wrong: {harmless(message)}"
        raise UsageError(Finding("action/input", Severity.ERROR, text, "see docs/action.md"))


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = given.get(name, "").lower()
    if value in allowed:
        return value
    message = f"the input {name!r} is {value!r}"
    fix = f"use one of {', '.join(word for word in allowed if word)}"
    raise UsageError(Finding("action/input", Severity.ERROR, message, fix))


def _tell(mode: str, made: Planned, path: str, done: Published | None, where: str) -> None:
    """Outputs, annotations and the summary."""
    from gatelift.forge.body import Telling, summary
    from gatelift.forge.workflow import LARGEST_SUMMARY, annotated, append, fenced, outputs
    from gatelift.report.planned import report_of
    from gatelift.repository.git import head

    report = report_of(made.plan)
    values = {
        "changed": "true" if made.plan.files else "false",
        "ingresses-total": str(report.summary.ingresses),
        "ingresses-converted": str(report.summary.converted),
        "ingresses-refused": str(report.summary.withheld),
        "report-path": path,
        "pull-request-number": str(done.number or "") if done else "",
        "pull-request-url": done.url if done else "",
        "pull-request-operation": str(done.operation) if done else "",
    }
    append(os.environ.get("GITHUB_OUTPUT", ""), outputs(values))
    difference = b"".join(unified(change) for change in made.plan.files) if mode == "diff" else b""
    lines = difference.decode("utf-8", "backslashreplace").split("\n")[:-1]
    # The runner obeys lines that begin as its commands do.
    printed = "".join(f"{harmless(line)}\n" for line in lines)
    out(annotated((*made.plan.findings, *(done.findings if done else ()), *_withheld(made))) + printed)
    git = made.opened.git
    telling = Telling(report, where, (head(git) or "") if git is not None else "")
    text = summary(made.plan, telling, LARGEST_SUMMARY // 2)
    text += fenced(lines, LARGEST_SUMMARY // 4) if lines else ""
    append(os.environ.get("GITHUB_STEP_SUMMARY", ""), text)


def _withheld(made: Planned) -> Iterator[Finding]:
    """The Ingresses that get no routes, as findings: the ledger knows them, and the log of a run should too."""
    for change in made.plan.result.changes:
        if change.withheld is not None:
            name = str(change.ingress.ref)
            place = made.plan.places.get((change.ingress.provenance.root, name))
            text = f"Ingress {name} is withheld, it stays and gets no routes: {change.withheld.text}"
            yield Finding("ingress/withheld", Severity.WARNING, text, change.withheld.todo, place)
