"""The report as data: folding, order, counts, and what is left out."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from report_samples import ADMIN, FINDING, LEFT, SECRET_VALUE, WEB, Said, annotation, change, exact, example, report

from gatelift.config.model import Phase
from gatelift.expected.expected import Change, Expected
from gatelift.findings import Finding, Place, Severity
from gatelift.intent.outcome import Disposition
from gatelift.report.model import Status, build, encode
from gatelift.report.schema import published, schema

PUBLISHED = Path(__file__).parents[3] / "docs" / "schemas"
DIFFERS = Disposition.DIFFERS


def _closed(node: Any) -> Any:
    """The schema with unknown members refused."""
    if isinstance(node, dict):
        made = {key: _closed(value) for key, value in node.items()}
        return {**made, "additionalProperties": False} if "properties" in made else made
    return [_closed(item) for item in node] if isinstance(node, list) else node


STRICT = Draft202012Validator(_closed(schema()))

entries = st.lists(
    st.tuples(
        st.sampled_from(["/kind", "/spec/rules/0/host", annotation("a/b"), annotation("c"), "configmap:x"]),
        st.sampled_from(Disposition),
        st.sampled_from(["", "why", "why not"]),
        st.sampled_from(["", "do"]),
    ),
    unique_by=lambda said: said[0],
    min_size=1,
)
changes = st.lists(
    st.tuples(st.sampled_from(["shop/a", "shop/b", "c"]), st.sampled_from(["dev", "prod", "test"]), entries),
    unique_by=lambda item: item[:2],
).map(lambda found: [change(name, said, root=root) for name, root, said in found])


def test_the_published_schema_is_what_the_code_says() -> None:
    there = {path.name: path.read_bytes() for path in PUBLISHED.iterdir()}
    there.pop("replay.schema.json")  # held by the tests of replay, which stands above reports
    assert there == published(), "run: python -m gatelift.report.schema"
    Draft202012Validator.check_schema(schema())


@given(changes)
def test_every_report_fits_its_schema(made: list[Change]) -> None:
    STRICT.validate(msgspec.json.decode(encode(report(*made, findings=[FINDING]))))


def test_the_example_fits_its_schema() -> None:
    STRICT.validate(msgspec.json.decode(encode(example())))


@pytest.mark.parametrize("member", ["ledger", "version", "summary"])
def test_a_report_without_a_member_is_refused_by_the_schema(member: str) -> None:
    made = msgspec.json.decode(encode(example()))
    del made[member]
    assert not STRICT.is_valid(made)


def test_another_version_is_refused_by_the_schema() -> None:
    assert not STRICT.is_valid(msgspec.json.decode(encode(example())) | {"version": 2})


@given(changes)
def test_no_entry_is_lost_or_said_twice(made: list[Change]) -> None:
    unfolded = [
        (root, entry.ingress, entry.pointer, entry.disposition, entry.text, entry.todo)
        for entry in report(*made).ledger
        for root in entry.roots
    ]
    given_ = [
        (entry.root, entry.ingress, entry.pointer, entry.disposition, entry.text, entry.todo)
        for item in made
        for entry in item.entries
    ]
    assert len(unfolded) == len(set(unfolded))
    assert set(unfolded) == set(given_)


@given(changes, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_show(made: list[Change], random: Any) -> None:
    shuffled = random.sample(made, len(made))
    assert encode(report(*made)) == encode(report(*shuffled))


def test_entries_equal_but_for_the_root_become_one() -> None:
    said: list[Said] = [("/spec/rules/0/host", DIFFERS, "why", "")]
    made = report(*(change("shop/web", said, root=root) for root in ("prod", "dev")))
    assert [entry.roots for entry in made.ledger] == [("dev", "prod")]
    assert [row.roots for row in made.ingresses] == [("dev", "prod")]
    assert made.summary.ingresses == 2
    assert made.summary.entries[DIFFERS] == 2


def test_entries_that_say_different_things_are_not_folded() -> None:
    made = report(
        change("shop/web", [("/spec/x", DIFFERS, "one", "")], root="dev"),
        change("shop/web", [("/spec/x", DIFFERS, "two", "")], root="prod"),
    )
    assert [(entry.roots, entry.text) for entry in made.ledger] == [(("dev",), "one"), (("prod",), "two")]


def test_ingresses_with_other_objects_are_not_folded() -> None:
    made = report(
        change("shop/web", [exact("/kind")], root="dev", emitted=["HTTPRoute shop/web"]),
        change("shop/web", [exact("/kind")], root="prod"),
    )
    assert [row.roots for row in made.ingresses] == [("dev",), ("prod",)]
    assert len(made.ledger) == 1


def test_pointers_keep_the_order_of_the_manifest() -> None:
    pointers = ["/spec/z", annotation("b"), "/spec/a", annotation("a")]
    made = report(change("shop/web", [exact(pointer) for pointer in pointers]))
    assert [entry.pointer for entry in made.ledger] == pointers


def test_values_of_annotations_and_objects_never_appear() -> None:
    assert WEB.ingress.annotations
    assert SECRET_VALUE not in encode(example()).decode()


def test_a_status_is_never_better_than_the_ledger() -> None:
    made = example()
    assert [(row.ingress, row.status) for row in made.ingresses] == [
        ("shop/admin", Status.WITHHELD),
        ("shop/public", Status.LEFT),
        ("shop/web", Status.CONVERTED),
    ]


def test_what_is_refused_along_or_left_asks_for_no_decision() -> None:
    summary = example().summary
    assert summary.entries[Disposition.REFUSED] == len(ADMIN.entries)
    assert summary.entries[Disposition.INERT] == 1 + len(LEFT.entries)
    assert summary.undecided == 1


def test_a_setting_of_the_controller_is_decided_once_for_all() -> None:
    said: list[Said] = [exact("/kind"), ("configmap:x", Disposition.REFUSED, "why", "do")]
    assert report(*(change(f"shop/{name}", said) for name in "abc")).summary.undecided == 1


def test_a_finding_given_twice_is_reported_once() -> None:
    expected = Expected(changes=(), findings=(FINDING,))
    made = build(expected, phase=Phase.RETIRE, target="t", complete=True, findings=[FINDING, FINDING])
    assert len(made.findings) == 1


def test_findings_come_in_the_order_of_the_files() -> None:
    findings = [Finding("a/b", Severity.NOTE, "x", place=Place("a.yaml", line, 1)) for line in (10, 9, 2)]
    for order in itertools.permutations(findings):
        assert [item.place for item in report(findings=order).findings] == ["a.yaml:2:1", "a.yaml:9:1", "a.yaml:10:1"]


@pytest.mark.parametrize("text", ["\udcff", "\ud800.yaml", "a\x1b\n"])
def test_a_string_that_is_no_text_still_makes_valid_json(text: str) -> None:
    finding = Finding("a/b", Severity.ERROR, "x", place=Place(text, 1, 1))
    made = encode(report(change(f"shop/{text}", [exact("/kind")], root=text), findings=[finding]))
    STRICT.validate(msgspec.json.decode(made.decode("utf-8")))


def test_the_json_ends_with_a_newline_and_leaves_empty_members_out() -> None:
    made = encode(report(change("shop/web", [exact("/kind")], root="dev")))
    assert made.endswith(b"}\n")
    assert b'"todo"' not in made
    assert b'"place"' not in made
