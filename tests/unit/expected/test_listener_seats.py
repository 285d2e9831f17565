"""Where hostnames are served when gatelift writes the listeners: owners, names, limits, and runs one after another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from gatelift.config.model import Listeners, Phase
from gatelift.config.target import Channel, GatewayAPI, TargetSpec
from gatelift.expected.facts import Facts, decode, encode
from gatelift.expected.prerequisites import check
from gatelift.findings import UsageError
from gatelift.gateway.naming import Naming
from support.conversion import Conversion, Setup, convert

SETS = Setup(phase=Phase.COEXIST, gateway="infra/shared", listeners=Listeners.LISTENERSET)
ONE = Setup(phase=Phase.COEXIST, gateway="infra/shared", listeners=Listeners.GATEWAY)
REFUSED = {
    "nginx.ingress.kubernetes.io/auth-type": "digest",
    "nginx.ingress.kubernetes.io/auth-secret": "users",
}


def ingress(
    name: str,
    hosts: Sequence[str],
    tls: Mapping[str, Sequence[str]] | None = None,
    namespace: str = "shop",
    annotations: Mapping[str, str] | None = None,
    path: str = "/",
) -> str:
    """One Ingress; ``tls``: Secret -> hosts."""
    backend = {"service": {"name": name, "port": {"number": 80}}}
    paths = [{"path": path, "pathType": "Prefix", "backend": backend}]
    metadata = {"name": name, "annotations": annotations or {}} | ({"namespace": namespace} if namespace else {})
    entries = [{"hosts": list(names), "secretName": secret} for secret, names in (tls or {}).items()]
    rules = [{"host": host, "http": {"paths": paths}} for host in hosts]
    spec = {"ingressClassName": "nginx", "tls": entries, "rules": rules}
    return json.dumps(
        {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}, indent=1
    )


def together(*texts: str) -> str:
    return "\n---\n".join(texts) + "\n"


def listeners(found: Conversion, kind: str = "ListenerSet") -> dict[str, dict[str, str]]:
    """``namespace/name`` -> listener -> hostname."""
    return {
        f"{item['metadata'].get('namespace', '')}/{item['metadata']['name']}": {
            each["name"]: each.get("hostname", "") for each in item["spec"]["listeners"]
        }
        for item in found.emitted
        if item["kind"] == kind
    }


def parents(found: Conversion, name: str) -> list[tuple[Any, ...]]:
    (route,) = [one for one in found.emitted if one["kind"] == "HTTPRoute" and one["metadata"]["name"] == name]
    fields = ("kind", "namespace", "name", "sectionName", "port")
    return [tuple(parent.get(field) for field in fields) for parent in route["spec"]["parentRefs"]]


def facts_of(found: Conversion) -> Facts:
    """What a run over everything would write down, through its own encoding."""
    facts = msgspec.structs.replace(found.context.facts, names=found.context.names)
    return decode(encode(facts))


@pytest.mark.parametrize("setup", [SETS, ONE], ids=["listenerset", "gateway"])
def test_by_position_a_host_that_is_patched_renames_no_listener(setup: Setup) -> None:
    by_position = replace(setup, naming=Naming.BY_POSITION)
    hosts = ["a.example.com", "b.example.com"], ["a.example.com", "z.example.org"]
    kind = "ListenerSet" if setup is SETS else "Gateway"
    before, after = (
        next(iter(listeners(convert(ingress("web", names, {"t": names}), by_position), kind).values()))
        for names in hosts
    )
    assert set(before) == set(after)
    assert before != after


def test_by_host_a_host_that_is_added_renames_no_listener() -> None:
    fewer, more = ["a.example.com", "c.example.com"], ["a.example.com", "b.example.com", "c.example.com"]
    before, after = (
        listeners(convert(ingress("web", names, {"t": names}), SETS))["shop/web"] for names in (fewer, more)
    )
    assert before.items() <= after.items()
    assert len(after) == 6


@pytest.mark.parametrize("naming", Naming)
def test_hosts_with_one_slug_have_listeners_of_their_own(naming: Naming) -> None:
    hosts = ["first.example.com", "a-b.example.com", "a.b.example.com", f"{'x' * 60}.{'y' * 60}.example.com"]
    found = convert(ingress("web", hosts, {"t": hosts}), replace(SETS, naming=naming))
    names = listeners(found)["shop/web"]
    assert sorted(names.values()) == sorted(hosts * 2)
    assert all(len(name) <= 63 for name in names)


def test_the_order_of_the_input_decides_nothing() -> None:
    texts = [
        ingress("web", ["h.example.com"], namespace="b", path="/b"),
        ingress("web", ["h.example.com"], {"t": ["h.example.com"]}, namespace="c", path="/c"),
        ingress("web", ["h.example.com"], {"u": ["h.example.com"]}, namespace="d", path="/d"),
    ]
    found = [listeners(convert(together(*order), SETS)) for order in (texts, texts[::-1])]
    assert found[0] == found[1]
    assert list(found[0]) == ["c/web"]


def test_one_application_alone_refers_to_the_owner_that_the_facts_name() -> None:
    owner = ingress("owner", ["h.example.com"], {"t": ["h.example.com"]}, namespace="web", path="/web")
    guest = ingress("guest", ["h.example.com"], namespace="api", path="/api")
    facts = facts_of(convert(together(owner, guest), SETS))
    alone = convert(guest, replace(SETS, facts=facts))
    assert listeners(alone) == {}
    # The names of listeners elsewhere are not known here, so the route says which port.
    assert parents(alone, "guest") == [("ListenerSet", "web", "owner", None, 443)]
    assert parents(alone, "guest-redirect") == [("ListenerSet", "web", "owner", None, 80)]
    # And the owner lets the guest in, though it is not there.
    let_in = convert(owner, replace(SETS, facts=facts))
    (item,) = [one for one in let_in.emitted if one["kind"] == "ListenerSet"]
    selector = item["spec"]["listeners"][0]["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"][0]
    assert selector["values"] == ["api", "web"]


def test_the_gateway_has_the_listeners_of_applications_that_only_the_facts_know() -> None:
    one = ingress("one", ["one.example.com"], {"t": ["one.example.com"]}, namespace="one")
    two = ingress("two", ["two.example.com"], {"t": ["two.example.com"]}, namespace="two")
    everything = convert(together(one, two), ONE)
    alone = convert(one, replace(ONE, facts=facts_of(everything)))
    assert listeners(alone, "Gateway") == listeners(everything, "Gateway")
    assert [item for item in alone.emitted if item["kind"] == "ReferenceGrant"] == [
        item
        for item in everything.emitted
        if item["metadata"].get("namespace") == "one" and item["kind"] == "ReferenceGrant"
    ]


@pytest.mark.parametrize("setup", [SETS, ONE], ids=["listenerset", "gateway"])
@pytest.mark.parametrize("phase", Phase)
def test_running_again_changes_nothing(setup: Setup, phase: Phase) -> None:
    text = together(
        ingress("web", ["h.example.com"], {"t": ["h.example.com"]}),
        ingress("api", ["h.example.com", "i.example.com"], namespace="api", path="/api"),
    )
    first = convert(text, replace(setup, phase=phase))
    again = convert(first.text, replace(setup, phase=phase))
    assert again.text == first.text


def test_a_listener_set_outlives_its_ingress_and_keeps_serving_others() -> None:
    owner = ingress("a-owner", ["h.example.com"], {"t": ["h.example.com"]}, path="/own")
    gone = convert(owner, replace(SETS, phase=Phase.RETIRE)).text
    later = convert(together(gone, ingress("web", ["h.example.com"])), SETS)
    assert listeners(later) == {}
    assert parents(later, "web") == [("ListenerSet", None, "a-owner", "https", None)]


def test_an_edited_gateway_is_not_overwritten() -> None:
    text = ingress("web", ["h.example.com"], {"t": ["h.example.com"]})
    edited = convert(text, ONE).text.replace("gatewayClassName: eg", "gatewayClassName: other")
    again = convert(edited, ONE)
    assert "gatewayClassName: other" in again.text
    assert listeners(again, "Gateway") == {}
    assert [item.code for item in again.result.findings] == ["listeners/gateway-is-there"]


def test_a_changed_ingress_replaces_the_gateway_of_an_earlier_run() -> None:
    first = convert(ingress("web", ["h.example.com"], {"t": ["h.example.com"]}), ONE).text
    changed = convert(first.replace("h.example.com", "i.example.com", 2), ONE)
    assert changed.text.count("kind: Gateway\nmetadata") == 1


def test_more_hosts_than_a_listener_set_takes_are_refused() -> None:
    hosts = [f"h{number}.example.com" for number in range(33)]
    found = convert(ingress("web", hosts, {"t": hosts}), SETS)
    assert found.emitted == []
    assert "66 listeners" in str(found.result.changes[0].withheld)


def test_hosts_of_many_aliases_are_split_with_their_listeners() -> None:
    aliases = [f"alias{number}.example.com" for number in range(20)]
    names = ["h.example.com", *aliases]
    annotations = {"nginx.ingress.kubernetes.io/server-alias": ", ".join(aliases)}
    found = convert(ingress("web", ["h.example.com"], {"t": names}, annotations=annotations), SETS)
    routes = {item["metadata"]["name"]: item["spec"] for item in found.emitted if item["kind"] == "HTTPRoute"}
    assert len(routes["web"]["parentRefs"]) == 16
    assert len(routes["web-part-2"]["parentRefs"]) == 5


def test_a_withheld_host_is_closed_on_the_https_listener_of_a_wildcard_above_it() -> None:
    text = together(
        ingress("wild", ["*.example.com"], {"t": ["*.example.com"]}),
        ingress("shut", ["a.b.example.com"], namespace="api", annotations=REFUSED),
    )
    found = convert(text, SETS)
    assert parents(found, "shut-closed") == [
        ("ListenerSet", None, "shut", "http", None),
        ("ListenerSet", "shop", "wild", "https", None),
    ]
    (wild,) = [one for one in found.emitted if one["kind"] == "ListenerSet" and one["metadata"]["name"] == "wild"]
    assert "api" in json.dumps(wild["spec"]["listeners"])


def test_a_route_of_a_wildcard_does_not_serve_the_hosts_under_it() -> None:
    text = together(
        ingress("wild", ["*.example.com"], {"t": ["*.example.com"]}),
        ingress("one", ["one.example.com"], {"u": ["one.example.com"]}, path="/only"),
    )
    for setup in (SETS, ONE):
        sections = {parent[3] for parent in parents(convert(text, setup), "wild")}
        assert len(sections) == 1
        assert not any("one" in str(section) for section in sections)


def test_a_gateway_needs_to_know_the_namespaces() -> None:
    found = convert(ingress("web", ["h.example.com"], {"t": ["h.example.com"]}, namespace=""), ONE)
    assert found.emitted == []
    assert "metadata.namespace" in str(found.result.changes[0].withheld)


def test_a_listener_set_without_a_namespace_stays_where_its_ingress_goes() -> None:
    found = convert(ingress("web", ["h.example.com"], {"t": ["h.example.com"]}, namespace=""), SETS)
    assert parents(found, "web") == [("ListenerSet", None, "web", "https", None)]
    assert all("namespace" not in item["metadata"] for item in found.emitted)


def test_one_listener_cannot_be_named_where_all_are_written() -> None:
    with pytest.raises(UsageError, match="names one listener"):
        convert(ingress("web", ["h.example.com"]), replace(ONE, gateway="infra/shared/https"))


def test_listener_sets_need_gateway_api_1_5() -> None:
    config = convert("", SETS).context.config
    older = TargetSpec(gateway_api=GatewayAPI.V1_4, channel=Channel.STANDARD)
    with pytest.raises(UsageError, match=r"1\.4,channel=standard has no ListenerSets"):
        check([], msgspec.structs.replace(config, target=older))


def test_what_refuses_retire_is_said_though_the_ingress_is_held_back() -> None:
    annotations = {"cert-manager.io/cluster-issuer": "letsencrypt"}
    text = ingress("web", ["h.example.com"], {"t": ["h.example.com"]}, annotations=annotations)
    (change,) = convert(text, replace(ONE, phase=Phase.RETIRE)).result.changes
    assert change.keep
    assert [entry.disposition for entry in change.entries if "cluster-issuer" in entry.pointer] == ["refused"]
