"""What is said of a chart from elsewhere, and the values that make it write its routes, where it takes such."""

from __future__ import annotations

import posixpath
from typing import Any

from gatelift.findings import Finding, Place, Severity
from gatelift.sources.deployed.model import Deployment
from gatelift.sources.helm.case import How
from gatelift.sources.helm.charts import Chart, Charts, enclosing
from gatelift.sources.helm.offer import GivenUp, Manifest, Offer, Part, Strategy
from gatelift.sources.helm.own.extra import Extra, extras_of
from gatelift.sources.helm.own.strategy import offered, retire
from gatelift.sources.helm.own.values import NoFitError, Values, dotted
from gatelift.sources.helm.own.wanted import wanted_of

_WRITTEN = frozenset((How.FILE, How.INLINE))
_PLUGIN = "convert it while Argo CD renders (docs/argocd.md)"


def foreign_offer(part: Part) -> Offer | GivenUp:
    """Values of the charts above that make a copied chart write its routes; no file of the copy is edited.

    By its own template for routes where that has a place for all of them, else as whole objects where it takes such.
    ``Offer.values`` as of ``own``: the chart's own values, which stand under ``Seen.keys`` in those of a case.
    ``GivenUp`` says why neither does.
    """
    found = offered(part, Strategy.FOREIGN)
    if isinstance(found, Offer):
        return found
    extra = extras_of(part)
    if extra is None:
        return GivenUp(f"{found.why}; it takes no further objects from its values either", found.place)
    return _as_objects(part, extra, found)


def _as_objects(part: Part, extra: Extra, why: GivenUp) -> Offer | GivenUp:
    values: dict[str, Manifest] = {}
    for seen in part.seen:
        wanted = wanted_of(seen)
        objects = [*wanted.routes, *wanted.beside]
        if not objects:
            continue
        made = Values(seen.values)
        try:
            extra.add(made, objects)
            retire(part, seen, made)
        except NoFitError as error:
            return GivenUp(f"{why.why}; {error.why}", why.place)
        nested: dict[str, Any] = made.nested()
        if values.get(seen.case.name, nested) != nested:
            return GivenUp(f"the chart is included twice in {seen.case.name}, each time with other routes")
        values[seen.case.name] = nested
    if not values:
        return GivenUp("no case of the chart needs a route")
    note = f"the routes stand as whole objects in {dotted(extra.path)}, for {why.why}"
    return Offer(strategy=Strategy.FOREIGN, helpers=False, values=values, note=note)


def foreign(part: Part) -> Finding:
    """What a person is told of a template whose chart is a copy: why it stays, and which values would do it."""
    chart = part.chart
    message = (
        f"the chart {chart.name} is a copy of one from elsewhere, so nothing in it is edited: the next 'helm "
        "dependency update' would take it away. Its Ingresses stay, and traffic with them"
    )
    if not any(change is not None and change.emitted for seen in part.seen for change in seen.changes):
        message += ". None of its cases becomes a route today"
        return Finding("helm/foreign", Severity.NOTE, message, "", Place(part.template, 1, 1))
    offer = foreign_offer(part)
    if isinstance(offer, GivenUp):
        at = f" ({offer.place})" if offer.place is not None else ""
        message += f". Its values alone do not give its routes: {offer.why}{at}"
        fix = f"add an HTTPRoute beside it, as a manifest of your own, or {_PLUGIN}"
        return Finding("helm/foreign", Severity.WARNING, message, fix, Place(part.template, 1, 1))
    keys = ", ".join(dict.fromkeys(_keys(offer, part)))
    message += f". It can write its routes by itself: {offer.note}"
    fix = f"set {keys} in {', '.join(_places(offer, part)) or _where(chart, part.charts)}"
    return Finding("helm/foreign", Severity.WARNING, message, fix, Place(part.template, 1, 1))


def _keys(offer: Offer, part: Part) -> list[str]:
    """The values that an offer sets, as the chart above names them."""
    found: list[str] = []
    for seen in part.seen:
        for key, value in offer.values.get(seen.case.name, {}).items():
            found.append(dotted((*seen.keys, *_down(str(key), value))))
    return found


def _places(offer: Offer, part: Part) -> list[str]:
    """Where the deployed cases of an offer are written: the last of their files, or the object that deploys them."""
    found: dict[str, None] = {}
    for seen in part.seen:
        inputs = [item for item in seen.case.inputs if item.how in _WRITTEN]
        if seen.case.deployed and seen.case.name in offer.values and inputs:
            found[inputs[-1].name if inputs[-1].how is How.FILE else str(inputs[-1].place)] = None
    return list(found)


def _down(key: str, value: Any) -> tuple[str, ...]:
    """As far down as only one thing is set."""
    if isinstance(value, dict) and len(value) == 1:
        inner, below = next(iter(value.items()))
        return (key, *_down(str(inner), below))
    return (key,)


def _where(chart: Chart, charts: Charts) -> str:
    """The file in which the values of a copied chart are set: that of the chart above that is nobody's copy."""
    folder = chart.folder
    while charts.foreign(folder) and (above := enclosing(folder, charts.by_folder)) is not None:
        folder = above
    parent = charts.by_folder[folder]
    return parent.values or posixpath.join(folder, "values.yaml")


def archived(chart: Chart, path: str, prefix: str = "") -> Finding:
    """What a person is told of a packed chart in ``charts/`` that renders Ingresses; ``prefix``: its keys there."""
    name = posixpath.basename(path)
    message = (
        f"{name} is a packed chart that renders Ingresses: nothing in it is read or edited, so they stay, and traffic "
        "with them"
    )
    values = chart.values or posixpath.join(chart.folder, "values.yaml")
    under = f" under {prefix}" if prefix else ""
    fix = (
        f"set its own values for routes{under} in {values}, if it has any; else add an HTTPRoute to the templates of "
        f"{chart.name}, or {_PLUGIN}"
    )
    return Finding("helm/foreign", Severity.NOTE, message, fix, Place(path))


def elsewhere(deployment: Deployment) -> Finding:
    """What a person is told of a deployment whose chart is not in this repository."""
    message = (
        f"{deployment.by} deploys the chart {deployment.chart}, which is not in this repository: what it renders is "
        "not known here, and nothing of it is converted"
    )
    fix = (
        "if it renders Ingresses, set the chart's own values for routes there, if it has any; else deploy an HTTPRoute "
        f"beside it, or {_PLUGIN}"
    )
    return Finding("helm/elsewhere", Severity.NOTE, message, fix, deployment.place)
