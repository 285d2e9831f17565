"""Helm's own parser beside ours: what one takes, the other takes."""

from __future__ import annotations

import io
import re
import tarfile
from random import Random

import pytest
from templates_of_tests import of, real, spoiled

pytestmark = [pytest.mark.slow, pytest.mark.corpus]

_UNKNOWN_FUNCTION = re.compile(r'function "[^"]*" not defined')


def _archive(template: str) -> bytes:
    files = {"Chart.yaml": "apiVersion: v2\nname: one\nversion: 1.0.0\n", "templates/one.yaml": template}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            data = text.encode()
            info = tarfile.TarInfo(f"one/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def _parse_error(template: str) -> str:
    """What Helm's parser says; empty where it takes the template, whatever comes of running it."""
    helm = pytest.importorskip("helm_python")
    with helm.Chart.load_archive(_archive(template)) as chart:
        try:
            chart.render(values={}, name="one")
        except helm.HelmError as error:
            message = str(error)
            return message if "parse error at" in message else ""
    return ""


def test_spoiled_templates_are_taken_or_refused_alike() -> None:
    random = Random(17)  # noqa: S311 - the same templates each time
    # A loop over nothing ends; a template that calls itself would not, and is not what is compared here.
    templates = [text for name, text in real() if "/charts/" not in name]
    taken = refused = 0
    for _ in range(900):
        text = spoiled(random.choice(templates), random)
        said = _parse_error(text)
        if _UNKNOWN_FUNCTION.search(said):
            continue
        problem = of(text).problem
        assert (problem is not None) == bool(said), f"{said or problem}\n{text}"
        taken += problem is None
        refused += problem is not None
    assert taken > 100
    assert refused > 100
