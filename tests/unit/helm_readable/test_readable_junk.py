"""Templates that are broken or strange are read, or given up with a reason and a place; nothing else happens."""

from __future__ import annotations

from random import Random

import pytest
from plain_parts import asked, ingress, rule
from readable_shapes import shape

from gatelift.sources.helm.offer import GivenUp, Offer
from gatelift.sources.helm.readable.undefined import undefined

PIECES = (
    *("{{", "}}", "{{- end }}", "{{- else }}", "{{ if .a }}", "{{ range .b }}", "{{ with .c }}", "{{ $x := . }}"),
    *('"', "'", "|", "---\n", "- ", "  ", "\n", ":", "{", "}", "[", "]", "#", "{{/* c */}}", "{{ break }}", "$x", "."),
)
SHAPES = (
    *("scaffold-today", "scaffold-2021", "hostname-with-extras", "host-strings", "per-replica", "several-services"),
    *("map-of-ingresses", "several-in-a-file", "static", "tpl-everywhere", "assignments-between", "inline-branches"),
)


def spoiled(text: str, random: Random) -> str:
    for _ in range(random.randrange(1, 4)):
        at = random.randrange(len(text) + 1)
        cut = at + random.choice((0, 0, 1, 5, 30))
        text = text[:at] + random.choice((*PIECES, "")) + text[cut:]
    return text


@pytest.mark.parametrize("name", SHAPES)
def test_a_spoiled_template_is_answered(name: str) -> None:
    random = Random(name)  # noqa: S311 - the same pieces in every run
    for _ in range(40):
        template = spoiled(shape(name), random)
        answer = asked(template)
        if isinstance(answer, GivenUp):
            assert answer.why
            assert answer.place is not None
            continue
        assert isinstance(answer, Offer)
        (data,) = answer.files.values()
        assert data is not None
        assert undefined(data.decode()) is None


def test_an_ingress_of_a_thousand_paths_is_read() -> None:
    paths = "".join(rule(path=f"/{number}").split("        paths:\n")[1] for number in range(1000))
    answer = asked(ingress(rule() + paths))
    assert isinstance(answer, Offer)
