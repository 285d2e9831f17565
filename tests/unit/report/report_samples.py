"""Runs to report about, built by hand: ``Expected`` values as ``expected()`` makes them."""

from __future__ import annotations

from collections.abc import Sequence

from gatelift.config.model import Phase
from gatelift.expected.expected import Change, Expected
from gatelift.expected.ledger import Entry
from gatelift.findings import Finding, Place, Severity
from gatelift.ingress.model import Ingress, IngressRef
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, Note, refused
from gatelift.manifests.resource import Provenance
from gatelift.report.model import Report, build

NGINX = "nginx.ingress.kubernetes.io"
SECRET_VALUE = "hunter2-is-the-value"  # noqa: S105 - a value that no report may show

Said = tuple[str, Disposition, str, str]


def annotation(key: str) -> str:
    """The pointer of an annotation."""
    return "/metadata/annotations/" + key.replace("~", "~0").replace("/", "~1")


def ingress(name: str, root: str = "examples") -> Ingress:
    """An Ingress, ``namespace/name``, whose annotation's values must never show."""
    namespace, _, short = name.rpartition("/")
    return Ingress(
        ref=IngressRef(namespace, short),
        api_version="networking.k8s.io/v1",
        class_name="nginx",
        labels={},
        annotations={f"{NGINX}/auth-secret": SECRET_VALUE},
        default_backend=None,
        rules=(),
        tls=(),
        leaves=(),
        provenance=Provenance(root, "x.yaml"),
    )


def manifest(named: str) -> dict[str, object]:
    """An object by ``Kind namespace/name``."""
    kind, _, name = named.partition(" ")
    namespace, _, short = name.rpartition("/")
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": kind,
        "metadata": {"namespace": namespace, "name": short},
        "spec": {"secret": SECRET_VALUE},
    }


def change(
    name: str,
    said: Sequence[Said],
    *,
    root: str = "examples",
    emitted: Sequence[str] = (),
    closed_by: Sequence[str] = (),
    keep: bool = False,
    withheld: Note | None = None,
    along: Sequence[str] = (),
    left: bool = False,
    stays: str = "",
) -> Change:
    """A change; ``along``: pointers of entries that are withheld with it."""
    own = [Entry(root, name, pointer, disposition, text, todo) for pointer, disposition, text, todo in said]
    others = [Entry(root, name, each, Disposition.REFUSED, "withheld with its Ingress", "", True) for each in along]
    return Change(
        ingress=ingress(name, root),
        keep=keep,
        emitted=tuple(map(manifest, emitted)),
        closed_by=tuple(closed_by),
        entries=(*own, *others),
        withheld=withheld,
        left=left,
        stays=stays,
    )


def exact(pointer: str) -> Said:
    return (pointer, Disposition.EXACT, "", "")


SEEN = (
    "seen for this application only: Ingresses elsewhere on this host may change matching, redirects and TLS; "
    "give their facts with --facts"
)
WEB = change(
    "shop/web",
    [
        exact("/apiVersion"),
        exact("/kind"),
        exact(annotation(f"{NGINX}/proxy-read-timeout")),
        exact(annotation(f"{NGINX}/ssl-redirect")),
        (
            annotation(f"{NGINX}/enable-cors"),
            Disposition.DIFFERS,
            "only real preflights are answered by the gateway; nginx answers every OPTIONS request with 204",
            "",
        ),
        (annotation(f"{NGINX}/proxy-buffering"), Disposition.INERT, "off is the default", ""),
        ("/spec/rules/0/host", Disposition.DIFFERS, SEEN, ""),
        ("/spec/rules/1/host", Disposition.DIFFERS, SEEN, ""),
        (
            "/spec/tls/0/secretName",
            Disposition.MOVED,
            "to Gateway infra/shared: its HTTPS listener must name a certificate",
            "",
        ),
    ],
    emitted=["HTTPRoute shop/web", "HTTPRoute shop/web-redirect"],
)
WHY = refused(
    "digest authentication has no counterpart",
    "authenticate with a SecurityPolicy, or name the key under accept: with a reason",
    Risk.SECURITY,
)
ADMIN = change(
    "shop/admin",
    [(annotation(f"{NGINX}/auth-type"), Disposition.REFUSED, WHY.text, WHY.todo)],
    emitted=["HTTPRoute shop/admin-closed"],
    closed_by=["HTTPRoute shop/admin-closed"],
    keep=True,
    withheld=WHY,
    along=["/apiVersion", annotation(f"{NGINX}/auth-secret"), "/spec/rules/0/host"],
)
LEFT = change(
    "shop/public",
    [
        (pointer, Disposition.INERT, "its class is alb, and its controller is ingress.k8s.aws/alb", "")
        for pointer in ("/apiVersion", annotation("alb.ingress.kubernetes.io/scheme"), "/spec/rules/0/host")
    ],
    keep=True,
    left=True,
)
FINDING = Finding(
    "nginx/client-address", Severity.WARNING, "address lists would see the load balancer", "trust the same proxies"
)
PLACES = {
    ("examples", "shop/admin"): Place("examples/shop/admin.yaml", 1, 1),
    ("examples", "shop/web"): Place("examples/shop/web.yaml", 12, 1),
}


def report(
    *changes: Change,
    findings: Sequence[Finding] = (),
    phase: Phase = Phase.RETIRE,
    complete: bool = False,
    shared: Sequence[str] = (),
) -> Report:
    """The report about ``changes``."""
    expected = Expected(changes=changes, shared=tuple(map(manifest, shared)))
    return build(expected, phase=phase, target="envoy-gateway", complete=complete, findings=findings, places=PLACES)


def example() -> Report:
    """The run that docs/report.md shows."""
    return report(WEB, ADMIN, LEFT, findings=[FINDING])
