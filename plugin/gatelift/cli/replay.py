"""``gatelift replay``: real proxies, before and after a rewrite, asked the same and held against each other."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gatelift.cli.clusters import Given, add_clusters, clusters_of
from gatelift.cli.files import out, say
from gatelift.cli.planning import columns
from gatelift.cli.replay_results import results_of
from gatelift.findings import EnvironmentProblem, Exit, Finding, Place, Severity, UsageError

if TYPE_CHECKING:
    from gatelift.replay.access_log import Logged
    from gatelift.replay.case import Options, Sides
    from gatelift.replay.present.model import ReplayReport
    from gatelift.replay.side import Start

REQUESTS = 2000
_MOST = 100_000
SECONDS = 600
"""How long all replays of a command may take together, unless somebody says otherwise."""
_MOST_SECONDS = 3600
_LONGEST_LOG = 1 << 30
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
    add_clusters(parser)
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
    Bounds(arguments.requests, arguments.timeout).check("--")
    require_extra(nginx=arguments.before != "traefik")
    from gatelift.replay.case import Options

    given = clusters_of(arguments)
    options = Options(requests=arguments.requests, seed=arguments.seed, logged=_logged(arguments.access_log))
    made = asyncio.run(_replayed(given, sides(arguments.before, given.settings), options, arguments.timeout))
    _print(made, arguments.output)
    return Exit.DONE if made.holds else Exit.DISAGREES


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
        fix = "name a file that is there"
        raise _usage(f"the access log cannot be read: {reason}", fix, Place(path)) from None
    if not log.requests:
        message = f"none of the {log.lines} lines of the access log is a request in a format that is known"
        raise _usage(message, "nginx's combined and ingress-nginx's format and JSON lines are", Place(path))
    if log.cut:
        say(f"{path}: only the first {log.lines} lines are read\n")
    if log.unread:
        say(f"{path}: {log.unread} of {log.lines} lines are no requests, and are passed over\n")
    return tuple(item for item, _ in log.requests)


def sides(before: str, settings: Mapping[str, str]) -> Sides:
    """How both sides are started; ``settings``: the controller's own, empty where nobody knows them."""
    from functools import partial

    from gatelift.replay.case import Sides
    from gatelift.replay.envoy.run import envoy, installed
    from gatelift.replay.model import Judge
    from gatelift.replay.nginx.run import nginx
    from gatelift.replay.traefik import traefik, traefik_as_nginx
    from gatelift.traffic.nginx.settings import ASSUMED

    judges: dict[Judge, Start] = {
        Judge.NGINX: partial(nginx, settings=settings or ASSUMED),
        Judge.TRAEFIK: traefik_as_nginx,
    }
    wanted = {"nginx": [Judge.NGINX], "traefik": [Judge.TRAEFIK], "both": [Judge.NGINX, Judge.TRAEFIK]}[before]
    return Sides(judges={judge: judges[judge] for judge in wanted}, after=traefik, envoy=envoy if installed() else None)


async def _replayed(given: Given, sides: Sides, options: Options, seconds: float = SECONDS) -> ReplayReport:
    from gatelift.replay.present.model import report, shown

    results = await results_of(given, sides, options, seconds)
    told = zip(given.clusters, results, strict=True)
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
