"""The proofs together, in the order in which a person wants to read what fails."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gatelift.config.target import TargetSpec
from gatelift.manifests.shape import ObjectKey
from gatelift.proof.collisions import collisions
from gatelift.proof.drift import drift
from gatelift.proof.evidence import Evidence
from gatelift.proof.forms import Manifest
from gatelift.proof.limits import limits
from gatelift.proof.references import references
from gatelift.proof.shadowing import shadowing
from gatelift.proof.written import Application

__all__ = ["Application", "of_root", "of_scope"]


def of_root(
    application: Application,
    allowed: Collection[ObjectKey] = (),
    elsewhere: Sequence[Manifest] = (),
    target: TargetSpec | None = None,
) -> tuple[Evidence, ...]:
    """What one root must hold beside commuting: references, limits, drift.

    ``target`` as in ``drift()``, the rest as in ``references()``.
    """
    root, before, after = application.root, application.before, application.after
    return (
        references(root, before, after, allowed, elsewhere),
        limits(root, before, after),
        drift(root, before, after, target),
    )


def of_scope(
    scope: str,
    applications: Collection[Application],
    foreign: Collection[ObjectKey] = (),
    mirroring: Collection[ObjectKey] = (),
) -> tuple[Evidence, ...]:
    """What the roots of one cluster must hold together: shadowing and collisions, as in ``shadowing()``.

    What fails is told for every set of roots that is to blame (``Evidence.roots``).
    """
    roots = sorted(applications, key=lambda application: application.root)
    return (*shadowing(scope, roots, foreign, mirroring), *collisions(scope, roots))
