"""A plan as data: roots, files, ledger, findings and proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gatelift.config.model import Phase
from gatelift.expected.context import IngressKey
from gatelift.expected.expected import Expected
from gatelift.findings import Finding, Place
from gatelift.proof.evidence import TRAFFIC, Evidence, Proof


class RootKind(StrEnum):
    """What a root is made of."""

    PLAIN = "plain"
    KUSTOMIZATION = "kustomization"
    CHART = "chart"


class FileChange(msgspec.Struct, frozen=True):
    """A file before and after; ``None`` where it is not there. Paths are POSIX, relative to the repository's root."""

    path: str
    before: bytes | None
    after: bytes | None


class RootPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one root."""

    root: str
    kind: RootKind
    scope: str
    phase: Phase
    ingresses: int = 0
    """How many Ingresses it renders today."""
    objects: int = 0
    """How many other objects it renders, which stay as they are."""
    routes: tuple[str, ...] = ()
    """The objects it will have beside these, as ``Kind namespace/name``."""
    evidence: tuple[Evidence, ...] = ()
    withdrawn: str = ""
    """Why its sources stay as they are, although something was to be done; empty where they do not."""
    deployed_by: tuple[str, ...] = ()
    """The Argo CD and Flux objects of the repository that deploy it, as ``Kind namespace/name``."""

    tried: bool = False
    """Of a chart: a case that reaches no cluster as far as the repository tells; it shows that the templates hold."""

    @property
    def proved(self) -> bool:
        """Whether every proof holds, and none is partial.

        Proofs about requests have to hold, but show more than the others need: what they leave out takes nothing.
        """
        return bool(self.evidence) and all(
            item.holds and (not item.partial or item.proof in TRAFFIC) for item in self.evidence
        )


class Tried(msgspec.Struct, frozen=True):
    """A strategy that was given up for a template: which, why, and where in it, where that can be said."""

    strategy: str
    why: str
    place: Place | None = None


class TemplatePlan(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a template of a chart that renders Ingresses. ``strategy`` is empty where none is proved."""

    path: str
    chart: str
    strategy: str = ""
    note: str = ""
    given_up: tuple[Tried, ...] = ()
    cases: int = 0
    """In how many cases its chart was rendered for the proof."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a run would do."""

    phase: Phase
    target: str
    engines: tuple[str, ...] = ()
    """Engine and version of everything that rendered, as ``kustomize v5.8.1 (kubectl)``."""
    scopes: tuple[str, ...] = ()
    roots: tuple[RootPlan, ...] = ()
    templates: tuple[TemplatePlan, ...] = ()
    """The templates of charts that render Ingresses, by their paths."""
    files: tuple[FileChange, ...] = ()
    """What changes on disk, sorted by path."""
    result: Expected
    """The ledger and the findings of all roots together, as ``expected()`` gave them."""
    complete: bool = False
    """Whether the facts of all applications of each scope were known."""
    findings: tuple[Finding, ...] = ()
    places: Mapping[IngressKey, Place] = msgspec.field(default_factory=dict)
    """Where each Ingress stands in the sources."""

    @property
    def replays(self) -> tuple[Evidence, ...]:
        """What was replayed: one for each cluster, however many roots meet there."""
        found = (item for root in self.roots for item in root.evidence if item.proof is Proof.REPLAY)
        return tuple({item.root: item for item in found}.values())

    @property
    def disagrees(self) -> bool:
        """Whether real proxies answer differently, and nothing says why: then nothing is written."""
        return not all(item.holds for item in self.replays)

    @property
    def digest(self) -> str:
        """Sixteen hexadecimal digits over the phase, the target and every byte that is written."""
        made = hashlib.sha256(f"{self.phase}\0{self.target}\0".encode())
        for change in self.files:
            made.update(change.path.encode("utf-8", "surrogateescape") + b"\0")
            for data in (change.before, change.after):
                made.update(b"-" if data is None else hashlib.sha256(data).digest())
        return made.hexdigest()[:16]
