"""The operator: whoever starts gatelift, by flags and environment. What the operator says outranks the repository.

Pure: the environment is a mapping that the caller passes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec

from gatelift.config.gateway import GatewayRef, parse_gateway
from gatelift.config.model import Config, Override, Phase
from gatelift.config.problems import ConfigError, error, refuse
from gatelift.config.target import TargetSpec, parse_target
from gatelift.config.words import nearest, quote, suggest
from gatelift.findings import Finding, Place

_PREFIX = "GATELIFT_"
_T = TypeVar("_T")


class Variable(msgspec.Struct, frozen=True):
    """One environment variable: its name, the flag that outranks it, and what it does."""

    name: str
    flag: str
    doc: str


VARIABLES = (
    Variable("GATELIFT_CONFIG", "--config FILE", "Configuration to read instead of the repository's `gatelift.yaml`."),
    Variable("GATELIFT_GATEWAY", "--gateway NS/NAME[/LISTENER]", "Parent of every route, whatever its class and root."),
    Variable("GATELIFT_TARGET", "--target TARGET", "A name, or `gatewayAPI=1.5,channel=standard,envoyGateway=1.8`."),
    Variable("GATELIFT_PHASE", "--phase PHASE", "Phase of every root."),
    Variable("GATELIFT_LOCK", "--lock KEY[,KEY]", "Top-level keys that no file may set. Flag and variable add up."),
)


class Operator(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What flags and environment say. None leaves a setting to the repository; ``lock`` is sorted."""

    gateway: GatewayRef | None = None
    target: TargetSpec | None = None
    phase: Phase | None = None
    config: str | None = None
    lock: tuple[str, ...] = ()


def parse_phase(text: str, source: str = "--phase") -> Phase:
    """Read a phase. ``source`` is the flag or variable that ``text`` came from. Raises ConfigError."""
    if text not in {str(phase) for phase in Phase}:
        raise refuse("bad-value", f"{quote(text)} is no phase", suggest(text, Phase), Place(source))
    return Phase(text)


def parse_lock(text: str, source: str = "--lock") -> tuple[str, ...]:
    """Read ``KEY[,KEY]``, top-level keys of ``gatelift.yaml``. Raises ConfigError for a key that there is not."""
    from gatelift.config.check import keys

    known = keys()
    locked = {part.strip() for part in text.split(",")} - {""}
    for key in sorted(locked - set(known)):
        raise refuse("unknown-key", f"{quote(key)} is no key to lock", suggest(key, known), Place(source))
    return tuple(sorted(locked))


def operator(
    environment: Mapping[str, str],
    *,
    gateway: str | None = None,
    target: str | None = None,
    phase: str | None = None,
    config: str | None = None,
    lock: Iterable[str] = (),
) -> Operator:
    """What the operator says: flags (the keyword arguments, None for one not given) before ``GATELIFT_*`` variables.

    An empty variable is one that is not set. Raises ConfigError, with every problem, for wrong values and for variables
    that are probably misspelt; variables of other meaning (Kubernetes sets some for a Service called gatelift) pass.
    """
    problems: list[Finding] = []

    def read(flag: str | None, name: str, parse: Callable[[str, str], _T]) -> _T | None:
        variable = f"{_PREFIX}{name.upper()}"
        text, source = (flag, f"--{name}") if flag is not None else (environment.get(variable, ""), variable)
        if not text and flag is None:
            return None
        try:
            return parse(text, source)
        except ConfigError as failure:
            problems.extend(failure.findings)
            return None

    problems.extend(_misspelt(environment))
    locks = [read(text, "lock", parse_lock) for text in lock] + [read(None, "lock", parse_lock)]
    told = Operator(
        gateway=read(gateway, "gateway", parse_gateway),
        target=read(target, "target", parse_target),
        phase=read(phase, "phase", parse_phase),
        config=config if config is not None else environment.get("GATELIFT_CONFIG") or None,
        lock=tuple(sorted({key for keys in locks for key in keys or ()})),
    )
    if problems:
        raise ConfigError(tuple(problems))
    return told


def _misspelt(environment: Mapping[str, str]) -> Iterator[Finding]:
    # A lock that is misspelt would be no lock.
    known = {variable.name for variable in VARIABLES}
    for name in sorted(environment):
        if not name.startswith(_PREFIX) or name in known or not environment[name]:
            continue
        near = nearest(name.removeprefix(_PREFIX), [each.removeprefix(_PREFIX) for each in sorted(known)], cutoff=0.8)
        if near is not None:
            message = f"the environment variable {quote(name)} means nothing to gatelift"
            yield error("unknown-variable", message, f"Did you mean {_PREFIX}{near}?", Place(_PREFIX + "*"))


def merge(repository: Config, told: Operator) -> Config:
    """The configuration of the repository with what the operator says put first.

    The operator's gateway and phase hold for every root and class, so those of classes, overrides and ``phases`` go.
    """
    overrides = repository.overrides
    changes: dict[str, object] = {}
    if told.gateway is not None:
        changes["gateway"] = told.gateway
        changes["classes"] = tuple(msgspec.structs.replace(entry, gateway=None) for entry in repository.classes)
        overrides = tuple(msgspec.structs.replace(entry, gateway=None) for entry in overrides)
    if told.phase is not None:
        changes["phase"] = told.phase
        changes["phases"] = ()
        overrides = tuple(msgspec.structs.replace(entry, phase=None) for entry in overrides)
    if told.target is not None:
        changes["target"] = told.target
    changes["overrides"] = tuple(entry for entry in overrides if _says_something(entry))
    return msgspec.structs.replace(repository, **changes)


def _says_something(override: Override) -> bool:
    return override.gateway is not None or override.phase is not None
