"""Which files a repository has, the way git sees it; outside git, what stands below a folder."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.repository.git import Git, open_git
from gatelift.repository.inside import MOST_BYTES, read_inside, unreadable
from gatelift.repository.root import folder_of, repository_root
from gatelift.repository.tree import Tree

MOST_FILES = 1_000_000
SHOWN = 20
"""So many links are told one by one."""
VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS"})


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A work tree, and what was seen while its files were listed."""

    tree: Tree
    git: Git | None = None
    findings: tuple[Finding, ...] = ()
    outside: frozenset[str] = frozenset()
    """Links that lead out of the repository, or in a circle; they are not part of the tree."""
    odd: frozenset[str] = frozenset()
    """Files that git would answer for in another way than their bytes do (see ``search``)."""
    barred: frozenset[str] = frozenset()
    """Paths that git must not read: links with what it lists below them, and files too large to be a manifest."""
    revision: str = ""
    """The commit whose tree this is; empty for the work tree."""


class _Listed(msgspec.Struct, frozen=True):
    """What was found below a folder."""

    files: Sequence[str]
    links: Sequence[str]
    odd: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def open_tree(start: Path) -> Opened:
    """The repository that ``start``, a folder or a file, is part of; outside git the folder itself.

    In git these are the tracked files that are there, and the untracked ones that are not ignored; neither submodules
    nor other repositories inside. Raises ``InputError`` where ``start`` is not there, ``EnvironmentProblem`` where git
    is needed and cannot be asked.
    """
    if not start.exists():
        raise InputError(unreadable(str(start), FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))))
    root = repository_root(start)
    git = None if root is None else open_git(root)
    top = str(root or folder_of(start))
    listed = _below(top) if git is None else _of_git(git)
    links, outside = _follow(top, listed.links)
    tree = Tree(top, listed.files, partial(read_inside, top), links, unfollowed=outside)
    return Opened(
        tree=tree,
        git=git,
        findings=(*listed.findings, *_told(outside)),
        outside=frozenset(outside),
        odd=listed.odd,
        barred=listed.barred,
    )


def _of_git(git: Git) -> _Listed:
    answer = os.fsdecode(git.ask("ls-files", "-z", "-v", "--cached", "--others", "--exclude-standard"))
    # "H path" for what is tracked, "?" for what is not; a conflict lists a path up to three times.
    tags = {entry[2:]: entry[0] for entry in answer.split("\0") if entry}
    real, barred = _folders(git.root, tags)
    files: list[str] = []
    links: list[str] = []
    odd: set[str] = set()
    for path, tag in tags.items():
        if path.endswith("/"):  # another repository inside this one
            continue
        status = _status(git.root, path) if path.rpartition("/")[0] in real else None
        if status is not None and stat.S_ISREG(status.st_mode):
            files.append(path)
            if tag != "H" or status.st_size > MOST_BYTES or not _readable(git.root, path, status):
                odd.add(path)
                if tag != "?" and status.st_size > MOST_BYTES:
                    barred.add(path)
        elif status is not None and stat.S_ISLNK(status.st_mode):
            links.append(path)
    return _Listed(files, links, frozenset(odd), frozenset(barred))


def _folders(root: str, paths: Iterable[str]) -> tuple[set[str], set[str]]:
    """The folders of ``paths`` that are folders all the way, and the links that stand in the way of others.

    Git goes on listing what it tracks below a folder that has become a link.
    """
    real = {""}
    links: set[str] = set()
    for path in {path.rpartition("/")[0] for path in paths}:
        names = path.split("/")
        for count in range(1, len(names) + 1):
            folder = "/".join(names[:count])
            if folder in real:
                continue
            status = _status(root, folder)
            if status is None or not stat.S_ISDIR(status.st_mode):
                links.update({folder} if status is not None else ())
                break
            real.add(folder)
    return real, links


def _readable(root: str, path: str, status: os.stat_result) -> bool:
    return bool(status.st_mode & stat.S_IROTH) or os.access(f"{root}/{path}", os.R_OK)


def _status(root: str, path: str) -> os.stat_result | None:
    try:
        return os.lstat(f"{root}/{path}")
    except OSError:
        return None


def _below(top: str) -> _Listed:
    """All files below a folder that git knows nothing of; links are not followed."""
    files: list[str] = []
    links: list[str] = []
    findings: list[Finding] = []
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(f"{top}/{folder}") as entries:
                for entry in entries:
                    path = f"{folder}{entry.name}"
                    if entry.is_symlink():
                        links.append(path)
                    elif entry.is_file(follow_symlinks=False):
                        files.append(path)
                    elif entry.is_dir(follow_symlinks=False) and _belongs(entry):
                        waiting.append(f"{path}/")
        except OSError as error:
            findings.append(unreadable(folder.rstrip("/") or ".", error))
        if len(files) > MOST_FILES:
            raise InputError(_too_many(top))
    return _Listed(files, links, findings=tuple(findings))


def _belongs(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is neither version control's own nor a repository for itself."""
    return entry.name not in VERSION_CONTROL and not os.path.lexists(f"{entry.path}/.git")


def _follow(top: str, links: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The links that stay inside, each with where it leads to; and the others, each with what is wrong with it."""
    inside: dict[str, str] = {}
    outside: dict[str, str] = {}
    prefix = top.rstrip("/") + "/"
    for link in sorted(links):
        try:
            found = os.path.realpath(f"{top}/{link}", strict=True)
        except FileNotFoundError:
            found = os.path.realpath(f"{top}/{link}")  # leads nowhere today; what is written later may stand there
        except OSError as error:
            outside[link] = "runs in a circle" if error.errno == errno.ELOOP else "cannot be followed"
            continue
        if found == top:
            inside[link] = "."
        elif not found.startswith(prefix):
            outside[link] = "leads out of the repository"
        elif any(part.casefold() == ".git" for part in found[len(prefix) :].split("/")):
            outside[link] = "leads into git's own files"
        else:
            inside[link] = found[len(prefix) :]
    return inside, outside


def _told(outside: dict[str, str]) -> Iterator[Finding]:
    fix = "if something includes it, replace the link with the file"
    for link, what in list(outside.items())[:SHOWN]:
        yield Finding("input/link", Severity.WARNING, f"this link {what}, and is not followed", fix, Place(link))
    if len(outside) > SHOWN:
        message = f"{len(outside) - SHOWN} further links lead out of the repository or in a circle; none is followed"
        yield Finding("input/link", Severity.WARNING, message, fix)


def _too_many(top: str) -> Finding:
    message = f"more than {MOST_FILES} files are below this folder, which is no git repository"
    return Finding("input/too-many", Severity.ERROR, message, "name a smaller folder", Place(top))
