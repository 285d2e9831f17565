"""Random Ingresses through a wrapped chart: what it renders is what expected() says, or it stops."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from chart_engines import each_engine, folder_of_helms  # noqa: F401 - fixtures
from random_ingresses import SETS, UNKNOWN, random_ingress
from wrapping import PREFIX, Wrapped, asking, ingress, message, objects_of, rendering, values

from gatelift.config.model import Phase
from gatelift.expected.expected import Change
from gatelift.proof.hosts import by_host
from gatelift.render.charts import ChartEngine
from gatelift.render.rendering import Rendering
from gatelift.sources.helm.offer import Manifest

_SOME = [SETS[0], SETS[1], SETS[2], SETS[4], SETS[10]]


def _named(annotations: Mapping[str, str]) -> str:
    return "+".join(key.rpartition("/")[2] for key in annotations) or "none"


def _wrong(item: Manifest, change: Change, found: Rendering) -> str:
    """What is wrong about a rendering, if anything is."""
    said = message(found)
    if found.findings and not said:
        return f"it fails in Helm's own words: {found.findings}"
    if change.withheld is not None:
        return "" if said else f"it renders though it is withheld: {change.withheld.text}"
    if said:
        return ""
    difference = by_host([*([item] if change.keep else []), *change.emitted], objects_of(found))
    return difference.text if difference else ""


def _asked(annotations: Mapping[str, str], seed: int, count: int, phase: Phase, engine: ChartEngine | None) -> int:
    """Ingresses that were seen and others, one after the other; how many became routes."""
    lot = random.Random(f"{seed} {sorted(annotations.items())}")  # noqa: S311 - a test by lot
    ask = asking(phase)
    drawn = [random_ingress(lot, annotations, usual=index < 20) for index in range(30)]
    routed = [item for item in drawn if ask([item])[0].withheld is None]
    seen = [item for item in (*routed[:4], *drawn[-3:]) if phase is Phase.COEXIST or not ask([item])[0].keep]
    made = Wrapped(seen, ask, phase)
    items: Sequence[Manifest] = [
        *seen,
        *(random_ingress(lot, annotations, usual=lot.random() < 0.4) for _ in range(count)),
        random_ingress(lot, {**annotations, UNKNOWN: "basic"}, usual=True),
        random_ingress(lot, {key: f"{value}0" for key, value in annotations.items()}, usual=True),
    ]
    equal = 0
    with rendering(made, engine) as render:
        for item in items:
            found = render(values([item]))
            assert not _wrong(item, ask([item])[0], found), item
            equal += not found.findings
    return equal


@pytest.mark.parametrize("annotations", _SOME, ids=_named)
def test_what_renders_is_what_is_expected(annotations: Mapping[str, str]) -> None:
    assert _asked(annotations, 1, 8, Phase.COEXIST, None) > 1


@pytest.mark.slow
@pytest.mark.parametrize("phase", [Phase.COEXIST, Phase.RETIRE])
@pytest.mark.parametrize("annotations", SETS, ids=_named)
def test_what_renders_is_what_is_expected_for_many(annotations: Mapping[str, str], phase: Phase) -> None:
    equal = sum(_asked(annotations, seed, 40, phase, None) for seed in range(2, 5))
    assert equal or f"{PREFIX}configuration-snippet" in annotations


@pytest.mark.slow
@pytest.mark.parametrize("annotations", _SOME, ids=_named)
def test_every_helm_renders_the_same(annotations: Mapping[str, str], engine: ChartEngine) -> None:
    assert _asked(annotations, 9, 10, Phase.COEXIST, engine) > 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_two_ingresses_of_one_template_are_what_is_expected_of_both(seed: int) -> None:
    lot = random.Random(seed)  # noqa: S311 - a test by lot
    ask = asking()
    one, two = lot.choice(SETS), lot.choice(SETS)
    tls = lot.choice([[], [{"hosts": ["a.example.com"], "secretName": "s"}]])
    main = ingress(one, {"a.example.com": [("/", "Prefix")]}, tls)
    beside = ingress(two, {"a.example.com": [("/console", "Exact")]}, tls, "two")
    others = [_pair(lot, one, two) for _ in range(20)]
    with rendering(Wrapped([(main, beside), others[0]], ask)) as render:
        for pair in [(main, beside), *others]:
            found = render(values(pair))
            changes = ask(pair)
            if message(found):
                continue
            assert not found.findings
            assert all(change.withheld is None for change in changes), pair
            wanted = [item for change in changes for item in change.emitted]
            assert by_host([*pair, *wanted], objects_of(found)) is None


def _pair(lot: random.Random, one: Mapping[str, str], two: Mapping[str, str]) -> tuple[Manifest, Manifest]:
    second = random_ingress(lot, two, usual=True)
    return random_ingress(lot, one, usual=True), {**second, "metadata": {**second["metadata"], "name": "two"}}
