"""What the READMEs of the cases claim of phases and of what is there already, said once more in code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from case_outcome import Run, runner
from golden_cases import Result, copied, gatelift


@pytest.fixture
def outcome(tmp_path: Path) -> Run:
    return runner(tmp_path)


def test_in_coexist_dns_and_certificates_stay_with_the_ingress(outcome: Run) -> None:
    found = outcome("phase-coexist")
    annotations = found.one("HTTPRoute", "web")["metadata"]["annotations"]
    for prefix in ("external-dns.alpha.kubernetes.io", "external-dns.kubernetes.io"):
        assert annotations[f"{prefix}/controller"] not in ("", "dns-controller")
    assert "external-dns.alpha.kubernetes.io/hostname" not in annotations
    assert annotations["team.example.com/contact"] == "shop"
    assert "cert-manager.io/cluster-issuer" not in annotations


def test_in_cutover_routes_carry_dns(outcome: Run) -> None:
    annotations = outcome("phase-cutover").one("HTTPRoute", "web")["metadata"]["annotations"]
    assert annotations == {
        "external-dns.alpha.kubernetes.io/hostname": "web.example.com",
        "external-dns.alpha.kubernetes.io/ttl": "60",
    }


def test_in_cutover_the_gateway_must_say_where_records_point(outcome: Run) -> None:
    key = "external-dns.alpha.kubernetes.io/target"
    assert outcome("phase-coexist").said("app/web", key) == "exact"
    assert outcome("phase-cutover").said("app/web", key) == "moved"


def test_a_host_with_a_withheld_ingress_stays_on_ingress_as_a_whole(outcome: Run) -> None:
    found = outcome("phase-retire-held-host")
    assert {row["ingress"]: row["kept"] for row in found.report["ingresses"]} == {
        "app/free": False,
        "app/other": True,
        "app/secret": True,
        "app/web": True,
    }
    assert found.one("HTTPRoute", "free")["metadata"]["annotations"] == {"external-dns.alpha.kubernetes.io/ttl": "60"}


def test_an_existing_route_of_the_same_meaning_satisfies(outcome: Run) -> None:
    found = outcome("existing-route-satisfies")
    assert (found.code, found.items) == (0, [])
    assert found.status("app/web") == ("converted", False)


def test_a_route_of_somebody_else_is_never_written_again(outcome: Run) -> None:
    found = outcome("existing-route-collides")
    assert "web" not in found.names()
    assert found.status("app/web") == ("withheld", True)


def test_a_route_of_ours_is_written_anew_only_when_stale_and_never_when_edited(outcome: Run) -> None:
    found = outcome("existing-route-edited")
    assert "same" not in found.names()
    assert "stale" in found.names()
    assert "edited" not in found.names()


def test_facts_of_other_applications_count(outcome: Run) -> None:
    found = outcome("facts")
    assert found.paths("api") == [("RegularExpression", "(?i)^/api.*$")]
    assert found.sections("api") == ["https"]
    assert found.spec("api")["rules"][0]["backendRefs"][0]["port"] == 8080
    assert found.report["complete"] is True


def rerun(folder: Path, phase: str, text: bytes) -> Result:
    (folder / "stream.yaml").write_bytes(text)
    return gatelift(folder, ["convert", "--phase", phase, "--gateway", "infra/shared/https", "stream.yaml"])


def test_phases_in_a_row_move_dns_once_and_keep_it(tmp_path: Path) -> None:
    folder = copied("phase-cutover", tmp_path)
    text = (folder / "before" / "app.yaml").read_bytes()
    for phase in ("coexist", "cutover", "cutover", "retire"):
        text = rerun(folder, phase, text).stdout
    assert text.count(b"external-dns.alpha.kubernetes.io/hostname: web.example.com") == 1
    assert text.count(b"external-dns.alpha.kubernetes.io/ttl:") == 2
    assert b"/controller:" not in text
    assert b"kind: Ingress\n" not in text


def test_a_cutover_can_be_taken_back(tmp_path: Path) -> None:
    folder = copied("phase-cutover", tmp_path)
    before = (folder / "before" / "app.yaml").read_bytes()
    first = rerun(folder, "coexist", before).stdout
    back = rerun(folder, "coexist", rerun(folder, "cutover", first).stdout).stdout
    assert b"gatelift-cutover" not in back
    assert back.count(b"kind: Ingress\n") == before.count(b"kind: Ingress\n")


HEAD = "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
PATHS = "http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}"
WILDCARD = f"""\
{HEAD}metadata: {{name: any, namespace: org}}
spec:
  ingressClassName: nginx
  tls: [{{hosts: ["*.example.org"], secretName: org-tls}}]
  rules:
    - host: "*.example.org"
      {PATHS}
---
{HEAD}metadata: {{name: held, namespace: org, annotations: {{nginx.ingress.kubernetes.io/proxy-body-size: 8m}}}}
spec:
  ingressClassName: nginx
  rules:
    - host: a.example.org
      {PATHS}
"""


def test_a_second_retire_remembers_the_certificate_of_an_ingress_that_has_gone(tmp_path: Path) -> None:
    first = rerun(tmp_path, "retire", WILDCARD.encode()).stdout
    assert b"name: held-redirect" in first
    assert b"name: held-redirect" in rerun(tmp_path, "retire", first).stdout


GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared, namespace: infra}
spec:
  gatewayClassName: tigera-gateway-class
  listeners:
    - {name: http, port: 8080, protocol: HTTP, allowedRoutes: &all {namespaces: {from: All}}}
    - {name: one, port: 8443, protocol: HTTPS, hostname: a.example.org, allowedRoutes: *all}
    - {name: two, port: 8443, protocol: HTTPS, hostname: "*.example.org", allowedRoutes: *all}
---
"""


def test_a_route_is_bound_to_a_port_that_its_gateway_has(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(GATEWAY + WILDCARD)
    result = gatelift(tmp_path, ["convert", "--gateway", "infra/shared", "-o", "json", "all.yaml"])
    ports = {
        parent.get("port", 8443) for item in json.loads(result.stdout)["items"] for parent in item["spec"]["parentRefs"]
    }
    assert ports == {8443}


def test_a_listener_that_the_gateway_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(GATEWAY + WILDCARD)
    result = gatelift(tmp_path, ["convert", "--gateway", "infra/shared/gone", "-o", "json", "all.yaml"])
    assert result.code == 2
    assert json.loads(result.stdout)["items"] == []
    assert "Gateway infra/shared has no listener gone. What to do: name one of http, one, two" in result.stderr
