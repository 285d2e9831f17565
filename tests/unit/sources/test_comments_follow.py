"""Comments of an Ingress in the files of its routes: each once, where what it speaks of is mirrored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from rewriting import Repository

from gatelift.findings import Exit
from gatelift.sources.comments import for_a_tool
from gatelift.sources.marks import mark_of
from gatelift.text.documents import split
from gatelift.text.source import Source

INGRESS = """\
# Copyright Example Ltd.
# SPDX-License-Identifier: Apache-2.0

# yaml-language-server: $schema=ingress.json
# the front door of the shop
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  labels:
    tier: front # billing asks for it
  annotations:
    # reports take ten minutes
    nginx.ingress.kubernetes.io/proxy-read-timeout: "600" # see the runbook
spec:
  ingressClassName: nginx
  tls:
    # renewed by hand
    - {hosts: [a.example.com, b.example.com], secretName: tls}
  rules:
    # the public name
    - host: a.example.com
      http:
        paths:
          # images are cached
          - path: /images
            pathType: Prefix
            backend:
              service:
                name: images # moves to the bucket
                port:
                  number: 8080   # not 80
          - path: / # everything else
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
    - host: b.example.com # partners
      http:
        paths:
          - path: /
            pathType: Prefix
            # the same pods
            backend: {service: {name: web, port: {number: 80}}}
          # - path: /old
"""
SPOKEN = [
    "the front door of the shop",
    "billing asks for it",
    "reports take ten minutes",
    "see the runbook",
    "renewed by hand",
    "the public name",
    "images are cached",
    "moves to the bucket",
    "not 80",
    "everything else",
    "partners",
    "the same pods",
    "- path: /old",
]


def around(text: str, comment: str) -> tuple[str, str]:
    """The line of a comment without it, and the line below."""
    lines = text.splitlines()
    number = next(number for number, line in enumerate(lines) if line.endswith(f"# {comment}"))
    return lines[number].partition("#")[0].strip(), lines[number + 1].strip()


@pytest.mark.parametrize("phase", ["coexist", "cutover", "retire"])
def test_each_comment_goes_once_to_what_mirrors_its_part(tmp_path: Path, phase: str) -> None:
    repository = Repository(tmp_path, {"shop/ingress.yaml": INGRESS})
    assert repository.rewrite("--phase", phase) is Exit.DONE
    text = repository.text("shop/httproute.yaml")
    assert [text.count(f"# {comment}\n") for comment in SPOKEN] == [1] * len(SPOKEN)
    assert "yaml-language-server" not in text
    first = re.search(r"# gatelift: digest .*\n((?:# .*\n)*)", text)
    assert first is not None
    assert first[1].splitlines() == [f"# {SPOKEN[number]}" for number in (0, 2, 3, 4)]
    assert around(text, "billing asks for it")[0] == "tier: front"
    assert around(text, "the public name") == ("", "- a.example.com")
    assert around(text, "partners")[0] == "- b.example.com"
    assert around(text, "images are cached") == ("", "- matches:")
    assert around(text, "moves to the bucket")[0] == "name: images"
    assert around(text, "not 80")[0] == "port: 8080"
    assert around(text, "everything else")[0] == "value: /"
    assert around(text, "the same pods") == ("", "backendRefs:")


def test_a_second_run_and_other_phases_change_no_comment(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"shop/ingress.yaml": INGRESS})
    repository.rewrite()
    first = repository.files()
    assert first["shop/ingress.yaml"] == INGRESS.encode()
    repository.rewrite()
    assert repository.files() == first
    comments = [line for line in repository.text("shop/httproute.yaml").splitlines() if "# " in line]
    for phase in ("cutover", "retire"):
        repository.rewrite("--phase", phase)
        again = [line for line in repository.text("shop/httproute.yaml").splitlines() if "# " in line]
        assert [line for line in again if line in comments and "gatelift" not in line] == [
            line for line in comments if "gatelift" not in line
        ]


def test_the_marks_of_commented_documents_hold_and_what_they_say_is_the_same(tmp_path: Path) -> None:
    bare = re.sub(r"(?m)[ ]*#.*$", "", INGRESS)
    objects = []
    for name, text in (("commented", INGRESS), ("bare", bare)):
        repository = Repository(tmp_path / name, {"shop/ingress.yaml": text})
        assert repository.rewrite() is Exit.DONE
        made = repository.text("shop/httproute.yaml")
        marks = [mark_of(item.chunk(Source("", made))) for item in split(Source("", made))]
        assert all(mark is not None and mark.intact for mark in marks)
        objects.append(list(yaml.safe_load_all(made)))
    assert objects[0] == objects[1]


def test_a_licence_goes_to_the_head_of_the_routes_when_its_file_goes(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"shop/ingress.yaml": INGRESS})
    repository.rewrite("--phase", "retire")
    assert list(repository.files()) == ["shop/httproute.yaml"]
    text = repository.text("shop/httproute.yaml")
    assert text.startswith(
        "# Copyright Example Ltd.\n# SPDX-License-Identifier: Apache-2.0\n---\n# gatelift: mirrors Ingress web\n"
    )
    before = repository.files()
    repository.rewrite("--phase", "retire")
    assert repository.files() == before


def test_what_withholds_an_ingress_leaves_its_comments_with_it(tmp_path: Path) -> None:
    text = INGRESS.replace("proxy-read-timeout", "auth-snippet")
    repository = Repository(tmp_path, {"shop/ingress.yaml": text})
    assert repository.rewrite() is Exit.REFUSED
    made = b"".join(data for path, data in repository.files().items() if path != "shop/ingress.yaml").decode()
    assert not any(comment in made for comment in SPOKEN)


def test_comments_of_an_item_of_a_list_follow_that_item(tmp_path: Path) -> None:
    item = """\
  # about {0}
  - apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {{name: {0}}}
    spec:
      ingressClassName: nginx
      rules:
        - host: {0}.example.com # host {0}
          http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""
    text = "apiVersion: v1\nkind: List\nitems:\n" + item.format("a") + item.format("b")
    repository = Repository(tmp_path, {"all.yaml": text})
    assert repository.rewrite() is Exit.DONE
    made = repository.text("all-httproute.yaml")
    first, second = made.split("---\n# gatelift: mirrors Ingress b\n")
    assert "# about a\n" in first
    assert "- a.example.com # host a\n" in first
    assert "# about b\n" in second
    assert "- b.example.com # host b\n" in second
    assert made.count("# about") == made.count("# host") == 2


def test_comments_above_an_item_leave_its_list_with_it_and_no_others(tmp_path: Path) -> None:
    lines = """\
apiVersion: v1
kind: List
items:
# for a tool
# gatelift: a word
# about web
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: web}
  spec:
    ingressClassName: nginx
    defaultBackend: {service: {name: web, port: {number: 80}}}
    rules:
    - host: a.example.com
# settings
- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
"""
    repository = Repository(tmp_path, {"all.yaml": lines})
    assert repository.rewrite("--phase", "retire") is Exit.DONE
    assert repository.text("all.yaml") == (
        "apiVersion: v1\nkind: List\nitems:\n# gatelift: a word\n# settings\n"
        "- {apiVersion: v1, kind: ConfigMap, metadata: {name: x}}\n"
    )
    assert repository.text("all-httproute.yaml").count("# for a tool\n# about web\n") == 1


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("# gatelift: ignore", True),
        ('# {"$imagepolicy": "flux-system:web"}', True),
        ("# yamllint disable-line", True),
        ("# Source: shop/templates/ingress.yaml", True),
        ("# checkov:skip=CKV_K8S_1: known", True),
        ("# renovate: datasource=docker", True),
        ("# source of truth", False),
        ("# ignore this host", False),
        ("# example: /old", False),
    ],
)
def test_what_a_tool_reads_is_told_from_what_a_person_reads(text: str, tool: bool) -> None:
    assert for_a_tool(text) is tool
