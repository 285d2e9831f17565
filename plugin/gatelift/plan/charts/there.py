"""Routes that a chart's own template renders already, because values say so: of an earlier run, or by hand.

They bear the chart's names and shape, so that no name of ``expected()`` finds them. Where they mean what it asks for,
they are what the case is to become: the case is judged without them, and proved with them.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatelift.manifests.defaults import filled
from gatelift.manifests.resource import Resource
from gatelift.plan.charts.before import Charted
from gatelift.plan.charts.judging import judged_alone
from gatelift.proof.forms import is_owned
from gatelift.proof.hosts import by_host
from gatelift.sources.worlds import Rendered, Settings


def without_own_routes(found: Charted, settings: Settings) -> Charted:
    """``found``, where routes that are there already and mean what is wanted are none of a case's objects.

    Raises ``UsageError`` where no Gateway is configured.
    """
    bare = {name: _without(item) for name, item in found.roots.items() if _has_both(item)}
    if not bare:
        return found
    judged = judged_alone(list(bare.values()), settings)
    roots = dict(found.roots)
    origins = dict(found.origins)
    for name, item in bare.items():
        wanted = [made for change in judged[name].values() for made in change.emitted]
        there = [filled(each.value) for each in _owned(found.roots[name])]
        if wanted and by_host(wanted, there) is None:
            kept = {each.provenance for each in item.resources}
            pairs = zip(found.roots[name].resources, found.origins[name], strict=True)
            origins[name] = tuple(origin for each, origin in pairs if each.provenance in kept)
            roots[name] = item
    return msgspec.structs.replace(found, roots=roots, origins=origins)


def _has_both(item: Rendered) -> bool:
    return any(each.kind == "Ingress" for each in item.resources) and any(_owned(item))


def _owned(item: Rendered) -> Iterator[Resource]:
    return (each for each in item.resources if is_owned(each.key))


def _without(item: Rendered) -> Rendered:
    kept = tuple(each for each in item.resources if not is_owned(each.key))
    return msgspec.structs.replace(item, resources=kept)
