"""What is done about branch and pull request, for every state that a forge can show."""

from __future__ import annotations

import itertools

import pytest
from msgspec import structs

from gatelift.forge.decide import Branch, Decision, Move, Seen, Wish, decide, digest_in
from gatelift.forge.github import Pull, Tip

MINE, OTHER = "1" * 16, "2" * 16
HEAD, ELSEWHERE = "a" * 40, "b" * 40


def pull(number: int = 1, state: str = "open", digest: str = MINE, merged: bool = False, head: str = HEAD) -> Pull:
    return Pull(
        number=number,
        html_url="https://forge.example/1",
        state=state,
        head=Tip("gatelift/gateway-api", head),
        base=Tip("main", "c" * 40),
        body=f"<!-- gatelift: digest={digest} -->\ntext" if digest else "a text of a person's",
        merged_at="2020-01-01T00:00:00Z" if merged else None,
    )


OURS, THEIRS = Branch(HEAD, MINE), Branch(HEAD)
CLOSED = pull(state="closed")
MERGED = pull(state="closed", merged=True)


@pytest.mark.parametrize(
    ("seen", "digest", "move", "codes"),
    [
        (Seen(), "", Move.NOTHING, ()),
        (Seen(), MINE, Move.OPEN, ()),
        (Seen(OURS), MINE, Move.OPEN, ()),
        (Seen(OURS), OTHER, Move.OPEN, ()),
        (Seen(THEIRS), MINE, Move.NOTHING, ("forge/not-ours",)),
        (Seen(OURS, (pull(),)), MINE, Move.NOTHING, ()),
        (Seen(OURS, (pull(),)), OTHER, Move.UPDATE, ()),
        (Seen(OURS, (pull(digest=OTHER),)), MINE, Move.DESCRIBE, ()),
        (Seen(OURS, (pull(digest=""),)), MINE, Move.NOTHING, ()),
        (Seen(OURS, (pull(digest=""),)), OTHER, Move.UPDATE, ()),
        (Seen(THEIRS, (pull(),)), MINE, Move.NOTHING, ("forge/not-ours",)),
        (Seen(THEIRS, (pull(),)), OTHER, Move.NOTHING, ("forge/not-ours",)),
        (Seen(OURS, (pull(),)), "", Move.CLOSE, ()),
        (Seen(THEIRS, (pull(),)), "", Move.NOTHING, ("forge/not-ours",)),
        (Seen(None, (pull(),)), "", Move.CLOSE, ()),
        (Seen(OURS, (CLOSED,)), MINE, Move.NOTHING, ("forge/closed",)),
        (Seen(None, (CLOSED,)), MINE, Move.NOTHING, ("forge/closed",)),
        (Seen(THEIRS, (CLOSED,)), "", Move.NOTHING, ()),
        (Seen(OURS, (CLOSED,)), OTHER, Move.OPEN, ()),
        (Seen(None, (pull(2), CLOSED)), MINE, Move.UPDATE, ()),
        (Seen(OURS, (MERGED,)), OTHER, Move.OPEN, ()),
        (Seen(THEIRS, (MERGED,)), OTHER, Move.OPEN, ()),
        (Seen(Branch(ELSEWHERE), (MERGED,)), OTHER, Move.NOTHING, ("forge/not-ours",)),
        (Seen(OURS, (MERGED,)), MINE, Move.OPEN, ()),
    ],
)
def test_every_state_has_its_answer(seen: Seen, digest: str, move: Move, codes: tuple[str, ...]) -> None:
    made = decide(seen, Wish(digest))
    assert (made.move, tuple(item.code for item in made.findings)) == (move, codes)
    assert all(item.fix for item in made.findings)


def test_what_may_have_gone_wrong_closes_nothing() -> None:
    made = decide(Seen(OURS, (pull(),)), Wish("", certain=False))
    assert (made.move, made.findings[0].code) == (Move.NOTHING, "forge/uncertain")


@pytest.mark.parametrize("seen", [Seen(), Seen(OURS, (pull(),)), Seen(OURS, (CLOSED,))])
def test_nothing_is_published_while_something_cannot_be_read(seen: Seen) -> None:
    made = decide(seen, Wish(OTHER, readable=False))
    assert (made.move, made.findings[0].code) == (Move.NOTHING, "forge/unreadable")


def test_a_new_one_names_the_last_that_was_closed() -> None:
    closed = (pull(7, "closed", OTHER), pull(3, "closed", "3" * 16))
    assert decide(Seen(OURS, closed), Wish(MINE)) == Decision(Move.OPEN, follows=7)
    assert decide(Seen(OURS, (pull(7, "closed", OTHER, merged=True),)), Wish(MINE)).follows == 0


def test_a_persons_branch_is_never_written_and_never_closed() -> None:
    pulls = [(), (pull(),), (CLOSED,), (pull(digest=OTHER),), (pull(2), CLOSED)]
    for mine, digest, certain in itertools.product(pulls, ("", MINE, OTHER), (True, False)):
        made = decide(Seen(Branch(ELSEWHERE), mine), Wish(digest, certain))
        assert made.move is Move.NOTHING


def test_nothing_is_ever_done_twice() -> None:
    """After what a decision leads to, the next run finds nothing to do."""
    for branch, mine in itertools.product((None, OURS, Branch(HEAD, OTHER)), ((), (pull(),), (pull(digest=OTHER),))):
        move = decide(Seen(branch, mine), Wish(OTHER)).move
        if move in (Move.OPEN, Move.UPDATE, Move.DESCRIBE):
            then = Seen(Branch(ELSEWHERE, OTHER), (pull(digest=OTHER, head=ELSEWHERE),))
            assert decide(then, Wish(OTHER)) == Decision(Move.NOTHING)


@pytest.mark.parametrize(
    ("told", "shown", "move"),
    [
        ("", MINE, Move.DESCRIBE),
        (OTHER, MINE, Move.DESCRIBE),
        (MINE, MINE, Move.NOTHING),
        (MINE, "", Move.NOTHING),
        ("", "", Move.NOTHING),
    ],
)
def test_a_body_follows_what_real_proxies_show_and_keeps_it_where_none_were_asked(
    told: str, shown: str, move: Move
) -> None:
    mine = pull()
    marked = structs.replace(mine, body=f"{mine.body}\n<!-- gatelift: replay={told} -->" if told else mine.body)
    assert decide(Seen(OURS, (marked,)), Wish(MINE, replay=shown)) == Decision(move)
    # A person's text, or a person's commits, are left alone whatever was shown.
    assert decide(Seen(OURS, (pull(digest=""),)), Wish(MINE, replay=shown)).move is Move.NOTHING
    assert decide(Seen(THEIRS, (marked,)), Wish(MINE, replay=shown)).move is Move.NOTHING


@pytest.mark.parametrize(
    ("body", "digest"),
    [
        (None, ""),
        ("", ""),
        ("<!-- gatelift: digest=0123456789abcdef -->", "0123456789abcdef"),
        ("<!-- gatelift: digest=0123 -->", ""),
        ("&#60;!-- gatelift: digest=0123456789abcdef --&#62;", ""),
    ],
)
def test_the_marker_is_read_exactly(body: str | None, digest: str) -> None:
    assert digest_in(body) == digest
