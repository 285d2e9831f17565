"""Worlds of routes made at random, from a seed: many hosts, so that one start of a proxy answers for all of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from gatelift.manifests.shape import ENVOY_GATEWAY, GATEWAY_API
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Request
from support.judging import Manifest
from support.replaying import redirect, route, to

EG = f"{ENVOY_GATEWAY}/v1alpha1"
PATHS = ("/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/A", "/a.b")
EXPRESSIONS = ("/a.*", "/(a|b)/[0-9]+", "/a(/|$)(.*)", "(?i)/a/b", "/[^/]+", "/.*", "/a", "^/a/b$")
ASKED = ("/", "/a", "/a/", "/a/b", "/ab", "/a/b/", "/a/b/c", "/a/b/c/d", "/A/B", "/A", "/b/1", "/x", "/a/7", "/a.b/c",
         "/axb")  # fmt: skip
SERVICES = ("web", "api", "old", "next")
_BASES = ("open.test", "example.test", "www.example.test", "both.test")
_SECTIONS = ("", "http", "https", "example", "both", "plain")
_ORIGINS = ("https://one.example.org", "https://two.example.org", "http://localhost:3000")


def gateways(*, envoy: bool) -> list[Manifest]:
    """``envoy``: two, with listeners for several hostnames; else one, for Traefik keeps none of them apart."""
    plain = [_listener("http", 80), _listener("https", 443)]
    if not envoy:
        return [_gateway("shared", plain)]
    named = [
        _listener("example", 443, "*.example.test"),
        _listener("www", 443, "www.example.test"),
        _listener("plain", 80, "*.both.test"),
    ]
    return [_gateway("shared", [*plain, *named]), _gateway("other", [_listener("both", 443, "*.both.test")])]


def _gateway(name: str, listeners: list[Manifest]) -> Manifest:
    metadata = {"name": name, "namespace": "infra"}
    kind = {"apiVersion": f"{GATEWAY_API}/v1", "kind": "Gateway"}
    return {**kind, "metadata": metadata, "spec": {"gatewayClassName": "x", "listeners": listeners}}


def _listener(name: str, port: int, hostname: str = "") -> Manifest:
    made: Manifest = {"name": name, "port": port, "protocol": "HTTPS" if port == 443 else "HTTP",
                      "allowedRoutes": {"namespaces": {"from": "All"}}}  # fmt: skip
    if port == 443:
        made["tls"] = {"certificateRefs": [{"name": "c"}]}
    return {**made, "hostname": hostname} if hostname else made


class Maker:
    """Makes routes. ``envoy``: also what only Envoy Gateway has."""

    def __init__(self, seed: int, *, envoy: bool) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        self._envoy = envoy
        self.objects: list[Manifest] = []
        self.hosts: list[str] = []

    def site(self, number: int) -> None:
        """The routes of one host, and of what lies around it."""
        host = f"s{number}.{self._random.choice(_BASES)}"
        self.hosts.append(host)
        for index in range(self._random.randint(1, 4)):
            called = f"s{number}-{index}"
            own = self._random.choice((host, host, host, f"*.{host}"))
            made = route(called, own, [self._rule(called, each) for each in range(self._random.randint(1, 4))])
            refs = self._random.sample(_SECTIONS[: 6 if self._envoy else 3], self._random.randint(1, 2))
            made["spec"]["parentRefs"] = [_parent(ref) for ref in refs]
            made["metadata"]["creationTimestamp"] = f"2026-01-0{self._random.randint(1, 3)}T00:00:00Z"
            self.objects.append(made)
            if self._envoy and self._random.random() < 0.3:
                self.objects.append(self._policy(called))

    def _rule(self, called: str, index: int) -> Manifest:
        kind = self._random.choice(("PathPrefix", "PathPrefix", "Exact", *(("RegularExpression",) * self._envoy)))
        path = self._random.choice(EXPRESSIONS if kind == "RegularExpression" else PATHS)
        further = self._needs()
        if self._random.random() < 0.2:
            made = redirect(path, kind, **self._redirect(kind))
        else:
            made = to(path, *self._backends(), kind=kind, **further)
            made["filters"] = list(self._filters(kind, called))
        made["matches"][0] |= further
        return {**made, "name": f"r{index}"} if self._envoy else made

    def _needs(self) -> Manifest:
        made: Manifest = {}
        if self._random.random() < 0.2:
            made["method"] = self._random.choice(("GET", "POST"))
        if self._random.random() < 0.25:
            made["headers"] = [self._text("X-A", ("1", "2"), "[12]")]
            if self._random.random() < 0.3:
                made["headers"].append(self._text("X-B", ("1",), ".+"))
        if self._random.random() < 0.15:
            made["queryParams"] = [self._text("q", ("1", "2"), "[12]")]
        return made

    def _text(self, name: str, values: tuple[str, ...], expression: str) -> Manifest:
        if self._envoy and self._random.random() < 0.3:
            return {"name": name, "type": "RegularExpression", "value": expression}
        return {"name": name, "value": self._random.choice(values)}

    def _backends(self) -> list[str | tuple[str, int]]:
        if self._random.random() < 0.05:
            return []
        return [(name, self._random.choice((1, 1, 3, 0))) for name in
                self._random.sample(SERVICES, self._random.choice((1, 1, 2)))]  # fmt: skip

    def _redirect(self, kind: str) -> Manifest:
        made: Manifest = {"statusCode": self._random.choice((301, 302))}
        for field, value in (("scheme", "https"), ("hostname", "elsewhere.test"), ("port", 8443), ("port", 443)):
            if self._random.random() < 0.3:
                made[field] = value
        if made.get("port") == 443:
            made["scheme"] = "https"
        if self._random.random() < 0.5:
            made["path"] = self._path(kind)
        return made

    def _path(self, kind: str) -> Manifest:
        if kind == "PathPrefix" and self._random.random() < 0.7:
            values = ("/", "", "/new", "/new/", "/n/m") if self._envoy else ("/", "/new", "/n/m")
            return {"type": "ReplacePrefixMatch", "replacePrefixMatch": self._random.choice(values)}
        return {"type": "ReplaceFullPath", "replaceFullPath": self._random.choice(("/full", "/full/"))}

    def _filters(self, kind: str, called: str) -> Iterator[Manifest]:
        if self._random.random() < 0.3:
            yield {"type": "URLRewrite", "urlRewrite": {"path": self._path(kind)}}
        elif self._envoy and self._random.random() < 0.3:
            yield self._extension(called)
        if self._random.random() < 0.2:
            yield {"type": "RequestHeaderModifier", "requestHeaderModifier": self._modifier()}
        if self._random.random() < 0.2:
            yield {"type": "ResponseHeaderModifier", "responseHeaderModifier": self._modifier()}
        if self._envoy and self._random.random() < 0.15:
            yield {"type": "CORS", "cors": self._cors(7)}

    def _modifier(self) -> Manifest:
        return {"set": [{"name": "X-Set", "value": self._random.choice("12")}],
                "add": [{"name": "X-Add", "value": "a"}], "remove": ["X-Gone"]}  # fmt: skip

    def _extension(self, called: str) -> Manifest:
        name = f"{called}-{len(self.objects)}-{self._random.randint(0, 10**9)}"
        regex = {"pattern": self._random.choice(("^/a(.*)$", "/+", "[ab]")), "substitution": "/x\\0"}
        spec: Any = self._random.choice((
            {"directResponse": {"statusCode": 403}}, {"matches": [{"cookies": [{"name": "c", "value": "1"}]}]},
            {"urlRewrite": {"path": {"type": "ReplaceRegexMatch", "replaceRegexMatch": regex}}},
        ))  # fmt: skip
        if self._random.random() < 0.9:
            metadata = {"name": name, "namespace": "shop"}
            self.objects.append({"apiVersion": EG, "kind": "HTTPRouteFilter", "metadata": metadata, "spec": spec})
        ref = {"group": ENVOY_GATEWAY, "kind": "HTTPRouteFilter", "name": name}
        return {"type": "ExtensionRef", "extensionRef": ref}

    def _cors(self, age: object) -> Manifest:
        return {
            "allowOrigins": [self._random.choice((*_ORIGINS, "https://*.example.org", "*"))],
            "allowMethods": ["GET", "PUT"], "allowHeaders": ["X-A"], "exposeHeaders": ["X-B"],
            "allowCredentials": self._random.random() < 0.5, "maxAge": age,
        }  # fmt: skip

    def _policy(self, called: str) -> Manifest:
        allow = {"action": self._random.choice(("Allow", "Deny")), "principal": {"clientCIDRs": ["10.0.0.0/8"]}}
        spec: Any = self._random.choice((
            {"basicAuth": {"users": {"name": "users"}}}, {"cors": self._cors("1h")},
            {"authorization": {"defaultAction": self._random.choice(("Allow", "Deny")), "rules": [allow]}},
        ))  # fmt: skip
        target = {"group": GATEWAY_API, "kind": "HTTPRoute", "name": called}
        if self._random.random() < 0.4:
            target["sectionName"] = "r0"
        metadata = {"name": called, "namespace": "shop"}
        return {"apiVersion": EG, "kind": "SecurityPolicy", "metadata": metadata,
                "spec": {"targetRefs": [target], **spec}}  # fmt: skip

    def requests(self, each: int) -> list[Request]:
        """Requests near the rules of every host, and beside it."""
        return [self._request(host) for host in self.hosts for _ in range(each)]

    def _request(self, host: str) -> Request:
        kinds: list[tuple[tuple[str, str], ...]] = [
            (("X-A", "1"),),
            (("X-A", "2"), ("X-B", "1")),
            (("Cookie", "b=2; c=1"),),
        ]
        headers = self._random.choice((*kinds, (), (), ()))
        method = self._random.choice(("GET", "GET", "GET", "POST", "OPTIONS"))
        if self._envoy and self._random.random() < 0.4:
            headers = (*headers, ("Authorization", authorization()))
        if self._envoy and (method == "OPTIONS" or self._random.random() < 0.2):
            headers = (*headers, ("Origin", self._random.choice(_ORIGINS)))
            if method == "OPTIONS":
                headers = (*headers, ("Access-Control-Request-Method", "PUT"))
        return Request(
            scheme=self._random.choice(("http", "https")),
            host=self._random.choice((host, host, host, f"sub.{host}", f"a.b.{host}", f"no-{host}")),
            target=self._random.choice(ASKED) + self._random.choice(("", "", "?q=1", "?p=1&q=2")),
            method=method,
            headers=(*headers, ("X-Add", "0"), ("X-Gone", "0")),
            client=self._random.choice(("", "10.1.2.3")),
        )


def _parent(section: str) -> Manifest:
    gateway = "other" if section == "both" else "shared"
    made: Manifest = {"name": gateway, "namespace": "infra"}
    return {**made, "sectionName": section} if section else made
