"""The kustomization that is really built, tried with a real engine; and the one that Flux generates."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from deployed_trees import application, flux, only, read, tree

from gatelift.findings import InputError
from gatelift.render.engines import Engine, kustomize_engine
from gatelift.render.kustomize import build
from gatelift.sources.deployed.kustomization import applied, generated, shadow
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, labels: {app: web}}
spec:
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n"
OWN = "# ours\nresources: [ingress.yaml, service.yaml]\nnamePrefix: own-\ncommonLabels: {team: a}\n"


@cache
def engine() -> Engine:
    return kustomize_engine("auto", os.environ)


def built(folder: Path, files: Mapping[str, str | bytes], at: str = "root") -> dict[str, Any]:
    """The objects of a folder, by kind, as the real engine builds it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = build(engine(), str(folder), at)
    assert result.text is not None, result.error
    source = decode("out", result.text.encode())
    values = [found.value for document in split(source) if (found := load(source, document)) is not None]
    return {str(value["kind"]): value for value in values if isinstance(value, dict)}


def files(own: str | bytes = OWN) -> dict[str, str | bytes]:
    return {"root/kustomization.yaml": own, "root/ingress.yaml": INGRESS, "root/service.yaml": SERVICE}


def texts() -> dict[str, str]:
    return {"root/kustomization.yaml": OWN, "root/ingress.yaml": INGRESS, "root/service.yaml": SERVICE}


def test_options_of_argo_cd_are_set_into_the_roots_own_kustomization(tmp_path: Path) -> None:
    source = """{path: root, kustomize: {namePrefix: prod-, namespace: shop, commonLabels: {tier: web},
      labelWithoutSelector: true, commonAnnotations: {note: "yes"}, components: [../component],
      patches: [{target: {kind: Ingress}, patch: "- {op: replace, path: /spec/rules/0/host, value: a.b}"}]}}"""
    deployment = only(read({**texts(), "a.yaml": application(source)}))
    done = applied(OWN.encode(), deployment)
    assert done.unsupported == ()
    component = {
        "component/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        "patches: [{target: {kind: Ingress}, patch: '- {op: add, path: /metadata/labels/c, value: c}'}]\n"
    }
    objects = built(tmp_path, {**files(done.text), **component})
    ingress = objects["Ingress"]
    assert (ingress["metadata"]["name"], ingress["metadata"]["namespace"]) == ("prod-web", "shop")
    assert ingress["spec"]["rules"][0]["host"] == "a.b"
    assert ingress["metadata"]["labels"] == {"app": "web", "c": "c", "team": "a", "tier": "web"}
    assert ingress["metadata"]["annotations"] == {"note": "yes"}
    # Without a selector: the label is on the Service, not in what it selects.
    assert objects["Service"]["spec"]["selector"] == {"app": "web", "team": "a"}


def test_options_of_flux_are_set_into_the_roots_own_kustomization(tmp_path: Path) -> None:
    spec = """path: root
targetNamespace: shop
nameSuffix: -blue
patches: [{patch: '- {op: add, path: /metadata/annotations, value: {x: z}}', target: {kind: Ingress, name: web}}]
patchesStrategicMerge: [{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort}}]
patchesJson6902: [{target: {version: v1, kind: Service, name: web}, patch: [{op: add, path: /spec/x, value: 1}]}]
"""
    deployment = only(read({**texts(), "a.yaml": flux(spec)}))
    objects = built(tmp_path, files(applied(OWN.encode(), deployment).text))
    assert objects["Ingress"]["metadata"]["name"] == "own-web-blue"
    assert objects["Ingress"]["metadata"]["annotations"] == {"x": "z"}
    assert objects["Ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] == "own-web-blue"
    assert (objects["Service"]["spec"]["type"], objects["Service"]["spec"]["x"]) == ("NodePort", 1)
    assert objects["Service"]["metadata"]["namespace"] == "shop"


def test_nothing_set_means_the_same_bytes() -> None:
    deployment = only(read({**texts(), "a.yaml": application("{path: root, kustomize: {version: v5.0.0}}")}))
    assert applied(OWN.encode(), deployment).text == OWN.encode()


def test_a_label_that_stands_there_is_an_error_of_argo_cd_unless_forced() -> None:
    for force, sentences in (("false", 1), ("true", 0)):
        stanza = f"{{path: root, kustomize: {{commonLabels: {{team: b}}, forceCommonLabels: {force}}}}}"
        deployment = only(read({**texts(), "a.yaml": application(stanza)}))
        assert len(applied(OWN.encode(), deployment).unsupported) == sentences


def test_images_replicas_and_components_are_laid_over_what_stands_there() -> None:
    own = "images: [{name: web, newName: r/web, newTag: '1'}]\nreplicas: [{name: a, count: 1}]\ncomponents: [../c]\n"
    stanza = (
        "{path: root, kustomize: {images: ['web=*:2', 'db:3'], replicas: [{name: a, count: 2}, {name: b, count: 3}],"
        " components: [../c, ../d, ../none], ignoreMissingComponents: true}}"
    )
    deployment = only(read({**texts(), "a.yaml": application(stanza)}))
    done = applied(own.encode(), deployment, exists=lambda name: name != "../none")
    assert done.text.decode() == (
        'images:\n- name: web\n  newName: r/web\n  newTag: "2"\n- name: db\n  newTag: "3"\n'
        "replicas:\n- name: a\n  count: 2\n- name: b\n  count: 3\ncomponents:\n- ../c\n- ../d\n"
    )


@pytest.mark.parametrize("own", ["- a\n", "a: [\n", "a: 1\na: 2\n"])
def test_a_kustomization_that_cannot_be_read_is_an_input_error(own: str) -> None:
    deployment = only(read({**texts(), "a.yaml": application("{path: root, kustomize: {namePrefix: x-}}")}))
    with pytest.raises(InputError):
        applied(own.encode(), deployment, "root/kustomization.yaml")


def test_flux_generates_a_kustomization_of_all_that_stands_below(tmp_path: Path) -> None:
    below = {
        "root/web/ingress.yaml": INGRESS,
        "root/service.yml": SERVICE,
        "root/README.md": "kind: X",
        "root/app/kustomization.yaml": "resources: [deep/config.yaml]\n",
        "root/app/deep/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
        "rooted/other.yaml": "kind: [\n",
    }
    text = generated(tree(below), "root")
    assert b"./app\n" in text
    assert b"deep" not in text
    assert set(built(tmp_path, {**below, "root/kustomization.yaml": text})) == {"Ingress", "Service", "ConfigMap"}


def test_a_generated_kustomization_of_an_empty_folder_builds(tmp_path: Path) -> None:
    text = generated(tree({"root/README.md": ""}), "root")
    assert built(tmp_path, {"root/kustomization.yaml": text}) == {}


def test_the_shadow_of_a_deployment_is_laid_over_the_tree() -> None:
    tree_of = tree(texts())
    stanza = "{path: root, kustomize: {namePrefix: x-, components: [../none], ignoreMissingComponents: true}}"
    found = shadow(tree_of, only(read({**texts(), "a.yaml": application(stanza)})))
    assert found is not None
    assert (found.path, b"namePrefix: x-\n" in found.text, b"none" in found.text) == (
        "root/kustomization.yaml",
        True,
        False,
    )
    plain = {"root/ingress.yaml": INGRESS}
    generated_one = shadow(tree(plain), only(read({**plain, "a.yaml": flux("path: root\nnameSuffix: -s")})))
    assert generated_one is not None
    assert generated_one.text.decode().endswith("resources:\n- ./ingress.yaml\nnameSuffix: -s\n")
    assert shadow(tree(plain), only(read({**plain, "a.yaml": application("{path: root}")}))) is None
