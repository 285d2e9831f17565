"""Where a token may be sent to."""

from __future__ import annotations

import pytest

from gatelift.findings import UsageError
from gatelift.forge.commit import author
from gatelift.forge.remote import branch_name, remote

ODD = [
    *("", "-x", "--force", "a..b", "a//b", "/a", "a/", "a.lock", "a.lock/b", "a.", ".a", "a/.b", "a b", "a~1", "a^"),
    *("a:b", "a?", "a*", "a[", "a\\b", "a\n", "@{u}", "HEAD", "refs/heads/x", "a;b", "$(x)", "a`b", "ä", "+main"),
    "x" * 201,
]


def test_github_is_the_default() -> None:
    made = remote({"GITHUB_REPOSITORY": "acme/deploy"})
    assert (made.api, made.server) == ("https://api.github.com", "https://github.com")
    assert made.url == "https://github.com/acme/deploy.git"
    assert made.full_name == "acme/deploy"


def test_an_enterprise_server_has_its_api_below_its_name() -> None:
    made = remote({"GITHUB_REPOSITORY": "acme/deploy", "GITHUB_SERVER_URL": "https://git.acme.example/"})
    assert made.api == "https://git.acme.example/api/v3"


def test_what_the_runner_says_is_used() -> None:
    told = {"GITHUB_API_URL": "https://api.acme.ghe.com", "GITHUB_SERVER_URL": "https://acme.ghe.com"}
    assert remote({"GITHUB_REPOSITORY": "a/b", **told}).api == "https://api.acme.ghe.com"


@pytest.mark.parametrize("url", ["http://127.0.0.1:80", "http://[::1]:8080", "http://localhost"])
def test_this_machine_needs_no_encryption(url: str) -> None:
    assert remote({"GITHUB_REPOSITORY": "a/b", "GITHUB_SERVER_URL": url}).server == url


@pytest.mark.parametrize(
    "url",
    [
        "http://github.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "https://user:geheim@github.com",
        "https://user@github.com",
        "ssh://git@github.com",
        "file:///etc",
        "ext::sh -c touch% x",
        "--upload-pack=x",
        "github.com",
        "https://",
        "https://[::1",
        "https://github.com:99999",
        "https://github.com/?x=1",
        "https://github.com/#x",
        "https://github.com/\n",
        "https://gith ub.com",
    ],
)
@pytest.mark.parametrize("name", ["GITHUB_SERVER_URL", "GITHUB_API_URL"])
def test_a_place_that_should_not_get_a_token_is_refused(name: str, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        remote({"GITHUB_REPOSITORY": "a/b", name: url})
    assert caught.value.finding.code == "forge/url"
    assert "geheim" not in caught.value.finding.message


@pytest.mark.parametrize(
    "name", ["", "a", "a/b/c", "../b", "a/..", "a/.", "-a/b", "a/b c", "a/b\n", "a/b?x", "/b", "a/"]
)
def test_a_repository_is_an_owner_and_a_name(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        remote({"GITHUB_REPOSITORY": name})
    assert caught.value.finding.code == "forge/repository"


@pytest.mark.parametrize("name", ["main", "gatelift/gateway-api", "release-1.2", "a/b/c", "user@host", "v1+x", "_x"])
def test_ordinary_branches_are_taken(name: str) -> None:
    assert branch_name(name, "branch") == name


@pytest.mark.parametrize(
    "name",
    ODD,
)
def test_a_name_that_means_more_than_a_branch_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        branch_name(name, "branch")
    assert caught.value.finding.code == "forge/branch"


def test_an_author_has_a_name_and_an_address() -> None:
    made = author(" A Person <a@example.com> ")
    assert (made.name, made.email) == ("A Person", "a@example.com")


@pytest.mark.parametrize("text", ["", "A", "<a@b>", "A <>", "A <a b>", "A\n <a@b>", "A <a@b> <c@d>", "A <a@b>\ntree x"])
def test_an_author_that_would_break_a_commit_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        author(text)
