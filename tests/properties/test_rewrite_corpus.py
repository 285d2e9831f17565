"""Real repositories: every root that builds is proved, and nothing of it but routes is new."""

from __future__ import annotations

from pathlib import Path

import pytest

from properties.test_rewrites import rewritten
from support.builds import built, files_of, kept, of_gateway, only_added
from support.corpus import folder

pytestmark = pytest.mark.corpus
CASES = sorted(path for path in (folder() / "kustomize").glob("real-*") if path.is_dir())
CONFIGURATION = b"""\
gateway: {namespace: infra, name: public, sectionName: https}
classes:
  external: {controller: ingress-nginx}
  internal: {controller: ingress-nginx}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_root_that_builds_is_proved(case: Path) -> None:
    files = {"gatelift.yaml": CONFIGURATION, **files_of(case)}
    after, plan = rewritten(files, "coexist")
    assert plan["roots"]
    for one in plan["roots"]:
        assert not one.get("withdrawn"), one
        assert all(item["holds"] for item in one["evidence"]), one
    again, idle = rewritten(after, "coexist")
    assert idle["files"] == []
    assert again == after
    assert all(only_added(data, after[path]) for path, data in files.items())
    old, new = built(files), built(after)
    for root, items in old.items():
        made = new[root]
        if not isinstance(items, str):
            assert not isinstance(made, str), f"{root}: {made}"
            assert kept(items) == kept(made)
            assert all(of_gateway(item) or item in items for item in made)
