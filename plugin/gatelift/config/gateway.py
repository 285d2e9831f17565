"""The Gateway that routes name as their parent."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gatelift.config.problems import refuse
from gatelift.config.rules import LABEL, NAME, Label, Name, Rule
from gatelift.config.words import quote
from gatelift.findings import Place

_FORM = "Write NAMESPACE/NAME or NAMESPACE/NAME/LISTENER, for example infra/shared/https."


class GatewayRef(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """A Gateway of the platform team, and where only one of its listeners should serve the routes, that listener.

    https://gateway-api.sigs.k8s.io/reference/spec/#parentreference
    """

    name: Annotated[Name, msgspec.Meta(description="Name of the Gateway.")]
    namespace: Annotated[Label, msgspec.Meta(description="Namespace of the Gateway.")]
    section_name: Annotated[
        Name, msgspec.Meta(description="Name of one listener; without it, every listener that admits the route.")
    ] = ""

    @property
    def whole(self) -> str:
        """``NAMESPACE/NAME``: the Gateway itself, whichever listener."""
        return f"{self.namespace}/{self.name}"

    def __str__(self) -> str:
        """The form of the command line: ``NAMESPACE/NAME[/LISTENER]``."""
        return "/".join(part for part in (self.namespace, self.name, self.section_name) if part)


def parse_gateway(text: str, source: str = "--gateway") -> GatewayRef:
    """Read ``NAMESPACE/NAME[/LISTENER]``.

    ``source`` is the flag or variable that ``text`` came from. Raises ConfigError where the form or a name is wrong.
    """
    parts = text.split("/")
    if len(parts) not in (2, 3):
        raise refuse("bad-value", f"{quote(text)} does not name a Gateway", _FORM, Place(source))
    rules: tuple[tuple[str, Rule], ...] = (("namespace", LABEL), ("name", NAME), ("listener", NAME))
    for part, (what, rule) in zip(parts, rules, strict=False):
        if not part:
            raise refuse("bad-value", f"{quote(text)} leaves the {what} empty", _FORM, Place(source))
        problem = rule.problem(part)
        if problem is not None:
            raise refuse("bad-value", f"the {what} {quote(part)} {problem}", _FORM, Place(source))
    return GatewayRef(namespace=parts[0], name=parts[1], section_name=parts[2] if len(parts) == 3 else "")
