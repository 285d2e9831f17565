"""The rules made of Ingresses reply what the real nginx answers, for hundreds of hosts at a time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gatelift.proof.symbolic.nginx.world import world
from gatelift.traffic.answers.compare import Difference, Watched
from gatelift.traffic.credentials import authorization
from gatelift.traffic.model import Answer, Request
from support.judging import Manifest, ingress, judge, prefix, rule
from support.ruling import answering, otherwise, told

HOSTS = 150
"""More would have more Services than nginx has connections: it keeps one open to each."""
_PLAIN = ("/", "/a", "/a/", "/ab", "/a/b", "/a/b/", "/b/", "/A", "/a.b", "/a/b/c", "/.well-known/acme-challenge/x")
_REGULAR = {
    "/a.": ("/ax", "/a"),
    "/[ab]/x": ("/a/x", "/c/x"),
    "/(a|b)+$": ("/abab", "/abc"),
    "/a(/|$)(.*)": ("/a/x/y", "/abc"),
    "/.*c": ("/x/c", "/C"),
    "/b$": ("/b", "/bb"),
    "/a|/b": ("/b", "/x/b", "/a"),
    r"/v\d+/(\w+)": ("/v12/foo", "/v/foo", "/v1/foo/bar"),
}
_SETTINGS: tuple[Mapping[str, str], ...] = (
    {"global-allowed-response-headers": "X-Extra", "block-cidrs": "203.0.113.0/24"},
    {"global-allowed-response-headers": "X-Extra", "hsts": "false", "force-ssl-redirect": "true",
     "no-tls-redirect-locations": "/a,/b", "no-auth-locations": "/a/b", "http-redirect-code": "301"},
    {"ssl-reject-handshake": "true", "whitelist-source-range": "10.0.0.0/8,192.0.2.1", "hsts-max-age": "60",
     "preserve-trailing-slash": "true", "relative-redirects": "true"},
    {"ssl-redirect": "false", "denylist-source-range": "192.0.2.0/24", "block-cidrs": "2001:db8::/32",
     "no-tls-redirect-locations": "", "no-auth-locations": "", "allow-cross-namespace-resources": "true"},
)  # fmt: skip
_NAMESPACE = {"namespace": "shop"}
_PORTS: tuple[Manifest, ...] = ({"number": 80}, {"number": 8080}, {"number": 3000}, {"number": 9}, {"name": "http"})
_SERVICE: Manifest = {
    "apiVersion": "v1",
    "kind": "Service",
    "spec": {"ports": [{"name": "x", "port": 80}, {"name": "http", "port": 8080, "targetPort": 3000}]},
}
_BASIC: dict[str, Any] = {"auth_type": "basic", "auth_secret": "users"}
_CA = "auth_tls_secret"
_EXTRA: Manifest = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "extra", **_NAMESPACE},
    "data": {"X-Extra": "a $b"},
}


def maybe(chance: random.Random, share: float, **annotations: str) -> dict[str, str]:
    return annotations if chance.random() < share else {}


def annotated(chance: random.Random) -> dict[str, Any]:
    """What an Ingress says; nothing often, for most of it hides the rest."""
    found = {
        **maybe(chance, 0.2, use_regex="true"),
        **maybe(chance, 0.2, rewrite_target=chance.choice(("/", "/new", "/new/$1", "/$2", "/n/$3/x", "/a"))),
        **maybe(chance, 0.3, x_forwarded_prefix="/pre"),
        **maybe(chance, 0.2, ssl_redirect=chance.choice(("false", "true"))),
        **maybe(chance, 0.1, force_ssl_redirect="true"),
        **maybe(chance, 0.2, preserve_trailing_slash="true"),
        **maybe(chance, 0.1, use_port_in_redirects="true"),
        **maybe(chance, 0.1, relative_redirects="true"),
        **maybe(chance, 0.08, app_root=chance.choice(("/home", "/home?x=1", "/"))),
        **maybe(chance, 0.05, permanent_redirect="https://new.example.org/x", permanent_redirect_code="308"),
        **maybe(chance, 0.05, permanent_redirect="https://new.example.org", permanent_redirect_code="304"),
        **maybe(chance, 0.05, temporal_redirect="https://new.example.org$request_uri", temporal_redirect_code="303"),
        **maybe(chance, 0.03, temporal_redirect="http://$http_host/x$uri?$args", temporal_redirect_code="300"),
        **maybe(chance, 0.1, upstream_vhost=chance.choice(("inner.example.org", "$host"))),
        **maybe(chance, 0.1, from_to_www_redirect="true"),
        **maybe(chance, 0.1, custom_headers="shop/extra"),
        **maybe(chance, 0.1, satisfy="any"),
        **maybe(chance, 0.08, **_BASIC, auth_realm=chance.choice(("The shop", "off"))),
        **maybe(chance, 0.08, allowlist_source_range="10.0.0.0/8,2001:db8::/32"),
        **maybe(chance, 0.08, denylist_source_range="10.9.0.0/16"),
        **maybe(chance, 0.05, auth_url="http://auth.example.org/check"),
        **maybe(chance, 0.04, auth_type="ldap"),
        **maybe(chance, 0.02, **{_CA: "other/ca"}),
        **maybe(chance, 0.02, **{_CA: "shop/ca"}, auth_tls_verify_client="off", auth_tls_match_cn="CN=a"),
        **maybe(chance, 0.04, enable_cors="true"),
        **maybe(
            chance,
            0.08,
            enable_cors="true",
            cors_allow_origin="https://a.example.com, https://*.b.example.com:8443",
            cors_allow_methods="GET, PUT",
            cors_expose_headers="X-Two",
            cors_max_age="60",
        ),
    }
    if "auth_url" in found and "auth_type" not in found and chance.random() < 0.6:
        found["auth_signin"] = "https://login.example.org/start?a=b"
    return found


class Drawn:
    """Ingresses of many hosts, and requests that meet them."""

    def __init__(self, seed: int, hosts: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a seed makes it the same each time
        self.objects: list[Manifest] = [_EXTRA]
        self.requests: list[Request] = []
        for number in range(hosts):
            self._host(number)
        self._without_host()
        self.chance.shuffle(self.objects)

    def _host(self, number: int) -> None:
        chance = self.chance
        base = f"h{number}.example.com"
        host = f"*.{base}" if chance.random() < 0.15 else base
        asked = [base.upper() if host == base and chance.random() < 0.1 else host.replace("*", "x")]
        mains = []
        for index in range(chance.choice((1, 1, 2, 3))):
            annotations = annotated(chance)
            if chance.random() < 0.1:
                alias = chance.choice((f"al.{base}", f"*.al.{base}", f".al.{base}", f"*.{base}", f"x.{base}"))
                annotations["server_alias"] = alias
                asked.append(alias.replace("*.", "y.z.").removeprefix("."))
            if annotations.get("from_to_www_redirect"):
                if host != base:
                    del annotations["from_to_www_redirect"]
                asked.append(f"www.{host}" if host == base else asked[0])
            mains.append(self._main(f"i{number}-{index}", host, number, annotations))
        self._canary(number, host, mains)
        if host != base:
            asked += [f"x.y.{base}", base]
        targets = self._targets(mains)
        for name in dict.fromkeys(asked):
            share = targets if name == asked[0] else chance.sample(targets, min(8, len(targets)))
            self.requests += [self._request(name, target) for target in share]

    def _main(self, name: str, host: str, number: int, annotations: dict[str, Any]) -> Manifest:
        chance = self.chance
        regular = "use_regex" in annotations or "rewrite_target" in annotations
        paths = []
        for _ in range(chance.randint(1, 4)):
            path = chance.choice((*_PLAIN, *_REGULAR) if regular else _PLAIN)
            kind = "ImplementationSpecific" if path in _REGULAR else chance.choice(("Exact", "Prefix", "Prefix"))
            paths.append((path, kind, f"s{number}-{chance.randint(0, 5)}"))
        tls = [{"hosts": [host], "secretName": "t"}] if chance.random() < 0.35 else []
        default = f"d{number}" if chance.random() < 0.15 else ""
        made = ingress(name, rule(host, *paths), tls=tls, default=default, **annotations)
        for path in made["spec"]["rules"][0]["http"]["paths"]:
            path["backend"]["service"]["port"] = chance.choice(_PORTS)
            self.objects.append({**_SERVICE, "metadata": {"name": path["backend"]["service"]["name"], **_NAMESPACE}})
        self.objects.append(made)
        return made

    def _canary(self, number: int, host: str, mains: list[Manifest]) -> None:
        chance = self.chance
        if chance.random() > 0.35:
            return
        for index in range(chance.choice((1, 1, 2))):
            said: dict[str, Any] = {
                **maybe(chance, 0.6, canary_by_header="X-Canary"),
                **maybe(chance, 0.2, canary_by_header_value="yes"),
                **maybe(chance, 0.2, canary_by_header_pattern="^y.s|no"),
                **maybe(chance, 0.5, canary_by_cookie=chance.choice(("canary", "my-canary"))),
                **maybe(chance, 0.4, canary_weight=chance.choice(("30", "100", "200")), canary_weight_total="200"),
            }
            own = chance.choice(mains)["spec"]["rules"][0]["http"]["paths"]
            path = chance.choice(own)
            listed = rule(host, (path["path"], path["pathType"], f"new{number}-{index}"))
            self.objects.append(ingress(f"c{number}-{index}", listed, canary="true", **said))

    def _without_host(self) -> None:
        shared = ingress("shared", rule("", ("/shared/", "Prefix", "shared"), ("/a", "Exact", "shared-a")))
        self.objects += [shared, ingress("rest", default="rest", **_BASIC)]
        for host in ("unknown.example.org", "x.y.unknown.example.org"):
            self.requests += [self._request(host, target) for target in ("/", "/shared", "/shared/x", "/a", "/a/")]

    def _targets(self, mains: list[Manifest]) -> list[str]:
        found = ["/", "/zzz"]
        for main in mains:
            for entry in main["spec"]["rules"][0]["http"]["paths"]:
                for path in _REGULAR.get(entry["path"], (entry["path"],)):
                    bare = path.rstrip("/")
                    found += [path, f"{bare}/", bare, f"{path}x", f"{bare}/x", path.swapcase(), bare.rpartition("/")[0]]
        unique = list(dict.fromkeys(item for item in found if item.startswith("/")))
        return [self._sent(item) + self.chance.choice(("", "", "", "?a=1&b=%20", "?b=/")) for item in unique]

    def _sent(self, path: str) -> str:
        """The path as it is, or in other signs that nginx reads as the same, or nearly so."""
        if self.chance.random() < 0.7:
            return path
        forms = ("/{0}", "/zz/..{0}", "/.{0}", "{0}/.", "/zz{0}/..", "{0}//x", "{0}%20x", "{0}%2Fx", "{0}/%C3%A4%25",
                 "{0};x=1&y", "{0}%3Fx", "{0}%22%5E", "{1}")  # fmt: skip
        encoded = "".join(f"%{ord(sign):02x}" if sign == "a" else sign for sign in path)
        return self.chance.choice(forms).format(path, encoded)

    def _request(self, host: str, target: str) -> Request:
        chance = self.chance
        headers = [
            *([("X-Canary", chance.choice(("always", "never", "yes", "no", "Always")))] * (chance.random() < 0.4)),
            *([("Cookie", chance.choice(_COOKIES))] * (chance.random() < 0.4)),
            *([("Origin", chance.choice(_ORIGINS))] * (chance.random() < 0.4)),
            *([("Authorization", chance.choice((authorization(), "Basic eDp5")))] * (chance.random() < 0.5)),
        ]
        return Request(
            scheme=chance.choice(("http", "https")),
            host=host,
            target=target,
            method=chance.choice(("GET", "GET", "GET", "OPTIONS", "POST")),
            headers=tuple(headers),
            client=chance.choice(("", "", "", "10.1.2.3", "10.9.1.1", "203.0.113.7", "2001:db8::1", "192.0.2.1")),
        )


_COOKIES = ("canary=always", "canary=never", "a=b; my-canary=always", "my-canary=never; canary=x", "canary=Always")
_ORIGINS = (
    "https://a.example.com",
    "HTTPS://A.example.com",
    "https://x.b.example.com:8443",
    "https://evil.org",
    "null",
)


_WATCHED = Watched(request=frozenset(("x-forwarded-prefix",)), response=frozenset(("x-extra",)))


def disagreements(
    objects: Sequence[Manifest], requests: Sequence[Request], settings: Mapping[str, str]
) -> list[tuple[Request, list[Difference]]]:
    """The requests that nginx answers otherwise than the rules reply, and for which they say to know: in what."""
    made = world(objects, settings)
    side, answers = judge(objects, requests, settings)
    found = (
        (request, otherwise(made, request, answer, side.ends, _WATCHED))
        for request, answer in zip(requests, answers, strict=True)
    )
    return [(request, differences) for request, differences in found if differences]


@pytest.mark.replay
@pytest.mark.parametrize(("seed", "settings"), list(enumerate(_SETTINGS)))
def test_rules_reply_what_nginx_answers(seed: int, settings: Mapping[str, str]) -> None:
    drawn = Drawn(seed, HOSTS)

    assert disagreements(drawn.objects, drawn.requests, settings)[:3] == []


@pytest.mark.replay
@pytest.mark.parametrize("seed", range(4))
def test_rules_are_those_of_the_server_that_nginx_takes(seed: int) -> None:
    """With names that several servers have, whole or in part."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes it the same each time
    objects = [_named(chance, number) for number in range(10)]
    labels = [".".join(chance.choices("abcd", k=chance.randint(1, 4))) for _ in range(400)]
    requests = [
        Request(host=f"{chance.choice(('', '', '', 'www.'))}{host}", scheme=chance.choice(("http", "https")))
        for host in labels
    ]

    assert disagreements(objects, requests, {})[:3] == []


def _named(chance: random.Random, number: int) -> Manifest:
    """An Ingress with a short name and short aliases."""

    def name(*forms: str) -> str:
        return chance.choice(forms).format(".".join(chance.choices("abcd", k=chance.randint(1, 3))))

    host = name("{}", "{}", "*.{}")
    aliases = [name("{}", "*.{}", ".{}", "{}.*") for _ in range(chance.randint(0, 3))]
    said = {"server_alias": ",".join(aliases)} if aliases else {}
    if not host.startswith("*"):
        said |= maybe(chance, 0.2, from_to_www_redirect="true")
    covered = [host, *(alias for alias in aliases if chance.random() < 0.5)]
    tls = [{"hosts": covered, "secretName": "t"}] if chance.random() < 0.5 else []
    return ingress(f"i{number}", prefix(host, "/", f"s{number}"), tls=tls, **said)


def test_what_is_drawn_is_answered_in_every_way() -> None:
    """Or the test above would show nothing."""
    drawn = Drawn(0, HOSTS)
    made = world(drawn.objects, _SETTINGS[0])
    replies = [
        (answering(made.rules(request.scheme, request.host.lower()), request)[0].reply, request)
        for request in drawn.requests
    ]
    statuses = Counter(told(reply, request, Answer()).status for reply, request in replies)

    assert min(statuses[status] for status in (200, 204, 300, 301, 302, 303, 308, 401, 403, 404, 503)) > 9
