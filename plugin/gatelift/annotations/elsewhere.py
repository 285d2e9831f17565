"""What the families of other controllers share: a table of settings, and what is said about each.

ingress-nginx reads none of these keys, so on an Ingress that it serves they do nothing, and a route without them
answers as ingress-nginx does. But where a key restricts who may come in, whoever wrote it counts on it, and another
controller may serve the Ingress too, or have served it: such a key is refused by name, and the route is withheld until
somebody removes or accepts it. On an Ingress of the other controller nothing is translated, and the same sentences tell
what a person would write.

None of them is carried to a route: several of these controllers read their annotations on HTTPRoutes too, and what is
asleep must stay asleep (T41).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

import msgspec

from gatelift.annotations.unit import Case, Inert, Refused, Result, Unit, UnitContext
from gatelift.intent.base import Risk

ACCESS = re.compile(
    r"auth|allow|deny|white|black|block|cidr|source-range|ip-?list|acl|waf|shield|secur|secret|limit|throttl|jwt|oidc"
    r"|iap|mtls|mutual|client-?c|verify|middleware|plugin|polic|filter|snippet|config-|scheme|private|internal|frontend"
    r"|backend-config"
)
"""Words in keys that speak of who may come in, or that name an object which may: for keys that no table holds."""


class Setting(msgspec.Struct, frozen=True):
    """A key of another controller: what it sets there, and what replaces it on Gateway API; both read after a
    colon.

    ``restricts``: whether it decides who may come in, or may name something that does.
    """

    meaning: str
    instead: str
    restricts: bool = False


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of one controller: its name in a sentence, how its keys begin, its settings, what to say of others.

    ``settings``: full key, or a beginning and ``*``. ``instead``: what to say of a key that the table does not hold.
    """

    owner: str
    prefixes: tuple[str, ...]
    settings: Mapping[str, Setting]
    instead: str

    def setting(self, key: str) -> Setting:
        """What is said of ``key``: its own entry, else that of the longest beginning, else that of the family."""
        if key in self.settings:
            return self.settings[key]
        beginnings = [name for name in self.settings if name.endswith("*") and key.startswith(name[:-1])]
        if beginnings:
            return self.settings[max(beginnings, key=len)]
        name = key.partition("/")[2].lower()
        return Setting("a setting that gatelift does not know by name", self.instead, ACCESS.search(name) is not None)

    def read(self, value: str, context: UnitContext) -> Result:
        """Inert, or refused where it restricts; the value, which may be anything, is not shown."""
        setting = self.setting(context.key)
        if not value.strip():
            return Inert(f"it is for {self.owner}, and is empty")
        said = (
            f"it is for {self.owner}, and this ingress-nginx does not read it (what it sets there: {setting.meaning})"
        )
        if not setting.restricts:
            return Inert(f"{said}. On Gateway API: {setting.instead}")
        return Refused(
            f"{said}. It may decide who comes in, and is either left over, or another controller serves this Ingress "
            "too",
            f"if it is left over, remove it; if it is wanted, on Gateway API: {setting.instead}; if nobody counts on "
            f"it, name {context.key} under accept: with the reason",
            Risk.SECURITY,
        )

    def about(self) -> Mapping[str, str]:
        """Key -> what is said of it where nothing is translated."""
        found = {name: self._sentence(setting) for name, setting in self.settings.items()}
        rest = Setting("a setting that gatelift does not know by name", self.instead)
        return {**{f"{prefix}*": self._sentence(rest) for prefix in self.prefixes if prefix.endswith("/")}, **found}

    def _sentence(self, setting: Setting) -> str:
        return f"What it sets for {self.owner}: {setting.meaning}. On Gateway API: {setting.instead}"


def unit(family: Family, summary: str, source: str, cases: tuple[Case, ...]) -> Unit:
    """The unit of a family; it claims every key that begins as the family's keys do."""
    about = family.about()
    return Unit(
        names=tuple(about),
        risk=Risk.SECURITY,
        read=partial(Family.read, family),
        summary=summary,
        source=source,
        cases=cases,
        about=about,
    )


def prefixed(prefix: str, settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """``settings`` with their keys in full."""
    return {prefix + name: setting for name, setting in settings.items()}


def idle(name: str, value: str, part: str) -> Case:
    """A case of a key that does nothing on an Ingress of ingress-nginx; ``part`` of what is said."""
    return Case(name=name, value=value, expect=Inert(part))


def guarded(name: str, value: str, part: str) -> Case:
    """A case of a key that is refused because it restricts; ``part`` of what is said."""
    return Case(name=name, value=value, expect=Refused(part, "remove", Risk.SECURITY))
