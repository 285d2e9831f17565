"""A replay as a proof of the plan: it holds where every difference is explained, and is partial where it had to be."""

from __future__ import annotations

from collections.abc import Iterator

from gatelift.proof.evidence import Evidence, Proof
from gatelift.replay.model import Result


def evidence(root: str, result: Result) -> Evidence:
    """What a replay proves of one root: its figures where it holds, else the first disagreement."""
    return Evidence(
        proof=Proof.REPLAY, root=root, holds=result.holds, text=_text(result), partial=tuple(_partial(result))
    )


def _text(result: Result) -> str:
    for item in result.disagreements:
        if not item.explained:
            request = f"{item.request.method} {item.request.scheme}://{item.request.host}{item.request.target}"
            return f"{request} is answered differently: {item.attribute} {item.before} before, {item.after} after"
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    return f"{result.requests} requests ({versions}), {result.after.hit} of {result.after.matches} matches hit"


def _partial(result: Result) -> Iterator[str]:
    yield from dict.fromkeys(f"not replayed: {item.why}" for item in result.not_replayed)
    yield from (f"not hit: {name}" for name in (*result.before.missed, *result.after.missed))
