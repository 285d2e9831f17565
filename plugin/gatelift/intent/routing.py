"""Intents about which requests reach which backend, and under which path and host."""

from __future__ import annotations

from typing import ClassVar

from gatelift.intent.base import Intent, Risk


class RegexPaths(Intent, frozen=True, kw_only=True):
    """Paths are regular expressions (on ingress-nginx: for every path of the host, trap T1)."""

    lost: ClassVar[str] = "the paths would be matched as plain text"
    enabled: bool = True


class RewriteTarget(Intent, frozen=True, kw_only=True):
    """Replace the whole path by ``template``, where ``$1`` to ``$9`` are the captures of the path's expression."""

    lost: ClassVar[str] = "the backend would get the path that the client sent"
    template: str


class ForwardedPrefix(Intent, frozen=True, kw_only=True):
    """Tell the backend the prefix that a rewrite took away, in the header ``X-Forwarded-Prefix``."""

    lost: ClassVar[str] = "the header X-Forwarded-Prefix is not set"
    value: str


class AppRoot(Intent, frozen=True, kw_only=True):
    """Redirect a request for exactly ``/`` to ``path`` (302)."""

    lost: ClassVar[str] = "a request for / would reach the backend"
    path: str


class Aliases(Intent, frozen=True, kw_only=True):
    """Further host names that the host answers to."""

    lost: ClassVar[str] = "requests under these names would find no route"
    hosts: tuple[str, ...]


class UpstreamHost(Intent, frozen=True, kw_only=True):
    """The ``Host`` that the backend sees."""

    lost: ClassVar[str] = "the backend would see the host that the client asked for"
    host: str


class RegexRewrite(Intent, frozen=True, kw_only=True):
    """Replace the path by ``substitution`` (RE2, ``\\1``) where ``pattern`` matches all of it."""

    lost: ClassVar[str] = "the backend would get the path that the client sent"
    remedy: ClassVar[str] = (
        "write 'decide: {regexPaths: prefix}' where path and target only strip a prefix, "
        "or choose the target envoy-gateway"
    )
    pattern: str
    substitution: str


class FullPathRewrite(Intent, frozen=True, kw_only=True):
    """Replace the whole path by ``path``."""

    lost: ClassVar[str] = "the backend would get the path that the client sent"
    path: str


class PrefixRewrite(Intent, frozen=True, kw_only=True):
    """Replace the matched path prefix by ``prefix``; needs a rule that matches by one path prefix."""

    lost: ClassVar[str] = "the backend would get the path that the client sent"
    prefix: str


class Passthrough(Intent, frozen=True, kw_only=True):
    """Hand the TLS connection to the backend unopened, chosen by server name."""

    risk: ClassVar[Risk] = Risk.SECURITY
    lost: ClassVar[str] = "the target would have to open the TLS connection"
