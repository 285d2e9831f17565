"""How a template names the switch, whatever the keys above it are."""

from __future__ import annotations

import pytest
from chart_trees import chart, sdk, tree
from wrapping import message

from gatelift.render.charts import release, renderer
from gatelift.render.rendering import ChartJob
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.offer import Manifest, Switch
from gatelift.sources.helm.rendering import laid_out

PATHS = [
    ("gateway",),
    ("server", "gateway"),
    ("my-app", "gateway"),
    ("a", 'b "c', "gateway"),
    ("a-b", "c-d", "gateway"),
]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("gateway",), "$.Values.gateway"),
        (("server", "gateway"), "$.Values.server.gateway"),
        (("my-app", "gateway"), '(index $.Values "my-app").gateway'),
        (("a", "b-c", "gateway"), '(index $.Values.a "b-c").gateway'),
    ],
)
def test_keys_that_are_no_identifiers_are_looked_up(path: tuple[str, ...], shown: str) -> None:
    assert Switch(path).expression == shown


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("there", [True, False])
def test_helm_finds_what_is_named(path: tuple[str, ...], there: bool) -> None:
    switch = Switch(path)
    shown = f"found: {{{{ {switch.reach('enabled', bare=True)} | default false }}}}\n"
    if there:
        shown += f"named: {{{{ {switch.reach('enabled')} }}}}\nblock: {{{{ {switch.expression}.name }}}}\n"
    files = tree(
        chart(values_yaml="", templates__one_yaml=f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{shown}")
    )
    values: Manifest = {"enabled": True, "name": "shared"}
    for key in reversed(path):
        values = {key: values}
    charts = discover(files)
    with renderer(sdk(), 1, timeout=60) as asked, laid_out(asked, files, charts, ["charts/shop"]) as root:
        job = ChartJob(
            name="a", root=root, folder="charts/shop", release=release("shop"), values=values if there else {}
        )
        made = asked.render(job)
    assert not made.findings, message(made)
    found = made.objects[0].document.value
    assert found["found"] is there
    assert not there or (found["named"], found["block"]) == (True, "shared")
