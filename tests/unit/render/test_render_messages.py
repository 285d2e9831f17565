"""Messages of engines: whole where they help, and never with what they quote of the sources."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest
from render_trees import built, program
from render_trees import temporary_folder_of_each_test as temporary_folder_of_each_test

from gatelift.render.helm import HelmEngine, Release, template
from gatelift.render.messages import told

OBJECT = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n"
INLINE = """\
resources: [s.yaml]
patches:
- patch: |
    apiVersion: v1
    kind: Secret
    metadata: {nme: s}
    stringData: {password: hunter2}
"""
OLD_INLINE = """\
resources: [s.yaml]
patchesStrategicMerge:
- |-
  apiVersion: v1
  kind: Secret
  metadata: {nme: s}
  stringData: {password: hunter2}
"""
TWO_DOCUMENTS = """\
resources: [s.yaml]
patches:
- target: {kind: Secret}
  patch: |
    apiVersion: v1
    kind: Secret
    metadata: {name: s}
    stringData: {password: hunter2}
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: s}
"""
BROKEN_JSON_PATCH = """\
resources: [s.yaml]
patchesJson6902:
- target: {kind: Secret, name: s, version: v1}
  patch: |
    hunter2: [
"""
TRANSFORMER = """\
resources: [s.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PatchTransformer
  metadata: {name: x}
  patch: "stringData: {a: hunter2}"
"""
PAST_THE_END = """\
resources: [s.yaml]
replacements:
- source: {kind: Secret, fieldPath: stringData.password, options: {delimiter: u, index: 7}}
  targets: [{select: {kind: Secret}, fieldPaths: [stringData.password]}]
"""
INTO_TEXT = """\
resources: [s.yaml]
replacements:
- source: {kind: Secret, fieldPath: stringData.password}
  targets: [{select: {kind: Secret}, fieldPaths: [stringData.password.a]}]
"""
KUSTOMIZATIONS = {
    "a literal without a key": (
        "secretGenerator: [{name: x, literals: ['user=a', 'token=hunter2', hunter2]}]\n",
        "loading KV pairs: a literal is not written as key=value",
    ),
    "a literal without a key, in another case": (
        "secretGenerator: [{name: x, literals: ['=hunter2']}]\n",
        "a literal is not written as key=value",
    ),
    "an env file that is not UTF-8": (
        "secretGenerator: [{name: x, envs: [latin.env]}]\n",
        "a line of an env file is not UTF-8",
    ),
    "an inline patch that is none": (
        INLINE,
        "trouble configuring builtin PatchTransformer: unable to parse SM or JSON patch from (not shown)",
    ),
    "an inline patch of the old field": (OLD_INLINE, "trouble configuring builtin PatchStrategicMergeTransformer: "),
    "a patch of several documents": (TWO_DOCUMENTS, "Multiple Strategic-Merge Patches"),
    "a broken JSON patch": (BROKEN_JSON_PATCH, "trouble configuring builtin PatchJson6902Transformer: yaml: line 1: "),
    "a transformer": (TRANSFORMER, "unable to parse SM or JSON patch from (not shown)"),
    "an object where a path is meant": (
        f"resources:\n- |-\n{textwrap.indent(OBJECT, '  ')}",
        "(several lines, not shown)",
    ),
    "an object in one line where a path is meant": (
        'resources: [\'{"kind": "Secret", "stringData": {"a": "hunter2"}}\']\n',
        "{...}",
    ),
    "another object in one line": ("resources: ['{kind: Secret, stringData: {a: hunter2}}']\n", "{...}"),
    "a replacement beyond the end": (PAST_THE_END, "options.index 7 is out of bounds for value (not shown)"),
    "a replacement into a text": (INTO_TEXT, 'unable to find field "stringData.password.a"'),
    "an alias": ("resources: [alias.yaml]\n", "no anchor; such text needs quotes"),
    "a tag": ("resources: [tag.yaml]\n", "cannot decode !!str as a !!int"),
}


@pytest.mark.parametrize("case", KUSTOMIZATIONS)
def test_kustomize_quotes_no_secret(case: str) -> None:
    text, wanted = KUSTOMIZATIONS[case]
    made = built(
        {
            "kustomization.yaml": text,
            "s.yaml": OBJECT,
            "latin.env": b"TOKEN=hunter2\xe9\n",
            "alias.yaml": OBJECT.replace("hunter2", "*hunter2"),
            "tag.yaml": OBJECT.replace("hunter2", "!!int hunter2"),
        }
    )
    assert made.text is None
    assert "hunter2" not in made.error + "".join(made.warnings)
    assert "104 117 110 116" not in made.error
    assert wanted in made.error
    assert "\n" not in made.error


def test_what_helps_stays() -> None:
    twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, name: two, name: three}\n"
    error = built({"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": twice}).error
    assert 'line 3: mapping key "name" already defined at line 3' in error
    other = 'unable to find field "spec.x" in replacement target'
    assert told(f"Error: {other}\n", ()).error == other


def test_remarks_are_told_apart_from_the_error_whatever_says_them() -> None:
    said = told(
        "# Warning: 'bases' is deprecated.\n"
        "2026/11/23 04:52:23 Warning: patches target not found for Target\n"
        "I1123 04:52:23.211893   12961 log.go:244] well-defined vars that were never replaced: A\n"
        'level=INFO msg="warning: skipped value for shop.sub.auth: Not a table."\n'
        "\nError: it fails\n\nUse --debug flag to render out invalid YAML\n",
        (),
    )
    assert said.remarks == (
        "Warning: 'bases' is deprecated.",
        "Warning: patches target not found for Target",
        "well-defined vars that were never replaced: A",
        "warning: skipped value for shop.sub.auth: Not a table.",
    )
    assert said.error == "it fails"
    assert told("panic: what\n\ngoroutine 1 [running]:\n", ()).error == "panic: what"


HELM = {
    "Error: shop/templates/a.yaml:1:19\n  executing \"shop/templates/a.yaml\" at <.Values.p>:\n"
    "    range can't iterate over hunter2\n": "shop/templates/a.yaml:1:19\n  executing \"shop/templates/a.yaml\" at "
    "<.Values.p>:\n    range can't iterate over (not shown)",
    "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nshop:\n"
    "- at '/password': 'hunter2' does not match pattern '^x'\n- at '/auth': got object, want string\n":
    "values don't meet the specifications of the schema(s) in the following chart(s):\nshop:\n"
    "- at '/password': the value does not match pattern '^x'\n- at '/auth': got object, want string",
    'Error: error calling mustToDate: parsing time "hunter2" as "2006": cannot parse "hunter2" as "2006"\n':
    'error calling mustToDate: parsing time (not shown) as "2006": cannot parse (not shown) as "2006"',
    "Error: cannot load values.yaml: yaml: unknown anchor 'hunter2' referenced\n": "cannot load values.yaml: yaml: "
    "what follows a '*' is no anchor; such text needs quotes",
}  # fmt: skip


@pytest.mark.parametrize("text", HELM)
def test_helm_quotes_no_secret(text: str, tmp_path: Path) -> None:
    (tmp_path / "said").write_text(
        "coalesce.go:286: warning: cannot overwrite table with non table for shop.auth (map[password:hunter2])\n" + text
    )
    helm = program(tmp_path / "helm", f"/bin/cat {tmp_path}/said >&2; exit 1")
    made = template(HelmEngine("v4.0.0", str(helm)), str(tmp_path), ".", Release(name="x"))
    assert made.error == HELM[text]
    assert made.warnings == ("warning: cannot overwrite table with non table for shop.auth",)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 1_000_000,
        'parsing "' * 100_000,
        "literal source " * 100_000,
        "'\n" * 300_000,
        "trouble configuring builtin x with config: `\n" * 30_000,
        "!!a `" * 200_000,
        "Warning: {\n" * 100_000,
    ],
)
def test_a_message_without_measure_takes_no_time(text: str) -> None:
    began = time.process_time()
    said = told(text, ("/scratch/x",))
    assert time.process_time() - began < 5
    assert len(said.error) < 5000
    assert len(said.remarks) <= 50


def test_what_is_quoted_ends_with_the_message() -> None:
    for text in ("cannot decode !!str `", 'parsing time "', "unknown anchor '"):
        assert "hunter2" not in told(f"Error: {text}{'hunter2' * 3000}", ()).error
