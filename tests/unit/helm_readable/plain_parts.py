"""Templates read by themselves, without a chart around them that renders."""

from __future__ import annotations

from chart_trees import tree

from gatelift.config.model import Phase
from gatelift.findings import Place
from gatelift.sources.helm.charts import Chart, Charts
from gatelift.sources.helm.offer import GivenUp, Offer, Part, Switch
from gatelift.sources.helm.readable.strategy import readable

TEMPLATE = "c/templates/ingress.yaml"


def asked(template: str, phase: Phase = Phase.COEXIST, **others: str) -> Offer | GivenUp:
    """What the strategy says to a template; ``others``: further templates by their names."""
    files = {TEMPLATE: template, **{f"c/templates/{name}.yaml": text for name, text in others.items()}}
    part = Part(
        tree=tree(files),
        charts=Charts(),
        chart=Chart(folder="c", name="shop", ingresses=(TEMPLATE,)),
        template=TEMPLATE,
        switch=Switch(("gateway",)),
        seen=(),
        phase=phase,
        prefix="P",
    )
    return readable(part)


def text(template: str, phase: Phase = Phase.COEXIST) -> str:
    """The template of routes that is offered."""
    offer = asked(template, phase)
    assert isinstance(offer, Offer), offer
    data = offer.files["c/templates/httproute.yaml"]
    assert data is not None
    return data.decode()


def reason(template: str, phase: Phase = Phase.COEXIST) -> tuple[str, Place | None]:
    """Why nothing is offered, and where."""
    answer = asked(template, phase)
    assert isinstance(answer, GivenUp), answer
    return answer.why, answer.place


def ingress(
    rules: str = "", *, metadata: str = "  name: web\n", spec: str = "", before: str = "", after: str = ""
) -> str:
    """An Ingress with one host and one path, unless there are other rules."""
    head = f"{before}apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n{metadata}spec:\n{spec}  rules:\n"
    return f"{head}{rules or rule()}{after}"


def rule(host: str = "{{ .Values.host }}", path: str = "/", more: str = "", backend: str = "") -> str:
    """One rule with one path."""
    service = (
        backend
        or "              service:\n                name: web\n                port:\n                  number: 80\n"
    )
    return (
        f"    - host: {host}\n      http:\n        paths:\n          - path: {path}\n{more}"
        f"            backend:\n{service}"
    )
