"""What a pull request says of a replay: once for each cluster, inert, and never more than fits."""

from __future__ import annotations

import pytest
from forge_plans import planned, telling
from msgspec import structs
from test_markdown import HOSTILE, rendered

from gatelift.forge.body import LARGEST, body, replayed
from gatelift.forge.decide import replay_in
from gatelift.plan.model import Plan
from gatelift.proof.evidence import Evidence, Proof, Reached, Traffic
from gatelift.report.plan_text import render_plan

TRAFFIC = Traffic(versions={"nginx": "1.2"}, requests=9, agreed=8, partly=1, before=Reached(3, 3), after=Reached(4, 3))


def replay(cluster: str, text: str = "9 requests", holds: bool = True, partial: tuple[str, ...] = ()) -> Evidence:
    return Evidence(proof=Proof.REPLAY, root=cluster, holds=holds, text=text, partial=partial, traffic=TRAFFIC)


def with_replays(*clusters: tuple[Evidence, ...]) -> Plan:
    """A plan with a root for each of ``clusters``."""
    plan = planned()
    roots = tuple(
        structs.replace(plan.roots[0], root=f"root-{number}", evidence=(*plan.roots[0].evidence, *items))
        for number, items in enumerate(clusters)
    )
    return structs.replace(plan, roots=roots)


def test_a_cluster_of_two_roots_is_told_once() -> None:
    item = replay("prod", "711 requests to nginx", partial=("not replayed: a policy",))
    plan = with_replays((item,), (item,))
    text = body(plan, telling(plan))
    assert text.count("711 requests to nginx") == 1
    assert text.count("replay: holds in <code>prod</code>, see below") == 2
    assert text.count("all hold, replay in part") == 2
    assert render_plan(plan).count("Replay prod: holds; 711 requests to nginx") == 1


def test_a_body_is_marked_by_what_a_replay_states_and_not_by_its_figures() -> None:
    def marked(*items: Evidence) -> str:
        plan = with_replays(items)
        found = replay_in(body(plan, telling(plan)))
        assert found == replayed(plan)
        return found

    first = marked(replay("prod", "711 requests", partial=("not replayed: a policy",)))
    assert len(first) == 16
    assert marked(replay("prod", "712 requests", partial=("not replayed: a policy",))) == first
    others = {
        marked(replay("prod", "711 requests", partial=("not replayed: another",))), marked(replay("prod")),
        marked(replay("prod", holds=False)), marked(replay("prod"), replay("dev")), marked(),
    }  # fmt: skip
    assert len(others - {first}) == 5
    assert marked() == ""


def test_one_replay_that_does_not_hold_makes_the_plan_disagree() -> None:
    plan = with_replays((replay("dev"),), (replay("prod", "status is 200 before, 404 after", holds=False),))
    assert plan.disagrees
    assert [root.proved for root in plan.roots] == [True, False]
    assert "- <code>prod</code>: **fails**: status is 200 before, 404 after" in body(plan, telling(plan))
    for quiet in (False, True):
        text = render_plan(plan, quiet=quiet)
        assert "Replay: does not hold in prod; status is 200 before, 404 after" in text
        assert "until then nothing is written" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_repository_is_markup_in_a_replay(text: str) -> None:
    hostile = with_replays((replay(text, text, holds=False, partial=(text,)),))
    plain = with_replays((replay("x", "x", holds=False, partial=("x",)),))
    seen, bare = rendered(body(hostile, telling(hostile))), rendered(body(plain, telling(plain)))
    assert [tag for tag in seen.tags if tag != "code"] == [tag for tag in bare.tags if tag != "code"]
    assert len(seen.comments) == len(bare.comments)


def test_a_thousand_clusters_fit() -> None:
    partial = tuple(f"not hit after: {'long ' * 40}{number}" for number in range(60))
    plan = with_replays(*((replay(f"cluster-{number}", partial=partial),) for number in range(1000)))
    text = body(plan, telling(plan))
    assert len(text.encode()) <= LARGEST
    assert "further clusters not shown" in text
    assert "60 things this replay leaves out" in text
    assert "- 20 more" in text
