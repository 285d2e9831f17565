"""``gatelift action``: what action.yml runs. Inputs come from the environment, results go to the runner's files.

One plan serves all: annotations, outputs, the summary and, with ``mode: pr``, the pull request.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from gatelift.cli import pr
from gatelift.cli.files import out, say, write_file
from gatelift.cli.planning import Planned, plan
from gatelift.findings import EnvironmentProblem, Exit, Finding, InputError, Severity, UsageError, strongest
from gatelift.forge.body import Telling, summary
from gatelift.forge.diff import fenced, unified
from gatelift.forge.publish import Operation, Published
from gatelift.forge.workflow import LARGEST_SUMMARY, annotated, append, outputs
from gatelift.report.model import Report, encode
from gatelift.report.safe import harmless
from gatelift.report.text import render
from gatelift.repository.git import head

MODES = ("check", "diff", "pr")
_PREFIX = "GATELIFT_INPUT_"
_BOOLEANS = {"": None, "true": True, "false": False}


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: action.yml sets variables, so that no input ever meets a shell."""
    parser.epilog = f"Inputs are variables, {_PREFIX}NAME for the input NAME of action.yml (docs/action.md)."


def run(_: argparse.Namespace) -> Exit:
    """Plan, tell the runner, and with ``mode: pr`` publish."""
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
    mode = _one_of(given, "mode", MODES)
    wanted = parsed(given)
    request = pr.request_of(wanted)
    # Before planning: a wrong token costs no time, and no engine gets to see a good one.
    where = pr.credentials() if mode == "pr" else None
    os.environ.pop("GITHUB_TOKEN", None)
    made = plan(wanted)
    report = pr.report_of(made)
    path = _report_path()
    write_file(path, encode(report), "report")
    say(render(report, made.plan.findings))
    done = Published(operation=Operation.NONE)
    try:
        if where is not None:
            done = pr.send(made, report, request, *where)
            out(pr.told(done))
    finally:
        _tell(mode, made, report, path, done, wanted.path)
    found = pr.codes(made, allow_refused=True)
    if mode == "check" and made.plan.files:
        found.add(Exit.WOULD_CHANGE)
    return strongest(found)


def parsed(given: Mapping[str, str]) -> argparse.Namespace:
    """The inputs as arguments of ``gatelift pr``. Raises ``UsageError``."""
    parser = _Parser(prog="gatelift action", allow_abbrev=False)
    pr.arguments(parser)
    # With an equals sign: whatever an input begins with, it is a value.
    names = (
        "phase",
        "config",
        "gateway",
        "target",
        "kustomize",
        "facts",
        "branch",
        "base",
        "title",
        "labels",
        "author",
    )
    words = [f"--{name}={given[name]}" for name in names if given.get(name)]
    draft = _BOOLEANS[_one_of(given, "draft", tuple(_BOOLEANS))]
    if draft is not None:
        words.append("--draft" if draft else "--no-draft")
    return parser.parse_args([*words, "--", given.get("path") or "."])


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override] # it raises, and never returns
        text = f"an input of the action is wrong: {harmless(message)}"
        raise UsageError(Finding("action/input", Severity.ERROR, text, "see docs/action.md"))


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = given.get(name, "").lower()
    if value in allowed:
        return value
    message = f"the input {name!r} is {value!r}"
    fix = f"use one of {', '.join(word for word in allowed if word)}"
    raise UsageError(Finding("action/input", Severity.ERROR, message, fix))


def _report_path() -> str:
    return str(Path(os.environ.get("RUNNER_TEMP") or ".").absolute() / "gatelift-report.json")


def _tell(mode: str, made: Planned, report: Report, path: str, done: Published, where: str) -> None:
    counts = report.summary
    values = {
        "changed": "true" if made.plan.files else "false",
        "ingresses-total": str(counts.ingresses),
        "ingresses-converted": str(counts.converted),
        "ingresses-refused": str(counts.withheld),
        "report-path": path,
        "pull-request-number": str(done.number or ""),
        "pull-request-url": done.url,
        "pull-request-operation": str(done.operation) if mode == "pr" else "",
    }
    append(os.environ.get("GITHUB_OUTPUT", ""), outputs(values))
    difference = unified(made.plan.files) if mode == "diff" else ""
    out(annotated((*made.plan.findings, *done.findings, *_withheld(made))) + _printed(difference))
    git = made.opened.git
    telling = Telling(report, where, (head(git) or "") if git is not None else "")
    text = summary(made.plan, telling, LARGEST_SUMMARY // 2)
    if difference:
        text += fenced(difference, LARGEST_SUMMARY // 4)
    append(os.environ.get("GITHUB_STEP_SUMMARY", ""), text)


def _withheld(made: Planned) -> Iterator[Finding]:
    """The Ingresses that get no routes, as findings: the ledger knows them, and the log of a run should too."""
    for change in made.plan.result.changes:
        if change.withheld is not None:
            name = str(change.ingress.ref)
            place = made.plan.places.get((change.ingress.provenance.root, name))
            text = f"Ingress {name} is withheld, it stays and gets no routes: {change.withheld.text}"
            yield Finding("ingress/withheld", Severity.WARNING, text, change.withheld.todo, place)


def _printed(difference: str) -> str:
    """For the log: each line harmless, since the runner obeys lines that begin like its commands."""
    return "".join(f"{harmless(line)}\n" for line in difference.split("\n")[:-1])
