"""Charts that try to take the machine along: each is told of, and the others still render."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from chart_trees import CONFIG_MAP, asked, chart, tree

from gatelift.render.charts import release
from gatelift.render.kustomize import Cause
from gatelift.render.rendering import ChartJob
from gatelift.render.scratch import scratch

ENDLESS = "{{ range $i, $_ := until 2000000000 }}{{ end }}"
LOOPING = "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"
GROWING = '{{ $x := "xxxxxxxxxxxxxxxx" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}'
READING = CONFIG_MAP + '  a: {{ .Files.Get "../../../secret.txt" | quote }}\n  b: {{ .Files.Get "link.txt" | quote }}\n'


def jobs(root: str, *names: str) -> list[ChartJob]:
    return [ChartJob(name=name, root=root, folder=f"charts/{name}", release=release("x")) for name in names]


@pytest.mark.slow
@pytest.mark.parametrize(("template", "causes"), [
    (LOOPING, {Cause.TIMEOUT}),
    (ENDLESS, {Cause.TOO_LARGE, Cause.TIMEOUT, Cause.INVALID}),
    (GROWING, {Cause.TOO_LARGE, Cause.TIMEOUT}),
])  # fmt: skip
def test_what_takes_all_time_or_memory_is_ended_and_the_next_renders(template: str, causes: set[Cause]) -> None:
    files = chart("bad", "charts/bad", templates__a_yaml=template) | chart(
        "good", "charts/good", templates__a_yaml=CONFIG_MAP
    )
    began = time.monotonic()
    with asked(timeout=4) as made, scratch(tree(files), files, made.workspace) as root:
        found = made.render_all(jobs(root, "bad", "good"))
        again = made.render_all(jobs(root, "bad", "good"))
    assert found["bad"].cause in causes
    assert found["bad"].findings
    assert not found["good"].failed
    assert not again["good"].failed
    assert time.monotonic() - began < 40


def test_a_chart_reads_nothing_beyond_its_folder(tmp_path: Path) -> None:
    files = chart("bad", "charts/bad", templates__a_yaml=READING) | {"secret.txt": "hunter2"}
    with asked() as made, scratch(tree(files), files, made.workspace) as root:
        outside = tmp_path / "outside.txt"
        outside.write_text("hunter2")
        Path(root, "charts/bad/link.txt").symlink_to(outside)
        found = made.render_all(jobs(root, "bad"))["bad"]
    if found.failed:
        assert "hunter2" not in found.findings[0].message
    else:
        assert found.objects[0].document.value["data"] == {"a": "", "b": ""}
    assert found.confined


def test_ten_megabytes_of_templates_render_or_are_told_of() -> None:
    large = CONFIG_MAP + "".join(f"  k{index}: {'x' * 100}\n" for index in range(40_000))
    files = chart("bad", "charts/bad", **{f"templates__{name}_yaml": large for name in "ab"}) | chart(
        "good", "charts/good", templates__a_yaml=CONFIG_MAP
    )
    with asked(timeout=60) as made, scratch(tree(files), files, made.workspace) as root:
        found = made.render_all(jobs(root, "bad", "good"))
    assert found["bad"].failed == (len(found["bad"].objects) != 2)
    assert not found["good"].failed
