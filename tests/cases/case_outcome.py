"""The outcome of a golden case, as the claims about it ask for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from golden_cases import Result, convert, copied

Item = dict[str, Any]


class Outcome:
    """The new objects and the report of a case."""

    def __init__(self, result: Result, report: Item) -> None:
        self.code = result.code
        self.stderr = result.stderr
        self.items: list[Item] = json.loads(result.stdout)["items"]
        self.report = report

    def names(self, kind: str = "HTTPRoute") -> list[str]:
        return [item["metadata"]["name"] for item in self.items if item["kind"] == kind]

    def one(self, kind: str, name: str) -> Item:
        (found,) = [item for item in self.items if (item["kind"], item["metadata"]["name"]) == (kind, name)]
        return found

    def spec(self, name: str, kind: str = "HTTPRoute") -> Item:
        spec: Item = self.one(kind, name)["spec"]
        return spec

    def sections(self, name: str) -> list[Any]:
        return [parent.get("sectionName", parent.get("port")) for parent in self.spec(name)["parentRefs"]]

    def paths(self, name: str) -> list[tuple[str, str]]:
        return [
            (match["path"]["type"], match["path"]["value"])
            for rule in self.spec(name)["rules"]
            for match in rule["matches"]
        ]

    def filters(self, name: str, kind: str) -> list[Item]:
        return [item for rule in self.spec(name)["rules"] for item in rule.get("filters", ()) if item["type"] == kind]

    def open_paths(self) -> Iterator[tuple[str, str]]:
        """(hostname, path) of every rule that forwards."""
        for item in self.items:
            for rule in item["spec"].get("rules", ()) if item["kind"].endswith("Route") else ():
                for match in rule.get("matches", ({},)) if rule.get("backendRefs") else ():
                    for host in item["spec"].get("hostnames", [""]):
                        yield host, match.get("path", {}).get("value", "/")

    def said(self, ingress: str, key: str) -> str:
        """The disposition of an annotation (its name in the family of ingress-nginx, or its full key) or a pointer."""
        key = key if "/" in key else f"nginx.ingress.kubernetes.io/{key}"
        (found,) = [
            entry
            for entry in self.report["ledger"]
            if entry["ingress"] == ingress and key in (entry.get("key"), entry["pointer"])
        ]
        disposition: str = found["disposition"]
        return disposition

    def status(self, ingress: str) -> tuple[str, bool]:
        """What became of an Ingress, and whether it stays."""
        (found,) = [row for row in self.report["ingresses"] if row["ingress"] == ingress]
        return found["status"], found["kept"]


Run = Callable[..., Outcome]


def runner(folder: Path) -> Run:
    """A function that runs a case by name, with further arguments, in a copy under ``folder``."""

    def run(name: str, *more: str) -> Outcome:
        case = copied(name, folder)
        result = convert(name, case, "-o", "json", "--report", "report.json", *more)
        return Outcome(result, json.loads((case / "report.json").read_text()))

    return run
