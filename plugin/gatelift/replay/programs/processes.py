"""The programs of a replay: started on loopback, waited for, watched, and surely gone.

asyncio, not threads: a replay is one loop (see ``side``). A program is ended by whoever is left: by the ``finally`` of
the session on success, failure and Ctrl-C; by the kernel, when this process dies (``launch``); by a watchdog that holds
the other end of a pipe, which also removes the folder (``watchdog``).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess  # what is run are the proxies that the operator installed
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.render.process import descendants, environment, private_folder

MOST_MEMORY = 200 << 20
"""What one proxy may hold in memory, in bytes; one that holds more is ended.

The pages of its program do not count: the kernel drops them when it wants, both sides share them, and how many are in
memory depends on the file system (85 to 150 MB of Traefik were seen)."""
# What the kernel holds to counts what is only reserved, too: Go reserves 64 MiB at a time, and a stack for each thread.
_MOST_DATA = 512 << 20
_MOST_SECONDS = 900
_MOST_SAID = 64 << 10
_SHOWN_LINES = 5
_TOO_MUCH = "replay less at once: name one folder or one root instead of the whole repository"
_REPORT = "run again; if it happens again, this is a mistake in gatelift or the proxy: please report these lines"
_STEP = 0.02
_WATCH = 0.25


class Child:
    """A program that was started, and what it said so far on standard output and standard error (the last of it)."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], pipe: int) -> None:
        self.name = name
        self.peak = 0
        """The most memory that it was seen to hold so far, with what it started, in bytes."""
        self._process = process
        self._pipe = pipe
        self._said = bytearray()
        self._killed_for = ""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def said(self) -> str:
        """The end of what it wrote, with everything that would steer a terminal left out."""
        text = self._said.decode("utf-8", "replace")
        return "".join(sign for sign in text if sign == "\n" or sign.isprintable()).strip()

    def listen(self) -> None:
        """Keep what comes through its pipe, so that it never waits on a full one."""
        os.set_blocking(self._pipe, False)
        asyncio.get_running_loop().add_reader(self._pipe, self._hear)

    def _hear(self) -> None:
        piece = b""
        with suppress(BlockingIOError):
            piece = os.read(self._pipe, 1 << 16)
            if not piece:
                asyncio.get_running_loop().remove_reader(self._pipe)
        self._said += piece
        del self._said[:-_MOST_SAID]

    def bury(self) -> None:
        """Kill what is left of it, and give back what it held here."""
        self.signal(signal.SIGKILL)
        self._process.wait()
        asyncio.get_running_loop().remove_reader(self._pipe)
        os.close(self._pipe)

    def look(self) -> None:
        """Note how much memory it takes; end it where that is too much."""
        self.peak = max(self.peak, sum(_own(pid) for pid in (self.pid, *descendants(self.pid))))
        if self.peak > MOST_MEMORY and not self._killed_for:
            self._killed_for = f"it took more than {MOST_MEMORY >> 20} MB of memory, and was ended"
            self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        # Its group: nginx and its workers are several processes.
        with suppress(OSError):
            os.killpg(self.pid, number)

    def problem(self, what: str = "") -> EnvironmentProblem:
        """Why it cannot be used, with the last lines that it wrote."""
        why = self._killed_for or what or f"it ended by itself with status {self._process.returncode}"
        lines = self.said.splitlines()[-_SHOWN_LINES:]
        message = f"{self.name}: {why}" + "".join(f"\n  {line[:400]}" for line in lines)
        fix = _TOO_MUCH if self._killed_for else _REPORT
        return EnvironmentProblem(Finding("environment/replay-proxy", Severity.ERROR, message, fix))


Ready = Callable[[], Awaitable[bool]]


class Session:
    """Where a replay runs: a folder of its own (0700), and its children."""

    def __init__(self, folder: str, watchdog: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.children: list[Child] = []
        self._ended: list[Child] = []
        self._watchdog = watchdog
        self._tasks: list[asyncio.Task[None]] = []

    async def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        ready: Ready,
        extra: Mapping[str, str] | None = None,
        within: float = 20.0,
    ) -> Child:
        """Start ``command`` (first word: an absolute path) and wait until ``ready`` says so.

        It gets nothing of the caller's environment but ``extra``. Raises ``EnvironmentProblem`` where it cannot be
        started, ends, or is not ready ``within`` so many seconds.
        """
        variables = {**environment(self.folder), **(extra or {})}
        # Set to anything, it makes Traefik look for a cluster there, and not at the endpoint that it is given.
        variables.pop("KUBECONFIG")
        child = self._spawn(name, command, variables)
        try:
            await _until(ready, child, within)
        except BaseException:
            self._kill(child)
            raise
        return child

    def check(self) -> None:
        """Raises ``EnvironmentProblem`` where a child has ended that should still run, or had before it was stopped."""
        for child in (*self._ended, *self.children):
            if not child.alive:
                raise child.problem()

    async def stop(self, child: Child) -> None:
        """End it, with what it started. It is not asked: a proxy has nothing to save, and takes its time over it."""
        if not child.alive:
            self._ended.append(child)
        child.look()
        self._kill(child)

    def _spawn(self, name: str, command: Sequence[str], variables: Mapping[str, str]) -> Child:
        launch = [sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py"))]
        limits = [str(os.getpid()), str(_MOST_DATA), str(_MOST_SECONDS)]
        reading, writing = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - see the import
                [*launch, *limits, *command],
                cwd=self.folder,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        except OSError as error:
            os.close(reading)
            raise _not_started(name, error) from None
        finally:
            os.close(writing)
        child = Child(name, process, reading)
        self.children.append(child)
        self._tell(f"+{child.pid}\n")
        child.listen()
        self._tasks.append(asyncio.create_task(_watch(child)))
        return child

    def _kill(self, child: Child) -> None:
        if child in self.children:
            self.children.remove(child)
            child.bury()
            self._tell(f"-{child.pid}\n")

    def _tell(self, line: str) -> None:
        assert self._watchdog.stdin is not None  # noqa: S101 - it was started with a pipe
        with suppress(OSError):
            self._watchdog.stdin.write(line.encode())
            self._watchdog.stdin.flush()

    async def close(self) -> None:
        """End everything and remove the folder. Nothing of it can be cancelled half-way."""
        for task in self._tasks:
            task.cancel()
        try:
            await asyncio.gather(*(self.stop(child) for child in tuple(self.children)))
        finally:
            for child in tuple(self.children):
                self._kill(child)
            self._dismiss()

    def _dismiss(self) -> None:
        # The watchdog removes the folder too; both look away where the other was faster.
        shutil.rmtree(self.folder, ignore_errors=True)
        assert self._watchdog.stdin is not None  # noqa: S101
        with suppress(OSError):
            self._watchdog.stdin.close()
        self._watchdog.wait()


@asynccontextmanager
async def session() -> AsyncIterator[Session]:
    """A session; all that it started is gone afterwards. Raises ``EnvironmentProblem``."""
    folder = private_folder("gatelift-replay-")
    try:
        Path(folder, "bin").mkdir()
        made = Session(folder, _watch_over(folder))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        yield made
    finally:
        await made.close()


def _watch_over(folder: str) -> subprocess.Popen[bytes]:
    script = str(Path(__file__).with_name("watchdog.py"))
    try:
        return subprocess.Popen(  # noqa: S603 - see the import
            [sys.executable, "-I", "-S", script, folder],
            cwd="/",
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _not_started("the watchdog of the replay", error) from None


def _not_started(name: str, error: OSError) -> EnvironmentProblem:
    message = f"{name} cannot be started: {(error.strerror or str(error)).lower()}"
    fix = "see whether programs can be started here (limits of processes, memory)"
    return EnvironmentProblem(Finding("environment/replay-proxy", Severity.ERROR, message, fix))


async def _until(ready: Ready, child: Child, within: float) -> None:
    until = time.monotonic() + within
    while not await _asked(ready):
        if not child.alive:
            # What it said last may still be in the pipe.
            await asyncio.sleep(_STEP)
            raise child.problem()
        if time.monotonic() > until:
            raise child.problem(f"it was not ready after {within:g} seconds")
        await asyncio.sleep(_STEP)


async def _asked(ready: Ready) -> bool:
    with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
        return await asyncio.wait_for(ready(), 2.0)
    return False


async def _watch(child: Child) -> None:
    while child.alive:
        child.look()
        await asyncio.sleep(_WATCH)


def _own(pid: int) -> int:
    """Memory that a process holds itself, in bytes; 0 where the system does not say (only Linux does)."""
    with suppress(OSError, ValueError):
        lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(words[1]) << 10 for words in lines if words and words[0] in ("RssAnon:", "RssShmem:"))
    return 0
