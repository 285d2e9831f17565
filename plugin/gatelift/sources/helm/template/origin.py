"""Names for what a template reads: ``.Values.ingress.hosts[].host``."""

from __future__ import annotations

import msgspec

#: The steps from a list or map to one of its elements, and to the key or number of that element.
ELEMENT = "[]"
KEY = "[@key]"


class Origin(msgspec.Struct, frozen=True):
    """A place in what a template is given. ``steps`` are keys, :data:`ELEMENT` and :data:`KEY`.

    ``argument``: it is counted from the argument of a ``define`` or ``block``, which the template does not know; else
    from Helm's own root with ``Values``, ``Release``, ``Chart`` and so on.
    """

    steps: tuple[str, ...] = ()
    argument: bool = False

    def then(self, *steps: str) -> Origin:
        """The place that these steps lead to."""
        return Origin((*self.steps, *steps), self.argument)

    @property
    def is_values(self) -> bool:
        """Whether it is, or lies in, ``.Values``."""
        return not self.argument and self.steps[:1] == ("Values",)

    def __str__(self) -> str:
        shown = "".join(step if step in (ELEMENT, KEY) else f".{step}" for step in self.steps)
        return f"(argument){shown}" if self.argument else shown or "."
