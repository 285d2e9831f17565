"""Single files of a work tree: looked at and replaced, each in one step, never through a link and never git's own."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gatelift.apply.journal import STAGE, Journal, Step, empty_stage, sync_folder, write_all
from gatelift.repository.inside import parts_of, read_all

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ENDLESS = 1 << 40
# What HFS+ leaves out of a name before it compares it, so that ".g\u200cit" is git's folder there (CVE-2014-9390).
_IGNORED = dict.fromkeys((*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF))


class Obstacle(Exception):  # noqa: N818 - what stands in the way need not be an error
    """Something stands where a file is to be written, and it is not what the plan found there."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class WorkTree:
    """The folder whose files are replaced. ``state`` is where new contents wait for being renamed into place."""

    def __init__(self, root: Path, state: Path, made: Iterable[bytes] = ()) -> None:
        """``made``: the folders that the run makes. One that stands in a file's place is no obstacle, but no file."""
        self.root = root
        self.state = state
        self.made = frozenset(os.fsdecode(folder) for folder in made)

    def look(self, path: str) -> tuple[bytes | None, int | None]:
        """The bytes of a file with its permissions, None for each where there is none.

        Raises ``Obstacle`` where something else is in its place or a link on the way, ``OSError`` where it cannot be
        read.
        """
        with self._folder(path) as (here, name):
            return (None, None) if here is None else self._look(here, name, path)

    def stage(self, index: int, step: Step) -> None:
        """Let the new content of a step wait under the step's number. Raises ``OSError``."""
        if step.after is None:
            return
        mode = 0o644 if step.mode is None else step.mode & 0o777
        if not (self.state / STAGE).is_dir():
            (self.state / STAGE).mkdir(mode=0o700)
        waiting = self._waiting(index)
        waiting.unlink(missing_ok=True)
        descriptor = os.open(waiting, _NEW, mode)
        try:
            if step.mode is not None:
                os.fchmod(descriptor, mode)
            write_all(descriptor, step.after)
        finally:
            os.close(descriptor)

    def settle(self, count: int) -> None:
        """See to it that the contents that wait outlive a power cut. One after all are written: it is cheaper so."""
        for index in range(count):
            with suppress(FileNotFoundError):
                descriptor = os.open(self._waiting(index), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
        if (self.state / STAGE).is_dir():
            sync_folder(self.state / STAGE)

    def perform(self, index: int, step: Step, beside: str) -> None:
        """Do one step whose content waits; nothing where it is done already.

        Raises ``Obstacle`` where the file is not as the step expects it, ``OSError`` where the machine fails.
        """
        with self._folder(step.name, make=step.after is not None) as (here, name):
            found = None if here is None else self._look(here, name, step.name)[0]
            if found == step.after:
                return
            if found != step.before:
                raise Obstacle(step.name, "somebody else changed it in the meantime")
            if here is None:
                raise Obstacle(step.name, "its folder is gone")
            if step.after is None:
                os.unlink(name, dir_fd=here)
            else:
                self._install(index, step, here, name, beside)

    def sync(self, journal: Journal) -> None:
        """See to it that every folder in which something changed outlives a power cut."""
        in_each = {step.name.rpartition("/")[0]: step.name for step in journal.steps}
        for path in in_each.values():
            with suppress(Obstacle), self._folder(path) as (here, _):
                if here is not None:
                    os.fsync(here)

    def clear(self, journal: Journal) -> None:
        """Remove what an interrupted run left: in the state folder, and beside a file."""
        empty_stage(self.state)
        for index, step in enumerate(journal.steps):
            with suppress(Obstacle), self._folder(step.name) as (here, _):
                if here is not None:
                    with suppress(FileNotFoundError):
                        os.unlink(journal.beside(index), dir_fd=here)

    def remove_folders(self, journal: Journal) -> None:
        """Remove the folders that the run made, where nothing is in them."""
        for folder in reversed(journal.folders):
            with suppress(Obstacle, OSError), self._folder(os.fsdecode(folder)) as (here, name):
                if here is not None:
                    os.rmdir(name, dir_fd=here)

    def missing_folders(self, path: str) -> list[str]:
        """The folders above ``path`` that are not there, outer ones first. Raises ``Obstacle``, ``OSError``."""
        names = _checked(path)[:-1]
        for count in range(len(names)):
            with self._folder("/".join([*names[:count], "x"])) as (here, _):
                if here is None:
                    return ["/".join(names[:more]) for more in range(count, len(names) + 1)]
        with self._folder(path) as (here, _):
            return [] if here is not None or not names else ["/".join(names)]

    def writable(self, path: str) -> bool:
        """Whether entries can be made and replaced in the folder of ``path``, or in the nearest above that is there."""
        names = _checked(path)[:-1]
        for count in range(len(names), -1, -1):
            with self._folder("/".join([*names[:count], "x"])) as (here, _):
                if here is not None:
                    return os.access(".", os.W_OK | os.X_OK, dir_fd=here)
        return False

    def _install(self, index: int, step: Step, here: int, name: str, beside: str) -> None:
        waiting = self._waiting(index)
        _own(waiting, here, name)
        try:
            if step.before is None:
                _link(waiting, here, name)
            else:
                os.rename(waiting, name, dst_dir_fd=here)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # Git's own folder, or the user's state, is on another file system: only what is beside can be renamed.
            _copy(waiting, here, beside)
            os.rename(beside, name, src_dir_fd=here, dst_dir_fd=here)

    def _look(self, here: int, name: str, path: str) -> tuple[bytes | None, int | None]:
        try:
            status = os.stat(name, dir_fd=here, follow_symlinks=False)
        except FileNotFoundError:
            return None, None
        if stat.S_ISDIR(status.st_mode):
            if path in self.made:
                return None, None
            raise Obstacle(path, "a folder stands in its place")
        if not stat.S_ISREG(status.st_mode):
            raise Obstacle(path, "a link or something else that is no file stands in its place")
        return _read(here, name, path)

    def _waiting(self, index: int) -> Path:
        return self.state / STAGE / str(index)

    @contextmanager
    def _folder(self, path: str, make: bool = False) -> Iterator[tuple[int | None, str]]:
        """The open folder of ``path``, None where there is none, with the name of the file in it."""
        *names, last = _checked(path)
        here: int | None = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name in names:
                above = here
                try:
                    here = _enter(above, name, path, make)
                finally:
                    if above is not None and here != above:
                        os.close(above)
                if here is None:
                    break
            yield here, last
        finally:
            if here is not None:
                os.close(here)


def _checked(path: str) -> list[str]:
    """The names of a path inside the root that is none of git's own. Raises ``Obstacle``."""
    try:
        names = parts_of(path)
    except ValueError:
        raise Obstacle(path, "this is no path inside the folder") from None
    for name in names:
        plain = name.translate(_IGNORED).rstrip(". ").casefold()
        if plain in (".git", "git~1"):
            raise Obstacle(path, "this is git's own")
    return names


def _enter(above: int | None, name: str, path: str, make: bool) -> int | None:
    if above is None:
        return None
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=above)
    try:
        return os.open(name, _FOLDER, dir_fd=above)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        if stat.S_ISLNK(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
            raise Obstacle(path, "a link stands on the way to it") from None
        if make:
            raise Obstacle(path, "a file stands where its folder is to be") from None
        return None


def _read(here: int, name: str, path: str) -> tuple[bytes | None, int | None]:
    try:
        descriptor = os.open(name, _READ, dir_fd=here)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Obstacle(path, "a link stands in its place") from None
        raise
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Obstacle(path, "something that is no file stands in its place")
        return read_all(descriptor, _ENDLESS), stat.S_IMODE(status.st_mode)
    finally:
        os.close(descriptor)


def _link(waiting: Path, here: int, name: str) -> None:
    """Give a new file its name; unlike renaming, this never replaces what appeared there in the meantime."""
    try:
        os.link(waiting, name, dst_dir_fd=here)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        # A file system without hard links.
        os.rename(waiting, name, dst_dir_fd=here)
        return
    waiting.unlink()


def _copy(waiting: Path, here: int, beside: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(beside, dir_fd=here)
    source = os.open(waiting, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(source)
        target = os.open(beside, _NEW, stat.S_IMODE(status.st_mode), dir_fd=here)
        try:
            _take_over(target, status)
            os.fchmod(target, stat.S_IMODE(status.st_mode))
            write_all(target, read_all(source, _ENDLESS))
            os.fsync(target)
        finally:
            os.close(target)
    finally:
        os.close(source)


def _own(waiting: Path, here: int, name: str) -> None:
    """The owner stays who it was. What root adds in somebody's folder belongs to them, as in a shared folder."""
    folder = os.fstat(here)
    try:
        like = os.stat(name, dir_fd=here, follow_symlinks=False)
    except FileNotFoundError:
        if os.geteuid() and not folder.st_mode & stat.S_ISGID:
            return
        like = folder
    descriptor = os.open(waiting, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        _take_over(descriptor, like)
    finally:
        os.close(descriptor)


def _take_over(descriptor: int, like: os.stat_result) -> None:
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) == (like.st_uid, like.st_gid):
        return
    mode = stat.S_IMODE(mine.st_mode)
    with suppress(PermissionError):
        os.fchown(descriptor, like.st_uid if not os.geteuid() else -1, like.st_gid)
        os.fchmod(descriptor, mode)
