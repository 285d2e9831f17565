"""The stream that is written: documents stay apart, lists are cut in one go, annotations change in place."""

from __future__ import annotations

import json
import time

import pytest
import yaml

from gatelift.config.model import Phase
from gatelift.findings import InputError
from support.conversion import Setup, convert

KEYS = {"external-dns.alpha.kubernetes.io/controller", "external-dns.kubernetes.io/controller"}
SPEC = """\
spec:
  ingressClassName: nginx
  rules:
  - host: a.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
HEAD = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"


def at(phase: Phase, text: str) -> str:
    """What ``convert`` prints."""
    return convert(text, Setup(phase=phase)).text


def first(text: str) -> str:
    """The first document of a stream, as text."""
    return text.partition("---\n# gatelift")[0]


def test_a_list_of_a_thousand_ingresses_takes_seconds() -> None:
    items = [
        {
            **yaml.safe_load(HEAD + SPEC.replace("a.ex", f"a{number}.ex")),
            "metadata": {"name": f"web-{number}", "namespace": "d"},
        }
        for number in range(1000)
    ]
    items.append({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "d"}, "spec": {}})
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": items})
    for phase in (Phase.CUTOVER, Phase.RETIRE):
        start = time.process_time()
        at(phase, text)
        assert time.process_time() - start < 10


def test_documents_between_dots_stay_apart_when_one_is_replaced() -> None:
    ingress = f"{HEAD}metadata: {{name: web, namespace: d}}\n{SPEC}"
    before = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    after = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: d}\n"
    for phase in Phase:
        text = at(phase, f"{before}...\n{ingress}...\n{after}")
        kinds = [item["kind"] for item in yaml.safe_load_all(text) if item]
        assert kinds[0] == "Deployment"
        assert kinds[-1] == "Service"
        assert text.startswith(before)
        assert text.endswith(after)


METADATA = [
    "metadata: {name: q, namespace: d}\n",
    "metadata: { name: q, namespace: d }\n",
    "metadata: {name: q, annotations: {a: b}, namespace: d}\n",
    "metadata: {name: q, annotations: { a: b , c: d } , namespace: d}\n",
    'metadata: {\n  "name": "q", "annotations": {\n    "a": "b"\n  }\n}\n',
    "metadata:\n  name: q\n  namespace: d\n",
    "metadata:\n  # said\n  name: q # name\n  annotations:\n    # why\n    a: b\n    c: |\n      d\n\n  namespace: d\n",
    "metadata:\n  ? name\n  : q\n",
    "metadata:\n  name: q\n  annotations:\n    ? foo\n    : bar\n",
    "metadata:\n  <<: {name: q}\n  namespace: d\n",
    "metadata: {<<: {name: q}}\n",
]


@pytest.mark.parametrize("metadata", METADATA)
def test_the_way_back_from_cutover_restores_every_byte(metadata: str) -> None:
    text = HEAD + metadata + SPEC
    over = at(Phase.CUTOVER, text)
    wanted = yaml.safe_load(text)
    found = yaml.safe_load(first(over))
    assert found["metadata"]["annotations"].keys() >= KEYS
    wanted["metadata"].setdefault("annotations", {}).update(
        {key: found["metadata"]["annotations"][key] for key in KEYS}
    )
    assert found == wanted
    assert first(at(Phase.COEXIST, over)) == text


@pytest.mark.parametrize("nothing", ["", " ~", " null", " {}", " # none"])
def test_empty_annotations_are_filled_and_go_as_a_whole(nothing: str) -> None:
    text = f"{HEAD}metadata:\n  name: q\n  annotations:{nothing}\n  namespace: d\n{SPEC}"
    over = at(Phase.CUTOVER, text)
    assert yaml.safe_load(first(over))["metadata"]["annotations"].keys() == KEYS
    back = yaml.safe_load(first(at(Phase.COEXIST, over)))
    assert back["metadata"] == {"name": "q", "namespace": "d"}


def test_annotations_that_cannot_be_edited_alone_are_refused_with_a_place() -> None:
    text = f"{HEAD}metadata: {{name: q, labels: &shared {{a: b}}, annotations: *shared}}\n{SPEC}"
    with pytest.raises(InputError) as caught:
        at(Phase.CUTOVER, text)
    finding = caught.value.finding
    assert finding.code == "input/edit"
    assert finding.place is not None
    assert finding.place.line == 1
    assert finding.object == "Ingress q"


def test_an_item_that_others_refer_to_is_not_taken_out_of_its_list() -> None:
    ingress = json.dumps(yaml.safe_load(f"{HEAD}metadata: {{name: q}}\n{SPEC}"))
    service = "{apiVersion: v1, kind: Service, metadata: {name: s, labels: *l}}"
    text = f"apiVersion: v1\nkind: List\nitems:\n- {ingress.replace(': {', ': &l {', 1)}\n- {service}\n"
    with pytest.raises(InputError) as caught:
        at(Phase.RETIRE, text)
    assert caught.value.finding.code in ("input/edit", "input/shape")


def test_a_list_within_a_list_leaves_alone() -> None:
    ingress = yaml.safe_load(f"{HEAD}metadata: {{name: q}}\n{SPEC}")
    inner = {"apiVersion": "v1", "kind": "List", "items": [ingress]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}}
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [inner, service]})
    assert yaml.safe_load(at(Phase.RETIRE, text).partition("---\n")[0])["items"] == [service]
