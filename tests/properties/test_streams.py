"""Streams: every byte that nobody had a reason to touch is still there, and a second run has nothing to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml
from hypothesis import given
from hypothesis import strategies as st

from gatelift.config.model import Phase
from properties.test_ledger import converted, reference
from support.bounds import examples
from support.conversion import Conversion, Setup, convert, convert_files
from support.repositories import Repository, joined, repositories


def chunks(text: str) -> list[str]:
    """The documents of a stream in which each begins with ``---``."""
    return re.split(r"(?m)^(?=---\s)", text)[1:]


def is_new(chunk: str) -> bool:
    return re.match(r"---\r?\n# gatelift: mirrors ", chunk) is not None


@given(repositories())
@examples(150)
def test_coexist_adds_documents_and_changes_no_byte_between_them(repository: Repository) -> None:
    text = repository.text
    found = converted(repository, Phase.COEXIST)
    old = [chunk for chunk in chunks(found.text) if not is_new(chunk)]
    new = [chunk for chunk in chunks(found.text) if is_new(chunk)]
    assert "".join(old) == text
    assert len(new) == len(found.emitted)


@given(repositories())
@examples(60)
def test_new_documents_end_their_lines_as_the_file_does(repository: Repository) -> None:
    documents = tuple(text.replace("\n", "\r\n") for text in chunks(repository.text))
    found = converted(Repository(repository.ingresses, documents, repository.setup), Phase.COEXIST)
    # Objects for a Gateway come after all files, and belong to none.
    own = found.text.partition("# gatelift: mirrors Settings")[0].removesuffix("---\n")
    assert "\n" not in own.replace("\r\n", "")


@given(repositories())
@examples(150)
def test_a_second_run_over_the_output_of_coexist_changes_nothing(repository: Repository) -> None:
    first = converted(repository, Phase.COEXIST).text
    second = convert(first, repository.setup.at(Phase.COEXIST))
    assert second.emitted == []
    assert second.text == first


@given(repositories(), st.sampled_from((Phase.CUTOVER, Phase.RETIRE)))
@examples(150)
def test_a_second_run_over_the_output_of_any_phase_changes_nothing(repository: Repository, phase: Phase) -> None:
    first = converted(repository, phase).text
    assert convert(first, repository.setup.at(phase)).text == first


@given(repositories(), st.sampled_from((Phase.CUTOVER, Phase.RETIRE)))
@examples(150)
def test_documents_that_are_no_ingress_keep_every_byte_in_their_order(repository: Repository, phase: Phase) -> None:
    found = converted(repository, phase)
    after = iter(chunks(found.text))
    kinds = [kinds_in(chunk) for chunk in chunks(repository.text)]
    for chunk, kind in zip(chunks(repository.text), kinds, strict=True):
        if kind not in ("Ingress", "List"):
            assert any(other == chunk for other in after), chunk


def kinds_in(chunk: str) -> str:
    value = yaml.safe_load(chunk)
    if not isinstance(value, dict) or value["apiVersion"].startswith("example.com"):
        return ""
    return str(value["kind"])


@given(repositories())
@examples(150)
def test_retire_leaves_exactly_the_ingresses_that_it_says_it_keeps(repository: Repository) -> None:
    found = converted(repository, Phase.RETIRE)
    kept = {str(change.ingress.ref) for change in found.result.changes if change.keep}
    left: dict[str, object] = {}
    for document in yaml.safe_load_all(found.text):
        if not isinstance(document, dict):
            continue
        for item in document["items"] if document["kind"] == "List" else [document]:
            if item["kind"] == "Ingress" and not item["apiVersion"].startswith("example.com"):
                left[reference(item)] = item
    assert set(left) == kept
    for manifest in repository.ingresses:
        assert left.get(reference(manifest), manifest) == manifest


@given(repositories())
@examples(100)
def test_cutover_changes_nothing_but_annotations_of_external_dns_on_an_ingress(repository: Repository) -> None:
    found = converted(repository, Phase.CUTOVER)
    left = {}
    for document in yaml.safe_load_all(found.text):
        for item in document["items"] if isinstance(document, dict) and document["kind"] == "List" else [document]:
            if isinstance(item, dict) and item["kind"] == "Ingress":
                left[item["apiVersion"], reference(item)] = item
    for manifest in repository.ingresses:
        after = left[manifest["apiVersion"], reference(manifest)]
        assert without_dns(after) == without_dns(manifest)


def without_dns(manifest: object) -> object:
    plain = json.loads(json.dumps(manifest))
    found = plain["metadata"].pop("annotations", {})
    plain["metadata"]["annotations"] = {k: v for k, v in found.items() if not k.startswith("external-dns.")}
    return plain


@given(repositories(), st.randoms(use_true_random=False))
@examples(60)
def test_the_order_of_the_files_changes_nothing_but_the_order_of_the_output(
    repository: Repository, random: Random
) -> None:
    with TemporaryDirectory() as folder:
        paths = []
        for number, document in enumerate(repository.documents):
            path = Path(folder, f"{number:02}.yaml")
            path.write_text(joined((document,)), newline="")
            paths.append(str(path))
        converted(repository)
        first = convert_files(paths, repository.setup)
        random.shuffle(paths)
        second = convert_files(paths, repository.setup)
    assert summary(first) == summary(second)
    assert sorted(map(repr, first.emitted)) == sorted(map(repr, second.emitted))


def summary(found: Conversion) -> object:
    return {
        name: (change.keep, change.emitted, change.annotations, change.entries, change.withheld)
        for name, change in found.changes.items()
    }


BRIEF = """---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: shop, annotations: {{{annotations}}}}}
spec:
  ingressClassName: nginx
  rules: [{{host: "{host}", http: {{paths: [{{path: /, pathType: Prefix, backend: {service}}}]}}}}]
"""
SERVICE = "{service: {name: web, port: {number: 80}}}"
UNKNOWN = 'nginx.ingress.kubernetes.io/does-not-exist: "true"'


def test_a_door_that_retire_closed_stays_closed_when_the_ingress_that_needed_it_is_gone() -> None:
    wild = BRIEF.format(name="wild", annotations="", host="*.example.com", service=SERVICE)
    admin = BRIEF.format(name="admin", annotations=UNKNOWN, host="shop.example.com", service=SERVICE)
    first = convert(wild + admin, Setup()).text
    assert "name: admin-closed" in first
    assert convert(first, Setup()).text == first


def test_a_redirect_to_https_stays_when_the_ingress_with_the_certificate_is_gone() -> None:
    wild = BRIEF.format(name="wild", annotations="", host="*.example.com", service=SERVICE)
    wild += '  tls: [{hosts: ["*.example.com"], secretName: tls}]\n'
    other = "nginx.ingress.kubernetes.io/proxy-body-size: 8m"
    first = convert(
        wild + BRIEF.format(name="a", annotations=other, host="a.example.com", service=SERVICE), Setup()
    ).text
    assert "name: a-redirect" in first
    assert convert(first, Setup()).text == first


def test_a_route_in_one_root_does_not_stand_for_the_same_ingress_in_another(tmp_path: Path) -> None:
    text = BRIEF.format(name="web", annotations="", host="a.example.com", service=SERVICE)
    (tmp_path / "dev").mkdir()
    (tmp_path / "prod").mkdir()
    setup = Setup(phase=Phase.COEXIST)
    (tmp_path / "prod" / "a.yaml").write_text(text)
    (tmp_path / "dev" / "a.yaml").write_text(convert(text, setup).text)
    found = convert_files([str(tmp_path / "dev"), str(tmp_path / "prod")], setup)
    assert [item["metadata"]["name"] for item in found.emitted if item["kind"] == "HTTPRoute"] == ["web"]
