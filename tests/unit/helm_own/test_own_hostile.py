"""Templates that are made to be hard to read are given up, in time; a route that is spoilt does not pass."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace
from own_parts import ENVOY, TWO_HOSTS, World, chart, differences, part, world
from test_own_five_kinds import (
    ARGO,
    ARGO_VALUES,
    HTTP_ROUTE,
    HTTP_ROUTE_VALUES,
    ROUTE_LIST,
    ROUTE_LIST_VALUES,
    ROUTE_MAP,
    ROUTE_MAP_VALUES,
    TLS,
)

from gatelift.sources.helm.offer import GivenUp, Offer, Part
from gatelift.sources.helm.own import own


def _with(route: str) -> Part:
    files = chart(HTTP_ROUTE, HTTP_ROUTE_VALUES)
    it = part(world(files), "shop", "shop/templates/ingress.yaml")
    return replace(it, tree=it.tree.changed({"shop/templates/httproute.yaml": route.encode()}))


def test_guards_that_double_at_every_step() -> None:
    doubled = "".join(f"{{{{- $g{n} := and $g{n - 1} $g{n - 1} }}}}\n" for n in range(1, 60))
    route = "{{- $g0 := not .Values.a }}\n" + doubled + HTTP_ROUTE.replace(".Values.httpRoute.enabled", "$g59")
    started = time.monotonic()
    found = own(_with(route))
    assert time.monotonic() - started < 10
    assert isinstance(found, GivenUp)
    assert "more ways than are tried" in found.why


def test_names_in_a_long_row() -> None:
    row = "".join(f"{{{{- $g{n} := toYaml $g{n - 1} }}}}\n" for n in range(1, 400))
    found = own(_with("{{- $g0 := .Values.a }}\n" + row + HTTP_ROUTE.replace(".Values.httpRoute.enabled", "$g399")))
    assert isinstance(found, Offer | GivenUp)


def test_many_blocks_in_one_list() -> None:
    blocks = "".join(f"    {{{{- with .Values.b{n} }}}}\n    - name: x{n}\n    {{{{- end }}}}\n" for n in range(300))
    started = time.monotonic()
    found = own(_with(HTTP_ROUTE.replace("  rules:\n", f"  rules:\n{blocks}")))
    assert time.monotonic() - started < 30
    assert isinstance(found, Offer | GivenUp)


_FREE = re.compile(
    r"(\.parentRefs\.0\.(group|kind)|\.backendRefs\.0\.(group|kind|weight)|\.httpRoutes\.\d\.name( changed)?"
    r"|\.rules\.0\.matches\.0\.path\.type|\.httpRoutes\.1\.rules\.0\.matches(\.0(\.path(\.value)?)?)?)$"
)
"""What the API server fills in just so (the redirect is of all paths), and names of routes."""


def _spoilt(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """``value`` with one thing in it changed or left out, in every way, each with where."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield f"{at}.{key}", {other: each for other, each in value.items() if other != key}
            for where, inner in _spoilt(item, f"{at}.{key}"):
                yield where, {**value, key: inner}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{at}.{index}", [*value[:index], *value[index + 1 :]]
            for where, inner in _spoilt(item, f"{at}.{index}"):
                yield where, [*value[:index], inner, *value[index + 1 :]]
    elif isinstance(value, str):
        yield f"{at} changed", f"{value}x"


@pytest.mark.parametrize(
    ("route", "values", "more"),
    [
        (ARGO, ARGO_VALUES, {"values-prod_yaml": TWO_HOSTS.replace("path: /,", "path: /shop,")}),
        (ROUTE_LIST, ROUTE_LIST_VALUES, {"values-prod_yaml": TLS.replace("path: /,", "path: /shop,")}),
    ],
    ids=["argo", "list"],
)
def test_a_spoilt_value_is_no_proof(route: str, values: str, more: dict[str, str]) -> None:
    made = world(chart(route, values, **more), ENVOY)
    it = part(made, "shop", "shop/templates/ingress.yaml", ("server", "ingress"))
    offer = own(it)
    assert isinstance(offer, Offer), offer
    ((case, right),) = offer.values.items()
    alone = replace(it, seen=tuple(seen for seen in it.seen if seen.case.name == case))
    assert differences(made, alone, offer) == {}
    spoilt = list(_spoilt(right))
    assert len(spoilt) > 30
    passed = [where for where, item in spoilt if _passes(made, alone, offer, case, item)]
    assert [where for where in passed if not _FREE.search(where)] == []


def _passes(made: World, it: Part, offer: Offer, case: str, values: Any) -> bool:
    try:
        return differences(made, it, replace(offer, values={case: values})) == {}
    except AssertionError:
        return False  # it does not even render


def test_what_is_offered_is_the_same_every_time() -> None:
    made = world(chart(ROUTE_MAP, ROUTE_MAP_VALUES, **{"values-prod_yaml": TLS}))
    it = part(made, "shop", "shop/templates/ingress.yaml")
    first, second = own(it), own(it)
    assert isinstance(first, Offer)
    assert isinstance(second, Offer)
    assert str(dict(first.values)) == str(dict(second.values))
