"""Which namespaces a listener is taken to choose, where manifests of namespaces may be missing."""

from __future__ import annotations

from typing import Any

from gatelift.traffic.gateway.selectors import by_name


def _namespace(name: str, **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def _chosen(selector: dict[str, Any], *known: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    allowed = {"namespaces": {"from": "Selector", "selector": selector}}
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "allowedRoutes": allowed}
    gateway = {"kind": "Gateway", "metadata": {"name": "g", "namespace": "infra"}, "spec": {"listeners": [listener]}}
    routes = [{"kind": "HTTPRoute", "metadata": {"name": "r", "namespace": name}} for name in ("infra", "shop", "team")]
    (made,), assumed = by_name([gateway], [gateway, *routes, *known])
    (said,) = made["spec"]["listeners"]  # type: ignore[index]  # a manifest is not typed any deeper
    (expression,) = said["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
    assert (expression["key"], expression["operator"]) == ("kubernetes.io/metadata.name", "In")
    return expression["values"], assumed


def test_labels_of_a_manifest_count_and_others_are_taken_to_be_there() -> None:
    found, assumed = _chosen(
        {"matchLabels": {"a": "1"}}, _namespace("shop", a="2"), _namespace("infra", a="1"), _namespace("bare", a="1")
    )

    assert found == ["infra", "team"]
    assert assumed == (
        "listener https of Gateway infra/g chooses namespaces by labels; without a manifest of theirs these are taken "
        "to be chosen: team",
    )


def test_every_operator_is_read() -> None:
    known = [_namespace("shop", a="1"), _namespace("team"), _namespace("infra", b="x")]

    def chosen(operator: str, *values: str) -> list[str]:
        expression = {"key": "a", "operator": operator, "values": list(values)}
        return _chosen({"matchExpressions": [expression]}, *known)[0]

    assert chosen("In", "1", "2") == ["shop"]
    assert chosen("NotIn", "1") == ["infra", "team"]
    assert chosen("Exists") == ["shop"]
    assert chosen("DoesNotExist") == ["infra", "team"]
    assert chosen("Somehow") == ["-"]
