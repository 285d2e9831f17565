"""The report of a run as data: what ``--report FILE`` holds, and what the texts for people are made from.

Its JSON Schema is published (docs/schemas/report.schema.json). No value of an annotation or of a Secret is read here:
of an Ingress only its name, of an object only its kind and name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from gatelift import __version__
from gatelift.config.model import Phase
from gatelift.findings import Finding, Place, Severity
from gatelift.gateway.normal import identity
from gatelift.intent.outcome import Disposition
from gatelift.report.pointers import annotation, setting

if TYPE_CHECKING:
    from gatelift.expected.expected import Change, Expected
    from gatelift.expected.ledger import Entry

VERSION: Literal[1] = 1

Name = Annotated[str, Meta(description="`namespace/name`, or `name` where the manifest names no namespace")]
Roots = Annotated[tuple[str, ...], Meta(description="The roots that this is true of, sorted", min_length=1)]
Objects = Annotated[
    tuple[str, ...], Meta(description="Objects that are written, as `Kind namespace/name`; none that was there already")
]
Where = Annotated[str, Meta(description="`path:line:column`, or a path where no line is known")]
Count = Annotated[int, Meta(ge=0)]


class Status(StrEnum):
    """What became of an Ingress as a whole."""

    CONVERTED = "converted"
    """routes stand for it, at least in part"""
    WITHHELD = "withheld"
    """no routes, because a setting that decides or restricts access has no translation"""
    LEFT = "left"
    """another controller serves it, or nobody knows which one does"""


class Summary(msgspec.Struct, frozen=True, rename="camel"):
    """Counts over the whole run, with every root counted."""

    ingresses: Annotated[Count, Meta(description="Ingresses read")]
    converted: Annotated[Count, Meta(description="Of these, those for which routes stand, at least in part")]
    withheld: Annotated[Count, Meta(description="Of these, those that get no routes, because a setting is refused")]
    left: Annotated[Count, Meta(description="Of these, those that gatelift does not translate: another controller's")]
    kept: Annotated[Count, Meta(description="Ingresses that stay after this phase, whatever became of them")]
    entries: Annotated[dict[Disposition, Count], Meta(description="Entries of the ledger, per disposition")]
    undecided: Annotated[
        Count,
        Meta(
            description="Refused entries that a person has to decide: neither withheld along nor of an Ingress that "
            "was left; a setting of the controller counts once"
        ),
    ]
    objects: Annotated[dict[str, Count], Meta(description="Objects written, per kind")]


class IngressReport(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One Ingress. Where several roots hold it and the same became of it, it stands here once."""

    ingress: Name
    roots: Roots
    status: Status
    kept: Annotated[bool, Meta(description="Whether the Ingress itself stays")]
    objects: Objects
    closed_by: Annotated[tuple[str, ...], Meta(description="What closes its place at the Gateway, new or there")] = ()
    place: Where = ""
    stays: Annotated[str, Meta(description="Why a converted Ingress stays")] = ""
    reason: Annotated[str, Meta(description="Why it was withheld or left")] = ""
    todo: Annotated[str, Meta(description="What to do about the reason")] = ""


class LedgerEntry(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What became of one annotation, field or setting. Entries that are equal but for their root are one."""

    roots: Roots
    ingress: Name
    pointer: Annotated[
        str, Meta(description="JSON pointer in the Ingress, or `configmap:KEY` for a setting of the controller")
    ]
    disposition: Disposition
    key: Annotated[str, Meta(description="The annotation's or the setting's key, where it is one")] = ""
    text: Annotated[str, Meta(description="The difference, the reason or the place, as the disposition asks")] = ""
    todo: Annotated[str, Meta(description="What to do about a refusal")] = ""
    withheld: Annotated[
        bool, Meta(description="Refused only because its Ingress is withheld for another entry, or for another Ingress")
    ] = False


class ReportedFinding(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One thing that a person should know beside the ledger."""

    code: Annotated[str, Meta(description="Stable name, `family/name`")]
    severity: Severity
    message: Annotated[str, Meta(description="What is the matter")]
    fix: Annotated[str, Meta(description="What to do")] = ""
    place: Where = ""
    object: Annotated[str, Meta(description="The object concerned, as `Kind namespace/name`")] = ""


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """What became of every annotation and field of every Ingress. Members may be added while ``version`` is 1."""

    version: Annotated[Literal[1], Meta(description="The version of this format")]
    gatelift: Annotated[str, Meta(description="The version of gatelift that wrote this")]
    phase: Phase
    target: Annotated[str, Meta(description="What the routes will run on")]
    complete: Annotated[
        bool, Meta(description="Whether the facts of all applications were given (`--facts`), not only of these inputs")
    ]
    summary: Summary
    ingresses: Annotated[tuple[IngressReport, ...], Meta(description="Sorted by name, then roots")]
    shared: Annotated[Objects, Meta(description="Objects written that belong to no single Ingress")]
    ledger: Annotated[
        tuple[LedgerEntry, ...], Meta(description="Sorted by Ingress; within it, in the manifest's order")
    ]
    findings: tuple[ReportedFinding, ...]


def build(
    expected: Expected,
    *,
    phase: Phase,
    target: str,
    complete: bool,
    findings: Iterable[Finding] = (),
    places: Mapping[tuple[str, str], Place] | None = None,
) -> Report:
    """The report of ``expected``. ``places``: (root, ``namespace/name``) -> where that Ingress stands.

    ``findings`` may repeat those that ``expected`` carries: each is reported once. The order of the changes does not
    matter.
    """
    changes = sorted(expected.changes, key=lambda change: (str(change.ingress.ref), change.ingress.provenance.root))
    rows = [_row(change, places or {}) for change in changes]
    shared = tuple(identity(item) for item in expected.shared)
    return Report(
        version=VERSION,
        gatelift=__version__,
        phase=phase,
        target=target,
        complete=complete,
        summary=_summary(rows, changes, shared),
        ingresses=tuple(_fold_rows(rows)),
        shared=shared,
        ledger=tuple(_ledger(changes)),
        findings=reported((*expected.findings, *findings)),
    )


def encode(report: Report) -> bytes:
    """The report as JSON: members in declared order, indented, with a final newline; valid UTF-8 whatever is in it."""
    try:
        made = msgspec.json.encode(report)
    except UnicodeEncodeError:  # a path that is no UTF-8, or a lone surrogate that a manifest smuggled in as an escape
        made = msgspec.json.encode(_valid(msgspec.to_builtins(report)))
    return msgspec.json.format(made, indent=2) + b"\n"


def reported(findings: Iterable[Finding]) -> tuple[ReportedFinding, ...]:
    """``findings`` as they are reported: by place, each once."""
    ordered = sorted(dict.fromkeys(findings), key=Finding.sort_key)
    return tuple(
        ReportedFinding(
            code=item.code,
            severity=item.severity,
            message=item.message,
            fix=item.fix,
            place=str(item.place or ""),
            object=item.object,
        )
        for item in ordered
    )


def _row(change: Change, places: Mapping[tuple[str, str], Place]) -> IngressReport:
    root, name = change.ingress.provenance.root, str(change.ingress.ref)
    status, reason, todo = _verdict(change)
    return IngressReport(
        ingress=name,
        roots=(root,),
        status=status,
        kept=change.keep,
        objects=tuple(identity(item) for item in change.emitted),
        place=str(places.get((root, name), "")),
        closed_by=change.closed_by,
        stays=change.stays,
        reason=reason,
        todo=todo,
    )


def _verdict(change: Change) -> tuple[Status, str, str]:
    if change.withheld is not None:
        return Status.WITHHELD, change.withheld.text, change.withheld.todo
    if change.left:
        return Status.LEFT, change.entries[0].text, change.entries[0].todo
    return Status.CONVERTED, "", ""


def _summary(rows: Sequence[IngressReport], changes: Sequence[Change], shared: Sequence[str]) -> Summary:
    statuses = Counter(row.status for row in rows)
    entries = Counter(entry.disposition for change in changes for entry in change.entries)
    undecided = {
        (change.ingress.hash_key if not setting(entry.pointer) else "", entry.pointer)
        for row, change in zip(rows, changes, strict=True)
        if row.status is not Status.LEFT
        for entry in change.entries
        if entry.disposition is Disposition.REFUSED and not entry.withheld
    }
    kinds = Counter(name.partition(" ")[0] for names in (*(row.objects for row in rows), shared) for name in names)
    return Summary(
        ingresses=len(rows),
        converted=statuses[Status.CONVERTED],
        withheld=statuses[Status.WITHHELD],
        left=statuses[Status.LEFT],
        kept=sum(row.kept for row in rows),
        entries={disposition: entries[disposition] for disposition in Disposition},
        undecided=len(undecided),
        objects=dict(sorted(kinds.items())),
    )


def _fold_rows(rows: Sequence[IngressReport]) -> Iterator[IngressReport]:
    found: dict[IngressReport, dict[str, None]] = {}
    for row in rows:
        found.setdefault(msgspec.structs.replace(row, roots=()), {}).update(dict.fromkeys(row.roots))
    for row, roots in found.items():
        yield msgspec.structs.replace(row, roots=tuple(roots))


def _ledger(changes: Sequence[Change]) -> Iterator[LedgerEntry]:
    by_name: dict[str, list[Change]] = {}
    for change in changes:
        by_name.setdefault(str(change.ingress.ref), []).append(change)
    for name, group in by_name.items():
        yield from _entries(name, group)


def _entries(name: str, changes: Sequence[Change]) -> Iterator[LedgerEntry]:
    """The entries of one Ingress over all its roots: by pointer in the order of the manifest, equal ones once."""
    found: dict[str, dict[tuple[object, ...], tuple[Entry, dict[str, None]]]] = {}
    for change in changes:
        for entry in change.entries:
            said = (entry.disposition, entry.text, entry.todo, entry.withheld)
            found.setdefault(entry.pointer, {}).setdefault(said, (entry, {}))[1][entry.root] = None
    for pointer, variants in found.items():
        key = annotation(pointer) or setting(pointer)
        for entry, roots in variants.values():
            yield LedgerEntry(
                roots=tuple(sorted(roots)),
                ingress=name,
                pointer=pointer,
                disposition=entry.disposition,
                key=key,
                text=entry.text,
                todo=entry.todo,
                withheld=entry.withheld,
            )


def _valid(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case list() | tuple():
            return [_valid(item) for item in value]
        case dict():
            return {_valid(key): _valid(item) for key, item in value.items()}
    return value
