"""A wrapped chart renders what expected() asks for, or stops in words that say what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from wrapping import PREFIX, Wrapped, asking, ingress, message, objects_of, rendering, service, values

from gatelift.config.model import Phase
from gatelift.proof.hosts import by_host
from gatelift.proof.names import names
from gatelift.sources.helm.offer import Manifest

TWO = {"a.example.com": [("/", "Prefix"), ("/api/", "Prefix")], "b.example.com": [("/", "ImplementationSpecific")]}
TLS = [{"hosts": ["a.example.com", "b.example.com"], "secretName": "s"}]


def _equal(made: Wrapped, item: Manifest, services: Sequence[Manifest] = (), **given: Any) -> None:
    with rendering(made) as render:
        found = render({**values([item], services), **given})
    assert not found.findings
    (change,) = made.ask([item, *services])
    assert change.emitted
    kept = [item] if change.keep else []
    assert by_host([*kept, *services, *change.emitted], objects_of(found)) is None


def _said(made: Wrapped, *items: Manifest, services: Sequence[Manifest] = (), **given: Any) -> str:
    with rendering(made) as render:
        found = render({**values(items, services), **given})
    said = message(found)
    assert said, found.findings
    return said


def test_two_hosts_with_tls_and_a_timeout_become_what_is_expected() -> None:
    seen = ingress({f"{PREFIX}proxy-read-timeout": "120", "example.com/x": "y"}, TWO, TLS)
    _equal(Wrapped([seen]), seen)


def test_other_hosts_paths_and_services_than_those_seen_are_known() -> None:
    made = Wrapped([ingress({f"{PREFIX}whitelist-source-range": "10.0.0.0/8"}, TWO, TLS)])
    hosts = {"*.other.test": [("/x/", "Exact"), ("/x", "Prefix")], "www.other.test": [("/y", "Prefix")]}
    tls = [{"hosts": ["*.other.test"], "secretName": "other"}]
    _equal(made, ingress({f"{PREFIX}whitelist-source-range": "10.0.0.0/8"}, hosts, tls, name="other"))


def test_an_annotation_that_was_not_seen_stops_the_render_and_its_value_is_not_repeated() -> None:
    said = _said(Wrapped([ingress()]), ingress({f"{PREFIX}auth-url": "https://user:hunter2@auth.example.com"}))
    assert f"{PREFIX}auth-url" in said
    assert "hunter2" not in said


def test_another_value_of_an_annotation_stops_the_render() -> None:
    made = Wrapped([ingress({f"{PREFIX}whitelist-source-range": "10.0.0.0/8"})])
    said = _said(made, ingress({f"{PREFIX}whitelist-source-range": "10.0.0.0/9"}))
    assert "/9" not in said


def test_less_than_was_seen_stops_the_render_too() -> None:
    seen = {f"{PREFIX}whitelist-source-range": "10.0.0.0/8", f"{PREFIX}proxy-read-timeout": "120"}
    assert _said(Wrapped([ingress(seen)]), ingress({f"{PREFIX}proxy-read-timeout": "120"}))


def test_annotations_that_other_programs_read_may_say_anything() -> None:
    seen = {"example.com/x": "y", "cert-manager.io/cluster-issuer": "le"}
    made = Wrapped([ingress(seen)])
    _equal(made, ingress({"example.com/x": '{{ .Values }} {:host:} "quoted"\n'}))
    _equal(made, ingress())
    assert _said(made, ingress({"example.com/other": "y"}))


def test_a_secret_that_may_hold_the_certificate_of_a_host_stops_the_render() -> None:
    made = Wrapped([ingress({}, TWO, TLS)])
    assert "T19" in _said(made, ingress({}, TWO, [{"hosts": ["a.example.com"], "secretName": "s"}]))
    assert _said(made, ingress({}, {"a.example.com": [("/", "Prefix")]}, [{"secretName": "s"}]))


def test_paths_that_proxies_read_in_their_own_way_stop_the_render() -> None:
    made = Wrapped([ingress()])
    for path in ("/a//b", "/a/../b", "/%41", "/@a", "a", "/.well-known/acme-challenge", "/(a|b)", "/a b", "/{:host:}"):
        assert _said(made, ingress({}, {"a.example.com": [(path, "Prefix")]})), path


def test_two_paths_that_nginx_cannot_tell_apart_stop_the_render() -> None:
    made = Wrapped([ingress()])
    for pair in ([("/a", "Prefix"), ("/a/", "Prefix")], [("/a", "Prefix"), ("/a", "ImplementationSpecific")]):
        assert "twice" in _said(made, ingress({}, {"a.example.com": pair}))
    _equal(made, ingress({}, {"a.example.com": [("/a", "Exact"), ("/a/", "Prefix")]}))


def test_regular_paths_are_known_as_they_were_seen_and_no_others() -> None:
    annotations = {f"{PREFIX}rewrite-target": "/$2"}
    made = Wrapped([ingress(annotations, {"a.example.com": [("/x(/|$)(.*)", "ImplementationSpecific")]})])
    _equal(made, ingress(annotations, {"other.test": [("/x(/|$)(.*)", "ImplementationSpecific")]}))
    assert _said(made, ingress(annotations, {"a.example.com": [("/y(/|$)(.*)", "ImplementationSpecific")]}))
    both = [("/x(/|$)(.*)", "ImplementationSpecific"), ("/y(/|$)(.*)", "ImplementationSpecific")]
    assert _said(made, ingress(annotations, {"a.example.com": both}))


def test_the_path_of_a_cookie_follows_the_paths_of_the_ingress() -> None:
    annotations = {f"{PREFIX}affinity": "cookie"}
    made = Wrapped([ingress(annotations)])
    _equal(made, ingress(annotations, {"a.example.com": [("/shop", "Prefix")]}))
    _equal(made, ingress(annotations, {"a.example.com": [("/shop", "Prefix")], "b.test": [("/cart", "Prefix")]}))


def test_policies_that_only_hosts_with_a_certificate_need_stop_the_render() -> None:
    """expected() knows of none today; were there one, its policy would name the routes of all hosts."""
    annotations, bare = {f"{PREFIX}affinity": "cookie"}, [{"hosts": ["a.example.com"]}]
    seen = [ingress(annotations, {host: [("/", "Prefix")]}, bare) for host in ("a.example.com", "b.example.com")]
    made = Wrapped(seen)
    both = ingress(annotations, {host: [("/", "Prefix")] for host in ("a.example.com", "b.example.com")}, bare)
    _equal(made, both)
    path = "charts/shop/templates/_gatelift.tpl"
    head, tables, tail = re.split(r"(?<=-}}\n)(?=\{\n)|(?<=\n})(?=\n)", made.new.read(path).decode(), maxsplit=2)
    data = json.loads(tables)
    variants = data["sets"][-1]["variants"]
    kept = {key: value for key, value in data["variants"][variants["name/unlisted-bare"]].items() if key != "objects"}
    variants["name/unlisted-bare"] = len(data["variants"])
    data["variants"].append({key: value for key, value in kept.items() if key != "single"})
    made.new = made.new.changed({path: f"{head}{json.dumps(data)}{tail}".replace('{{"', '{ {"').encode()})
    assert "named under tls" in _said(made, both)


def test_an_alias_is_not_shared_by_hosts() -> None:
    annotations = {f"{PREFIX}server-alias": "alias.example.com"}
    made = Wrapped([ingress(annotations)])
    _equal(made, ingress(annotations))
    assert _said(made, ingress(annotations, TWO))


def test_backends_that_need_an_object_each_have_one() -> None:
    annotations = {f"{PREFIX}backend-protocol": "HTTPS"}
    seen = ingress(annotations)
    seen = {**seen, "metadata": {**seen["metadata"], "namespace": "apps"}}
    other = ingress(annotations, TWO, name="other")
    _equal(Wrapped([seen]), {**other, "metadata": {**other["metadata"], "namespace": "apps"}})


def test_the_number_of_a_named_port_is_that_of_the_charts_own_service() -> None:
    seen = ingress({}, port={"name": "http"})
    services = [service("svc0", metrics=9090, http=8081)]
    made = Wrapped([seen], beside=services)
    _equal(made, seen, services)
    assert "svc0" in _said(made, seen)
    assert "no number" in _said(made, ingress({}, port={"name": "other"}), services=services)


def test_items_of_a_list_are_converted_and_other_objects_skipped() -> None:
    seen = ingress()
    made = Wrapped([seen])
    other = ingress({}, {"b.example.com": [("/", "Prefix")]}, name="other")
    items = {"apiVersion": "v1", "kind": "List", "items": [seen, service("else", http=80), other]}
    with rendering(made) as render:
        found = objects_of(render(values([items])))
    wanted = [route for item in (seen, other) for route in made.ask([item])[0].emitted]
    assert by_host([items, *wanted], found) is None


def test_two_ingresses_on_a_host_stop_the_render() -> None:
    made = Wrapped([ingress()])
    assert "a.example.com" in _said(made, ingress(), ingress({}, {"a.example.com": [("/x", "Prefix")]}, name="two"))


def _console(annotations: Mapping[str, str], path: str = "/console", kind: str = "Prefix") -> Manifest:
    return ingress(annotations, {"a.example.com": [(path, kind)]}, TLS[:1], name="console")


def test_two_ingresses_that_were_seen_on_a_host_redirect_their_own_paths_only() -> None:
    main = ingress({}, {"a.example.com": [("/", "Prefix")]}, TLS)
    narrow = {f"{PREFIX}whitelist-source-range": "10.0.0.0/8"}
    made = Wrapped([(main, _console(narrow))])
    for other in (_console(narrow), _console(narrow, "/admin/", "Exact")):
        with rendering(made) as render:
            found = objects_of(render(values([main, other])))
        wanted = [route for change in made.ask([main, other]) for route in change.emitted]
        assert by_host([main, other, *wanted], found) is None
    assert "a.example.com" in _said(made, main, _console({}))
    assert "a.example.com" in _said(made, main, _console(narrow, "/"))


def test_a_certificate_that_another_ingress_brings_stops_the_render() -> None:
    one = ingress({}, {"a.example.com": [("/", "Prefix")]})
    two = ingress({}, {"b.example.com": [("/", "Prefix")]}, [{"hosts": ["*.example.com"], "secretName": "s"}], "two")
    assert "certificate" in _said(Wrapped([one, two]), one, two)


def test_a_default_backend_stops_the_render() -> None:
    backend = {"service": {"name": "svc", "port": {"number": 80}}}
    assert "default backend" in _said(Wrapped([ingress()]), ingress(defaultBackend=backend))


def test_another_class_stops_the_render() -> None:
    made = Wrapped([ingress()])
    other = ingress()
    assert "traefik" in _said(made, {**other, "spec": {**other["spec"], "ingressClassName": "traefik"}})


def test_a_switch_without_a_gateway_says_what_is_missing() -> None:
    block = {"enabled": True, "name": "", "namespace": "", "sectionName": ""}
    assert "name and namespace" in _said(Wrapped([ingress()]), ingress(), gateway=block)


def test_the_switch_names_another_gateway_and_listener() -> None:
    seen = ingress({}, TWO, TLS)
    made = Wrapped([seen])
    block = {"enabled": True, "name": "other", "namespace": "edge", "sectionName": "tls"}
    with rendering(made) as render:
        found = objects_of(render({**values([seen]), "gateway": block}))
    (change,) = asking(gateway="edge/other/tls")([seen])
    assert by_host([seen, *change.emitted], found) is None


def _gateway(*hostnames: str) -> Manifest:
    listeners = [
        {"name": f"{protocol.lower()}-{index}", "port": port, "protocol": protocol, "hostname": hostname, "tls": {}}
        for index, hostname in enumerate(hostnames)
        for protocol, port in (("HTTP", 80), ("HTTPS", 443))
    ]
    for listener in listeners:
        listener["allowedRoutes"] = {"namespaces": {"from": "All"}}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "shared", "namespace": "infra"},
        "spec": {"gatewayClassName": "eg", "listeners": listeners},
    }


def test_hosts_that_no_seen_listener_takes_stop_the_render() -> None:
    seen = ingress({}, TWO, TLS)
    ask = asking(gateway="infra/shared", beside=[_gateway("*.example.com")])
    made = Wrapped([seen], ask)
    with rendering(made) as render:
        found = objects_of(render(values([seen], gateway="infra/shared")))
        other = ingress({}, {"a.other.test": [("/", "Prefix")]})
        said = message(render(values([other], gateway="infra/shared")))
    assert by_host([seen, *ask([seen])[0].emitted], found) is None
    assert "example.com" in said


def test_domains_with_listeners_of_their_own_are_not_guessed() -> None:
    hosts = {"a.example.com": [("/", "Prefix")], "b.other.test": [("/", "Prefix")]}
    seen = ingress({}, hosts, [{"hosts": [*hosts], "secretName": "s"}])
    ask = asking(gateway="infra/shared", beside=[_gateway("*.example.com", "*.other.test")])
    with rendering(Wrapped([seen], ask)) as render:
        found = render(values([seen], gateway="infra/shared"))
    assert "domains" in message(found)


def test_names_are_unique_and_no_longer_than_a_label() -> None:
    made = Wrapped([ingress({f"{PREFIX}proxy-read-timeout": "120"}, TWO, TLS)])
    hosts = {f"{'x' * 50}{index}.example.com": [("/", "Prefix")] for index in range(4)}
    hosts |= {"*.example.com": [("/", "Prefix")], "example.com": [("/", "Prefix")]}
    item = ingress({f"{PREFIX}proxy-read-timeout": "120"}, hosts, [{"hosts": [*hosts], "secretName": "s"}], "y" * 60)
    with rendering(made) as render:
        found = objects_of(render(values([item])))
    assert names("case", [item], found).holds
    titles = [(each["kind"], each["metadata"]["name"]) for each in found if each["kind"] != "Ingress"]
    assert len(titles) == len(set(titles)) == 13
    assert all(len(name) <= 63 for _, name in titles)
    assert by_host([item, *made.ask([item])[0].emitted], found) is None


def test_with_the_switch_off_the_chart_renders_what_it_did() -> None:
    made = Wrapped([ingress()])
    item = ingress({f"{PREFIX}auth-url": "https://auth.example.com"})
    with rendering(made) as render:
        found = render({"objects": [item]})
    assert objects_of(found) == [item]


def test_retiring_keeps_whatever_else_the_template_renders() -> None:
    seen = ingress({f"{PREFIX}proxy-read-timeout": "120"}, TWO, TLS)
    made = Wrapped([seen], phase=Phase.RETIRE)
    assert made.offer.files["charts/shop/templates/ingress.yaml"] is None
    assert made.offer.moved == {"charts/shop/templates/_ingress.yaml"}
    other = service("beside", http=80)
    with rendering(made) as render:
        found = objects_of(render(values([other, seen])))
    assert by_host([other, *made.ask([seen])[0].emitted], found) is None
