"""``replay()``: both sides started, the same requests sent to both, the answers judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from msgspec.structs import replace

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.replay.asking import Ask, Asked, ask
from gatelift.replay.before import readable, storable, told
from gatelift.replay.case import Options, Sides
from gatelift.replay.envoy.shows import ABSENT, REFUSED, left_out
from gatelift.replay.envoy.split import joined
from gatelift.replay.ground import ground
from gatelift.replay.hiding import hidden
from gatelift.replay.model import Result
from gatelift.replay.prepared import prepared
from gatelift.replay.requests.derive import Derived
from gatelift.replay.sound import well_formed
from gatelift.replay.wire.send import Sender
from gatelift.traffic.case import Case


@asynccontextmanager
async def within(seconds: float, prefix: str = "--") -> AsyncIterator[None]:
    """Raises ``EnvironmentProblem`` where what is inside takes longer; everything that it started is gone then.

    ``prefix``: how the options begin that somebody may change next.
    """
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        message = f"the replay had not ended after {seconds:g} seconds, so that nothing is known"
        fix = f"give it longer or less to ask: {prefix}timeout S, {prefix}requests N, or a PATH within"
        raise EnvironmentProblem(Finding("environment/replay", Severity.ERROR, message, fix)) from None


async def replay(case: Case, sides: Sides, options: Options) -> Result:
    """What both sides answer to the same requests. Raises ``EnvironmentProblem`` where a side cannot be started."""
    storable((*case.before, *case.after))
    well_formed((*case.before, *case.after))
    objects, limited = readable(case.before)
    case = replace(case, before=objects, limited=frozenset(limited))
    assumed = [*case.assumed, *told(limited)]
    ready = prepared(case, options, without=ABSENT if sides.envoy is None else "")
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ground([*case.before, *ready.made.objects]))
        judges = {
            judge: await stack.enter_async_context(start(case.before, here)) for judge, start in sides.judges.items()
        }
        after = await stack.enter_async_context(sides.after(ready.made.objects, here))
        plain = await stack.enter_async_context(Sender(after))
        senders: dict[str, Ask] = {after.name: plain}
        for side in judges.values():
            senders[side.name] = await stack.enter_async_context(Sender(side))
        if sides.envoy is not None and ready.by_envoy.hosts:
            try:
                after, senders[after.name] = await joined(stack, sides.envoy, ready.by_envoy, here, after, plain)
            except EnvironmentProblem as problem:
                # It takes a configuration as a whole or not at all; what Traefik shows is worth having.
                assumed.append(left_out(problem))
                ready = prepared(case, options, without=REFUSED)
        result = await ask(case, options.seed, ready, Asked(judges=judges, after=after, senders=senders))
    return replace(hidden(result), assumed=(*assumed, *_unasked(ready.derived, options), *result.assumed))


def _unasked(derived: Derived, options: Options) -> Iterable[str]:
    if derived.more:
        yield f"only {options.requests} requests were sent, the most telling of each rule; --requests N sends more"
