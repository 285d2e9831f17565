"""TLS to the backend: what nginx checks stays checked on every target, and what is asleep stays so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from support.conversion import Conversion, Setup, convert

CHECKED = {
    "backend-protocol": "HTTPS",
    "proxy-ssl-secret": "shop/backend",
    "proxy-ssl-verify": "on",
    "proxy-ssl-name": "api.internal",
}
UNCHECKED = {"backend-protocol": "HTTPS", "proxy-ssl-secret": "shop/backend"}
OLD = "gatewayAPI=1.4,channel=experimental,envoyGateway=1.5"


def converted(
    annotations: Mapping[str, str], setup: Setup, keys: str = "tls.crt, tls.key, ca.crt", external: str = ""
) -> Conversion:
    said = "".join(f'    nginx.ingress.kubernetes.io/{key}: "{value}"\n' for key, value in annotations.items())
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n"
        f"metadata:\n  name: api\n  namespace: shop\n  annotations:\n{said}"
        "spec:\n  ingressClassName: nginx\n  rules:\n  - host: api.example.com\n    http:\n      paths:\n"
        "      - {path: /, pathType: Prefix, backend: {service: {name: api, port: {number: 8443}}}}\n"
    )
    if keys:
        data = ", ".join(f"{key}: YQ==" for key in keys.split(", "))
        text += f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: backend, namespace: shop}}\ndata: {{{data}}}\n"
    if external:
        spec = f"{{type: ExternalName, externalName: {external}, ports: [{{port: 8443}}]}}"
        text += f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: api, namespace: shop}}\nspec: {spec}\n"
    return convert(text, setup)


def objects(result: Conversion, kind: str) -> list[Any]:
    return [item["spec"] for change in result.result.changes for item in change.emitted if item["kind"] == kind]


def refusal(result: Conversion) -> str:
    (change,) = result.result.changes
    assert change.withheld is not None
    assert not objects(result, "Backend")
    return f"{change.withheld.text} {change.withheld.todo}"


def test_one_backend_says_whom_to_believe_what_to_show_and_what_to_speak() -> None:
    more = {"proxy-ssl-protocols": "TLSv1.2", "proxy-ssl-ciphers": "ECDHE-RSA-AES128-GCM-SHA256"}
    (backend,) = objects(converted(CHECKED | more, Setup()), "Backend")
    assert backend["tls"] == {
        "insecureSkipVerify": False,
        "caCertificateRefs": [{"group": "", "kind": "Secret", "name": "backend"}],
        "sni": "api.internal",
        # Envoy Gateway takes the namespace "default" for one that is not written.
        "clientCertificateRef": {"group": "", "kind": "Secret", "namespace": "shop", "name": "backend"},
        "minVersion": "1.2",
        "maxVersion": "1.2",
        "ciphers": ["ECDHE-RSA-AES128-GCM-SHA256"],
    }


@pytest.mark.parametrize(("decided", "kind"), [("configmap/own", "ConfigMap"), ("system", None)])
def test_a_decision_replaces_the_authority_and_not_the_name(decided: str, kind: str | None) -> None:
    (backend,) = objects(converted(CHECKED, Setup(decide={"backendTLS": decided})), "Backend")
    assert backend["tls"]["sni"] == "api.internal"
    assert [item["kind"] for item in backend["tls"].get("caCertificateRefs", [])] == ([kind] if kind else [])
    assert backend["tls"].get("wellKnownCACertificates") == (None if kind else "System")


def test_a_check_is_not_ended_by_a_decision() -> None:
    assert "would end" in refusal(converted(CHECKED, Setup(decide={"backendTLS": "insecure"})))


def test_before_a_backend_has_a_name_a_policy_checks_and_a_client_certificate_is_refused() -> None:
    setup = Setup(target=OLD)
    assert "Envoy Gateway 1.6" in refusal(converted(CHECKED, setup))
    result = converted(CHECKED, setup, keys="ca.crt")
    (policy,) = objects(result, "BackendTLSPolicy")
    assert policy["validation"]["hostname"] == "api.internal"
    assert policy["validation"]["caCertificateRefs"] == [{"group": "", "kind": "Secret", "name": "backend"}]
    assert not objects(result, "Backend")


def test_gateway_api_alone_reads_the_authority_from_a_config_map() -> None:
    setup = Setup(target="standard")
    said = refusal(converted(CHECKED, setup, keys="ca.crt"))
    assert "kubectl get secret backend --namespace shop" in said
    assert "configmap/backend-ca" in said
    decided = Setup(target="standard", decide={"backendTLS": "configmap/backend-ca"})
    (policy,) = objects(converted(CHECKED, decided, keys="ca.crt"), "BackendTLSPolicy")
    assert policy["validation"]["hostname"] == "api.internal"


def test_a_client_certificate_goes_with_a_backend_that_nobody_checks() -> None:
    (backend,) = objects(converted(UNCHECKED, Setup()), "Backend")
    assert backend["tls"]["insecureSkipVerify"] is True
    assert backend["tls"]["clientCertificateRef"]["name"] == "backend"
    assert "sni" not in backend["tls"]


def test_an_external_name_is_checked_under_that_name() -> None:
    decided = {"backendTLS": "system"}
    plain = {"backend-protocol": "HTTPS"}
    (backend,) = objects(converted(plain, Setup(decide=decided), "", "api.vendor.example"), "Backend")
    assert backend["tls"] == {
        "insecureSkipVerify": False,
        "wellKnownCACertificates": "System",
        "sni": "api.vendor.example",
    }
    assert "ExternalName" in refusal(converted(plain, Setup(decide=decided, target=OLD), "", "api.vendor.example"))


def test_versions_and_ciphers_that_cannot_be_said_withhold_nothing() -> None:
    result = converted(UNCHECKED | {"proxy-ssl-protocols": "TLSv1.2"}, Setup(target=OLD), keys="ca.crt")
    (change,) = result.result.changes
    assert change.withheld is None
    assert any("Envoy Gateway 1.6" in entry.text for entry in change.entries if "protocols" in entry.pointer)


@pytest.mark.parametrize(
    "asleep",
    [
        {"backend-protocol": "HTTPS", "proxy-ssl-verify": "on", "proxy-ssl-name": "api.internal"},
        {**CHECKED, "backend-protocol": "HTTP"},
        {**CHECKED, "backend-protocol": "GRPC"},
    ],
)
def test_what_is_asleep_is_not_woken(asleep: dict[str, str]) -> None:
    result = converted(asleep, Setup())
    made = [backend.get("tls") for backend in objects(result, "Backend")]
    assert all(tls in (None, {"insecureSkipVerify": True}) for tls in made)
    assert not objects(result, "BackendTLSPolicy")
