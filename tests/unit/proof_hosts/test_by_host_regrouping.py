"""Which objects say what hosts answer does not matter, and every change of what they say does."""

from __future__ import annotations

import copy
from typing import Any

from host_renders import Object, apps, built, mutants
from hypothesis import given, settings
from hypothesis import strategies as st

from gatelift.manifests.defaults import filled
from gatelift.proof.hosts import by_host


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_routes_policies_and_filters_may_be_grouped_and_named_in_any_way(data: st.DataObject) -> None:
    asked = data.draw(apps())
    wanted, rendered = data.draw(built(asked)), data.draw(built(asked))
    found = by_host(wanted, rendered)
    assert found is None, found.text


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_change_of_a_regrouped_render_passes(data: st.DataObject) -> None:
    asked = data.draw(apps())
    wanted, rendered = data.draw(built(asked)), data.draw(built(asked))
    index = data.draw(st.integers(0, len(rendered) - 1))
    item = rendered[index]
    what, made = data.draw(st.sampled_from(list(mutants(_changeable(item)))))
    made |= {"kind": item["kind"], "apiVersion": item["apiVersion"]}
    made["metadata"] = {**made.get("metadata", {}), "name": item["metadata"]["name"]}
    changed = [*rendered[:index], made, *rendered[index + 1 :]]
    same = _means_nothing(what, item, made)
    assert (by_host(wanted, changed) is None) == same, what
    assert (by_host(changed, wanted) is None) == same, what


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_object_that_is_missing_is_seen(data: st.DataObject) -> None:
    asked = data.draw(apps())
    wanted, rendered = data.draw(built(asked)), data.draw(built(asked))
    del rendered[data.draw(st.integers(0, len(rendered) - 1))]
    assert by_host(wanted, rendered) is not None
    assert by_host(rendered, wanted) is not None


def _changeable(item: Object) -> Any:
    """An object without what says which one it is."""
    metadata = {field: value for field, value in item["metadata"].items() if field != "name"}
    return {"metadata": metadata, "spec": copy.deepcopy(item["spec"])}


def _means_nothing(what: str, before: Object, after: Any) -> bool:
    """A default that is left out, and the order of what has none: here no two rules are for the same requests."""
    if what.startswith("swap"):
        return what.rpartition("/")[2] in ("parentRefs", "hostnames", "targetRefs", "rules", "matches")
    return bool(filled(before) == filled(after))
