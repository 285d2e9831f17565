"""What removed annotations have in common: no release since reads them, so that nothing of them is ever woken (T41).

The releases are those of https://github.com/kubernetes/ingress-nginx/blob/main/Changelog.md and, from 1.0 on, of the
files in https://github.com/kubernetes/ingress-nginx/tree/main/changelog.
"""

from __future__ import annotations

from collections.abc import Callable

from gatelift.annotations.unit import Inert, Result, UnitContext


def removed_reader(since: str, instead: str) -> Callable[[str, UnitContext], Result]:
    """A reader for what release ``since`` removed; ``instead`` is a sentence for whoever believed in it."""
    why = f"ingress-nginx removed it in {since}, so it does nothing today: {instead}"

    def read(value: str, context: UnitContext) -> Result:
        return Inert(why)

    return read
