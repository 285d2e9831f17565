"""Building kustomizations: one folder, or many at once; what came out, or why nothing did, in a person's terms."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from gatelift.render.engines import Engine
from gatelift.render.messages import told
from gatelift.render.process import MOST_MEMORY, MOST_OUTPUT, Finished, Stopped, private_home, run, stop_all

TIMEOUT = 120.0
# Go's runtime has several words for it, depending on what it was allocating.
_NO_MEMORY = re.compile(r"(?:fatal error: )?[^\n]*(?:out of memory|cannot allocate memory)")


class Cause(StrEnum):
    """Why a build failed, as far as callers act on it."""

    NONE = ""
    REMOTE = "remote"
    PLUGIN = "plugin"
    CHART = "chart"
    OUTSIDE = "outside"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    INVALID = "invalid"


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """What came of building one folder: the rendered stream, or why there is none."""

    text: str | None
    error: str = ""
    """The message, with paths relative to the repository's root, without what it quotes of the sources."""
    cause: Cause = Cause.NONE
    warnings: tuple[str, ...] = ()
    """What the engine said although it succeeded."""
    seconds: float = 0.0
    confined: bool = True
    """Whether the kernel kept the engine inside its folder and off the network."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One folder to build. ``folder`` is relative to ``root``, the absolute path of a scratch copy."""

    name: str
    root: str
    folder: str
    load_restrictor: bool = True


def build(
    engine: Engine,
    scratch_root: str,
    folder: str,
    *,
    load_restrictor: bool = True,
    timeout: float = TIMEOUT,
    most_output: int = MOST_OUTPUT,
) -> Build:
    """Build the kustomization in ``folder``, relative to ``scratch_root``, beyond which nothing is read.

    No plugin, function, chart, remote resource or git runs or is fetched. Raises ``ValueError`` for a
    folder outside, ``EnvironmentProblem`` where the engine cannot be started.
    """
    root = os.path.realpath(scratch_root)
    inside = posixpath.normpath(folder)
    if inside.startswith(("/", "../")) or inside == "..":
        raise ValueError(folder)
    flags = () if load_restrictor else ("--load-restrictor", "LoadRestrictionsNone")
    command = (*engine.argv, *flags, root if inside == "." else posixpath.join(root, inside))
    with private_home() as home:
        done = run(command, cwd=root, home=home, reads=(root,), timeout=max(timeout, 0.0), most_output=most_output)
        made = _result(done, (root, home), timeout, most_output)
    return msgspec.structs.replace(made, confined=done.confinement.whole)


def build_all(
    engine: Engine,
    jobs: Iterable[Job],
    workers: int | None = None,
    *,
    timeout: float = TIMEOUT,
) -> Mapping[str, Build]:
    """Build all ``jobs``, ``workers`` at once (one for each processor), in the order of the jobs, by their names."""
    waiting: list[Job] = list(jobs)

    def one(job: Job) -> Build:
        return build(engine, job.root, job.folder, load_restrictor=job.load_restrictor, timeout=timeout)

    count = min(workers or os.cpu_count() or 1, len(waiting))
    if count <= 1:
        return {job.name: one(job) for job in waiting}
    from concurrent.futures import ThreadPoolExecutor  # one build needs none, and Argo CD starts a process for each

    with ThreadPoolExecutor(count, "kustomize") as pool:
        try:
            return dict(zip((job.name for job in waiting), pool.map(one, waiting), strict=True))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop_all()
            raise


def _result(done: Finished, folders: Sequence[str], timeout: float, most_output: int) -> Build:
    if done.stopped is Stopped.TIMEOUT:
        error = f"building it took longer than {timeout:g} s, and was ended"
        return Build(text=None, error=error, cause=Cause.TIMEOUT, seconds=done.seconds)
    if done.stopped is Stopped.OUTPUT:
        error = f"it builds more than {most_output >> 20} MiB, and was ended"
        return Build(text=None, error=error, cause=Cause.TOO_LARGE, seconds=done.seconds)
    heard = told(done.err.decode(errors="backslashreplace"), folders)
    if done.status != 0 and _NO_MEMORY.match(heard.error):
        error = f"building it takes more than {MOST_MEMORY >> 30} GiB of memory, and was ended"
        return Build(text=None, error=error, cause=Cause.TOO_LARGE, seconds=done.seconds)
    if done.status != 0:
        cause = _cause(heard.error)
        error = _explained(heard.error, cause, done.status)
        return Build(text=None, error=error, cause=cause, warnings=heard.remarks, seconds=done.seconds)
    try:
        text = done.out.decode()
    except UnicodeDecodeError:
        error = "what it builds is not UTF-8"
        return Build(text=None, error=error, cause=Cause.INVALID, seconds=done.seconds)
    return Build(text=text, warnings=(*heard.remarks, *heard.error.splitlines()), seconds=done.seconds)


# Words of Kustomize's own messages (api/internal/plugins/loader, api/krusty, api/loader) and of Go's network and exec.
_CAUSES: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    (Cause.PLUGIN, re.compile(r"external plugins disabled|unable to load external plugin|functions? (?:is|are) not")),
    (Cause.CHART, re.compile(r"must specify --enable-helm")),
    (
        Cause.REMOTE,
        re.compile(r"no 'git' program on path|socket: permission denied|proxyconnect tcp|dial tcp|: Get \"https?://"),
    ),
    (Cause.OUTSIDE, re.compile(r"security; file '|is not in or below|: permission denied")),
)
_MEANING = {
    Cause.PLUGIN: "it wants a plugin or a function to run, and gatelift runs none",
    Cause.CHART: "it renders a Helm chart (helmCharts), which is not done here",
    Cause.REMOTE: "it includes something from elsewhere, and nothing is fetched",
    Cause.OUTSIDE: "it reads a file from outside of its own folder or of the repository",
}


def _cause(message: str) -> Cause:
    return next((cause for cause, pattern in _CAUSES if pattern.search(message)), Cause.INVALID)


def _explained(message: str, cause: Cause, status: int) -> str:
    said = message or (f"it was ended by signal {-status}" if status < 0 else f"it ended with code {status}")
    meaning = _MEANING.get(cause)
    return f"{meaning}: {said}" if meaning else said
