"""The proofs for charts: switch off, switch on, what is drawn by lot, refusals and notes."""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import pytest
from host_renders import Object, policy, route, rule
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.manifests.shape import EMITTED, INGRESS, SECRET
from gatelift.proof.charts import commutes_by_host, fails_closed, names, notes_kept, unchanged
from gatelift.proof.evidence import Proof
from gatelift.render.unstable import Unstable, unstable

sys.path.insert(0, str(Path(__file__).parents[1] / "helm_charts"))

from chart_trees import built, chart

HOST = ["a.example.com"]
SERVICE: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"ports": [{"port": 80}]},
}
DRAWN = Unstable("shop/templates/secret.yaml", "Secret", "apps", "db", "/data/password")


def secret(value: str, name: str = "db", **more: str) -> Object:
    data = {"password": value, **more}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "apps"}, "data": data}


def test_the_same_objects_in_any_order_are_unchanged() -> None:
    found = unchanged("shop", [SERVICE, secret("a")], [secret("a"), SERVICE])
    assert (found.holds, found.proof) == (True, Proof.SWITCHED_OFF)
    assert found.text == "with the switch off, every object is what it was"


@pytest.mark.parametrize(
    "new",
    [
        [],
        [SERVICE, SERVICE],
        [SERVICE, route("a", HOST, [rule("/")])],
        [{**SERVICE, "apiVersion": "v2"}],
        [{**SERVICE, "metadata": {"name": "web", "namespace": ""}}],
        [{**SERVICE, "metadata": {"name": "web", "annotations": {"config.kubernetes.io/origin": "x"}}}],
        [{**SERVICE, "spec": {"ports": [{"port": 80.0}]}}],
        [{**SERVICE, "spec": {"ports": [{"port": True}]}}],
    ],
)
def test_an_object_more_less_or_other_is_a_change(new: list[Object]) -> None:
    found = unchanged("shop", [SERVICE], new)
    assert not found.holds
    assert found.text.startswith("with the switch off, ")


def test_routes_of_the_chart_itself_are_compared_exactly_with_the_switch_off() -> None:
    old = route("a", ["a.example.com", "b.example.com"], [rule("/")])
    new = [route("a", [host], [rule("/")]) for host in old["spec"]["hostnames"]]
    assert not unchanged("shop", [old], new).holds
    assert not unchanged("shop", [old], [copy.deepcopy(old) | {"metadata": {"name": "b"}}]).holds
    assert unchanged("shop", [old], [copy.deepcopy(old)]).holds


def test_what_is_drawn_by_lot_is_left_out_and_named_and_nothing_else() -> None:
    old, new = [secret("s3cret", host="db")], [secret("0ther", host="db")]
    found = unchanged("shop", old, new, [DRAWN])
    assert found.holds
    assert "drawn by lot in each render, and so not compared: Secret apps/db /data/password" in found.text
    assert not unchanged("shop", old, new).holds
    assert not unchanged("shop", old, [secret("0ther", host="elsewhere")], [DRAWN]).holds
    assert not unchanged("shop", old, [secret("0ther", "db2", host="db")], [DRAWN]).holds
    assert not unchanged("shop", old, [], [DRAWN]).holds


def test_no_value_of_a_secret_is_told() -> None:
    for evidence in (
        unchanged("shop", [secret("s3cret")], [secret("0ther")]),
        commutes_by_host("shop", [secret("s3cret")], [secret("0ther")]),
        unchanged("shop", [secret("s3cret", user="root")], [secret("0ther", user="admin")], [DRAWN]),
    ):
        assert not evidence.holds
        assert not any(word in evidence.text for word in ("s3cret", "0ther", "root", "admin"))
        assert "Secret apps/db" in evidence.text


def test_objects_with_drawn_names_are_left_out_in_pairs() -> None:
    lots = [Unstable("shop/templates/job.yaml", "Secret", "", "", "")]
    old, new = [secret("a", "x-1"), secret("b", "kept")], [secret("a", "x-2"), secret("b", "kept")]
    found = unchanged("shop", old, new, lots)
    assert found.holds
    assert "names of Secret" in found.text
    assert not unchanged("shop", old, new).holds
    assert not unchanged("shop", old, [*new, secret("a", "x-3")], lots).holds
    assert not unchanged("shop", old, [new[0], secret("c", "kept")], lots).holds
    assert not unchanged("shop", old, new[1:], lots).holds


def test_routes_are_never_drawn_by_lot() -> None:
    old, new = route("a", HOST, [rule("/")]), route("a", HOST, [rule("/", "api")])
    lots = [Unstable("shop/templates/r.yaml", "HTTPRoute", "apps", "a", "/spec")]
    assert not commutes_by_host("shop", [old], [new], lots).holds
    assert not unchanged("shop", [old], [new], lots).holds
    renamed = [Unstable("shop/templates/r.yaml", "HTTPRoute", "", "", "")]
    assert not unchanged("shop", [old], [route("b", HOST, [rule("/", "api")])], renamed).holds


def test_a_case_commutes_by_host() -> None:
    wanted = [SERVICE, secret("a"), *(route(name, [f"{name}.example.com"], [rule("/")]) for name in "ab")]
    wanted.append(policy("p", ["a", "b"]))
    rendered = [policy("q", ["x"]), route("x", ["b.example.com", "a.example.com"], [rule("/")]), secret("b"), SERVICE]
    found = commutes_by_host("shop", wanted, rendered, [DRAWN], partial=("a chart elsewhere",), unchanged=4)
    assert found.holds, found.text
    assert (found.proof, found.partial) == (Proof.COMMUTES, ("a chart elsewhere",))
    assert found.text.startswith("6 other objects are as they should be, and each host is answered as by the 3 objects")
    assert "Secret apps/db /data/password" in found.text
    lacking = commutes_by_host("shop", wanted, rendered[1:], [DRAWN])
    assert not lacking.holds
    assert "/policies/BackendTrafficPolicy: wanted a list of 1, rendered nothing" in lacking.text


def test_a_real_chart_that_draws_a_password_is_unchanged_but_for_it() -> None:
    text = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  user: {{ .Values.user }}\n"
        "  password: {{ randAlphaNum 12 }}\n"
    )
    files = chart(values_yaml="user: root\n", templates__secret_yaml=text)
    first, second, third = (next(iter(built(files).values())) for _ in range(3))
    lots = unstable(first, second)
    old, new = ([item.document.value for item in each.objects] for each in (first, third))
    assert unchanged("shop", old, new, lots).holds
    assert not unchanged("shop", old, new).holds
    other = next(iter(built({**files, "charts/shop/values.yaml": "user: admin\n"}).values()))
    assert not unchanged("shop", old, [item.document.value for item in other.objects], lots).holds


def test_a_chart_that_refuses_in_our_words_fails_closed() -> None:
    said = '{{- fail "gatelift: Ingress shop has annotations that no route says: run gatelift again" }}\n'
    made = next(iter(built(chart(templates__route_yaml=said)).values()))
    assert made.failed
    found = fails_closed("shop", made.findings[0].message)
    assert (found.holds, found.proof) == (True, Proof.FAILS_CLOSED)
    assert "gatelift: Ingress shop has annotations that no route says: run gatelift again" in found.text


def test_a_chart_that_fails_otherwise_or_renders_does_not_fail_closed() -> None:
    other = next(iter(built(chart(templates__route_yaml='{{- fail "password hunter2 is too short" }}\n')).values()))
    found = fails_closed("shop", other.findings[0].message)
    assert not found.holds
    assert "hunter2" not in found.text
    assert not fails_closed("shop", "").holds
    for message in ("open shop/gatelift: no such file", "not-gatelift: x", "the word gatelift"):
        assert not fails_closed("shop", message).holds, message
    for message in ("gatelift: x", "error calling fail: gatelift: x", "Error:\ngatelift: x"):
        assert fails_closed("shop", message).holds, message


def test_notes_are_kept_to_the_letter_but_for_what_is_drawn() -> None:
    old, again = "Visit http://a\nPassword: s3cret\n", "Visit http://a\nPassword: 0ther\n"
    assert notes_kept("shop", old, old).holds
    assert notes_kept("shop", old, "Visit http://a\nPassword: third\n", again).holds
    for new in ("", "Visit http://b\nPassword: s3cret\n", f"{old}More\n", "Visit http://a\n"):
        found = notes_kept("shop", old, new, again)
        assert (found.holds, found.proof) == (False, Proof.NOTES), new
        assert "s3cret" not in found.text
    assert "from line 2 on" in notes_kept("shop", old, again).text
    assert not notes_kept("shop", old, f"{again}", "Password: 0ther\n").holds


def test_names_are_valid_short_and_nobody_elses() -> None:
    def evidence(*new: Object, old: tuple[Object, ...] = ()) -> str:
        found = names("shop", old, [*old, *new])
        assert found.proof is Proof.NAMES
        return "" if found.holds else found.text

    ok = route("a" * 63, HOST, [rule("/")])
    assert evidence(ok, policy("a" * 63, ["a"])) == ""
    assert "64 characters" in evidence(route("a" * 64, HOST, [rule("/")]))
    for wrong in ("A", "a_b", "-a", "a-", "a..b", "*.a", "", "a\n"):
        assert evidence(route(wrong, HOST, [rule("/")])), wrong
    assert "rendered 2 times" in evidence(ok, ok)
    there = route("b", HOST, [rule("/")])
    assert "rendered 2 times" in evidence(route("b", HOST, [rule("/x")]), old=(there,))
    # What was there before is its owner's business, and so is what another namespace holds.
    assert evidence(old=(there, there, route("b" * 70, HOST, [rule("/")]))) == ""
    away = copy.deepcopy(ok)
    away["metadata"]["namespace"] = "elsewhere"
    assert evidence(ok, away) == ""
    del away["metadata"]["namespace"]
    assert "rendered 2 times" in evidence(ok, away)


_WORDS = st.sampled_from(
    ["name", "kind", "group", "namespace", "spec", "rules", "matches", "path", "hostnames", "a", ""]
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _WORDS)
_JSON: st.SearchStrategy[Any] = st.recursive(
    _SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(_WORDS, below, max_size=4), max_leaves=12
)
_FIELDS = ("parentRefs", "hostnames", "rules", "targetRefs", "targetRef", "a")


@st.composite
def _anything(draw: st.DrawFn) -> Object:
    kind = draw(st.sampled_from((*EMITTED, INGRESS, SECRET)))
    spec = draw(_JSON | st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=4))
    metadata = draw(_JSON | st.fixed_dictionaries({"name": _SCALARS, "namespace": _SCALARS, "labels": _JSON}))
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "spec": spec}


@settings(max_examples=200, deadline=None)
@given(st.lists(_anything(), max_size=4), st.lists(_anything(), max_size=4))
def test_whatever_a_chart_renders_a_proof_answers(old: list[Object], new: list[Object]) -> None:
    for found in (commutes_by_host("r", old, new, [DRAWN]), unchanged("r", old, new, [DRAWN]), names("r", old, new)):
        assert found.text
    assert commutes_by_host("r", old, new) == commutes_by_host("r", copy.deepcopy(old), copy.deepcopy(new))
    assert commutes_by_host("r", old, copy.deepcopy(old)).holds
