"""Flux Kustomizations and HelmReleases: paths, options, variables; Secrets are never looked into."""

from __future__ import annotations

import pytest
from deployed_trees import KUSTOMIZATION, codes, flux, only, read, tree

from gatelift.sources.deployed.model import Deployer, Image, Metadata, PostBuild, Tool
from gatelift.sources.deployed.read import deployments

APPS = {"apps/prod/kustomization.yaml": KUSTOMIZATION}
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: flux-system}}\ndata: {{{data}}}\n"
FROM = "path: apps/prod\npostBuild: {substituteFrom: [{kind: ConfigMap, name: settings}%s]%s}"


def test_a_kustomization_names_path_and_options() -> None:
    spec = """path: ./apps/prod
targetNamespace: shop
namePrefix: a-
nameSuffix: -b
components: [../../components/x]
ignoreMissingComponents: true
commonMetadata: {labels: {team: shop}, annotations: {a: b}}
images: [{name: web, newName: registry/web, newTag: '2', digest: ''}]
patches: [{patch: '[]', target: {kind: Ingress}}]
patchesStrategicMerge: [{kind: Service, apiVersion: v1, metadata: {name: x}}]
patchesJson6902: [{target: {kind: Service, version: v1, name: x}, patch: [{op: remove, path: /spec/x}]}]
kubeConfig: {secretRef: {name: prod-kubeconfig}}
"""
    found = only(read({**APPS, "clusters/prod/apps.yaml": flux(spec)}))
    assert (found.by, found.deployer, found.tool) == ("Kustomization flux-system/apps", Deployer.FLUX, Tool.KUSTOMIZE)
    assert (found.path, found.namespace, found.cluster) == ("apps/prod", "shop", "prod-kubeconfig")
    options = found.kustomize
    assert (options.name_prefix, options.name_suffix, options.namespace) == ("a-", "-b", "shop")
    assert options.components == ("../../components/x",)
    assert options.images == (Image("web", "registry/web", "2"),)
    assert options.patches == ({"patch": "[]", "target": {"kind": "Ingress"}},)
    assert options.strategic == ('{"kind": "Service", "apiVersion": "v1", "metadata": {"name": "x"}}',)
    assert options.json6902[0]["patch"] == '[{"op": "remove", "path": "/spec/x"}]'
    assert found.metadata == Metadata({"team": "shop"}, {"a": "b"})


@pytest.mark.parametrize("path", ["", "path: ./", "path: /"])
def test_no_path_is_the_root_of_the_repository(path: str) -> None:
    found = only(read({"a.yaml": "kind: X\n", "flux.yaml": flux(path or "prune: true")}))
    assert (found.path, found.tool) == (".", Tool.DIRECTORY)


def test_the_repository_is_told_by_the_source_that_it_names() -> None:
    source = (
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        "metadata: {name: %s, namespace: flux-system}\nspec: {url: 'https://token@git.example/o/%s'}\n"
    )
    files = {
        **APPS,
        "flux-system/gotk-sync.yaml": f"{source % ('this', 'this')}---\n{source % ('other', 'other')}",
        "a.yaml": flux("path: apps/prod\nsourceRef: {kind: GitRepository, name: this}", "ours"),
        "b.yaml": flux("path: apps/prod\nsourceRef: {kind: GitRepository, name: other}", "theirs"),
        "c.yaml": flux("path: apps/prod\nsourceRef: {kind: GitRepository, name: unseen}", "unseen"),
        "d.yaml": flux("path: apps/prod\nsourceRef: {kind: OCIRepository, name: image}", "image"),
    }
    found = read(files, ["ssh://git@git.example/o/this.git"])
    assert [item.by.rpartition("/")[2] for item in found.items] == ["image", "ours", "unseen"]
    assert codes(found.findings) == ["deployed/elsewhere", "deployed/artifact"]
    assert "token" not in repr(found.findings)


def test_variables_of_its_own_outrank_those_of_a_config_map() -> None:
    settings = SETTINGS.format(data="DOMAIN: example.com, REGION: eu, LONG: \"a\\nb\", N: '1'")
    spec = FROM % ("", ", substitute: {REGION: us, COUNT: '${NOT}'}")
    found = only(read({**APPS, "clusters/prod/vars.yaml": settings, "clusters/prod/apps.yaml": flux(spec)}))
    assert found.post_build == PostBuild(
        {"DOMAIN": "example.com", "REGION": "us", "LONG": "ab", "N": "1", "COUNT": "${NOT}"}, ()
    )


def test_the_nearest_config_map_counts_and_equally_near_ones_that_differ_do_not() -> None:
    files = {
        **APPS,
        "clusters/dev/vars.yaml": SETTINGS.format(data="DOMAIN: dev.example.com"),
        "clusters/prod/vars.yaml": SETTINGS.format(data="DOMAIN: example.com"),
        "clusters/prod/apps.yaml": flux(FROM % ("", "")),
    }
    assert only(read(files)).post_build.variables == {"DOMAIN": "example.com"}
    files["other/apps.yaml"] = files.pop("clusters/prod/apps.yaml")
    found = read(files)
    assert found.items[0].post_build == PostBuild({}, ("ConfigMap settings",))
    assert codes(found.findings) == ["deployed/variables"]


def test_a_secret_is_never_read_for_values_and_what_it_sets_is_unknown() -> None:
    hidden = "apiVersion: v1\nkind: Secret\nmetadata: {name: hidden}\nstringData: {DOMAIN: s3cr3t, KEY: s3cr3t}\n"
    spec = FROM % (", {kind: Secret, name: hidden}", "")
    files = {
        **APPS,
        "vars.yaml": SETTINGS.format(data="DOMAIN: example.com, REGION: eu"),
        "hidden.yaml": hidden,
        "apps.yaml": flux(spec),
    }
    found = read(files)
    assert found.items[0].post_build == PostBuild({"REGION": "eu"}, ("Secret hidden",))
    assert codes(found.findings) == ["deployed/variables"]
    assert "s3cr3t" not in repr(found)


def test_missing_sources_are_unread_unless_they_are_optional() -> None:
    assert (
        only(read({**APPS, "a.yaml": flux(FROM.replace("settings}", "settings, optional: true}") % ("", ""))}))
        is not None
    )
    found = read({**APPS, "a.yaml": flux(FROM % ("", ""))})
    assert found.items[0].post_build.unread == ("ConfigMap settings",)


def test_a_value_with_variables_of_its_own_is_unknown() -> None:
    files = {**APPS, "vars.yaml": SETTINGS.format(data="HOST: 'a.${DOMAIN}'"), "apps.yaml": flux(FROM % ("", ""))}
    assert only(read(files)).post_build == PostBuild({}, ("variable HOST",))


def test_a_search_finds_config_maps_without_reading_everything() -> None:
    files = {**APPS, "vars.yaml": SETTINGS.format(data="A: b"), "apps.yaml": flux(FROM % ("", ""))}
    asked: list[str] = []

    def search(name: str) -> list[str]:
        asked.append(name)
        return ["vars.yaml", "gone.yaml"]

    found = deployments(tree(files), ["apps.yaml"], search=search)
    assert found.items[0].post_build.variables == {"A": "b"}
    assert asked == ["settings"]


def test_charts_of_helm_releases() -> None:
    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: %s, namespace: shop}\n"
        "spec: {chart: {spec: {chart: %s, sourceRef: {kind: %s, name: %s}}}, values: {a: 1}}\n"
    )
    repository = (
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts, namespace: shop}\n"
        "spec: {url: 'https://u:p@charts.example'}\n"
    )
    files = {
        "charts/web/Chart.yaml": "name: web\n",
        "a.yaml": release % ("web", "./charts/web", "GitRepository", "flux-system"),
        "b.yaml": release % ("redis", "redis", "HelmRepository", "charts"),
        "c.yaml": repository,
    }
    found = read(files)
    assert found.findings == ()
    assert [(item.path, item.chart, item.namespace) for item in found.items] == [
        ("", "https://charts.example redis", "shop"),
        ("charts/web", "", "shop"),
    ]
    assert found.items[1].helm["values"] == {"a": 1}


def test_kustomizations_of_kustomize_itself_are_none_of_flux() -> None:
    text = (
        "# toolkit.fluxcd.io\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\n"
    )
    assert read({**APPS, "kustomization.yaml": text}).items == ()
