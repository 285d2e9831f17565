"""The controller's own settings: its ConfigMap and its command-line flags, which change what an Ingress means.

Source: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/
and https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import msgspec

ANNOTATIONS_PREFIX = "nginx.ingress.kubernetes.io"
CONTROLLER_CLASS = "k8s.io/ingress-nginx"
INGRESS_CLASS = "nginx"


class Controller(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one ingress-nginx: the ConfigMap's data as written, and the flags that matter to a conversion.

    ``config_map`` names where the settings were read (``namespace/name``); empty where nobody gave a ConfigMap, which
    means that the defaults of the last release (v1.15) are assumed.
    """

    settings: Mapping[str, str] = msgspec.field(default_factory=dict)
    config_map: str = ""
    maps: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)
    """The ConfigMaps that its settings and flags name (headers, TCP and UDP services), as far as they stood beside its
    own: ``namespace/name`` -> key -> value."""
    prefix: str = ANNOTATIONS_PREFIX
    controller_class: str = CONTROLLER_CLASS
    ingress_class: str = INGRESS_CLASS
    ingress_class_by_name: bool = False
    watch_without_class: bool = False
    ssl_passthrough: bool = False
    default_certificate: str = ""
    default_backend: str = ""
    watch_namespace: str = ""
    """The only namespace whose Ingresses it serves; empty for all."""
    watch_namespace_selector: str = ""
    tcp_services: str = ""
    """The ConfigMap (``namespace/name``) of the TCP services that it serves beside Ingresses."""
    udp_services: str = ""
    external_names_disabled: bool = False
    disable_catch_all: bool = False
    """Whether an Ingress with a default backend and no rules is not served."""
    annotation_validation: bool = True
    """Whether values that fail their validator keep an Ingress from being loaded."""
    http_port: str = "80"
    https_port: str = "443"

    @property
    def annotations_prefix(self) -> str:
        """The prefix of annotations with its slash."""
        return self.prefix + "/"

    def setting(self, name: str) -> str | None:
        """The ConfigMap's value for ``name``; ``None`` where it is missing, or empty and so as good as missing.

        An empty boolean is false: ingress-nginx decodes its ConfigMap with mapstructure's weak typing (ReadConfig in
        internal/ingress/controller/template/configmap.go; decodeBool of github.com/mitchellh/mapstructure).
        """
        value = self.settings.get(name)
        return "false" if value == "" and name in ON_BY_DEFAULT else value or None

    def passes_over(self, namespace: str, catch_all: bool) -> str:
        """Why it does not serve an Ingress of its class in ``namespace``; empty where it does.

        ``catch_all``: whether the Ingress has a default backend and no rules. An Ingress whose manifest names no
        namespace may be in any.
        """
        if self.watch_namespace and namespace and namespace != self.watch_namespace:
            return f"the controller watches namespace {self.watch_namespace} alone (--watch-namespace)"
        if self.disable_catch_all and catch_all:
            return "the controller passes over Ingresses with a default backend and no rules (--disable-catch-all)"
        return ""

    @classmethod
    def parse(cls, settings: Mapping[str, str], flags: Iterable[str] = (), config_map: str = "") -> Self:
        """Read flags as the controller's own command line has them (``--name``, ``--name=value``).

        Flags of its own running are passed over. Raises ``ValueError`` naming a flag that ingress-nginx does not have.
        """
        values: dict[str, object] = {}
        for flag in flags:
            name, has_value, value = flag.partition("=")
            if is_own(name):
                continue
            field = FLAGS.get(name)
            if field is None:
                raise ValueError(name)
            if field in SWITCHES:
                values[field] = value not in ("false", "0", "f", "F", "False", "FALSE") if has_value else True
            else:
                values[field] = value
        return msgspec.structs.replace(cls(settings=dict(settings), config_map=config_map), **values)


ON_BY_DEFAULT = frozenset(
    {
        "generate-request-id",
        "hsts",
        "hsts-include-subdomains",
        "ignore-invalid-headers",
        "opentelemetry-trust-incoming-span",
        "ssl-redirect",
        "strict-validate-path-type",
        "use-http2",
    }
)
"""Booleans of the ConfigMap that are true where it says nothing, so that an empty value changes something."""

FLAGS: Mapping[str, str] = {
    "--annotations-prefix": "prefix",
    "--controller-class": "controller_class",
    "--ingress-class": "ingress_class",
    "--ingress-class-by-name": "ingress_class_by_name",
    "--watch-ingress-without-class": "watch_without_class",
    "--watch-namespace": "watch_namespace",
    "--watch-namespace-selector": "watch_namespace_selector",
    "--enable-ssl-passthrough": "ssl_passthrough",
    "--default-ssl-certificate": "default_certificate",
    "--default-backend-service": "default_backend",
    "--tcp-services-configmap": "tcp_services",
    "--udp-services-configmap": "udp_services",
    "--disable-catch-all": "disable_catch_all",
    "--disable-svc-external-name": "external_names_disabled",
    "--enable-annotation-validation": "annotation_validation",
    "--http-port": "http_port",
    "--https-port": "https_port",
}
"""Flags that change what an Ingress means, or what is served beside Ingresses."""

SWITCHES = frozenset(
    {
        "ingress_class_by_name",
        "watch_without_class",
        "ssl_passthrough",
        "disable_catch_all",
        "external_names_disabled",
        "annotation_validation",
    }
)

_OWN = (
    "add_dir_header alsologtostderr apiserver-host bucket-factor certificate-authority configmap deep-inspect "
    "default-server-port disable-full-test disable-leader-election disable-sync-events "
    "dynamic-configuration-retries election-id election-ttl enable-metrics enable-ssl-chain-completion "
    "enable-topology-aware-routing exclude-socket-metrics health-check-path health-check-timeout healthz-host "
    "healthz-port internal-logger-address kubeconfig legacy_stderr_threshold_behavior length-buckets "
    "log_backtrace_at log_dir log_file log_file_max_size logtostderr max-buckets maxmind-edition-ids "
    "maxmind-license-key maxmind-mirror maxmind-retries-count maxmind-retries-timeout metrics-per-host "
    "metrics-per-undefined-host monitor-max-batch-size one_output post-shutdown-grace-period profiler-address "
    "profiler-port profiling publish-service publish-status-address report-node-internal-ip-address "
    "report-status-classes shutdown-grace-period size-buckets skip_headers skip_log_headers "
    "ssl-passthrough-proxy-port status-port status-update-interval stderrthreshold stream-port sync-period "
    "sync-rate-limit time-buckets update-status update-status-on-shutdown v validating-webhook "
    "validating-webhook-certificate validating-webhook-key version vmodule"
)
OWN_FLAGS = frozenset(f"--{name}" for name in _OWN.split())
"""Flags of the controller's own running, its metrics, its logs, its webhook and its election of a leader."""

_WITHOUT_VALUES = (
    "add_dir_header alsologtostderr deep-inspect disable-full-test disable-leader-election "
    "disable-sync-events enable-metrics enable-ssl-chain-completion "
    "enable-topology-aware-routing logtostderr metrics-per-host metrics-per-undefined-host one_output profiling "
    "report-node-internal-ip-address report-status-classes skip_headers skip_log_headers update-status "
    "update-status-on-shutdown version"
)
_OWN_SWITCHES = frozenset(f"--{name}" for name in _WITHOUT_VALUES.split())


def is_own(name: str) -> bool:
    """Whether a flag (``--name``, ``-v``) concerns the controller's own running."""
    return name == "-v" or name in OWN_FLAGS


def matters(name: str) -> bool:
    """Whether a flag changes what an Ingress means."""
    return name in FLAGS


def words(arguments: Iterable[str]) -> Iterator[str]:
    """The flags of a container's command line, each in one word: ``--name value`` becomes ``--name=value``.

    Words that belong to no flag (the program itself) are left out.
    """
    waiting = ""
    for word in arguments:
        if waiting and not word.startswith("-"):
            yield f"{waiting}={word}"
            waiting = ""
            continue
        if waiting:
            yield waiting
        waiting = ""
        if not word.startswith("-"):
            continue
        if "=" in word or word in _OWN_SWITCHES or FLAGS.get(word) in SWITCHES:
            yield word
        else:
            waiting = word
    if waiting:
        yield waiting
