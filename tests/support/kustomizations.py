"""Generated Kustomize repositories: a base, maybe a component, overlays in one or two levels, of many features.

What is generated builds today; which of its features meet is left to chance.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml
from hypothesis import strategies as st

Json = Any
NGINX = "nginx.ingress.kubernetes.io/"
CONFIGURATION = b"gateway: {namespace: infra, name: public, sectionName: https}\n"
TRANSLATED = (
    ("proxy-read-timeout", "30"),
    ("proxy-connect-timeout", "4"),
    ("whitelist-source-range", "10.0.0.0/8,192.0.2.1"),
    ("upstream-vhost", "inner.example"),
    ("ssl-redirect", "false"),
    ("app-root", "/start"),
)
REFUSED = (("configuration-snippet", 'if ($http_x = "") { return 403; }\n'), ("unheard-of", "1"))
PATHS = ("/", "/api", "/docs")
KINDS = ("host", "host", "annotation", "take", "path", "rules", "tls", "delete", "all", "label")
"""What a patch changes."""


def text_of(draw: st.DrawFn, value: Json) -> bytes:
    """A document in some style of writing; what a person wrote bears comments."""
    style = draw(st.sampled_from(("block", "block", "indented", "flow", "json", "commented", "crlf", "open")))
    text = yaml.safe_dump(value, sort_keys=False)
    match style:
        case "indented":
            text = yaml.safe_dump(value, sort_keys=True, indent=4)
        case "flow":
            text = yaml.safe_dump(value, sort_keys=False, default_flow_style=True, width=200)
        case "json":
            text = json.dumps(value, indent=2) + "\n"
        case "commented":
            text = f"# What this is for\n\n{text}# the end\n"
        case "crlf":
            text = text.replace("\n", "\r\n")
        case "open":
            text = text.removesuffix("\n")
    return text.encode()


def rule(host: str, service: str, paths: list[str], named: bool) -> Json:
    """A rule of an Ingress."""
    port = {"name": "http"} if named else {"number": 80}
    backend = {"service": {"name": service, "port": port}}
    return {
        "host": host,
        "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend} for path in paths]},
    }


@st.composite
def ingresses(draw: st.DrawFn, name: str) -> dict[str, Json]:
    """An Ingress of a base, with hosts of its own."""
    named = draw(st.booleans())
    hosts = [f"{name}{number}.example.com" for number in range(draw(st.integers(1, 2)))]
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=2, unique=True))
    metadata: dict[str, Json] = {"name": name}
    if draw(st.booleans()):
        metadata["labels"] = {"tier": "front"}
    annotations = dict(draw(st.lists(st.sampled_from(TRANSLATED), max_size=2, unique=True)))
    if draw(st.integers(0, 7)) == 0:
        annotations.update([draw(st.sampled_from(REFUSED))])
    if annotations:
        metadata["annotations"] = {NGINX + key: value for key, value in annotations.items()}
    spec: dict[str, Json] = {"ingressClassName": "nginx", "rules": [rule(host, name, paths, named) for host in hosts]}
    if draw(st.booleans()):
        spec["tls"] = [{"hosts": hosts, "secretName": f"{name}-tls"}]
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def service(name: str) -> Json:
    """The Service of an Ingress of the same name."""
    ports = [{"name": "http", "port": 80}]
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": ports}}


@st.composite
def patches(draw: st.DrawFn, ingress: Mapping[str, Json], overlay: str) -> Json:
    """An entry of ``patches`` that changes one thing about an Ingress, in some spelling."""
    name = ingress["metadata"]["name"]
    head = {"apiVersion": ingress["apiVersion"], "kind": "Ingress", "metadata": {"name": name}}
    host = f"{name}.{overlay}.example.com"
    kind = draw(st.sampled_from(KINDS))
    key, value = draw(st.sampled_from(TRANSLATED))
    target = {"kind": "Ingress", "name": name}

    def operations(*items: Json) -> Json:
        return {"target": target, "patch": yaml.safe_dump(list(items), sort_keys=False)}

    def merge(more: Mapping[str, Json]) -> Json:
        return {"patch": yaml.safe_dump({**head, **more}, sort_keys=False)}

    match kind:
        case "host":
            return operations({"op": "replace", "path": "/spec/rules/0/host", "value": host})
        case "annotation":
            return merge({"metadata": {"name": name, "annotations": {NGINX + key: value}}})
        case "take":
            return merge({"metadata": {"name": name, "annotations": {NGINX + key: None}}})
        case "path":
            one = rule(host, name, ["/more"], False)["http"]["paths"][0]
            return operations({"op": "add", "path": "/spec/rules/0/http/paths/-", "value": one})
        case "rules":
            count = draw(st.integers(1, 3))
            hosts = [f"{name}{number}.{overlay}.example.com" for number in range(count)]
            return merge({"spec": {"rules": [rule(each, name, ["/"], False) for each in hosts]}})
        case "tls":
            return operations({"op": "add", "path": "/spec/tls", "value": [{"hosts": [host], "secretName": "own"}]})
        case "delete":
            return merge({"$patch": "delete"})
        case "all":
            made = {"op": "add", "path": f"/metadata/annotations/{NGINX.replace('/', '~1')}{key}", "value": value}
            return {"target": {"kind": "Ingress"}, "patch": yaml.safe_dump([made])}
    return merge({"metadata": {"name": name, "labels": {"site": overlay}}})


@st.composite
def repositories(draw: st.DrawFn) -> dict[str, bytes]:
    """The files of a repository, by path."""
    names = draw(st.sampled_from((["web"], ["web"], ["web", "api"])))
    made = {name: draw(ingresses(name)) for name in names}
    files: dict[str, bytes] = {"gatelift.yaml": CONFIGURATION}
    listed = []
    for name, value in made.items():
        listed += [f"{name}.yaml", f"{name}-service.yaml"]
        files[f"base/{name}.yaml"] = text_of(draw, value)
        files[f"base/{name}-service.yaml"] = text_of(draw, service(name))
    base: dict[str, Json] = {"resources": listed}
    if draw(st.integers(0, 3)) == 0:
        base["commonLabels"] = {"app": "shop"}
    files["base/kustomization.yaml"] = text_of(draw, base)
    component = draw(st.integers(0, 2)) == 0
    if component:
        key, text = draw(st.sampled_from(TRANSLATED))
        path = f"/metadata/annotations/nginx.ingress.kubernetes.io~1{key}"
        entry = {"target": {"kind": "Ingress"}, "patch": yaml.safe_dump([{"op": "add", "path": path, "value": text}])}
        body = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component", "patches": [entry]}
        files["component/kustomization.yaml"] = text_of(draw, body)
    below = "base"
    for overlay in ("dev", "prod", "site")[: draw(st.integers(1, 3))]:
        below = below if overlay == "site" and draw(st.booleans()) and below != "base" else "base"
        files[f"{overlay}/kustomization.yaml"] = text_of(draw, draw(_overlays(made, overlay, below, component)))
        below = overlay
    return files


@st.composite
def _overlays(
    draw: st.DrawFn, made: Mapping[str, Mapping[str, Json]], overlay: str, below: str, component: bool
) -> Json:
    value: dict[str, Json] = {"resources": [f"../{below}"]}
    if draw(st.integers(0, 3)):
        value["namespace"] = overlay
    if draw(st.integers(0, 3)) == 0:
        value["namePrefix"] = f"{overlay}-"
    if draw(st.integers(0, 4)) == 0:
        value["nameSuffix"] = "-x"
    if component and below == "base" and draw(st.booleans()):
        value["components"] = ["../component"]
    if draw(st.integers(0, 3)) == 0:
        value["labels"] = [{"pairs": {"stage": overlay}}]
    if draw(st.integers(0, 4)) == 0:
        value["commonAnnotations"] = {"example.com/owner": overlay}
    if draw(st.integers(0, 3)) == 0:
        value["configMapGenerator"] = [{"name": "settings", "literals": [f"stage={overlay}"]}]
    count = draw(st.integers(0, 2))
    entries = [draw(patches(draw(st.sampled_from(sorted(made.values(), key=str))), overlay)) for _ in range(count)]
    if entries:
        value["patches"] = entries
    return value
