"""What gatelift knows of one key of the controller's ConfigMap.

Source of names and defaults: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/ and
internal/ingress/controller/config/config.go of ingress-nginx v1.15.1.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from gatelift.annotations.unit import parse_bool, parse_int
from gatelift.intent.base import Risk


class Effect(StrEnum):
    """What becomes of a setting that is not what it is by default."""

    UNIT = "unit"
    """It stands in for the annotation of the same name, whose unit reads it."""
    READ = "read"
    """It is read where it matters: redirects, headers, whether annotations are loaded at all."""
    EVERYWHERE = "everywhere"
    """It acts on every Ingress, and is translated for each (``everywhere.py``)."""
    OWN = "own"
    """It concerns the controller's own running."""
    DIFFERS = "differs"
    """What it changed is gone, and no access depends on it."""
    REFUSED = "refused"
    """It acts on every Ingress, and none of them may be opened without it."""


class Setting(msgspec.Struct, frozen=True):
    """One key: its value in v1.15.1, and what becomes of another one.

    ``text`` says what is lost or why, ``todo`` what to do, naming the field that brings it back where there is one.
    """

    name: str
    default: str
    effect: Effect
    text: str = ""
    todo: str = ""
    risk: Risk = Risk.TRAFFIC


def unit(name: str, default: str, text: str = "") -> Setting:
    """A setting that stands in for the annotation ``name``; ``text`` is said while that has no unit."""
    return Setting(name, default, Effect.UNIT, text)


def is_read(name: str, default: str = "") -> Setting:
    """A setting that is read where it matters."""
    return Setting(name, default, Effect.READ)


def everywhere(name: str, default: str = "") -> Setting:
    """A setting that is translated for every Ingress."""
    return Setting(name, default, Effect.EVERYWHERE)


def own(*names: str) -> tuple[Setting, ...]:
    """Settings of the controller's own running, whatever their value."""
    return tuple(Setting(name, "", Effect.OWN) for name in names)


def changed(name: str, default: str, text: str, todo: str = "") -> Setting:
    """A setting without which something other than access changes."""
    return Setting(name, default, Effect.DIFFERS, text, todo)


def refusing(name: str, text: str, todo: str, risk: Risk = Risk.SECURITY, default: str = "") -> Setting:
    """A setting without which no Ingress is opened."""
    return Setting(name, default, Effect.REFUSED, text, todo, risk)


def is_default(setting: Setting, value: str) -> bool:
    """Whether ``value`` says what holds anyway, read as a boolean, a number or words."""
    text, default = value.strip(), setting.default
    if text == default:
        return True
    wanted = parse_bool(default)
    if wanted is not None and default not in ("0", "1"):
        return parse_bool(text) is wanted
    number = parse_int(default)
    if number is not None:
        return parse_int(text) == number
    return bool(default) and text.replace(",", " ").split() == default.replace(",", " ").split()
