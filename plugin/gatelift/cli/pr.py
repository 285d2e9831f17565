"""``gatelift pr``: the rewrite as one commit on a branch of the forge, and one pull request that says what it means."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from gatelift.cli.files import out, say, write_file
from gatelift.cli.options import add_settings
from gatelift.cli.planning import account, add_account, add_path, add_phase, add_planning, add_replay, codes, plan
from gatelift.findings import EnvironmentProblem, Exit, Finding, Severity, strongest

BRANCH = "gatelift/gateway-api"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    add_replay(parser)
    parser.add_argument("--branch", default=BRANCH, help=f"the branch to write (default: {BRANCH})")
    parser.add_argument("--base", default="", help="the branch to merge into (default: the repository's own)")
    parser.add_argument("--title", default="", help="the title (default: what the phase does)")
    parser.add_argument("--labels", default="", metavar="A,B", help="labels for a pull request that is opened")
    parser.add_argument(
        "--draft",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="open as a draft (default: as long as something differs, is refused or is not proved)",
    )
    parser.add_argument("--author", default="", metavar="NAME <ADDRESS>", help="whom the commit names")
    parser.add_argument("--dry-run", action="store_true", help="only read, and print what would be sent")
    add_account(parser)


def run(arguments: argparse.Namespace) -> Exit:
    """Plan, publish, account. The forge comes from ``GITHUB_*``, the token from ``GITHUB_TOKEN``."""
    require_extra()
    from gatelift.cli.publishing import calls, credentials, published, request_of, told
    from gatelift.report.planned import encode
    from gatelift.report.text import render_findings

    # Before planning, which takes long: a mistake here shows at once.
    where, token = credentials(optional=arguments.dry_run)
    request = request_of(arguments)
    made = plan(arguments)
    if arguments.report:
        write_file(arguments.report, encode(made.plan), "report")
    found = codes(made, arguments.allow_refused)
    if made.plan.disagrees:
        account(made, wrote=False, quiet=arguments.quiet)
        return strongest(found)
    done = published(made, request, where, token, arguments.dry_run)
    account(made, wrote=False, quiet=arguments.quiet)
    say(render_findings(done.findings))
    out(calls(done) + told(done, arguments.dry_run))
    return strongest(found)


def require_extra() -> None:
    """Raise ``EnvironmentProblem`` where what publishing takes is not installed."""
    gone = [name for module, name in (("git", "GitPython"), ("jinja2", "Jinja2")) if find_spec(module) is None]
    if gone:
        message = f"{' and '.join(gone)} not installed, which pull requests are made with"
        fix = "pip install 'gatelift[pr]'"
        raise EnvironmentProblem(Finding("environment/extra", Severity.ERROR, message, fix))
