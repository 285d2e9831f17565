"""A template that cannot be rendered twice is not wrapped."""

from __future__ import annotations

from chart_trees import tree

from gatelift.config.model import Phase
from gatelift.sources.helm.charts import Chart, Charts
from gatelift.sources.helm.offer import GivenUp, Offer, Part, Switch
from gatelift.sources.helm.wrapped import wrapped

TEMPLATE = "c/templates/ingress.yaml"


def _asked(text: str, phase: Phase) -> Offer | GivenUp:
    part = Part(
        tree=tree({TEMPLATE: text}),
        charts=Charts(),
        chart=Chart(folder="c", name="shop", ingresses=(TEMPLATE,)),
        template=TEMPLATE,
        switch=Switch(("gateway",)),
        seen=(),
        phase=phase,
        prefix="P",
    )
    return wrapped(part)


def test_an_allow_list_that_is_taken_out_of_the_values_would_be_gone_the_second_time() -> None:
    text = '{{- $i := .Values.ingress }}\n{{- $_ := unset $i "whitelist" }}\n{{ toYaml $i }}\n'
    answer = _asked(text, Phase.COEXIST)
    assert isinstance(answer, GivenUp)
    assert answer.place is not None
    assert answer.place.line == 2
    assert "would not see what the Ingress saw" in answer.why
    assert isinstance(_asked(text, Phase.RETIRE), Offer)


def test_maps_of_the_template_s_own_may_change() -> None:
    text = '{{- $d := dict "a" .Values.a }}\n{{- $_ := unset $d "a" }}\n{{ toYaml $d }}\n'
    assert isinstance(_asked(text, Phase.COEXIST), Offer)
