"""The life of a pull request, against real git over HTTP and a forge that is held to GitHub's own document."""

from __future__ import annotations

import re

import pytest

from action.world import BRANCH, GATELIFT, INGRESS, World

pytestmark = [pytest.mark.slow, pytest.mark.forge]

WRITES = ("POST", "PATCH")


def writes(world: World) -> list[str]:
    """What was changed at the forge since it was last asked, by REST and by git."""
    made = [line for line in world.forge.asked if line.startswith(WRITES)]
    world.forge.asked.clear()
    return made


def opened(world: World, *words: str) -> None:
    """A first run, which opens a pull request."""
    done = world.pr(*words)
    assert done.code == 0, done.err
    assert "pull request #1: opened" in done.out
    world.forge.asked.clear()


def test_a_first_run_pushes_one_commit_and_opens_one_pull_request(world: World) -> None:
    before = world.git("rev-parse", "HEAD")
    done = world.pr("--labels", "routing,gatelift")
    assert done.code == 0, done.err
    (pull,) = world.forge.pulls
    assert done.out == f"pull request #1: opened {world.forge.url}/acme/deploy/pull/1\n"
    assert (pull.head, pull.base, pull.state, pull.draft) == (BRANCH, "main", "open", False)
    assert pull.labels == ["routing", "gatelift"]
    assert pull.title == "Add Gateway API routes beside the Ingresses"
    assert world.forge.git("rev-list", "--count", f"main..{BRANCH}") == "1"
    assert world.forge.git("diff", "--name-only", "main", BRANCH) == "shop/web-httproute.yaml"
    assert "kind: HTTPRoute" in world.forge.git("show", f"{BRANCH}:shop/web-httproute.yaml")
    message = world.forge.git("show", "-s", "--format=%B", BRANCH)
    digest = re.search(r"(?m)^Gatelift-Plan: ([0-9a-f]{16})$", message)
    assert digest is not None
    assert f"<!-- gatelift: digest={digest[1]} -->" in pull.body
    # What the user has is as it was.
    assert world.git("rev-parse", "HEAD") == before
    assert world.git("status", "--porcelain") == ""
    assert world.git("branch", "--all") == "* main"


def test_running_again_changes_nothing_at_all(world: World) -> None:
    opened(world)
    head, body = world.forge.sha(BRANCH), world.forge.pulls[0].body
    done = world.pr()
    assert (done.code, done.out) == (0, f"pull request #1: left as it is {world.forge.url}/acme/deploy/pull/1\n")
    assert writes(world) == []
    assert (world.forge.sha(BRANCH), world.forge.pulls[0].body) == (head, body)


def test_the_commit_is_the_same_wherever_and_whenever_it_is_made(world: World) -> None:
    opened(world)
    head = world.forge.sha(BRANCH)
    world.forge.pulls.clear()
    world.forge.git("update-ref", "-d", f"refs/heads/{BRANCH}")
    opened(world, "--author", "gatelift <gatelift@noreply.invalid>")
    assert world.forge.sha(BRANCH) == head


def test_a_changed_source_replaces_the_commit_and_our_part_of_the_body(world: World) -> None:
    opened(world)
    pull = world.forge.pulls[0]
    pull.title = "A title of a person's own"
    pull.body = f"Reviewed by hand.\r\n\r\n{pull.body}\r\nAnd a word below.".replace("\n", "\r\n").replace("\r\r", "\r")
    world.ingress("api")
    base = world.commit()
    done = world.pr()
    assert done.code == 0, done.err
    assert "pull request #1: updated" in done.out
    assert len(world.forge.pulls) == 1
    assert world.forge.git("rev-list", "--count", f"main..{BRANCH}") == "1"
    assert world.forge.git("rev-parse", f"{BRANCH}^") == base
    assert world.forge.git("diff", "--name-only", "main", BRANCH).split() == [
        "shop/api-httproute.yaml",
        "shop/web-httproute.yaml",
    ]
    assert pull.title == "A title of a person's own"
    assert pull.body.startswith("Reviewed by hand.\n")
    assert pull.body.endswith("And a word below.")
    assert "shop/api" in pull.body
    assert pull.body.count("<!-- gatelift: begin -->") == pull.body.count("<!-- gatelift: end -->") == 1


@pytest.mark.parametrize("amend", [False, True], ids=["a commit on top", "our commit amended"])
def test_what_a_person_committed_is_left_alone(world: World, amend: bool) -> None:
    opened(world)
    head = world.person("shop/web-httproute.yaml", "# mine\n", amend=amend)
    world.ingress("api")
    world.commit()
    done = world.pr()
    assert done.code == 0, done.err
    assert "holds changes of somebody else" in done.err
    assert writes(world) == []
    assert world.forge.sha(BRANCH) == head


def test_a_pull_request_with_nothing_left_to_do_is_closed_and_its_branch_goes(world: World) -> None:
    opened(world)
    (world.folder / "shop" / "web.yaml").unlink()
    world.commit("the Ingress goes")
    done = world.pr()
    assert done.code == 0, done.err
    assert "pull request #1: closed" in done.out
    (pull,) = world.forge.pulls
    assert pull.state == "closed"
    assert len(pull.comments) == 1
    assert "Nothing is left to do" in pull.comments[0]
    assert world.forge.sha(BRANCH) is None
    world.forge.asked.clear()
    again = world.pr()
    assert (again.code, writes(world)) == (0, [])
    assert "none is open, and none is opened" in again.out


def test_a_pull_request_with_a_persons_commits_is_not_closed(world: World) -> None:
    opened(world)
    world.person("notes.md", "mine\n")
    (world.folder / "shop" / "web.yaml").unlink()
    world.commit("the Ingress goes")
    done = world.pr()
    assert (done.code, writes(world)) == (0, [])
    assert "stays open" in done.err
    assert world.forge.pulls[0].state == "open"


def test_a_run_that_could_not_read_everything_closes_nothing(world: World) -> None:
    opened(world)
    world.write("shop/web.yaml", INGRESS.format(name="web") + "  : [broken\n")
    world.commit("a broken file")
    done = world.pr()
    assert done.code == 4, done.err
    assert writes(world) == []
    assert world.forge.pulls[0].state == "open"


def test_a_person_who_closes_is_not_asked_again_for_the_same_changes(world: World) -> None:
    opened(world)
    world.forge.pulls[0].state = "closed"
    done = world.pr()
    assert done.code == 0, done.err
    assert "was closed without being merged" in done.err
    assert writes(world) == []
    world.ingress("api")
    world.commit()
    other = world.pr()
    assert other.code == 0, other.err
    assert "pull request #2: opened" in other.out
    assert "An earlier pull request with other changes, #1" in world.forge.pulls[1].body


def test_after_a_merge_the_branch_starts_anew(world: World) -> None:
    opened(world)
    pull = world.forge.pulls[0]
    world.git("fetch", "--quiet", str(world.forge.repository), BRANCH)
    world.git("merge", "--quiet", "--no-ff", "--message", "merged", "FETCH_HEAD")
    world.git("push", "--quiet", str(world.forge.repository), "HEAD:refs/heads/main")
    pull.state, pull.merged_at = "closed", "2020-01-01T00:00:00Z"
    nothing = world.pr()
    assert (nothing.code, writes(world)) == (0, [])
    world.ingress("api")
    base = world.commit()
    done = world.pr()
    assert "pull request #2: opened" in done.out, done.err
    assert world.forge.git("rev-parse", f"{BRANCH}^") == base


def test_a_branch_of_somebody_else_is_not_taken(world: World) -> None:
    world.git("push", "--quiet", str(world.forge.repository), f"HEAD:refs/heads/{BRANCH}")
    head = world.forge.sha(BRANCH)
    done = world.pr()
    assert done.code == 0, done.err
    assert "is not gatelift's: it is left alone" in done.err
    assert (writes(world), world.forge.sha(BRANCH)) == ([], head)


def test_what_was_pushed_before_an_interruption_is_taken_up(world: World) -> None:
    world.forge.fail("POST", "/pulls", 403, "Resource not accessible by integration")
    first = world.pr()
    assert first.code == 6
    head = world.forge.sha(BRANCH)
    assert head is not None
    world.forge.asked.clear()
    done = world.pr()
    assert "pull request #1: opened" in done.out, done.err
    assert world.forge.sha(BRANCH) == head
    assert not [line for line in writes(world) if "git-receive-pack" in line]


def test_a_body_that_an_interruption_left_behind_is_written(world: World) -> None:
    opened(world)
    world.ingress("api")
    world.commit()
    world.forge.fail("PATCH", "/pulls/1", 403, "no")
    assert world.pr().code == 6
    assert "shop/api" not in world.forge.pulls[0].body
    done = world.pr()
    assert "pull request #1: updated" in done.out, done.err
    assert "shop/api" in world.forge.pulls[0].body


def test_replay(world: World) -> None:
    """What real proxies show joins a body that is there; a short name: sockets lie below a folder of that name."""
    opened(world)
    head = world.forge.sha(BRANCH)
    assert "What real proxies answered" not in world.forge.pulls[0].body
    words = ("--replay", "--replay-requests", "40")
    done = world.pr(*words)
    assert "pull request #1: updated" in done.out, done.err
    assert "What real proxies answered" in world.forge.pulls[0].body
    assert [line for line in writes(world) if "git-receive-pack" in line] == []
    # The same once more is nothing to tell, and a run that asks no proxies takes nothing back.
    for again in (words, ()):
        assert "pull request #1: left as it is" in world.pr(*again).out
    assert writes(world) == []
    assert world.forge.sha(BRANCH) == head


def test_a_draft_is_opened_as_long_as_something_is_lossy(world: World) -> None:
    world.ingress("admin", "nginx.ingress.kubernetes.io/auth-type: digest")
    world.commit()
    done = world.pr()
    assert done.code == 2, done.err
    assert world.forge.pulls[0].draft
    assert world.pr("--allow-refused").code == 0


def test_a_draft_is_what_the_operator_says(world: World) -> None:
    opened(world, "--draft")
    assert world.forge.pulls[0].draft


def test_a_dry_run_sends_nothing_and_says_what_it_would(world: World) -> None:
    done = world.pr("--dry-run", env={"GITHUB_TOKEN": world.forge.token})
    assert done.code == 0, done.err
    assert writes(world) == []
    push, post, told = done.out.splitlines()
    assert push.startswith("git push ")
    assert f"--force-with-lease=refs/heads/{BRANCH}:" in push
    assert post.startswith("POST /repos/acme/deploy/pulls {")
    assert told == "pull request: would be opened"


def test_the_base_may_have_moved_on(world: World) -> None:
    """A scheduled run checks out what was there when it began."""
    started = world.git("rev-parse", "HEAD")
    world.write("other.txt", "later\n")
    world.commit("later")
    world.git("checkout", "--quiet", "--detach", started)
    done = world.pr()
    assert "pull request #1: opened" in done.out, done.err
    assert world.forge.git("rev-parse", f"{BRANCH}^") == started


def test_commits_that_the_base_has_not_are_not_published(world: World) -> None:
    world.write("secret.txt", "not to be published\n")
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "local only")
    done = world.pr()
    assert done.code == 6
    assert "is not part of main on the forge" in done.err
    assert writes(world) == []


def test_a_dirty_work_tree_is_refused(world: World) -> None:
    world.ingress("api")
    done = world.pr()
    assert done.code == 6
    assert "the work tree is not what is committed" in done.err
    assert "shop/api.yaml" in done.err
    assert writes(world) == []


def test_a_shallow_clone_is_enough(world: World) -> None:
    world.ingress("api")
    world.commit()
    shallow = world.folder.parent / "shallow"
    world.git("clone", "--quiet", "--depth=1", f"file://{world.forge.repository}", str(shallow))
    done = world.run([GATELIFT, "pr"], world.forge.environment, shallow)
    assert "pull request #1: opened" in done.out, done.err
    assert world.forge.git("rev-list", "--count", f"main..{BRANCH}") == "1"


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/repos/acme/deploy", 401, "does not accept the token"),
        ("GET", "/repos/acme/deploy", 404, "does not show it to this token"),
        ("GET", "/repos/acme/deploy", 301, "has another name now"),
        ("POST", "/pulls", 403, "'pull-requests: write'"),
        ("POST", "/pulls", 422, "refuses the request"),
        ("POST", "git-receive-pack", 403, "'contents: write'"),
    ],
)
def test_what_the_forge_refuses_is_a_finding(world: World, method: str, path: str, status: int, said: str) -> None:
    world.forge.fail(method, path, status, "Because of a reason", {"Location": "https://evil.invalid/"})
    done = world.pr()
    assert done.code == 6
    assert said in done.err
    assert "Traceback" not in done.err
    assert world.forge.pulls == []


def test_a_wrong_token_is_a_finding(world: World) -> None:
    done = world.pr(env={"GITHUB_TOKEN": "ghs_wrong"})
    assert done.code == 6
    assert "does not accept the token (401 to GET /repos/acme/deploy): Bad credentials" in done.err
    world.seen.append(done.err.replace("ghs_wrong", world.forge.token))


def test_no_token_is_a_mistake_of_usage(world: World) -> None:
    done = world.pr(env={"GITHUB_TOKEN": ""})
    assert done.code == 3
    assert "the token is empty" in done.err


def test_an_archived_repository_is_a_finding(world: World) -> None:
    world.forge.archived = True
    done = world.pr()
    assert (done.code, writes(world)) == (6, [])
    assert "is archived" in done.err


def test_a_forge_in_trouble_is_asked_again(world: World) -> None:
    world.forge.fail("GET", "/pulls", 502, "Server Error", {"Retry-After": "0"}, times=2)
    world.forge.fail("GET", "/git/ref", 429, "slow down", {"Retry-After": "0"})
    world.forge.fail("POST", "/pulls", 403, "You have exceeded a secondary rate limit", {"Retry-After": "0"})
    world.forge.fail("POST", "git-receive-pack", 502, "Bad Gateway")
    done = world.pr()
    assert done.code == 0, done.err
    assert len(world.forge.pulls) == 1


def test_a_pull_request_that_was_opened_in_spite_of_an_error_is_not_opened_twice(world: World) -> None:
    world.forge.fail("POST", "/pulls", 502, "Server Error", after=True)
    done = world.pr()
    assert "pull request #1: opened" in done.out, done.err
    assert len(world.forge.pulls) == 1


def test_a_forge_that_asks_for_an_hour_is_not_waited_for(world: World) -> None:
    world.forge.fail("GET", "/repos/acme/deploy", 429, "slow down", {"Retry-After": "3600"})
    done = world.pr()
    assert done.code == 6
    assert "longer break" in done.err


def test_a_branch_that_somebody_moves_in_between_is_not_overwritten(world: World) -> None:
    opened(world)
    world.ingress("api")
    world.commit()
    # The forge shows an older state than the one that is true: the lease has to notice.
    stale = world.forge.sha(BRANCH)
    head = world.person("notes.md", "mine\n")
    assert stale is not None
    shown = {"ref": f"refs/heads/{BRANCH}", "node_id": "x", "url": "https://forge.example/x"}
    thing = {"type": "commit", "sha": stale, "url": "https://forge.example/x"}
    world.forge.fail("GET", f"/git/ref/heads/{BRANCH}", 200)
    world.forge.faults[-1].body = {**shown, "object": thing}
    done = world.pr()
    assert done.code == 6
    assert "was moved by somebody else" in done.err
    assert world.forge.sha(BRANCH) == head


def test_nothing_that_the_repository_says_about_git_happens(world: World) -> None:
    marker = world.folder.parent / "ran"
    command = f"touch {marker}; cat"
    for name, value in (
        ("core.fsmonitor", command),
        ("core.sshCommand", command),
        ("core.askPass", command),
        ("credential.helper", f"!{command}"),
        ("filter.x.clean", command),
        ("filter.x.smudge", command),
        ("gpg.program", command),
        ("commit.gpgSign", "true"),
        ("push.gpgSign", "true"),
        ("url.http://127.0.0.1:1/.insteadOf", f"{world.forge.url}/"),
        ("url.http://127.0.0.1:1/.pushInsteadOf", f"{world.forge.url}/"),
        ("http.extraHeader", "X-Evil: yes"),
        ("http.proxy", "http://127.0.0.1:1"),
        ("remote.origin.receivepack", command),
        ("push.followTags", "true"),
    ):
        world.git("config", name, value)
    hooks = world.folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-push", "pre-commit", "commit-msg", "post-commit", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o755)
    world.write(".git/info/attributes", "* filter=x\n")
    done = world.pr()
    assert done.code == 0, done.err
    assert not marker.exists()
    assert len(world.forge.pulls) == 1


def test_no_engine_gets_to_see_the_token(world: World) -> None:
    """A kustomize that prints its environment into its error, which is shown; and what it did not build stays open."""
    opened(world)
    world.write("shop/kustomization.yaml", "resources: [web.yaml]\n")
    world.commit()
    engine = world.folder.parent / "kustomize"
    # With nothing on PATH, the shell's own words have to do.
    told = 'set | while read -r line; do printf "%s " "$line"; done >&2'
    engine.write_text(f'#!/bin/sh\n[ "$1" = version ] && echo v5.8.1 && exit 0\n{told}\nexit 1\n')
    engine.chmod(0o755)
    done = world.pr("--kustomize", str(engine))
    assert "PATH=" in done.err, done.err
    assert "GITHUB_TOKEN" not in done.err
    assert "stays open" in done.err
    assert (writes(world), world.forge.pulls[0].state) == ([], "open")
