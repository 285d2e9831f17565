"""Names and styles of new files; what is left alone by a comment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.sources.ignoring import is_ignored
from gatelift.sources.placing import NewDocument, Style, beside, file_of, file_text, style_of
from gatelift.sources.streams import parsed

INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: {}\n"


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a/ingress.yaml", "a/httproute.yaml"),
        ("a/web-ing.yml", "a/web-httproute.yml"),
        ("a/Ingresses.yaml", "a/httproute.yaml"),
        ("ingress/app.yaml", "ingress/app-httproute.yaml"),
        ("a/pricing.yaml", "a/pricing-httproute.yaml"),
        ("a/ingress.json", "a/httproute.yaml"),
        ("ingress", "httproute.yaml"),
    ],
)
def test_a_new_file_is_called_as_a_person_would(path: str, wanted: str) -> None:
    assert beside(path, set().__contains__) == wanted
    stem, dot, end = wanted.rpartition(".")
    assert beside(path, {wanted}.__contains__) == f"{stem}-2{dot}{end}"


@given(st.text(max_size=20), st.sampled_from((".", "a/b")))
def test_a_file_named_after_an_object_stays_in_its_folder(name: str, folder: str) -> None:
    made = file_of(folder, name, "patch", set().__contains__)
    assert made.startswith("" if folder == "." else f"{folder}/")
    last = made if folder == "." else made.removeprefix(f"{folder}/")
    assert "/" not in last
    assert last[0] not in "-."
    assert last.isascii()


@pytest.mark.parametrize(
    ("text", "newline", "wanted"),
    [
        ("a:\n  - b\n", "\n", Style("\n", deep=True)),
        ("---\na:\n- b\n", "\n", Style("\n", start=True)),
        ("# x\r\n---\r\na:\r\n  - b\r\n", "\r\n", Style("\r\n", start=True, deep=True)),
        ("a: |\n  - b\nc:\n- d\n", "\n", Style("\n")),
    ],
)
def test_the_style_of_a_file(text: str, newline: str, wanted: Style) -> None:
    assert style_of(text, newline) == wanted


def test_a_file_in_its_style_under_its_head() -> None:
    from gatelift.manifests.shape import ObjectKey

    items = [NewDocument(ObjectKey("", "", "", name), f"name: {name}\n") for name in ("a", "b")]
    assert file_text(items, Style()) == "name: a\n---\nname: b\n"
    assert file_text(items[:1], Style("\r\n", start=True), "# licence\n") == "# licence\r\n---\r\nname: a\r\n"
    assert file_text([], Style(start=True)) == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"# gatelift: ignore\n---\n{INGRESS}---\n{INGRESS}", [True, True]),
        (f"# licence\n# gatelift:ignore\n{INGRESS}---\n{INGRESS}", [True, True]),
        (f"{INGRESS}---\n# gatelift: ignore\n{INGRESS}", [False, True]),
        (f"{INGRESS}---\n{INGRESS}# gatelift: ignore\n", [False, True]),
        (f"{INGRESS.replace('{name: web}', '{name: web} # gatelift: ignore')}---\n{INGRESS}", [True, False]),
        (f"# gatelift: ignored\n{INGRESS}", [False]),
        (f"# mentions gatelift: ignore\n{INGRESS}", [False]),
        (INGRESS.replace("\n", " # gatelift: ignore\r\n", 1), [True]),
    ],
)
def test_who_is_left_alone(text: str, left: list[bool]) -> None:
    (stream,) = parsed(".", "i.yaml", text.encode()).streams
    found = [is_ignored(stream, item.index) for item in stream.documents if not item.empty]
    assert found == left
