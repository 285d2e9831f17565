"""What becomes of the fields of an Ingress that are no annotations: a claim for each known leaf."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gatelift.config.gateway import GatewayRef
from gatelift.expected.listening import host_differences, tls_claims
from gatelift.gateway.listeners import Seating
from gatelift.ingress.model import Ingress
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Note, differs, exact, inert, moved, refused

_SERVER_SIDE = re.compile(
    r"/metadata/(creationTimestamp|uid|resourceVersion|generation|selfLink|managedFields|deletion\w+)(/.*)?|/status(/.*)?"
)
_IDENTITY = re.compile(r"/apiVersion|/kind|/metadata/(name|namespace)|/metadata|/spec|/metadata/(annotations|labels)")
_LABEL = re.compile(r"/metadata/labels/.+")
_PATH = re.compile(r"/spec/rules/\d+(/http(/paths(/\d+(/(path|pathType))?)?)?)?|/spec/rules|/spec/tls")
_BACKEND = re.compile(
    r"/spec/(rules/\d+/http/paths/\d+/backend|defaultBackend|backend)"
    r"(/(service(/(name|port(/(name|number))?))?|serviceName|servicePort))?"
)
_RESOURCE = re.compile(r"/spec/(rules/\d+/http/paths/\d+/backend|defaultBackend|backend)/resource(/.*)?")
_OWNER = re.compile(r"/metadata/(ownerReferences|finalizers|generateName)(/.*)?")


def claims(
    ingress: Ingress,
    gateway: GatewayRef,
    complete: bool,
    canary: bool,
    default_certificate: str,
    seating: Seating | None = None,
) -> Mapping[str, Note]:
    """Leaf -> what it is by itself. ``complete``: whether the facts of all applications were given.

    ``seating``: where hostnames are served, if gatelift writes the listeners.
    """
    found: dict[str, Note] = {}
    for leaf in ingress.leaves:
        note = _plain(leaf, gateway, canary)
        if note is not None:
            found[leaf] = note
    found.update(_hosts(ingress, complete, seating))
    found.update(tls_claims(ingress, seating) if seating else _tls(ingress, gateway, default_certificate))
    return found


def _plain(leaf: str, gateway: GatewayRef, canary: bool) -> Note | None:
    if leaf.startswith("/metadata/annotations/"):
        return exact()
    if _IDENTITY.fullmatch(leaf):
        return exact("names the objects that mirror it")
    if _LABEL.fullmatch(leaf):
        return inert("a canary has no objects of its own") if canary else exact("on every object")
    if leaf == "/spec/ingressClassName":
        return exact(f"chose the Gateway {gateway.namespace}/{gateway.name}")
    if _RESOURCE.fullmatch(leaf):
        return inert("ingress-nginx ignores resource backends")
    if _PATH.fullmatch(leaf) or _BACKEND.fullmatch(leaf):
        return exact()
    if _SERVER_SIDE.fullmatch(leaf):
        return inert("written by the API server")
    if _OWNER.fullmatch(leaf):
        why = "another program owns this Ingress, and nobody owns its routes"
        return refused(why, "have that program write the routes, or remove the field", Risk.METADATA)
    return None


ALONE = (
    "seen for this application only: Ingresses elsewhere on this host may change matching, redirects and TLS; "
    "give their facts with --facts"
)


def _hosts(ingress: Ingress, complete: bool, seating: Seating | None) -> Iterator[tuple[str, Note]]:
    for rule in ingress.rules:
        parts = [] if complete else [ALONE]
        parts[:0] = host_differences(rule.host, seating) if seating else ()
        if rule.host and rule.host.startswith("*."):
            parts.insert(0, f"{rule.host} takes names of any depth in Gateway API, one label only in nginx (T14)")
        yield f"{rule.pointer}/host", differs("; ".join(parts)) if parts else exact()


def _tls(ingress: Ingress, gateway: GatewayRef, default: str) -> Iterator[tuple[str, Note]]:
    own = f"Secret {default}" if default else "the certificate that is ingress-nginx's default"
    owner = f"Gateway {gateway.namespace}/{gateway.name}"
    place = f"in namespace {ingress.ref.namespace}" if ingress.ref.namespace else "beside the Ingress"
    for item in ingress.tls:
        secret = f"Secret {item.secret}" if item.secret else own
        for index, host in enumerate(item.hosts):
            text = f"to {owner}: it needs an HTTPS listener that takes {host}, with {secret}"
            yield f"{item.pointer}/hosts/{index}", moved(text)
        if item.secret:
            text = (
                f"to {owner}: its HTTPS listener must name a certificate; Secret {item.secret} {place} "
                "needs a ReferenceGrant, or a copy beside the Gateway"
            )
            yield f"{item.pointer}/secretName", moved(text)
        for name in ("", "/hosts"):
            yield f"{item.pointer}{name}", moved(f"to {owner}")
