"""``x-kubernetes-validations``, evaluated by cel-python.

Kubernetes' dialect: https://kubernetes.io/docs/reference/using-api/cel/. What cel-python cannot do is listed in
``BY_HAND``, rule by rule, with a check written by hand; the end of a run reports those it has met. Any other
failure of the evaluator is an error and not a verdict.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import celpy
from celpy import celtypes
from celpy.adapter import json_to_cel
from celpy.evaluation import CELEvalError

from crds.catalog import Schema
from crds.structural import nodes_below

_KEYWORDS = frozenset(
    """
    true false null in as break const continue else for function if import let loop package namespace return var void
    while
    """.split()  # noqa: SIM905 - a word list reads better than 21 quoted words
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_ENVIRONMENT = celpy.Environment()


class Unsupported(Exception):  # noqa: N818 - the same word as in the module's text
    """A rule that cel-python cannot evaluate and that ``BY_HAND`` does not list."""


def _distinct_names(items: list[dict[str, Any]]) -> bool:
    names = [item["name"] for item in items if "name" in item]
    return len(names) == len(set(names))


def _distinct_listeners(listeners: list[dict[str, Any]]) -> bool:
    keys = [(one["port"], one["protocol"], one.get("hostname")) for one in listeners if "port" in one]
    return len(keys) == len(set(keys))


def _has_certificate(tls: dict[str, Any]) -> bool:
    return tls.get("mode") != "Terminate" or bool(tls.get("certificateRefs") or tls.get("options"))


def _dns_label(text: str) -> bool:
    return not text or re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", text) is not None


BY_HAND: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "self.all(l1, !has(l1.name) || self.exists_one(l2, has(l2.name) && l1.name == l2.name))": (
        "an error inside exists_one is not absorbed by ||",
        _distinct_names,
    ),
    (
        "self.all(l1, !has(l1.port) || self.exists_one(l2, has(l2.port) && l1.port == l2.port && "
        "l1.protocol == l2.protocol && (has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : "
        "!has(l1.hostname) && !has(l2.hostname))))"
    ): ("an error inside exists_one is not absorbed by ||", _distinct_listeners),
    "self.mode == 'Terminate' ? size(self.certificateRefs) > 0 || size(self.options) > 0 : true": (
        "two errors are not one to ||",
        _has_certificate,
    ),
    "size(self) == 0 || format.dns1123Label().validate(self) == null": ("no library `format`", _dns_label),
}
TRANSITIONS = frozenset({"self == oldSelf"})
"""Rules about a change; the API server does not ask them when an object is created."""


def _is_ip(text: celtypes.StringType) -> celtypes.BoolType:
    try:
        ipaddress.ip_address(str(text))
    except ValueError:
        return celtypes.BoolType(False)
    return celtypes.BoolType(True)


def _substring(text: celtypes.StringType, start: int, end: int | None = None) -> celtypes.StringType:
    return celtypes.StringType(str(text)[int(start) : None if end is None else int(end)])


def _split(text: celtypes.StringType, by: celtypes.StringType) -> celtypes.ListType:
    return celtypes.ListType([celtypes.StringType(part) for part in str(text).split(str(by))])


# Kubernetes' CEL libraries, as far as the rules call them: https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries
_LIBRARY: dict[str, Callable[..., Any]] = {
    "isIP": _is_ip,
    "substring": _substring,
    "split": _split,
    "lowerAscii": lambda text: celtypes.StringType(str(text).lower()),
    "upperAscii": lambda text: celtypes.StringType(str(text).upper()),
}


@cache
def program(rule: str) -> celpy.Runner:
    return _ENVIRONMENT.program(_ENVIRONMENT.compile(rule), functions=_LIBRARY)


def escaped(name: str) -> str:
    """The name of a property in CEL."""
    if name in _KEYWORDS:
        return f"__{name}__"
    name = name.replace("__", "__underscores__").replace(".", "__dot__")
    return name.replace("-", "__dash__").replace("/", "__slash__")


def projected(schema: Schema, value: Any, words: frozenset[str]) -> Any:
    """``value`` without the properties that a rule made of ``words`` cannot see, the rest named as CEL names it."""
    if isinstance(value, dict):
        known = schema.get("properties")
        if known is None:
            return value
        return {
            escaped(name): projected(known.get(name, {}), item, words)
            for name, item in value.items()
            if escaped(name) in words
        }
    if isinstance(value, list):
        return [projected(schema.get("items", {}), item, words) for item in value]
    return value


@cache
def _words(rule: str) -> frozenset[str]:
    return frozenset(_WORD.findall(rule))


class ShapeCache:
    """Verdicts by rule and by what the rule can see of a value: objects of the same shape cost one evaluation.

    ``by_hand`` counts the rules that were judged by ``BY_HAND`` in place of the evaluator.
    """

    def __init__(self) -> None:
        self._verdicts: dict[tuple[str, str], str | None] = {}
        self.evaluations = 0
        self.hits = 0
        self.by_hand: Counter[str] = Counter()

    def verdict(self, rule: str, schema: Schema, value: Any) -> str | None:
        """Why ``value`` breaks ``rule``; None where it does not."""
        seen = projected(schema, value, _words(rule))
        key = (rule, json.dumps(seen, sort_keys=True))
        if key in self._verdicts:
            self.hits += 1
        else:
            self._verdicts[key] = self._judge(rule, seen)
        return self._verdicts[key]

    def _judge(self, rule: str, seen: Any) -> str | None:
        if rule in BY_HAND:
            self.by_hand[rule] += 1
            return None if BY_HAND[rule][1](seen) else "false"
        self.evaluations += 1
        try:
            result = program(rule).evaluate({"self": json_to_cel(seen)})
        except CELEvalError as error:
            # To the API server an error is a violation. Only this one comes from the rule and not from the evaluator.
            if str(error.args[0]).startswith("no such member in mapping"):
                return f"error: {error.args[0]}"
            raise Unsupported(f"{rule}: {str(error.args[0])[:200]}") from error
        return None if result else "false"


def rules_of(schema: Schema) -> list[dict[str, str]]:
    return [rule for rule in schema.get("x-kubernetes-validations", []) if rule["rule"] not in TRANSITIONS]


def broken_rules(schema: Schema, value: Any, shapes: ShapeCache, pointer: str = "") -> Iterator[str]:
    """The CEL rules that ``value``, with its defaults, breaks."""
    for rule in rules_of(schema):
        why = shapes.verdict(rule["rule"], schema, value)
        if why:
            yield f"{pointer}: {rule.get('message', rule['rule'])} ({why})"
    for token, below, child in nodes_below(schema, value):
        yield from broken_rules(below, child, shapes, f"{pointer}/{token}")
