"""What a replay needs beside the checkout."""

from __future__ import annotations

import asyncio
import importlib.util
from functools import cache

from gatelift.findings import EnvironmentProblem


@cache
def missing() -> str | None:
    """Why it cannot run, or None."""
    if importlib.util.find_spec("cryptography") is None:
        return "cryptography is not installed: pip install '.[replay]'"
    from gatelift.replay import traefik
    from gatelift.replay.nginx.run import program

    try:
        traefik.program()
        asyncio.run(program())
    except EnvironmentProblem as problem:
        return problem.finding.message
    return None
