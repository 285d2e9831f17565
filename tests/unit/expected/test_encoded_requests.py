"""A path written percent-encoded passes by the rule for its place (T43): no restriction relies on one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import pytest

from gatelift.config.model import Phase
from gatelift.expected.context import ingress_key
from gatelift.expected.facts import with_verdicts
from support.conversion import Conversion, Setup, convert

NGINX = "nginx.ingress.kubernetes.io/"
LIST = {"allowlist-source-range": "10.0.0.0/8"}
UNKNOWN = {"does-not-exist": "true"}
REGEX = {"use-regex": "true"}
COEXIST = Setup(phase=Phase.COEXIST, gateway="infra/shared/https", decide={"basicAuthSecret": "{secret}-htpasswd"})
HOST = "a.example.com"
ROUTE = """---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: theirs, namespace: app}
spec:
  parentRefs: [{name: shared, namespace: infra}]
  hostnames: [a.example.com]
  rules:
  - matches: [{path: {type: PathPrefix, value: PATH}}]
    backendRefs: [{name: web, port: 80}]
"""


def ingress(
    name: str, path: str, said: Mapping[str, str] | None = None, host: str = HOST, namespace: str = "app"
) -> str:
    annotations = "".join(f"    {NGINX}{key}: '{value}'\n" for key, value in (said or {}).items())
    hostname = f"host: '{host}', " if host else ""
    return (
        f"---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: {namespace}\n"
        f"  annotations:\n    owner: me\n{annotations}spec:\n  ingressClassName: nginx\n  rules:\n"
        f"  - {{{hostname}http: {{paths: [{{path: '{path}', pathType: Prefix, backend: "
        "{service: {name: web, port: {number: 80}}}}]}}\n"
    )


def withheld(found: Conversion) -> dict[str, str]:
    return {item.ingress.ref.name: item.withheld.text for item in found.result.changes if item.withheld is not None}


def forwards(found: Conversion) -> bool:
    rules = [rule for item in found.emitted if item["kind"] == "HTTPRoute" for rule in item["spec"]["rules"]]
    return any(rule.get("backendRefs") for rule in rules)


@pytest.mark.parametrize("path", ["/@admin", "/v1:batch", "/a/b,c"])
@pytest.mark.parametrize("said", [LIST, {"limit-rps": "5"}, {"auth-type": "basic", "auth-secret": "users"}])
def test_a_restriction_beside_an_open_route_that_takes_the_encoded_form(path: str, said: Mapping[str, str]) -> None:
    found = convert(ingress("admin", path, said) + ingress("web", "/"), COEXIST)
    assert "percent-encoded" in withheld(found)["admin"]
    assert "app/web" in withheld(found)["admin"]
    assert not forwards(found)


@pytest.mark.parametrize("path", ["/@admin", "/v1:batch"])
def test_a_withheld_place_that_no_rule_can_close_takes_its_host_along(path: str) -> None:
    found = convert(
        ingress("admin", path, UNKNOWN) + ingress("web", "/") + ingress("else", "/", host="b.example.com"), COEXIST
    )
    assert set(withheld(found)) == {"admin", "web"}
    assert "percent-encoded" in withheld(found)["web"]


@pytest.mark.parametrize("host", ["*.example.com", ""])
@pytest.mark.parametrize("said", [LIST, UNKNOWN])
def test_a_route_above_the_host_takes_it_as_well(host: str, said: Mapping[str, str]) -> None:
    found = convert(ingress("admin", "/@admin", said) + ingress("web", "/", host=host), COEXIST)
    assert "admin" in withheld(found)
    closed = [item for item in found.emitted if item["kind"] == "HTTPRoute" and item["spec"].get("hostnames") == [HOST]]
    paths = [match["path"]["value"] for rule in closed[0]["spec"]["rules"] for match in rule["matches"]]
    assert paths == ["/"]


def test_regular_paths_that_miss_the_encoded_form() -> None:
    for path in ("/a.min", "/[@a]dmin", "/v1:batch"):
        found = convert(ingress("admin", path, {**LIST, **REGEX}) + ingress("web", "/"), COEXIST)
        assert "percent-encoded" in withheld(found)["admin"]
    for path in ("/admin(/|$)(.*)", "/[^/]+/admin", "/admin.*"):
        found = convert(ingress("admin", path, {**LIST, **REGEX}) + ingress("web", "/"), COEXIST)
        assert withheld(found) == {}


@pytest.mark.parametrize(
    "others",
    [
        "",
        ingress("web", "/", LIST),
        ingress("web", "/web"),
        ingress("web", "/", host="b.example.com"),
        ROUTE.replace("PATH", "/web"),
        ROUTE.replace("PATH", "/").replace("a.example.com", "b.example.com"),
    ],
)
def test_what_does_not_take_it_or_restricts_alike_changes_nothing(others: str) -> None:
    found = convert(ingress("admin", "/@admin", LIST) + others, COEXIST)
    assert withheld(found) == {}
    assert forwards(found)


def test_paths_of_one_ingress_and_of_open_ones_are_no_matter() -> None:
    found = convert(ingress("one", "/@me") + ingress("web", "/"), COEXIST)
    assert withheld(found) == {}
    assert withheld(convert(ingress("admin", "/admin", LIST) + ingress("web", "/"), COEXIST)) == {}


def test_the_same_user_list_of_another_namespace_is_another_list() -> None:
    said = {"auth-type": "basic", "auth-secret": "users"}
    found = convert(ingress("admin", "/@admin", said) + ingress("web", "/", said, namespace="other"), COEXIST)
    assert "percent-encoded" in withheld(found)["admin"]


def test_a_route_of_somebody_elses_takes_it() -> None:
    found = convert(ingress("admin", "/@admin", LIST) + ROUTE.replace("PATH", "/"), COEXIST)
    assert "HTTPRoute app/theirs" in withheld(found)["admin"]


def test_who_sees_to_it_otherwise_may_say_so() -> None:
    text = ingress("admin", "/@admin", LIST) + ingress("web", "/")
    (note,) = (
        item.withheld
        for item in convert(text, COEXIST).result.changes
        if item.withheld is not None and item.ingress.ref.name == "admin"
    )
    assert f"{NGINX}allowlist-source-range under accept:" in note.todo
    accepting = replace(COEXIST, accept=(f"{NGINX}allowlist-source-range",))
    found = convert(text, accepting)
    assert withheld(found) == {}
    assert any(item["kind"] == "SecurityPolicy" for item in found.emitted)


@pytest.mark.parametrize("said", [LIST, UNKNOWN])
def test_what_is_converted_elsewhere_counts_as_far_as_the_facts_tell(said: Mapping[str, str]) -> None:
    admin, web = ingress("admin", "/@admin", said), ingress("web", "/")
    both = convert(admin + web, COEXIST)
    context, changes = both.context, both.result.changes
    kept = frozenset(ingress_key(item.ingress) for item in changes if item.withheld is not None)
    facts = msgspec.structs.replace(context.facts, hosts=with_verdicts(context.facts.hosts, frozenset(), kept))
    assert "admin" in withheld(convert(admin, replace(COEXIST, facts=facts)))
    assert "cannot be closed" in withheld(convert(web, replace(COEXIST, facts=facts)))["web"]


@pytest.mark.parametrize("other", ["/", "/shop"])
@pytest.mark.parametrize("said", [LIST, UNKNOWN])
def test_several_slashes_are_no_exact_root_at_the_gateway(said: Mapping[str, str], other: str) -> None:
    root = ingress("root", "/", said).replace("pathType: Prefix", "pathType: Exact")
    found = convert(root + ingress("web", other), COEXIST)

    taken = {name: why for name, why in withheld(found).items() if "as several slashes" in why}
    assert set(taken) == (set() if other != "/" else {"root", "web"} if said is LIST else {"web"})


def test_an_exact_root_that_is_open_or_alone_or_restricted_as_what_takes_its_slashes() -> None:
    def exact(said: Mapping[str, str] | None) -> str:
        return ingress("root", "/", said).replace("pathType: Prefix", "pathType: Exact")

    for text in (exact(None) + ingress("web", "/"), exact(LIST), exact(LIST) + ingress("web", "/", LIST)):
        assert withheld(convert(text, COEXIST)) == {}
