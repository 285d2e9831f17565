"""The inputs of deployed cases, written so that the routes are on: files of values, else the objects that deploy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case, How
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.edits.blocks import with_block
from gatelift.sources.helm.edits.made import Edited, note
from gatelift.sources.helm.edits.objects import Spot, is_overridden, spot_of, written
from gatelift.sources.helm.edits.wanted import Wanted, emptied, has, lacking, leaves, parameter, switched_off
from gatelift.sources.helm.values import parsed_values
from gatelift.text.emit import dump

_Demand = tuple[tuple[tuple[str, ...], str], ...]


class _Home(msgspec.Struct, frozen=True):
    """A place for values: a file, or the object at a spot of one. ``values``: what stands there now."""

    path: str
    values: Mapping[str, Any]
    spot: Spot | None = None


class _Files(msgspec.Struct, frozen=True):
    """The tree, with what was written so far."""

    tree: Tree
    charts: Charts
    done: Mapping[str, bytes]

    def read(self, path: str) -> bytes:
        return self.done[path] if path in self.done else self.tree.read(path)


class _Users(msgspec.Struct, frozen=True):
    """Who reads what: files and objects -> the names of cases; what each case wants, None for one that stays off."""

    files: Mapping[str, frozenset[str]]
    places: Mapping[str, frozenset[str]]
    demands: Mapping[str, _Demand | None]
    charts: Mapping[str, str]

    def agree(self, names: frozenset[str]) -> bool:
        """Whether one text serves all of them."""
        return len({self.demands.get(name) for name in names}) == 1


def switched_on(tree: Tree, charts: Charts, wanted: Sequence[Wanted], off: Sequence[Case] = ()) -> Edited:
    """All deployed cases with the values that turn their routes on.

    ``off``: all other deployed cases; no text that one of them reads is edited. Each case is
    written to one place: where its values hold the block beside already, else its last file of values, else the object
    that deploys it. A chart's own ``values.yaml`` is never such a place. What cannot be written safely, and what a
    person has switched off, is a finding (``helm/not-on``).
    """
    users = _users(tree, wanted, off)
    # Found before anything is edited: an edit moves the lines of the objects below it.
    spots = {item.case.name: spot_of(tree, item.case) for item in wanted}
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for item in wanted:
        made = _one(_Files(tree, charts, files), item, users, spots[item.case.name])
        files.update(made.files)
        findings += made.findings
    return Edited(files, tuple(findings))


def _users(tree: Tree, wanted: Sequence[Wanted], off: Sequence[Case]) -> _Users:
    demands: dict[str, _Demand | None] = {case.name: None for case in off}
    for item in wanted:
        known = demands.get(item.case.name) or ()
        demands[item.case.name] = (*known, (item.keys, dump(item.values)))
    files: dict[str, set[str]] = {}
    places: dict[str, set[str]] = {}
    for case in (*(item.case for item in wanted), *off):
        for entry in case.inputs:
            if entry.how is How.FILE:
                files.setdefault(_real(tree, entry.name), set()).add(case.name)
        places.setdefault(str(case.place), set()).add(case.name)
    return _Users(
        {path: frozenset(names) for path, names in files.items()},
        {place: frozenset(names) for place, names in places.items()},
        demands,
        {case.name: case.chart for case in (*(item.case for item in wanted), *off)},
    )


def _real(tree: Tree, path: str) -> str:
    """The file that a link leads to, since that is what is edited."""
    return tree.resolve(path) or path


def _one(files: _Files, item: Wanted, users: _Users, spot: Spot | None) -> Edited:
    case = item.case
    if not item.values:
        fix = "name the Gateway under gateway: in gatelift.yaml, or for this path under overrides:"
        return _not_on(item, "no Gateway is configured for it", fix)
    if switched_off(item.whole, case.values) is not None:
        return _left_off(item)
    if not lacking(item.whole, case.values):
        return Edited()
    whys: list[str] = []
    for home in _homes(files, item, spot, whys):
        why = _unfit(files.tree, item, home, users)
        if why:
            whys.append(why)
            continue
        try:
            return _written(files, item, home)
        except InputError as error:
            whys.append(f"{error.finding.message} ({error.finding.place})")
    return _not_on(
        item, "; ".join(dict.fromkeys(whys)) or "nothing here says where its values come from", _by_hand(item)
    )


def _homes(reading: _Files, item: Wanted, spot: Spot | None, whys: list[str]) -> Iterator[_Home]:
    """The places that the case reads, the best first."""
    files = list(_files(reading, item, whys))
    inline: list[_Home] = []
    try:
        if spot is not None:
            held = spot.values
            inline.append(_Home(spot.path, held if isinstance(held, Mapping) else {}, spot))
    except InputError as error:
        whys.append(f"the text of {spot.form if spot else ''} cannot be read: {error.finding.message}")
    # The object's own values are laid over those of files, so they come first where they hold such a block.
    by_strength = [*inline, *files]
    beside = (*item.keys, *item.beside)
    ranked = [
        *(home for home in by_strength if any(has(home.values, path) for path, _ in leaves(item.whole))),
        *(home for home in by_strength if item.beside and has(home.values, beside)),
        *files,
        *inline,
    ]
    yield from (home for number, home in enumerate(ranked) if home not in ranked[:number])


def _files(files: _Files, item: Wanted, whys: list[str]) -> Iterator[_Home]:
    """Its files of values, the last first, without those that a chart brings for everybody."""
    own = {_real(files.tree, chart.values) for chart in files.charts.by_folder.values() if chart.values}
    names = [_real(files.tree, entry.name) for entry in item.case.inputs if entry.how is How.FILE]
    for name in dict.fromkeys(name for name in reversed(names) if name not in own):
        try:
            yield _Home(name, parsed_values(name, files.read(name)))
        except (InputError, KeyError):
            whys.append(f"{name} cannot be read")


def _unfit(tree: Tree, item: Wanted, home: _Home, users: _Users) -> str:
    """Why a place is none for this case; empty where it is."""
    null = emptied(item.whole, home.values)
    if null is not None:
        return f"{'.'.join(null)} is null in {home.path}, which takes the chart's own values away there"
    if home.spot is None:
        if has(home.values, ("sops", "mac")):
            return f"{home.path} is encrypted with SOPS, and an edit would break its signature"
        names = users.files.get(home.path, frozenset())
        if not users.agree(names):
            return f"{home.path} is read by cases that need other values: {_listed(names, item)}"
        return ""
    names = users.places.get(str(item.case.place), frozenset())
    if not users.agree(names):
        return f"the Applications made from {item.case.place} need different values: {_listed(names, item)}"
    if home.spot.generated and (item.case.partial or len({users.charts[name] for name in names}) > 1):
        return "it is made from a template whose values are not all known here, or which deploys several charts"
    if is_overridden(tree, item.case, home.spot):
        return f".argocd-source.yaml of the chart takes the place of {home.spot.form}"
    return ""


def _listed(names: frozenset[str], item: Wanted) -> str:
    others = sorted(names - {item.case.name})
    return ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")


def _written(files: _Files, item: Wanted, home: _Home) -> Edited:
    data = files.read(home.path)
    if home.spot is None:
        after = (*item.keys, *item.beside)
        made = with_block(home.path, data, item.keys, item.values, after=after)
    else:
        made = written(home.spot, data, item)
    return Edited({home.path: made} if made != data else {})


def _left_off(item: Wanted) -> Edited:
    path = ".".join(switched_off(item.whole, item.case.values) or ())
    return _not_on(item, f"its values say {path}: false, and what a person set stays", f"set {path} to true")


def _not_on(item: Wanted, why: str, fix: str) -> Edited:
    case = item.case
    message = f"routes are prepared and not on in {case.name}, whose traffic stays with the Ingress: {why}"
    return Edited(findings=(note("not-on", message, fix, case.place, case.by),))


def _by_hand(item: Wanted) -> str:
    shown = ", ".join(f"{parameter(path)}: {dump({'x': value})[3:].strip()}" for path, value in leaves(item.whole))
    return f"write these values where only this case reads them: {shown}"
