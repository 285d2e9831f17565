"""The same bytes whatever the hash seed, the locale and the time zone: the command itself, in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from support.repositories import GATEWAY, bundles, dump, secrets, services

SURROUNDINGS: tuple[dict[str, str], ...] = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"},
    {"PYTHONHASHSEED": "random", "LC_ALL": "POSIX", "TZ": "Pacific/Kiritimati", "PYTHONUTF8": "0"},
    {"PYTHONHASHSEED": "random", "LANG": "de_DE.ISO-8859-1", "COLUMNS": "40", "PYTHONUTF8": "0"},
)
"""Where a locale is not installed, as tr_TR usually is not, the C library falls back to C."""


def corpus() -> Iterator[dict[str, Any]]:
    """An Ingress for every case of every unit, on hosts that several of them share."""
    yield GATEWAY
    yield from services("shop")
    yield from secrets("shop")
    for number, bundle in enumerate(bundles()):
        backend = {"service": {"name": "web", "port": {"name": "http"}}}
        values = (f"/p{number}", "/İı")[: 1 + number % 2]
        paths = [{"path": value, "pathType": "Prefix", "backend": backend} for value in values]
        rule = {"host": f"h{number // 3}.example.com", "http": {"paths": paths}}
        yield {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": f"web-{number}", "namespace": "shop", "annotations": dict(bundle)},
            "spec": {"ingressClassName": "nginx", "rules": [rule]},
        }


def run(folder: Path, surroundings: dict[str, str], *arguments: str) -> tuple[int, bytes, bytes]:
    environment = {"PATH": os.environ["PATH"], **surroundings}
    command = [sys.executable, "-m", "gatelift", "convert", "--gateway", "infra/shared/https", *arguments, "input.yaml"]
    made = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)  # noqa: S603
    return made.returncode, made.stdout, made.stderr


@pytest.mark.slow
@pytest.mark.parametrize("target", ["envoy-gateway", "standard"])
@pytest.mark.parametrize("phase", ["coexist", "cutover", "retire"])
def test_hash_seed_locale_and_time_zone_change_no_byte(tmp_path: Path, target: str, phase: str) -> None:
    (tmp_path / "input.yaml").write_text("".join(f"---\n{dump(item)}" for item in corpus()), encoding="utf-8")
    reports = [f"report-{number}.json" for number in range(len(SURROUNDINGS))]
    with ThreadPoolExecutor(2) as pool:
        results = list(
            pool.map(
                lambda pair: run(tmp_path, pair[0], "--target", target, "--phase", phase, "--report", pair[1]),
                zip(SURROUNDINGS, reports, strict=True),
            )
        )
    code, output, account = results[0]
    assert code == 2, account.decode()
    assert output
    for number, (other_code, other_output, other_account) in enumerate(results):
        assert other_code == code, other_account.decode()
        assert other_output == output
        if "PYTHONUTF8" in SURROUNDINGS[number]:
            continue  # a terminal without UTF-8 gets what it cannot show escaped
        assert other_account.replace(reports[number].encode(), b"") == account.replace(reports[0].encode(), b"")
    assert len({(tmp_path / report).read_bytes() for report in reports}) == 1
