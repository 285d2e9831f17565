"""Why a root is withdrawn stands in the text of a plan once; its Ingresses refer to it, and JSON keeps all of it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path

from gatelift.cli.main import main
from gatelift.config.model import Phase
from gatelift.findings import Finding, Severity
from gatelift.plan.model import RootKind, RootPlan
from gatelift.report.withdrawn import reasons

CASE = Path(__file__).resolve().parents[2] / "cases/rewrite/patch-that-breaks-routes/before"
WHY = "is not proved, so its sources stay as they are"


def printed(*arguments: str) -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out):
        main(["plan", *arguments])
    out.seek(0)
    return out.read()


def test_a_withdrawn_root_is_explained_once(tmp_path: Path) -> None:
    repository = shutil.copytree(CASE, tmp_path / "repository")
    text = printed(str(repository))
    made = json.loads(printed("-o", "json", str(repository)))
    (ingress,) = made["report"]["ingresses"]
    (root,) = (item for item in made["roots"] if item.get("withdrawn"))

    assert text.count(WHY) == 1
    assert text.count(ingress["todo"]) == 1
    assert "withheld, the Ingress stays: its root is withdrawn, see above" in text
    assert ingress["reason"] == root["withdrawn"]
    assert any(item["message"] == root["withdrawn"] for item in made["report"]["findings"])


def test_of_several_roots_with_one_reason_the_first_says_it() -> None:
    roots = [
        RootPlan(
            root=name, kind=RootKind.PLAIN, scope="", phase=Phase.COEXIST, ingresses=1, objects=0, routes=(),
            evidence=(), withdrawn=why,
        )
        for name, why in (("a", "it fails"), ("b", "it fails"), ("c", "another"), ("d", ""))
    ]  # fmt: skip
    findings = [Finding("proof/withdrawn", Severity.WARNING, "it fails", "mend it")]
    assert reasons(roots, findings) == {
        "a": "it fails. What to do: mend it",
        "b": "for the same reason as root a",
        "c": "another",
    }
