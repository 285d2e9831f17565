"""``own(part)``: the values with which a chart's own template writes the routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatelift.config.model import Phase
from gatelift.findings import Place
from gatelift.sources.helm.offer import GivenUp, Manifest, Offer, Part, Seen, Strategy
from gatelift.sources.helm.own.extra import Extra, extras_of
from gatelift.sources.helm.own.laid import RouteTemplate
from gatelift.sources.helm.own.locks import locks, silence
from gatelift.sources.helm.own.nearest import rival, route_templates
from gatelift.sources.helm.own.placing import Placing
from gatelift.sources.helm.own.values import NoFitError, Path, Values, dotted
from gatelift.sources.helm.own.wanted import Wanted, wanted_of


def own(part: Part) -> Offer | GivenUp:
    """Values for the chart's own template of routes, for each case of ``part`` in which something is wanted.

    ``Offer.values``: name of the case -> what is laid over the chart's values in it (in the case's own values these
    stand under ``Seen.keys``). No file is edited. ``GivenUp`` says what the template has no place for, and where.
    """
    return offered(part, Strategy.OWN)


def offered(part: Part, strategy: Strategy) -> Offer | GivenUp:
    """As ``own``, for a chart whose files are not edited too."""
    failed: GivenUp | None = None
    try:
        for read in route_templates(part):
            other = rival(part, read)
            found = _taken(read, other) if other else _by(part, read, strategy)
            if isinstance(found, Offer):
                return found
            failed = failed or found
    except RecursionError:
        failed = GivenUp("the chart's own template for routes refers to itself, or nests deeper than is read")
    return failed or _none(part)


def _taken(read: RouteTemplate, other: str) -> GivenUp:
    source = read.template.source
    why = f"the chart's own template for routes is nearer to {other}, and would have to write the routes of both"
    return GivenUp(why, source.place(read.documents[0].start))


def _none(part: Part) -> GivenUp:
    if not part.chart.routes:
        return GivenUp("the chart has no template for routes")
    return GivenUp(
        "it speaks of routes where none can be read: a helper writes them", Place(part.chart.routes[0], 1, 1)
    )


def _by(part: Part, read: RouteTemplate, strategy: Strategy) -> Offer | GivenUp:
    extra = extras_of(part, read.template.source.path)
    locked = locks(part, read.template.source.path)
    values: dict[str, Manifest] = {}
    beside = False
    for seen in part.seen:
        wanted = wanted_of(seen)
        if not wanted.routes and not wanted.beside:
            continue
        try:
            made, more = case_values(part, read, seen, wanted, locked, extra, strategy)
        except NoFitError as error:
            source = read.template.source
            why = f"the chart's own template for routes does not do for {seen.case.name}: {error.why}"
            return GivenUp(why, source.place(error.at if error.at is not None else read.documents[0].start))
        beside = beside or more
        if values.get(seen.case.name, made) != made:
            return GivenUp(f"the chart is included twice in {seen.case.name}, each time with other routes")
        values[seen.case.name] = made
    if not values:
        return GivenUp("no case of the chart needs a route")
    note = f"the chart's own template {read.template.source.path} writes the routes"
    if beside and extra is not None:
        note += f"; what it has no place for stands in {dotted(extra.path)}"
    files = {part.template: None} if removes(part, strategy) else {}
    return Offer(strategy=strategy, files=files, helpers=False, values=values, note=note)


def case_values(
    part: Part,
    read: RouteTemplate,
    seen: Seen,
    wanted: Wanted,
    locked: Callable[[Path], str],
    extra: Extra | None,
    strategy: Strategy,
) -> tuple[dict[str, Any], bool]:
    """The values of the chart for one case, and whether objects are among them. Raises ``NoFitError``."""
    if not wanted.routes:
        raise NoFitError("what is wanted here is no route")
    placing = Placing(read, Values(seen.values), locked, known_labels(seen))
    # Routes in a template of one's own follow the values of the Ingress: whole objects are for charts of others.
    placed = placing.place(wanted.routes, room=extra is not None and strategy is Strategy.FOREIGN)
    rest = [item for item, _ in placed.left] + list(wanted.beside)
    if rest:
        if extra is None:
            raise placed.left[0][1] if placed.left else _no_place(wanted.beside)
        if strategy is Strategy.OWN and (label := extra.ages(rest)):
            why = f"whole objects in {dotted(extra.path)} would keep today's {label} when the chart's version changes"
            raise NoFitError(f"{placed.left[0][1].why}; {why}" if placed.left else why)
        extra.add(placed.values, rest)
    if not removes(part, strategy):
        retire(part, seen, placed.values)
    return placed.values.nested(), bool(rest)


def removes(part: Part, strategy: Strategy) -> bool:
    """Whether the template of the Ingress goes: in ``retire``, where no case of it keeps one."""
    return strategy is Strategy.OWN and part.phase is Phase.RETIRE and not any(map(_stays, part.seen))


def retire(part: Part, seen: Seen, values: Values) -> None:
    """In ``retire``, have values take the Ingresses of a case away. Raises ``NoFitError`` where they alone cannot."""
    if part.phase is Phase.RETIRE and not _stays(seen):
        silence(part, values)


def _stays(seen: Seen) -> bool:
    return any(change is None or change.keep for change in seen.changes)


def _no_place(beside: Sequence[Manifest]) -> NoFitError:
    kinds = ", ".join(dict.fromkeys(str(item["kind"]) for item in beside))
    return NoFitError(f"the routes need {kinds} beside them, for which the chart has no place")


def known_labels(seen: Seen) -> Mapping[str, str]:
    """Labels that the chart's Services bear as well: the helper that all its objects share writes them."""
    found: dict[str, str] = {}
    for service in seen.services:
        found |= labels_of(service)
    ours = {key: value for item in seen.ingresses for key, value in labels_of(item.value).items()}
    return {key: value for key, value in ours.items() if found.get(key) == value} if found else ours


def labels_of(manifest: Manifest) -> dict[str, str]:
    """The labels of an object, whatever form it has."""
    metadata = manifest.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, Mapping) else None
    return {str(key): str(value) for key, value in labels.items()} if isinstance(labels, Mapping) else {}
