"""The symbolic proof of everything that would be written: every request to a cluster, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gatelift.expected.expected import Change
from gatelift.manifests.resource import Resource
from gatelift.proof.evidence import Beside, Evidence
from gatelift.proof.symbolic.case import prove_case
from gatelift.proof.symbolic.telling import evidence, owners
from gatelift.sources.variables import Variables
from gatelift.sources.worlds import Settings
from gatelift.traffic.case import Case, cases_of, is_common, with_gateways
from gatelift.traffic.fields import name

Manifest = Mapping[str, Any]


class Turned(msgspec.Struct, frozen=True):
    """What a root renders before and after."""

    before: Sequence[Resource]
    after: Sequence[Manifest]


def symbolic(
    settings: Settings,
    scope: str,
    roots: Mapping[str, Turned],
    common: Iterable[Turned],
    gateways: Sequence[Manifest],
    changes: Mapping[str, Sequence[Change]],
) -> dict[str, list[Evidence]]:
    """Root -> the proof of its scope, where it has a part in it.

    ``common``: roots that meet every inferred scope, whose Gateways count for all. ``gateways``: those that have a
    file of their own. ``changes``: what becomes of the
    Ingresses, by root. What fails is that of the roots whose Ingresses or routes reply; of all where none is named.
    """
    ours = [change for root in roots for change in changes.get(root, ()) if not change.left]
    if not any(change.emitted for change in ours):
        return {}
    before = [item for turned in roots.values() for item in turned.before]
    after = [item for turned in common for item in turned.after if is_common(item)]
    after += [item for turned in roots.values() for item in turned.after]
    cases = cases_of(before, with_gateways(after, gateways), ours, settings.config)
    found: dict[str, list[Evidence]] = {}
    for class_name, case in sorted(cases.items()):
        variables = Variables()
        outcome = prove_case(
            _hidden(case, variables),
            settings.controller.settings,
            envoy_gateway=settings.target.spec.envoy_gateway is not None,
        )
        title = f"{scope}, class {class_name}" if len(cases) > 1 else scope
        made = evidence(title, outcome)
        beside = tuple(Beside(*map(variables.shown, (item.mine, item.route, item.text))) for item in made.beside)
        partial = tuple(map(variables.shown, made.partial))
        made = replace(made, text=variables.shown(made.text), partial=partial, beside=beside)
        blamed = [] if made.holds else _blamed(roots, owners(outcome))
        for root in blamed or [root for root in roots if changes.get(root)]:
            found.setdefault(root, []).append(made)
    return found


def _hidden(case: Case, variables: Variables) -> Case:
    """``case`` with a word for each variable that somebody fills in after the render."""
    return replace(
        case,
        before=tuple(variables.hidden(item) for item in case.before),
        after=tuple(variables.hidden(item) for item in case.after),
        entries=tuple(replace(entry, ingress=variables.hidden(entry.ingress)) for entry in case.entries),
        withheld={variables.hidden(ingress): why for ingress, why in case.withheld.items()},
    )


def _blamed(roots: Mapping[str, Turned], names: frozenset[str]) -> list[str]:
    return [root for root, turned in roots.items() if names & {name(item) for item in turned.after}]
