"""A block written into a file of values: nothing else changes, in whatever way the file is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_texts import KEY, LEAF, texts

from gatelift.findings import InputError
from gatelift.sources.helm.edits.blocks import with_block
from gatelift.sources.helm.edits.style import Comments
from gatelift.sources.helm.values import parsed_values

ON = {"enabled": True, "name": "shared"}


def written(text: str, keys: str = "gateway", after: str = "ingress", **more: Any) -> str:
    def path(dotted: str) -> tuple[str, ...]:
        return tuple(dotted.split(".")) if dotted else ()

    return with_block(
        "values.yaml", text.encode(), path(keys), more.pop("block", ON), after=path(after), **more
    ).decode()


def test_it_follows_the_block_beside_it_with_the_comments_of_that_block() -> None:
    text = (
        "# all\nreplicas: 1\n\ningress:\n    enabled: false   # why\n    tls: []\n    #  - hosts: [a]\n\n"
        "# -- resources of the pod\nresources: {}\n"
    )
    assert written(text) == text.replace("[a]\n\n", "[a]\n\ngateway:\n    enabled: true\n    name: shared\n\n")


def test_blocks_that_stand_close_stay_close() -> None:
    assert written("ingress:\n  enabled: true\nother: 1\n") == (
        "ingress:\n  enabled: true\ngateway:\n  enabled: true\n  name: shared\nother: 1\n"
    )


def test_a_comment_at_the_left_edge_belongs_to_what_it_touches() -> None:
    above = "a: 1\n\ningress:\n  tls: []\n# - hosts: []\n\nb: 2\n"
    below = "a: 1\n\ningress:\n  tls: []\n# about b\nb: 2\n"
    block = "gateway:\n  enabled: true\n  name: shared\n"
    assert written(above) == f"a: 1\n\ningress:\n  tls: []\n# - hosts: []\n\n{block}\nb: 2\n"
    assert written(below) == f"a: 1\n\ningress:\n  tls: []\n{block}# about b\nb: 2\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "gateway:\n  enabled: true\n  name: shared\n"),
        ("# nothing yet\n", "# nothing yet\n\ngateway:\n  enabled: true\n  name: shared\n"),
        ("{}\n", "gateway:\n  enabled: true\n  name: shared\n"),
        ("{}", "gateway:\n  enabled: true\n  name: shared"),
        ("gateway: {}  # later\nb: 1\n", "gateway:  # later\n  enabled: true\n  name: shared\nb: 1\n"),
        ("gateway:\n  # later\nb: 1\n", "gateway:\n  enabled: true\n  name: shared\n  # later\nb: 1\n"),
        ("gateway: ~\nb: 1\n", "gateway:\n  enabled: true\n  name: shared\nb: 1\n"),
        ("gateway: {enabled: false}\n", "gateway: {enabled: false, name: shared}\n"),
        ("gateway:\n  name: other\n", "gateway:\n  name: other\n  enabled: true\n"),
        ("a: 1", "a: 1\ngateway:\n  enabled: true\n  name: shared"),
        ("a: 1\r\n", "a: 1\r\ngateway:\r\n  enabled: true\r\n  name: shared\r\n"),
        ("a: |+\n  x\n\n\n", "a: |+\n  x\n\n\ngateway:\n  enabled: true\n  name: shared\n"),
        ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "gateway": {\n    "enabled": true,\n    "name": "shared"\n  }\n}\n'),
        ("{a: 1, ingress: {}, b: 2}\n", "{a: 1, ingress: {}, gateway: {enabled: true, name: shared}, b: 2}\n"),
        ("---\na: 1\n", "---\na: 1\ngateway:\n  enabled: true\n  name: shared\n"),
    ],
)
def test_every_way_to_write_a_file(text: str, expected: str) -> None:
    assert written(text) == expected
    assert written(expected) == expected


def test_parents_are_made_where_they_are_missing() -> None:
    assert written("a: 1\n", "server.gateway", "server.ingress") == (
        "a: 1\nserver:\n  gateway:\n    enabled: true\n    name: shared\n"
    )


def test_what_a_person_wrote_stays() -> None:
    text = "gateway:\n  enabled: false\n  name: mine\n  more: x\n"
    assert written(text) == text


def test_comments_stand_above_their_keys() -> None:
    comments = Comments({(): ("# Routes",), ("name",): ("# -- Its name", "# again")}, apart=True)
    assert written("a:\n  b: 1\n", "a.gateway", "", comments=comments) == (
        "a:\n  b: 1\n  # Routes\n  gateway:\n    enabled: true\n\n    # -- Its name\n    # again\n    name: shared\n"
    )


def test_lists_stand_as_the_file_has_them() -> None:
    block = {"parents": [{"name": "x"}]}
    assert written("l:\n- 1\n", block=block).endswith("gateway:\n  parents:\n  - name: x\n")
    assert written("l:\n  - 1\n", block=block).endswith("gateway:\n  parents:\n    - name: x\n")


@pytest.mark.parametrize(
    ("text", "keys", "line"),
    [
        ("a: &x {b: 1}\nserver: *x\n", "server.gateway", 1),
        ("base: &x\n  b: {c: 1}\nserver:\n  <<: *x\n", "server.b.gateway", 2),
        ("a: 1\n---\nb: 1\n", "gateway", 2),
        ("server: none\n", "server.gateway", 1),
        ("a: 1\nserver: [1]\n", "server.gateway", 2),
    ],
)
def test_what_is_in_the_way_is_said_with_its_place(text: str, keys: str, line: int) -> None:
    with pytest.raises(InputError) as refused:
        written(text, keys)
    place = refused.value.finding.place
    assert place is not None
    assert (refused.value.finding.code, place.path, place.line) == ("helm/edit", "values.yaml", line)


def test_a_merge_key_beside_it_is_no_obstacle() -> None:
    text = "base: &x\n  b: 1\nserver:\n  <<: *x\n  c: 1\n"
    assert written(text, "server.gateway") == text + "  gateway:\n    enabled: true\n    name: shared\n"


def laid_over(block: Any, value: Any) -> Any:
    """``value`` with what it lacks of ``block``; a ``null`` is a mapping that holds nothing."""
    if not isinstance(block, Mapping):
        return value
    known = {} if value is None else value
    return {**known, **{key: laid_over(item, known[key]) if key in known else item for key, item in block.items()}}


def blocked(block: Any, value: Any) -> bool:
    """Whether something that is no mapping stands where a mapping is wanted."""
    if not isinstance(block, Mapping) or value is None:
        return False
    return not isinstance(value, Mapping) or any(blocked(block[key], value[key]) for key in block if key in value)


@given(
    texts(),
    st.lists(KEY, min_size=1, max_size=3),
    st.dictionaries(KEY.filter("yes".__ne__), LEAF, min_size=1, max_size=3),
    st.lists(KEY, max_size=3),
)
def test_only_the_block_is_added(text: str, keys: list[str], block: dict[str, Any], after: list[str]) -> None:
    data = text.encode()
    before = parsed_values("v", data)
    wanted: Any = block
    for key in reversed(keys):
        wanted = {key: wanted}
    if blocked(wanted, before) or "yes" in keys:
        # A value in the way, or a key that YAML 1.1 reads as a boolean and that is not found again.
        return
    made = with_block("v", data, tuple(keys), block, after=tuple(after))
    assert parsed_values("v", made) == laid_over(wanted, before)
    assert with_block("v", made, tuple(keys), block, after=tuple(after)) == made
    lines, rest = made.decode().splitlines(), iter(made.decode().splitlines())
    kept = [
        line for line in text.splitlines() if line.rstrip(" ") not in ("{}",) and not line.endswith((" {}", " null"))
    ]
    assert all(line in rest for line in kept), (lines, kept)
