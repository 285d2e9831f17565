"""``--set``: what each expression means, held against Helm's own parser."""

from __future__ import annotations

import json
import random
from typing import Any

import helm_python
import pytest

from gatelift.sources.helm.set_grammar import SetError, laid_over

MEANT: dict[str, Any] = {
    "a=1": {"a": 1},
    "a.b.c=x,d=": {"a": {"b": {"c": "x"}}, "d": ""},
    "a=TRUE,b=Null,c=0,d=01,e=-5,f=1.5,g=9223372036854775808": {
        "a": True, "b": None, "c": 0, "d": "01", "e": -5, "f": "1.5", "g": "9223372036854775808",
    },
    "a={x,2,true}": {"a": ["x", 2, True]},
    "a={}": {"a": [""]},
    "a[1].b=2": {"a": [None, {"b": 2}]},
    "a[0][1]=3": {"a": [[None, 3]]},
    r"a\.b=1\,2": {"a.b": "1,2"},
    r"nodeSelector.kubernetes\.io/os=linux": {"nodeSelector": {"kubernetes.io/os": "linux"}},
    "": {},
}  # fmt: skip
REFUSED = (
    "a",
    "a=1,b",
    "a..b=1",
    "a[b]=1",
    "a[-1]=1",
    "a[0]x=1",
    "a={1",
    "a[65537]=1",
    "a=1,a.b=2",
    "a=1,a[0]=2",
    "a[",
)
PIECES = (
    "a",
    "b",
    ".",
    ".",
    "=",
    "=",
    ",",
    "[0]",
    "[1]",
    "[",
    "{",
    "}",
    "\\",
    "true",
    "null",
    "0",
    "7",
    "-3",
    "07",
    " ",
)


@pytest.mark.parametrize("expression", MEANT)
def test_an_expression_means(expression: str) -> None:
    assert laid_over(expression, {}) == MEANT[expression]


@pytest.mark.parametrize("expression", REFUSED)
def test_an_expression_is_refused(expression: str) -> None:
    with pytest.raises(SetError):
        laid_over(expression, {})


def test_as_text_nothing_is_a_number() -> None:
    assert laid_over("a=1,b=true,c={1,null}", {}, text=True) == {"a": "1", "b": "true", "c": ["1", "null"]}


def test_it_is_laid_over_what_is_there_and_leaves_that_alone() -> None:
    base = {"a": {"b": 1, "c": 2}, "l": [1, 2]}
    assert laid_over("a.b=9,l[1]=8", base) == {"a": {"b": 9, "c": 2}, "l": [1, 8]}
    assert base == {"a": {"b": 1, "c": 2}, "l": [1, 2]}


def test_a_refusal_quotes_no_value() -> None:
    with pytest.raises(SetError) as caught:
        laid_over("password=hunter2,password.x=1", {})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", [False, True])
def test_helm_says_the_same_of_expressions_put_together_at_random(text: bool) -> None:
    chance = random.Random(7)  # noqa: S311 - to vary, not to hide
    helm = helm_python.parse_set_string_values if text else helm_python.parse_set_string
    agreed = 0
    for _ in range(4000):
        expression = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 12)))
        if expression.rfind("[") > expression.rfind("]"):
            continue  # Helm 3 refuses what Helm 4 reads without a word; so do we
        try:
            wanted = json.dumps(helm(expression), sort_keys=True)
        except helm_python.HelmError:
            wanted = "refused"
        try:
            found = json.dumps(laid_over(expression, {}, text=text), sort_keys=True)
        except SetError:
            found = "refused"
        assert (expression, found) == (expression, wanted)
        agreed += wanted != "refused"
    assert agreed > 1000
