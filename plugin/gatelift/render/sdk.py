"""Helm 4 as a library (``helm-python-sdk``), kept in a worker process that is confined and may crash alone."""

from __future__ import annotations

import json
import os
import selectors
import subprocess  # for its exception alone
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.render import helm_worker
from gatelift.render.confine import Confinement
from gatelift.render.process import MOST_OUTPUT, Process, end, private_home, start_worker

PACKAGE = "helm-python-sdk"
_STEP = 1 << 16
_START_SECONDS = 60.0


class SdkEngine(msgspec.Struct, frozen=True):
    """The library, by the version of Helm in it, and the folder that holds its package."""

    version: str
    site: str

    def __str__(self) -> str:
        return f"helm {self.version} ({PACKAGE})"


class WorkerEnded(Exception):  # noqa: N818 - it is no error of the caller's
    """The worker is gone: ``why`` in words, ``timeout`` where it was ended because its time was up."""

    def __init__(self, why: str, *, timeout: bool = False, too_large: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.timeout = timeout
        self.too_large = too_large


@lru_cache(maxsize=1)
def sdk_engine() -> SdkEngine | None:
    """The installed library; None where there is none that starts.

    gatelift never loads it itself: a worker is asked which Helm it holds.
    """
    spec = find_spec("helm_python")
    if spec is None or not spec.origin:
        return None
    site = str(Path(spec.origin).parent.parent)
    try:
        with worker(SdkEngine("", site), ()) as started:
            return SdkEngine(started.version, site)
    except (EnvironmentProblem, WorkerEnded):
        return None


@contextmanager
def worker(engine: SdkEngine, reads: tuple[str, ...]) -> Iterator[Worker]:
    """A worker that may read below ``reads`` and the interpreter's own folders, and reaches no network.

    Raises ``EnvironmentProblem`` where it does not start.
    """
    with private_home() as home:
        program = Path(helm_worker.__file__)
        own = {sys.prefix, sys.base_prefix, engine.site, str(program)}
        command = (sys.executable, "-I", "-S", "-B", str(program), engine.site)
        process, confinement = start_worker(command, home=home, reads=(*sorted(own), *reads))
        made = Worker(process, confinement, home)
        try:
            made.greet()
            yield made
        finally:
            end(process)


class Worker:
    """A running worker. One thread asks at a time."""

    __slots__ = ("_buffer", "_process", "confinement", "home", "version")

    def __init__(self, process: Process, confinement: Confinement, home: str) -> None:
        self._process = process
        self._buffer = bytearray()
        self.confinement = confinement
        self.home = home
        self.version = ""

    def greet(self) -> None:
        """Take the worker's first line. Raises ``EnvironmentProblem`` where there is none."""
        try:
            self.version = str(self._answer(_START_SECONDS)["version"])
        except WorkerEnded as problem:
            message = f"{PACKAGE} is installed, and does not start: {problem.why}"
            fix = "reinstall it for this machine, or install helm"
            raise EnvironmentProblem(Finding("environment/engine", Severity.ERROR, message, fix)) from None

    def open(self, folder: str, timeout: float) -> Mapping[str, Any]:
        """Load a chart, for the calls of ``ask`` that follow. Raises ``WorkerEnded``."""
        return self._asked({"open": folder}, timeout)

    def ask(self, question: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """An answer of the worker (see ``helm_worker``). Raises ``WorkerEnded``."""
        return self._asked({**question, "seconds": timeout}, timeout)

    def _asked(self, question: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101 - it was started with a pipe
        # The worker reads a whole line before it answers, so writing never waits for reading.
        try:
            stdin.write(json.dumps(question, ensure_ascii=True, allow_nan=False).encode() + b"\n")
            stdin.flush()
        except OSError:
            raise WorkerEnded(self._why()) from None
        return self._answer(timeout)

    def _answer(self, timeout: float) -> Mapping[str, Any]:
        line = self._line(time.monotonic() + timeout)
        try:
            found = json.loads(line)
        except ValueError:
            raise WorkerEnded("what it answers is no JSON") from None
        return found if isinstance(found, dict) else {}

    def _line(self, until: float) -> bytes:
        stdout, stderr = self._process.stdout, self._process.stderr
        assert stdout is not None  # noqa: S101 - both are pipes
        assert stderr is not None  # noqa: S101
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ, "out")
            selector.register(stderr, selectors.EVENT_READ, "err")
            searched = 0
            while (at := self._buffer.find(b"\n", searched)) < 0:
                searched = len(self._buffer)
                left = until - time.monotonic()
                if left <= 0:
                    raise WorkerEnded("it took too long", timeout=True)
                for key, _ in selector.select(left):
                    piece = os.read(key.fd, _STEP)
                    if key.data == "err":
                        # Go's log; a crash says more than anybody reads, and may quote memory.
                        if not piece:
                            selector.unregister(stderr)
                    elif not piece:
                        raise WorkerEnded(self._why())
                    else:
                        self._buffer += piece
                if len(self._buffer) > MOST_OUTPUT:
                    raise WorkerEnded(f"it prints over {MOST_OUTPUT >> 20} MiB", too_large=True)
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 1]
        return line

    def _why(self) -> str:
        with suppress(subprocess.TimeoutExpired):  # it closed its pipe, so it is ending
            self._process.wait(2.0)
        end(self._process)
        status = self._process.returncode
        return f"it was ended by signal {-status}" if status < 0 else f"it ended with code {status}"
