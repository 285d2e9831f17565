"""Rendering charts: the same objects from each engine, and why a chart does not render, at its place."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from chart_engines import each_engine as each_engine
from chart_engines import folder_of_helms as folder_of_helms
from chart_trees import CONFIG_MAP, Files, asked, built, chart, sdk, tree

from gatelift.config import Config
from gatelift.config.model import Helm
from gatelift.findings import EnvironmentProblem, Severity
from gatelift.render.charts import ChartEngine, chart_engine, release
from gatelift.render.kustomize import Cause
from gatelift.render.process import stop_all
from gatelift.render.rendering import ChartJob, Rendering
from gatelift.render.scratch import scratch

PLAIN = "charts/shop @ values.yaml"
CAPABILITIES = CONFIG_MAP + (
    "  kube: {{ .Capabilities.KubeVersion.Version | quote }}\n"
    '  group: {{ .Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1" | quote }}\n'
    '  kind: {{ .Capabilities.APIVersions.Has "gateway.networking.k8s.io/v1/HTTPRoute" | quote }}\n'
    '  found: {{ lookup "v1" "Namespace" "" "default" | toJson | quote }}\n'
)
MANY = """\
apiVersion: v1
kind: Service
metadata: {name: late}
---
# nothing but a comment
---
apiVersion: v1
kind: Secret
metadata: {name: early}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: hooked
  annotations: {helm.sh/hook: "pre-install,post-upgrade"}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: unknown
  annotations: {helm.sh/hook: crd-install}
"""
CRD = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\n"


def one(files: Files, engine: ChartEngine, config: Config | None = None) -> Rendering:
    """What the chart renders with its own values."""
    return built(files, engine, config)[PLAIN]


def named(made: Rendering) -> list[tuple[str, str, str]]:
    """Origin, kind and name of each object, in order."""
    return [(item.origin, item.document.kind, item.document.name) for item in made.objects]


def test_objects_come_in_the_order_of_installing_with_hooks_and_crds(engine: ChartEngine) -> None:
    made = one(chart(templates__a_yaml=MANY, crds__a_yaml=CRD), engine)
    assert named(made) == [
        ("shop/templates/a.yaml", "Secret", "early"),
        ("shop/crds/a.yaml", "CustomResourceDefinition", "a.example.com"),
        ("shop/templates/a.yaml", "Service", "late"),
        ("shop/templates/a.yaml", "Job", "hooked"),
    ]
    assert not made.failed
    assert made.confined


def test_both_sides_know_gateway_api_and_one_version_of_kubernetes_and_no_cluster(engine: ChartEngine) -> None:
    files = chart(templates__a_yaml=CAPABILITIES)
    told = {"group": "true", "kind": "true", "found": "{}"}
    (item,) = one(files, engine).objects
    assert item.document.value["data"] == {"kube": "v1.34.0", **told}
    (item,) = one(files, engine, Config(helm=Helm(kube_version="1.31"))).objects
    assert item.document.value["data"] == {"kube": "v1.31.0", **told}


def test_notes_are_the_charts_own(engine: ChartEngine) -> None:
    files = chart(
        templates__a_yaml=CONFIG_MAP, **{"templates__NOTES.txt": 'visit <{{ .Release.Name }}> & "{{ .Values.a }}"\n'}
    ) | chart("sub", "charts/shop/charts/sub", **{"templates__NOTES.txt": "of a chart inside"})
    made = one({**files, "charts/shop/values.yaml": "a: b\n"}, engine)
    assert made.notes == 'visit <shop> & "b"\n'
    assert [item.document.kind for item in made.objects] == ["ConfigMap"]


def packed(files: Mapping[str, str]) -> bytes:
    """A chart as an archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as made:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text)
            made.addfile(entry, io.BytesIO(text.encode()))
    return archive.getvalue()


def test_charts_in_archives_and_beside_are_rendered_under_their_keys_where_their_conditions_hold(
    engine: ChartEngine,
) -> None:
    data = CONFIG_MAP + "  a: '{{ .Values.a }} {{ .Values.global.b }} {{ .Release.Name }}'\n"
    more = (
        "dependencies:\n"
        "- {name: db, alias: store, version: 0.x, repository: 'https://charts.example.com', condition: store.enabled}\n"
        "- {name: near, alias: one, version: 0.x, repository: 'file://../near', tags: [extra]}\n"
        "- {name: near, alias: two, version: 0.x, repository: 'file://../near'}\n"
    )
    files: dict[str, str | bytes] = {
        **chart(more=more, values_yaml="store: {a: x}\none: {a: z}\nglobal: {b: g}\n"),
        **chart("near", "charts/near", templates__a_yaml=data, values_yaml="a: own\n"),
        "charts/shop/charts/db-0.1.0.tgz": packed(chart("db", "db", templates__a_yaml=data)),
        "charts/shop/values-off.yaml": "store: {enabled: false}\ntags: {extra: false}\nglobal: {b: h}\n",
    }
    made = built(files, engine)

    def seen(name: str) -> dict[str, str]:
        return {item.origin: item.document.value["data"]["a"] for item in made[name].objects}

    assert seen(PLAIN) == {
        "shop/charts/store/templates/a.yaml": "x g shop",
        "shop/charts/one/templates/a.yaml": "z g shop",
        "shop/charts/two/templates/a.yaml": "own g shop",
    }
    assert seen("charts/shop @ values-off.yaml") == {"shop/charts/two/templates/a.yaml": "own h shop"}


def test_a_chart_inside_that_one_case_turns_off_is_there_in_the_next(engine: ChartEngine) -> None:
    more = (
        "dependencies:\n- {name: db, version: 0.x, condition: db.enabled}\n"
        "- {name: web, version: 0.x, import-values: [{child: sizes, parent: sizes}]}\n"
    )
    files = {
        **chart(
            more=more, values_yaml="db: {enabled: true}\n", templates__a_yaml=CONFIG_MAP + "  a: {{ .Values.sizes.a }}"
        ),
        **chart("db", "charts/shop/charts/db", templates__a_yaml=CONFIG_MAP + "  a: db"),
        **chart("web", "charts/shop/charts/web", values_yaml="sizes: {a: own}\n"),
        "charts/shop/values-a.yaml": "db: {enabled: false}\nweb: {sizes: {a: given}}\n",
        "charts/shop/values-b.yaml": "db: {enabled: true}\n",
    }
    made = built(files, engine)
    seen = {
        name.rpartition(" ")[2]: [item.document.value["data"]["a"] for item in each.objects]
        for name, each in made.items()
    }
    assert seen == {"values.yaml": ["db", "own"], "values-a.yaml": ["own"], "values-b.yaml": ["db", "own"]}


BAD: dict[str, tuple[dict[str, str], Cause, str, str]] = {
    "a template that asks for nothing": (
        chart(templates__a_yaml="a: 1\nb: {{ .Values.a.b.c }}\n"),
        Cause.INVALID,
        "charts/shop/templates/a.yaml:2:",
        "nil pointer evaluating",
    ),
    "a helper that fails": (
        chart(
            templates__a_yaml='a: {{ include "h" . }}\n',
            **{"templates___h.tpl": '{{ define "h" }}\n{{ fail "no" }}{{ end }}'},
        ),
        Cause.INVALID,
        "charts/shop/templates/",
        "no",
    ),
    "a template that does not parse": (
        chart(templates__a_yaml="a: 1\nb: {{ nofunc }}\n"),
        Cause.INVALID,
        "charts/shop/templates/a.yaml:2:1",
        'function "nofunc" not defined',
    ),
    "a value that is required": (
        chart(templates__a_yaml='a: {{ required "give a host" .Values.host }}\n'),
        Cause.INVALID,
        "charts/shop/templates/a.yaml:1:7",
        "give a host",
    ),
    "an object that is no YAML": (
        chart(templates__a_yaml="kind: A\nb: [\n"),
        Cause.INVALID,
        "charts/shop/templates/a.yaml",
        "YAML parse error",
    ),
    "another Kubernetes": (
        chart(more='kubeVersion: ">=1.99"\n', templates__a_yaml=CONFIG_MAP),
        Cause.INVALID,
        "charts/shop/Chart.yaml",
        "incompatible with Kubernetes v1.34.0",
    ),
    "a chart that is not there": (
        chart(more="dependencies: [{name: redis, version: 1.x, repository: 'https://charts.example.com'}]\n"),
        Cause.REMOTE,
        "charts/shop/Chart.yaml",
        "nothing is fetched: redis",
    ),
    "values that the schema refuses": (
        chart(
            values_yaml="port: many\n",
            **{"values.schema.json": '{"properties": {"port": {"type": "integer"}}, "required": ["host"]}'},
        ),
        Cause.INVALID,
        "charts/shop/Chart.yaml",
        "host",
    ),
    "templates that include each other": (
        chart(templates__a_yaml='{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}'),
        Cause.INVALID,
        "charts/shop/templates/a.yaml:1",
        "exceeded maximum template depth",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_chart_that_does_not_render_says_where_and_why(case: str, engine: ChartEngine) -> None:
    files, cause, place, words = BAD[case]
    made = one(files, engine)
    assert made.failed
    assert made.cause is cause
    assert made.objects == ()
    (finding,) = made.findings
    assert finding.severity is Severity.ERROR
    assert str(finding.place).startswith(place)
    assert words in finding.message
    assert finding.fix


@pytest.mark.parametrize("own", [True, False])
def test_a_template_cannot_be_made_to_say_a_secret(engine: ChartEngine, own: bool) -> None:
    values = "db: {password: hunter2, name: shop}\n"
    template = 'a: {{ fail (printf "bad: %s of %s" .Values.db.password .Values.db.name) }}\n'
    files = chart(templates__a_yaml=template) | {f"charts/shop/values{'' if own else '-prod'}.yaml": values}
    (finding,) = built(files, engine)[PLAIN if own else "charts/shop @ values-prod.yaml"].findings
    assert "bad: (not shown) of shop" in finding.message
    assert "hunter2" not in finding.message


def test_a_schema_elsewhere_is_left_out_of_both_renders(engine: ChartEngine) -> None:
    files = chart(
        templates__a_yaml=CONFIG_MAP, **{"values.schema.json": '{"$ref": "https://schemas.example.com/a.json"}'}
    )
    assert not one(files, engine).failed


def test_no_engine_reaches_the_network(engine: ChartEngine) -> None:
    files = chart(templates__a_yaml=CONFIG_MAP, **{"values.schema.json": '{"$ref": "http://127.0.0.1:9/schema.json"}'})
    with asked(engine) as made, scratch(tree(files), files, made.workspace) as root:
        job = ChartJob(name="x", root=root, folder="charts/shop", release=release("x"), shown={"shop": "charts/shop"})
        found = made.render(job)
    assert found.cause is Cause.REMOTE
    assert "http://127.0.0.1:9/schema.json, and nothing is fetched" in found.findings[0].message
    assert found.confined


def test_a_worker_that_dies_is_replaced() -> None:
    files = chart(templates__a_yaml=CONFIG_MAP)
    with asked() as made, scratch(tree(files), files, made.workspace) as root:
        job = ChartJob(name="x", root=root, folder="charts/shop", release=release("x"))
        assert not made.render(job).failed
        stop_all()
        ended = made.render(job)
        assert ended.failed
        assert "ended by signal 9" in ended.findings[0].message
        assert not made.render(job).failed


def test_the_engine_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    assert chart_engine("helm-python-sdk", {"PATH": ""}) == chart_engine("auto", {"PATH": ""}) == sdk()
    with pytest.raises(EnvironmentProblem):
        chart_engine("helm", {"PATH": ""})
    with pytest.raises(EnvironmentProblem):
        chart_engine("helm-python-sdk", {"GATELIFT_HELM": str(tmp_path / "gone")})
    with pytest.raises(ValueError, match="tiller"):
        chart_engine("tiller", {})
    assert str(sdk()) == f"helm {sdk().version} (helm-python-sdk)"


def test_a_large_number_of_a_parameter_is_printed_as_it_is_deployed(engine: ChartEngine) -> None:
    files = chart(templates__a_yaml=CONFIG_MAP + "  a: '{{ .Values.a }}'\n") | {
        "apps/shop.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n"
        "  source: {path: charts/shop, helm: {parameters: [{name: a, value: '1234567'}]}}\n"
    }
    made = built(files, engine)["charts/shop @ Application shop"]
    (item,) = made.objects
    if engine == sdk():
        assert item.document.value["data"] == {"a": "1.234567e+06"}
        assert [finding.code for finding in made.findings] == ["helm/large-number"]
    else:
        assert item.document.value["data"] == {"a": "1234567"}
        assert made.findings == ()


def test_a_name_that_helm_does_not_take_is_told_before_anything_runs() -> None:
    files = chart(templates__a_yaml=CONFIG_MAP)
    with asked() as made, scratch(tree(files), files, made.workspace) as root:
        job = ChartJob(name="x", root=root, folder="charts/shop", release=release("{{ .x }}"))
        assert "53 characters" in made.render(job).findings[0].message


def test_values_with_a_number_that_is_none_are_told() -> None:
    files = chart(templates__a_yaml=CONFIG_MAP)
    with asked() as made, scratch(tree(files), files, made.workspace) as root:
        job = ChartJob(name="x", root=root, folder="charts/shop", release=release("x"), values={"a": float("inf")})
        assert ".inf" in made.render(job).findings[0].message


def test_a_folder_outside_is_not_rendered() -> None:
    with asked() as made, pytest.raises(ValueError, match=r"\.\."):
        made.render(ChartJob(name="x", root=made.workspace, folder="..", release=release("x")))
