"""A chart's own values, schema, test case and version, in the conventions that its files follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from chart_trees import built, found_in, shop, tree
from chart_trees import chart as chart_files

from gatelift.config.gateway import GatewayRef
from gatelift.findings import InputError
from gatelift.manifests.resource import Provenance, Resource
from gatelift.repository.tree import Tree
from gatelift.repository.walk import open_tree
from gatelift.sources.helm.charts import Chart
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.edits import bumped, chart_values, ci_values, schema, tables_to_renew
from gatelift.sources.helm.offer import Seen, Switch
from gatelift.sources.helm.values import parsed_values
from support.corpus import folder as corpus

SWITCH = Switch(("gateway",), ("ingress",))
OFF = SWITCH.block(None, on=False)
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"ingress": {"type": "object"}},
}


def parts(files: Mapping[str, str]) -> tuple[Tree, Chart]:
    made = tree(files)
    return made, discover(made).by_folder["charts/shop"]


def values(text: str, switch: Switch = SWITCH) -> str:
    made, chart = parts(shop(values_yaml=text))
    changed = chart_values(made, chart, switch, OFF)
    again = made.changed(changed)
    assert not chart_values(again, chart, switch, OFF)
    return again.read("charts/shop/values.yaml").decode()


def test_comments_as_helm_docs_reads_them() -> None:
    text = "# -- Replicas\nreplicas: 1\ningress:\n  # -- On\n  # @section -- Web\n  enabled: false\n"
    assert values(text) == text + (
        "# Routes of the Gateway API for what the Ingress serves, made from the same values\ngateway:\n"
        "  # -- Whether the routes are made; they need the Ingress enabled too\n  # @section -- Web\n  enabled: false\n"
        '  # -- Name of the Gateway that serves the routes\n  # @section -- Web\n  name: ""\n'
        '  # -- Namespace of that Gateway\n  # @section -- Web\n  namespace: ""\n'
        "  # -- Name of one listener of the Gateway; empty for all that admit the routes\n  # @section -- Web\n"
        '  sectionName: ""\n'
    )


def test_the_long_form_of_helm_docs_names_each_key() -> None:
    text = "# replicas -- How many\nreplicas: 1\n# ingress.enabled -- On\ningress:\n  enabled: false\n"
    assert '  # gateway.namespace -- Namespace of that Gateway\n  namespace: ""\n' in values(text)


BITNAMI = """\
## @section Common parameters

## @param replicas How many
##
replicas: 1

## @section Ingress parameters
##

## Ingress
##
ingress:
  ## @param ingress.enabled On
  ##
  enabled: false
"""


def test_comments_as_the_readme_generator_reads_them() -> None:
    made = values(BITNAMI)
    assert made.startswith(BITNAMI)
    assert made.removeprefix(BITNAMI).splitlines()[:5] == [
        "",
        "gateway:",
        "  ## @param gateway.enabled Whether the routes are made; they need the Ingress enabled too",
        "  ##",
        "  enabled: false",
    ]


def test_a_section_of_the_ingress_alone_is_followed_by_one_of_the_routes() -> None:
    own = BITNAMI.replace("##\n\n## Ingress\n##\ningress", "##\ningress")
    assert "\n\n## @section Gateway API parameters\n##\ngateway:\n" in values(own)
    # Where the section goes on with something else, the switch is one more of its parameters.
    more = f"{own}\n## @param other Other\n##\nother: 1\n"
    assert "@section Gateway" not in values(more)
    assert values(more).endswith("\n\n## @param other Other\n##\nother: 1\n")


def test_plain_comments_with_the_signs_of_the_file() -> None:
    made = values("## All\n\n## How many\nreplicas: 1\n\n## Web\ningress:\n  ## On\n  enabled: false\n\n  tls: []\n")
    assert "\n\n## Routes of the Gateway API" in made
    assert '  ## Namespace of that Gateway\n  namespace: ""\n\n  ## Name of one' in made


@pytest.mark.parametrize(
    "text", ["# -- A\na: 1\n# -- B\nb: 1\ningress:\n  x: 1\n", BITNAMI, "ingress:\n  x: 1\n\n  y: 2\n"]
)
def test_a_flag_that_decides_nothing_goes_with_its_comment(text: str) -> None:
    made, chart = parts(shop(values_yaml=text))
    fresh = chart_values(made, chart, SWITCH, OFF, retired=True)
    later = made.changed(chart_values(made, chart, SWITCH, OFF))
    assert later.changed(chart_values(later, chart, SWITCH, OFF, retired=True)).changes == made.changed(fresh).changes
    [data] = fresh.values()
    assert "enabled" not in parsed_values("v", data)["gateway"]
    assert "Whether the routes" not in data.decode()
    # What a person wrote above it stays.
    mine = later.read("charts/shop/values.yaml")
    again = made.changed({"charts/shop/values.yaml": mine.replace(b"# -- Whether", b"# Mine. Whether")})
    [data] = chart_values(again, chart, SWITCH, OFF, retired=True).values()
    assert (b"# Mine" in data) is (b"# -- Whether" in mine)


def test_an_empty_name_is_filled_in_where_there_is_no_switch_any_more() -> None:
    made, chart = parts(
        shop(values_yaml="ingress: {}\ngateway:\n  enabled: false\n  name: ''  # which\n  namespace: mine\n")
    )
    block = SWITCH.block(GatewayRef(name="1234", namespace="infra"), on=False)
    [data] = chart_values(made, chart, SWITCH, block, retired=True).values()
    assert data.decode().startswith('ingress: {}\ngateway:\n  name: "1234"  # which\n  namespace: mine\n')
    after = made.changed({"charts/shop/values.yaml": data})
    assert not chart_values(after, chart, SWITCH, block, retired=True)


def test_a_flag_in_braces_stays() -> None:
    made, chart = parts(shop(values_yaml="gateway: {enabled: false, name: x}\n"))
    with pytest.raises(InputError, match="decides nothing"):
        chart_values(made, chart, SWITCH, OFF, retired=True)


def test_a_chart_without_values_gets_a_file() -> None:
    files = shop()
    del files["charts/shop/values.yaml"]
    made, chart = parts(files)
    [(path, data)] = chart_values(made, chart, Switch(("gateway",)), OFF).items()
    assert path == "charts/shop/values.yaml"
    assert parsed_values(path, data) == {"gateway": OFF}


@pytest.mark.corpus
def test_values_of_real_charts_gain_the_switch_and_nothing_else() -> None:
    real = open_tree(Path(corpus() / "helm")).tree
    charts = discover(real)
    blocks = {"prometheus-server": ("server", "ingress"), "harbor": ("expose", "ingress")}
    assert len(charts.roots) == 12
    for folder in charts.roots:
        chart = charts.by_folder[folder]
        beside = blocks.get(folder, ("ingress",))
        switch = Switch((*beside[:-1], "gateway"), beside)
        for changed in (chart_values(real, chart, switch, OFF), schema(real, chart, switch)):
            for path, data in changed.items():
                before = real.read(path)
                pairs = enumerate(zip(before, data, strict=False))
                start = next((at for at, (old, new) in pairs if old != new), len(before))
                kept = len(before) - start
                assert data[:start] + data[len(data) - kept :] == before
        made = real.changed(chart_values(real, chart, switch, OFF))
        after = parsed_values("v", made.read(f"{folder}/values.yaml"))
        assert _taken(after, switch.path) == OFF
        assert after == parsed_values("v", real.read(f"{folder}/values.yaml"))


def _taken(value: dict[str, Any], path: tuple[str, ...]) -> Any:
    for key in path[:-1]:
        value = value[key]
    return value.pop(path[-1])


def test_a_table_that_a_program_makes_is_named() -> None:
    docs = "# -- Replicas\nreplicas: 1\ningress:\n  # -- On\n  enabled: false\n"
    table = "| Key | Default |\n|---|---|\n| ingress.enabled | `false` |\n"
    made, chart = parts({**shop(values_yaml=docs), "charts/shop/README.md": table})
    [finding] = tables_to_renew(made, chart, SWITCH)
    assert (finding.code, str(finding.place)) == ("helm/docs", "charts/shop/README.md")
    assert "helm-docs" in finding.fix
    assert not tables_to_renew(made.changed({"charts/shop/README.md": b"# Shop\n"}), chart, SWITCH)
    renewed = f"{table}| gateway.enabled | `false` |\n".encode()
    assert not tables_to_renew(made.changed({"charts/shop/README.md": renewed}), chart, SWITCH)
    assert not tables_to_renew(made.changed({"charts/shop/values.yaml": b"ingress: {}\n"}), chart, SWITCH)


def schema_after(value: Any, switch: Switch = SWITCH, indent: int | str | None = 2) -> Any:
    text = json.dumps(value, indent=indent)
    made, chart = parts(shop(**{"values.schema.json": text}))
    changed = made.changed(schema(made, chart, switch))
    assert not schema(changed, chart, switch)
    data = changed.read("charts/shop/values.schema.json").decode()
    # In the file's own layout: written whole by the same program, it is the same text.
    assert json.dumps(json.loads(data), indent=indent) == data
    return json.loads(data)


@pytest.mark.parametrize("indent", [2, 4, "\t", None])
def test_a_closed_schema_takes_the_switch(indent: int | str | None) -> None:
    made = schema_after(SCHEMA, indent=indent)
    assert list(made["properties"]) == ["ingress", "gateway"]
    assert made["properties"]["gateway"] == {
        "type": "object",
        "properties": {
            "enabled": {"type": "boolean"},
            "name": {"type": "string"},
            "namespace": {"type": "string"},
            "sectionName": {"type": "string"},
        },
    }
    assert made["properties"]["ingress"] == SCHEMA["properties"]["ingress"]


def test_a_schema_with_small_objects_in_one_line_keeps_to_that() -> None:
    text = (
        '{\n  "properties": {\n    "a": { "type": "string" },\n'
        '    "ingress": {\n      "type": "object"\n    }\n  }\n}\n'
    )
    made, chart = parts(shop(**{"values.schema.json": text}))
    [data] = schema(made, chart, SWITCH).values()
    names = ",\n".join(f'        "{name}": {{ "type": "string" }}' for name in ("name", "namespace", "sectionName"))
    own = (
        '    "gateway": {\n      "type": "object",\n      "properties": {\n        "enabled": { "type": "boolean" },\n'
    )
    end = '    "ingress": {\n      "type": "object"\n    }'
    assert data.decode() == text.replace(end, f"{end},\n{own}{names}\n      }}\n    }}")


def test_references_within_the_schema_are_followed() -> None:
    value = {
        "$ref": "#/definitions/all",
        "definitions": {
            "all": {"properties": {"server": {"$ref": "#/definitions/a~1b"}}},
            "a/b": {"properties": {"ingress": {"description": "web"}}, "additionalProperties": False},
        },
    }
    made = schema_after(value, Switch(("server", "gateway"), ("server", "ingress")))
    found = made["definitions"]["a/b"]["properties"]["gateway"]["properties"]["name"]
    assert found == {"type": "string", "description": "Name of the Gateway that serves them"}


@pytest.mark.parametrize(
    "value",
    [
        {"type": "object"},
        {"properties": {"ingress": {}, "gateway": True}},
        {"properties": {"ingress": {}, "gateway": {"$ref": "#/definitions/x"}}},
        {"$ref": "#"},
        {"$ref": "https://example.com/schema.json"},
        [],
    ],
)
def test_a_schema_that_says_nothing_of_it_stays(value: Any) -> None:
    assert schema_after(value) == value


def test_helm_takes_the_switch_only_with_the_schema() -> None:
    files = shop(**{"values.schema.json": json.dumps(SCHEMA, indent=2)})
    made, chart = parts(files)
    with_values = chart_values(made, chart, SWITCH, OFF)
    with_both = {**with_values, **schema(made, chart, SWITCH)}
    refused = built({**files, **with_values})
    assert {item.failed for item in refused.values()} == {True}
    assert {item.failed for item in built({**files, **with_both}).values()} == {False}


def test_an_umbrella_with_a_closed_schema_takes_it_under_the_charts_key() -> None:
    closed = {"properties": {"web": {"properties": {"ingress": {}}, "additionalProperties": False}}}
    inner = {f"charts/all/charts/shop/{path[len('charts/shop/') :]}": data for path, data in shop().items()}
    depends = 'dependencies:\n  - name: shop\n    version: "0"\n    alias: web\n'
    above = chart_files("all", "charts/all", depends, **{"values.schema.json": json.dumps(closed)})
    made = tree({**inner, **above})
    charts = discover(made)
    changed = schema(made, charts.by_folder["charts/all/charts/shop"], SWITCH, charts)
    [(path, data)] = changed.items()
    assert path == "charts/all/values.schema.json"
    assert list(json.loads(data)["properties"]["web"]["properties"]) == ["ingress", "gateway"]


def seen_of(files: Mapping[str, str], serving: bool = True) -> list[Seen]:
    ingress = Resource("networking.k8s.io/v1", "Ingress", "", "x", {}, Provenance("", "x"))
    return [
        Seen(case=case, ingresses=(ingress,) if "on" in case.name else (), changes=() if serving else (None,))
        for case in found_in(files)[2].items
    ]


def test_a_case_for_tests_is_the_smallest_that_serves() -> None:
    on = "# web\ningress:\n  enabled: true\n  host: x.example.com\n"
    files = shop(**{"ci/on-values.yaml": on, "ci/big-on-values.yaml": on + "a: 1\n", "ci/a-values.yaml": ""})
    made, chart = parts(files)
    changed = ci_values(made, chart, [SWITCH], seen_of(files))
    assert {path: data.decode() for path, data in changed.items()} == {
        "charts/shop/ci/gateway-values.yaml": (
            "# The routes of the Gateway API, on: the values of on-values.yaml, and a Gateway that needs not exist.\n"
            + on
            + 'gateway:\n  enabled: true\n  name: gateway\n  namespace: gateway-system\n  sectionName: ""\n'
        )
    }
    assert not ci_values(made.changed(changed), chart, [SWITCH], seen_of(files))
    assert not ci_values(made, chart, [SWITCH], seen_of(files, serving=False))
    assert not ci_values(made, chart, [SWITCH], [])


@pytest.mark.parametrize(
    ("before", "after"),
    [("0.1.9", "0.1.10"), ('"1.2.3"', '"1.2.4"'), ("v1.2.3-rc.1+x", "v1.2.4-rc.1+x"), ("1.2.3 # now", "1.2.4 # now")],
)
def test_a_version_counts_on(before: str, after: str) -> None:
    text = f"# x\napiVersion: v2\nname: shop\nversion: {before}\nappVersion: 1.2.3\n"
    made, chart = parts({**shop(), "charts/shop/Chart.yaml": text})
    assert bumped(made, chart).decode() == text.replace(f"version: {before}", f"version: {after}", 1)


def test_a_version_of_another_form_is_refused() -> None:
    made, chart = parts({**shop(), "charts/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: next\n"})
    with pytest.raises(InputError, match="1\\.2\\.3"):
        bumped(made, chart)
