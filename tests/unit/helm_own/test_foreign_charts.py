"""Charts from elsewhere: nothing of them is edited; the values above them may do it, or a person is told what to do."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from own_parts import ENVOY, STANDARD, VALUES, World, chart, differences, part, world
from test_own_five_kinds import (
    HTTP_ROUTE,
    HTTP_ROUTE_VALUES,
    ONE_PATH,
    ROUTE_MAP,
    ROUTE_MAP_VALUES,
    TLS,
)
from test_own_given_up import EXTRA

from gatelift.config import Config
from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.findings import Place, Severity
from gatelift.sources.deployed.read import deployments
from gatelift.sources.helm.cases import find_cases
from gatelift.sources.helm.foreign import archived, elsewhere, foreign, foreign_offer
from gatelift.sources.helm.offer import GivenUp, Offer, Part, Strategy
from gatelift.sources.helm.own import own

HOSTS = "hosts: [{host: a.example.com, paths: [{path: /, pathType: Prefix}]}]"
COPY = "platform/charts/shop"
TEMPLATE = f"{COPY}/templates/ingress.yaml"
HEAD = """\
apiVersion: v2
name: platform
version: 1.0.0
dependencies:
  - name: shop
    version: 0.1.0
    repository: https://charts.example.com
"""


def _indented(text: str, key: str = "shop") -> str:
    return f"{key}:\n" + "".join(f"  {line}\n" for line in text.splitlines())


def _umbrella(route: str, values: str, above: str = ONE_PATH, **more: str) -> dict[str, str]:
    inner = chart(route, values, **more)
    del inner["shop/values-prod.yaml"]
    made = {f"platform/charts/{path}": text for path, text in inner.items()}
    return made | {
        "platform/Chart.yaml": HEAD,
        "platform/values-prod.yaml": _indented(above),
        "platform/values.yaml": "",
    }


def _part(files: dict[str, str], target: str = STANDARD, phase: Phase = Phase.COEXIST) -> tuple[World, Part]:
    made = world(files, target, phase)
    assert made.charts.foreign(COPY)
    return made, part(made, COPY, TEMPLATE, phase=phase)


def test_the_values_above_a_copy_make_it_write_its_route() -> None:
    made, it = _part(_umbrella(HTTP_ROUTE, HTTP_ROUTE_VALUES))
    offer = foreign_offer(it)
    assert isinstance(offer, Offer), offer
    assert offer.strategy is Strategy.FOREIGN
    assert not offer.files
    assert differences(made, it, offer) == {}
    found = foreign(it)
    assert found.code == "helm/foreign"
    assert "set shop.httpRoute in platform/values-prod.yaml" in found.fix
    assert found.place == Place(TEMPLATE, 1, 1)


def test_whole_objects_do_where_its_template_does_not() -> None:
    files = _umbrella(HTTP_ROUTE, f"extraDeploy: []\n{HTTP_ROUTE_VALUES}", templates__extra_yaml=EXTRA)
    made, it = _part(files, ENVOY)
    offer = foreign_offer(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (values,) = offer.values.values()
    assert [item["kind"] for item in values["extraDeploy"]] == ["HTTPRoute"]
    assert "shop.extraDeploy" in foreign(it).fix


def test_whole_objects_take_the_routes_that_are_left() -> None:
    files = _umbrella(HTTP_ROUTE, f"extraDeploy: []\n{HTTP_ROUTE_VALUES}", TLS, templates__extra_yaml=EXTRA)
    made, it = _part(files)
    offer = foreign_offer(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (values,) = offer.values.values()
    assert values["httpRoute"]["enabled"] is True
    assert [item["metadata"]["name"] for item in values["extraDeploy"]] == ["platform-redirect"]


def test_a_copy_that_takes_neither_is_told_of() -> None:
    _, it = _part(_umbrella(HTTP_ROUTE, HTTP_ROUTE_VALUES), ENVOY)
    assert isinstance(foreign_offer(it), GivenUp)
    found = foreign(it)
    assert found.severity is Severity.WARNING
    assert "it has no place for rules[].timeouts" in found.message
    assert f"({COPY}/templates/httproute.yaml:" in found.message
    assert "add an HTTPRoute beside it" in found.fix
    assert "docs/argocd.md" in found.fix


def test_a_copy_without_routes_asks_for_nothing() -> None:
    _, it = _part(_umbrella(HTTP_ROUTE, HTTP_ROUTE_VALUES, "ingress: {enabled: false}\n"))
    found = foreign(it)
    assert found.severity is Severity.NOTE
    assert found.fix == ""


def test_retiring_turns_the_guard_of_the_ingress() -> None:
    made, it = _part(_umbrella(ROUTE_MAP, ROUTE_MAP_VALUES), phase=Phase.RETIRE)
    offer = foreign_offer(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (values,) = offer.values.values()
    assert values["ingress"] == {"enabled": False}


def test_retiring_a_chart_of_this_repository_takes_its_template_away() -> None:
    hosts = {"values_yaml": VALUES.replace("hosts: []", HOSTS) + ROUTE_MAP_VALUES}
    made = world(chart(ROUTE_MAP, ROUTE_MAP_VALUES, **hosts), phase=Phase.RETIRE)
    it = part(made, "shop", "shop/templates/ingress.yaml", phase=Phase.RETIRE)
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert offer.files == {"shop/templates/ingress.yaml": None}
    assert differences(made, it, offer) == {}


def test_a_template_stays_while_one_of_its_ingresses_does() -> None:
    made = world(chart(ROUTE_MAP, ROUTE_MAP_VALUES), phase=Phase.RETIRE)
    it = part(made, "shop", "shop/templates/ingress.yaml", phase=Phase.RETIRE)
    assert any(change is not None and change.keep for seen in it.seen for change in seen.changes)
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert offer.files == {}
    assert differences(made, it, offer) == {}
    assert [values["ingress"] for values in offer.values.values()] == [{"enabled": False}]


def test_retiring_leaves_a_guard_that_others_read() -> None:
    other = "{{ if .Values.ingress.enabled }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n{{ end }}\n"
    _, it = _part(_umbrella(ROUTE_MAP, ROUTE_MAP_VALUES, templates__more_yaml=other), phase=Phase.RETIRE)
    offer = foreign_offer(it)
    assert isinstance(offer, GivenUp)
    assert "ingress.enabled would have to change" in offer.why


def test_two_of_one_chart_need_the_same_values() -> None:
    head = HEAD + HEAD[HEAD.index("  - name") :].replace("    version", "    alias: other\n    version", 1)
    files = _umbrella(HTTP_ROUTE, HTTP_ROUTE_VALUES) | {"platform/Chart.yaml": head}
    files["platform/values-prod.yaml"] += _indented(ONE_PATH.replace("shop.example", "other.example"), "other")
    helpers = files[f"{COPY}/templates/_helpers.tpl"]
    files[f"{COPY}/templates/_helpers.tpl"] = helpers.replace("{{ .Release.Name }}{{-", "{{ .Chart.Name }}{{-")
    _, it = _part(files)
    apart = [replace(seen, changes=tuple(c for c in seen.changes if _name(c) == seen.keys[0])) for seen in it.seen]
    offer = foreign_offer(replace(it, seen=tuple(apart)))
    assert isinstance(offer, GivenUp)
    assert "included twice in platform @ values-prod.yaml" in offer.why


def _name(change: Change | None) -> str:
    assert change is not None
    return change.ingress.ref.name


def test_a_packed_chart_is_told_of() -> None:
    files = _umbrella(HTTP_ROUTE, HTTP_ROUTE_VALUES)
    found = archived(world(files).charts.by_folder["platform"], "platform/charts/web-1.0.0.tgz", "web")
    assert "set its own values for routes under web in platform/values.yaml" in found.fix
    assert found.place == Place("platform/charts/web-1.0.0.tgz")


def test_a_chart_of_a_registry_is_told_of() -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web, namespace: argocd}\n"
        "spec:\n  destination: {namespace: web}\n  source:\n    repoURL: https://charts.example.com\n"
        "    chart: web\n    targetRevision: 1.0.0\n"
    )
    files: Any = {"apps/web.yaml": text, **chart(HTTP_ROUTE, HTTP_ROUTE_VALUES)}
    made = world(files)
    (only,) = find_cases(made.tree, made.charts, deployments(made.tree, files), Config()).elsewhere
    found = elsewhere(only)
    assert found.message.startswith("Application argocd/web deploys the chart ")
    assert found.place is not None
    assert found.place.path == "apps/web.yaml"
