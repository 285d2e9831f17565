"""Run as a program: applies one plan again and again, killed each time, and says what was found afterwards.

``apply_kills.py FOLDER event FIRST STEP`` kills at every STEP-th of what Python itself reports as a system operation
(open, rename, link, mkdir, remove, ...), from the FIRST; ``apply_kills.py FOLDER time SEED COUNT`` COUNT times at a
random instant. In a process of its own, because it forks, which pytest's workers with their threads should not.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from gatelift.apply.apply import apply_changes
from gatelift.apply.recover import recover
from gatelift.plan.model import FileChange

MANY = {f"d{n % 3}/f{n}.yaml": f"old {n}\n".encode() * (n + 1) for n in range(12)}
OLD = {**MANY, "same.yaml": b"same\n", "x": b"x\n"}
CHANGES = (
    *(FileChange(path, data, b"new\n" * 9) for path, data in MANY.items() if path != "d1/f1.yaml"),
    FileChange("d1/f1.yaml", OLD["d1/f1.yaml"], None),
    FileChange("x", b"x\n", None),
    FileChange("x/now/a/folder.yaml", None, b"new\n"),
    FileChange("d0/route.yaml", None, b"new\n"),
    FileChange("fresh/route.yaml", None, b"new\n"),
)


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def after() -> dict[str, bytes]:
    changed = {change.path: change.after for change in CHANGES}
    return {path: data for path, data in {**OLD, **changed}.items() if data is not None}


def fresh(root: Path, state: Path) -> None:
    for folder in (root, state):
        shutil.rmtree(folder, ignore_errors=True)
    for name, data in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def killed(work: Callable[[], object], arm: Callable[[], None], wait: float | None = None) -> bool:
    """Whether a child that does ``work`` was killed."""
    child = os.fork()
    if child == 0:
        arm()
        work()
        os._exit(0)
    if wait is not None:
        time.sleep(wait)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def at_event(number: int) -> Callable[[], None]:
    def arm() -> None:
        left = [number]

        def count(event: str, _: object) -> None:
            if event.startswith(("os.", "open", "fcntl.", "shutil.")):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)

    return arm


def check(root: Path, state: Path, second: int) -> str:
    """What the next run finds; now and then it is killed as well."""
    if second and killed(lambda: recover(root, state), at_event(second)):
        outcome = "killed again, " + recover(root, state).outcome
    else:
        outcome = str(recover(root, state).outcome)
    found = files(root)
    if found not in (OLD, after()):
        return f"mixed after {outcome}: {sorted(found)}"
    if found == OLD and (root / "fresh").exists():
        return f"folder left after {outcome}"
    left = sorted(path.name for path in state.iterdir()) if state.exists() else []
    if left not in ([], ["lock"]):
        return f"state left after {outcome}: {left}"
    return f"{outcome}, {'old' if found == OLD else 'new'}"


def main(folder: Path, mode: str, first: int, second: int) -> Counter[str]:
    root, state = folder / "tree", folder / "state"
    seen: Counter[str] = Counter()

    def work() -> None:
        apply_changes(root, CHANGES, state)

    if mode == "event":
        for number in range(first, 100_000, second):
            fresh(root, state)
            if not killed(work, at_event(number)):
                break
            seen[check(root, state, number % 7 * 5)] += 1
    else:
        random.seed(first)
        longest = 0.0
        for _ in range(3):  # the first one warms up
            fresh(root, state)
            began = time.monotonic()
            killed(work, lambda: None)
            longest = time.monotonic() - began
        for number in range(second):
            fresh(root, state)
            killed(work, lambda: None, random.uniform(0, longest))  # noqa: S311 - no secret
            seen[check(root, state, number % 3 * 10)] += 1
    return seen


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
