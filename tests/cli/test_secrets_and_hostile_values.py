"""Values of Secrets appear nowhere of gatelift's own, and nothing from the input steers a terminal or writes YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from cli_inputs import GATEWAY, Result, gatelift, ingress, process, repository

CANARY = "canary-3b1f"
BASE64 = "Y2FuYXJ5LTNiMWY="
SECRETS = f"""\
apiVersion: v1
kind: Secret
metadata:
  name: users
  namespace: app
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{"data":{{"auth":"{BASE64}"}}}}'
data: {{auth: {BASE64}}}
stringData: {{password: {CANARY}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: headers, namespace: app}}
data: {{token: {CANARY}}}
binaryData: {{more: {BASE64}}}
"""
PROTECTED = ingress("web", auth_type="basic", auth_secret="users")  # noqa: S106 - the name of a Secret
CONFIG_MAP = f"""\
apiVersion: v1
kind: ConfigMap
metadata: {{name: controller, namespace: ingress-nginx}}
data: {{global-auth-url: "http://user:{CANARY}@auth.example.com/", hsts: "{CANARY}", made-up: {CANARY}}}
"""


def shows_nothing(text: str) -> bool:
    return CANARY not in text and BASE64 not in text


def test_values_of_secrets_stay_in_their_own_documents(tmp_path: Path) -> None:
    repository(tmp_path, {"secrets.yaml": SECRETS, "web.yaml": PROTECTED})
    result = gatelift("convert", *GATEWAY, "--report", "report.json", "secrets.yaml", "web.yaml", cwd=tmp_path)
    assert result.stdout.startswith(SECRETS)
    assert shows_nothing(result.stdout.removeprefix(SECRETS))
    assert shows_nothing(result.stderr)
    assert shows_nothing((tmp_path / "report.json").read_text())


def test_values_of_secrets_are_not_among_new_objects_or_facts(tmp_path: Path) -> None:
    repository(tmp_path, {"secrets.yaml": SECRETS, "web.yaml": PROTECTED})
    assert shows_nothing(gatelift("convert", *GATEWAY, "-o", "json", ".", cwd=tmp_path).stdout)
    assert shows_nothing(gatelift("facts", *GATEWAY, ".", cwd=tmp_path).stdout)


@pytest.mark.parametrize(
    "broken",
    [
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData: {CANARY}\n",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData: [{CANARY}]\n",
        f"apiVersion: v1\nkind: Secret\nstringData: {{a: {CANARY}}}\n",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData:\n  a: {CANARY}: b\n",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData:\n  a: '{CANARY}\n",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData:\n  a: *{CANARY}\n",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData:\n\t{CANARY}: x\n",
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData: {{a: .inf, b: {CANARY}}}\n",
        f'{{"apiVersion": "v1", "kind": "Secret", "metadata": {{"name": "s"}}, "stringData": {{"a": "{CANARY}",}}',
    ],
)
def test_an_error_in_a_secret_does_not_quote_it(broken: str, tmp_path: Path) -> None:
    repository(tmp_path, {"secret.yaml": broken, "web.yaml": PROTECTED})
    result = gatelift("convert", *GATEWAY, "--report", "report.json", "secret.yaml", "web.yaml", cwd=tmp_path)
    assert result.stdout == "" or result.code != 4
    assert shows_nothing(result.stderr.replace(f"*{CANARY}", ""))
    assert shows_nothing((tmp_path / "report.json").read_text())


def test_values_of_the_controllers_config_map_are_not_shown(tmp_path: Path) -> None:
    repository(tmp_path, {"web.yaml": ingress(), "cm.yaml": CONFIG_MAP})
    result = gatelift(
        "convert", *GATEWAY, "--nginx-configmap", "cm.yaml", "--report", "report.json", "web.yaml", cwd=tmp_path
    )
    assert shows_nothing(result.stdout)
    assert shows_nothing(result.stderr)
    assert shows_nothing((tmp_path / "report.json").read_text())


@pytest.mark.parametrize(
    "annotation",
    [
        {"configuration_snippet": f'proxy_set_header Authorization "Bearer {CANARY}";'},
        {"server_snippet": f"set $token {CANARY};"},
        {"auth_url": f"http://user:{CANARY}@auth.example.com/check"},
        {"auth_url": f"https://auth.example.com/check?token={CANARY}"},
        {"permanent_redirect": f"https://user:{CANARY}@example.com/"},
        {"modsecurity_snippet": f"SecRule ARGS {CANARY}"},
        {"auth_snippet": f"proxy_set_header X {CANARY};"},
    ],
    ids=lambda value: next(iter(value)),
)
def test_secrets_that_stand_in_annotations_are_not_quoted_in_the_account(
    annotation: dict[str, str], tmp_path: Path
) -> None:
    repository(tmp_path, {"web.yaml": ingress("web", **annotation)})
    result = gatelift("convert", *GATEWAY, "--report", "report.json", "web.yaml", cwd=tmp_path)
    assert result.code == 2
    assert shows_nothing(result.stderr)
    assert shows_nothing((tmp_path / "report.json").read_text())


HOSTILE = (
    "\x1b[2J\x1b[31mred",
    "\x1b]8;;https://evil.example\x1b\\link",
    "line\n::error file=x::injected",
    "\r::add-mask::x",
    "##[error]injected",
    "\u202egnp.exe",
    "\x07\x08\x7f\x9b31m",
    "a\u2028b\u2029c\x85d",
    "[bold red]markup[/]",
    "\ud83d\ude00 \N{ZERO WIDTH SPACE}",
)
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069]|^::|^##\\[", re.MULTILINE)


def quoted(value: str) -> str:
    text = value.encode("utf-16", "surrogatepass").decode("utf-16")
    return (
        '"' + "".join(f"\\U{ord(char):08x}" if not " " <= char <= "~" or char in '"\\' else char for char in text) + '"'
    )


def is_calm(result: Result, report: Path) -> None:
    assert not RAW.search(result.stderr), repr(RAW.search(result.stderr))
    assert "Traceback" not in result.stderr
    report.read_text(encoding="utf-8")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    "template",
    [
        "metadata: {{name: web, namespace: app, annotations: {{{0}: x}}}}\n",
        'metadata: {{name: web, namespace: app, annotations: {{"{nginx}/{1}": x}}}}\n',
        "metadata: {{name: web, namespace: app, annotations: {{{nginx}/auth-url: {0}}}}}\n",
        "metadata: {{name: web, namespace: app, annotations: {{{nginx}/permanent-redirect: {0}}}}}\n",
        "metadata: {{name: web, namespace: app, annotations: {{{nginx}/allowlist-source-range: {0}}}}}\n",
        "metadata: {{name: web, namespace: app, annotations: {{{nginx}/server-snippet: {0}}}}}\n",
        "metadata: {{name: web, namespace: app, annotations: {{external-dns.alpha.kubernetes.io/hostname: {0}}}}}\n",
        "metadata: {{name: web, namespace: app, labels: {{{0}: x}}}}\n",
        "metadata: {{name: web, namespace: app, labels: {{a: {0}}}}}\n",
        "metadata: {{name: {0}, namespace: app}}\n",
        "metadata: {{name: web, namespace: {0}}}\n",
        "metadata: {{name: web, namespace: app, {0}: x}}\n",
    ],
    ids=[
        "annotation key",
        "key of the family",
        "auth-url",
        "redirect",
        "address list",
        "snippet",
        "dns",
        "label key",
        "label",
        "name",
        "namespace",
        "field",
    ],
)
def test_nothing_of_an_ingress_reaches_the_terminal_raw(template: str, value: str, tmp_path: Path) -> None:
    plain = quoted(value)
    head = template.format(plain, plain[1:-1], nginx="nginx.ingress.kubernetes.io")
    spec = ingress().split("\n", 3)[3]
    repository(tmp_path, {"web.yaml": f"apiVersion: networking.k8s.io/v1\nkind: Ingress\n{head}{spec}"})
    result = gatelift("convert", *GATEWAY, "--report", "report.json", "--keep-going", "web.yaml", cwd=tmp_path)
    is_calm(result, tmp_path / "report.json")
    for document in yaml.safe_load_all(result.stdout):
        assert document is None or document["kind"] in ("Ingress", "HTTPRoute", "SecurityPolicy", "HTTPRouteFilter")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("field", ["host", "path", "service", "class", "secret"])
def test_nothing_of_a_specification_reaches_the_terminal_raw(field: str, value: str, tmp_path: Path) -> None:
    text = ingress()
    text = {
        "host": text.replace("host: good.example.com", f"host: {quoted(value)}"),
        "path": text.replace("path: /,", f"path: {quoted('/' + value)},"),
        "service": text.replace("name: web, port", f"name: {quoted(value)}, port"),
        "class": text.replace("ingressClassName: nginx", f"ingressClassName: {quoted(value)}"),
        "secret": text.replace(
            "  rules:", f"  tls: [{{hosts: [good.example.com], secretName: {quoted(value)}}}]\n  rules:"
        ),
    }[field]
    repository(tmp_path, {"web.yaml": text})
    result = gatelift("convert", *GATEWAY, "--report", "report.json", "--keep-going", "web.yaml", cwd=tmp_path)
    is_calm(result, tmp_path / "report.json")


@pytest.mark.parametrize("name", ["\x1b[31mred.yaml", "a\n::error::b.yaml", "\u202egnp.yaml", "caf\udce9.yaml"])
def test_a_files_name_reaches_the_terminal_only_harmless(name: str, tmp_path: Path) -> None:
    repository(tmp_path, {f"m/{name}": "a: [\nkind: Ingress\n", "m/good.yaml": ingress()})
    result = process(["convert", *GATEWAY, "m", "--report", "report.json"], tmp_path)
    assert result.code == 4
    is_calm(result, tmp_path / "report.json")


def test_a_long_name_with_line_breaks_cannot_write_documents_of_its_own(tmp_path: Path) -> None:
    name = quoted("a" * 70 + "\napiVersion: v1\nkind: Evil\nmetadata: {name: x}\n---\n")
    repository(tmp_path, {"web.yaml": ingress().replace("{name: good,", f"{{name: {name},")})
    result = gatelift("convert", *GATEWAY, "web.yaml", cwd=tmp_path)
    assert not [item for item in yaml.safe_load_all(result.stdout) if item and item["kind"] == "Evil"]


def test_a_label_or_annotation_cannot_write_documents_of_its_own(tmp_path: Path) -> None:
    evil = quoted("x\n---\nkind: Evil\n")
    text = ingress().replace("namespace: app}", f"namespace: app, annotations: {{team.example.com/a: {evil}}}}}")
    repository(tmp_path, {"web.yaml": text})
    result = gatelift("convert", *GATEWAY, "web.yaml", cwd=tmp_path)
    assert [item["kind"] for item in yaml.safe_load_all(result.stdout)] == ["HTTPRoute"]
