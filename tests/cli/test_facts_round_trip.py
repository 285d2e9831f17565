"""``gatelift facts`` of everything, then ``convert --facts`` of one application: same objects as from everything.

An application alone also closes the places of others' withheld Ingresses that its own routes would catch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from cli_inputs import GATEWAY, gatelift, repository

HEAD = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
SPEC = "spec:\n  ingressClassName: nginx\n"


def rule(host: str, path: str, service: str, port: str = "{number: 80}") -> str:
    backend = f"{{service: {{name: {service}, port: {port}}}}}"
    return f"    - host: {host}\n      http: {{paths: [{{path: '{path}', pathType: Prefix, backend: {backend}}}]}}\n"


def one(name: str, namespace: str, rules: str, annotations: str = "", tls: str = "") -> str:
    notes = f"\n  annotations: {{{annotations}}}" if annotations else ""
    return f"{HEAD}metadata:\n  name: {name}\n  namespace: {namespace}{notes}\n{SPEC}{tls}  rules:\n{rules}"


NGINX = "nginx.ingress.kubernetes.io"
APPS = {
    "front": one(
        "web",
        "front",
        rule("app.example.com", "/", "web"),
        f"{NGINX}/use-regex: 'true'",
        "  tls: [{hosts: [app.example.com], secretName: tls}]\n",
    ),
    "back": one("api", "back", rule("app.example.com", "/api", "api", "{name: http}"))
    + "---\n"
    + one("api-redirect", "back", rule("old.example.com", "/", "api")),
    "services": "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: back}\n"
    "spec: {ports: [{name: http, port: 8080}]}\n",
    "canary": one(
        "web-next",
        "front",
        rule("app.example.com", "/", "next"),
        f"{NGINX}/canary: 'true', {NGINX}/canary-weight: '10'",
    ),
    "secret": one("secret", "vault", rule("held.example.com", "/secret", "vault"), f"{NGINX}/auth-type: digest"),
    "beside": one("beside", "beside", rule("held.example.com", "/", "beside")),
    "wild": one("wild", "wild", rule("'*.wild.example.com'", "/", "wild")),
    "closed": one("closed", "wild", rule("a.wild.example.com", "/", "closed"), f"{NGINX}/auth-type: digest"),
}


@pytest.fixture
def everything(tmp_path: Path) -> Path:
    return repository(tmp_path, {f"apps/{name}/all.yaml": text for name, text in APPS.items()})


def objects(folder: Path, *argv: str) -> dict[str, dict[str, Any]]:
    result = gatelift("convert", *GATEWAY, "-o", "json", *argv, cwd=folder)
    assert result.code in (0, 2), result.stderr
    return {
        f"{item['kind']} {item['metadata'].get('namespace')}/{item['metadata']['name']}": item for item in result.items
    }


@pytest.mark.parametrize("phase", ["coexist", "cutover", "retire"])
def test_every_application_alone_gets_the_same_objects_and_closes_what_it_would_open_of_others(
    phase: str, everything: Path
) -> None:
    facts = gatelift("facts", *GATEWAY, "apps", "-o", "facts.json", cwd=everything)
    assert facts.code == 0, facts.stderr
    together = objects(everything, "--phase", phase, "apps")
    apart: dict[str, dict[str, Any]] = {}
    for name in APPS:
        apart |= objects(everything, "--phase", phase, "--facts", "facts.json", f"apps/{name}")
    assert {key: apart[key] for key in together} == together
    more = {key: item for key, item in apart.items() if key not in together}
    assert denied(more.values()) == {("held.example.com", "/secret"), ("a.wild.example.com", "/")}
    assert denied(more.values()) <= denied(together.values())
    assert all(item["kind"] == "HTTPRouteFilter" or not forwards(item) for item in more.values())


def forwards(item: dict[str, Any]) -> bool:
    return any(rule.get("backendRefs") for rule in item["spec"]["rules"])


def denied(items: Iterable[dict[str, Any]]) -> set[tuple[str, str]]:
    """(hostname, path) of every route that only denies: each application closes what it would open of another's."""
    return {
        (host, match["path"]["value"])
        for item in items
        if item["kind"] == "HTTPRoute" and item["metadata"]["name"].endswith("-closed") and not forwards(item)
        for host in item["spec"]["hostnames"]
        for rule in item["spec"]["rules"]
        for match in rule["matches"]
    }


def test_an_alias_that_another_application_serves_stays_with_it(tmp_path: Path) -> None:
    shop = one("shop", "shop", rule("shop.example.com", "/", "shop"), f"{NGINX}/server-alias: store.example.com")
    store = one("store", "shop", rule("store.example.com", "/", "store"))
    repository(tmp_path, {"apps/shop/all.yaml": shop, "apps/store/all.yaml": store})
    gatelift("facts", *GATEWAY, "apps", "-o", "facts.json", cwd=tmp_path)
    alone = objects(tmp_path, "--facts", "facts.json", "apps/shop")
    assert alone["HTTPRoute shop/shop"]["spec"]["hostnames"] == ["shop.example.com"]


def test_without_facts_an_application_alone_says_so_once_and_in_the_report_of_every_host(everything: Path) -> None:
    argv = ("convert", *GATEWAY, "--report", "report.json", "apps/beside")
    host = "/spec/rules/0/host"
    alone = gatelift(*argv, cwd=everything)
    assert alone.stderr.count("judged from this input alone") == 1
    assert "seen for this application only" in said(everything, host)
    gatelift("facts", *GATEWAY, "apps", "-o", "facts.json", cwd=everything)
    told = gatelift(*argv, "--facts", "facts.json", cwd=everything)
    assert "with the facts of all applications" in told.stderr
    assert "seen for this application only" not in said(everything, host)


def said(folder: Path, pointer: str) -> str:
    """What the report says of the one Ingress's field; nothing where it is exact."""
    report = json.loads((folder / "report.json").read_text())
    (entry,) = [entry for entry in report["ledger"] if entry["pointer"] == pointer]
    return str(entry.get("text", ""))


def test_facts_are_the_same_bytes_for_the_same_input_in_any_order(everything: Path) -> None:
    folders = [f"apps/{name}" for name in APPS]
    first = gatelift("facts", *GATEWAY, *folders, cwd=everything).stdout
    second = gatelift("facts", *GATEWAY, *reversed(folders), cwd=everything).stdout
    assert first == second
    assert json.loads(first)["version"] == 1


def test_facts_written_over_declared_scopes_fit_one_application_of_a_scope(tmp_path: Path) -> None:
    settings = "gateway: {name: shared, namespace: infra}\nscopes: {prod: ['prod/**'], dev: ['dev/**']}\n"
    files: dict[str, str | bytes] = {"gatelift.yaml": settings}
    for cluster in ("prod", "dev"):
        files[f"{cluster}/front/all.yaml"] = (
            APPS["front"] if cluster == "prod" else APPS["front"].replace("true", "false")
        )
        files[f"{cluster}/back/all.yaml"] = APPS["back"] + "---\n" + APPS["services"]
    repository(tmp_path, files)
    assert gatelift("facts", "prod", "dev", "-o", "facts.json", cwd=tmp_path).code == 0
    for cluster, kind in (("prod", "RegularExpression"), ("dev", "PathPrefix")):
        made = gatelift("convert", "--facts", "facts.json", "-o", "json", f"{cluster}/back", cwd=tmp_path).items
        api = next(item for item in made if item["metadata"]["name"] == "api")
        assert api["spec"]["rules"][0]["matches"][0]["path"]["type"] == kind


def test_facts_written_from_the_root_of_the_repository_know_declared_scopes(tmp_path: Path) -> None:
    settings = "gateway: {name: shared, namespace: infra}\nscopes: {prod: ['prod/**']}\n"
    repository(
        tmp_path,
        {"prod/front/all.yaml": APPS["front"], "prod/back/all.yaml": APPS["back"] + "---\n" + APPS["services"]},
    )
    repository(tmp_path, {".settings/gatelift.yaml": settings})
    argv = ("--config", ".settings/gatelift.yaml")
    assert gatelift("facts", *argv, ".", "-o", "facts.json", cwd=tmp_path).code == 0
    made = gatelift("convert", *argv, "--facts", "facts.json", "-o", "json", "prod/back", cwd=tmp_path).items
    api = next(item for item in made if item["metadata"]["name"] == "api")
    assert api["spec"]["rules"][0]["matches"][0]["path"]["type"] == "RegularExpression"


def test_facts_hold_no_secret_and_no_value_of_an_annotation(tmp_path: Path) -> None:
    object_ = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: app}\nstringData: {auth: canary-value-1}\n"
    text = one(
        "web", "app", rule("a.example.com", "/", "web"), f"{NGINX}/auth-realm: canary-value-2, x/y: canary-value-3"
    )
    repository(tmp_path, {"all.yaml": object_ + "---\n" + text})
    result = gatelift("facts", *GATEWAY, "all.yaml", cwd=tmp_path)
    assert result.code == 0
    assert "canary-value" not in result.stdout + result.stderr
