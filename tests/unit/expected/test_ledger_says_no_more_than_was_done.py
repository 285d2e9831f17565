"""An annotation of which nothing was written is never called exact."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from gatelift.cli.main import main

NGINX = "nginx.ingress.kubernetes.io"
HEAD = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
SERVICE = "backend: {service: {name: web, port: {number: 80}}}"


def _dispositions(folder: Path, manifest: str, *options: str) -> dict[str, str]:
    (folder / "in.yaml").write_text(manifest)
    report = folder / "report.json"
    command = ["convert", "--gateway", "infra/shared", "--quiet", "--report", str(report)]
    main([*command, *options, str(folder / "in.yaml")])
    entries = msgspec.json.decode(report.read_bytes())["ledger"]
    return {f"{entry['ingress']} {entry['key']}": entry["disposition"] for entry in entries if entry.get("key")}


def test_a_list_of_addresses_on_a_host_passed_through_is_inert(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    manifest = (
        f'{HEAD}metadata: {{name: web, namespace: a, annotations: {{{NGINX}/ssl-passthrough: "true", '
        f"{NGINX}/whitelist-source-range: 10.0.0.0/8}}}}\nspec:\n  ingressClassName: nginx\n"
        "  tls: [{hosts: [h.io], secretName: t}]\n"
        f"  rules: [{{host: h.io, http: {{paths: [{{path: /, pathType: Prefix, {SERVICE}}}]}}}}]\n"
    )
    found = _dispositions(tmp_path, manifest, "--controller-flag=--enable-ssl-passthrough")
    assert found[f"a/web {NGINX}/whitelist-source-range"] == "inert"
    assert b"SecurityPolicy" not in capfdbinary.readouterr().out


def test_a_list_of_addresses_on_a_host_without_paths_is_refused_with_its_ingress(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    manifest = (
        f"{HEAD}metadata: {{name: web, namespace: a, annotations: {{{NGINX}/whitelist-source-range: 10.0.0.0/8}}}}\n"
        "spec: {ingressClassName: nginx, rules: [{host: h.io}]}\n"
    )
    assert _dispositions(tmp_path, manifest)[f"a/web {NGINX}/whitelist-source-range"] == "refused"


def test_the_affinity_of_a_canary_is_not_exact(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    spec = (
        "spec: {ingressClassName: nginx, rules: [{host: h.io, http: "
        f"{{paths: [{{path: /, pathType: Prefix, {SERVICE}}}]}}}}]}}\n"
    )
    canary = f'{{{NGINX}/canary: "true", {NGINX}/canary-weight: "5", {NGINX}/affinity: cookie}}'
    manifest = (
        f"{HEAD}metadata: {{name: web, namespace: a}}\n{spec}---\n"
        f"{HEAD}metadata: {{name: next, namespace: a, annotations: {canary}}}\n{spec}"
    )
    assert _dispositions(tmp_path, manifest)[f"a/next {NGINX}/affinity"] == "differs"
