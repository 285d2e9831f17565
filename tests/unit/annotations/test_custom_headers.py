"""Which ConfigMap ``custom-headers`` means, where manifests name no namespace."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from gatelift.annotations.nginx.custom_headers import unit
from gatelift.annotations.unit import Refused, Result, Translated, case_context
from gatelift.ingress.model import IngressRef
from gatelift.intent.headers import ResponseHeaders


def read(value: str, namespace: str, maps: Mapping[str, Mapping[str, str]]) -> Result:
    example = replace(unit.cases[0], config_maps=maps, controller={"global-allowed-response-headers": "X-A"})
    context = case_context(unit, example)
    return unit.read(value, replace(context, ingress=replace(context.ingress, ref=IngressRef(namespace, "web"))))


@pytest.mark.parametrize(
    ("namespace", "maps", "value"),
    [
        ("", {"headers": {"X-A": "bare"}}, "bare"),
        ("", {"headers": {"X-A": "bare"}, "shop/headers": {"X-A": "full"}}, "full"),
        ("shop", {"headers": {"X-A": "bare"}, "shop/headers": {"X-A": "full"}}, "full"),
        ("shop", {"headers": {"X-A": "bare"}}, None),
        ("", {"other/headers": {"X-A": "other"}}, None),
    ],
)
def test_a_map_without_a_namespace_stands_beside_an_ingress_without_one(
    namespace: str, maps: Mapping[str, Mapping[str, str]], value: str | None
) -> None:
    result = read("shop/headers", namespace, maps)
    if value is None:
        assert isinstance(result, Refused)
        assert "not among the manifests" in result.why
        return
    assert isinstance(result, Translated)
    (intent,) = result.intents
    assert isinstance(intent, ResponseHeaders)
    assert [header.value for header in intent.set] == [value]
