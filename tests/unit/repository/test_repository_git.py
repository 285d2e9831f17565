"""Git is asked, and nothing that a repository names is run, fetched or followed."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from repository_samples import git, repository, write

from gatelift.findings import EnvironmentProblem, UsageError
from gatelift.repository.git import Git, dirty, head, open_git
from gatelift.repository.programs import find_program, search_path
from gatelift.repository.revision import commit_of, open_at, tree_at
from gatelift.repository.search import grep
from gatelift.repository.walk import open_tree

YAML = "kind: Ingress\n"


def ask_everything(root: Path) -> Git:
    opened = open_tree(root)
    assert opened.git is not None
    grep(opened.tree, opened, [b"Ingress"], (".yaml",))
    dirty(opened.git)
    head(opened.git)
    tree = tree_at(opened.git, "HEAD")
    for path in tree.files:
        tree.read(path)
    return opened.git


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a file behind when it is run, and answers as a filter would."""
    program = tmp_path / "trap"
    program.write_text(f'#!/bin/sh\necho "$0 $@" >> "{tmp_path}/sprung"\ncat\n')
    program.chmod(0o755)
    return program


def sprung(trap: Path) -> bool:
    return (trap.parent / "sprung").exists()


TRAPS: dict[str, tuple[str, ...]] = {
    "core.fsmonitor": ("core.fsmonitor",),
    "core.hooksPath": (),
    "filter": ("filter.f.clean", "filter.f.smudge"),
    "filter that git insists on": ("filter.f.clean", "filter.f.smudge", "filter.f.required"),
    "filter process": ("filter.f.process",),
    "filter with an equals sign": ("filter.f=g.clean",),
    "filter in capitals": ("Filter.f.Clean",),
    "textconv": ("diff.f.textconv", "diff.f.command", "diff.external"),
    "pager": ("core.pager", "pager.grep", "pager.status", "pager.ls-tree"),
    "alias": ("alias.status", "alias.ls-files", "alias.grep"),
    "editor and others": ("core.editor", "core.sshCommand", "core.askPass", "credential.helper", "gpg.program"),
}


@pytest.mark.parametrize("keys", TRAPS.values(), ids=TRAPS)
def test_nothing_of_the_repository_is_run(tmp_path: Path, trap: Path, keys: tuple[str, ...]) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML, "b.yaml": YAML})
    name = "f=g" if any("=" in key for key in keys) else "f"
    # An attribute's value may not hold every name that a section may; both are set.
    write(root, {".gitattributes": f"*.yaml filter={name} diff={name}\n", ".gitmodules": ""})
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "attributes")
    for key in keys:
        git(root, "config", key, "true" if key.endswith("required") else str(trap))
    hooks = root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout", "pre-commit", "reference-transaction"):
        shutil.copy(trap, hooks / hook)
    if not keys:
        git(root, "config", "core.hooksPath", str(hooks))
    # Same size, another time: git has to compare what is inside, for which it would run a filter.
    os.utime(root / "a.yaml", ns=(1, 1))
    (root / "b.yaml").write_text(YAML.replace("Ing", "ing"))
    opened = ask_everything(root)
    assert not sprung(trap)
    assert dirty(opened) == ("b.yaml",)


def test_the_trap_does_spring(tmp_path: Path, trap: Path) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML, ".gitattributes": "*.yaml filter=f\n"})
    git(root, "config", "filter.f.clean", str(trap))
    os.utime(root / "a.yaml", ns=(1, 1))
    git(root, "status", "--porcelain")
    assert sprung(trap)


def test_nothing_is_fetched(tmp_path: Path, trap: Path) -> None:
    source = repository(tmp_path / "source", {"a.yaml": YAML})
    git(source, "config", "uploadpack.allowFilter", "true")
    root = tmp_path / "r"
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{source}", str(root))
    for key, value in (("remote.origin.uploadpack", str(trap)), ("remote.origin.url", f"ext::{trap} %S")):
        git(root, "config", key, value)
    git(root, "config", "protocol.ext.allow", "always")
    opened = open_tree(root)
    assert opened.git is not None
    tree = tree_at(opened.git, "HEAD")
    assert tree.files == ("a.yaml",)
    with pytest.raises(Exception, match="fetches nothing"):
        tree.read("a.yaml")
    assert not sprung(trap)


def test_nothing_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    os.utime(root / "a.yaml", ns=(1, 1))

    def seen() -> dict[Path, tuple[int, int]]:
        return {path: (path.lstat().st_mtime_ns, path.lstat().st_ino) for path in tmp_path.rglob("*")}

    before = seen()
    ask_everything(root)
    assert seen() == before


def test_a_work_tree_elsewhere_is_not_looked_into(tmp_path: Path) -> None:
    write(tmp_path, {"outside/secret.yaml": YAML})
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    git(root, "config", "core.worktree", str(tmp_path / "outside"))
    opened = open_tree(root)
    assert opened.tree.files == ("a.yaml",)
    assert opened.git is not None
    assert dirty(opened.git) == ()


def test_the_environment_of_the_caller_does_not_steer_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    other = repository(tmp_path / "other", {"b.yaml": YAML})
    for name, value in (
        ("GIT_DIR", other / ".git"),
        ("GIT_INDEX_FILE", other / ".git/index"),
        ("GIT_WORK_TREE", other),
    ):
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    opened = open_tree(root)
    assert opened.tree.files == ("a.yaml",)
    assert grep(opened.tree, opened, [b"Ingress"], (".yaml",)) == ("a.yaml",)


def test_what_the_user_ignores_everywhere_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "home", {".config/git/ignore": "*.yaml\n"})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    root = repository(tmp_path / "r", {})
    write(root, {"a.yaml": YAML})
    assert open_tree(root).tree.files == ("a.yaml",)


def test_what_is_dirty(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a": "1", "b": "1", "c": "1", "d": "1", ".gitignore": "*.o\n", "mv": "1" * 99})
    write(root, {"a": "2", "new\nfile": "1", "folder/x": "1", "left.o": "1", "staged": "1"})
    (root / "b").unlink()
    (root / "c").chmod(0o755)
    (root / "d").unlink()
    (root / "d").symlink_to("a")
    git(root, "add", "staged")
    git(root, "mv", "mv", "moved")
    repository(root / "nested", {"x": "1"})
    opened = open_git(root)
    assert dirty(opened) == ("a", "b", "c", "d", "folder/x", "moved", "mv", "new\nfile", "staged")


def test_before_the_first_commit(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": YAML})
    git(tmp_path, "init", "-q")
    opened = open_git(tmp_path)
    assert head(opened) is None
    assert dirty(opened) == ("a.yaml",)
    with pytest.raises(UsageError):
        tree_at(opened, "HEAD")


def test_the_tree_of_a_commit(tmp_path: Path) -> None:
    root = tmp_path / "r"
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    files = {"a.yaml": YAML, "line\nbreak": "x\r\n", "-dash": "", "sub/b": "2", "big.bin": pointer}
    links = {
        "l": "a.yaml",
        "sub/up": "../a.yaml",
        "s": "sub",
        "s2": "s/up",
        "out": "../x",
        "abs": "/etc/passwd",
        "o": "o",
    }
    write(root, files)
    for name, target in links.items():
        (root / name).symlink_to(target)
    other = repository(tmp_path / "other", {"x": "1"})
    git(root, "init", "-q")
    git(root, "submodule", "--quiet", "add", str(other), "module")
    write(root, {".gitattributes": "big.bin filter=lfs\n* text eol=crlf\n"})
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    git(root, "tag", "one")
    write(root, {"a.yaml": "kind: Other\n"})
    git(root, "commit", "-q", "-a", "-m", "second")
    opened = open_git(root)
    for rev in ("one", "HEAD~1", "main~1", git(root, "rev-parse", "one")[:10]):
        tree = tree_at(opened, rev)
        assert set(tree.files) == {*files, ".gitmodules", ".gitattributes"}
        assert {path: tree.read(path) for path in files} == {
            **{p: d.encode() for p, d in files.items()},
            "line\nbreak": b"x\n",
        }
        assert tree.links == {"l": "a.yaml", "sub/up": "a.yaml", "s": "sub", "s2": "a.yaml"}
        assert tree.read("s2") == YAML.encode()
    assert open_at(opened, "one").outside == {"out", "abs", "o"}
    assert commit_of(opened, "HEAD") == head(opened)


def test_a_commit_is_searched_like_a_work_tree(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML, "b.yaml": "x", "sub/c.yml": YAML, "d.txt": YAML})
    write(root, {"b.yaml": YAML, "a.yaml": "x"})
    old = open_at(open_git(root), "HEAD")
    assert grep(old.tree, old, [b"Ingress"], (".yaml", ".yml")) == ("a.yaml", "sub/c.yml")
    changed = old.tree.changed({"b.yaml": b"Ingress", "a.yaml": None})
    assert grep(changed, old, [b"Ingress"], (".yaml", ".yml")) == ("b.yaml", "sub/c.yml")


def test_replaced_objects_are_not_what_a_commit_holds(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a": "1", "b": "2"})
    blobs = [git(root, "rev-parse", f"HEAD:{name}").strip() for name in "ab"]
    git(root, "replace", *blobs)
    assert tree_at(open_git(root), "HEAD").read("a") == b"1"


@pytest.mark.parametrize(
    "rev", ["missing", "", "-h", "--help", "--all", "HEAD:a", "nul\0", "HEAD^{tree}", "a b", "..", "x\n"]
)
def test_a_revision_that_is_none(tmp_path: Path, rev: str) -> None:
    opened = open_git(repository(tmp_path / "r", {"a": "1"}))
    with pytest.raises(UsageError) as caught:
        tree_at(opened, rev)
    assert caught.value.finding.code == "usage/revision"


def broken_link(root: Path) -> None:
    (root / ".git").rename(root / "was")
    (root / ".git").write_text("gitdir: /nowhere\n")


def broken_head(root: Path) -> None:
    (root / ".git/HEAD").unlink()


def broken_config(root: Path) -> None:
    (root / ".git/config").write_text("[core\n")


@pytest.mark.parametrize("harm", [broken_link, broken_head, broken_config])
def test_what_git_cannot_read_is_told(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    # A colon ends an entry of the list of folders at which git stops going up.
    outer = repository(tmp_path / "ou:ter", {"x": "1"})
    root = repository(outer / "inner", {"a": "1"})
    harm(root)
    with pytest.raises(EnvironmentProblem) as caught:
        open_tree(root)
    assert caught.value.finding.place is not None
    assert caught.value.finding.place.path == str(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_repository_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    for path in (root, root / ".git"):
        os.chown(path, 1234, 1234)
    write(tmp_path / "home", {".gitconfig": ""})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    with pytest.raises(EnvironmentProblem) as caught:
        open_tree(root)
    assert caught.value.finding.code == "environment/git-owner"
    # The user's own word counts, though nothing else of the user's settings does.
    write(tmp_path / "home", {".gitconfig": f'[safe]\n\tdirectory = "{root}"\n'})
    assert open_tree(root).tree.files == ("a.yaml",)
    assert len(dirty(open_git(root))) == 0


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "r", {"a.yaml": YAML})
    fake = write_program(root / "bin/git", "exit 1")
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", f"bin::{os.pathsep}./bin")
    assert search_path() == ()
    with pytest.raises(EnvironmentProblem) as caught:
        open_tree(root)
    assert caught.value.finding.code == "environment/git-missing"
    monkeypatch.setenv("PATH", f"bin:{fake.parent}")
    assert find_program("git") == str(fake)


def write_program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
