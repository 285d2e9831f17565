"""``gatelift replay``: real proxies, before and after a rewrite, asked the same and held against each other."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gatelift.cli.files import out, say
from gatelift.cli.options import add_settings
from gatelift.cli.planning import add_path, add_phase, add_planning, columns, plan_at
from gatelift.cli.replay_results import results_of
from gatelift.cli.run import begin, context_of, facts_of
from gatelift.config.search import FILE_NAME
from gatelift.findings import EnvironmentProblem, Exit, Finding, InputError, Place, Severity, UsageError
from gatelift.report.safe import harmless
from gatelift.repository.revision import open_at
from gatelift.repository.tree import Tree
from gatelift.repository.walk import Opened, open_tree

if TYPE_CHECKING:
    from gatelift.replay.access_log import Logged
    from gatelift.replay.case import Options, Sides
    from gatelift.replay.present.model import ReplayReport
    from gatelift.replay.side import Start
    from gatelift.replay.worlds import Cluster

REQUESTS = 2000
_MOST = 100_000
SECONDS = 600
"""How long all replays of a command may take together, unless somebody says otherwise."""
_MOST_SECONDS = 3600
_LONGEST_LOG = 1 << 30
_SNIPPETS = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
_EXTRA = "pip install 'gatelift[replay]'"


class Bounds(msgspec.Struct, frozen=True):
    """How many requests each cluster may get, and how many seconds all may take together."""

    requests: int = REQUESTS
    timeout: int = SECONDS

    def check(self, prefix: str) -> None:
        """Raises ``UsageError`` for numbers that are out of bounds; ``prefix``: how the options begin."""
        for name, number, most in (("requests", self.requests, _MOST), ("timeout", self.timeout, _MOST_SECONDS)):
            if not 0 < number <= most:
                raise _usage(f"{prefix}{name} {number} is no number from 1 to {most}", "give such a number")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    parser.add_argument(
        "--against", metavar="REV", help="compare the work tree as it is with the Ingresses of this commit"
    )
    parser.add_argument("--old", metavar="FILE", help="manifests before, instead of a repository")
    parser.add_argument("--new", metavar="FILE", help="manifests after; goes with --old")
    parser.add_argument(
        "--requests",
        type=int,
        default=REQUESTS,
        metavar="N",
        help=f"how many requests at most for each cluster ({REQUESTS})",
    )
    seconds = f"how many seconds all clusters may take together ({SECONDS})"
    parser.add_argument("--timeout", type=int, default=SECONDS, metavar="S", help=seconds)
    parser.add_argument("--access-log", metavar="FILE", help="send its requests too: nginx's formats, or JSON lines")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which requests are left out beyond N (1)")
    parser.add_argument(
        "--before",
        choices=["nginx", "traefik", "both"],
        default="nginx",
        help="what answers for the Ingresses: nginx (default), Traefik's imitation of ingress-nginx, or both",
    )
    parser.add_argument("-o", "--output", choices=["text", "json", "html"], default="text", help="how to print it")


def run(arguments: argparse.Namespace) -> Exit:
    """Replay every cluster, print; 5 where something differs that nothing explains."""
    _check(arguments)
    require_extra(nginx=arguments.before != "traefik")
    from gatelift.replay.case import Options

    settings, found = _of_files(arguments) if arguments.old else _of_repository(arguments)
    options = Options(requests=arguments.requests, seed=arguments.seed, logged=_logged(arguments.access_log))
    made = asyncio.run(_replayed(found, sides(arguments.before, settings), options, arguments.timeout))
    _print(made, arguments.output)
    return Exit.DONE if made.holds else Exit.DISAGREES


def _check(arguments: argparse.Namespace) -> None:
    if bool(arguments.old) is not bool(arguments.new):
        raise _usage("--old and --new go together", "name the manifests before and the manifests after")
    if arguments.old and arguments.against:
        raise _usage("--against is about a repository, --old and --new are about files", "give one of both")
    if arguments.old and arguments.path != ".":
        message = "PATH is about a repository, --old and --new are about files"
        raise _usage(message, "give one of both", Place(arguments.path))
    Bounds(arguments.requests, arguments.timeout).check("--")


def _usage(message: str, fix: str, place: Place | None = None) -> UsageError:
    return UsageError(Finding("usage/replay", Severity.ERROR, message, fix, place))


def require_extra(*, nginx: bool = True) -> None:
    """Raise ``EnvironmentProblem`` with every part of the extra ``replay`` that is missing: planning takes long."""
    parts = {"cryptography": _cryptography, **({"nginx": _nginx} if nginx else {}), "Traefik": _traefik}
    gone = [name for name, needed in parts.items() if not _is_there(needed)]
    if gone:
        message = f"replay needs what is not installed, or not for this machine: {', '.join(gone)}"
        fix = f"run `{_EXTRA}`, then again"
        raise EnvironmentProblem(Finding("environment/replay", Severity.ERROR, message, fix))


def _is_there(needed: Callable[[], object]) -> bool:
    try:
        needed()
    except (ImportError, EnvironmentProblem):
        return False
    return True


def _cryptography() -> None:
    import_module("cryptography.x509")


def _nginx() -> None:
    from gatelift.replay.nginx.run import program

    asyncio.run(program())


def _traefik() -> None:
    from gatelift.replay.traefik import program

    program()


def _of_repository(arguments: argparse.Namespace) -> tuple[dict[str, str], Sequence[Cluster]]:
    from gatelift.replay.worlds import clusters

    opened, below, alone = _opened(Path(arguments.path))
    old = opened
    if arguments.against:
        if opened.git is None:
            message = "there is no commit to compare with: this is no git repository"
            raise _usage(message, "run it in a git repository, or give --old and --new", Place(opened.tree.root))
        at = open_at(opened.git, arguments.against)
        old = _within(at, below) if alone else at
    made = plan_at(arguments, opened, old)
    changes = {change.path: change.after for change in made.plan.files}
    new = opened.tree if arguments.against else opened.tree.changed(changes)
    found = clusters(made.request, new, made.plan, below)
    if arguments.against:
        found = tuple(item for item in found if _is_comparable(item, arguments.against))
    return dict(made.request.settings.controller.settings), found


def _is_comparable(item: Cluster, revision: str) -> bool:
    """Whether there is anything to hold the Ingresses against: routes, or the lack of what was there."""
    from gatelift.traffic.gateway.listeners import ROUTES

    if item.changed or any(each.get("kind") in ROUTES for each in item.case.after):
        return True
    name = f"{harmless(item.scope)}: " if item.scope else ""
    say(f"{name}not replayed: it has no routes, and nothing in it differs from {harmless(revision)}\n")
    return False


def _opened(path: Path) -> tuple[Opened, str, bool]:
    """The repository of ``path``, its folder there, and whether that stands alone, for it has a gatelift.yaml."""
    opened = open_tree(path)
    folder = path if path.is_dir() else path.parent
    below = Path(os.path.relpath(folder.resolve(), Path(opened.tree.root).resolve())).as_posix()
    if below == "." or not (folder / FILE_NAME).is_file():
        return opened, "" if below == "." else below, False
    return _within(opened, below), below, True


def _within(opened: Opened, folder: str) -> Opened:
    """``opened`` with nothing but what lies below ``folder``."""
    tree = opened.tree
    links = {path: to for path, to in tree.links.items() if path.startswith(f"{folder}/")}
    unfollowed = [path for path in tree.unfollowed if path.startswith(f"{folder}/")]
    return msgspec.structs.replace(
        opened, tree=Tree(tree.root, tree.below(folder), tree.read, links, tree.changes, unfollowed)
    )


def _of_files(arguments: argparse.Namespace) -> tuple[dict[str, str], Sequence[Cluster]]:
    """Two streams of manifests as one cluster; the ledger is that of a conversion of the first."""
    from gatelift.config.model import Phase
    from gatelift.expected.expected import expected
    from gatelift.expected.judge import judge
    from gatelift.replay.worlds import Cluster
    from gatelift.traffic.case import cases_of

    old = begin(argparse.Namespace(**{**vars(arguments), "paths": [arguments.old]}))
    new = begin(argparse.Namespace(**{**vars(arguments), "paths": [arguments.new]}))
    for made in (old, new):
        broken = next((item for item in made.findings if item.severity is Severity.ERROR), None)
        if broken is not None:
            raise InputError(broken)
    context = context_of(old, facts_of(arguments.facts))
    phase = old.config.phase or Phase.COEXIST
    found = old.found
    result = expected(found.ingresses, phase, context, judge(found.ingresses, context, phase, found.suspects))
    cases = cases_of(found.resources, new.found.resources, result.changes, old.config)
    clusters = [
        Cluster(scope=f"class {name}" if len(cases) > 1 else "", roots=(), case=case)
        for name, case in sorted(cases.items())
    ]
    return dict(context.rulings.controller.settings), clusters


def _logged(path: str | None) -> tuple[Logged, ...]:
    """The requests of an access log, the most frequent first."""
    if path is None:
        return ()
    from gatelift.replay.access_log import lines_of, read_log

    try:
        if Path(path).stat().st_size > _LONGEST_LOG:
            raise _usage("the access log is larger than 1 GiB", "give a part of it", Place(path))
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            log = read_log(lines_of(file))
    except OSError as error:
        reason = (error.strerror or "failed").lower()
        raise _usage(f"the access log cannot be read: {reason}", "name a file that is there", Place(path)) from None
    if not log.requests:
        message = f"none of the {log.lines} lines of the access log is a request in a format that is known"
        raise _usage(message, "nginx's combined and ingress-nginx's format and JSON lines are", Place(path))
    if log.cut:
        say(f"{path}: only the first {log.lines} lines are read\n")
    if log.unread:
        say(f"{path}: {log.unread} of {log.lines} lines are no requests, and are passed over\n")
    return tuple(item for item, _ in log.requests)


def sides(before: str, settings: dict[str, str]) -> Sides:
    """How both sides are started; ``settings``: the controller's own, empty where nobody knows them."""
    from functools import partial

    from gatelift.replay.case import Sides
    from gatelift.replay.envoy.run import envoy, installed
    from gatelift.replay.model import Judge
    from gatelift.replay.nginx.run import nginx
    from gatelift.replay.traefik import traefik, traefik_as_nginx

    # Where nobody says whether the controller runs snippets, what they may do is told as not replayed.
    judges: dict[Judge, Start] = {
        Judge.NGINX: partial(nginx, settings=settings or _SNIPPETS),
        Judge.TRAEFIK: traefik_as_nginx,
    }
    wanted = {"nginx": [Judge.NGINX], "traefik": [Judge.TRAEFIK], "both": [Judge.NGINX, Judge.TRAEFIK]}[before]
    return Sides(judges={judge: judges[judge] for judge in wanted}, after=traefik, envoy=envoy if installed() else None)


async def _replayed(found: Sequence[Cluster], sides: Sides, options: Options, seconds: float = SECONDS) -> ReplayReport:
    from gatelift.replay.present.model import report, shown

    results = await results_of(found, sides, options, seconds)
    told = zip(found, results, strict=True)
    return report([shown(item.scope, result, item.roots, item.skipped) for item, result in told], options.seed)


def _print(made: ReplayReport, output: str) -> None:
    from gatelift.replay.present import html, text
    from gatelift.replay.present.model import encode

    if output == "json":
        out(encode(made))
    elif output == "html":
        out(html.render(made))
    elif sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        from gatelift.replay.present.table import render

        out(render(made, columns(sys.stdout)))
    else:
        out(text.render(made))
