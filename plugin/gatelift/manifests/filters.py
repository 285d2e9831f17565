"""What a route does to a request or a response.

https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter and #grpcroutefilter. Each filter is the one-key object
of the API: ``URLRewriteFilter(url_rewrite=HTTPURLRewrite(...))`` is ``{type: URLRewrite, urlRewrite: {...}}``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import (
    CORSMethod,
    CORSOrigin,
    HeaderName,
    HeaderValue,
    Natural,
    PathValue,
    Percent,
    Port,
    Positive,
    PreciseHostname,
)
from gatelift.manifests.model import Model, Problem
from gatelift.manifests.references import BackendObjectReference, LocalObjectReference
from gatelift.manifests.rules import distinct, star_alone


class HTTPHeader(Model, frozen=True, kw_only=True):
    name: HeaderName
    value: HeaderValue


Headers = Annotated[tuple[HTTPHeader, ...], Meta(max_length=16)]


class HTTPHeaderFilter(Model, frozen=True, kw_only=True):
    """Headers to set, add and remove, in this order of effect."""

    set: Headers = ()
    add: Headers = ()
    remove: Annotated[tuple[str, ...], Meta(max_length=16)] = ()

    def problems(self) -> Iterator[Problem]:
        yield from distinct("/set", (header.name.lower() for header in self.set))
        yield from distinct("/add", (header.name.lower() for header in self.add))
        yield from distinct("/remove", (name.lower() for name in self.remove))


class Fraction(Model, frozen=True, kw_only=True):
    numerator: Natural
    denominator: Positive

    def problems(self) -> Iterator[Problem]:
        if self.numerator > self.denominator:
            yield "/numerator", "must not be greater than the denominator"


class HTTPRequestMirror(Model, frozen=True, kw_only=True):
    backend_ref: BackendObjectReference
    percent: Percent | UnsetType = UNSET
    fraction: Fraction | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if self.percent is not UNSET and self.fraction is not UNSET:
            yield "", "only one of percent and fraction may be given"


class ReplaceFullPath(Model, frozen=True, kw_only=True, tag_field="type", tag="ReplaceFullPath"):
    replace_full_path: PathValue


class ReplacePrefixMatch(Model, frozen=True, kw_only=True, tag_field="type", tag="ReplacePrefixMatch"):
    """Replaces what the rule's only match, a PathPrefix, matched."""

    replace_prefix_match: PathValue


HTTPPathModifier = ReplaceFullPath | ReplacePrefixMatch


class HTTPRequestRedirect(Model, frozen=True, kw_only=True):
    scheme: Literal["http", "https"] | UnsetType = UNSET
    hostname: PreciseHostname | UnsetType = UNSET
    path: HTTPPathModifier | UnsetType = UNSET
    port: Port | UnsetType = UNSET
    status_code: Literal[301, 302, 303, 307, 308]


class HTTPURLRewrite(Model, frozen=True, kw_only=True):
    hostname: PreciseHostname | UnsetType = UNSET
    path: HTTPPathModifier | UnsetType = UNSET


class HTTPCORS(Model, frozen=True, kw_only=True):
    """https://gateway-api.sigs.k8s.io/geps/gep-1767/. ``*`` in a list stands alone."""

    allow_origins: Annotated[tuple[CORSOrigin, ...], Meta(max_length=64)] = ()
    allow_credentials: bool | UnsetType = UNSET
    allow_methods: Annotated[tuple[CORSMethod, ...], Meta(max_length=9)] = ()
    allow_headers: Annotated[tuple[HeaderName, ...], Meta(max_length=64)] = ()
    expose_headers: Annotated[tuple[HeaderName, ...], Meta(max_length=64)] = ()
    max_age: Positive

    def problems(self) -> Iterator[Problem]:
        yield from distinct("/allowOrigins", self.allow_origins)
        yield from distinct("/allowMethods", self.allow_methods)
        yield from distinct("/allowHeaders", self.allow_headers)
        yield from distinct("/exposeHeaders", self.expose_headers)
        yield from star_alone("/allowOrigins", self.allow_origins)
        yield from star_alone("/allowMethods", self.allow_methods)
        yield from star_alone("/allowHeaders", self.allow_headers)


class RequestHeaderModifierFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="RequestHeaderModifier"):
    request_header_modifier: HTTPHeaderFilter


class ResponseHeaderModifierFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="ResponseHeaderModifier"):
    response_header_modifier: HTTPHeaderFilter


class RequestMirrorFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="RequestMirror"):
    request_mirror: HTTPRequestMirror


class RequestRedirectFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="RequestRedirect"):
    request_redirect: HTTPRequestRedirect


class URLRewriteFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="URLRewrite"):
    url_rewrite: HTTPURLRewrite


class CORSFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="CORS"):
    cors: HTTPCORS


class ExtensionRefFilter(Model, frozen=True, kw_only=True, tag_field="type", tag="ExtensionRef"):
    extension_ref: LocalObjectReference


HTTPFilter = (
    RequestHeaderModifierFilter
    | ResponseHeaderModifierFilter
    | RequestMirrorFilter
    | RequestRedirectFilter
    | URLRewriteFilter
    | CORSFilter
    | ExtensionRefFilter
)
GRPCFilter = RequestHeaderModifierFilter | ResponseHeaderModifierFilter | RequestMirrorFilter | ExtensionRefFilter

_REPEATABLE = (RequestMirrorFilter, ExtensionRefFilter)


def filter_problems(filters: Sequence[HTTPFilter]) -> Iterator[Problem]:
    """One filter of each type, but for mirrors and extensions; a redirect and a rewrite exclude each other."""
    kinds = Counter(type(item) for item in filters if not isinstance(item, _REPEATABLE))
    for kind, count in kinds.items():
        if count > 1:
            yield "/filters", f"{kind.__struct_config__.tag} cannot be repeated"
    if RequestRedirectFilter in kinds and URLRewriteFilter in kinds:
        yield "/filters", "RequestRedirect and URLRewrite exclude each other"


def replaces_prefix(item: HTTPFilter) -> bool:
    """Whether ``item`` needs exactly one PathPrefix match in its rule."""
    match item:
        case RequestRedirectFilter(request_redirect=what):
            return isinstance(what.path, ReplacePrefixMatch)
        case URLRewriteFilter(url_rewrite=what):
            return isinstance(what.path, ReplacePrefixMatch)
        case _:
            return False
