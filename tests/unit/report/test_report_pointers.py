"""Pointers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatelift.manifests.resource import escape
from gatelift.report.pointers import annotation, readable, setting


@pytest.mark.parametrize(
    ("pointer", "name"),
    [
        ("/metadata/annotations/nginx.ingress.kubernetes.io~1x", "nginx.ingress.kubernetes.io/x"),
        ("/spec/rules/0/http/paths/1/path", "spec.rules[0].http.paths[1].path"),
        ("/metadata/labels/app.kubernetes.io~1name", 'metadata.labels["app.kubernetes.io/name"]'),
        ("/metadata/annotations", "metadata.annotations"),
        ("/apiVersion", "apiVersion"),
        ("configmap:use-gzip", "ConfigMap use-gzip"),
        ("", "the whole object"),
    ],
)
def test_a_pointer_reads_like_a_path(pointer: str, name: str) -> None:
    assert readable(pointer) == name


def test_items_of_a_list_look_alike_where_they_are_counted() -> None:
    assert readable("/spec/rules/12/http/paths/3/path", indexes=False) == "spec.rules[].http.paths[].path"


def test_what_is_no_pointer_is_given_back_untouched() -> None:
    assert readable("default:x/y") == "default:x/y"


def test_a_field_has_no_key() -> None:
    assert annotation("/spec/rules/0/host") == ""
    assert setting("/spec/rules/0/host") == ""


@given(st.text(min_size=1))
def test_every_annotation_is_named_by_its_very_key(key: str) -> None:
    assert annotation(f"/metadata/annotations/{escape(key)}") == key
