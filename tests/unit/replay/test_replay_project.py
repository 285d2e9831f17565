"""Projection: what Traefik does not know goes, by name, and nothing that is left means something else."""

from __future__ import annotations

from typing import Any

from gatelift.replay.project.whole import projected
from gatelift.traffic.model import Attribute
from support.judging import Manifest
from support.replaying import redirect, route, to

EG = "gateway.envoyproxy.io/v1alpha1"
HOST = "www.example.com"
ALL = {"namespaces": {"from": "All"}}


def _object(kind: str, name: str, spec: Manifest, version: str = EG, namespace: str = "shop") -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def _listener_set() -> Manifest:
    listeners = [
        {
            "name": "https",
            "port": 443,
            "protocol": "HTTPS",
            "hostname": HOST,
            "tls": {"certificateRefs": [{"name": "a"}]},
        },
        {"name": "raw", "port": 5432, "protocol": "TCP"},
    ]
    spec = {"parentRef": {"name": "shared", "namespace": "infra"}, "listeners": listeners}
    return _object("ListenerSet", "web", spec, "gateway.networking.k8s.io/v1")


def _gateway() -> Manifest:
    listeners = [{"name": "http", "port": 80, "protocol": "HTTP"}]
    spec = {"listeners": listeners, "allowedListeners": ALL}
    return _object("Gateway", "shared", spec, "gateway.networking.k8s.io/v1", "infra")


def _kind(objects: Any, kind: str) -> Any:
    return [item for item in objects if item["kind"] == kind]


def _filter(name: str) -> Manifest:
    return {"type": "ExtensionRef", "extensionRef": {"group": EG[:-9], "kind": "HTTPRouteFilter", "name": name}}


def _rules(objects: Any) -> Any:
    return _kind(objects, "HTTPRoute")[0]["spec"]["rules"]


def test_listeners_of_a_set_become_those_of_its_gateway() -> None:
    web = route("web", HOST, [to("/", "web")])
    web["spec"]["parentRefs"] = [{"kind": "ListenerSet", "name": "web", "sectionName": "https"}]
    made = projected([_gateway(), _listener_set(), web])
    (gateway,) = _kind(made.objects, "Gateway")
    own, merged = gateway["spec"]["listeners"]

    assert (own["name"], merged["name"], merged["hostname"]) == ("http", "shop-web-https", HOST)
    assert merged["tls"]["certificateRefs"] == [{"namespace": "shop", "name": "a"}]
    assert merged["allowedRoutes"]["namespaces"]["selector"] == {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}
    (grant,) = _kind(made.objects, "ReferenceGrant")
    assert (grant["metadata"]["namespace"], grant["spec"]["from"][0]["namespace"]) == ("shop", "infra")
    (ref,) = _kind(made.objects, "HTTPRoute")[0]["spec"]["parentRefs"]
    assert (ref["kind"], ref["namespace"], ref["name"], ref["sectionName"]) == (
        "Gateway", "infra", "shared", "shop-web-https",
    )  # fmt: skip
    assert not _kind(made.objects, "ListenerSet")
    assert made.listening.schemes(_kind(made.objects, "HTTPRoute")[0]) == ("https",)


def test_a_route_on_a_gateway_stays_off_the_listeners_of_its_sets() -> None:
    """T20: a parentRef to a Gateway does not cover its ListenerSets."""
    made = projected([_gateway(), _listener_set(), route("web", HOST, [to("/", "web")])])
    (ref,) = _kind(made.objects, "HTTPRoute")[0]["spec"]["parentRefs"]

    assert ref["sectionName"] == "http"


def test_a_route_that_names_no_listener_that_is_there_hangs_on_none() -> None:
    made = projected([_gateway(), route("web", HOST, [to("/", "web")], "https")])
    (listener,) = _kind(made.objects, "Gateway")[0]["spec"]["listeners"]
    (ref,) = _kind(made.objects, "HTTPRoute")[0]["spec"]["parentRefs"]

    assert ref["sectionName"] != listener["name"]


def test_a_missing_gateway_is_made_up_for_what_routes_name() -> None:
    sections = {
        "https": (route("web", HOST, [to("/", "web")], "secure"), route("more", HOST, [to("/a", "web")], "https-web")),
        "http": (
            route("to", HOST, [redirect(scheme="https")], "plain"),
            route("acme", HOST, [to("/b", "web")], "http-web"),
        ),
    }
    made = projected([each for items in sections.values() for each in items])
    listeners = _kind(made.objects, "Gateway")[0]["spec"]["listeners"]
    bound = {each["metadata"]["name"]: each["spec"]["parentRefs"] for each in _kind(made.objects, "HTTPRoute")}

    # Several of one port would be in conflict, for they have no hostnames.
    assert [(item["name"], item["protocol"]) for item in listeners] == [("http", "HTTP"), ("https", "HTTPS")]
    for name, items in sections.items():
        for each in items:
            assert [ref["sectionName"] for ref in bound[each["metadata"]["name"]]] == [name]
    assert "Gateway infra/shared is not among the manifests" in made.assumed[0]


def test_a_closed_place_stays_closed_and_only_its_answer_is_not_compared() -> None:
    closed = {**to("/admin", "web"), "filters": [_filter("closed")]}
    made = projected(
        [route("web", HOST, [closed]), _object("HTTPRouteFilter", "closed", {"directResponse": {"statusCode": 403}})]
    )
    lost = {item.attribute for item in made.not_replayed}

    assert "backendRefs" not in _rules(made.objects)[0]
    assert Attribute.STATUS in lost
    assert Attribute.BACKEND not in lost
    assert {(item.hosts, item.paths) for item in made.not_replayed} == {((HOST,), ("/admin",))}


def test_a_filter_that_is_not_there_leads_nowhere() -> None:
    made = projected([route("web", HOST, [{**to("/", "web"), "filters": [_filter("gone")]}])])

    assert _rules(made.objects)[0]["backendRefs"] == []


def test_a_regular_rewrite_leaves_only_the_path_out() -> None:
    rewrite = {"urlRewrite": {"path": {"type": "ReplaceRegexMatch"}}}
    rule = {**to("(?i)^/a.*$", "web", kind="RegularExpression"), "filters": [_filter("rewrite")]}
    made = projected([route("web", HOST, [rule]), _object("HTTPRouteFilter", "rewrite", rewrite)])

    assert [(item.attribute, item.paths) for item in made.not_replayed] == [(Attribute.PATH, ("~(?i)^/a.*$",))]
    assert _rules(made.objects)[0]["filters"] == []


def test_cookies_that_a_filter_asks_for_are_asked_for_in_the_header() -> None:
    matches = [{"cookies": [{"type": "Exact", "name": "canary", "value": "a.b"}]}]
    rule = {**to("/", "web"), "filters": [_filter("cookies")]}
    made = projected([route("web", HOST, [rule]), _object("HTTPRouteFilter", "cookies", {"matches": matches})])
    (match,) = _rules(made.objects)[0]["matches"]

    assert match["path"]["value"] == "/"
    assert match["headers"] == [
        {"name": "Cookie", "type": "RegularExpression", "value": r"(?:.*;\s*)?canary=a\.b(?:;.*)?"}
    ]


def test_policies_are_named_where_they_act() -> None:
    one = {**to("/a", "web"), "name": "one"}
    policy = {"targetRefs": [{"kind": "HTTPRoute", "name": "web", "sectionName": "one"}], "basicAuth": {}}
    limits = {"targetRefs": [{"kind": "HTTPRoute", "name": "web"}], "requestBuffer": {}}
    clients = {"targetRefs": [{"kind": "Gateway", "name": "shared", "namespace": "infra"}], "headers": {}}
    made = projected(
        [
            route("web", HOST, [one, to("/b", "web")]),
            _object("SecurityPolicy", "login", policy),
            _object("BackendTrafficPolicy", "limits", limits),
            _object("ClientTrafficPolicy", "clients", clients),
        ]
    )
    found = {(item.why, item.paths) for item in made.not_replayed if item.attribute is Attribute.STATUS}

    assert found == {
        ("basicAuth of SecurityPolicy shop/login", ("/a",)),
        ("requestBuffer of BackendTrafficPolicy shop/limits", ("/a",)),
        ("requestBuffer of BackendTrafficPolicy shop/limits", ("/b",)),
    }
    assert any(item.attribute is Attribute.HSTS and "shop/clients" in item.why for item in made.not_replayed)
    assert not _kind(made.objects, "SecurityPolicy")


def test_backends_are_the_services_that_they_stand_for() -> None:
    def backend(name: str, host: str) -> Manifest:
        return _object("Backend", name, {"endpoints": [{"fqdn": {"hostname": host, "port": 8443}}]})

    refs = [{"group": EG[:-9], "kind": "Backend", "name": name} for name in ("own", "far", "out", "named")]
    rule = {**to("/"), "backendRefs": refs}
    legacy = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "legacy", "namespace": "shop"},
              "spec": {"type": "ExternalName", "externalName": "legacy.example.net"}}  # fmt: skip
    made = projected(
        [
            route("web", HOST, [rule]), legacy, backend("own", "api.shop.svc.cluster.local"),
            backend("far", "api.other.svc"), backend("out", "elsewhere.example.org"),
            backend("named", "legacy.example.net"),
        ]
    )  # fmt: skip
    found = [
        (ref["name"], ref.get("namespace"), ref["port"], ref["kind"]) for ref in _rules(made.objects)[0]["backendRefs"]
    ]

    assert found == [
        ("api", None, 8443, "Service"), ("api", "other", 8443, "Service"), ("out", None, 8443, "Service"),
        ("legacy", None, 8443, "Service"),
    ]  # fmt: skip
    assert [item["metadata"]["namespace"] for item in _kind(made.objects, "ReferenceGrant")] == ["other"]


def test_other_routes_are_not_replayed_at_all() -> None:
    grpc = {**route("grpc", "grpc.example.com", []), "kind": "GRPCRoute"}
    made = projected([grpc])

    assert {item.attribute for item in made.not_replayed} == set(Attribute)
    assert {item.hosts for item in made.not_replayed} == {("grpc.example.com",)}
    assert not _kind(made.objects, "GRPCRoute")


def test_copies_and_protocols_of_backends_are_taken_out_and_said() -> None:
    rule = {**to("/", "web"), "filters": [{"type": "RequestMirror", "requestMirror": {}}]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
               "spec": {"ports": [{"port": 80, "appProtocol": "kubernetes.io/h2c"}]}}  # fmt: skip
    made = projected([_gateway(), route("web", HOST, [rule]), service])

    assert _rules(made.objects)[0]["filters"] == []
    assert _kind(made.objects, "Service")[0]["spec"]["ports"] == [{"port": 80}]
    assert made.assumed == ("copies of requests (RequestMirror) are not sent: shop/web",)


def _secret_elsewhere(namespace: str, *objects: Manifest) -> Any:
    tls = {"certificateRefs": [{"name": "a", "namespace": namespace}]}
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "tls": tls, "allowedRoutes": ALL}
    gateway = _object("Gateway", "shared", {"listeners": [listener]}, "gateway.networking.k8s.io/v1", "infra")
    return projected([gateway, *objects, route("web", HOST, [to("/", "web")], "https")])


def test_a_certificate_of_another_namespace_must_be_granted_there() -> None:
    spec = {"from": [{"kind": "Gateway", "namespace": "infra"}], "to": [{"kind": "Secret", "name": "a"}]}
    grant = _object("ReferenceGrant", "a", spec, "gateway.networking.k8s.io/v1beta1")

    assert not _secret_elsewhere("shop").listening.schemes(route("web", HOST, [], "https"))
    assert _secret_elsewhere("shop", grant).listening.schemes(route("web", HOST, [], "https")) == ("https",)


def test_a_grant_where_nothing_is_seen_is_taken_to_be_there() -> None:
    made = _secret_elsewhere("secrets")

    assert made.listening.schemes(route("web", HOST, [], "https")) == ("https",)
    assert any("a ReferenceGrant is taken to be there" in item for item in made.assumed)


def test_a_listener_without_a_certificate_serves_nothing() -> None:
    for tls, schemes in (({"mode": "Terminate"}, ()), ({"options": {"pre-shared": "a"}}, ("https",))):
        listener = {"name": "https", "port": 443, "protocol": "HTTPS", "tls": tls}
        gateway = _object("Gateway", "shared", {"listeners": [listener]}, "gateway.networking.k8s.io/v1", "infra")
        assert projected([gateway]).listening.schemes(route("web", HOST, [], "https")) == schemes


def test_a_gateway_that_takes_no_listener_sets_serves_none() -> None:
    web = route("web", HOST, [to("/", "web")])
    web["spec"]["parentRefs"] = [{"kind": "ListenerSet", "name": "web", "sectionName": "https"}]
    for said, schemes in ((None, ()), ("Same", ()), ("All", ("https",))):
        gateway = _gateway()
        gateway["spec"]["allowedListeners"] = {"namespaces": {"from": said}}
        made = projected([gateway, _listener_set(), web])
        assert made.listening.schemes(_kind(made.objects, "HTTPRoute")[0]) == schemes


def test_certificates_that_clients_are_asked_for_are_not_replayed() -> None:
    gateway = _gateway()
    gateway["spec"]["listeners"][0] |= {"hostname": HOST, "tls": {"frontendValidation": {}}}
    (one,) = {(item.why, item.hosts) for item in projected([gateway]).not_replayed}
    gateway["spec"]["tls"] = {"frontend": {"default": {}}}
    both = {(item.why, item.hosts) for item in projected([gateway]).not_replayed}

    assert one == ("frontendValidation of http of Gateway infra/shared", (HOST,))
    assert both == {one, ("tls.frontend of Gateway infra/shared", ())}


def test_it_is_said_which_gateways_and_ports_are_not_told_apart() -> None:
    gateway = _gateway()
    gateway["spec"]["listeners"].append({"name": "other", "port": 8080, "protocol": "HTTP"})
    away = route("away", HOST, [to("/", "web")])
    away["spec"]["parentRefs"][0]["name"] = "away"
    said = projected([gateway, route("web", HOST, [to("/", "web")]), away]).assumed

    assert "Gateways infra/away, infra/shared answer as one here" in "\n".join(said)
    assert "Gateway infra/shared listens for HTTP on several ports, and is not asked on 8080" in said
