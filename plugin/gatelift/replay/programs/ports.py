"""Free ports on loopback, for programs that must be told theirs before they start."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.replay.side import Address

# Below what Linux takes for outgoing connections (32768 and more), or one of those could sit on a port found free.
_FIRST, _LAST = 20000, 32000
_TRIES = 500
TAKEN = ("address already in use", "address in use")
"""What nginx and Go write when somebody was faster: the caller tries again with other ports."""


def loopback(number: int) -> str:
    """The address of side ``number``: 127.0.0.2 and so on where the system has all of 127/8 (Linux), else 127.0.0.1."""
    wanted = f"127.0.0.{2 + number % 250}"
    return wanted if _binds(Address(wanted, 0)) else "127.0.0.1"


def free(host: str, count: int) -> tuple[Address, ...]:
    """``count`` different ports of ``host`` that nobody listens on now. High ones, so any user may take them.

    Another program may take one before the caller does; who starts a program tries again then (``taken``).
    Raises ``EnvironmentProblem`` where there are none.
    """
    found: set[Address] = set()
    for _ in range(_TRIES):
        if len(found) == count:
            break
        address = Address(host, _FIRST + secrets.randbelow(_LAST - _FIRST))
        if _binds(address):
            found.add(address)
    else:
        message = f"no free port was found on {host}, where the proxies of a replay listen"
        fix = f"see what takes the ports {_FIRST} to {_LAST} there (`ss -ltn`), and run again"
        raise EnvironmentProblem(Finding("environment/replay-ports", Severity.ERROR, message, fix))
    return tuple(sorted(found))


def taken(problem: EnvironmentProblem) -> bool:
    """Whether a program could not start because another took its port in between."""
    text = problem.finding.message.lower()
    return any(words in text for words in TAKEN)


def listener(host: str, backlog: int = 256) -> socket.socket:
    """A listening socket on a port that the system chooses: for servers of our own, where no race can happen."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setblocking(False)
        made.bind((host, 0))
        made.listen(backlog)
    except OSError as error:
        made.close()
        message = f"nothing can listen on {host}: {(error.strerror or str(error)).lower()}"
        fix = "a replay needs loopback (`ip addr show lo`) and one descriptor for each backend (`ulimit -n`)"
        raise EnvironmentProblem(Finding("environment/replay-ports", Severity.ERROR, message, fix)) from None
    return made


def _binds(address: Address) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the programs do: a port whose last connection is only fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((address.host, address.port))
            return True
    return False
