"""Plans for tests: real conversions of small manifests, with files as a rewrite would leave them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from gatelift.config.model import Phase
from gatelift.findings import Finding, Severity
from gatelift.forge.body import Telling
from gatelift.plan.model import FileChange, Plan, RootKind, RootPlan
from gatelift.proof.evidence import Evidence, Proof
from gatelift.report.model import Report, build
from support.conversion import Setup, convert

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: shop
  annotations: {{{annotations}}}
spec:
  ingressClassName: nginx
  rules:
    - host: {name}.example.com
      http:
        paths:
          - {{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}
"""
LOSSLESS = INGRESS.format(name="web", annotations="")
LOSSY = INGRESS.format(
    name="web", annotations='nginx.ingress.kubernetes.io/auth-type: digest, nginx.ingress.kubernetes.io/app-root: "/x"'
)
ROUTES = b"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n"


def planned(
    text: str = LOSSLESS,
    files: tuple[FileChange, ...] = (FileChange("shop/web-route.yaml", None, ROUTES),),
    phase: Phase = Phase.COEXIST,
    roots: tuple[RootPlan, ...] | None = None,
    findings: tuple[Finding, ...] = (),
) -> Plan:
    """The plan of one root of plain manifests."""
    made = convert(text, Setup(phase=phase))
    proof = Evidence(proof=Proof.COMMUTES, root="shop", holds=True, text="1 object as expected, 0 others the same")
    root = RootPlan(
        root="shop", kind=RootKind.PLAIN, scope="all", phase=phase, ingresses=1, objects=3, evidence=(proof,)
    )
    return Plan(
        phase=phase,
        target="envoy-gateway",
        engines=("kustomize v5.8.1 (kubectl)",),
        scopes=("all",),
        roots=(root,) if roots is None else roots,
        files=files,
        result=made.result,
        findings=findings,
    )


def report_of(plan: Plan) -> Report:
    return build(
        plan.result,
        phase=plan.phase,
        target=plan.target,
        complete=plan.complete,
        findings=plan.findings,
        places=plan.places,
    )


def telling(plan: Plan) -> Telling:
    return Telling(report_of(plan), ".", "0123456789abcdef0123456789abcdef01234567")


def warning(message: str, fix: str = "") -> Finding:
    return Finding("test/warning", Severity.WARNING, message, fix)


def git(folder: Path, *words: str) -> str:
    """One git command that must succeed, on no settings but the repository's own."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A Person",
        "GIT_AUTHOR_EMAIL": "person@example.com",
        "GIT_COMMITTER_NAME": "A Person",
        "GIT_COMMITTER_EMAIL": "person@example.com",
        "GIT_AUTHOR_DATE": "1700000000 +0100",
        "GIT_COMMITTER_DATE": "1700000000 +0100",
    }
    done = subprocess.run(  # noqa: S603 - a command of this test's own
        ["git", "-c", "init.defaultBranch=main", *words],  # noqa: S607 - the git of this machine
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
