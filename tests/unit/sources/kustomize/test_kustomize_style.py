"""Entries of a kustomization are added and taken in the style of the file."""

from __future__ import annotations

import pytest

from gatelift.sources.kustomize.entries import Addition, with_items, without_items
from gatelift.sources.kustomize.name_references import text_for
from gatelift.text.source import Source

TARGET = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "name": "web|shop"}
BRACES = "resources: [base]\npatches:\n  - path: x.yaml\n    target: {kind: Ingress, name: web}\n"
LINES = BRACES.replace("target: {kind: Ingress, name: web}", "target:\n      kind: Ingress\n      name: web")


def source(text: str) -> Source:
    return Source("kustomization.yaml", text, False, "\n")


@pytest.mark.parametrize(
    ("text", "field", "item", "added"),
    [
        ("resources:\n- a.yaml\n", "configurations", "c.yaml", "configurations:\n- c.yaml\n"),
        (
            "resources:\n  - a.yaml\n\nnamespace: x\n",
            "configurations",
            "c.yaml",
            "\nconfigurations:\n  - c.yaml\n",
        ),
        (
            "resources:\n  - a.yaml\n\n# Why this is so.\nnamespace: x\n",
            "configurations",
            "c.yaml",
            "\nconfigurations:\n  - c.yaml\n",
        ),
    ],
)
def test_a_new_field_stands_apart_as_the_others_do(text: str, field: str, item: str, added: str) -> None:
    made = with_items(source(text), [Addition(field, item)])
    assert made.text == text + added
    assert without_items(made, field, [0]).text == text


def test_what_is_built_is_told_first() -> None:
    text = "kind: Component\n\npatches:\n  - path: a.yaml\n"
    made = with_items(source(text), [Addition("resources", "r.yaml")])
    assert made.text == "kind: Component\n\nresources:\n  - r.yaml\n\npatches:\n  - path: a.yaml\n"


def test_a_target_is_written_as_its_neighbours_are() -> None:
    item = {"path": "y.yaml", "target": TARGET}
    braces = with_items(source(BRACES), [Addition("patches", item)]).text
    assert "    target: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: web|shop}\n" in braces
    lines = with_items(source(LINES), [Addition("patches", item)]).text
    assert "    target:\n      group: gateway.networking.k8s.io\n      kind: HTTPRoute\n" in lines


def test_a_comment_goes_with_the_item_under_it() -> None:
    text = (
        "patches:\n# All of them.\n- path: a.yaml\n# Why b.\n# Still why b.\n- path: b.yaml\n# Why c.\n- path: c.yaml\n"
    )
    left = without_items(source(text), "patches", [0, 1]).text
    assert left == "patches:\n# All of them.\n# Why c.\n- path: c.yaml\n"


def test_name_references_speak_of_kinds_that_are_there_and_of_those_left_behind() -> None:
    route, policy = ("gateway.networking.k8s.io", "HTTPRoute"), ("gateway.envoyproxy.io", "SecurityPolicy")
    first = text_for({route}, variables=True)
    assert "SecurityPolicy" not in first
    assert "varReference" in first
    later = text_for({policy}, first, variables=False)
    assert later == text_for({route, policy}, variables=True)
