"""One line of what is written into a chart is sabotaged, and the proof has to fail.

Every single change is tried that ``chart_mutants`` knows. One that leaves every case as it was rendered shows nothing:
of a template it is listed here with the reason, of the tables most entries are for values that no case has.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from chart_inputs import FOLDERS
from chart_mutants import Mutant, table_mutants, template_mutants, value_mutants

from gatelift.manifests.defaults import filled
from gatelift.plan.charts.trying import Candidate
from gatelift.sources.helm.offer import Strategy
from support.planned_charts import Proposed, configured, propose, rendering, request

OURS = ("gateway.networking.k8s.io/", "gateway.envoyproxy.io/")
QUICK = ("chart-almost-static", "chart-own-route-main")
SLOW = (
    "chart-double-loop-in-another-style",
    "chart-hosts-strings-or-maps",
    "chart-ingress-in-a-define",
    "chart-library-loader",
    "chart-list-for-each-replica",
    "chart-literal-annotations",
    "chart-map-of-ingresses",
    "chart-one-host-fixed-paths",
    "chart-own-route-by-gateway-reference",
    "chart-own-route-with-timeouts",
    "chart-own-routes-as-a-list",
    "chart-ports-by-name",
    "chart-scaffold-of-today",
    "chart-services-by-values",
    "chart-several-ingresses-in-a-file",
    "chart-tls-by-a-flag",
    "chart-umbrella-with-an-alias",
)
NO_SLASH = ("helper left out", '.more" $place', "no path of the cases ends in a slash")
ONE_PATH = ("hosts loop", "aths }}", "no host of the cases has two paths")
ONE_HOST = ("hosts loop", "range .Values.ingress.", "no case has two hosts")
NO_NOTES = ("key of values", ".Values.ingress.annotations", "no case has annotations")
HOME = ("line left out", ".Release.Namespace }}", "objects get the namespace of the release anyway")
ANY_NAME = ("service", "name: {{ include", "routes may have any names")
MEETING = ("chart-list-for-each-replica", "chart-map-of-ingresses")
"""Charts whose one template renders several Ingresses; a guard of its own stands around what holds these apart."""
SAME: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "chart-double-loop-in-another-style": (NO_SLASH,),
    "chart-list-for-each-replica": (
        NO_SLASH,
        ONE_PATH,
        ("guard", "tlsSecretPerReplica.enabled", "every case has a Secret for each replica"),
    ),
    "chart-literal-annotations": (NO_SLASH,),
    "chart-map-of-ingresses": (NO_SLASH, ONE_PATH),
    "chart-one-host-fixed-paths": (NO_SLASH, ("service", "name: {{ .Release.Name }}", "policies may have any names")),
    "chart-ports-by-name": (NO_SLASH, ONE_PATH, ONE_HOST, NO_NOTES, ANY_NAME),
    "chart-scaffold-of-today": (
        NO_SLASH,
        ONE_PATH,
        ("key of values", '"class" ', "every class that is served may be meant where none is named"),
    ),
    "chart-services-by-values": (NO_SLASH, ONE_PATH, ("guard", "$component.enabled", "every component is on")),
    "chart-tls-by-a-flag": (
        NO_SLASH,
        NO_NOTES,
        ANY_NAME,
        ("key of values", ".Values.ingress.pathType", "no case has an exact path"),
    ),
    "chart-umbrella-with-an-alias": (NO_SLASH, ONE_PATH, ONE_HOST),
}
"""Changes after which every case is rendered as it was: what was done, a part of the line, and why no case sees it."""
LEAST = {Strategy.OWN: 10, Strategy.READABLE: 15, Strategy.WRAPPED: 3}
"""How many changes the proof must see at least, by the strategy of a chart's first template."""


class Tried(NamedTuple):
    """One change, and what came of it: ``stopped`` (some fail), ``seen``, ``same`` (as before) or ``missed``."""

    place: str
    kind: str
    line: str
    came: str


@pytest.fixture(scope="module", name="repositories")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the repositories are copied to."""
    return tmp_path_factory.mktemp("mutants")


def tried(name: str, folder: Path) -> tuple[Proposed, list[Tried]]:
    """Every change of one repository."""
    place = folder / name
    shutil.copytree(FOLDERS[name], place, dirs_exist_ok=True)
    config = configured(place)
    with rendering(config) as render:
        proposed = propose(request(place, config, render))
        assert proposed.candidates
        assert [item.text for item in proposed.evidence(proposed.files) if not item.holds] == []
        return proposed, [*_templates(proposed), *_values(proposed)]


def _templates(proposed: Proposed) -> Iterator[Tried]:
    before = _rendered(proposed, proposed.files, proposed.candidates)
    for path, data in proposed.files.items():
        if "/templates/" not in path or data is None or path.endswith(".txt"):
            continue
        text = data.decode()
        helpers = path.endswith("/_gatelift.tpl")
        for mutant in table_mutants(text) if helpers else template_mutants(text):
            files = {**proposed.files, path: mutant.of(text).encode()}
            came = _came(proposed, files, proposed.candidates, before)
            yield Tried("tables" if helpers else path, mutant.kind, _without_version(mutant), came)


def _without_version(mutant: Mutant) -> str:
    return re.sub(r"gatelift-[0-9a-f]{8}", "gatelift", mutant.line)


def _values(proposed: Proposed) -> Iterator[Tried]:
    """What is written into values for routes of the chart's own."""
    before = _rendered(proposed, proposed.files, proposed.candidates)
    for folder, kept in proposed.candidates.items():
        for index, each in enumerate(kept):
            for case, values in each.offer.values.items():
                for kind, changed in value_mutants(values):
                    offer = msgspec.structs.replace(each.offer, values={**each.offer.values, case: changed})
                    others = (*kept[:index], Candidate(each.part, offer), *kept[index + 1 :])
                    candidates = {**proposed.candidates, folder: others}
                    yield Tried("values", kind, case, _came(proposed, proposed.files, candidates, before))


def _came(
    proposed: Proposed,
    files: Mapping[str, bytes | None],
    candidates: Mapping[str, tuple[Candidate, ...]],
    before: list[str],
) -> str:
    wrong = [item for item in proposed.evidence(files, candidates) if not item.holds]
    if wrong:
        return "stopped" if all("does not render" in item.text for item in wrong) else "seen"
    return "same" if _rendered(proposed, files, candidates) == before else "missed"


def _rendered(
    proposed: Proposed, files: Mapping[str, bytes | None], candidates: Mapping[str, tuple[Candidate, ...]]
) -> list[str]:
    """The objects of ours in all cases, as far as anything depends on them: routes may have any names."""
    tree = proposed.tree.changed(files)
    charts = proposed.roots.charts
    found: list[str] = []
    for kept in candidates.values():
        for on in (False, True):
            cases = [msgspec.structs.replace(item, name=f"{item.name} {on}") for item in proposed.cases(kept, on)]
            homes = {item.name: item.namespace or "default" for item in cases}
            for name, made in charts.builder.build(tree, charts.sources.charts, cases).items():
                objects = [item.document.value for item in made.objects]
                ours = [filled(item) for item in objects if str(item["apiVersion"]).startswith(OURS)]
                referred = " ".join(re.findall(r'"(?:targetRefs|extensionRef)": (.*?[\]}])', json.dumps(ours)))
                shown = sorted(_meaning(item, referred, homes[name]) for item in ours)
                found.append(f"{name} {made.cause} {shown}")
    return found


def _meaning(item: Mapping[str, Any], referred: str, home: str) -> str:
    """An object without a name that nothing refers to, and without the namespace that it gets anyway."""
    metadata = dict(item["metadata"])
    # Nothing refers to a policy, though a route that is referred to may bear the same name.
    if item["kind"].endswith("Policy") or f'"{metadata["name"]}"' not in referred:
        del metadata["name"]
    if metadata.get("namespace") == home:
        del metadata["namespace"]
    return json.dumps({**item, "metadata": metadata}, sort_keys=True)


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_every_change_that_changes_anything_is_seen(name: str, repositories: Path) -> None:
    proposed, found = tried(name, repositories)
    assert [item for item in found if item.came == "missed"] == []
    unseen = [item for item in found if item.came == "same" and item.place not in ("tables", "values")]
    left = "\n".join(f"{item.kind}: {item.line}" for item in unseen if not _excused(name, item))
    assert not left, f"no case sees these:\n{left}"
    counts = Counter(item.came for item in found if item.place != "tables")
    strategy = next(iter(proposed.candidates.values()))[0].offer.strategy
    assert counts["seen"] >= LEAST[strategy], counts
    if strategy is Strategy.WRAPPED:
        assert sum(item.came == "seen" for item in found if item.place == "tables") >= 5


def _excused(name: str, item: Tried) -> bool:
    if ".alone" in item.line or (name in MEETING and item.line == "{{- if .Values.gateway.enabled }}"):
        # It stops the render of Ingresses that meet on a host and were never seen together, so no case has any.
        return True
    return any(_fits(excuse, item) for excuse in (HOME, *SAME.get(name, ())))


def _fits(excuse: tuple[str, str, str], item: Tried) -> bool:
    kind, fragment, _ = excuse
    return item.kind == kind and fragment in item.line
