"""What happens after the build (Flux), which files a folder gives (Argo CD), and into which clusters."""

from __future__ import annotations

import pytest
from deployed_trees import application, flux, only, read, tree

from gatelift.findings import InputError
from gatelift.sources.deployed.clusters import clusters_of
from gatelift.sources.deployed.directory import fits, manifests
from gatelift.sources.deployed.model import Deployer, Deployment, Tool
from gatelift.sources.deployed.rendered import after_build

PLAIN = {"root/kustomization.yaml": "resources: []\n"}
ROUTE = "apiVersion: v1\nkind: X\nmetadata:\n  name: a\nspec:\n  host: shop.${DOMAIN}\n  port: ${PORT}\n"


def deployed(spec: str) -> Deployment:
    return read({**PLAIN, "a.yaml": flux(f"path: root\n{spec}")}).items[0]


def test_variables_are_filled_in_and_change_types_as_flux_does() -> None:
    done = after_build(ROUTE.encode(), deployed("postBuild: {substitute: {DOMAIN: example.com, PORT: '80'}}"))
    assert done.decode() == ROUTE.replace("${DOMAIN}", "example.com").replace("${PORT}", "80")


def test_without_variables_nothing_happens_and_unread_sources_keep_what_they_might_set() -> None:
    assert after_build(ROUTE.encode(), deployed("prune: true")) == ROUTE.encode()
    spec = "postBuild: {substitute: {PORT: '80'}, substituteFrom: [{kind: Secret, name: s}]}"
    done = after_build(ROUTE.encode(), deployed(spec)).decode()
    assert "shop.${DOMAIN}" in done
    assert "port: 80" in done


def test_an_object_may_opt_out() -> None:
    out = "metadata:\n  {}:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\n  name: a\n"
    spec = deployed("postBuild: {substitute: {DOMAIN: example.com}}")
    for where in ("annotations", "labels"):
        stream = (
            f"{ROUTE.replace('metadata:', out.format(where).rstrip().removesuffix('  name: a').rstrip())}---\n{ROUTE}"
        )
        first, second = after_build(stream.encode(), spec).decode().split("---\n")
        assert "${DOMAIN}" in first
        assert "shop.example.com" in second


def test_an_expression_that_flux_refuses_is_an_input_error_that_names_the_deployment() -> None:
    with pytest.raises(InputError) as caught:
        after_build(b"a: ${x.y}\n", deployed("postBuild: {substitute: {x: s3cr3t}}"))
    assert caught.value.finding.code == "deployed/substitution"
    assert caught.value.finding.object == "Kustomization flux-system/apps"
    assert "s3cr3t" not in str(caught.value)


def test_common_metadata_is_laid_over_every_object() -> None:
    spec = deployed("commonMetadata: {labels: {team: shop}, annotations: {note: 'yes'}}")
    stream = "kind: A\nmetadata:\n  labels:\n    team: old\n    x: y\n---\nkind: B\n---\n# nothing\n"
    assert after_build(stream.encode(), spec).decode() == (
        '---\nkind: A\nmetadata:\n  labels:\n    team: shop\n    x: "y"\n  annotations:\n    note: "yes"\n'
        '---\nkind: B\nmetadata:\n  labels:\n    team: shop\n  annotations:\n    note: "yes"\n'
        "---\n# nothing\n"
    )


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("{}", ["a.yaml", "b.json"]),
        ("{recurse: true}", ["a.yaml", "b.json", "x/c.yml", "x/y/d.yaml"]),
        ("{recurse: true, include: '*.y{a,}ml'}", ["a.yaml", "x/c.yml", "x/y/d.yaml"]),
        ("{recurse: true, exclude: 'x/*'}", ["a.yaml", "b.json"]),
        ("{recurse: true, include: '{x/[!y]*,b.json}', exclude: '*.yml'}", ["b.json"]),
        ("{include: '['}", []),
    ],
)
def test_a_directory_gives_the_files_that_argo_cd_takes(options: str, found: list[str]) -> None:
    files = {f"p/{name}": "kind: X\n" for name in ("a.yaml", "b.json", "x/c.yml", "x/y/d.yaml", "n.txt", "j.jsonnet")}
    files["p/skipped.yaml"] = "# +argocd:skip-file-rendering\n"
    deployment = only(read({**files, "a.yaml": application(f"{{path: p, directory: {options}}}")}))
    assert manifests(tree(files), deployment) == tuple(f"p/{name}" for name in found)


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not fits("*a" * 200 + "b", "a" * 5000)


def flux_repository() -> dict[str, str]:
    """Two clusters with an entry each, a folder that both share, and one Kustomization below another."""
    files: dict[str, str] = {"shared/a.yaml": "kind: X\n", "apps/base/x.yaml": "kind: X\n"}
    for name in ("dev", "prod"):
        files[f"clusters/{name}/flux-system/gotk-sync.yaml"] = flux(f"path: ./clusters/{name}", "flux-system")
        files[f"clusters/{name}/apps.yaml"] = flux(f"path: ./apps/{name}", "apps")
        files[f"clusters/{name}/shared.yaml"] = flux("path: shared", "shared")
        files[f"apps/{name}/web/ks.yaml"] = flux(f"path: ./apps/{name}/web/app", "web")
        files[f"apps/{name}/web/app/ingress.yaml"] = "kind: X\n"
    return files


def test_flux_clusters_are_the_folders_that_everything_comes_from() -> None:
    found = clusters_of(read(flux_repository()), ["apps/dev/web/app", "apps/prod/web/app", "shared", "apps/base"])
    assert found == {
        "apps/dev/web/app": {"clusters/dev"},
        "apps/prod/web/app": {"clusters/prod"},
        "shared": {"clusters/dev", "clusters/prod"},
    }


def test_a_kustomization_in_a_base_belongs_to_all_that_include_it() -> None:
    files = flux_repository()
    files["apps/base/ks.yaml"] = flux("path: shared2", "base")
    files["shared2/a.yaml"] = "kind: X\n"
    reach = {"apps/dev": ["apps/base/ks.yaml"], "apps/prod": ["apps/base/ks.yaml"]}
    found = clusters_of(read(files), ["shared2"], lambda root: reach.get(root, []))
    assert found == {"shared2": {"clusters/dev", "clusters/prod"}}
    assert clusters_of(read(files), ["shared2"]) == {"shared2": {"apps/base"}}


def test_a_remote_cluster_is_one_of_its_own() -> None:
    spec = "path: shared\nkubeConfig: {secretRef: {name: edge}}"
    found = read({"shared/a.yaml": "kind: X\n", "clusters/hub/edge.yaml": flux(spec)})
    assert clusters_of(found, ["shared"]) == {"shared": {"clusters/hub:edge"}}


def test_argo_cd_clusters_by_destination_and_folders_below_a_recursive_one() -> None:
    files = {
        "apps/web/a.yaml": "kind: X\n",
        "one.yaml": application("{path: apps, directory: {recurse: true}}", "{name: eu}"),
        "two.yaml": application("{path: apps/web}", "{name: us}"),
        "three.yaml": application("{path: apps/web}", "{namespace: x}"),
    }
    assert clusters_of(read(files), ["apps/web", "apps", "other"]) == {"apps/web": {"eu", "us"}, "apps": {"eu"}}


def test_kustomizations_in_a_circle_end() -> None:
    files = {"a/x.yaml": flux("path: b", "one"), "b/x.yaml": flux("path: a", "two")}
    found = read(files)
    assert [item.deployer for item in found.items] == [Deployer.FLUX, Deployer.FLUX]
    assert all(item.tool is Tool.DIRECTORY for item in found.items)
    assert clusters_of(found, ["a", "b"]) == clusters_of(read(dict(reversed(files.items()))), ["a", "b"])
