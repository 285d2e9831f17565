"""Charts rewritten with the readable strategy alone, rendered before and after, and held against expected()."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from chart_trees import Files, found_in, sdk

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.config import Config, parse_gateway
from gatelift.config.model import Phase
from gatelift.config.target import parse_target
from gatelift.expected.context import Inputs, gather
from gatelift.expected.expected import Change, expected
from gatelift.expected.judge import judge
from gatelift.ingress.read import is_ingress, read
from gatelift.manifests.inventory import take
from gatelift.manifests.resource import Provenance, Resource
from gatelift.proof.hosts import by_host
from gatelift.render.charts import renderer
from gatelift.render.rendering import Rendering
from gatelift.repository.tree import Tree
from gatelift.sources.helm.case import Case
from gatelift.sources.helm.cases import Cases
from gatelift.sources.helm.charts import Charts
from gatelift.sources.helm.offer import Ask, GivenUp, Manifest, Part, Seen, Switch
from gatelift.sources.helm.readable.strategy import readable
from gatelift.sources.helm.rendering import rendered
from gatelift.sources.helm.runtime.library import library
from gatelift.sources.helm.values import merged, read_values
from gatelift.targets.registry import resolve

GATEWAY = "infra/shared/https"
CLASS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "nginx", "annotations": {"ingressclass.kubernetes.io/is-default-class": "true"}},
    "spec": {"controller": "k8s.io/ingress-nginx"},
}
_SOURCE = re.compile(r"[^/]+/(.*)")


def ask_of(phase: Phase, beside: Sequence[Manifest] = (), gateway: str = GATEWAY) -> Ask:
    """expected() over objects that share a cluster with nothing but ``beside``; every class is one of ingress-nginx."""

    def ask(objects: Sequence[Manifest]) -> tuple[Change, ...]:
        found = [resource(item, index) for index, item in enumerate((*objects, *beside, CLASS))]
        ingresses = [read(item) for item in found if is_ingress(item)]
        inventory = take(found)
        target = parse_target("envoy-gateway")
        config = Config(gateway=parse_gateway(gateway), target=target)
        rulings = Rulings(controller=Controller(), secrets=inventory.secrets, config_maps=inventory.config_maps)
        context = gather(
            Inputs(
                ingresses=ingresses,
                resources=found,
                inventory=inventory,
                config=config,
                rulings=rulings,
                target=resolve(target),
            )
        )
        return expected(ingresses, phase, context, judge(ingresses, context, phase)).changes

    return ask


def resource(item: Manifest, index: int) -> Resource:
    """An object as it is read from a stream."""
    metadata = item["metadata"]
    return Resource(
        api_version=item["apiVersion"],
        kind=item["kind"],
        namespace=metadata.get("namespace", ""),
        name=metadata["name"],
        value=item,
        provenance=Provenance(".", "made.yaml", index),
    )


def flat(objects: Iterable[Manifest]) -> list[Manifest]:
    """Objects, those in Lists one by one."""
    return [one for item in objects for one in (item["items"] if item["kind"] == "List" else (item,))]


class Outcome(msgspec.Struct, frozen=True):
    """What came of one template: the text of the new one, or why there is none, and per case what is wrong."""

    template: str
    text: str = ""
    given_up: GivenUp | None = None
    wrong: Mapping[str, str] = {}
    proved: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    prefix: str = ""
    note: str = ""
    files: Mapping[str, bytes | None] = {}


class Charting:
    """One repository with charts, all its cases rendered."""

    def __init__(self, files: Files, config: Config | None = None, phase: Phase = Phase.COEXIST) -> None:
        self.config = config or Config()
        self.phase = phase
        self.tree, self.charts, self.cases = found_in(files, self.config)
        self.old = self._rendered(self.tree, self.charts, self.cases)

    def _rendered(self, tree: Tree, charts: Charts, cases: Cases) -> Mapping[str, Rendering]:
        with renderer(sdk(), 1, timeout=60) as asked:
            return dict(rendered(asked, tree, charts, cases.items, self.config))

    def outcomes(self, folder: str) -> Iterable[Outcome]:
        """Each template of a chart that renders an Ingress, rewritten by itself."""
        chart = self.charts.by_folder[folder]
        for template in chart.ingresses:
            yield self.outcome(folder, template)

    def outcome(self, folder: str, template: str) -> Outcome:
        """One template rewritten, proved for every case of its chart that renders."""
        chart = self.charts.by_folder[folder]
        cases = [case for case in self.cases.items if case.chart == folder and not self.old[case.name].failed]
        part = Part(
            tree=self.tree,
            charts=self.charts,
            chart=chart,
            template=template,
            switch=self._switch(template),
            seen=tuple(self._seen(case, template) for case in cases),
            services=tuple(sorted(self._origins(cases, folder, "Service"))),
            phase=self.phase,
        )
        helpers = library([part], ask_of(self.phase))
        part = msgspec.structs.replace(part, prefix=helpers.prefix)
        offer = readable(part, helpers.tables)
        if isinstance(offer, GivenUp):
            return Outcome(template, given_up=offer)
        texts = [data.decode() for data in offer.files.values() if data is not None]
        files = {**offer.files, f"{folder}/templates/_gatelift.tpl": helpers.text_for(texts).encode()}
        new = self.tree.changed(files)
        text = next(iter(offer.files.values()))
        return self._proved(
            part,
            new,
            cases,
            Outcome(template, (text or b"").decode(), prefix=part.prefix, note=offer.note, files=files),
        )

    def tried(self, outcome: Outcome, folder: str, values: Mapping[str, Any]) -> Rendering:
        """The rewritten chart with the switch on, and values that no case has."""
        case = next(case for case in self.cases.items if case.chart == folder)
        block = Switch(("gateway",)).block(parse_gateway(GATEWAY), on=True)
        asked_for = msgspec.structs.replace(case, values=merged(values, {"gateway": block}))
        with renderer(sdk(), 1, timeout=60) as asked:
            made = rendered(asked, self.tree.changed(outcome.files), self.charts, (asked_for,), self.config)
            return dict(made)[case.name]

    def answers(self, outcome: Outcome, folder: str, tries: Sequence[Mapping[str, Any]]) -> list[str]:
        """What the rewritten chart does with values: ``equal``, ``stops``, or the difference to what is expected."""
        first = next(case for case in self.cases.items if case.chart == folder)
        block = {"gateway": Switch(("gateway",)).block(parse_gateway(GATEWAY), on=True)}
        cases = [
            msgspec.structs.replace(first, name=f"{number}", values=merged(values, block))
            for number, values in enumerate(tries)
        ]
        with renderer(sdk(), 1, timeout=60) as asked:
            old = dict(rendered(asked, self.tree, self.charts, cases, self.config))
            new = dict(rendered(asked, self.tree.changed(outcome.files), self.charts, cases, self.config))
        return [self._answer(old[case.name], new[case.name]) for case in cases]

    def _answer(self, old: Rendering, new: Rendering) -> str:
        if old.failed or new.failed:
            return "stops" if old.failed or "gatelift:" in new.findings[0].message else new.findings[0].message
        objects = flat([item.document.value for item in old.objects])
        emitted = [item for change in ask_of(self.phase)(objects) for item in change.emitted]
        found = by_host([*objects, *emitted], flat([item.document.value for item in new.objects]))
        return "equal" if found is None else found.text

    def _switch(self, template: str) -> Switch:
        data = self.tree.read(template).decode()
        found = re.search(r"\.Values\.(\w+)\.ingress\b", data)
        return Switch((found[1], "gateway"), (found[1], "ingress")) if found else Switch(("gateway",), ("ingress",))

    def _origins(self, cases: Sequence[Case], folder: str, kind: str) -> set[str]:
        return {
            f"{folder}/{found[1]}"
            for case in cases
            for item in self.old[case.name].objects
            if any(one["kind"] == kind for one in flat([item.document.value]))
            and (found := _SOURCE.fullmatch(item.origin))
        }

    def _manifests(self, case: Case) -> list[Manifest]:
        return flat([item.document.value for item in self.old[case.name].objects])

    def _seen(self, case: Case, template: str) -> Seen:
        inside = template.removeprefix(f"{case.chart}/")
        written = [item.document.value for item in self.old[case.name].objects if item.origin.endswith(f"/{inside}")]
        mine = [item for item in flat(written) if item["kind"] == "Ingress"]
        values = read_values(self.tree, f"{case.chart}/values.yaml")
        judged = {change.ingress.ref.name: change for change in ask_of(self.phase)(self._manifests(case))}
        changes = tuple(judged.get(item["metadata"]["name"]) for item in mine)
        return Seen(
            case=case,
            values=merged(values, case.values),
            ingresses=tuple(resource(item, index) for index, item in enumerate(mine)),
            changes=changes,
            services=tuple(item for item in self._manifests(case) if item["kind"] == "Service"),
        )

    def _proved(self, part: Part, new: Tree, cases: Sequence[Case], outcome: Outcome) -> Outcome:
        retire = self.phase is Phase.RETIRE
        on = self._all(part, new, cases, on=True)
        off = {} if retire else self._all(part, new, cases, on=False)
        wrong: dict[str, str] = {}
        proved: list[str] = []
        skipped: list[str] = []
        for case, seen in zip(cases, part.seen, strict=True):
            if not seen.converts:
                skipped.append(case.name)
                if not on[case.name].failed and (found := self._difference(case, seen, on[case.name], None)):
                    wrong[case.name] = f"a withheld Ingress: {found}"
                continue
            found = self._difference(case, seen, on[case.name], off.get(case.name))
            if found:
                wrong[case.name] = found
            elif seen.ingresses:
                proved.append(case.name)
        return msgspec.structs.replace(outcome, wrong=wrong, proved=tuple(proved), skipped=tuple(skipped))

    def _all(self, part: Part, new: Tree, cases: Sequence[Case], *, on: bool) -> Mapping[str, Rendering]:
        block: dict[str, Any] = part.switch.block(parse_gateway(GATEWAY), on=on)
        for key in reversed(part.switch.path):
            block = {key: block}
        switched = [msgspec.structs.replace(case, values=merged(case.values, block)) for case in cases]
        with renderer(sdk(), 1, timeout=60) as asked:
            return dict(rendered(asked, new, self.charts, switched, self.config))

    def _difference(self, case: Case, seen: Seen, on: Rendering, off: Rendering | None) -> str:
        old = self._manifests(case)
        if on.failed:
            return f"does not render: {on.findings[0].message}"
        if off is not None and (off.failed or flat([item.document.value for item in off.objects]) != old):
            return f"not the same with the switch off: {off.findings}"
        mine = [item.value for item in seen.ingresses] if self.phase is Phase.RETIRE else []
        wanted = [item for item in old if item not in mine]
        wanted += [item for change in seen.changes if change is not None for item in change.emitted]
        found = by_host(wanted, flat([item.document.value for item in on.objects]))
        return "" if found is None else found.text
