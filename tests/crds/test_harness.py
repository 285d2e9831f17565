"""The judge is judged: valid objects pass, and each sort of violation is found."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from crds import catalog, cel
from crds.catalog import Profile
from crds.cel import BY_HAND, ShapeCache
from crds.harness import defaults_change_nothing, validate

pytestmark = pytest.mark.crds

Object = dict[str, Any]
RECIPES: list[Object] = list(yaml.safe_load_all(Path(__file__).with_name("recipes.yaml").read_text()))
ROUTE, CANARY, REWRITE, TRAFFIC, SECURITY, BACKEND, LISTENERS, TLS = RECIPES
NEWEST = Profile("v1.6.1-standard", "v1.9.0")
PROFILES = (Profile(), Profile("v1.5.1-experimental"), NEWEST)


def test_recipes_cover_the_kinds_they_are_unpacked_to() -> None:
    assert [one["kind"] for one in (ROUTE, CANARY, TRAFFIC, TLS)] == [
        "HTTPRoute",
        "HTTPRoute",
        "BackendTrafficPolicy",
        "TLSRoute",
    ]


@pytest.mark.parametrize("profile", PROFILES, ids=str)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_a_valid_object_passes(recipe: Object, profile: Profile) -> None:
    assert validate(recipe, profile) == []


def change(recipe: Object, pointer: str, value: Any) -> Object:
    """A copy of ``recipe`` with ``value`` at ``pointer``; None takes away what is there."""
    result = copy.deepcopy(recipe)
    *parents, last = [int(token) if token.isdigit() else token for token in pointer.strip("/").split("/")]
    here: Any = result
    for token in parents:
        here = here[token]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return result


REDIRECT = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https"}}
PREFIX = {
    "type": "URLRewrite",
    "urlRewrite": {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}},
}
HEADERS = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
TWICE = {"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": HEADERS[:1]}}
PARENTS = [{"name": "shared", "sectionName": "a"}, {"name": "shared"}]
API = "/spec/rules/1"

VIOLATIONS: dict[str, tuple[Object, str, Any]] = {
    "an unknown field": (CANARY, "/spec/tls", {}),
    "an unknown field deep inside": (CANARY, f"{API}/backendRefs/0/wieght", 1),
    "an unknown field where only an empty object fits": (
        TRAFFIC,
        "/spec/compressor",
        [{"type": "Gzip", "gzip": {"level": 9}}],
    ),
    "an experimental field": (CANARY, f"{API}/retry", {"attempts": 2}),
    "a missing field": (TRAFFIC, "/spec/targetRefs/0/kind", None),
    "a wrong type": (CANARY, f"{API}/backendRefs/0/port", "8080"),
    "a null": (CANARY, f"{API}/backendRefs/0/port", [None]),
    "a value outside an enumeration": (CANARY, f"{API}/matches/0/path/type", "Prefix"),
    "a hostname with an underscore": (CANARY, "/spec/hostnames/0", "a_b.example.com"),
    "a hostname with a final newline": (CANARY, "/spec/hostnames/0", "example.com\n"),
    "a duration in days": (CANARY, f"{API}/timeouts/request", "2d"),
    "a duration with six digits": (CANARY, f"{API}/timeouts/request", "172800s"),
    "a port beyond the last": (CANARY, f"{API}/backendRefs/0/port", 65536),
    "too long a name": (CANARY, f"{API}/backendRefs/0/name", "a" * 254),
    "too many items": (CANARY, "/spec/hostnames", [f"h{n}.example.com" for n in range(17)]),
    "too few items": (CANARY, "/spec/rules", []),
    "an amount that is no quantity": (TRAFFIC, "/spec/requestBuffer/limit", "8MB"),
    "an integer that does not fit": (TRAFFIC, "/spec/retry/numRetries", 2**31),
    "a repeated key of a list map": (CANARY, f"{API}/filters/1/responseHeaderModifier/set", HEADERS),
    "a repeated item of a set": (CANARY, f"{API}/filters/1/responseHeaderModifier/remove", ["A", "A"]),
    "a CEL rule about two fields": (CANARY, f"{API}/filters/0", REDIRECT),
    "a CEL rule about a list": (CANARY, f"{API}/filters", [TWICE, TWICE]),
    "a CEL rule about a list's length": (CANARY, f"{API}/filters", [PREFIX]),
    "a CEL rule about a text": (CANARY, f"{API}/matches/0/path", {"type": "Exact", "value": "/a//b"}),
    "a CEL rule about durations": (CANARY, f"{API}/timeouts", {"request": "1s", "backendRequest": "1001ms"}),
    "a CEL rule about a reserved word": (CANARY, "/spec/parentRefs", PARENTS),
    "a CEL rule about defaults": (CANARY, f"{API}/backendRefs/0/port", None),
    "a CEL rule that fails to evaluate": (SECURITY, "/spec/extAuth", {"http": {}}),
    "a CEL rule that calls a library": (TLS, "/spec/hostnames/0", "10.0.0.1"),
    "a CEL rule about a scalar": (TRAFFIC, "/spec/mergeType", "Replace"),
    "a CEL rule with a literal map": (BACKEND, "/spec/tls/maxVersion", "1.0"),
    "a rule judged by hand": (LISTENERS, "/spec/listeners", LISTENERS["spec"]["listeners"] * 2),
    "a name that is no subdomain": (CANARY, "/metadata/name", "App"),
    "a namespace that is no label": (CANARY, "/metadata/namespace", "a.b"),
    "a label key with two slashes": (CANARY, "/metadata/labels", {"a/b/c": "d"}),
    "a label value with a space": (CANARY, "/metadata/labels", {"a": "b c"}),
    "an annotation key with a space": (CANARY, "/metadata/annotations", {"a b": ""}),
    "too much annotation": (CANARY, "/metadata/annotations", {"a": "b" * 262144}),
    "a field of metadata that the server writes": (CANARY, "/metadata/generation", 1),
}


@pytest.mark.parametrize(("recipe", "pointer", "value"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_violation_is_found(recipe: Object, pointer: str, value: Any) -> None:
    assert validate(change(recipe, pointer, value)) != []


def test_every_match_of_a_route_is_counted() -> None:
    """The rule adds up the matches of sixteen rules."""
    match = CANARY["spec"]["rules"][1]["matches"][0]
    full = {"matches": [match] * 64, "backendRefs": [{"name": "api", "port": 80}]}
    assert validate(change(CANARY, "/spec/rules", [full, full])) == []
    assert validate(change(CANARY, "/spec/rules", [full, full, CANARY["spec"]["rules"][1]])) != []


def test_a_kind_that_the_profile_does_not_serve_is_an_error() -> None:
    with pytest.raises(KeyError, match="not served"):
        validate(LISTENERS, Profile("v1.3.0-standard"))
    with pytest.raises(KeyError, match="not served"):
        validate(TLS | {"apiVersion": "gateway.networking.k8s.io/v1alpha2"})


@pytest.mark.parametrize("recipe", [ROUTE, CANARY, TRAFFIC, SECURITY, BACKEND], ids=lambda one: str(one["kind"]))
def test_an_object_that_leaves_fields_to_defaults_is_told_apart(recipe: Object) -> None:
    assert not defaults_change_nothing(recipe)


def test_an_explicit_object_stays_as_it_is() -> None:
    assert defaults_change_nothing(REWRITE)
    explicit = change(BACKEND, "/spec/type", "Endpoints")
    assert defaults_change_nothing(explicit)
    assert not defaults_change_nothing(BACKEND)


def test_objects_of_one_shape_cost_one_evaluation(shapes: ShapeCache) -> None:
    assert validate(CANARY, shapes=shapes) == []
    first = shapes.evaluations
    for number in range(50):
        assert validate(change(CANARY, "/spec/hostnames", [f"h{number}.example.com"]), shapes=shapes) == []
    assert shapes.evaluations == first
    assert shapes.hits > 50


def test_the_cache_keeps_apart_what_a_rule_can_tell_apart(shapes: ShapeCache) -> None:
    good = change(CANARY, f"{API}/matches/0/path", {"type": "Exact", "value": "/a/b"})
    bad = change(CANARY, f"{API}/matches/0/path", {"type": "Exact", "value": "/a/./b"})
    assert validate(good, shapes=shapes) == []
    assert validate(bad, shapes=shapes) != []
    assert validate(good, shapes=shapes) == []


def test_a_rule_judged_by_hand_is_counted(shapes: ShapeCache) -> None:
    assert validate(LISTENERS, shapes=shapes) == []
    # That listeners are distinct, and what the mode of their TLS asks for.
    assert [*shapes.by_hand.values()] == [1, 1]


def every_rule() -> Iterator[str]:
    for file in sorted(catalog.folder().glob("*.json")):
        for definition in catalog.definitions(file.name):
            for version in definition["spec"]["versions"]:
                yield from _rules_below(version["schema"]["openAPIV3Schema"])


def _rules_below(schema: catalog.Schema) -> Iterator[str]:
    yield from (rule["rule"] for rule in schema.get("x-kubernetes-validations", []))
    for below in [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(below, dict):
            yield from _rules_below(below)


def test_every_rule_of_every_release_compiles() -> None:
    for rule in set(every_rule()):
        cel.program(rule)


def _by_hand(part: str) -> str:
    return next(rule for rule in BY_HAND if part in rule)


def test_what_is_judged_by_hand_still_exists() -> None:
    assert set(every_rule()) >= set(BY_HAND) | cel.TRANSITIONS


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (_by_hand("l1.name"), [{"name": "a"}, {}]),
        (
            _by_hand("l1.port"),
            [{"name": "a"}, {"name": "b", "port": 1, "protocol": "TCP"}],
        ),
        (_by_hand("dns1123Label"), "a"),
    ],
    ids=["names", "ports", "labels"],
)
def test_what_is_judged_by_hand_still_defeats_the_evaluator(
    rule: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that the evaluator has learnt in the meantime must go."""
    assert BY_HAND[rule][1](value)
    monkeypatch.delitem(BY_HAND, rule)
    try:
        verdict = ShapeCache().verdict(rule, {}, value)
    except cel.Unsupported:
        return
    assert verdict is not None, "cel-python accepts this now"


def test_a_failure_of_the_evaluator_is_no_verdict() -> None:
    with pytest.raises(cel.Unsupported):
        ShapeCache().verdict("self.unheardOf()", {}, "a")
    with pytest.raises(cel.Unsupported):
        ShapeCache().verdict("self + 1 == 2", {}, "a")


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("namespace", "__namespace__"),
        ("a-b", "a__dash__b"),
        ("a.b/c", "a__dot__b__slash__c"),
        ("a__b", "a__underscores__b"),
    ],
)
def test_names_are_escaped_as_in_kubernetes(name: str, inside: str) -> None:
    assert cel.escaped(name) == inside
