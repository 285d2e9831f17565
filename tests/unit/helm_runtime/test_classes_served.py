"""Routes are made for the classes that somebody serves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from wrapping import Wrapped, asking, ingress, message, rendering, values

from gatelift.expected.expected import Change
from gatelift.sources.helm.offer import Manifest

ASK = asking()


def _of_class(name: str) -> Manifest:
    item = ingress()
    spec = {key: value for key, value in item["spec"].items() if key != "ingressClassName"}
    return {**item, "spec": {**spec, **({"ingressClassName": name} if name else {})}}


class _Judging:
    """Cases whose Ingresses were judged as of the class nginx, whichever they name."""

    def __init__(self, *names: str) -> None:
        self.made = Wrapped([_of_class(name) for name in names], self.ask)

    @staticmethod
    def ask(objects: Sequence[Manifest]) -> tuple[Change, ...]:
        return ASK([{**item, "spec": {**item["spec"], "ingressClassName": "nginx"}} for item in objects])


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (("nginx", "haproxy"), ("nginx",)),
        (("nginx", ""), ("", "nginx")),
        (("haproxy",), ("haproxy",)),
        (("haproxy", ""), ("", "haproxy")),
    ],
)
def test_a_class_that_nobody_serves_is_known_only_where_no_other_is(
    names: tuple[str, ...], classes: tuple[str, ...]
) -> None:
    made = _Judging(*names).made
    assert made.library.tables.classes == classes


def test_an_ingress_of_a_class_that_nobody_serves_stops_the_render() -> None:
    made = _Judging("nginx", "haproxy").made
    with rendering(made) as render:
        assert not render(values([_of_class("nginx")])).findings
        assert 'is of class "haproxy"' in message(render(values([_of_class("haproxy")])))
