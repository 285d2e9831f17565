"""Reading: what is parsed, what is ignored, what is waited for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatelift.findings import InputError
from gatelift.ingress.read import read as read_ingress
from gatelift.manifests.resource import Provenance, ShapeError, resources
from gatelift.sources.files import regular_bytes
from gatelift.sources.plain import manifests
from gatelift.sources.streams import Base, read

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: d}
spec: {rules: [{host: a.example.com}, {host: b.example.com}, {}]}
"""


def test_an_ingress_behind_a_line_that_looks_like_another_kind_is_read() -> None:
    hidden = '{"kind": Ingress, "apiVersion": networking.k8s.io/v1, "metadata": {"name": web}, "x": "\nkind: Foo\n"}\n'
    other = '"kind": Ingress\n"apiVersion": networking.k8s.io/v1\n"metadata": {"name": web}\n"x": "a\nkind: Foo\n"\n'
    for text in (hidden, other, other.replace("Ingress", '"\\u0049ngress"')):
        assert [item.kind for item in read(["-"], stdin=[text.encode()]).resources] == ["Ingress"]


def test_an_ignored_file_gives_its_ingresses_as_suspects_and_passes_through(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(f"{INGRESS}---\nkind: [\n---\nkind: Service\napiVersion: v1\nmetadata: 5\n")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff")
    reading = read([str(tmp_path)], Base(str(tmp_path), lambda path: path.endswith(".yaml")))
    assert {str(finding.severity) for finding in reading.findings} == {"note"}
    assert reading.resources == ()
    assert [stream.source.text for stream in reading.streams] == [(tmp_path / "old.yaml").read_text()]
    found = manifests(reading)
    assert [(item.name, item.hosts) for item in found.suspects] == [("d/web", ("a.example.com", "b.example.com", None))]
    assert "ignored" in found.suspects[0].why


def test_an_ingress_that_stands_twice_is_a_suspect() -> None:
    found = manifests(read(["-"], stdin=[f"{INGRESS}---\n{INGRESS}".encode()]))
    assert found.ingresses == ()
    assert {item.why for item in found.suspects} == {"it stands there more than once"}


@pytest.mark.parametrize(
    ("spec", "hosts"),
    [
        ("{rules: [{host: a.example.com, http: 5}, {host: 7}]}", ("a.example.com", None)),
        ("{rules: 5}", (None,)),
        ("5", (None,)),
    ],
)
def test_an_ingress_of_broken_shape_is_a_suspect(spec: str, hosts: tuple[str | None, ...]) -> None:
    text = INGRESS.partition("spec:")[0] + f"spec: {spec}\n"
    found = manifests(read(["-"], stdin=[text.encode()]))
    assert [(item.hosts, item.why) for item in found.suspects] == [(hosts, "it could not be read")]


def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (str(tmp_path / "pipe"), "/dev/zero"):
        with pytest.raises(InputError, match="no regular file"):
            regular_bytes(path)


def test_a_port_of_thousands_of_digits_is_no_port() -> None:
    backend = {"serviceName": "web", "servicePort": "9" * 5000}
    value = {
        "apiVersion": "extensions/v1beta1",
        "kind": "Ingress",
        "metadata": {"name": "web"},
        "spec": {"backend": backend},
    }
    (resource,) = resources(value, Provenance(".", "x.yaml"))
    with pytest.raises(ShapeError, match="is no port"):
        read_ingress(resource)
