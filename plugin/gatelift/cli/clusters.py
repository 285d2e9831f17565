"""What ``replay`` and ``prove`` hold against each other: the clusters of a repository, or two files of manifests."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gatelift.cli.files import say
from gatelift.cli.options import add_settings
from gatelift.cli.planning import add_path, add_phase, add_planning, plan_at, requested
from gatelift.cli.run import begin, context_of, facts_of
from gatelift.config.search import FILE_NAME
from gatelift.findings import Finding, InputError, Place, Severity, UsageError
from gatelift.plan.clusters import Cluster, clusters, foreseen
from gatelift.plan.request import Request
from gatelift.report.safe import harmless
from gatelift.repository.revision import open_at
from gatelift.repository.tree import Tree
from gatelift.repository.walk import Opened, open_tree
from gatelift.sources.ours import WORD
from gatelift.sources.resigned import resigned
from gatelift.sources.worlds import Settings


def add_clusters(parser: argparse.ArgumentParser) -> None:
    """The options that say what is before and what is after."""
    add_path(parser)
    add_settings(parser)
    add_phase(parser)
    add_planning(parser)
    parser.add_argument(
        "--against", metavar="REV", help="compare the work tree as it is with the Ingresses of this commit"
    )
    parser.add_argument("--old", metavar="FILE", help="manifests before, instead of a repository")
    parser.add_argument("--new", metavar="FILE", help="manifests after; goes with --old")


class Given(msgspec.Struct, frozen=True):
    """What is held against each other: the controller's settings, whether routes run on Envoy Gateway, the clusters."""

    settings: Mapping[str, str]
    envoy_gateway: bool
    clusters: Sequence[Cluster]


def given_of(settings: Settings, found: Sequence[Cluster]) -> Given:
    """Clusters with what of the settings of a plan counts for them."""
    return Given(settings.controller.settings, settings.target.spec.envoy_gateway is not None, found)


def clusters_of(arguments: argparse.Namespace, *, planned: bool = True) -> Given:
    """What the options name. Raises ``UsageError``, ``InputError`` and whatever planning raises.

    ``planned``: of a repository, what a plan would write; else what its Ingresses become, however that is written.
    """
    _check(arguments)
    if arguments.old:
        return of_files(arguments)
    return of_repository(arguments) if planned else _foreseen(arguments)


def _check(arguments: argparse.Namespace) -> None:
    if bool(arguments.old) is not bool(arguments.new):
        raise _usage(arguments, "--old and --new go together", "name the manifests before and the manifests after")
    if arguments.old and arguments.against:
        raise _usage(arguments, "--against is about a repository, --old and --new are about files", "give one of both")
    if arguments.old and arguments.path != ".":
        message = "PATH is about a repository, --old and --new are about files"
        raise _usage(arguments, message, "give one of both", Place(arguments.path))


def _usage(arguments: argparse.Namespace, message: str, fix: str, place: Place | None = None) -> UsageError:
    return UsageError(Finding(f"usage/{arguments.command}", Severity.ERROR, message, fix, place))


def of_repository(arguments: argparse.Namespace) -> Given:
    """What a plan would write, or how the work tree differs from a commit (``--against``), cluster by cluster."""
    opened, old, below = _states(arguments)
    made = plan_at(arguments, opened, old)
    changes = {change.path: change.after for change in made.plan.files}
    new = opened.tree if arguments.against else opened.tree.changed(changes)
    found = clusters(made.request, new, made.plan, below)
    return given_of(made.request.settings, _comparable(found, arguments))


def _foreseen(arguments: argparse.Namespace) -> Given:
    """What Ingresses become; where a person edited what gatelift wrote for them, what stands there now."""
    opened, old, below = _states(arguments)
    with requested(arguments, opened, old) as asked:
        against = arguments.against is not None
        found = foreseen(asked.request, opened.tree, below) if against else _as_they_are(asked.request, below)
    return given_of(asked.request.settings, _comparable(found, arguments))


def _as_they_are(request: Request, below: str) -> tuple[Cluster, ...]:
    edited = resigned(request.tree, request.find((WORD,)))
    unedited = msgspec.structs.replace(request, tree=request.tree.changed(edited))
    found = foreseen(unedited, None, below)
    if not edited:
        return found
    # A cluster without routes was not rewritten yet: of that it counts what it becomes.
    real = {item.scope: item for item in foreseen(unedited, request.tree, below) if _has_routes(item)}
    return tuple(real.get(item.scope, item) for item in found)


def _has_routes(item: Cluster) -> bool:
    from gatelift.traffic.gateway.listeners import ROUTES

    return any(each.get("kind") in ROUTES for each in item.case.after)


def _states(arguments: argparse.Namespace) -> tuple[Opened, Opened, str]:
    """The work tree, what is before, and the folder that was asked for."""
    opened, below, alone = _opened(Path(arguments.path))
    if not arguments.against:
        return opened, opened, below
    if opened.git is None:
        message = "there is no commit to compare with: this is no git repository"
        fix = "run it in a git repository, or give --old and --new"
        raise _usage(arguments, message, fix, Place(opened.tree.root))
    at = open_at(opened.git, arguments.against)
    return opened, _within(at, below) if alone else at, below


def _comparable(found: Sequence[Cluster], arguments: argparse.Namespace) -> Sequence[Cluster]:
    return tuple(item for item in found if not arguments.against or _is_comparable(item, arguments))


def _is_comparable(item: Cluster, arguments: argparse.Namespace) -> bool:
    """Whether there is anything to hold the Ingresses against: routes, or the lack of what was there."""
    if item.changed or _has_routes(item):
        return True
    name = f"{harmless(item.scope)}: " if item.scope else ""
    done = "replayed" if arguments.command == "replay" else "proved"
    say(f"{name}not {done}: it has no routes, and nothing in it differs from {harmless(arguments.against)}\n")
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


def of_files(arguments: argparse.Namespace) -> Given:
    """Two streams of manifests as one cluster; the ledger is that of a conversion of the first."""
    from gatelift.config.model import Phase
    from gatelift.expected.expected import expected
    from gatelift.expected.judge import judge
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
    cases = cases_of(found.resources, [item.value for item in new.found.resources], result.changes, old.config)
    there = [
        Cluster(scope=f"class {name}" if len(cases) > 1 else "", roots=(), case=case)
        for name, case in sorted(cases.items())
    ]
    return Given(context.rulings.controller.settings, context.target.spec.envoy_gateway is not None, there)
