"""What every command that converts does first: settings, reading, and the context of all Ingresses."""

from __future__ import annotations

import argparse

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.cli.options import base, configuration, controller, inputs, rulings
from gatelift.config import Config
from gatelift.expected.context import Context, Inputs, gather
from gatelift.expected.facts import Facts
from gatelift.findings import Exit, Finding
from gatelift.sources.controllers.offer import Seen, seen
from gatelift.sources.given import read_facts
from gatelift.sources.plain import Manifests, manifests
from gatelift.sources.streams import Reading, read
from gatelift.targets.registry import resolve


class Run(msgspec.Struct, frozen=True):
    """One run: its arguments, its settings, what was read, and what that says of controllers."""

    paths: tuple[str, ...]
    config: Config
    reading: Reading
    found: Manifests
    seen: Seen
    controller: Controller

    @property
    def codes(self) -> set[Exit]:
        """``UNREADABLE`` where something could not be read."""
        return {Exit.UNREADABLE} if self.reading.failed or self.found.failed else set()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong with the input."""
        return (*self.reading.findings, *self.found.findings, *self.seen.findings)


def begin(arguments: argparse.Namespace) -> Run:
    """Read the configuration and the manifests. Raises ``UsageError`` and ``InputError``."""
    paths = inputs(arguments)
    config = configuration(arguments, paths)
    reading = read(paths, base(arguments, config, paths))
    named = controller(arguments, config, paths)
    accepted = {entry.key for entry in config.accept}
    described = seen((stream.source for stream in reading.streams), named, accepted)
    return Run(tuple(paths), config, reading, manifests(reading), described, named)


def context_of(run: Run, given: Facts | None = None) -> Context:
    """What is known of all Ingresses together. Raises ``UsageError``."""
    found, inventory = run.found, run.found.inventory
    return gather(
        Inputs(
            ingresses=found.ingresses,
            resources=found.resources,
            inventory=inventory,
            config=run.config,
            rulings=rulings(run.controller, run.config, inventory),
            target=resolve(run.config.target),
            given=given,
            unnamed=run.seen.unnamed,
        )
    )


def facts_of(path: str | None) -> Facts | None:
    """What ``gatelift facts`` wrote before. Raises ``InputError``."""
    return None if path is None else read_facts(path)
