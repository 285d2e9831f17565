"""Deployed cases are written on where only they read, and read again as the deployer would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from chart_trees import Files, application, chart, deployed, found_in, helm_release, shop, tree

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Config, Helm, ValuesCases
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.discover import discover
from gatelift.sources.helm.edits import Edited, Wanted, on, switched_on
from gatelift.sources.helm.offer import Switch

SWITCH = Switch(("gateway",), ("ingress",))
SHARED = GatewayRef(name="shared", namespace="infra", section_name="https")
VALUES = {"enabled": True, "name": "shared", "namespace": "infra", "sectionName": "https"}
BLOCK = "gateway:\n  enabled: true\n  name: shared\n  namespace: infra\n  sectionName: https\n"
INGRESS = "ingress:\n  enabled: true\n"
APPS = Config(helm=Helm(cases=(ValuesCases("charts/shop", ("values-*.yaml",)),)))


def cases_of(files: Files) -> tuple[Case, ...]:
    return tuple(case for case in found_in(files, APPS)[2].items if case.deployed)


def turned(files: Files, parents: Mapping[str, GatewayRef | None] | None = None, keys: tuple[str, ...] = ()) -> Edited:
    """All deployed cases switched on, with the Gateway that a part of their name stands for."""
    wanted, off = [], []
    for case in cases_of(files):
        found = [parent for part, parent in (parents or {"": SHARED}).items() if part in case.name]
        if found:
            wanted.append(on(case, keys, SWITCH, found[0]))
        else:
            off.append(case)
    made = switched_on(tree(files), discover(tree(files)), wanted, off)
    again = tuple({**files, **made.files}.items())
    second = [on(case, keys, SWITCH, SHARED) for case in cases_of(dict(again)) if not parents]
    assert not switched_on(tree(dict(again)), discover(tree(dict(again))), second).files
    return made


def values_after(files: Files, made: Edited) -> dict[str, Any]:
    return {case.name: case.values for case in cases_of({**files, **made.files})}


def text(made: Edited, path: str) -> str:
    return made.files[path].decode()


def test_a_file_of_values_beside_the_chart() -> None:
    files = shop(**{"values-prod_yaml": f"# prod\n{INGRESS}\nreplicas: 2\n"})
    made = turned(files)
    assert text(made, "charts/shop/values-prod.yaml") == f"# prod\n{INGRESS}\n{BLOCK}\nreplicas: 2\n"
    assert made.findings == ()


def test_the_last_file_of_an_application_unless_an_earlier_one_holds_the_ingress() -> None:
    app = application("helm:\n  valueFiles: [values-a.yaml, values-b.yaml]")
    files = {**shop(**{"values-a_yaml": "a: 1\n", "values-b_yaml": "b: 1\n"}), "app.yaml": app}
    assert set(turned(files).files) == {"charts/shop/values-b.yaml"}
    files["charts/shop/values-a.yaml"] = INGRESS
    assert set(turned(files).files) == {"charts/shop/values-a.yaml"}


def test_the_charts_own_values_stay_off_even_where_an_application_names_them() -> None:
    app = application("helm:\n  valueFiles: [values.yaml]  # ours")
    files = {**shop(), "app.yaml": app}
    made = turned(files)
    assert text(made, "app.yaml") == (
        app + "      valuesObject:\n        gateway:\n          enabled: true\n          name: shared\n"
        "          namespace: infra\n          sectionName: https\n"
    )
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]


def test_an_application_without_any_values_gets_them() -> None:
    files = {**shop(), "app.yaml": application("") + "  project: web\n"}
    made = turned(files)
    assert "    helm:\n      valuesObject:\n        gateway:\n          enabled: true\n" in text(made, "app.yaml")
    assert text(made, "app.yaml").endswith("          sectionName: https\n  project: web\n")
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]


def test_values_that_stand_in_an_application_as_a_text() -> None:
    app = application(
        "helm:\n  values: |\n    # mine\n    ingress:\n      enabled: true\n"
        "\n    # more\n    replicas: 2\n  skipCrds: true"
    )
    files = {**shop(), "app.yaml": app}
    made = turned(files)
    lines = "".join(f"        {line}\n" for line in BLOCK.splitlines())
    assert text(made, "app.yaml") == app.replace("true\n    \n", f"true\n    \n{lines}\n")
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]


@pytest.mark.parametrize("sign", ["|-", "|+", "|2"])
def test_texts_of_every_kind(sign: str) -> None:
    app = application(f"helm:\n  values: {sign}\n    ingress:\n      enabled: true\n\n")
    files = {**shop(), "app.yaml": app.replace("        ingress", "        ingress")}
    made = turned(files)
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]


def test_a_text_in_quotes_is_left_and_said() -> None:
    files = {**shop(), "app.yaml": application('helm:\n  values: "ingress: {enabled: true}"')}
    made = turned(files)
    assert not made.files
    [finding] = made.findings
    assert finding.code == "helm/not-on"
    assert "literal block" in finding.message
    assert finding.fix.endswith(
        "gateway.enabled: true, gateway.name: shared, gateway.namespace: infra, gateway.sectionName: https"
    )


def test_an_application_that_uses_parameters_gets_parameters() -> None:
    app = application("helm:\n  parameters:\n  - name: ingress.enabled\n    value: 'true'\n")
    files = {**shop(), "app.yaml": app}
    parent = GatewayRef(name="1234", namespace="infra")
    made = switched_on(tree(files), discover(tree(files)), [on(cases_of(files)[0], (), SWITCH, parent)])
    assert text(made, "app.yaml") == (
        app + '      - name: gateway.enabled\n        value: "true"\n'
        '      - name: gateway.name\n        value: "1234"\n        forceString: true\n'
        "      - name: gateway.namespace\n        value: infra\n"
    )
    [values] = values_after(files, made).values()
    assert values["gateway"] == {"enabled": True, "name": "1234", "namespace": "infra"}


def test_two_applications_of_one_file_that_need_different_gateways() -> None:
    both = application("", "dev") + "---\n" + application("", "prod")
    files = {**shop(), "apps.yaml": both}
    made = turned(files, {"dev": SHARED, "prod": GatewayRef(name="prod", namespace="infra")})
    assert made.findings == ()
    names = [values["gateway"]["name"] for values in values_after(files, made).values()]
    assert names == ["shared", "prod"]


def test_a_file_that_cases_share_is_not_written_where_they_differ() -> None:
    one = application("helm:\n  valueFiles: [values-all.yaml]", "dev")
    other = application("helm:\n  valueFiles: [values-all.yaml]", "prod")
    files = {**shop(**{"values-all_yaml": INGRESS}), "dev.yaml": one, "prod.yaml": other}
    made = turned(files, {"dev": SHARED, "prod": GatewayRef(name="prod", namespace="infra")})
    assert set(made.files) == {"dev.yaml", "prod.yaml"}
    assert [values["gateway"]["name"] for values in values_after(files, made).values()] == ["shared", "prod"]
    # One that stays off counts too.
    assert set(turned(files, {"dev": SHARED}).files) == {"dev.yaml"}
    assert set(turned(files).files) == {"charts/shop/values-all.yaml"}


def test_a_release_of_flux() -> None:
    files = {**shop(), "release.yaml": helm_release("values:\n  # why\n  ingress: {enabled: true}\n  other: 1")}
    made = turned(files)
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]
    assert "    ingress: {enabled: true}\n    gateway:\n      enabled: true\n" in text(made, "release.yaml")
    bare = {**shop(), "release.yaml": helm_release("interval: 5m")}
    assert [values["gateway"] for values in values_after(bare, turned(bare)).values()] == [VALUES]


def test_values_of_a_config_map_are_overlaid_by_the_release() -> None:
    settings = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop, namespace: flux-system}\n"
        "data:\n  values.yaml: |\n    ingress: {enabled: true}\n"
    )
    release = helm_release("valuesFrom:\n  - kind: ConfigMap\n    name: shop")
    files = {**shop(), "release.yaml": release, "map.yaml": settings}
    made = turned(files)
    assert set(made.files) == {"release.yaml"}
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]


def test_an_umbrella_has_them_under_the_charts_key() -> None:
    umbrella = chart("all", "charts/all", 'dependencies:\n  - name: shop\n    version: "0"\n    alias: web\n')
    inner = {f"charts/all/charts/shop/{path[len('charts/shop/') :]}": data for path, data in shop().items()}
    app = application("helm:\n  valueFiles: [/env/prod.yaml]").replace("charts/shop", "charts/all")
    files = {**umbrella, **inner, "env/prod.yaml": "web:\n  ingress:\n    enabled: true\nother: 1\n", "app.yaml": app}
    made = turned(files, keys=("web",))
    indented = "".join(f"  {line}\n" for line in BLOCK.splitlines())
    assert text(made, "env/prod.yaml") == f"web:\n  ingress:\n    enabled: true\n{indented}other: 1\n"


def application_set(path: str, more: str = "") -> str:
    source = application(more).replace("charts/shop", path)
    spec = "".join(f"    {line}\n" for line in source.split("spec:\n")[1].splitlines())
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all, namespace: argocd}\nspec:\n"
        "  generators:\n    - list:\n        elements: [{env: dev}, {env: prod}]\n"
        "  template:\n    metadata: {name: 'shop-{{env}}'}\n    spec:\n" + spec
    )


def test_an_application_set_is_written_where_all_that_it_makes_agree() -> None:
    files = {**shop(), "set.yaml": application_set("charts/shop")}
    assert len(cases_of(files)) == 2
    made = turned(files)
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES, VALUES]
    differing = turned(files, {"shop-dev": SHARED, "shop-prod": GatewayRef(name="prod", namespace="infra")})
    assert not differing.files
    assert [finding.code for finding in differing.findings] == ["helm/not-on", "helm/not-on"]
    assert "need different values" in differing.findings[0].message


def test_files_that_a_template_names_are_written_each() -> None:
    files = {
        **shop(**{"values-dev_yaml": INGRESS, "values-prod_yaml": INGRESS}),
        "set.yaml": application_set("charts/shop", "helm:\n  valueFiles: ['values-{{env}}.yaml']"),
    }
    made = turned(files, {"dev": SHARED, "prod": GatewayRef(name="prod", namespace="infra")})
    assert set(made.files) == {"charts/shop/values-dev.yaml", "charts/shop/values-prod.yaml"}
    assert "name: prod" in text(made, "charts/shop/values-prod.yaml")


def test_what_a_person_switched_off_stays_and_is_said() -> None:
    files = shop(**{"values-prod_yaml": "ingress: {enabled: true}\ngateway: {enabled: false}\n"})
    made = turned(files)
    assert not made.files
    assert ["gateway.enabled: false" in finding.message for finding in made.findings] == [True]


def test_without_a_gateway_nothing_is_written() -> None:
    files = shop(**{"values-prod_yaml": INGRESS})
    made = turned(files, {"": None})
    assert not made.files
    assert "gateway: in gatelift.yaml" in made.findings[0].fix


def test_a_null_above_keeps_what_it_takes_away() -> None:
    switch = Switch(("server", "gateway"), ("server", "ingress"))
    files = shop(**{"values-prod_yaml": "server:\n"})
    made = switched_on(tree(files), discover(tree(files)), [on(cases_of(files)[0], (), switch, SHARED)])
    assert not made.files
    assert "server is null" in made.findings[0].message


def test_a_file_that_argo_cd_lays_over_the_source_is_respected() -> None:
    override = "helm:\n  parameters:\n  - {name: image.tag, value: v2}\n"
    app = application("helm:\n  parameters:\n  - {name: ingress.enabled, value: 'true'}")
    files = {**shop(), "app.yaml": app, "charts/shop/.argocd-source.yaml": override}
    made = turned(files)
    assert not made.files
    assert ".argocd-source.yaml" in made.findings[0].message


def test_deployments_are_read_as_before() -> None:
    files = {**shop(), "app.yaml": application("")}
    made = turned(files)
    before, after = deployed(files), deployed({**files, **made.files})
    assert [item.by for item in before.items] == [item.by for item in after.items]


def test_an_encrypted_file_is_not_broken() -> None:
    secret = f"{INGRESS}sops:\n  mac: ENC[AES256_GCM,data:abc]\n"
    app = application("helm:\n  valueFiles: [values-prod.yaml]")
    files = {**shop(**{"values-prod_yaml": secret}), "app.yaml": app}
    assert set(turned(files).files) == {"app.yaml"}
    alone = turned(shop(**{"values-prod_yaml": secret}))
    assert not alone.files
    assert "SOPS" in alone.findings[0].message


def test_what_a_link_leads_to_is_written() -> None:
    files = {**shop(), "env/prod.yaml": INGRESS}
    linked = tree(files, {"charts/shop/values-prod.yaml": "env/prod.yaml"})
    case = cases_of(shop(**{"values-prod_yaml": INGRESS}))[0]
    made = switched_on(linked, discover(linked), [on(case, (), SWITCH, SHARED)])
    assert set(made.files) == {"env/prod.yaml"}


SOURCES = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  destination: {namespace: apps}
  sources:
  - repoURL: https://git.example.com/a/b
    ref: values
  - path: charts/shop
    repoURL: https://git.example.com/a/b
"""


@pytest.mark.parametrize(
    "app",
    [
        SOURCES,
        SOURCES + "    helm:\n      parameters: [{name: ingress.enabled, value: 'true'}]\n",
        SOURCES + "    helm: {}\n",
        SOURCES + "    helm: {\n      releaseName: x\n    }\n",
        SOURCES + "    helm:\n      valuesObject:\n",
        "apiVersion: v1\nkind: List\nitems:\n- " + SOURCES.replace("\n", "\n  ").rstrip() + "\n",
        SOURCES.replace("\n", "\r\n"),
        "# first\n---\n" + SOURCES + "---\n# nothing\n",
    ],
)
def test_every_way_to_write_an_application(app: str) -> None:
    files = {**shop(), "app.yaml": app}
    made = turned(files)
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]
    rest = iter(text(made, "app.yaml").splitlines())
    changing = ("{}", ": [{")
    kept = [line for line in app.splitlines() if not any(sign in line for sign in changing)]
    assert all(any(new.startswith(line) for new in rest) for line in kept)


def test_an_application_in_json() -> None:
    app = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop"},
        "spec": {"source": {"repoURL": "https://git.example.com/a/b", "path": "charts/shop"}},
    }
    files = {**shop(), "app.json": json.dumps(app, indent=2)}
    candidates = {**files, "app.json": files["app.json"]}
    made = turned(candidates)
    assert json.dumps(json.loads(text(made, "app.json")), indent=2) == text(made, "app.json")
    assert [values["gateway"] for values in values_after(files, made).values()] == [VALUES]


def test_values_of_a_route_of_the_chart_itself() -> None:
    files = {**shop(**{"values-prod_yaml": f"{INGRESS}extra: 1\n"})}
    values = {"httpRoute": {"enabled": True, "parentRefs": [{"name": "shared", "namespace": "infra"}]}}
    wanted = Wanted(case=cases_of(files)[0], values=values, beside=("ingress",))
    made = switched_on(tree(files), discover(tree(files)), [wanted])
    assert text(made, "charts/shop/values-prod.yaml") == (
        f"{INGRESS}httpRoute:\n  enabled: true\n  parentRefs:\n    - name: shared\n      namespace: infra\nextra: 1\n"
    )


def test_a_template_that_deploys_several_charts_is_left() -> None:
    other = {path.replace("charts/shop", "charts/till"): data.replace("shop", "till") for path, data in shop().items()}
    text_of_set = application_set("charts/{{env}}").replace("{env: dev}, {env: prod}", "{env: shop}, {env: till}")
    made = turned({**shop(), **other, "set.yaml": text_of_set})
    assert not made.files
    assert all("several charts" in finding.message for finding in made.findings)
    assert len(made.findings) == 2
