"""Without the extra ``pr``, everything else still runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
for name in ("git", "gitdb", "jinja2", "markupsafe"):
    sys.modules[name] = None
from gatelift.cli.main import main
try:
    code = main(sys.argv[1:])
except SystemExit as stop:
    code = stop.code
sys.exit(int(code or 0))
"""


def ran(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - ours


def test_help_lists_all_commands(tmp_path: Path) -> None:
    done = ran(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert " pr " in done.stdout


def test_pr_says_what_to_install(tmp_path: Path) -> None:
    done = ran(tmp_path, "pr")
    assert done.returncode == 6
    assert "GitPython and Jinja2 not installed" in done.stderr
    assert "pip install 'gatelift[pr]'" in done.stderr
    assert "Traceback" not in done.stderr
