"""What has to stand before the routes of an Ingress, for each annotation that restricts access: read from its value.

Nothing here asks gatelift what an annotation means: it is written from the documents of ingress-nginx and the targets.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gatelift.expected.expected import Change

Json = Any
TRUE = ("1", "t", "T", "TRUE", "true", "True")
ASKS_NOTHING = frozenset({"", "0", "f", "F", "FALSE", "false", "False", "off", "all"})
CANARY_KEYS = ("canary", "load-balance", "upstream-hash-by", "affinity", "session-cookie-")
HOST_VARIABLE = re.compile(r"\$(?:http_)?host\b")
PASSES_ON = re.compile(
    r"(?:\s*proxy_set_header\s+(?:Host\s+\$(?:http_)?host|Authorization\s+\$http_authorization)\s*;)+\s*"
)
ALLOWS = re.compile(r"(?:^|[;{}\s])allow\s+([^;\s]+)\s*;")
DENIES_ALL = re.compile(r"(?:^|[;{}\s])deny\s+all\s*;")


@dataclass(frozen=True)
class Door:
    """What stands before one route of an Ingress that forwards, as an implementation would put it together."""

    route: str
    namespace: str
    backends: frozenset[str]
    """The names of what the route forwards to."""
    security: Sequence[Mapping[str, Json]]
    traffic: Sequence[Mapping[str, Json]]
    objects: Sequence[Mapping[str, Json]]

    def authorization(self) -> Mapping[str, Json]:
        return self._one("authorization")

    def external(self) -> Mapping[str, Json]:
        return self._one("extAuth")

    def basic(self) -> Mapping[str, Json]:
        return self._one("basicAuth")

    def _one(self, field: str) -> Mapping[str, Json]:
        found = [policy[field] for policy in self.security if field in policy]
        return found[0] if len(found) == 1 else {}

    def limits(self) -> list[Mapping[str, Json]]:
        """The rules of local limits."""
        return [
            rule for policy in self.traffic for rule in policy.get("rateLimit", {}).get("local", {}).get("rules", ())
        ]


@dataclass(frozen=True)
class Asked:
    """An annotation (or a setting) in its place."""

    name: str
    key: str
    value: str
    annotations: Mapping[str, str]
    """All of the Ingress, without their prefix."""
    settings: Mapping[str, str]
    decide: Mapping[str, str]
    host: str
    """The first host of the Ingress."""


def doors(change: Change, emitted: Sequence[Mapping[str, Json]]) -> Iterator[Door]:
    """A door for each route of the Ingress with a backend."""
    routes: Sequence[Mapping[str, Json]] = change.emitted
    for route in routes:
        if route["kind"] not in ("HTTPRoute", "GRPCRoute") or not forwards(route):
            continue
        where = place(route)
        specs = {
            kind: [item["spec"] for item in emitted if item["kind"] == kind and where in targets(item)]
            for kind in ("SecurityPolicy", "BackendTrafficPolicy")
        }
        names = frozenset(ref["name"] for rule in route["spec"]["rules"] for ref in rule.get("backendRefs", ()))
        yield Door(where[2], where[0], names, specs["SecurityPolicy"], specs["BackendTrafficPolicy"], emitted)


def place(item: Mapping[str, Json]) -> tuple[str, str, str]:
    """(namespace, kind, name)"""
    return item["metadata"]["namespace"], item["kind"], item["metadata"]["name"]


def forwards(route: Mapping[str, Json]) -> bool:
    return any(rule.get("backendRefs") for rule in route["spec"]["rules"])


def targets(policy: Mapping[str, Json]) -> set[tuple[str, str, str]]:
    """What a whole policy is attached to: (namespace, kind, name); nothing where it names a section."""
    namespace = policy["metadata"]["namespace"]
    return {(namespace, ref["kind"], ref["name"]) for ref in policy["spec"]["targetRefs"] if "sectionName" not in ref}


def networks(value: str) -> frozenset[Any] | None:
    """Addresses and networks of a list; ``None`` where it holds anything else: nginx lets nobody in then."""
    try:
        return frozenset(ipaddress.ip_network(item.strip(), strict=False) for item in value.split(","))
    except ValueError:
        return None


def _cidrs(rules: Sequence[Json], action: str) -> frozenset[Any]:
    found = [rule for rule in rules if rule["action"] == action]
    return frozenset(ipaddress.ip_network(cidr) for rule in found for cidr in rule["principal"]["clientCIDRs"])


def _within(inner: frozenset[Any], outer: frozenset[Any]) -> bool:
    """Whether every address of ``inner`` is one of ``outer``, whose neighbours may make up one network together."""
    whole = [
        network
        for version in (4, 6)
        for network in ipaddress.collapse_addresses(item for item in outer if item.version == version)
    ]
    return all(any(a.version == b.version and a.subnet_of(b) for b in whole) for a in inner)


def allowed(asked: Asked, door: Door) -> bool:
    """Nobody else comes in: only networks of the list are let in, and the rest is denied."""
    found, wanted = door.authorization(), networks(asked.value)
    rules = found.get("rules") or ()
    return wanted is not None and found.get("defaultAction") == "Deny" and _within(_cidrs(rules, "Allow"), wanted)


def denied(asked: Asked, door: Door) -> bool:
    """All networks of the list are denied, before anybody is let in."""
    rules = door.authorization().get("rules") or ()
    actions = [rule["action"] for rule in rules]
    in_order = "Deny" not in actions[actions.index("Allow") :] if "Allow" in actions else True
    wanted = networks(asked.value)
    return wanted is not None and in_order and _within(wanted, _cidrs(rules, "Deny"))


def limited(unit: str) -> Callable[[Asked, Door], bool]:
    """Each address of either family has a count of its own, unless it is exempt by name."""

    def check(asked: Asked, door: Door) -> bool:
        most = _integer(asked.value, 0) * max(1, _integer(asked.annotations.get("limit-burst-multiplier"), 5))
        rules = [rule for rule in door.limits() if rule["limit"]["unit"] == unit and rule["limit"]["requests"] <= most]
        return {4, 6} <= {family for rule in rules for family in _counted(rule, asked)}

    return check


def _counted(rule: Mapping[str, Json], asked: Asked) -> set[int]:
    """The families of addresses of which each one is counted; a rule with several selectors counts their overlap."""
    if len(rule.get("clientSelectors", ())) != 1 or set(rule["clientSelectors"][0]) != {"sourceCIDR"}:
        return set()
    source = rule["clientSelectors"][0]["sourceCIDR"]
    if source["type"] != "Distinct":
        return set()
    if not source.get("invert"):
        return {family for family, all_of in ((4, "0.0.0.0/0"), (6, "::/0")) if source["value"] == all_of}
    exempt = networks(asked.annotations.get("limit-allowlist") or asked.annotations.get("limit-whitelist") or "")
    spared = frozenset({ipaddress.ip_network(source["value"])})
    return {4, 6} if exempt is not None and _within(spared, exempt) else set()


def some_limit(asked: Asked, door: Door) -> bool:
    return bool(door.limits())


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"[+-]?[0-9]{1,18}", text) else default


def asks_for_a_password(asked: Asked, door: Door) -> bool:
    return bool(door.basic().get("users", {}).get("name"))


def asks_by_a_file(asked: Asked, door: Door) -> bool:
    return asks_for_a_password(asked, door) and asked.value.strip() == "auth-file"


def asks_users_of(asked: Asked, door: Door) -> bool:
    """The users are those that somebody made anew for the gateway: it reads none of nginx's Secrets."""
    template = asked.decide.get("basicAuthSecret", "")
    old = asked.value.strip().rpartition("/")[2]
    return bool(template) and door.basic().get("users", {}).get("name") == template.replace("{secret}", old)


def asks_somebody(asked: Asked, door: Door) -> bool:
    found = door.external()
    return bool(found.get("http", {}).get("backendRefs")) and found.get("failOpen") is False


def asks_the_service(asked: Asked, door: Door) -> bool:
    """The service of the URL, by its name in the cluster or by its address behind a Backend.

    Somebody decided that it needs neither the URL nor the method of the request, of which no gateway tells it.
    """
    if not asks_somebody(asked, door) or asked.decide.get("authUrl") != "session":
        return False
    host = urlsplit(HOST_VARIABLE.sub(asked.host, asked.value.strip())).hostname or ""
    (ref,) = door.external()["http"]["backendRefs"]
    if ref["kind"] == "Service":
        namespace = ref.get("namespace", door.namespace)
        return host.split(".")[:2] in ([ref["name"]], [ref["name"], namespace])
    return any(
        endpoint["fqdn"]["hostname"] in (host, f"{host}.cluster.local")
        for item in door.objects
        if (item["kind"], item["metadata"]["name"]) == ("Backend", ref["name"])
        for endpoint in item["spec"]["endpoints"]
    )


def hands_on(asked: Asked, door: Door) -> bool:
    """The headers of the service's answer that reach the backend."""
    wanted = {item.strip().lower() for item in asked.value.split(",") if item.strip()}
    return wanted <= {name.lower() for name in door.external().get("http", {}).get("headersToBackend", ())}


def signs_in(asked: Asked, door: Door) -> bool:
    """Somebody decided that the service redirects by itself, and it is asked where it does."""
    path = door.external().get("http", {}).get("pathOverride", "/")
    return asks_somebody(asked, door) and asked.decide.get("authSignin") == "authService" and path == "/"


def nothing(asked: Asked, door: Door) -> bool:
    """No policy says it."""
    return False


def asks_globally(asked: Asked, door: Door) -> bool:
    """``enable-global-auth``: opting out leaves nothing to prove, and without a service there is none to ask."""
    somebody = asked.settings.get("global-auth-url") or asked.annotations.get("auth-url")
    return asked.value not in TRUE or (bool(somebody) and asks_somebody(asked, door))


def all_checks(asked: Asked, door: Door) -> bool:
    """``satisfy``: all of them is what every gateway asks for."""
    return asked.value.strip() == "all"


def verifies_clients(asked: Asked, door: Door) -> bool:
    """A certificate of the client's is asked for, and checked, by a policy on a listener or by the Gateway."""
    for item in door.objects:
        tls = item["spec"].get("tls", {})
        if item["kind"] == "ClientTrafficPolicy" and tls.get("clientValidation", {}).get("caCertificateRefs"):
            return True
        if item["kind"] == "Gateway" and tls.get("frontend"):
            return True
    return False


def as_the_snippet(asked: Asked, door: Door) -> bool | None:
    """Who comes in by a snippet, where it shuts others out; ``None`` where it does not, as far as is known here."""
    if DENIES_ALL.search(asked.value):
        found = door.authorization()
        wanted = networks(",".join(ALLOWS.findall(asked.value))) if ALLOWS.search(asked.value) else frozenset()
        return found.get("defaultAction") == "Deny" and _cidrs(found.get("rules") or (), "Allow") == wanted
    return True if PASSES_ON.fullmatch(asked.value) else None


def verifies_backends(asked: Asked, door: Door) -> bool:
    """No connection to the backend is left unverified where it is to be verified."""
    return asked.value != "on" or not any(tls.get("insecureSkipVerify") for tls in _backend_tls(door))


def names_backends(asked: Asked, door: Door) -> bool:
    """The name that the backend's certificate has to have, or that is sent to it."""
    names = {tls.get("sni") for tls in _backend_tls(door)}
    names |= {item["spec"]["validation"]["hostname"] for item in door.objects if item["kind"] == "BackendTLSPolicy"}
    return asked.value.lower() in names


def _backend_tls(door: Door) -> list[Mapping[str, Json]]:
    found = [item for item in door.objects if item["kind"] == "Backend" and item["metadata"]["name"] in door.backends]
    return [item["spec"]["tls"] for item in found if "tls" in item["spec"]]


EVIDENCE: Mapping[str, Callable[[Asked, Door], bool | None]] = {
    "allowlist-source-range": allowed,
    "whitelist-source-range": allowed,
    "denylist-source-range": denied,
    "block-cidrs": denied,
    "limit-rps": limited("Second"),
    "limit-rpm": limited("Minute"),
    "limit-burst-multiplier": some_limit,
    "limit-allowlist": some_limit,
    "limit-whitelist": some_limit,
    "auth-type": asks_for_a_password,
    "auth-secret": asks_users_of,
    "auth-secret-type": asks_by_a_file,
    "auth-realm": asks_for_a_password,
    "auth-url": asks_the_service,
    "auth-response-headers": hands_on,
    "auth-signin": signs_in,
    "auth-signin-redirect-param": signs_in,
    "auth-method": nothing,
    "auth-proxy-set-headers": nothing,
    "auth-request-redirect": nothing,
    "auth-snippet": nothing,
    "auth-cache-key": nothing,
    "global-auth-url": asks_the_service,
    "enable-global-auth": asks_globally,
    "satisfy": all_checks,
    "proxy-ssl-verify": verifies_backends,
    "proxy-ssl-name": names_backends,
    "configuration-snippet": as_the_snippet,
    "server-snippet": as_the_snippet,
}
"""Annotations and settings of the controller, by name."""

FAMILIES: tuple[tuple[str, Callable[[Asked, Door], bool | None]], ...] = (
    ("auth-tls-", verifies_clients),
    ("auth-", asks_somebody),
    ("global-auth-", asks_somebody),
)
"""What the rest of a family says something about has to be there."""


def proof_of(name: str) -> Callable[[Asked, Door], bool | None] | None:
    """What has to stand before a route where ``name`` is translated."""
    return EVIDENCE.get(name) or next((proof for start, proof in FAMILIES if name.startswith(start)), None)


def is_at_work(asked: Asked) -> bool:
    """Whether an annotation surely restricts access today, whatever stands beside it."""
    match asked.name:
        case "allowlist-source-range":
            return bool(asked.value) or not asked.annotations.get("whitelist-source-range")
        case "denylist-source-range":
            return True
        case "whitelist-source-range":
            return bool(asked.value.strip()) and not asked.annotations.get("allowlist-source-range")
        case "limit-rps" | "limit-rpm":
            return _integer(asked.value, 1) > 0
        case "auth-type" | "auth-url":
            return bool(asked.value.strip())
        case "auth-secret":
            return asked.annotations.get("auth-type", "").strip() in ("basic", "digest") and bool(asked.value)
    return False
