"""What a chart's own template has no place for is said, with the place; nothing else is offered instead."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from own_parts import ENVOY, STANDARD, chart, differences, part, world
from test_own_five_kinds import (
    ARGO,
    ARGO_VALUES,
    HTTP_ROUTE,
    HTTP_ROUTE_VALUES,
    ONE_PATH,
    ROUTE_LIST,
    ROUTE_LIST_VALUES,
    ROUTE_MAP,
    ROUTE_MAP_VALUES,
    TLS,
)

from gatelift.sources.helm.offer import GivenUp, Offer
from gatelift.sources.helm.own import own

SLASH = """\
ingress:
  enabled: true
  hosts:
    - host: shop.example.com
      paths: [{path: /api/, pathType: Prefix}]
"""
POLICY = """\
ingress:
  enabled: true
  annotations:
    nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8
  hosts:
    - host: shop.example.com
      paths: [{path: /, pathType: Prefix}]
"""
EXTRA = """\
{{- range .Values.extraDeploy }}
---
{{ toYaml . }}
{{- end }}
"""
EXTRA_TPL = """\
{{ range .Values.extraObjects }}
---
{{ tpl (toYaml .) $ }}
{{ end }}
"""


def _own(route: str, values: str, target: str = STANDARD, **files: str) -> Offer | GivenUp:
    return own(part(world(chart(route, values, **files), target), "shop", "shop/templates/ingress.yaml"))


def _why(found: Offer | GivenUp) -> tuple[str, int]:
    assert isinstance(found, GivenUp), found
    assert found.place is not None
    assert found.place.path == "shop/templates/httproute.yaml"
    return found.why, found.place.line


def test_a_template_without_timeouts_does_not_do_for_envoy_gateway() -> None:
    why, line = _why(_own(HTTP_ROUTE, HTTP_ROUTE_VALUES, ENVOY))
    assert "it has no place for rules[].timeouts" in why
    assert "- matches:" in HTTP_ROUTE.splitlines()[line - 1]


def test_one_route_is_not_two() -> None:
    why, _ = _why(_own(HTTP_ROUTE, HTTP_ROUTE_VALUES, **{"values-prod_yaml": TLS}))
    assert "another one is needed for the redirect of plain HTTP on shop.example.com" in why


def test_a_rule_that_always_has_a_backend_redirects_nothing() -> None:
    why, line = _why(_own(HTTP_ROUTE, HTTP_ROUTE_VALUES, **{"values-prod_yaml": SLASH}))
    assert "each of its rules sends requests to a backend, and one that is needed answers them itself" in why
    assert "name: {{ $name }}" in HTTP_ROUTE.splitlines()[line - 1]


def test_another_code_of_a_redirect_is_another_redirect() -> None:
    why, line = _why(_own(ROUTE_MAP.replace("308", "301"), ROUTE_MAP_VALUES, **{"values-prod_yaml": TLS}))
    assert "it writes '301' for rules[].filters[].requestRedirect.statusCode" in why
    assert "statusCode" in ROUTE_MAP.splitlines()[line - 1]


def test_policies_need_a_place_of_their_own() -> None:
    why, _ = _why(_own(ROUTE_LIST, ROUTE_LIST_VALUES, ENVOY, **{"values-prod_yaml": POLICY}))
    assert "the routes need SecurityPolicy beside them" in why


def test_annotations_without_a_place() -> None:
    start = HTTP_ROUTE.index("  {{- with .Values.httpRoute.annotations }}")
    without = HTTP_ROUTE[:start] + HTTP_ROUTE[HTTP_ROUTE.index("spec:") :]
    why, _ = _why(_own(without, HTTP_ROUTE_VALUES))
    assert "it has no place for metadata.annotations" in why


def test_a_guard_that_others_read_is_not_turned() -> None:
    shared = HTTP_ROUTE.replace(".Values.httpRoute.enabled", '(eq .Values.kind "route")')
    made = _own(
        shared,
        f"kind: ingress\n{HTTP_ROUTE_VALUES}",
        templates__other_yaml="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a-{{ .Values.kind }}}\n",
    )
    why, _ = _why(made)
    assert "kind would have to change, and shop/templates/other.yaml reads it as well" in why


def test_a_guard_of_its_own_with_a_word_is_turned() -> None:
    given = world(
        chart(
            HTTP_ROUTE.replace(".Values.httpRoute.enabled", '(eq .Values.kind "route")'),
            f"kind: none\n{HTTP_ROUTE_VALUES}",
        )
    )
    it = part(given, "shop", "shop/templates/ingress.yaml")
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert differences(given, it, offer) == {}
    assert all(values["kind"] == "route" for values in offer.values.values())


def test_backends_of_several_services_are_not_one() -> None:
    with_two = chart(HTTP_ROUTE, HTTP_ROUTE_VALUES)
    text = with_two["shop/templates/ingress.yaml"]
    with_two["shop/templates/ingress.yaml"] = text.replace(
        'name: {{ include "shop.name" $ }}\n                port',
        'name: {{ include "shop.name" $ }}{{ if eq .path "/api" }}-api{{ end }}\n                port',
    )
    why, line = _why(own(part(world(with_two), "shop", "shop/templates/ingress.yaml")))
    assert "it writes the same rules[].backendRefs[].name everywhere" in why
    assert "name: {{ $name }}" in HTTP_ROUTE.splitlines()[line - 1]


def test_whole_objects_take_what_the_template_has_no_place_for() -> None:
    made = world(
        chart(
            HTTP_ROUTE,
            f"extraDeploy: []\n{HTTP_ROUTE_VALUES}",
            **{"values-prod_yaml": TLS, "templates__extra_yaml": EXTRA},
        )
    )
    it = part(made, "shop", "shop/templates/ingress.yaml")
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (values,) = offer.values.values()
    assert [item["metadata"]["name"] for item in values["extraDeploy"]] == ["shop-redirect"]
    assert "extraDeploy" in offer.note


def test_objects_that_are_there_stay() -> None:
    there = "extraObjects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: kept}}]\n"
    files = chart(
        ARGO.replace(".server", ""),
        ARGO_VALUES.replace("server:\n  ", "").replace("\n  ", "\n") + there,
        **{"values-prod_yaml": POLICY, "templates__extra_yaml": EXTRA_TPL},
    )
    made = world(files, ENVOY)
    it = part(made, "shop", "shop/templates/ingress.yaml")
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (values,) = offer.values.values()
    assert [item["kind"] for item in values["extraObjects"]] == ["ConfigMap", "SecurityPolicy"]


VERSIONED = "\n".join(("app.kubernetes.io/name: shop", "helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}"))


@pytest.mark.parametrize(
    ("text", "offered"), [(EXTRA.replace("extraDeploy", "extraObjects"), False), (EXTRA_TPL, True)]
)
def test_a_label_that_ages_is_not_written_down(text: str, offered: bool) -> None:
    files = chart(
        HTTP_ROUTE, f"extraObjects: []\n{HTTP_ROUTE_VALUES}", **{"values-prod_yaml": TLS, "templates__extra_yaml": text}
    )
    helpers = files["shop/templates/_helpers.tpl"]
    files["shop/templates/_helpers.tpl"] = helpers.replace("app.kubernetes.io/name: shop", VERSIONED)
    made = world(files)
    it = part(made, "shop", "shop/templates/ingress.yaml")
    offer = own(it)
    if not offered:
        assert "would keep today's helm.sh/chart" in _why(offer)[0]
        return
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}
    (values,) = offer.values.values()
    assert values["extraObjects"][0]["metadata"]["labels"]["helm.sh/chart"] == "shop-{{ .Chart.Version }}"


def test_braces_reach_the_route_as_they_are() -> None:
    braces = ONE_PATH.replace(
        "  enabled: true\n", '  enabled: true\n  annotations: {"example.com/note": "{{ not a template }}"}\n'
    )
    made = world(
        chart(
            ARGO.replace(".server", ""),
            ARGO_VALUES.replace("server:\n  ", "").replace("\n  ", "\n"),
            **{"values-prod_yaml": braces},
        ),
        ENVOY,
    )
    it = part(made, "shop", "shop/templates/ingress.yaml")
    offer = own(it)
    assert isinstance(offer, Offer), offer
    assert differences(made, it, offer) == {}


def test_a_chart_without_such_a_template() -> None:
    files = chart(HTTP_ROUTE, HTTP_ROUTE_VALUES)
    del files["shop/templates/httproute.yaml"]
    found = own(part(world(files), "shop", "shop/templates/ingress.yaml"))
    assert found == GivenUp("the chart has no template for routes")


def test_a_template_that_cannot_be_read_is_none() -> None:
    files = chart(HTTP_ROUTE, HTTP_ROUTE_VALUES)
    made = world(files)
    broken = files["shop/templates/httproute.yaml"].replace("{{- end }}", "{{- ende }}", 1).encode()
    it = part(made, "shop", "shop/templates/ingress.yaml")
    changed = made.tree.changed({"shop/templates/httproute.yaml": broken})
    assert isinstance(own(replace(it, tree=changed)), GivenUp)
