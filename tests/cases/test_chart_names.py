"""Names of what a rewritten chart renders: unique, valid, and the same when hosts come and go."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import pytest
from chart_inputs import FOLDERS

from gatelift.plan.charts.building import ChartBuilder
from gatelift.sources.helm.case import Case
from support.planned_charts import Proposed, configured, propose, rendering, request

NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
CHARTS = {
    "chart-scaffold-of-today": "charts/ledger",
    "chart-double-loop-in-another-style": "charts/quarry",
    "chart-host-strings-one-path": "charts/gatehouse",
    "chart-hosts-strings-or-maps": "charts/scheduler",
}
"""Readable with a route for each host, the same in another style, with hosts that share a route, and wrapped."""
Manifest = Mapping[str, Any]


@pytest.fixture(scope="module", name="proposals")
def all_proposals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Proposed]]:
    """Name of a repository -> its proposals, whose cases can be rendered as long as the tests run."""
    folder = tmp_path_factory.mktemp("names")
    made: dict[str, Proposed] = {}
    config = configured(FOLDERS["chart-scaffold-of-today"])
    with rendering(config) as render:

        def proposed(name: str) -> Proposed:
            if name not in made:
                shutil.copytree(FOLDERS[name], folder / name)
                made[name] = propose(request(folder / name, configured(folder / name), render))
            return made[name]

        yield proposed


def _widest(proposed: Proposed, folder: str) -> Case:
    """The case with the most hosts, its switch on."""
    cases = proposed.cases(proposed.candidates[folder], True)
    return max(cases, key=lambda case: len(_hosts(case.values)))


def _hosts(values: Any) -> list[Any]:
    """The list of hosts in values, in place."""
    if not isinstance(values, Mapping):
        return []
    own = values.get("hosts")
    if isinstance(own, list) and "tls" not in values.get("secretName", ""):
        return own
    return max((_hosts(item) for key, item in values.items() if key != "tls"), key=len, default=[])


def _rendered(proposed: Proposed, case: Case, change: Callable[[list[Any]], None] | None = None) -> list[Manifest]:
    values = copy.deepcopy(dict(case.values))
    if change is not None:
        change(_hosts(values))
    charts = proposed.roots.charts
    builder: ChartBuilder = charts.builder
    asked = msgspec.structs.replace(case, values=values)
    made = builder.build(proposed.tree.changed(proposed.files), charts.sources.charts, [asked])[case.name]
    assert not made.failed, [item.message for item in made.findings]
    return [item.document.value for item in made.objects]


def _names(objects: list[Manifest]) -> dict[tuple[str, str], str]:
    """Host and listener -> the name of the route that serves it."""
    found: dict[tuple[str, str], str] = {}
    for item in objects:
        if item["kind"] == "HTTPRoute":
            parents = str([(parent.get("port"), parent.get("sectionName")) for parent in item["spec"]["parentRefs"]])
            for host in item["spec"]["hostnames"]:
                assert (host, parents) not in found
                found[host, parents] = item["metadata"]["name"]
    return found


def _sound(objects: list[Manifest]) -> None:
    """Every object has a valid name, and no two of a kind share one."""
    names = [(item["kind"], item["metadata"]["name"]) for item in objects]
    assert len(names) == len(set(names)), names
    assert all(len(name) <= 63 and NAME.fullmatch(name) for _, name in names)


def _renamed(host: Any, name: str) -> Any:
    """A host of a list as another one."""
    if isinstance(host, str):
        return name
    key = next(key for key in ("host", "name") if key in host)
    return {**host, key: name}


@pytest.mark.parametrize("name", CHARTS)
def test_names_of_the_others_stay_when_a_host_goes(name: str, proposals: Callable[[str], Proposed]) -> None:
    proposed = proposals(name)
    case = _widest(proposed, CHARTS[name])
    count = len(_hosts(case.values))
    assert count >= 2
    objects = _rendered(proposed, case)
    before = _names(objects)
    _sound(objects)
    assert len({host for host, _ in before}) == count
    for index in range(1, count):
        left = _rendered(proposed, case, lambda hosts, at=index: hosts.pop(at))  # type: ignore[misc]
        _sound(left)
        after = _names(left)
        assert {host for host, _ in before} - {host for host, _ in after}
        assert after == {place: before[place] for place in after}


@pytest.mark.parametrize("name", CHARTS)
def test_names_of_the_others_stay_when_the_last_hosts_change_places(
    name: str, proposals: Callable[[str], Proposed]
) -> None:
    proposed = proposals(name)
    case = _widest(proposed, CHARTS[name])

    def turned(hosts: list[Any]) -> None:
        hosts[1:] = [*reversed(hosts[1:])]

    assert _names(_rendered(proposed, case, turned)) == _names(_rendered(proposed, case))


@pytest.mark.parametrize("name", ["chart-scaffold-of-today", "chart-double-loop-in-another-style"])
def test_a_new_host_of_any_length_changes_no_other_name(name: str, proposals: Callable[[str], Proposed]) -> None:
    proposed = proposals(name)
    case = _widest(proposed, CHARTS[name])
    tls = _names(_rendered(proposed, case))
    long = f"{'a' * 60}.{'b' * 60}.example.com"
    fresh = (long, f"{long}.org", "wild.example.com")

    def more(hosts: list[Any]) -> None:
        hosts += [_renamed(hosts[-1], each) for each in fresh]

    values = copy.deepcopy(dict(case.values))
    without = msgspec.structs.replace(case, values=_without_tls(values))
    plain = _names(_rendered(proposed, without))
    objects = _rendered(proposed, without, more)
    _sound(objects)
    after = _names(objects)
    assert {host for host, _ in after} - {host for host, _ in plain} == set(fresh)
    assert {place: after[place] for place in plain} == plain
    assert {host: each for (host, _), each in tls.items() if not each.endswith("-redirect")} == {
        host: each for (host, _), each in plain.items()
    }


def _without_tls(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {key: [] if key == "tls" else _without_tls(item) for key, item in values.items()}
    return values


def test_two_hosts_that_would_give_their_routes_one_name_stop_the_render(
    proposals: Callable[[str], Proposed],
) -> None:
    proposed = proposals("chart-scaffold-of-today")
    case = _widest(proposed, CHARTS["chart-scaffold-of-today"])
    without = msgspec.structs.replace(case, values=_without_tls(copy.deepcopy(dict(case.values))))

    def alike(hosts: list[Any]) -> None:
        hosts += [_renamed(hosts[-1], "a.b.example.com"), _renamed(hosts[-1], "a-b.example.com")]

    with pytest.raises(AssertionError, match=r"gatelift: two hosts of Ingress \S+ give their routes one name"):
        _rendered(proposed, without, alike)
