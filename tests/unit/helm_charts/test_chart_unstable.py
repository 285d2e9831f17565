"""What a chart draws by lot is found, named and left out, and nothing else is."""

from __future__ import annotations

from chart_engines import each_engine as each_engine
from chart_engines import folder_of_helms as folder_of_helms
from chart_trees import CONFIG_MAP, asked, chart, found_in

from gatelift.config import Config
from gatelift.render.charts import ChartEngine, renderer
from gatelift.render.unstable import Unstable, told, without
from gatelift.sources.helm.rendering import drawn_by_lot, rendered

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


def test_drawn_places_are_named(engine: ChartEngine) -> None:
    made, charts, cases = found_in(chart(templates__a_yaml=DRAWN, templates__b_yaml=CONFIG_MAP))
    with renderer(engine) as asked_engine:
        first = rendered(asked_engine, made, charts, cases.items, Config())
        found = drawn_by_lot(asked_engine, made, charts, cases.items, Config(), first)
    (items,) = found.values()
    origin = "shop/templates/a.yaml"
    assert items == (
        Unstable(origin, "ConfigMap", "", "", ""),
        Unstable(origin, "Secret", "", "s", "/list/1"),
        Unstable(origin, "Secret", "", "s", "/metadata/annotations/a~1b"),
        Unstable(origin, "Secret", "", "s", "/stringData/password"),
    )
    finding = told(items, "charts/shop")
    assert finding is not None
    assert "Secret s /stringData/password" in finding.message


def test_nothing_is_drawn_where_nothing_differs() -> None:
    made, charts, cases = found_in(chart(templates__b_yaml=CONFIG_MAP))
    with asked() as engine:
        first = rendered(engine, made, charts, cases.items, Config())
        assert drawn_by_lot(engine, made, charts, cases.items, Config(), first) == {}
    assert told((), "charts/shop") is None


def test_two_renders_are_equal_without_what_is_drawn() -> None:
    one = {"a": {"b": 1, "c": 2}, "l": [1, 2]}
    other = {"a": {"b": 9, "c": 2}, "l": [1, 7]}
    pointers = ("/a/b", "/l/1")
    assert without(one, pointers) == without(other, pointers)
    assert without(one, pointers)["a"]["c"] == 2
    assert one["l"] == [1, 2]
