"""Hosts with several Ingresses each, made at random from a seed: what is to be converted, proved, and asked for."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from support.judging import Manifest, ingress, rule

_PLAIN = ("/", "/", "/", "/a", "/a/", "/ab", "/a/b", "/a/b/", "/b/", "/A", "/a.b", "/a/b/c")
_REGULAR = ("/a.", "/[ab]/x", "/(a|b)+$", "/.*c", "/b$", r"/v\d+/(\w+)", "/x/?", "/q{2}", "/[^/]+/end")
_REWRITES = (
    ("/api(/|$)(.*)", "/$2"), ("/api(/|$)(.*)", "/new/$2"), ("/api/(.*)", "/$1"), ("/api/?(.*)", "/$1"),
    ("/(.*)", "/$1"), ("/api/v1/(.*)", "/v1/$1"), ("/api", "/"), ("/api/", "/"), ("/api", "/new"), ("/", "/new"),
    ("/", "/"), ("/([a-z]+)/x(.*)", "/$2/$1"), ("/api(.*)", "/$1"), ("/(a|b)/(.*)", "/$1$2"), ("/api/()(.*)", "/$2"),
)  # fmt: skip
SHARED = 40
"""So many Services serve all hosts together, for nginx keeps a connection open to each."""
HEADERS = {"X-Extra": "one", "X-Second": "a b"}
SETTINGS = {"global-allowed-response-headers": ",".join(HEADERS)}
"""The controller's ConfigMap."""
DECIDED = {"forceSslRedirect": "gateway", "authUrl": "session", "basicAuthSecret": "users"}
"""What somebody has to decide, so that all of it is converted."""
_NAMESPACE = {"namespace": "shop"}


def some(chance: random.Random, share: float, **annotations: str) -> dict[str, str]:
    """Some annotations, or none."""
    return annotations if chance.random() < share else {}


class Sites:
    """Ingresses of ``many`` hosts, the first with the number ``start``, with all that they refer to.

    ``regular``: also with regular paths.
    """

    def __init__(self, seed: int, many: int, start: int = 0, *, regular: bool = True) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - a seed makes it the same each time
        self._regular = regular
        self.ingresses: list[Manifest] = []
        self._services = {f"web{number}" for number in range(SHARED)}
        for number in range(start, start + many):
            self._site(number)
        self._chance.shuffle(self.ingresses)

    @property
    def text(self) -> str:
        """All objects as one stream."""
        return "".join(f"---\n{json.dumps(item)}\n" for item in (*self.ingresses, *self.beside()))

    def beside(self) -> Iterator[Manifest]:
        """What Ingresses refer to, the class, and a Gateway."""
        yield {
            "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"},
            "spec": {"controller": "k8s.io/ingress-nginx"},
        }  # fmt: skip
        yield gateway()
        for name in sorted(self._services):
            spec = {"ports": [{"name": "http", "port": 80}]}
            yield {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, **_NAMESPACE}, "spec": spec}
        users = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "users", **_NAMESPACE}}
        yield {**users, "stringData": {"auth": "replay:x", ".htpasswd": "replay:x"}}
        yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "extra", **_NAMESPACE}, "data": HEADERS}

    def _site(self, number: int) -> None:
        chance = self._chance
        host = f"s{number}.example.com"
        if chance.random() < 0.15:
            host = f"*.{host}"
        tls = [{"hosts": [host], "secretName": "t"}] if chance.random() < 0.5 else []
        mains = []
        taken: set[str] = set()
        for index in range(chance.choice((1, 1, 2, 2, 3))):
            mains.append(self._main(f"i{number}-{index}", host, tls, taken))
        if chance.random() < 0.25:
            self._canary(number, host, chance.choice(mains))

    def _main(self, name: str, host: str, tls: Sequence[Manifest], taken: set[str]) -> Manifest:
        chance = self._chance
        said = _redirecting(chance) or {**_admitting(chance), **_shown(chance)}
        paths = self._paths(said, taken)
        made = ingress(name, rule(host, *paths), tls=tls, **{**said, **_schemes(chance)})
        self.ingresses.append(made)
        return made

    def _paths(self, said: dict[str, str], taken: set[str]) -> list[tuple[str, str, str]]:
        """Places, and in ``said`` what they need: a rewrite, or expressions."""
        chance = self._chance
        form = chance.random() if self._regular else 1
        if form < 0.2:
            path, said["rewrite_target"] = chance.choice(_REWRITES)
            found = [path]
            said |= some(chance, 0.3, x_forwarded_prefix="/pre")
        elif form < 0.35:
            found = chance.sample(_REGULAR + _PLAIN[3:6], chance.randint(1, 3))
            said["use_regex"] = "true"
        else:
            found = chance.sample(_PLAIN[2:], chance.randint(1, 3))
        # One place twice is nobody's to say (T15).
        found = [path for path in dict.fromkeys(found) if path not in taken] or [f"/own{len(taken)}"]
        taken.update(found)
        return [(path, self._kind(path), f"web{chance.randrange(SHARED)}") for path in found]

    def _kind(self, path: str) -> str:
        if path not in _PLAIN:
            return "ImplementationSpecific"
        return self._chance.choice(("Prefix", "Prefix", "Prefix", "Exact", "ImplementationSpecific"))

    def _canary(self, number: int, host: str, main: Manifest) -> None:
        """Of a path with a Service of its own, for a canary is one of a Service (T26)."""
        chance = self._chance
        path = chance.choice(main["spec"]["rules"][0]["http"]["paths"])
        path["backend"]["service"]["name"] = f"own{number}"
        self._services |= {f"own{number}", f"next{number}"}
        listed = rule(host, (path["path"], path["pathType"], f"next{number}"))
        self.ingresses.append(ingress(f"c{number}", listed, canary="true", **_splitting(chance)))


def gateway() -> Manifest:
    """A Gateway that listens for all hosts."""
    every = {"namespaces": {"from": "All"}}
    plain = {"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": every}
    secure = {"name": "https", "port": 443, "protocol": "HTTPS", "allowedRoutes": every,
              "tls": {"certificateRefs": [{"name": "c"}]}}  # fmt: skip
    return {
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
        "metadata": {"name": "shared", "namespace": "infra"},
        "spec": {"gatewayClassName": "eg", "listeners": [plain, secure]},
    }  # fmt: skip


def _redirecting(chance: random.Random) -> dict[str, Any]:
    if chance.random() > 0.12:
        return {}
    return chance.choice((
        {"permanent_redirect": "https://new.example.org/x"},
        {"permanent_redirect": "https://new.example.org", "permanent_redirect_code": "308"},
        {"temporal_redirect": "https://new.example.org/y"},
        {"temporal_redirect": "http://new.example.org/", "temporal_redirect_code": "307"},
        {"temporal_redirect": "https://new.example.org$request_uri"},
        {"temporal_redirect": "http://new.example.org$request_uri", "temporal_redirect_code": "301"},
    ))  # fmt: skip


def _schemes(chance: random.Random) -> dict[str, Any]:
    return {
        **some(chance, 0.2, ssl_redirect=chance.choice(("false", "true"))),
        **some(chance, 0.12, force_ssl_redirect="true"),
        **some(chance, 0.1, preserve_trailing_slash="true"),
        **some(chance, 0.06, app_root=chance.choice(("/home", "/home/", "/a/b"))),
        **some(chance, 0.06, from_to_www_redirect="true"),
    }


def _admitting(chance: random.Random) -> dict[str, Any]:
    basic: dict[str, str] = {"auth_type": "basic", "auth_secret": "users", "auth_realm": "The shop"}
    return {
        **some(chance, 0.08, **basic),
        **some(chance, 0.08, allowlist_source_range="10.0.0.0/8,2001:db8::/32"),
        **some(chance, 0.06, denylist_source_range="10.9.0.0/16"),
        **some(chance, 0.03, satisfy="any"),
        **some(chance, 0.03, auth_url="http://auth.shop.svc.cluster.local/check"),
    }


def _shown(chance: random.Random) -> dict[str, Any]:
    return {
        **some(chance, 0.08, upstream_vhost="inner.example.org"),
        **some(chance, 0.06, custom_headers="shop/extra"),
        **some(chance, 0.01, enable_cors="true"),
        **some(chance, 0.03, enable_cors="true", cors_max_age="60", cors_allow_methods="GET, PUT",
               cors_allow_origin="https://a.example.com, https://*.b.example.com:8443",
               cors_expose_headers="X-Two", cors_allow_credentials=chance.choice(("true", "false"))),
    }  # fmt: skip


def _splitting(chance: random.Random) -> dict[str, Any]:
    return chance.choice((
        {"canary_by_header": "X-Canary"},
        {"canary_by_header": "X-Canary", "canary_by_header_value": "yes"},
        {"canary_by_header": "X-Canary", "canary_by_header_pattern": "^(yes|on)$"},
        {"canary_by_header": "X-Canary", "canary_by_header_pattern": "y.s"},
        {"canary_by_header": "X-Canary", "canary_by_cookie": "canary"},
        {"canary_by_cookie": "canary"},
        {"canary_by_cookie": "canary", "canary_weight": "30"},
        {"canary_weight": "20"},
        {"canary_weight": "100"},
        {"canary_weight": "50", "canary_weight_total": "200"},
        {"canary_by_header": "X-Canary", "canary_by_cookie": "my-canary", "canary_weight": "10"},
    ))  # fmt: skip
