"""Finding charts: what belongs to each, which includes which, and what is not there."""

from __future__ import annotations

from chart_trees import CONFIG_MAP, INGRESS, built, chart, shop, tree

from gatelift.sources.helm.charts import Chart, Charts
from gatelift.sources.helm.complete import completed
from gatelift.sources.helm.discover import discover

ROUTE = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: a}\n"
UMBRELLA = """\
dependencies:
  - {name: shop, alias: front, version: 0.x, repository: "file://../shop", condition: front.enabled}
  - {name: shop, alias: back, version: 0.x, repository: "file://../shop", tags: [all]}
  - {name: common, version: 1.x, repository: "https://charts.example.com"}
  - {name: redis, version: 1.x, repository: "oci://charts.example.com"}
"""


def found(files: dict[str, str]) -> Charts:
    return discover(tree(files))


def only(files: dict[str, str]) -> Chart:
    (made,) = found(files).by_folder.values()
    return made


def test_a_chart_knows_its_files() -> None:
    made = only(
        shop(
            **{
                "templates__httproute_yaml": ROUTE,
                "templates___helpers.tpl": '{{ define "x" }}kind: Ingress{{ end }}',
                "templates__NOTES.txt": "kind: Ingress",
                "templates__tests__t_yaml": CONFIG_MAP,
                "values.schema.json": "{}",
                "values-prod_yaml": "",
                "values.dev_yaml": "",
                "values_yaml.bak": "",
                "ci__a-values_yaml": "",
                "ci__deep__b_yaml": "",
            }
        )
    )
    folder = "charts/shop"
    assert made.folder == folder
    assert made.ingresses == (f"{folder}/templates/_helpers.tpl", f"{folder}/templates/ingress.yaml")
    assert made.routes == (f"{folder}/templates/httproute.yaml",)
    assert made.notes == f"{folder}/templates/NOTES.txt"
    assert made.schema == f"{folder}/values.schema.json"
    assert made.variants == (f"{folder}/values-prod.yaml", f"{folder}/values.dev.yaml")
    assert made.ci == (f"{folder}/ci/a-values.yaml",)
    assert len(made.templates) == 5


def test_a_comment_that_speaks_of_an_ingress_is_none() -> None:
    assert only(chart(templates__a_yaml="kind: Service # no Ingress here\n")).ingresses == ()


def test_an_umbrella_knows_what_is_inside_beside_packed_and_missing() -> None:
    files = shop() | chart("all", "charts/all", UMBRELLA) | {"charts/all/charts/common-1.2.3.tgz": ""}
    made = found(files)
    umbrella = made.by_folder["charts/all"]
    assert umbrella.local == {"front": "charts/shop", "back": "charts/shop"}
    assert umbrella.archives == ("charts/all/charts/common-1.2.3.tgz",)
    assert umbrella.missing == ("redis",)
    assert [(entry.key, entry.condition) for entry in umbrella.dependencies[:2]] == [
        ("front", "front.enabled"),
        ("back", ""),
    ]
    assert made.parents == {"charts/shop": (("charts/all", "back"), ("charts/all", "front"))}
    assert made.roots == ("charts/all", "charts/shop")
    (finding,) = made.findings
    assert (finding.code, str(finding.place)) == ("helm/dependency", "charts/all/Chart.yaml:8:5")
    assert "redis" in finding.message


def test_charts_inside_are_found_by_their_name_whatever_their_folder() -> None:
    more = "dependencies: [{name: db, alias: store, version: 0.x, repository: ''}]\n"
    files = chart("top", "top", more) | chart("db", "top/charts/folder") | chart("extra", "top/charts/extra")
    made = found(files)
    assert made.by_folder["top"].subcharts == {"store": "top/charts/folder", "extra": "top/charts/extra"}
    assert made.by_folder["top"].missing == ()
    assert made.roots == ("top",)
    assert made.shown("top") == {
        "top": "top",
        "top/charts/store": "top/charts/folder",
        "top/charts/extra": "top/charts/extra",
    }


def test_a_copy_of_a_chart_from_elsewhere_is_known_as_one_with_all_inside_it() -> None:
    more = "dependencies: [{name: far, version: 1.x, repository: '@hub'}, {name: near, version: 1.x, repository: ''}]\n"
    files = chart("top", "top", more) | chart("far", "top/charts/far") | chart("deep", "top/charts/far/charts/deep")
    files |= chart("near", "top/charts/near") | chart("own", "top/charts/own")
    made = found(files)
    assert {folder for folder in made.by_folder if made.foreign(folder)} == {
        "top/charts/far",
        "top/charts/far/charts/deep",
    }


def test_dependencies_of_the_old_kind_are_in_a_file_of_their_own() -> None:
    files = {"a/Chart.yaml": "apiVersion: v1\nname: a\nversion: 0.1.0\n"}
    files["a/requirements.yaml"] = "dependencies:\n- {name: b, version: 1.x, repository: 'https://x'}\n"
    assert found(files).by_folder["a"].missing == ("b",)


def test_a_library_is_no_root() -> None:
    made = found(chart("lib", "lib", "type: library\n"))
    assert made.by_folder["lib"].library
    assert made.roots == ()


def test_what_is_no_chart_is_told() -> None:
    made = found({"a/Chart.yaml": "apiVersion: v2\n", "b/Chart.yaml": "a: [\n", "c/Chart.yaml": "name: {{ .x }}\n"})
    assert made.by_folder == {}
    assert [(finding.code, finding.place.path) for finding in made.findings if finding.place] == [
        ("helm/chart", "a/Chart.yaml"),
        ("helm/chart", "b/Chart.yaml"),
        ("helm/chart", "c/Chart.yaml"),
    ]


def test_a_schema_of_a_known_dialect_is_no_reference() -> None:
    dialect = '{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/a.json"}'
    assert only(chart(**{"values.schema.json": dialect})).remote_schemas == {}
    inner = '{"properties": {"a": {"items": [{"$ref": "https://example.com/b.json"}]}}}'
    assert only(chart(**{"values.schema.json": inner})).remote_schemas == {
        "charts/shop/values.schema.json": "https://example.com/b.json"
    }


def test_what_lies_beside_is_put_where_helm_looks_and_nowhere_else() -> None:
    more = 'dependencies: [{name: shop, alias: front, version: 0.x, repository: "file://../shop"}]\n'
    above = 'dependencies: [{name: all, version: 0.x, repository: "file://../charts/all"}]\n'
    files = shop() | chart("all", "charts/all", more) | chart("top", "top", above)
    made = tree(files)
    charts = discover(made)
    assert set(completed(made, charts).files) - set(files) == {
        f"{folder}/{name}"
        for folder, names in {
            "charts/all/charts/shop": ("Chart.yaml", "values.yaml", "templates/ingress.yaml"),
            "top/charts/all": ("Chart.yaml",),
            "top/charts/all/charts/shop": ("Chart.yaml", "values.yaml", "templates/ingress.yaml"),
        }.items()
        for name in names
    }
    assert all(not rendering.failed for rendering in built(files).values())


def test_charts_that_name_each_other_end() -> None:
    one = 'dependencies: [{name: b, version: 0.x, repository: "file://../b"}]\n'
    other = 'dependencies: [{name: a, version: 0.x, repository: "file://../a"}]\n'
    files = chart("a", "a", one) | chart("b", "b", other)
    made = tree(files)
    charts = discover(made)
    assert len(completed(made, charts).files) < 20
    assert len(list(charts.keys("a"))) < 50
    assert len(charts.shown("a")) < 50


def test_an_object_of_a_chart_inside_has_its_file() -> None:
    files = chart("top", "top", "dependencies: [{name: shop, alias: web, version: 0.x, repository: ''}]\n")
    files |= {path.replace("charts/shop", "top/charts/shop"): text for path, text in shop().items()}
    files["top/values.yaml"] = "web: {ingress: {enabled: true}}\n"
    (item,) = built(files)["top @ values.yaml"].objects
    assert item.origin == "top/charts/web/templates/ingress.yaml"
    assert INGRESS.count("Ingress") == 1
