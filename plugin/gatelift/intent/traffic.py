"""Intents about how a request travels once it is allowed and routed."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, UnsetType

from gatelift.intent.base import Intent, Risk
from gatelift.intent.tls import Upstream


class Timeouts(Intent, frozen=True, kw_only=True):
    """Whole seconds: to connect, and between two reads from or two writes to the backend (not totals, trap T28)."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "the gateway keeps its own idle and connect timeouts"
    connect: int | UnsetType = UNSET
    read: int | UnsetType = UNSET
    send: int | UnsetType = UNSET


class Retries(Intent, frozen=True, kw_only=True):
    """Try another endpoint: on which conditions (nginx's words), how often (0: no limit), for how many seconds."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "the gateway retries by its own rules"
    conditions: tuple[str, ...] | UnsetType = UNSET
    tries: int | UnsetType = UNSET
    budget: int | UnsetType = UNSET


class BodyLimit(Intent, frozen=True, kw_only=True):
    """Refuse request bodies beyond ``limit`` bytes, by buffering them whole (``buffer`` was decided)."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "request bodies are not limited"
    limit: int


class BackendProtocol(Intent, frozen=True, kw_only=True):
    """How to speak to the backend: ``HTTP``, ``HTTPS``, ``GRPC`` or ``GRPCS``.

    ``trust`` says how the certificate of an HTTPS backend is checked: ``insecure`` (not at all, as ingress-nginx does
    by default), ``system`` (the system's authorities), ``configmap/NAME`` or ``secret/NAME`` (key ``ca.crt``).
    ``upstream`` is what the intents beside it say about TLS; no unit fills it in.
    """

    lost: ClassVar[str] = "the target cannot speak this protocol to the backend"
    protocol: str
    trust: str = "insecure"
    upstream: Upstream = Upstream()


class Affinity(Intent, frozen=True, kw_only=True):
    """Keep a client on one endpoint by a cookie. Ages are in seconds."""

    risk: ClassVar[Risk] = Risk.TRAFFIC
    lost: ClassVar[str] = "requests of one client may reach different endpoints"
    enabled: bool | UnsetType = UNSET
    name: str | UnsetType = UNSET
    max_age: int | UnsetType = UNSET
    expires: int | UnsetType = UNSET
    path: str | UnsetType = UNSET
    domain: str | UnsetType = UNSET
    same_site: str | UnsetType = UNSET
    secure: bool | UnsetType = UNSET


class Cors(Intent, frozen=True, kw_only=True):
    """Answer preflights and mark responses for other origins."""

    lost: ClassVar[str] = "browsers of other origins would be turned away"
    enabled: bool | UnsetType = UNSET
    origins: tuple[str, ...] | UnsetType = UNSET
    methods: tuple[str, ...] | UnsetType = UNSET
    headers: tuple[str, ...] | UnsetType = UNSET
    expose: tuple[str, ...] | UnsetType = UNSET
    credentials: bool | UnsetType = UNSET
    max_age: int | UnsetType = UNSET


class Canary(Intent, frozen=True, kw_only=True):
    """This Ingress adds an alternative backend to the places of another one; evaluated header, cookie, weight."""

    lost: ClassVar[str] = "the alternative backend would get no, or all, traffic"
    enabled: bool | UnsetType = UNSET
    weight: int | UnsetType = UNSET
    total: int | UnsetType = UNSET
    header: str | UnsetType = UNSET
    header_value: str | UnsetType = UNSET
    header_pattern: str | UnsetType = UNSET
    cookie: str | UnsetType = UNSET


class ClientAddress(Intent, frozen=True, kw_only=True):
    """How the gateway learns a client's address, for all hosts at once: proxies to trust, the PROXY protocol.

    ``header`` is the one that trusted proxies write it to, where that is not X-Forwarded-For.
    """

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "address lists and limits would see the load balancer's address"
    trusted: tuple[str, ...] = ()
    proxy_protocol: bool = False
    header: str = ""

    @property
    def trusts_everybody(self) -> bool:
        """Whether any client may say what its address is."""
        return {"0.0.0.0/0", "::/0"} <= set(self.trusted)
