"""Becomes the program that a replay wants to run, bound to the life of the one who asked, and bounded.

Run as a script of its own (``python -I -S launch.py PARENT DATA SECONDS PROGRAM [ARGUMENT...]``), so that nothing has
to run between fork and exec in a process that may have threads; it imports nothing of gatelift. What it sets survives
the exec: the signal that comes when the parent dies, even by kill -9 (prctl(2), Linux only), and the limits. To the
kernel the parent is the thread that started this one, so whoever runs a replay in a thread of its own ends it there.
"""

import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, data: int, seconds: int, command: list[str]) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before prctl was called; then the signal never comes.
    if os.getppid() != parent:
        sys.exit("whoever started this is gone")
    for kind, most in ((resource.RLIMIT_DATA, data), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
