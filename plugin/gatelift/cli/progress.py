"""What a run is doing, on a terminal; in a pipe, and where it is not wanted, nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, int, int], None]
"""A step in a word or two, how much of it is done, and how much there is (0: nobody knows)."""


def silent(step: str, done: int, of: int) -> None:
    """For whoever does not watch."""


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """How to tell what is being done. The line is gone at the end: what is said afterwards stands alone."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console  # takes longer to load than a small repository to plan
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("reading the repository", total=None)

        def tell(step: str, done: int, of: int) -> None:
            shown.update(task, description=step, completed=done, total=of or None)

        yield tell
