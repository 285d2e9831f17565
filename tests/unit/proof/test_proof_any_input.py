"""Whatever stands in a repository, a proof answers: it never fails by itself, and says the same both times."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import mutants
from renders import Object, every_kind

from gatelift.manifests.shape import EMITTED, INGRESS, SECRET, SERVICE
from gatelift.proof.commute import Everywhere, commutes
from gatelift.proof.suite import Application, of_root, of_scope

_WORDS = st.sampled_from(["name", "kind", "group", "namespace", "spec", "rules", "matches", "path", "hostnames", "a"])
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), _WORDS)
_JSON: st.SearchStrategy[Any] = st.recursive(
    _SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(_WORDS, below, max_size=4), max_leaves=12
)
_KINDS = st.sampled_from((*EMITTED, INGRESS, SECRET, SERVICE))
_FIELDS = (
    "parentRefs",
    "parentRef",
    "hostnames",
    "rules",
    "targetRefs",
    "tls",
    "from",
    "to",
    "listeners",
    "extAuth",
    "defaultBackend",
)


@st.composite
def _objects(draw: st.DrawFn) -> Object:
    kind = draw(_KINDS)
    spec = draw(_JSON | st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=4))
    metadata = draw(_JSON | st.fixed_dictionaries({"name": _SCALARS, "namespace": _SCALARS, "labels": _JSON}))
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata, "spec": spec}


@settings(max_examples=100, deadline=None)
@given(st.lists(_objects(), max_size=4), st.lists(_objects(), max_size=4))
def test_a_proof_of_anything_ends_in_evidence(before: list[Object], after: list[Object]) -> None:
    everywhere = Everywhere(labels={"a": {"a"}})
    first = commutes("r", before, after, everywhere=everywhere)
    assert first == commutes("r", copy.deepcopy(before), copy.deepcopy(after), everywhere=everywhere)
    applications = [Application(root="r", before=before, after=after), Application(root="s", after=before)]
    for evidence in (*of_root(applications[0]), *of_scope("s", applications)):
        assert isinstance(evidence.holds, bool)
        assert evidence.text


@settings(max_examples=50, deadline=None)
@given(st.lists(_objects(), max_size=4))
def test_a_render_that_resolves_equals_itself(objects: list[Object]) -> None:
    assert commutes("r", objects, copy.deepcopy(objects)).holds


def test_every_broken_form_of_every_kind_is_answered() -> None:
    objects = every_kind()
    for index, item in enumerate(objects):
        for what, made in mutants({"metadata": item["metadata"], "spec": item.get("spec")}):
            changed = [*objects[:index], {**item, **made}, *objects[index + 1 :]]
            application = Application(root="r", before=objects, after=changed)
            for evidence in (*of_root(application), *of_scope("s", [application])):
                assert evidence.text, what
