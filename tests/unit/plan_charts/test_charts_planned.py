"""What becomes of charts in a plan: which cases are on, what stays, and what a refusal takes along."""

from __future__ import annotations

import io
import tarfile

import pytest
from chart_trees import application, tree
from planned import INGRESS, asking, changes, codes, hosts, planned, settings, shop, verified

from gatelift.config import Config
from gatelift.config.model import Phase
from gatelift.findings import Place, Severity, UsageError
from gatelift.plan.model import Plan, RootPlan
from gatelift.plan.verify import verify
from gatelift.proof.evidence import Proof

LIMITED = 'nginx.ingress.kubernetes.io/auth-url: "https://login.example.com/auth?x=$foo"'
UNKNOWN = "nginx.ingress.kubernetes.io/does-not-exist: x"
"""What no unit knows, and so nobody can say what a route without it opens."""


def root(plan: Plan, part: str) -> RootPlan:
    (found,) = (item for item in plan.roots if part in item.root and not item.tried)
    return found


def annotated(text: str, *names: str) -> str:
    return hosts(*names, more=f"  annotations:\n    {text}\n")


def test_deployed_files_are_on_and_the_charts_own_values_are_off() -> None:
    files = shop(**{"values-prod.yaml": hosts("www.example.com"), "values-dev.yaml": hosts("dev.example.com")})
    plan = planned(files)
    made = changes(plan)

    assert [item.strategy for item in plan.templates] == ["readable"]
    assert all(item.proved for item in plan.roots)
    assert b"enabled: true" in (made["charts/shop/values-prod.yaml"] or b"").partition(b"gateway:")[2]
    assert b"enabled: true" in (made["charts/shop/values-dev.yaml"] or b"").partition(b"gateway:")[2]
    assert b"enabled: false" in (made["charts/shop/values.yaml"] or b"").partition(b"gateway:")[2]
    assert "charts/shop/templates/ingress.yaml" not in made


def test_a_second_plan_over_the_first_has_nothing_to_do() -> None:
    files = shop(**{"values-prod.yaml": hosts("www.example.com")})
    made = changes(planned(files))
    again = planned({**files, **{path: data.decode() for path, data in made.items() if data is not None}})

    assert again.files == ()
    assert again.result.changes[0].emitted


def test_a_case_with_a_withheld_ingress_stays_off_and_the_other_goes_on() -> None:
    files = shop(**{
        "values-prod.yaml": annotated(UNKNOWN, "www.example.com"),
        "values-dev.yaml": hosts("dev.example.com"),
    })  # fmt: skip
    made = changes(planned(files))

    assert "charts/shop/values-prod.yaml" not in made
    assert "charts/shop/values-dev.yaml" in made


def test_nothing_is_prepared_where_every_deployed_ingress_is_withheld_or_of_another_class() -> None:
    withheld = shop(**{"values-prod.yaml": annotated(UNKNOWN, "www.example.com")})
    foreign = shop(**{"values-prod.yaml": hosts("www.example.com", more="  className: alb\n")})

    assert planned(withheld).files == ()
    assert planned(foreign).files == ()


def test_a_chart_is_retired_for_all_deployed_cases_or_for_none() -> None:
    both = {"values-prod.yaml": hosts("www.example.com"), "values-dev.yaml": hosts("dev.example.com")}
    whole = changes(planned(shop(**both), settings(Phase.RETIRE)))
    held = planned(shop(**{**both, "values-dev.yaml": annotated(UNKNOWN, "dev.example.com")}), settings(Phase.RETIRE))

    assert whole["charts/shop/templates/ingress.yaml"] is None
    assert held.files == ()
    assert "helm/not-retired" in codes(held)


def test_a_chart_that_is_to_be_cut_over_stays_in_coexist_and_says_so() -> None:
    plan = planned(shop(**{"values-prod.yaml": hosts("www.example.com")}), settings(Phase.CUTOVER))

    assert root(plan, "values-prod").phase is Phase.COEXIST
    assert "helm/cutover" in codes(plan)


def test_one_template_that_cannot_be_rewritten_keeps_its_own_ingress_only() -> None:
    # An Ingress whose rules nobody can tell apart: two paths of one text, which the API takes and no route has.
    odd = (
        INGRESS.replace("{{ .Release.Name }}\n", "{{ .Release.Name }}-odd\n", 1)
        .replace("path: /\n", 'path: {{ printf "/%s" (randAlpha 3) }}\n')
        .replace(".Values.ingress.", ".Values.oddIngress.")
    )
    values = "ingress:\n  enabled: false\n  hosts: []\noddIngress:\n  enabled: false\n  hosts: []\n"
    prod = hosts("www.example.com") + "oddIngress:\n  enabled: true\n  hosts: [odd.example.com]\n"
    files = shop(**{"values.yaml": values, "templates/odd.yaml": odd, "values-prod.yaml": prod})
    plan = planned(files)
    by_path = {item.path: item.strategy for item in plan.templates}

    assert by_path == {"charts/shop/templates/ingress.yaml": "readable", "charts/shop/templates/odd.yaml": ""}
    assert "helm/unproved" in codes(plan)
    assert root(plan, "values-prod").proved
    kept = {change.ingress.ref.name: change.withheld is not None for change in plan.result.changes}
    assert kept == {"shop": False, "shop-odd": True}
    again = root(verified(files, changes(plan)), "values-prod")
    assert all(item.holds for item in again.evidence)
    route = next(path for path in changes(plan) if "/httproute" in path)
    wrong = {**changes(plan), route: (changes(plan)[route] or b"").replace(b"PathPrefix", b"Exact")}
    assert not all(item.holds for item in root(verified(files, wrong), "values-prod").evidence)


def test_cases_of_one_release_never_meet_whatever_host_they_name() -> None:
    tls = "  tls:\n    - hosts: [www.example.com]\n      secretName: tls\n"
    with_tls = INGRESS.replace(
        "spec:\n", "spec:\n  {{- with .Values.ingress.tls }}\n  tls: {{ toYaml . | nindent 4 }}\n  {{- end }}\n"
    )
    files = shop(**{
        "templates/ingress.yaml": with_tls,
        "values-a.yaml": hosts("www.example.com"),
        "values-b.yaml": hosts("www.example.com", more=tls),
    })  # fmt: skip
    plan = planned(files)

    assert all(change.withheld is None for change in plan.result.changes)
    assert {"charts/shop/values-a.yaml", "charts/shop/values-b.yaml"} <= changes(plan).keys()


def test_what_else_a_cluster_gets_on_a_host_keeps_a_case_off() -> None:
    beside = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: regular
  annotations:
    nginx.ingress.kubernetes.io/use-regex: "true"
spec:
  ingressClassName: nginx
  rules:
    - host: www.example.com
      http:
        paths: [{path: "/v[0-9]+", pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}}}]
"""
    files = {**shop(**{"values-prod.yaml": hosts("www.example.com")}), "plain/regular.yaml": beside}
    plan = planned(files)

    assert "charts/shop/templates/httproute.yaml" in changes(plan)
    assert "charts/shop/values-prod.yaml" not in changes(plan)
    assert "helm/not-on" in codes(plan)


def test_versions_are_raised_on_request_and_are_no_difference_to_who_verifies() -> None:
    labelled = INGRESS.replace("metadata:\n", "metadata:\n  labels: {chart: {{ .Chart.Version | quote }}}\n", 1)
    files = shop(**{"templates/ingress.yaml": labelled, "values-prod.yaml": hosts("www.example.com")})
    made = changes(planned(files, raise_versions=True))

    assert b"version: 0.1.1\n" in (made["charts/shop/Chart.yaml"] or b"")
    assert "charts/shop/Chart.yaml" not in changes(planned(files))
    assert all(item.proved for item in verified(files, made).roots if not item.tried)


def test_routes_that_are_prepared_and_off_are_no_disagreement() -> None:
    files = shop(**{"values-prod.yaml": hosts("www.example.com")})
    made = {path: data for path, data in changes(planned(files)).items() if "values-prod" not in path}
    off = root(verified(files, made), "values-prod")
    spoilt = {**made, "charts/shop/templates/ingress.yaml": INGRESS.replace("path: /", "path: /else").encode()}

    assert [item.proof for item in off.evidence if item.proof is Proof.SWITCHED_OFF]
    assert all(item.holds for item in off.evidence)
    assert not all(item.holds for item in root(verified(files, spoilt), "values-prod").evidence)


def test_an_ingress_of_a_packed_chart_stays_and_the_umbrellas_own_goes_on() -> None:
    inner = {path.removeprefix("charts/"): text for path, text in shop("charts/inner").items()}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in inner.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    prod = hosts("www.example.com") + "inner:\n  ingress: {enabled: true, hosts: [inner.example.com]}\n"
    more = "dependencies:\n  - {name: inner, version: 0.1.0, repository: https://charts.example.com}\n"
    named = shop(**{"values-prod.yaml": prod})
    named["charts/shop/Chart.yaml"] += more
    named["charts/shop/templates/ingress.yaml"] = INGRESS.replace("{{ .Release.Name }}", "{{ .Release.Name }}-own", 1)
    files: dict[str, str | bytes] = {**named, "charts/shop/charts/inner-0.1.0.tgz": packed.getvalue()}
    plan = planned(files)

    assert "helm/foreign" in codes(plan)
    assert root(plan, "values-prod").proved
    assert {c.ingress.ref.name: bool(c.emitted) for c in plan.result.changes} == {"shop": False, "shop-own": True}


@pytest.mark.parametrize("phase", [Phase.COEXIST, Phase.RETIRE])
def test_a_deployed_case_that_does_not_render_leaves_its_chart_alone(phase: Phase) -> None:
    required = INGRESS.replace("metadata:\n", 'metadata:\n  {{- $_ := required "say who you are" .Values.who }}\n', 1)
    files = shop(**{"templates/ingress.yaml": required, "values-prod.yaml": hosts("www.example.com")})
    plan = planned(files, settings(phase))

    assert plan.files == ()
    assert "helm/left" in codes(plan)


def test_without_a_gateway_nobody_knows_where_routes_go() -> None:
    with pytest.raises(UsageError, match="no Gateway is configured"):
        planned(shop(**{"values-prod.yaml": hosts("www.example.com")}), settings(config=Config()))


def test_values_that_an_application_says_itself_are_written_there() -> None:
    source = "helm: {valuesObject: {ingress: {enabled: true, hosts: [www.example.com]}}}"
    files = {**shop(), "apps/shop.yaml": application(source)}
    made = changes(planned(files))

    assert b"gateway" in (made["apps/shop.yaml"] or b"")


def test_who_deploys_a_chart_is_read_from_the_tree_that_is_verified() -> None:
    source = "helm: {valuesObject: {ingress: {enabled: true, annotations: {%s}, hosts: [www.example.com]}}}"
    limited = 'nginx.ingress.kubernetes.io/whitelist-source-range: "10.0.0.0/8"'
    files = {**shop(), "apps/shop.yaml": application(source % limited)}
    made = changes(planned(files))
    after = {**{path: text.encode() for path, text in files.items()}, **made}
    opened = {**after, "apps/shop.yaml": (after["apps/shop.yaml"] or b"").replace(limited.encode(), b"")}

    assert all(item.holds for item in root(_verified_in(files, after), "Application").evidence)
    assert not all(item.holds for item in root(_verified_in(files, opened), "Application").evidence)


def _verified_in(files: dict[str, str], after: dict[str, bytes | None]) -> Plan:
    """As ``gatelift verify`` does it: the new state is a tree of its own."""
    with asking(files, settings()) as request:
        return verify(request, tree({path: data for path, data in after.items() if data is not None}))


def test_an_ingress_that_cannot_be_read_is_told_and_not_taken_for_absent() -> None:
    twice = '  annotations:\n    a.example/key: "1"\n    a.example/key: "2"\n'
    second = INGRESS.replace("name: {{ .Release.Name }}\n", "name: {{ .Release.Name }}-two\n", 1)
    second = second.replace("  {{- with", f"{twice}  {{{{- with", 1).replace(
        "annotations:\n    {{-", "labels:\n    {{-"
    )
    prod = hosts("www.example.com")
    plan = planned(shop(**{"templates/second.yaml": second, "values-prod.yaml": prod}))

    (told,) = (item for item in plan.findings if item.code == "helm/unread")
    assert told.severity is Severity.ERROR, "no run writes anything while an error stands"
    assert told.place == Place("charts/shop/templates/second.yaml", 1, 1)
    assert "Ingress shop-two" in told.message
    assert "values-prod.yaml" in told.message
