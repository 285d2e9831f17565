"""A repository of a few files, rewritten in a folder of its own by the real command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gatelift.cli.main import main
from gatelift.findings import Exit

CONFIG = "gateway: {name: shared, namespace: infra, sectionName: https}\n"


class Repository:
    """A work tree outside git."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes], config: str = "") -> None:
        self.root = root
        for path, text in {"gatelift.yaml": CONFIG + config, **files}.items():
            self.write(path, text)

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file as it is given."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())

    def rewrite(self, *options: str) -> Exit:
        """Run ``gatelift rewrite``."""
        return Exit(main(["rewrite", str(self.root), "--allow-dirty", "--quiet", *options]))

    def files(self) -> dict[str, bytes]:
        """Every file but the configuration."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and path.name != "gatelift.yaml" and ".gatelift" not in path.parts
        }

    def text(self, path: str) -> str:
        """A file as text, with its line ends as they are."""
        return (self.root / path).read_bytes().decode()
