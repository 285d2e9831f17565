"""Generated repositories: Ingresses of every shape beside what they refer to, in every style of YAML.

Annotations come from the units' own cases, so that a new unit is part of every property at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import yaml
from hypothesis import strategies as st

from gatelift.annotations import registry
from gatelift.annotations.unit import NGINX, Case, Unit
from gatelift.config.model import Phase
from support.conversion import Setup

Json: TypeAlias = Any
Bundle: TypeAlias = tuple[tuple[str, str], ...]

HOSTS = ("shop.example.com", "www.shop.example.com", "*.example.com", "example.com", "*.shop.example.com", "other.org")
ODD_HOSTS = ("Shop.Example.com", "bad_host.example.com", "*", "shop..example.com", "10.0.0.1")
NAMES = ("web", "web-redirect", "web-closed", "api", "web-shop-example-com", "shop.v2", "w" * 63, "canary")
PLAIN_PATHS = ("/", "/app", "/app/", "/app/api", "/appx", "/api/v1", "/App", "/foo.bar", "/a~b/c")
REGULAR_PATHS = (
    "/app(/|$)(.*)",
    "/(.*)",
    "/()(.*)",
    "/v[12]/(.*)",
    "/(a|b)/([^/]+)",
    "/api/v\\d+",
    "/ap.",
    "/foo.*",
)
ODD_PATHS = ("", "app", "//app", "/a b", "/a%2fb", "/a/../b", "/a|/b", "/a(?=b)", "/(unclosed", "/é", "/" + "x" * 1030)
UNKNOWN = ("does-not-exist", "auth-tls-secret", "enable-modsecurity", "server-snippets", "http2-push-preload")
TAME = (
    ("proxy-read-timeout", "3600"),
    ("proxy-connect-timeout", "10"),
    ("enable-cors", "true"),
    ("cors-allow-origin", "https://app.example.com"),
    ("ssl-redirect", "false"),
    ("force-ssl-redirect", "true"),
    ("use-regex", "true"),
    ("rewrite-target", "/$1"),
    ("rewrite-target", "/"),
    ("app-root", "/app"),
    ("from-to-www-redirect", "true"),
    ("server-alias", "alias.example.com"),
    ("whitelist-source-range", "10.0.0.0/8"),
    ("denylist-source-range", "192.0.2.1"),
    ("limit-rps", "10"),
    ("permanent-redirect", "https://new.example.com/x"),
    ("backend-protocol", "GRPC"),
    ("backend-protocol", "HTTPS"),
    ("upstream-vhost", "internal.example.com"),
    ("affinity", "cookie"),
    ("auth-url", "http://auth.team.svc.cluster.local/check"),
    ("ssl-passthrough", "true"),
    ("proxy-body-size", "8m"),
)


@cache
def bundles() -> tuple[Bundle, ...]:
    """Every case of every unit, as the annotations that it consists of."""
    return tuple(
        tuple({_key(unit, case, family): case.value, **{NGINX + name: v for name, v in case.siblings.items()}}.items())
        for family, _, unit in registry.everything()
        for case in unit.cases
    )


def _key(unit: Unit, case: Case, family: str) -> str:
    name = (case.name or unit.names[0]).replace("*", "company.example.com/thing" if unit.names == ("*",) else "thing")
    return NGINX + name if family.startswith(registry.NGINX_FAMILY) and "/" not in name else name


@cache
def _settings() -> tuple[Bundle, ...]:
    cases = [case for _, _, unit in registry.everything() for case in unit.cases]
    return tuple(dict.fromkeys(tuple(case.controller.items()) for case in cases if case.controller))


@cache
def _decisions() -> tuple[tuple[str, str], ...]:
    options = [option for _, _, unit in registry.everything() for option in unit.decide]
    return tuple((option.name, value) for option in options for value in option.values)


def rarely(draw: st.DrawFn, times: int) -> bool:
    """Once in so many times, and never in the simplest example."""
    return draw(st.sampled_from(range(times))) == times - 1


def mutated(value: str) -> st.SearchStrategy[str]:
    """``value`` or something near it."""
    near = (value, value, value.upper(), f" {value}", f"{value},x", f"-{value}", f"{value}9", value[:-1], "", "true")
    return st.sampled_from((*near, "false", "yes", "0", "$1", '"; deny all; #', "é", "99999999999999999999", "a\nb"))


@st.composite
def drawn_annotations(draw: st.DrawFn) -> dict[str, str]:
    """Nothing, something that translates, or anything at all."""
    found: dict[str, str] = {}
    match draw(st.sampled_from(("none",) * 4 + ("tame",) * 8 + ("case", "case", "wild", "unknown"))):
        case "tame":
            found = {NGINX + name: value for name, value in draw(st.lists(st.sampled_from(TAME), max_size=3))}
        case "case":
            for bundle in draw(st.lists(st.sampled_from(bundles()), min_size=1, max_size=1)):
                found.update(bundle)
        case "wild":
            for bundle in draw(st.lists(st.sampled_from(bundles()), min_size=1, max_size=4)):
                found.update({key: draw(mutated(value)) for key, value in bundle})
        case "unknown":
            found = {NGINX + draw(st.sampled_from(UNKNOWN)): draw(st.sampled_from(("true", "a", "")))}
    if rarely(draw, 8):
        found["external-dns.alpha.kubernetes.io/ttl"] = "60"
        found["company.example.com/owner"] = "team a"
    return found


def _backend(draw: st.DrawFn, version: str) -> dict[str, Json]:
    name = draw(st.sampled_from(("web", "api", "alt") * 4 + ("external", "missing")))
    ports: tuple[int | str, ...] = (80, 80, 8080, "http", "grpc")
    port = draw(st.sampled_from(ports))
    if name in ("missing", "external") and not rarely(draw, 6):
        port = 80
    if rarely(draw, 80):
        return {"resource": {"apiGroup": "k8s.example.com", "kind": "Bucket", "name": "icons"}}
    if version != "networking.k8s.io/v1":
        return {"serviceName": name, "servicePort": port}
    return {"service": {"name": name, "port": {"number": port} if isinstance(port, int) else {"name": port}}}


def _path(draw: st.DrawFn, version: str, paths: tuple[str, ...]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    path = draw(st.sampled_from(ODD_PATHS if rarely(draw, 60) else paths))
    if path or rarely(draw, 2):
        found["path"] = path
    kind = draw(st.sampled_from(("Prefix", "Prefix", "Exact", "ImplementationSpecific", "")))
    if kind:
        found["pathType"] = kind
    return {**found, "backend": _backend(draw, version)}


def _rule(draw: st.DrawFn, version: str, paths: tuple[str, ...]) -> dict[str, Json]:
    hosts = ODD_HOSTS if rarely(draw, 60) else (None, *HOSTS, *HOSTS)
    host = draw(st.sampled_from(hosts))
    rule: dict[str, Json] = {} if host is None else {"host": host}
    if not rarely(draw, 40):
        rule["http"] = {"paths": [_path(draw, version, paths) for _ in range(draw(st.integers(1, 3)))]}
    return rule or {"host": "other.org"}


def _tls(draw: st.DrawFn, own: list[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    if not rarely(draw, 5):
        others = draw(st.lists(st.sampled_from(HOSTS), max_size=2)) if rarely(draw, 4) else []
        found["hosts"] = list(dict.fromkeys((*own, *others)))
    if not rarely(draw, 5):
        found["secretName"] = draw(st.sampled_from(("tls", "absent")))
    return found


def _canary(draw: st.DrawFn, spec: dict[str, Json]) -> tuple[dict[str, str], dict[str, Json]]:
    """The canary of an Ingress with ``spec``: the same places, another backend."""
    how = draw(
        st.dictionaries(
            st.sampled_from(("weight", "by-header", "by-header-value", "by-header-pattern", "by-cookie", "other")),
            st.sampled_from(("20", "100", "always", "X-Canary", "a.*b", "(", "")),
            min_size=1,
            max_size=3,
        )
    )
    found = {NGINX + "canary": "true", **{f"{NGINX}canary-{name}": value for name, value in how.items()}}
    rules = json.loads(json.dumps(spec.get("rules", [])))
    for rule in rules:
        for path in rule.get("http", {}).get("paths", []):
            path["backend"] = _backend(draw, "networking.k8s.io/v1")
    return found, {**spec, "rules": rules}


@st.composite
def ingress(draw: st.DrawFn, name: str, namespace: str | None, regular: bool) -> dict[str, Json]:
    """One Ingress."""
    versions = ("networking.k8s.io/v1",) * 6 + ("networking.k8s.io/v1beta1", "extensions/v1beta1")
    version = draw(st.sampled_from(versions))
    found = draw(drawn_annotations())
    spec = _class(draw, found)
    if rarely(draw, 8):
        default = "defaultBackend" if version == "networking.k8s.io/v1" else "backend"
        spec[default] = _backend(draw, version)
    paths = (*PLAIN_PATHS, *REGULAR_PATHS) if regular else PLAIN_PATHS
    if regular and not rarely(draw, 3):
        found[NGINX + "use-regex"] = "true"
    spec["rules"] = [_rule(draw, version, paths) for _ in range(draw(st.sampled_from((1,) * 7 + (2, 2, 3, 0))))]
    own = [rule["host"] for rule in spec["rules"] if "host" in rule]
    spec["tls"] = [_tls(draw, own) for _ in range(draw(st.sampled_from((0, 0, 0, 1, 1, 2))))]
    for optional in ("rules", "tls"):
        if not spec[optional] and not rarely(draw, 3):
            del spec[optional]
    if rarely(draw, 40):
        spec["unknownField"] = draw(st.sampled_from((True, {"a": [1, None]}, [], "x")))
    metadata = {"name": name, **({} if namespace is None else {"namespace": namespace}), **_metadata(draw, found)}
    return {"apiVersion": version, "kind": "Ingress", "metadata": metadata, "spec": spec}


def _class(draw: st.DrawFn, found: dict[str, str]) -> dict[str, Json]:
    """The class, in the specification or among the annotations."""
    match draw(st.sampled_from(("field",) * 15 + ("annotation", "none", "other"))):
        case "field":
            return {"ingressClassName": "nginx"}
        case "annotation":
            found["kubernetes.io/ingress.class"] = "nginx"
        case "other":
            return {"ingressClassName": draw(st.sampled_from(("traefik", "unheard-of")))}
    return {}


def _metadata(draw: st.DrawFn, found: dict[str, str]) -> dict[str, Json]:
    metadata: dict[str, Json] = {"annotations": found} if found else {}
    if rarely(draw, 3):
        metadata["labels"] = draw(st.sampled_from(({"app": "web"}, {"a/b": "", "c": "D_e.f"}, {})))
    if rarely(draw, 80):
        metadata["labels"] = {"bad": "not valid!"}
    return metadata


OTHERS: tuple[str, ...] = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}   # flow\ndata:\n  a: |\n    kind: Ingress\n\n    x\n",
    "apiVersion: apps/v1\nkind:   Deployment\nmetadata:\n    name: web\nspec:\n    replicas: 2 # four columns\n",
    "# only a comment\n",
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ntype: Opaque\nstringData: {auth: "u:{SHA}x", tls.crt: x}\n',
    'apiVersion: "example.com/v1"\nkind: "Ingress"\nmetadata:\n  name: not-ours\nspec: {a: &a [1], b: *a}\n',
)


def services(namespace: str | None) -> Iterator[dict[str, Json]]:
    """The Services that generated backends name, but for one."""
    where = {} if namespace is None else {"namespace": namespace}
    ports = [{"name": "http", "port": 80}, {"port": 8080, "name": "grpc", "appProtocol": "kubernetes.io/h2c"}]
    for name in ("web", "api", "alt"):
        yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, **where}, "spec": {"ports": ports}}
    spec = {"type": "ExternalName", "externalName": "API.partner.example.org.", "ports": ports[:1]}
    yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "external", **where}, "spec": spec}


def secrets(namespace: str | None) -> Iterator[dict[str, Json]]:
    """Secrets with users and with a certificate."""
    where = {} if namespace is None else {"namespace": namespace}
    for name, key in (("basic-auth", "auth"), ("users", ".htpasswd"), ("tls", "tls.crt")):
        metadata = {"name": name, **where}
        yield {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {key: "x"}}


GATEWAY = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "Gateway",
    "metadata": {"name": "shared", "namespace": "infra"},
    "spec": {
        "gatewayClassName": "eg",
        "listeners": [
            {"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}},
            {"name": "https", "port": 443, "protocol": "HTTPS", "allowedRoutes": {"namespaces": {"from": "All"}}},
        ],
    },
}


class Dumper(yaml.SafeDumper):
    """Quotes whatever some reader of YAML takes for a number, and writes no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = re.fullmatch(r"[A-Za-z/][-A-Za-z/.]*", value) and len(value) > 3
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else "'")


Dumper.add_representer(str, _text)


def dump(value: object, **options: Any) -> str:
    """``value`` as YAML."""
    return str(yaml.dump(value, Dumper=Dumper, allow_unicode=True, **{"sort_keys": False, **options}))


@dataclass(frozen=True)
class Repository:
    """The Ingresses as plain values, every document as text, and how to convert it all."""

    ingresses: tuple[dict[str, Json], ...]
    documents: tuple[str, ...]
    setup: Setup

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        own = [text for text in self.documents if "Ingress" in text or "mirrors" in text or "Gateway" in text]
        printer.text(f"\n{self.setup}\n{joined(tuple(own))}")

    @property
    def text(self) -> str:
        """All documents as one stream."""
        return joined(self.documents)


def joined(documents: tuple[str, ...]) -> str:
    """Documents as one stream."""
    return "".join(text if text.startswith("---") else f"---\n{text}" for text in documents)


def written(draw: st.DrawFn, value: Mapping[str, Json]) -> str:
    """An object in some style."""
    match draw(st.sampled_from(("block", "block", "block", "json", "flow", "commented", "indented"))):
        case "json":
            return json.dumps(value, indent=2) + "\n"
        case "flow":
            return dump(value, default_flow_style=True)
        case "commented":
            return f"# Copyright somebody\n\n{dump(value)}# the end\n"
        case "indented":
            return dump(value, sort_keys=True, indent=4)
    return dump(value)


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    """A target, a phase, and sometimes settings, flags, decisions and acceptances."""
    settings: dict[str, str] = {}
    if rarely(draw, 10):
        settings.update(draw(st.sampled_from(_settings())))
    if rarely(draw, 12):
        more = (("use-forwarded-headers", "true"), ("hsts", "false"), ("http-redirect-code", "301"), ("x-y", "1"))
        settings.update([draw(st.sampled_from(more))])
    flags = ["--watch-ingress-without-class"] if rarely(draw, 10) else []
    if rarely(draw, 6):
        flags.append("--enable-ssl-passthrough")
    decide = dict(draw(st.lists(st.sampled_from(_decisions()), max_size=2))) if rarely(draw, 2) else {}
    if draw(st.booleans()):
        decide["authUrl"] = "session"  # auth-url is among what many Ingresses carry
    accept = (NGINX + draw(st.sampled_from(UNKNOWN)),) if rarely(draw, 10) else ()
    return Setup(
        target=draw(st.sampled_from(("envoy-gateway", "envoy-gateway", "standard"))),
        phase=draw(st.sampled_from(tuple(Phase))),
        gateway=draw(st.sampled_from(("infra/shared/https", "infra/shared"))),
        settings=settings,
        flags=tuple(flags),
        decide=decide,
        accept=accept,
    )


@st.composite
def repositories(draw: st.DrawFn, most: int = 6) -> Repository:
    """A repository of one to six Ingresses."""
    namespaces = draw(st.sampled_from((("shop",), ("shop",), ("shop", "team"), ("shop", "team", None), (None,))))
    places = [(namespace, name) for namespace in namespaces for name in NAMES]
    picked = draw(st.lists(st.sampled_from(places), min_size=1, max_size=most, unique=True))
    regular = draw(st.booleans())
    ingresses = [draw(ingress(name, namespace, regular)) for namespace, name in picked]
    if len(ingresses) > 1 and rarely(draw, 3):
        first, last = ingresses[0], ingresses[-1]
        if first["apiVersion"] == "networking.k8s.io/v1" and "ingressClassName" in first["spec"]:
            found, spec = _canary(draw, first["spec"])
            last["apiVersion"], last["spec"] = first["apiVersion"], spec
            last["metadata"]["annotations"] = {**last["metadata"].get("annotations", {}), **found}
    texts = [written(draw, item) for item in ingresses]
    if len(ingresses) > 1 and rarely(draw, 6):
        together = {"apiVersion": "v1", "kind": "List", "items": [*ingresses, *services("elsewhere")]}
        texts = [dump(together)]
    for namespace in dict.fromkeys(namespace for namespace, _ in picked):
        texts += [dump(item) for item in (*services(namespace), *secrets(namespace))]
    texts += draw(st.lists(st.sampled_from(OTHERS), max_size=2))
    if rarely(draw, 2):
        texts.append(written(draw, GATEWAY))
    if rarely(draw, 4):
        texts = draw(st.permutations(texts))
    return Repository(tuple(ingresses), tuple(texts), draw(setups()))
