"""Asking what is wrong with an object that must not get into a manifest."""

from __future__ import annotations

from typing import Any

import pytest

from crds.parts import META, path
from gatelift.manifests import gateway_api as gw
from gatelift.manifests.meta import InvalidObject, Manifest, to_manifest


def rule(**fields: Any) -> gw.HTTPRouteRule:
    return gw.HTTPRouteRule(**{"matches": (path("/"),)} | fields)


def route(*rules: gw.HTTPRouteRule, **fields: Any) -> gw.HTTPRoute:
    return gw.HTTPRoute(metadata=META, spec=gw.HTTPRouteSpec(rules=rules or (rule(),), **fields))


def refused(obj: Manifest) -> list[str]:
    """The problems for which ``obj`` is refused; a failure where it is not."""
    with pytest.raises(InvalidObject) as caught:
        to_manifest(obj)
    assert caught.value.key == obj.key
    return caught.value.problems
