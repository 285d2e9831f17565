"""A bare repository of gatelift's own, through GitPython, that borrows the objects of the user's.

The user's repository is only read (``repository.git``). Objects are written, and pushed from, here: no hook, filter,
monitor, credential helper or rewritten URL of the user's ``.git/config`` can take part, and neither work tree nor index
is touched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.report.safe import harmless
from gatelift.repository.git import Git
from gatelift.repository.programs import find_program, search_path

if TYPE_CHECKING:
    from git import Repo

_LONGEST = 400
_SECONDS = 600.0
_SETTINGS = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("protocol.allow", "never"),
)


class Said(msgspec.Struct, frozen=True):
    """How a git command ended."""

    status: int
    out: bytes
    error: str


@contextmanager
def scratch(origin: Git) -> Iterator[Repo]:
    """An empty bare repository that sees the objects of ``origin``; gone afterwards. Raises ``EnvironmentProblem``."""
    library = _library()
    with tempfile.TemporaryDirectory(prefix="gatelift-") as folder, _untied():
        _lay_out(Path(folder), os.fsencode(_place(origin, "objects")))
        made: Repo = library.Repo(folder, expand_vars=False)
        # Of a shallow clone git must know where history ends.
        shallow = Path(_place(origin, "shallow"))
        if shallow.is_file():
            Path(folder, "shallow").write_bytes(shallow.read_bytes())
        made.git.update_environment(**_environment(folder))
        try:
            yield made
        finally:
            made.close()


def run(
    repo: Repo, command: str, *words: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None
) -> Said:
    """Run one git command there. Its exit status is part of the answer and raises nothing."""
    options: dict[str, Any] = {
        "with_extended_output": True,
        "with_exceptions": False,
        "stdout_as_string": False,
        "strip_newline_in_stdout": False,
        "kill_after_timeout": _SECONDS,
        "env": dict(env or {}),
    }
    method = getattr(repo.git, command.replace("-", "_"))
    if stdin is None:
        return _said(method(*words, **options))
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        return _said(method(*words, istream=file, **options))


def settings(pairs: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
    """Settings of git as variables, beside those of every command: they outrank all files, and are in no argument."""
    every = (*_SETTINGS, *pairs)
    made = {"GIT_CONFIG_COUNT": str(len(every))}
    for number, (key, value) in enumerate(every):
        made[f"GIT_CONFIG_KEY_{number}"] = key
        made[f"GIT_CONFIG_VALUE_{number}"] = value
    return made


def told(error: str) -> str:
    """What git said, in one harmless line."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    return harmless("; ".join(lines))[:_LONGEST] or "it gave no reason"


def problem(code: str, message: str, fix: str) -> EnvironmentProblem:
    """A failure of git or of the forge, to be raised."""
    return EnvironmentProblem(Finding(code, Severity.ERROR, message, fix))


def _library() -> Any:
    """GitPython, bound to a git of an absolute place. Raises ``EnvironmentProblem`` where one of both is missing."""
    program = find_program("git")
    if program is None:
        message = "no git was found on PATH; relative entries of PATH are not used"
        raise problem("environment/git-missing", message, "install git")
    # GitPython runs git while it is imported, so this has to be said before.
    os.environ["GIT_PYTHON_GIT_EXECUTABLE"] = program
    try:
        import git
    except ImportError:
        raise problem("environment/gitpython", "GitPython is not installed", "pip install 'gatelift[pr]'") from None
    return git


def _environment(folder: str) -> Mapping[str, str]:
    """Variables that tie git to the bare repository, whatever the caller's own say.

    GitPython hands the whole environment on, so what must not be there is overwritten.
    """
    return {
        **settings(),
        "PATH": os.pathsep.join(search_path()),
        "GIT_DIR": folder,
        "GIT_COMMON_DIR": folder,
        "GIT_OBJECT_DIRECTORY": str(Path(folder, "objects")),
        "GIT_INDEX_FILE": str(Path(folder, "index")),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        **dict.fromkeys(_TRACES, "0"),
        "GIT_TRACE_REDACT": "1",
        "GITHUB_TOKEN": "",
    }


_TIES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_WORK_TREE",
)
_TRACES = (
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_PACKET",
    "GIT_TRACE_SETUP",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
)


@contextmanager
def _untied() -> Iterator[None]:
    """Without the variables by which git ties its hooks to a repository: GitPython heeds them as it opens one."""
    kept = {name: os.environ.pop(name) for name in _TIES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _lay_out(folder: Path, objects: bytes) -> None:
    """An empty bare repository (gitrepository-layout(5)). ``git init`` would take hooks from the user's templates."""
    for name in ("objects/info", "objects/pack", "refs/heads"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
    (folder / "objects" / "info" / "alternates").write_bytes(_quoted(objects) + b"\n")


def _place(origin: Git, name: str) -> str:
    found = os.fsdecode(origin.ask("rev-parse", "--git-path", name)).removesuffix("\n")
    return os.path.realpath(Path(origin.root, found))


def _said(answer: Any) -> Said:
    status, out, error = answer
    return Said(status, out, error if isinstance(error, str) else error.decode("utf-8", "replace"))


def _quoted(path: bytes) -> bytes:
    """A line of ``objects/info/alternates``: git reads one in quotes as a string of C."""
    return b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
