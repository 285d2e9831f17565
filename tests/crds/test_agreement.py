"""Do the rules written by hand and the CRDs agree about documents drawn at random?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import inspect

from crds.catalog import Schema
from crds.generate import NASTY_NUMBERS, NASTY_TEXTS, NUMBERS, TEXTS, documents, mutants
from crds.harness import defaults_change_nothing, structure_violations, validate
from crds.samples import SAMPLES
from crds.structural import strict, violations
from crds.test_models import KINDS, Field, by_kind, fields_of, variants
from gatelift.config.target import Channel, EnvoyGateway, GatewayAPI, TargetSpec
from gatelift.manifests.availability import lacking
from gatelift.manifests.defaults import filled
from gatelift.manifests.gateway_api import HTTPRoute
from gatelift.manifests.meta import InvalidObject, Manifest, checked, to_manifest
from gatelift.manifests.shape import EMITTED

pytestmark = pytest.mark.crds

Judge = Callable[[dict[str, Any], type[Manifest]], str]

STRICTER = (
    r"missing required field",  # the API server would default it, or do nothing useful without it
    r"(/matches|/rules|/backendRefs|/targetRefs|/headers|/queryParams): Expected `array` of length >= 1",
    r"/(set|add|remove|headers): '.*' occurs \d+ times",  # header names that differ in case only
    r"/rules: '.*' occurs \d+ times",  # rule names; the CRDs demand it from 1.6 on
    r"is no CIDR",  # the patterns of the CRDs are not anchored
    r"/(mergeType|routingType): (Invalid enum value|Expected `str`)",  # the CRDs do not list the values
    r"/redirect/port: Expected `int` (>=|<=)",  # the CRD takes any 32 bits
    r"/(protocol|operator): (Invalid enum value|Expected `str`)",  # the CRDs do not list the values
    r"/(statusCode|value|start|end): Expected `int` (>=|<=)",  # and any number for a status
    r"/limit: Expected `str`, got `int`",  # a quantity may be a number, one form is enough
)
"""What is refused though the CRDs of the default profile accept it, and why."""


def our_problems(document: dict[str, Any], kind: type[Manifest]) -> tuple[Manifest | None, list[str]]:
    body = {key: value for key, value in document.items() if key not in ("apiVersion", "kind")}
    try:
        return checked(msgspec.convert(body, kind)), []
    except InvalidObject as error:
        return None, error.problems
    except msgspec.ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$")
        return None, [f"{path.rstrip('`').replace('.', '/')}: {sentence}"]


def several_prefixes_behind(document: dict[str, Any]) -> bool:
    """The CEL rules say ``exists_one``, and so do not see two backends that replace the prefix."""
    for rule in document["spec"]["rules"]:
        filters = [str(one.get("filters")) for one in rule.get("backendRefs", [])]
        if sum("ReplacePrefixMatch" in text for text in filters) > 1:
            return True
    return False


def deliberate(problem: str, document: dict[str, Any]) -> bool:
    if "because a filter replaces the prefix" in problem:
        return several_prefixes_behind(document)
    return any(re.search(pattern, problem) for pattern in STRICTER)


def leaves_out_the_young(manifest: dict[str, Any]) -> bool:
    """Whether all that is left out is something that an older release does not know."""
    complete = filled(manifest)
    kind = KIND_OF[manifest["kind"]]
    young = {pointer for pointer, _ in lacking(kind, complete, OLDEST)}
    return bool(young - {pointer for pointer, _ in lacking(kind, manifest, OLDEST)})


OLDEST = TargetSpec(gateway_api=GatewayAPI.V1_2, channel=Channel.STANDARD, envoy_gateway=EnvoyGateway.V1_3)
KIND_OF = {kind.kind: kind for kind in EMITTED}


def compare(document: dict[str, Any], kind: type[Manifest]) -> str:
    """Checks that both sides agree about one document; tells which verdict it got."""
    obj, problems = our_problems(document, kind)
    if obj is not None:
        manifest = to_manifest(obj)
        assert validate(manifest) == []
        assert defaults_change_nothing(manifest) or leaves_out_the_young(manifest)
        return "accepted"
    if not validate(document):
        assert [problem for problem in problems if not deliberate(problem, document)] == []
        return "stricter"
    return "refused"


def never_laxer(document: dict[str, Any], kind: type[Manifest]) -> str:
    """The same without CEL, which can tell that an object is broken, and not that it is whole."""
    obj, _ = our_problems(document, kind)
    if obj is None:
        return "refused"
    assert structure_violations(to_manifest(obj)) == []
    return "accepted"


def verdicts_on(
    drawn: st.SearchStrategy[Any], kind: type[Manifest], examples: int, judge: Judge = compare
) -> Counter[str]:
    verdicts: Counter[str] = Counter()

    # Derandomized, a failure is found again as it was; shrinking it would cost many evaluations.
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def each(document: dict[str, Any]) -> None:
        verdicts[judge(document, kind)] += 1

    each()
    return verdicts


@by_kind
def test_objects_at_random_are_accepted_if_and_only_if_the_api_server_accepts_them(kind: type[Manifest]) -> None:
    verdicts = verdicts_on(mutants(documents(kind), 1), kind, 60)
    assert verdicts["accepted"] + verdicts["refused"] > verdicts["stricter"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.KIND.kind))
def test_objects_with_one_fault_are_accepted_if_and_only_if_the_api_server_accepts_them(sample: Manifest) -> None:
    verdicts = verdicts_on(mutants(st.just(to_manifest(sample)), 1), type(sample), 120)
    assert verdicts["accepted"] >= 10
    assert verdicts["refused"] >= 20


def test_routes_at_random_pass_often_enough_to_tell() -> None:
    verdicts = verdicts_on(documents(HTTPRoute), HTTPRoute, 200)
    assert verdicts["accepted"] >= 50
    assert verdicts["refused"] >= 50


@by_kind
def test_no_object_passes_that_the_schema_refuses(kind: type[Manifest]) -> None:
    verdicts = verdicts_on(mutants(documents(kind), 3), kind, 150, never_laxer)
    assert verdicts["refused"] >= 10


_OVERRIDE = "BackendTrafficPolicy/spec/responseOverride/*"
NARROWER = {
    f"{_OVERRIDE}/redirect/port",
    f"{_OVERRIDE}/match/statusCodes/*/value",
    f"{_OVERRIDE}/match/statusCodes/*/range/start",
    f"{_OVERRIDE}/match/statusCodes/*/range/end",
    f"{_OVERRIDE}/response/statusCode",
    "HTTPRouteFilter/spec/directResponse/statusCode",
}
"""Ports and statuses for which the CRDs take any number."""
JUDGED_BY_RULES = {"clientCIDRs", "trustedCIDRs"}
"""Their constraints are not in the type of the field."""


def scalar_fields() -> list[Field]:
    """Fields without models below, one for each pair of type and schema."""
    seen: dict[tuple[str, str], Field] = {}
    for kind in KINDS:
        for one in fields_of(kind):
            if one.field.encode_name not in JUDGED_BY_RULES and not _holds_models(one.field.type):
                seen.setdefault((str(one.declared), str(one.schema)), one)
    return list(seen.values())


def _holds_models(info: inspect.Type) -> bool:
    return any(
        isinstance(one, inspect.StructType) or (isinstance(one, inspect.VarTupleType) and _holds_models(one.item_type))
        for one in variants(info)
    )


def candidates(schema: Schema) -> list[Any]:
    match schema.get("type"):
        case "integer":
            return [*NUMBERS, *NASTY_NUMBERS, 1.5, "1", None, True]
        case "boolean":
            return [True, False, 0, "true", None]
        case "array":
            items = candidates(schema["items"])
            return [[], *([item] for item in items), *([items[0]] * count for count in (2, 9, 10, 16, 17, 64, 65)), {}]
        case "object":
            return [{}, {"a": "b"}, {"a": 1}, {"a": "x" * 4097}, {str(n): "" for n in range(17)}, []]
        case _:
            return [*TEXTS, *NASTY_TEXTS, 1, None, [], *schema.get("enum", [])]


def test_every_scalar_takes_exactly_what_the_crd_takes() -> None:
    disagreements = [
        f"{one.path}: {value!r:.80} is {'taken' if ours else 'refused'}"
        for one in scalar_fields()
        for value in candidates(one.schema)
        for ours, theirs in [(_takes(one.declared, value), not violations(strict(one.schema, root=False), value))]
        if ours != theirs and not _narrower(one, value, ours=ours)
    ]
    assert disagreements == []


def _takes(declared: Any, value: Any) -> bool:
    try:
        msgspec.convert(value, declared)
    except msgspec.ValidationError:
        return False
    return True


def _narrower(one: Field, value: Any, *, ours: bool) -> bool:
    """Where the model says less than the CRD could, on purpose."""
    if one.path in NARROWER:
        return not ours
    choice = any(isinstance(variant, inspect.LiteralType) for variant in variants(one.field.type))
    quantity = one.field.encode_name == "limit" and isinstance(value, int)
    return not ours and (choice or quantity)
