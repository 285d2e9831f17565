"""Envoy Gateway's answers without a backend, by an HTTPRouteFilter
(https://gateway.envoyproxy.io/docs/api/extension_types/#httpdirectresponsefilter).
"""

from __future__ import annotations

from msgspec import UNSET

from gatelift.intent.answers import DirectAnswer
from gatelift.manifests.filters import ExtensionRefFilter
from gatelift.manifests.policy_targets import InlineBody
from gatelift.manifests.references import LocalObjectReference
from gatelift.manifests.route_filter import DirectResponse, HTTPRouteFilter, HTTPRouteFilterSpec
from gatelift.manifests.shape import HTTP_ROUTE_FILTER
from gatelift.targets.base import Contribution, RouteView


def direct_answer(intent: DirectAnswer, view: RouteView) -> Contribution:
    """The status and the body, in an object of its own that every rule of the route points to."""
    response = DirectResponse(
        status_code=intent.status,
        content_type=intent.content_type or UNSET,
        body=InlineBody(inline=intent.body) if intent.body else UNSET,
    )
    made = HTTPRouteFilter(
        metadata=view.meta(view.ordinal("answer", intent)), spec=HTTPRouteFilterSpec(direct_response=response)
    )
    reference = LocalObjectReference(
        group=HTTP_ROUTE_FILTER.group, kind=HTTP_ROUTE_FILTER.kind, name=made.metadata.name
    )
    return Contribution(filters=(ExtensionRefFilter(extension_ref=reference),), objects=(made,))
