"""What a chart draws by lot is found, named and left out, and nothing else is."""

from __future__ import annotations

from chart_engines import each_engine as each_engine
from chart_engines import folder_of_helms as folder_of_helms
from chart_trees import CONFIG_MAP, chart, found_in, sdk

from gatelift.config import Config
from gatelift.plan.charts.before import Charted, render_charts
from gatelift.plan.charts.building import ChartBuilder
from gatelift.plan.charts.sources import Sources
from gatelift.render.charts import ChartEngine, renderer
from gatelift.render.unstable import Unstable, told, without
from gatelift.sources.helm.rendering import rendered

DRAWN = """\
apiVersion: v1
kind: Secret
metadata:
  name: s
  annotations: {a/b: '{{ randAlphaNum 8 }}', fixed: x}
stringData: {password: '{{ randAlphaNum 20 }}', user: admin}
list: [1, '{{ uuidv4 }}']
---
apiVersion: v1
kind: ConfigMap
metadata: {name: 'c-{{ randAlphaNum 12 | lower }}'}
"""


def charted(engine: ChartEngine, **files: str) -> Charted:
    """A chart of these templates, rendered as for a plan."""
    made, charts, cases = found_in(chart(**files))
    sources = Sources(actual=made, tree=made, charts=charts, cases=cases, concerned=frozenset(charts.by_folder))
    with renderer(engine) as asked:
        return render_charts(
            sources,
            ChartBuilder(
                lambda tree, charts, cases, check: rendered(asked, tree, charts, cases, Config(), check=check),
            ),
        )


def test_drawn_places_are_named(engine: ChartEngine) -> None:
    found = charted(engine, templates__a_yaml=DRAWN, templates__b_yaml=CONFIG_MAP)
    (items,) = found.lots.values()
    origin = "shop/templates/a.yaml"
    assert items == (
        Unstable(origin, "ConfigMap", "", "", ""),
        Unstable(origin, "Secret", "", "s", "/list/1"),
        Unstable(origin, "Secret", "", "s", "/metadata/annotations/a~1b"),
        Unstable(origin, "Secret", "", "s", "/stringData/password"),
    )
    (finding,) = found.findings
    assert "Secret s /stringData/password" in finding.message


def test_nothing_is_drawn_where_nothing_differs() -> None:
    # Its text speaks of drawing, so it is rendered twice.
    found = charted(sdk(), templates__b_yaml=CONFIG_MAP + "  a: {{ kindOf now }}\n")
    assert (found.lots, found.findings, found.broken) == ({}, (), {})
    assert told((), "charts/shop") is None


def test_two_renders_are_equal_without_what_is_drawn() -> None:
    one = {"a": {"b": 1, "c": 2}, "l": [1, 2]}
    other = {"a": {"b": 9, "c": 2}, "l": [1, 7]}
    pointers = ("/a/b", "/l/1")
    assert without(one, pointers) == without(other, pointers)
    assert without(one, pointers)["a"]["c"] == 2
    assert one["l"] == [1, 2]
