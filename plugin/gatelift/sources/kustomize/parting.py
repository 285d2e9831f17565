"""Replacements that reach routes too, and what goes with an Ingress that leaves."""

from __future__ import annotations

from functools import partial

from gatelift.findings import InputError
from gatelift.sources.kustomize.ground import Ground
from gatelift.sources.kustomize.kustomization import Field
from gatelift.sources.kustomize.parameters import replacement_targets
from gatelift.sources.kustomize.retire import gone_in, retire_patches, retire_replacements


class Parting:
    """Changes what kustomizations say of Ingresses."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def replacements(self) -> None:
        """Replacements into Ingresses reach what mirrors them too."""
        for folder in sorted(self.ground.active()):
            node = self.ground.situation.actual.nodes.get(folder)
            if node is None or not node.items(Field.REPLACEMENTS):
                continue
            level = self.ground.nearest(folder)
            if level is None:
                continue
            mirrored = tuple(level.mirrored())
            for target in replacement_targets(node.items(Field.REPLACEMENTS), mirrored):
                try:
                    self.ground.draft.item(folder, f"replacements/{target.index}/targets", target.value)
                except InputError as error:
                    self.ground.fail([folder], error.finding)

    def retire(self) -> None:
        """What was for Ingresses that leave, in every kustomization below the roots that build them."""
        leaving = {item for item in self.ground.written() if (change := self.ground.agreed(item)) and not change.keep}
        if not leaving:
            return
        for folder in sorted(self.ground.active()):
            near = {item for item in self.ground.written() if self.ground.builds(folder, item)}
            gone = gone_in({item.ref.name for item in near & leaving}, {item.ref.name for item in near - leaving})
            if near & leaving and folder in self.ground.situation.actual.nodes:
                try:
                    retire_patches(self.ground.draft, self.ground.situation.actual, folder, gone)
                    retire_replacements(self.ground.draft, folder, gone, partial(self._route, folder))
                except InputError as error:
                    self.ground.fail([folder], error.finding)

    def _route(self, folder: str, name: str, rule: int) -> str | None:
        """The name of the route that serves the host of a rule of the Ingress ``name``."""
        level = self.ground.nearest(folder)
        for each in level.mirrored() if level else ():
            rules = each.ingress["spec"].get("rules") or ()
            if name in (each.name, each.ingress["metadata"]["name"]) and rule < len(rules):
                host = rules[rule].get("host")
                routes = (item for item in each.objects if item["kind"] == "HTTPRoute")
                found = (item["metadata"]["name"] for item in routes if item["spec"].get("hostnames", [""])[0] == host)
                return next(found, None)
        return None
