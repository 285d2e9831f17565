"""``responseOverride`` of a BackendTrafficPolicy (https://gateway.envoyproxy.io/docs/api/extension_types/#responseoverride)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from gatelift.manifests.fields import AnswerStatus, Port, PreciseHostname, StatusCode
from gatelift.manifests.filters import ReplaceFullPath
from gatelift.manifests.model import Model, Problem
from gatelift.manifests.policy_targets import ResponseBody, ResponseHeaders


class StatusCodeValue(Model, frozen=True, kw_only=True, tag_field="type", tag="Value"):
    value: StatusCode


class StatusCodeBounds(Model, frozen=True, kw_only=True):
    """Both bounds belong to the range."""

    start: StatusCode
    end: StatusCode

    def problems(self) -> Iterator[Problem]:
        if self.end <= self.start:
            yield "/end", "must be greater than the start"


class StatusCodeRange(Model, frozen=True, kw_only=True, tag_field="type", tag="Range"):
    range: StatusCodeBounds


StatusCodeMatch = StatusCodeValue | StatusCodeRange


class CustomResponseMatch(Model, frozen=True, kw_only=True):
    status_codes: Annotated[tuple[StatusCodeMatch, ...], Meta(min_length=1, max_length=50)]


class CustomResponse(Model, frozen=True, kw_only=True):
    """Without ``status_code`` the status stays as it was."""

    content_type: str | UnsetType = UNSET
    body: ResponseBody | UnsetType = UNSET
    status_code: AnswerStatus | UnsetType = UNSET
    header: ResponseHeaders | UnsetType = UNSET


class CustomRedirect(Model, frozen=True, kw_only=True):
    scheme: Literal["http", "https"] | UnsetType = UNSET
    hostname: PreciseHostname | UnsetType = UNSET
    path: ReplaceFullPath | UnsetType = UNSET
    port: Port | UnsetType = UNSET
    status_code: Literal[301, 302]


class ResponseOverride(Model, frozen=True, kw_only=True):
    """What to answer instead of certain statuses; ``source`` narrows to those of the backend or of Envoy itself."""

    match: CustomResponseMatch
    source: Literal["All", "Local", "Backend"] | UnsetType = UNSET
    response: CustomResponse | UnsetType = UNSET
    redirect: CustomRedirect | UnsetType = UNSET

    def problems(self) -> Iterator[Problem]:
        if (self.response is UNSET) == (self.redirect is UNSET):
            yield "", "exactly one of response and redirect must be given"
