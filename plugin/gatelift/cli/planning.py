"""What ``plan``, ``rewrite``, ``verify`` and ``pr`` share: the tree, the settings, the engine, the plan."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.cli.options import CONFIG_MAP_HELP, configuration, controller
from gatelift.cli.run import facts_of
from gatelift.config import Config
from gatelift.config.model import Phase
from gatelift.gateway.naming import Naming
from gatelift.manifests.name_reference import name_reference
from gatelift.plan.building import Failed
from gatelift.plan.make import make_plan
from gatelift.plan.model import Plan
from gatelift.plan.request import Request
from gatelift.render.engines import Engine, kustomize_engine
from gatelift.render.kustomize import Job, build_all
from gatelift.render.scratch import scratch
from gatelift.repository.search import grep
from gatelift.repository.tree import Tree
from gatelift.repository.walk import Opened, open_tree
from gatelift.sources.files import SUFFIXES
from gatelift.sources.worlds import Settings
from gatelift.targets.registry import resolve

NAMES = (*SUFFIXES, "Kustomization")


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A plan, with what it was made from."""

    opened: Opened
    config: Config
    plan: Plan


def add_path(parser: argparse.ArgumentParser) -> None:
    """The PATH argument."""
    parser.add_argument(
        "path", nargs="?", default=".", metavar="PATH", help="the repository, or any folder of it (default: here)"
    )


def add_phase(parser: argparse.ArgumentParser) -> None:
    """How far to go."""
    parser.add_argument(
        "--phase",
        choices=[str(phase) for phase in Phase],
        help="coexist (default): routes beside each Ingress; cutover: DNS moves to them; retire: they replace it",
    )


def add_planning(parser: argparse.ArgumentParser) -> None:
    """Options of everything that plans."""
    parser.add_argument("--facts", metavar="FILE", help="what 'gatelift facts' wrote about all applications")
    parser.add_argument(
        "--kustomize", metavar="FILE", help="the kustomize or kubectl to build with, by its absolute path"
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="how many builds to run at once (default: one a processor)"
    )


def plan(arguments: argparse.Namespace, opened: Opened | None = None, tree: Tree | None = None) -> Planned:
    """Make the plan that ``arguments`` ask for. Raises ``UsageError``, ``InputError`` and ``EnvironmentProblem``.

    ``tree``: another state of the same repository, to plan for that.
    """
    opened = opened or open_tree(Path(arguments.path))
    tree = tree or opened.tree
    paths = [arguments.path]
    config = configuration(arguments, paths)
    request = _request(arguments, opened, tree, config, controller(arguments, config, paths))
    made = make_plan(request)
    return Planned(
        opened=opened,
        config=config,
        plan=msgspec.structs.replace(made, findings=(*opened.findings, *made.findings)),
    )


def _request(
    arguments: argparse.Namespace, opened: Opened, tree: Tree, config: Config, settings: Controller
) -> Request:
    engine = _Engine(arguments, config, opened.tree.root)
    return Request(
        tree=tree,
        settings=Settings(
            config=config,
            controller=settings,
            target=resolve(config.target),
            phase=config.phase or Phase.COEXIST,
            given=facts_of(arguments.facts),
            naming=Naming.BY_POSITION,
        ),
        find=lambda words: grep(tree, opened, words, NAMES),
        render=engine.render,
        engine=engine.name,
        references=name_reference(),
    )


class _Engine:
    """The engine, looked for when the first kustomization is to be built."""

    def __init__(self, arguments: argparse.Namespace, config: Config, root: str) -> None:
        self._arguments = arguments
        self._wanted = str(config.engine.kustomize)
        self._root = root
        self._found: Engine | None = None

    @property
    def name(self) -> str:
        return ""

    def render(self, tree: Tree, files: Collection[str], folders: Sequence[str]) -> Mapping[str, str | Failed]:
        if self._found is None:
            self._found = kustomize_engine(self._wanted, os.environ, self._arguments.kustomize, repository=self._root)
        with scratch(tree, files) as root:
            jobs = [Job(name=folder, root=root, folder=folder) for folder in folders]
            built = build_all(self._found, jobs, self._arguments.jobs)
        return {folder: item.text if item.text is not None else Failed(item.error) for folder, item in built.items()}


__all__ = ["CONFIG_MAP_HELP", "Planned", "add_path", "add_phase", "add_planning", "plan"]
