"""docs/phases.md says what the code does: its keys and values are the code's, its rows hold for a real run."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docs_pages import ROOT

from gatelift.annotations.cert_manager.certificate import KNOWN as CERTIFICATE_KEYS
from gatelift.annotations.cert_manager.http01 import unit as http01
from gatelift.annotations.external_dns import hostname_source, record
from gatelift.config.model import Listeners, Phase
from gatelift.gateway.metadata import COEXIST, CUTOVER, opt_out

PAGE = (ROOT / "docs" / "phases.md").read_text(encoding="utf-8")
PHASES = tuple(str(phase) for phase in Phase)
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    cert-manager.io/cluster-issuer: letsencrypt
    external-dns.alpha.kubernetes.io/hostname: web.example.com
    external-dns.alpha.kubernetes.io/target: lb.example.com
    external-dns.alpha.kubernetes.io/ingress-hostname-source: annotation-only
spec:
  ingressClassName: nginx
  tls: [{hosts: [web.example.com], secretName: web-tls}]
  rules:
    - host: web.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""


def rows() -> dict[str, dict[str, str]]:
    """The cells of the table of changes: row -> phase -> text."""
    table = PAGE.partition("## What changes")[2].partition("\n\n**")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    head = [cell.strip("`") for cell in cells[0][1:]]
    assert tuple(head) == PHASES
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in cells[2:]}


@cache
def run(phase: str, folder: Path) -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Any]]:
    """Every object of a run by its kind, and the report."""
    source = folder / "web.yaml"
    source.write_text(INGRESS)
    report = folder / f"{phase}.json"
    command = ["convert", "--phase", phase, "--gateway", "infra/shared/https", "--report", str(report)]
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", *command, str(source)], capture_output=True, encoding="utf-8", check=False
    )
    assert made.returncode == 0, made.stderr
    import yaml

    objects = {
        item["kind"]: item for item in yaml.safe_load_all(made.stdout) if item and item["metadata"]["name"] == "web"
    }
    return objects, json.loads(report.read_text())


def annotations_of(value: Mapping[str, Any]) -> dict[str, str]:
    return dict(value["metadata"].get("annotations", {}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("phases")


def test_the_table_has_a_column_for_each_phase_and_no_empty_cell() -> None:
    assert all(text for row in rows().values() for text in row.values())


def test_keys_and_values_are_those_of_the_code() -> None:
    on_ingress, on_routes = rows()["external-dns, Ingress"], rows()["external-dns, routes"]
    for key in opt_out(CUTOVER):
        assert f"`{key}`" in on_ingress["cutover"]
    assert f"`{CUTOVER}`" in on_ingress["cutover"]
    assert f"`{COEXIST}`" in on_routes["coexist"]
    assert set(re.findall(r"`([a-z-]+)`", on_routes["cutover"])) == {
        *record.KNOWN,
        *(key.partition("/")[2] for key in (hostname_source.OLD, hostname_source.OLD_ROUTE)),
    }
    assert set(re.findall(r"`(cert-manager\.io/[\w-]+)`", PAGE)) <= set(CERTIFICATE_KEYS)
    assert set(re.findall(r"`(acme\.cert-manager\.io/[\w-]+)`", PAGE)) <= set(http01.names)
    assert {word for name in re.findall(r"`listeners: (\w+)`(?: or `(\w+)`)?", PAGE) for word in name if word} == {
        str(mode) for mode in Listeners
    }


@pytest.mark.parametrize("phase", PHASES)
def test_the_ingress_of_a_run_is_what_the_table_says(phase: str, folder: Path) -> None:
    objects, _ = run(phase, folder)
    assert ("Ingress" in objects) is not rows()["Ingress"][phase].startswith("goes")
    if "Ingress" in objects:
        found = annotations_of(objects["Ingress"])
        told = f"`{CUTOVER}`" in rows()["external-dns, Ingress"][phase]
        assert (opt_out(CUTOVER).items() <= found.items()) is told
        assert found["cert-manager.io/cluster-issuer"] == "letsencrypt"
        assert found["external-dns.alpha.kubernetes.io/hostname"] == "web.example.com"


@pytest.mark.parametrize("phase", PHASES)
def test_the_routes_of_a_run_are_what_the_table_says(phase: str, folder: Path) -> None:
    found = annotations_of(run(phase, folder)[0]["HTTPRoute"])
    passed_over = f"`{COEXIST}`" in rows()["external-dns, routes"][phase]
    assert (found == opt_out(COEXIST)) is passed_over
    if not passed_over:
        assert found == {
            "external-dns.alpha.kubernetes.io/hostname": "web.example.com",
            "external-dns.alpha.kubernetes.io/gateway-hostname-source": "annotation-only",
        }


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ("cert-manager, Gateway or ListenerSet", "/metadata/annotations/cert-manager.io~1cluster-issuer"),
        ("external-dns, `target`", "/metadata/annotations/external-dns.alpha.kubernetes.io~1target"),
        ("Gateway, with listeners that exist (`listeners: existing`)", "/spec/tls/0/secretName"),
    ],
)
@pytest.mark.parametrize("phase", PHASES)
def test_what_belongs_on_the_gateway_has_the_disposition_of_the_table(
    phase: str, row: str, pointer: str, folder: Path
) -> None:
    entries = {item["pointer"]: item["disposition"] for item in run(phase, folder)[1]["ledger"]}
    told = set(re.findall(r"`(exact|moved)`", rows()[row][phase]))
    assert told == {entries[pointer]}


def test_a_refused_challenge_keeps_the_host_in_coexist(tmp_path: Path) -> None:
    text = INGRESS.replace(
        "cert-manager.io/cluster-issuer: letsencrypt", 'acme.cert-manager.io/http01-edit-in-place: "true"'
    )
    command = ["convert", "--phase", "cutover", "--gateway", "infra/shared/https", "-"]
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", *command], input=text, capture_output=True, encoding="utf-8", check=False
    )
    assert made.returncode == 2, made.stderr
    assert CUTOVER not in made.stdout
    assert COEXIST in made.stdout
    assert "`coexist`" in next(row["cutover"] for name, row in rows().items() if name.startswith("ACME"))


def test_a_person_s_opt_out_stays(tmp_path: Path) -> None:
    text = INGRESS.replace("cert-manager.io/cluster-issuer: letsencrypt", "external-dns.kubernetes.io/controller: mine")
    command = ["convert", "--phase", "cutover", "--gateway", "infra/shared/https", "-"]
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-m", "gatelift", *command], input=text, capture_output=True, encoding="utf-8", check=False
    )
    assert made.returncode == 0, made.stderr
    # The Ingress, its route, and the route that redirects to HTTPS.
    assert made.stdout.count("external-dns.kubernetes.io/controller: mine") == 3


def test_the_way_back_from_cutover_is_coexist(folder: Path) -> None:
    back = folder / "back"
    back.mkdir()
    command = [sys.executable, "-m", "gatelift", "convert", "--gateway", "infra/shared/https", "--phase"]
    text = INGRESS
    for phase in ("cutover", "coexist"):
        made = subprocess.run(  # noqa: S603 - our own interpreter and code
            [*command, phase, "-"], input=text, capture_output=True, encoding="utf-8", check=False
        )
        assert made.returncode == 0, made.stderr
        assert (CUTOVER in made.stdout) is (phase == "cutover")
        assert (COEXIST in made.stdout) is (phase == "coexist")
        text = made.stdout
    assert INGRESS.partition("spec:")[0] in text
