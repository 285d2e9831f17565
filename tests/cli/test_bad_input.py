"""Bad input: one clear error with a place and a next step, exit code 4, and the rest is analysed all the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_inputs import GATEWAY, Result, gatelift, good_is_reported, ingress, process, repository

HEAD = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
META = HEAD + "metadata: {name: bad, namespace: app}\n"
SPEC = "spec: {ingressClassName: nginx, defaultBackend: {service: {name: web, port: {number: 80}}}}\n"
RULES = "spec:\n  ingressClassName: nginx\n  rules:\n    - host: bad.example.com\n      http:\n        paths:\n"

# name: (content, line:column or line, a word of the message, a word of what to do)
BAD: dict[str, tuple[bytes, str, str, str]] = {
    "a second colon": (META.encode() + b"spec:\n  a: b: c\n", "5:", "':", "quotes"),
    "an unclosed quote": (HEAD.encode() + b'metadata: {name: "bad}\n', "3:18", "never closed", "closing"),
    "an unclosed bracket": (META.encode() + b"spec: {rules: [a\n", "4:", "never closed", "Close"),
    "a tab": (META.encode() + b"spec:\n\tingressClassName: nginx\n", "5:1", "tab", "spaces"),
    "a Helm template": (HEAD.encode() + b"metadata:\n  name: {{ .Values.name }}\n", "4:", "template", "helm template"),
    "a Helm template around it": (
        b"{{- if .Values.ingress.enabled }}\n" + META.encode() + SPEC.encode() + b"{{- end }}\n",
        "1:1",
        "template",
        "helm template",
    ),
    "a duplicate key": (META.encode() + b"spec:\n  rules: []\n  rules: []\n", "6:3", "already defined", "Remove"),
    "two documents run together": (META.encode() + SPEC.encode() + META.encode(), "5:1", "already defined", "---"),
    "Latin-1": (META.encode() + b"# caf\xe9\n" + SPEC.encode(), "4:6", "not UTF-8", "UTF-8"),
    "UTF-16 with a mark": ((META + SPEC).encode("utf-16"), "", "UTF-16", "iconv"),
    "UTF-16 without a mark": ((META + SPEC).encode("utf-16-le"), "", "UTF-16", "iconv"),
    "a control character": (META.encode() + b"# \x1b[31m\n" + SPEC.encode(), "4:3", "U+001B", "Remove"),
    "an unquoted boolean annotation": (
        HEAD.encode() + b"metadata:\n  name: bad\n  annotations:\n    a/b: true\n" + SPEC.encode(),
        "6:5",
        "boolean",
        "quotes",
    ),
    "an unquoted number annotation": (
        HEAD.encode() + b"metadata:\n  name: bad\n  annotations:\n    a/b: 10\n" + SPEC.encode(),
        "6:5",
        "number",
        "quotes",
    ),
    "an annotation without a value": (
        HEAD.encode() + b"metadata:\n  name: bad\n  annotations:\n    a/b:\n" + SPEC.encode(),
        "6:",
        "nothing",
        "quotes",
    ),
    "annotations as a list": (
        HEAD.encode() + b"metadata:\n  name: bad\n  annotations: [a]\n" + SPEC.encode(),
        "5:3",
        "annotations is a mapping",
        "mapping",
    ),
    "a port number in quotes": (
        META.encode()
        + RULES.encode()
        + b'          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: "80"}}}}\n',
        "10:",
        "whole number",
        "without quotes",
    ),
    "a port name that is a number": (
        META.encode()
        + RULES.encode()
        + b"          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: 80}}}}\n",
        "10:",
        "string",
        "quotes",
    ),
    "a port out of range": (
        META.encode()
        + RULES.encode()
        + b"          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 70000}}}}\n",
        "10:",
        "70000",
        "65535",
    ),
    "an unknown path type": (
        META.encode()
        + RULES.encode()
        + b"          - {path: /, pathType: prefix, backend: {service: {name: web, port: {number: 80}}}}\n",
        "10:",
        "path type",
        "Prefix",
    ),
    "a path without a backend": (
        META.encode() + RULES.encode() + b"          - {path: /}\n",
        "10:",
        "backend",
        "Service",
    ),
    "hosts as a string": (
        META.encode() + b"spec:\n  tls: [{hosts: bad.example.com}]\n",
        "5:",
        "hosts is a list",
        "list",
    ),
    "rules as a mapping": (META.encode() + b"spec:\n  rules: {host: a}\n", "5:3", "rules is a list", "list"),
    "a host that is a number": (
        META.encode() + b"spec:\n  rules: [{host: 12}]\n",
        "5:12",
        "host is a string",
        "quotes",
    ),
    "a label that is a boolean": (
        HEAD.encode() + b"metadata:\n  name: bad\n  labels: {on: true}\n" + SPEC.encode(),
        "5:",
        "boolean",
        "quotes",
    ),
    "no kind": (b"apiVersion: networking.k8s.io/v1\nmetadata: {name: bad}\n", "1:1", "no kind", "kind"),
    "an empty kind": (b"apiVersion: networking.k8s.io/v1\nkind:\nmetadata: {name: bad}\n", "2:", "no kind", "kind"),
    "no apiVersion": (b"kind: Ingress\nmetadata: {name: bad}\n", "1:1", "no apiVersion", "apiVersion"),
    "no metadata": (HEAD.encode() + SPEC.encode(), "1:1", "no metadata", "name"),
    "no name": (HEAD.encode() + b"metadata: {namespace: app}\n" + SPEC.encode(), "3:", "no name", "metadata.name"),
    "a name that is a number": (HEAD.encode() + b"metadata: {name: 7}\n" + SPEC.encode(), "3:12", "no name", "string"),
    "an unknown version": (
        b"apiVersion: networking.k8s.io/v2\nkind: Ingress\nmetadata: {name: bad}\n" + SPEC.encode(),
        "1:1",
        "v2",
        "networking.k8s.io/v1",
    ),
    "a list at the top": (b"- kind: Ingress\n", "1:1", "a list", "apiVersion"),
    "a text at the top": (b"kind Ingress\n", "1:1", "mapping", "apiVersion"),
    "nothing at all": (b"", "1:1", "no document", "remove it"),
    "nothing but comments": (b"# soon\n---\n# later\n", "1:1", "no document", "remove it"),
    "an alias of itself": (META.encode() + b"spec: &s {a: *s}\n", "4:", "alias", "Write"),
    "an unknown alias": (META.encode() + b"spec: *gone\n", "4:", "anchor", "Define"),
    "a foreign tag": (META.encode() + b"spec: !!python/object:os.system {}\n", "4:", "tag", "Remove"),
    "a date as a name": (HEAD.encode() + b"metadata: {name: 2024-01-01}\n" + SPEC.encode(), "", "", ""),
    "deep nesting": (META.encode() + b"spec: " + b"[" * 5000 + b"]" * 5000 + b"\n", "4:", "", ""),
    "deep JSON": (
        b'{"apiVersion": "v1", "kind": "ConfigMap", "a": ' + b"[" * 50000 + b"]" * 50000 + b"}",
        "1:",
        "",
        "",
    ),
    "broken JSON": (
        b'{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",\n "metadata": {"name": "bad",}\n',
        "",
        "",
        "",
    ),
    "infinity": (META.encode() + b"spec: {a: .inf}\n", "4:", "number", "finite"),
}
NO_ERROR = {"a date as a name"}
FINDING = re.compile(r"^(?P<place>\S.*?): error: (?P<message>.+)$", re.MULTILINE)


def bad_and_good(tmp_path: Path, content: bytes, *more: str) -> Result:
    repository(tmp_path, {"m/a-bad.yaml": content, "m/b-good.yaml": ingress()})
    return gatelift("convert", *GATEWAY, *more, "m", "--report", "report.json", cwd=tmp_path)


@pytest.mark.parametrize("name", [name for name in BAD if name not in NO_ERROR])
def test_a_bad_file_is_one_error_with_its_place_and_the_rest_is_analysed(name: str, tmp_path: Path) -> None:
    content, where, message, fix = BAD[name]
    result = bad_and_good(tmp_path, content)
    assert result.code == 4
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    errors = [found for found in FINDING.finditer(result.stderr) if found["place"].startswith("m/a-bad.yaml")]
    assert len(errors) == 1, result.stderr
    assert errors[0]["place"].startswith(f"m/a-bad.yaml:{where}" if where else "m/a-bad.yaml")
    assert message in errors[0]["message"]
    step = result.stderr[errors[0].end() :].splitlines()[1]
    assert step.startswith("    ")
    assert fix in step
    assert good_is_reported(tmp_path)


@pytest.mark.parametrize("name", [name for name in BAD if name not in NO_ERROR])
def test_keep_going_writes_what_could_be_read_and_still_exits_with_4(name: str, tmp_path: Path) -> None:
    result = bad_and_good(tmp_path, BAD[name][0], "--keep-going")
    assert result.code == 4
    assert "name: good" in result.stdout
    assert "kind: HTTPRoute" in result.stdout


def test_a_name_that_looks_like_a_date_is_text_as_kubernetes_reads_it(tmp_path: Path) -> None:
    result = bad_and_good(tmp_path, BAD["a date as a name"][0])
    assert result.code != 4, result.stderr


def test_a_byte_order_mark_is_read_past_with_a_warning(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": b"\xef\xbb\xbf" + ingress().encode()})
    result = gatelift("convert", *GATEWAY, "web.yaml", cwd=tmp_path)
    assert result.code == 0
    assert "web.yaml:1:1: warning: " in result.stderr
    assert "byte order mark" in result.stderr
    assert "\ufeff" not in result.stdout


def test_windows_line_ends_are_no_error(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress().replace("\n", "\r\n")})
    result = gatelift("convert", *GATEWAY, "web.yaml", cwd=tmp_path)
    assert result.code == 0


def test_places_in_a_file_with_windows_line_ends_are_the_same(tmp_path: Path) -> None:
    content, where, _, _ = BAD["a duplicate key"]
    result = bad_and_good(tmp_path, content.replace(b"\n", b"\r\n"))
    assert f"m/a-bad.yaml:{where}: error: " in result.stderr


@pytest.mark.parametrize("content", [b"", b"\n\n", b"---\n"])
def test_an_empty_standard_input_is_said(content: bytes, tmp_path: Path) -> None:
    result = gatelift("convert", *GATEWAY, stdin=content, cwd=tmp_path)
    assert result.code == 4
    assert "-:1:1: error: there is no document in it" in result.stderr


def test_an_alias_bomb_is_refused_before_it_grows(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    content = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bomb}\n" + "\n".join(levels) + "\n"
    result = bad_and_good(tmp_path, content.encode())
    assert result.code == 4
    assert "aliases" in result.stderr
    assert good_is_reported(tmp_path)


def test_a_broken_document_does_not_hide_the_others_of_its_file(tmp_path: Path) -> None:
    repository(tmp_path, {"all.yaml": ingress("one") + "---\n" + META + "spec:\n\tx: y\n---\n" + ingress("two")})
    result = gatelift("convert", *GATEWAY, "all.yaml", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    report = json.loads((tmp_path / "report.json").read_text())
    assert [row["ingress"] for row in report["ingresses"]] == ["app/one", "app/two"]


def test_a_broken_item_does_not_hide_the_others_of_its_list(tmp_path: Path) -> None:
    items = "".join(
        "  - " + item.replace("\n", "\n    ").rstrip() + "\n" for item in (ingress("one"), HEAD, ingress("two"))
    )
    repository(tmp_path, {"list.yaml": "apiVersion: v1\nkind: List\nitems:\n" + items})
    result = gatelift("convert", *GATEWAY, "list.yaml", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "list.yaml:12:5: error: " in result.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert [row["ingress"] for row in report["ingresses"]] == ["app/one", "app/two"]


def test_the_same_ingress_twice_is_an_error_at_both_places(tmp_path: Path) -> None:
    repository(tmp_path, {"m/a.yaml": ingress(), "m/b.yaml": ingress() + "---\n" + ingress("other")})
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml:1:1: error: Ingress app/good stands there more than once" in result.stderr
    assert "m/b.yaml:1:1: error: Ingress app/good stands there more than once" in result.stderr
    assert "app/other" in (tmp_path / "report.json").read_text()


def test_a_service_with_a_broken_port_is_one_error(tmp_path: Path) -> None:
    service = (
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: app}\nspec:\n  ports:\n    - {port: "80"}\n'
    )
    repository(tmp_path, {"m/a.yaml": service, "m/good.yaml": ingress()})
    result = gatelift("convert", *GATEWAY, "m", "--report", "report.json", cwd=tmp_path)
    assert result.code == 4
    assert "m/a.yaml:6:" in result.stderr
    assert good_is_reported(tmp_path)


def test_no_bad_input_ends_in_a_traceback_of_a_process(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"m/{number:02}.yaml": BAD[name][0] for number, name in enumerate(BAD)}
    repository(tmp_path, files)
    result = process(["convert", *GATEWAY, "m"], tmp_path)
    assert result.code == 4
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(FINDING.findall(result.stderr)) >= len(BAD) - len(NO_ERROR)
