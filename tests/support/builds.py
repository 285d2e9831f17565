"""What a repository builds, told by the real engine and nothing of ours: to hold a rewrite against."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from gatelift.render.engines import kustomize_engine

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
Files = Mapping[str, bytes]
Manifest = Mapping[str, Any]
Identity = tuple[str, str, str, str]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for those of git."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def write(files: Files, folder: Path) -> None:
    """Write files below a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def built(files: Files) -> Mapping[str, tuple[Manifest, ...] | str]:
    """Every kustomization of a repository but for components, built; the engine's message where it fails."""
    return _built(tuple(sorted(files.items())))


@cache
def _built(files: tuple[tuple[str, bytes], ...]) -> Mapping[str, tuple[Manifest, ...] | str]:
    engine = kustomize_engine("auto", os.environ)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        write(dict(files), root)
        return {folder: _build(engine.argv, root, folder) for folder in _folders(dict(files))}


def _folders(files: Files) -> Iterator[str]:
    for path, data in sorted(files.items()):
        folder, _, file = path.rpartition("/")
        if file in KUSTOMIZATIONS and b"kind: Component" not in data:
            yield folder or "."


def _build(command: tuple[str, ...], root: Path, folder: str) -> tuple[Manifest, ...] | str:
    # No program is on this PATH: what is remote fails at once, and nothing is fetched.
    environment = {"HOME": str(root), "PATH": "/nonexistent", "HTTPS_PROXY": "http://127.0.0.1:9"}
    made = subprocess.run(  # noqa: S603 - the engine that the tests use anyway
        [*command, str(root / folder)], env=environment, capture_output=True, check=False, timeout=60
    )
    if made.returncode:
        return made.stderr.decode().replace(str(root), "")
    return tuple(item for item in yaml.load_all(made.stdout, yaml.CSafeLoader) if item)


def identity(item: Manifest) -> Identity:
    """(apiVersion, kind, namespace, name)."""
    metadata = item["metadata"]
    return item["apiVersion"], item["kind"], metadata.get("namespace", ""), metadata["name"]


def of_gateway(item: Manifest) -> bool:
    """Whether an object is one of those that a rewrite may add."""
    return str(item["apiVersion"]).startswith(("gateway.networking.k8s.io/", "gateway.envoyproxy.io/"))


def kept(items: tuple[Manifest, ...], *, ingresses: bool = True) -> dict[Identity, Manifest]:
    """What no rewrite touches; with the Ingresses, as long as they stay."""
    chosen = [item for item in items if not of_gateway(item) and (ingresses or item["kind"] != "Ingress")]
    found = {identity(item): item for item in chosen}
    assert len(found) == len(chosen)
    return found


def routes(items: tuple[Manifest, ...] | str) -> dict[Identity, object]:
    """What says where traffic goes, without what external-dns reads: the same in every phase."""
    if isinstance(items, str):
        return {}
    return {identity(item): _meaning(item) for item in items if of_gateway(item)}


def _meaning(item: Manifest) -> object:
    annotations = item["metadata"].get("annotations") or {}
    rest = {key: value for key, value in annotations.items() if "external-dns" not in key}
    metadata = {key: value for key, value in item["metadata"].items() if key != "annotations"}
    return {**item, "metadata": {**metadata, **({"annotations": rest} if rest else {})}}


def lost_line(before: bytes, after: bytes) -> bytes | None:
    """The first line of ``before`` that does not stand in ``after``, in the same order; None where all do."""
    rest = iter(after.splitlines())
    for line in before.splitlines():
        # The last item of a JSON list gets a comma when another one follows it.
        if not any(found in (line, line + b",") for found in rest):
            return line
    return None


def only_added(before: bytes, after: bytes) -> bool:
    """Whether every byte of ``before`` stands in ``after``, in the same order."""
    rest = iter(after)
    return all(byte in rest for byte in before)
