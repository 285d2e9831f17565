"""Flags of a real controller: each is known, those that matter are kept, and what it passes over is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatelift.annotations.controller import FLAGS, OWN_FLAGS, SWITCHES, Controller, is_own, matters, words
from gatelift.findings import Finding, Severity
from support.conversion import Setup, convert
from support.upstream_lists import names

UPSTREAM = tuple(f"--{name}" for name in names(Path(__file__).parent / "flags_upstream.txt"))


def test_every_upstream_flag_is_known() -> None:
    assert len(UPSTREAM) > 70
    assert [name for name in UPSTREAM if not (matters(name) or is_own(name))] == []


def test_a_flag_matters_or_does_not_and_none_is_made_up() -> None:
    assert not OWN_FLAGS & FLAGS.keys()
    assert FLAGS.keys() < set(UPSTREAM)
    assert set(FLAGS.values()) <= set(Controller.__struct_fields__)
    assert set(FLAGS.values()) >= SWITCHES


@pytest.mark.parametrize("flag", UPSTREAM)
def test_no_flag_of_a_real_controller_is_an_error(flag: str) -> None:
    made = Controller.parse({}, [f"{flag}=x"])
    assert (made != Controller()) is (matters(flag) and flag != "--enable-annotation-validation")


def test_an_unknown_flag_is_named() -> None:
    with pytest.raises(ValueError, match=r"^--no-such-flag$"):
        Controller.parse({}, ["--no-such-flag=1"])


@pytest.mark.parametrize(("value", "expected"), [("", True), ("=true", True), ("=false", False), ("=0", False)])
def test_a_switch_is_read_as_go_reads_it(value: str, expected: bool) -> None:
    assert Controller.parse({}, [f"--enable-ssl-passthrough{value}"]).ssl_passthrough is expected


def test_a_command_line_becomes_words() -> None:
    line = [
        "/nginx-ingress-controller",
        "--configmap",
        "ns/map",
        "--enable-ssl-passthrough",
        "-v=2",
        "--http-port=8080",
    ]
    assert list(words(line)) == ["--configmap=ns/map", "--enable-ssl-passthrough", "-v=2", "--http-port=8080"]
    assert list(words(["--election-id", "--profiling", "x", "--watch-namespace"])) == [
        "--election-id",
        "--profiling",
        "--watch-namespace",
    ]


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: app}
spec:
  ingressClassName: nginx
  rules:
    - host: app.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: rest, namespace: app}
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tcp, namespace: ingress-nginx}
data: {"5432": "db/postgres:5432", "53": "dns/bind:53"}
"""


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        ((), set()),
        (("--watch-namespace=app",), set()),
        (("--watch-namespace=other",), {"web", "rest"}),
        (("--disable-catch-all",), {"rest"}),
    ],
)
def test_what_the_controller_passes_over_is_left_alone(flags: tuple[str, ...], left: set[str]) -> None:
    made = convert(INGRESS, Setup(flags=flags))
    assert {change.ingress.ref.name for change in made.result.changes if change.left} == left
    assert all(change.keep and not change.emitted for change in made.result.changes if change.left)


def findings(*flags: str) -> list[Finding]:
    from gatelift.expected.settings import setting_findings

    return list(setting_findings(convert(INGRESS, Setup(flags=flags)).context))


@pytest.mark.parametrize(
    ("flag", "said", "severity"),
    [
        ("--tcp-services-configmap=ingress-nginx/tcp", "2 TCP services (53, 5432)", Severity.WARNING),
        ("--udp-services-configmap=ingress-nginx/udp", "serves UDP services of ConfigMap", Severity.WARNING),
        ("--default-backend-service=infra/errors", "infra/errors", Severity.WARNING),
        ("--watch-namespace-selector=team=a", "team=a", Severity.WARNING),
        ("--disable-svc-external-name", "ExternalName", Severity.WARNING),
        ("--enable-annotation-validation=false", "does not check", Severity.NOTE),
        ("--https-port=8443", "8443", Severity.NOTE),
    ],
)
def test_what_a_flag_changes_is_told(flag: str, said: str, severity: Severity) -> None:
    (found,) = findings(flag)
    assert said in found.message
    assert found.severity is severity


def test_flags_as_they_are_by_default_are_silent() -> None:
    assert findings("--http-port=80", "--https-port=443", "--enable-annotation-validation=true", "--v=2") == []
