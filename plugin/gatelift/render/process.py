"""Running an engine: alone, without environment, bounded in time, memory of its output and processor."""

from __future__ import annotations

import math
import os
import resource
import selectors
import shutil
import signal
import subprocess  # the engines are programs that the operator or the package manager chose
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.render.confine import Confinement, confine, prepare

MOST_OUTPUT = 256 << 20
"""Argo CD takes 100 MiB; whatever prints more than this is no render that anybody applies."""
MOST_MEMORY = 2 << 30
"""An engine takes some ten times what it prints."""
_MOST_ERROR = 1 << 20
_STEP = 1 << 16
_DEAD_PROXY = "http://127.0.0.1:1"

Process: TypeAlias = "subprocess.Popen[bytes]"

_running: set[Process] = set()


class Stopped(StrEnum):
    """Why a program did not come to its own end."""

    NO = ""
    TIMEOUT = "timeout"
    OUTPUT = "output"


class Finished(msgspec.Struct, frozen=True):
    """What a program did. ``status`` is negative where a signal ended it."""

    status: int
    out: bytes
    err: bytes
    seconds: float
    stopped: Stopped
    confinement: Confinement


@contextmanager
def private_home() -> Iterator[str]:
    """A folder of the caller's own (0700) to be home and temporary folder of an engine; gone afterwards."""
    folder = private_folder("gatelift-home-")
    try:
        Path(folder, "bin").mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def private_folder(prefix: str, within: str | None = None) -> str:
    """A new folder in ``within``, or in ``$TMPDIR``, that is the caller's alone (0700), by its real path.

    The real path is what engines show. Raises ``EnvironmentProblem`` where there is no folder to be had.
    """
    try:
        return os.path.realpath(tempfile.mkdtemp(prefix=prefix, dir=within))
    except OSError as error:
        message = f"no temporary folder can be made: {(error.strerror or str(error)).lower()}"
        fix = "point TMPDIR at a folder that can be written to and has room"
        raise EnvironmentProblem(Finding("environment/scratch", Severity.ERROR, message, fix)) from None


def environment(home: str) -> dict[str, str]:
    """All that an engine gets to know: nothing of the caller's environment, a PATH on which there is nothing."""
    proxies = {
        name: _DEAD_PROXY for base in ("http_proxy", "https_proxy", "all_proxy") for name in (base, base.upper())
    }
    return {
        "HOME": home,
        "PATH": str(Path(home, "bin")),
        "TMPDIR": home,
        "XDG_CONFIG_HOME": home,
        "XDG_CACHE_HOME": home,
        "XDG_DATA_HOME": home,
        "KUBECONFIG": os.devnull,
        "KUBERC": "off",
        "LC_ALL": "C",
        "TZ": "UTC",
        # Go programs that live for a moment: collecting garbage less often saves a fifth of a build's processor time.
        "GOGC": "400",
        "GOMEMLIMIT": "1GiB",
        **proxies,
    }


def run(
    command: Sequence[str],
    *,
    cwd: str,
    home: str,
    reads: Sequence[str] = (),
    timeout: float,
    most_output: int = MOST_OUTPUT,
    extra: Mapping[str, str] | None = None,
) -> Finished:
    """Run ``command`` (its first word an absolute path) to its end, or until ``timeout`` seconds have passed.

    It may read below ``reads`` and write below ``home``. It stays in the caller's process group, so that whoever ends
    that group (Argo CD does) ends it too. Raises ``EnvironmentProblem`` where it cannot be started.
    """
    began = time.monotonic()
    try:
        process, confinement = _start(command, cwd, {**environment(home), **(extra or {})}, reads, home)
    except OSError as error:
        raise EnvironmentProblem(_not_started(command[0], error)) from None
    _running.add(process)
    try:
        _limit(process.pid, timeout)
        out, err, stopped = _collect(process, began + timeout, most_output)
    finally:
        _end(process)
        _running.discard(process)
    return Finished(process.returncode, out, err, time.monotonic() - began, stopped, confinement)


def start_worker(command: Sequence[str], *, home: str, reads: Sequence[str]) -> tuple[Process, Confinement]:
    """Start a program that is asked many times: it reads from a pipe and answers into another; ``end`` ends it.

    Raises ``EnvironmentProblem`` where it cannot be started.
    """
    try:
        process, confinement = _start(command, home, environment(home), reads, home, asked=True)
    except OSError as error:
        raise EnvironmentProblem(_not_started(command[0], error)) from None
    _running.add(process)
    _bound(process.pid, resource.RLIMIT_DATA, MOST_MEMORY)
    return process, confinement


def end(process: Process) -> None:
    """End a program that ``start_worker`` started, and what it started."""
    _end(process)
    _running.discard(process)


def _not_started(program: str, error: OSError) -> Finding:
    message = f"{program} cannot be started: {(error.strerror or str(error)).lower()}"
    fix = "see whether it is made for this machine and may be run"
    return Finding("environment/engine", Severity.ERROR, message, fix)


def stop_all() -> None:
    """End every program that is running, for a caller that gives up."""
    for process in tuple(_running):
        _kill(process.pid)


def _start(
    command: Sequence[str],
    cwd: str,
    variables: Mapping[str, str],
    reads: Sequence[str],
    home: str,
    *,
    asked: bool = False,
) -> tuple[Process, Confinement]:
    """Start from a thread that is confined and then ends: a child keeps what its thread was bound to."""
    prepare()
    made: list[tuple[Process, Confinement]] = []
    failed: list[Exception] = []

    def start() -> None:
        try:
            confinement = confine(os.path.realpath(command[0]), (*reads, cwd), (home,))
            process = subprocess.Popen(  # noqa: S603 - see the import
                list(command),
                cwd=cwd,
                env=dict(variables),
                stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
            )
        except Exception as error:  # handed over to the thread that asked
            failed.append(error)
        else:
            made.append((process, confinement))

    thread = threading.Thread(target=start)
    thread.start()
    try:
        thread.join()
    except BaseException:
        # The caller is being ended (Ctrl-C, a deadline) just while it starts.
        thread.join()
        for process, _ in made:
            _end(process)
        raise
    if failed:
        raise failed[0]
    return made[0]


def _limit(pid: int, timeout: float) -> None:
    """Bounds that the kernel holds to, also when gatelift itself is killed and nobody is left to end the program.

    Aliases let a small file stand for more than any memory holds.
    """
    _bound(pid, resource.RLIMIT_CPU, math.ceil(timeout * (os.cpu_count() or 1)) + 5)
    _bound(pid, resource.RLIMIT_DATA, MOST_MEMORY)


def _bound(pid: int, limit: int, most: int) -> None:
    prlimit = getattr(resource, "prlimit", None)
    if prlimit is not None:
        with suppress(OSError, ValueError):
            prlimit(pid, limit, (most, most))


def _collect(process: Process, end: float, most: int) -> tuple[bytes, bytes, Stopped]:
    """What it writes to standard output and standard error, until it closes both."""
    assert process.stdout is not None  # noqa: S101 - both are pipes
    assert process.stderr is not None  # noqa: S101
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, out)
        selector.register(process.stderr, selectors.EVENT_READ, err)
        while selector.get_map():
            left = end - time.monotonic()
            if left <= 0:
                return bytes(out), bytes(err), Stopped.TIMEOUT
            for key, _ in selector.select(left):
                piece = os.read(key.fd, _STEP)
                if not piece:
                    selector.unregister(key.fileobj)
                elif key.data is out or len(err) < _MOST_ERROR:
                    key.data.extend(piece)
            if len(out) > most:
                return b"", bytes(err), Stopped.OUTPUT
    try:
        process.wait(max(end - time.monotonic(), 0.0) + 0.1)
    except subprocess.TimeoutExpired:
        return bytes(out), bytes(err), Stopped.TIMEOUT
    return bytes(out), bytes(err), Stopped.NO


def _end(process: Process) -> None:
    """Leave nothing behind: no process, no descriptor."""
    if process.poll() is None:
        _kill(process.pid)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):  # what nobody read any more
                pipe.close()


def _kill(pid: int) -> None:
    """End a program and what it started, for an engine may be a wrapper."""
    for each in (pid, *descendants(pid)):
        with suppress(OSError):
            os.kill(each, signal.SIGKILL)


def descendants(pid: int) -> tuple[int, ...]:
    """Ids of the processes that ``pid`` started, and that those did; none where the system does not tell."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = [int(word) for word in (task / "children").read_text().split()]
                found += children
                waiting += children
    return tuple(found)
