"""What a unit is: one annotation, a pure reading of its value, its document and its cases.

A unit sees a value and a ``UnitContext``: no YAML, no file, no target. It answers with one of three results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.config.decide import DecideOption
from gatelift.ingress.model import Ingress, IngressRef, IngressRule, PathType
from gatelift.intent.base import Intent, Risk
from gatelift.manifests.resource import Provenance

NGINX = "nginx.ingress.kubernetes.io/"


class Translated(msgspec.Struct, frozen=True):
    """The value means ``intents``. ``differs``: what the translation cannot keep whatever the target, in one sentence.

    No intents at all: the value asks for what every gateway does anyway (say so in the unit's document).
    """

    intents: tuple[Intent, ...] = ()
    differs: str = ""


class Inert(msgspec.Struct, frozen=True):
    """The annotation does nothing today, because of ``why`` (trap T41). It is never made to do something.

    ``fallback``: ingress-nginx cannot read the value, and goes on as if the annotation were missing, so that the
    controller's own setting stands in for it.
    """

    why: str
    fallback: bool = False


class Refused(msgspec.Struct, frozen=True):
    """No translation: ``why``, and ``todo``, what to do instead. ``risk`` overrides the unit's own where it is set.

    ``not_loaded``: because of the value ingress-nginx drops the whole Ingress, so that a route would open what serves
    nothing today (T42): it withholds, whatever the unit's risk.
    """

    why: str
    todo: str
    risk: Risk | None = None
    not_loaded: bool = False


Result: TypeAlias = Translated | Inert | Refused


class UnitContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit may ask about besides its own value: its Ingress, the controller's settings, what was decided."""

    ingress: Ingress
    controller: Controller
    key: str = ""
    """The full key that is being read."""
    decide: Mapping[str, str] = msgspec.field(default_factory=dict)
    secrets: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    """The Secrets seen, ``namespace/name`` -> the names of their keys. Never a value."""
    config_maps: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    header_maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """The ConfigMaps seen that could hold headers, ``namespace/name`` -> header -> value."""

    def value(self, name: str) -> str | None:
        """The value of another nginx annotation of the same Ingress, ``None`` where it is missing or empty.

        ``name`` is the key without its prefix. Where the annotation is missing, the controller's own setting that
        stands in for it is *not* consulted: units declare that through ``setting``.
        """
        return self.ingress.annotations.get(self.controller.annotations_prefix + name) or None

    def enabled(self, name: str) -> bool:
        """Whether another nginx annotation is present and true."""
        return parse_bool(self.value(name) or "") is True


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One annotation. ``names`` holds more than one only where one reading serves several keys.

    - ``names``: the keys, in the nginx family without its prefix.
    - ``risk``: what its refusal blocks.
    - ``read``: value, context -> result; pure.
    - ``setting``: the controller's ConfigMap key that stands in where the annotation is missing or cannot be read.
    - ``source``: the upstream document that says what the annotation means.
    - ``decide``: the options that it offers under ``decide:`` in the configuration.
    - ``aliases``: other spellings, without the prefix, that upstream accepts; the first one present wins.
    - ``about``: what is to be said of single ``names``, where a unit has many.
    """

    names: tuple[str, ...]
    risk: Risk
    read: Callable[[str, UnitContext], Result]
    source: str
    summary: str
    cases: tuple[Case, ...]
    setting: str = ""
    aliases: tuple[str, ...] = ()
    decide: tuple[DecideOption, ...] = ()
    reads_empty: bool = False
    """Whether ingress-nginx acts on an empty value too; for all others it means that the annotation is not set."""
    about: Mapping[str, str] = msgspec.field(default_factory=dict)
    total: bool = False
    """Whether every value is accepted; only then may the cases hold no refusal and nothing inert."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An example that is also a test: ``value`` under ``siblings`` reads as ``expect``.

    Of a refusal or something inert, ``expect`` need only hold a part of each sentence.
    """

    value: str
    expect: Result
    siblings: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Further nginx annotations, without the prefix."""
    decide: Mapping[str, str] = msgspec.field(default_factory=dict)
    controller: Mapping[str, str] = msgspec.field(default_factory=dict)
    """ConfigMap settings."""
    flags: tuple[str, ...] = ()
    """Controller flags, such as ``--enable-ssl-passthrough``."""
    secrets: Mapping[str, frozenset[str]] = msgspec.field(default_factory=dict)
    config_maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """ConfigMaps of headers, ``namespace/name`` -> header -> value; without any where it holds something else."""
    paths: tuple[str, ...] = ("/",)
    path_type: PathType = PathType.PREFIX
    host: str | None = "shop.example.com"
    name: str = ""
    """The key, where the unit has several ``names``; in full, with its ``/``, outside the nginx family."""


def case_context(unit: Unit, case: Case) -> UnitContext:
    """The context in which a case is read: one Ingress ``shop/web`` with the case's paths and annotations."""
    from gatelift.ingress.model import Backend, IngressPath  # only cases need them

    controller = Controller.parse(case.controller, case.flags)
    annotations = {controller.annotations_prefix + name: value for name, value in case.siblings.items()}
    name = case.name or unit.names[0]
    key = name if "/" in name else controller.annotations_prefix + name
    annotations[key] = case.value
    ingress = Ingress(
        ref=IngressRef("shop", "web"),
        api_version="networking.k8s.io/v1",
        class_name="nginx",
        labels={},
        annotations=annotations,
        default_backend=None,
        rules=(
            IngressRule(
                case.host,
                tuple(IngressPath(path, case.path_type, Backend("web", 80, ""), "") for path in case.paths),
                "",
            ),
        ),
        tls=(),
        leaves=(),
        provenance=Provenance("", "case.yaml"),
    )
    return UnitContext(
        ingress=ingress,
        controller=controller,
        key=key,
        decide=case.decide,
        secrets=case.secrets,
        config_maps={name: frozenset(data) or frozenset({"file"}) for name, data in case.config_maps.items()},
        header_maps={name: data for name, data in case.config_maps.items() if data},
    )


TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})


def parse_bool(value: str) -> bool | None:
    """Go's ``strconv.ParseBool``, as ingress-nginx reads booleans; ``None`` for anything else (``yes``, ``on``)."""
    if value in TRUE:
        return True
    return False if value in FALSE else None


def not_bool(value: str) -> Inert:
    """What ingress-nginx does with a boolean it cannot read: log it, and go on as if the annotation were missing."""
    return Inert(f"{shown(value)} is no boolean to ingress-nginx, which falls back to its default", fallback=True)


def shown(value: str, limit: int = 60) -> str:
    """A value as it may stand in a message: quoted, control characters escaped, cut at ``limit`` characters."""
    text = value if len(value) <= limit else value[: limit - 1] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text) + "'"


def parse_int(value: str) -> int | None:
    """Go's ``strconv.Atoi``: an optional sign and ASCII digits, 64 bits; ``None`` for anything else."""
    digits = value[1:] if value[:1] in ("+", "-") else value
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19:
        return None
    number = int(value)
    return number if -(2**63) <= number < 2**63 else None


def csv(value: str) -> tuple[str, ...]:
    """The trimmed, non-empty items of a comma-separated list."""
    return tuple(item for item in (part.strip() for part in value.split(",")) if item)
