"""How models become manifests: order, explicitness, identity."""

from __future__ import annotations

import json

import msgspec
import pytest

from crds.parts import META
from crds.samples import SAMPLES, http_route
from gatelift.manifests import envoy_gateway as eg
from gatelift.manifests import gateway_api as gw
from gatelift.manifests import shape
from gatelift.manifests.meta import Manifest, ObjectKey, ObjectMeta, to_manifest

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.KIND.kind))


@every_sample
def test_keys_come_in_the_conventional_order(sample: Manifest) -> None:
    assert list(to_manifest(sample)) == ["apiVersion", "kind", "metadata", "spec"]


@every_sample
def test_a_manifest_consists_of_plain_builtins(sample: Manifest) -> None:
    manifest = to_manifest(sample)
    assert json.loads(json.dumps(manifest)) == manifest


@every_sample
def test_a_manifest_says_everything_that_its_object_says(sample: Manifest) -> None:
    manifest = to_manifest(sample)
    body = {key: manifest[key] for key in ("metadata", "spec")}
    assert msgspec.convert(body, type(sample)) == sample


@every_sample
def test_an_object_is_known_by_group_kind_namespace_and_name(sample: Manifest) -> None:
    manifest = to_manifest(sample)
    assert manifest["apiVersion"] == sample.KIND.api_version
    assert sample.key == ObjectKey(sample.KIND.group, manifest["kind"], "shop", "web")
    assert str(sample.key) == f"{manifest['kind']} shop/web"


def test_a_key_without_a_namespace_shows_the_name_alone() -> None:
    assert str(ObjectKey(shape.GATEWAY_API, "HTTPRoute", "", "web")) == "HTTPRoute web"


def test_keys_are_ordered() -> None:
    keys = [ObjectKey("b", "A", "", "a"), ObjectKey("a", "B", "z", "a"), ObjectKey("a", "B", "a", "b")]
    assert sorted(keys) == keys[::-1]


def test_the_core_group_has_no_slash_in_its_api_version() -> None:
    assert shape.SERVICE.api_version == "v1"
    assert str(shape.HTTP_ROUTE) == "gateway.networking.k8s.io/v1 HTTPRoute"


def test_values_that_equal_the_servers_defaults_are_written() -> None:
    route = to_manifest(http_route())
    rule = route["spec"]["rules"][0]
    assert rule["matches"][0]["path"]["type"] == "PathPrefix"
    assert rule["backendRefs"][0] == {"group": "", "kind": "Service", "name": "api", "port": 8080, "weight": 90}
    assert route["spec"]["parentRefs"][0]["kind"] == "Gateway"


def test_explicit_false_zero_and_empty_text_are_written() -> None:
    rule = to_manifest(http_route())["spec"]["rules"][0]
    assert rule["backendRefs"][1]["weight"] == 0
    cors = next(one["cors"] for one in rule["filters"] if one["type"] == "CORS")
    assert cors["allowCredentials"] is False
    answer = eg.DirectResponse(body=eg.InlineBody(inline=""))
    assert msgspec.to_builtins(answer) == {"body": {"type": "Inline", "inline": ""}}


def test_what_is_not_given_is_not_written() -> None:
    rule = gw.HTTPRouteRule(matches=(gw.HTTPRouteMatch(path=gw.HTTPPathMatch(type="Exact", value="/")),))
    assert msgspec.to_builtins(rule).keys() == {"matches"}
    assert msgspec.to_builtins(ObjectMeta(name="web")) == {"name": "web"}


def test_an_empty_object_that_means_something_is_written() -> None:
    spec = eg.ClientTrafficPolicySpec(
        target_refs=(gw.target_of(shape.GATEWAY, "shared"),), proxy_protocol=eg.ProxyProtocol()
    )
    policy = eg.ClientTrafficPolicy(metadata=META, spec=spec)
    assert to_manifest(policy)["spec"]["proxyProtocol"] == {}


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (gw.HTTPPathMatch, {"value": "/"}),
        (gw.HTTPRouteRule, {}),
        (gw.HTTPBackendRef, {"group": "", "kind": "Service", "name": "a", "port": 80}),
        (gw.HTTPRequestRedirect, {"scheme": "https"}),
        (gw.HTTPCORS, {}),
        (eg.Retry, {}),
        (eg.BackendTLSSettings, {}),
        (eg.ExtAuth, {"http": eg.HTTPExtAuthService(backend_refs=())}),
        (eg.HeaderSelector, {"type": "Exact", "name": "X-A", "value": "b"}),
    ],
)
def test_a_field_that_the_server_would_default_cannot_be_left_out(
    model: type[msgspec.Struct], given: dict[str, object]
) -> None:
    with pytest.raises(TypeError, match="Missing required argument"):
        model(**given)


def test_a_variant_is_written_with_its_type_first() -> None:
    balancer = eg.ConsistentHash(consistent_hash=eg.SourceIPHash(table_size=eg.TABLE_SIZE))
    expected = {"type": "ConsistentHash", "consistentHash": {"type": "SourceIP", "tableSize": 65537}}
    assert msgspec.to_builtins(balancer) == expected
    assert list(msgspec.to_builtins(balancer)) == ["type", "consistentHash"]


def test_a_part_cannot_be_changed_once_it_is_made() -> None:
    with pytest.raises(AttributeError):
        META.name = "other"  # type: ignore[misc]  # it is frozen, which is the point
