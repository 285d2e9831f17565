"""What gatelift wrote before, and what a person wrote into it since: nothing of a person's goes or is written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rewriting import Repository

from gatelift.manifests.shape import ObjectKey
from gatelift.repository.tree import Tree
from gatelift.sources.marks import marked
from gatelift.sources.ours import blanked, drift, our_files, references_file, renewed, renewed_text
from gatelift.sources.placing import NewDocument
from gatelift.text.documents import split
from gatelift.text.source import decode

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  rules:
  - host: a.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
THEIRS = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name:   odd}  # spacing\n",
    "# only a comment\n",
    "kind: Service\napiVersion: v1\nmetadata: {name: web}\n# the end",
)


def _route(name: str, host: str = "a.example.com") -> str:
    return (
        f"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: {name}\n"
        f"spec:\n  hostnames:\n    - {host}\n"
    )


def _key(name: str) -> ObjectKey:
    return ObjectKey("gateway.networking.k8s.io", "HTTPRoute", "", name)


def _tree(text: str) -> Tree:
    data = {"r.yaml": text.encode()}
    return Tree("/r", data, data.__getitem__)


@pytest.mark.parametrize(
    "text",
    [
        "# Owner: somebody\n---\n{}",
        "# Owner: somebody\n{}",
        "{}---\n# a note at the end\n",
        "{}# a note at the end\n",
        "---\n# a note\n---\n{}",
        "{}---\napiVersion: v1\nkind: Service\nmetadata: {{name: web}}\n",
    ],
)
def test_a_file_in_which_a_person_wrote_is_not_ours_as_a_whole(text: str) -> None:
    ours = marked(_route("web"), "Ingress web")
    assert our_files(_tree(ours), ["r.yaml"])["r.yaml"].whole
    assert our_files(_tree(f"---\n{ours}---\n{ours}"), ["r.yaml"])["r.yaml"].whole
    found = our_files(_tree(text.format(ours)), ["r.yaml"])
    assert not (found and found["r.yaml"].whole)
    assert renewed(found, lambda _: {"web"}).files == set()


@pytest.mark.parametrize("place", ["head", "tail", "between"])
def test_a_comment_of_a_person_outlives_the_next_run(tmp_path: Path, place: str) -> None:
    made = Repository(tmp_path, {"app/ingress.yaml": INGRESS, "app/kustomization.yaml": "resources:\n- ingress.yaml\n"})
    made.rewrite()
    text = made.text("app/httproute.yaml")
    said = "# Owner: somebody, see the wiki\n"
    edited = {"head": f"{said}---\n{text}", "tail": f"{text}---\n{said}", "between": f"---\n{said}---\n{text}"}[place]
    made.write("app/httproute.yaml", edited)
    made.write("app/ingress.yaml", INGRESS.replace("a.example.com", "b.example.com"))
    made.rewrite()
    after = made.text("app/httproute.yaml")
    assert said in after
    assert "b.example.com" in after
    assert "a.example.com" not in after


@given(
    st.lists(st.one_of(st.sampled_from(THEIRS), st.sampled_from(("web", "api", "old"))), min_size=1, max_size=6),
    st.sets(st.sampled_from(("web", "api", "new"))),
    st.sampled_from(("\n", "\r\n")),
)
def test_documents_of_a_person_keep_every_byte(parts: list[str], wanted: set[str], newline: str) -> None:
    own = {"web", "api", "old"}
    names = [part for part in parts if part in own]
    if len(set(names)) < len(names):
        return
    chunks = [marked(_route(part), "Ingress web") if part in own else part.rstrip("\n") + "\n" for part in parts]
    text = "---\n".join(chunks).replace("\n", newline)
    source = decode("r.yaml", text.encode())
    ours = [item.index for item in split(source) if "# gatelift: mirrors" in item.chunk(source)]
    new = [NewDocument(_key(name), marked(_route(name, "new.example.com"), "Ingress web")) for name in sorted(wanted)]
    made = renewed_text("r.yaml", text.encode(), ours, new).decode()
    for part, chunk in zip(parts, chunks, strict=True):
        if part not in own:
            assert chunk.replace("\n", newline) in made
    assert made.count("new.example.com") == len(wanted)
    assert "a.example.com" not in made
    assert made.count("\r\n") == (made.count("\n") if newline == "\r\n" else 0)
    again = decode("r.yaml", made.encode())
    back = [item.index for item in split(again) if "# gatelift: mirrors" in item.chunk(again)]
    assert renewed_text("r.yaml", made.encode(), back, new).decode() == made


@given(st.lists(st.sampled_from((*THEIRS, "ours")), min_size=1, max_size=5), st.booleans(), st.data())
def test_a_blanked_document_moves_no_other(parts: list[str], head: bool, data: st.DataObject) -> None:
    chunks = [marked(_route("web"), "Ingress web") if part == "ours" else f"{part.rstrip()}\n" for part in parts]
    text = ("---\n" if head else "") + "---\n".join(chunks)
    source = decode("r.yaml", text.encode())
    documents = split(source)
    gone = data.draw(st.sets(st.sampled_from([item.index for item in documents])))
    after = decode("r.yaml", blanked(source, gone).encode())
    assert after.text.count("\n") == source.text.count("\n")
    for old, new in zip(documents, split(after), strict=True):
        assert new.empty if old.index in gone else new.body(after) == old.body(source)


def test_what_mirrors_nothing_that_is_there_is_left_alone() -> None:
    gone, there = (marked(_route(name), f"Ingress {name}") for name in ("old", "web"))
    files = our_files(_tree(f"{gone}---\n{there}"), ["r.yaml"])
    assert renewed(files, lambda _: {"web"}) == type(renewed({}, lambda _: ()))(frozenset(), {"r.yaml": frozenset({1})})
    assert renewed(files, lambda _: ()).files == set()


def test_an_edited_document_is_reported_and_not_made_anew() -> None:
    text = marked(_route("web"), "Ingress web").replace("a.example.com", "mine.example.com")
    files = our_files(_tree(text), ["r.yaml"])
    assert renewed(files, lambda _: {"web"}).documents == {"r.yaml": frozenset()}
    assert [(item.code, item.place and item.place.path) for item in drift(files)] == [("ours/edited", "r.yaml")]


def test_name_references_that_a_person_changed_are_theirs() -> None:
    text = references_file("nameReference: []\n")
    assert our_files(_tree(text), ["r.yaml"])["r.yaml"].whole
    assert our_files(_tree(text.replace("\n", "\r\n")), ["r.yaml"])["r.yaml"].whole
    assert not our_files(_tree(f"{text}- kind: X\n"), ["r.yaml"])["r.yaml"].whole
