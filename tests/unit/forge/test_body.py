"""What a pull request says, and that nothing of a repository says anything in it."""

from __future__ import annotations

import pytest
from forge_plans import INGRESS, LOSSY, planned, report_of, telling, warning
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from test_markdown import HOSTILE, TEXTS, rendered

from gatelift.config.model import Phase
from gatelift.forge.body import LARGEST, Telling, body, closing, merged, summary, title
from gatelift.forge.decide import digest_in
from gatelift.forge.publish import lossy
from gatelift.plan.model import FileChange, Plan, RootKind, RootPlan
from gatelift.proof.evidence import Evidence, Proof
from support.bounds import examples

ALLOWED = {
    *("p", "strong", "h3", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "code", "pre", "sub"),
    *("details", "summary"),
}


def everywhere(text: str) -> Plan:
    """A plan with ``text`` wherever a repository can put something."""
    # What stands in the digest is UTF-8, or came from a file's name.
    sound = text.encode("utf-8", "replace").decode()
    ingress = INGRESS.format(name="web", annotations="nginx.ingress.kubernetes.io/auth-type: digest")
    plan = planned(ingress, findings=(warning(text, text),))
    change = plan.result.changes[0]
    entries = tuple(structs.replace(entry, text=text, todo=text, pointer=f"/{text}") for entry in change.entries)
    proof = Evidence(proof=Proof.COMMUTES, root=text, holds=False, text=text, ingress=text, partial=(text,))
    root = RootPlan(
        root=text,
        kind=RootKind.PLAIN,
        scope=text,
        phase=Phase.COEXIST,
        routes=(text,),
        evidence=(proof,),
        withdrawn=text,
        deployed_by=(text,),
    )
    return structs.replace(
        plan,
        target=sound,
        engines=(text,),
        roots=(root,),
        files=(FileChange(sound, None, b""),),
        result=structs.replace(plan.result, changes=(structs.replace(change, entries=entries),)),
    )


@given(TEXTS.filter(bool))
@examples(60)
def test_nothing_of_a_repository_is_markup_anywhere(text: str) -> None:
    plan = everywhere(text)
    made = body(plan, Telling(report_of(plan), text, "0" * 40))
    # What a viewer sees does not depend on the text, but for the text.
    plain = everywhere("x")
    seen, bare = rendered(made), rendered(body(plain, Telling(report_of(plain), "x", "0" * 40)))
    assert set(seen.tags) <= ALLOWED | {"details"}
    assert [tag for tag in seen.tags if tag != "code"] == [tag for tag in bare.tags if tag != "code"]
    assert [comment.strip()[:9] for comment in seen.comments] == ["gatelift:"] * 3


@pytest.mark.parametrize("text", HOSTILE)
def test_a_marker_in_a_repository_is_no_marker(text: str) -> None:
    plan = everywhere(text)
    made = body(plan, Telling(report_of(plan), text, "0" * 40))
    assert digest_in(made) == plan.digest
    assert made.count("<!-- gatelift: begin -->") == made.count("<!-- gatelift: end -->") == 1


def test_the_first_words_are_the_verdict_and_the_proofs_come_before_the_ledger() -> None:
    plan = planned(LOSSY)
    made = body(plan, telling(plan))
    parts = [
        "1 Ingress read: 0 converted, 1 withheld",
        "What was proved",
        "all hold",
        "What becomes of every annotation",
        "auth-type",
        "What merging this does",
        "The way back",
        "Try it yourself",
    ]
    places = [made.index(part) for part in parts]
    assert places == sorted(places)
    assert f"plan <code>{plan.digest}</code>" in made


@pytest.mark.parametrize("phase", list(Phase))
def test_each_phase_says_what_it_changes_and_the_way_back(phase: Phase) -> None:
    plan = planned(phase=phase)
    made = body(plan, telling(plan))
    assert made.count("**The way back:**") == 1
    assert f"--phase {phase}" in made
    assert title(plan)
    assert phase in closing(plan)


def test_a_proof_that_fails_is_partial_or_withdrawn_is_not_called_whole() -> None:
    whole = planned().roots[0]
    for root, word in (
        (whole, "all hold"),
        (structs.replace(whole, evidence=()), "nothing to prove"),
        (structs.replace(whole, withdrawn="a reason"), "**withdrawn**"),
        (structs.replace(whole, evidence=(structs.replace(whole.evidence[0], holds=False),)), "**fail**"),
        (structs.replace(whole, evidence=(structs.replace(whole.evidence[0], partial=("x",)),)), "hold **in part**"),
    ):
        plan = planned(roots=(root,))
        assert f"| {word} |" in body(plan, telling(plan))


def test_a_large_plan_is_cut_with_a_word_and_always_at_the_same_place() -> None:
    proof = Evidence(proof=Proof.COMMUTES, root="r", holds=True, text="x" * 60)
    roots = tuple(
        RootPlan(root=f"apps/{n}", kind=RootKind.PLAIN, scope="s", phase=Phase.COEXIST, evidence=(proof,))
        for n in range(900)
    )
    text = "---\n".join(INGRESS.format(name=f"web-{n}", annotations="") for n in range(30))
    plan = planned(text, roots=roots, files=tuple(FileChange(f"apps/{n}.yaml", None, b"") for n in range(900)))
    made = body(plan, telling(plan))
    assert 20_000 < len(made.encode()) <= LARGEST
    assert "further roots not shown" in made
    assert made == body(plan, telling(plan))
    assert "further" not in summary(plan, telling(plan), 1_000_000)


def test_many_ingresses_are_an_overview() -> None:
    text = "---\n".join(INGRESS.format(name=f"web-{n}", annotations="") for n in range(400))
    plan = planned(text)
    made = body(plan, telling(plan))
    assert "All of the 400 Ingresses" in made
    assert len(made.encode()) <= LARGEST


def test_only_our_part_of_a_body_changes() -> None:
    old, new = planned(), planned(LOSSY)
    first, second = body(old, telling(old)), body(new, telling(new))
    theirs = f"Above.\r\n{first}Below.".replace("\n", "\r\n").replace("\r\r", "\r")
    made = merged(theirs, second)
    assert made == f"Above.\n{second}Below."
    assert merged(made, second) is None
    for gone in (None, "", "a text of a person's", first.replace("gatelift: end", "x"), first.replace("digest=", "x=")):
        assert merged(gone, second) is None


@given(st.text(max_size=30), st.text(max_size=30))
@examples(100)
def test_what_a_person_wrote_around_it_stays(above: str, below: str) -> None:
    old, new = planned(), planned(LOSSY)
    ours = body(new, telling(new))
    made = merged(f"{above}\n{body(old, telling(old))}{below}", ours)
    assert made == f"{above}\n{ours}{below}".replace("\r\n", "\n")


def test_a_draft_is_for_what_a_person_has_to_look_at() -> None:
    whole = planned().roots[0]
    assert not lossy(planned())
    assert lossy(planned(LOSSY))
    assert lossy(planned(roots=(structs.replace(whole, withdrawn="x"),)))
    assert lossy(
        planned(roots=(structs.replace(whole, evidence=(structs.replace(whole.evidence[0], partial=("x",)),)),))
    )
