"""Children of a replay: started, waited for, held to their bounds, and gone whatever happens."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gatelift.findings import EnvironmentProblem
from gatelift.replay.programs import processes
from gatelift.replay.programs.processes import Child, session
from support.replays import alive, listens, sockets, soon

TESTS = Path(__file__).parents[2]
PYTHON = [sys.executable, "-I", "-S", "-c"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


def test_a_child_runs_until_the_session_ends_and_its_folder_goes_with_it() -> None:
    async def main() -> tuple[Child, str]:
        async with session() as running:
            child = await running.start("sleeper", [*PYTHON, "import time; time.sleep(60)"], ready=yes)
            running.check()
            assert alive(child.pid)
            assert Path(running.folder).stat().st_mode & 0o777 == 0o700
            return child, running.folder

    child, folder = asyncio.run(main())
    assert not alive(child.pid)
    assert not Path(folder).exists()


def test_a_child_that_ends_is_told_with_its_last_words_and_nothing_that_steers_a_terminal() -> None:
    async def main() -> None:
        async with session() as running:
            code = "import sys; print('\\x1b[31mno such flag'); sys.exit(3)"
            await running.start("proxy", [*PYTHON, code], ready=no)

    with pytest.raises(EnvironmentProblem) as caught:
        asyncio.run(main())
    message = caught.value.finding.message
    assert message.startswith("proxy: it ended by itself with status 3")
    assert "no such flag" in message
    assert "\x1b" not in message


def test_a_child_that_is_never_ready_is_ended() -> None:
    async def main() -> list[Child]:
        async with session() as running:
            started = running.children
            try:
                await running.start("proxy", [*PYTHON, "import time; time.sleep(60)"], ready=no, within=0.3)
            finally:
                assert started == []
        return started

    with pytest.raises(EnvironmentProblem, match=r"proxy: it was not ready after 0\.3 seconds"):
        asyncio.run(main())


def test_a_child_ends_with_its_own_children_whether_it_wants_to_or_not() -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        "print(grandchild.pid, flush=True); time.sleep(60)"
    )

    async def main() -> tuple[int, int]:
        async with session() as running:
            child = await running.start("stubborn", [*PYTHON, code], ready=yes)
            while not child.said:
                await asyncio.sleep(0.02)
            return child.pid, int(child.said)

    for pid in asyncio.run(main()):
        assert soon(lambda pid=pid: not alive(pid))  # type: ignore[misc]


def test_a_child_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MOST_MEMORY", 60 << 20)

    async def main() -> None:
        async with session() as running:
            code = "import time; much = b'x' * (90 << 20); time.sleep(60)"
            child = await running.start("greedy", [*PYTHON, code], ready=yes)
            while child.alive:
                await asyncio.sleep(0.02)
            running.check()

    with pytest.raises(EnvironmentProblem, match="greedy: it took more than 60 MB of memory, and was ended"):
        asyncio.run(asyncio.wait_for(main(), 10))


def test_the_kernel_holds_a_child_to_its_bounds() -> None:
    async def main() -> str:
        async with session() as running:
            code = (
                "import resource as r, time; print(r.getrlimit(r.RLIMIT_DATA), r.getrlimit(r.RLIMIT_CPU), flush=True);"
            )
            child = await running.start("child", [*PYTHON, code], ready=yes)
            while not child.said:
                await asyncio.sleep(0.02)
            return child.said

    assert asyncio.run(main()) == f"({512 << 20}, {512 << 20}) (900, 900)"


def test_a_child_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")

    async def main() -> str:
        async with session() as running:
            code = "import os, time; print(sorted(os.environ), flush=True); time.sleep(60)"
            child = await running.start("child", [*PYTHON, code], ready=yes, extra={"GOGC": "50"})
            while not child.said:
                await asyncio.sleep(0.02)
            return child.said

    said = asyncio.run(main())
    assert "AWS_SECRET_ACCESS_KEY" not in said
    assert "GOGC" in said
    assert "KUBECONFIG" not in said


def _victim(how: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    variables = {**os.environ, "PYTHONPATH": str(TESTS)}
    victim = subprocess.Popen(  # noqa: S603 - this interpreter and a file of the tests
        [sys.executable, str(TESTS / "support" / "replays.py"), how],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert victim.stdout is not None
    with victim.stdout as told:
        return victim, json.loads(told.readline())


@pytest.mark.parametrize(
    ("how", "number"),
    [
        ("wait", signal.SIGKILL),
        ("wait", signal.SIGTERM),
        ("wait", signal.SIGINT),
        ("done", None),
        ("fail", None),
    ],
)
def test_nothing_is_left_however_a_replay_ends(how: str, number: int | None) -> None:
    victim, told = _victim(how)
    try:
        if number is not None:
            # Two proxies and the watchdog, all there.
            assert len(told["pids"]) == 3
            assert all(alive(pid) for pid in told["pids"])
            assert all(listens(*place) for place in told["places"])
            victim.send_signal(number)
    finally:
        if number is None:
            victim.wait(20)
        else:
            assert soon(lambda: victim.poll() is not None, 20)
    assert soon(lambda: not any(alive(pid) for pid in told["pids"]))
    assert not any(listens(*place) for place in told["places"])
    assert soon(lambda: not Path(told["folder"]).exists())


def test_the_whole_group_killed_at_once_leaves_nothing() -> None:
    victim, told = _victim("wait")
    os.killpg(victim.pid, signal.SIGKILL)
    victim.wait(10)
    assert soon(lambda: not any(alive(pid) for pid in told["pids"]))
    assert soon(lambda: not Path(told["folder"]).exists())


def test_a_killed_watchdog_does_not_keep_the_proxies_alive() -> None:
    """The kernel ends them with their parent; only the folder has nobody left."""
    victim, told = _victim("wait")
    command = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in told["pids"]}
    watchdog = next(pid for pid, words in command.items() if b"watchdog.py" in words)
    os.kill(watchdog, signal.SIGKILL)
    victim.kill()
    victim.wait(10)
    try:
        assert soon(lambda: not any(alive(pid) for pid in told["pids"]))
    finally:
        shutil.rmtree(told["folder"])


def test_only_loopback_is_bound_and_spoken_to() -> None:
    victim, told = _victim("wait")
    try:
        found = sockets([victim.pid, *told["pids"]])
        assert len([one for one in found if not one.peer]) >= len(told["places"])
        outside = [one for one in found if not one.address.startswith("127.")]
        outside += [one for one in found if one.peer and not one.peer.startswith("127.")]
        assert outside == []
    finally:
        victim.kill()
        victim.wait(10)
    assert soon(lambda: not Path(told["folder"]).exists())
