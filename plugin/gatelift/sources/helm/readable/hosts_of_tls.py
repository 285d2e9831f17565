"""What ``spec.tls`` can say of the one host of an Ingress, as far as its template tells."""

from __future__ import annotations

from gatelift.sources.helm.readable.ingress import Ingress, Reading, Rule
from gatelift.sources.helm.template.find import ITEMS, text
from gatelift.sources.helm.template.skeleton import Scalar, Value

_LISTED, _BARE = "listed", "listed-bare"


def states_of(ingress: Ingress, rule: Rule, reading: Reading, source: str) -> frozenset[str]:
    """The states as the helpers' tables name them; empty where it may be any.

    ``source``: the text of the template.
    """
    if not ingress.tls:
        return frozenset(("none",))
    (part, *more) = ingress.tls
    own = {_written(item.value, source) for item in rule.hosts}
    if more or part.path != ingress.path or len(own) != 1 or "" in own:
        return frozenset()
    hosts = [item for item in reading.parts(part.value, ITEMS, "hosts", ITEMS) if item.path == ingress.path]
    if own.isdisjoint({_written(item.value, source) for item in hosts}):
        return frozenset()
    named = [item for item in reading.parts(part.value, ITEMS, "secretName") if item.path == ingress.path]
    return frozenset((_LISTED,) if any(text(item.value) for item in named) else (_LISTED, _BARE))


def _written(value: Value, source: str) -> str:
    """A value as it stands in the template, whatever puts it in quotes."""
    return (
        source[value.start : value.end].strip("\"'").replace(" | quote }}", " }}") if isinstance(value, Scalar) else ""
    )
