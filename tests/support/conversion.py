"""A whole conversion as a library call: texts in, everything that the layers made of them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.config import Config, parse_gateway
from gatelift.config.model import IngressClass, Listeners, Phase, WrittenGateway
from gatelift.config.target import parse_target
from gatelift.expected.context import Context, Inputs, gather
from gatelift.expected.expected import Change, Expected, expected
from gatelift.expected.facts import Facts
from gatelift.expected.judge import judge
from gatelift.gateway.naming import Naming
from gatelift.sources.output import stream_text
from gatelift.sources.plain import Manifests, manifests
from gatelift.sources.streams import Reading, read
from gatelift.targets.registry import resolve

Json = Any
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Setup:
    """Everything that a run is told besides its input."""

    target: str = "envoy-gateway"
    phase: Phase = Phase.RETIRE
    gateway: str = "infra/shared/https"
    settings: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    decide: Mapping[str, str] = field(default_factory=dict)
    accept: tuple[str, ...] = ()
    naming: Naming = Naming.BY_HOST
    listeners: Listeners = Listeners.EXISTING
    facts: Facts | None = None
    classes: tuple[IngressClass, ...] = ()

    def at(self, phase: Phase) -> Setup:
        return replace(self, phase=phase)


@dataclass(frozen=True)
class Conversion:
    """What each layer made of the input."""

    setup: Setup
    reading: Reading
    found: Manifests
    context: Context
    result: Expected

    @property
    def text(self) -> str:
        """The stream that ``convert`` prints."""
        return stream_text(self.reading, self.result)

    @property
    def emitted(self) -> list[Manifest]:
        """All new objects."""
        return [*(item for change in self.result.changes for item in change.emitted), *self.result.shared]

    @property
    def changes(self) -> Mapping[tuple[str, str], Change]:
        """The changes by (namespace, name)."""
        return {(change.ingress.ref.namespace, change.ingress.ref.name): change for change in self.result.changes}


def convert(text: str, setup: Setup) -> Conversion:
    """Convert one stream, as if it came on standard input."""
    return convert_read(read(["-"], stdin=[text.encode()]), setup)


def convert_files(paths: list[str], setup: Setup) -> Conversion:
    """Convert files and directories."""
    return convert_read(read(paths), setup)


def convert_read(reading: Reading, setup: Setup) -> Conversion:
    """Convert what was read. Raises ``UsageError`` as the command does."""
    gateway = parse_gateway(setup.gateway)
    written = WrittenGateway(f"{gateway.namespace}/{gateway.name}", "eg")
    config = Config(
        gateway=gateway,
        classes=setup.classes,
        target=parse_target(setup.target),
        listeners=setup.listeners,
        gateways=(written,) if setup.listeners is Listeners.GATEWAY else (),
    )
    found = manifests(reading)
    rulings = Rulings(
        controller=Controller.parse(setup.settings, setup.flags),
        decide=setup.decide,
        accept=dict.fromkeys(setup.accept, "a reason"),
        secrets=found.inventory.secrets,
        config_maps=found.inventory.config_maps,
        header_maps=found.inventory.header_maps,
    )
    inputs = Inputs(
        ingresses=found.ingresses,
        resources=found.resources,
        inventory=found.inventory,
        config=config,
        rulings=rulings,
        target=resolve(config.target),
        naming=setup.naming,
        given=setup.facts,
    )
    context = gather(inputs)
    judged = judge(found.ingresses, context, setup.phase, found.suspects)
    result = expected(found.ingresses, setup.phase, context, judged)
    return Conversion(setup, reading, found, context, result)
