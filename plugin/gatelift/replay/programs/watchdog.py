"""Outlives a replay that was killed: ends what it left running, and removes its folder.

Run as a script of its own (``python -I -S watchdog.py FOLDER``) in a session of its own, with a pipe as standard input
that only the replay holds: ``+PID`` names a process group that was started, ``-PID`` one that has ended. The end of the
pipe is the end of the replay, however that came. It imports nothing of gatelift.
"""

import contextlib
import os
import shutil
import signal
import sys
import time

_PATIENCE = 2.0


def main(folder: str) -> None:
    groups: set[int] = set()
    for line in sys.stdin.buffer:
        change = groups.add if line[:1] == b"+" else groups.discard
        change(int(line[1:]))
    for group in groups:
        _end(group)
    shutil.rmtree(folder, ignore_errors=True)


def _end(group: int) -> None:
    """Kill a whole group, and wait until nobody of it is left who could still write into the folder."""
    until = time.monotonic() + _PATIENCE
    with contextlib.suppress(OSError):
        while time.monotonic() < until:
            os.killpg(group, signal.SIGKILL)
            time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1])
