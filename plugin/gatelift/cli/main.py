"""``gatelift``: parses the command's name and hands over; every mistake becomes a message and an exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from gatelift import __version__
from gatelift.cli.files import discard, say
from gatelift.findings import EnvironmentProblem, Exit, Finding, InputError, UsageError

COMMANDS = {
    "convert": "convert manifests: Ingress in, Gateway API out, everything else as it is",
    "explain": "say what an annotation means and what it becomes",
    "annotations": "list every annotation that gatelift knows",
    "plan": "say what a rewrite of a repository would do, with its proofs; writes nothing",
    "rewrite": "rewrite the sources of a repository in place, proved: Gateway API beside each Ingress",
    "verify": "prove that a work tree, however it was edited, means what a rewrite of an earlier commit should mean",
    "prove": "decide whether routes answer every request as the Ingresses did, and name the smallest that they do not",
    "replay": "ask real proxies the same, before and after a rewrite, and compare their answers",
    "facts": "write what must be known of all applications of a cluster to convert one of them",
    "pr": "commit the rewrite to a branch, and open or update one pull request that says what it means",
    "action": "what action.yml runs: inputs from the environment, results into the files of GitHub's runner",
    "cmp": "for Argo CD: render the working directory and convert what is rendered (docs/argocd.md)",
    "config": "about gatelift.yaml: 'config schema' prints its JSON Schema",
}


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; only ``command``'s own options are loaded, for each costs an import."""
    top = argparse.ArgumentParser(
        prog="gatelift",
        description="Lift Kubernetes Ingress to Gateway API: exact, explicit about every difference, "
        "refusing rather than guessing.",
        epilog="Exit codes: 0 done, 1 --check would change something, 2 something was refused or withdrawn, 3 usage or "
        "configuration, 4 unreadable input, 5 a proof disagrees, 6 environment, 70 a fault of gatelift's own "
        "(docs/exit-codes.md).",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"gatelift {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        if command in (None, name):
            import_module(f"gatelift.cli.{name}").arguments(sub)
    return top


def main(argv: Sequence[str]) -> Exit:
    """Run one command. Returns its exit code; ``SystemExit`` leaves only for ``--help`` and ``--version``."""
    wanted = next((word for word in argv if not word.startswith("-")), "")
    try:
        arguments = parser(wanted if wanted in COMMANDS else "").parse_args(list(argv))
    except SystemExit as stop:
        if stop.code in (0, None):
            raise
        return Exit.USAGE
    try:
        code: Exit = import_module(f"gatelift.cli.{arguments.command}").run(arguments)
        return code
    except UsageError as error:
        findings: tuple[Finding, ...] = getattr(error, "findings", (error.finding,))
        return complain(findings, Exit.USAGE)
    except InputError as error:
        return complain((error.finding,), Exit.UNREADABLE)
    except EnvironmentProblem as error:
        return complain((error.finding,), Exit.ENVIRONMENT)


def complain(findings: Sequence[Finding], code: Exit) -> Exit:
    """Print findings on standard error."""
    from gatelift.report.text import render_findings

    say(render_findings(findings))
    return code


def run() -> None:
    """The entry point of the command ``gatelift``."""
    # One run makes no garbage worth collecting; looking for it costs a tenth of the time, and more with every object.
    gc.disable()
    _stand_in()
    code: int
    try:
        code = main(sys.argv[1:])
    except SystemExit as stop:  # --help and --version
        code = int(stop.code or 0)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (head, less): nobody is left to tell.
        code = Exit.DONE
        discard(1)
    except Exception:  # the last line of defence: our fault, said so, with what a report needs
        import traceback

        say(traceback.format_exc())
        say("gatelift: this is a fault of gatelift's own; no file is left half written. Please report it.\n")
        code = Exit.FAULT
    sys.exit(_flushed(int(code)))


def _stand_in() -> None:
    """Python has no stream where a descriptor is closed, and a file opened later would get its number."""
    for number in (1, 2):
        try:
            os.fstat(number)
        except OSError:
            discard(number)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the whole run


def _flushed(code: int) -> int:
    """The exit code, after what is left was written; Python itself would complain of what cannot be."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        discard(1)
    except OSError:
        discard(1)
        return code or int(Exit.ENVIRONMENT)
    return code
