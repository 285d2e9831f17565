"""Places by host and path: thousands on one side, each asked about every request, must not take minutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gatelift.traffic.places.place import PathKind, Place


class Index:
    """Finds the places that may take a host and a path: all that do, and those of whose expression it is not known."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._paths: dict[tuple[str, PathKind, str], list[int]] = {}
        self._regular: dict[str, list[int]] = {}
        self._hosts: set[str] = set()
        for number, place in enumerate(places):
            host = place.host.lower()
            self._hosts.add(host)
            if place.kind is PathKind.REGEX:
                self._regular.setdefault(host, []).append(number)
            else:
                path = place.path if place.kind is PathKind.EXACT else place.path.rstrip("/")
                self._paths.setdefault((host, place.kind, path), []).append(number)

    def near(self, host: str, path: str) -> list[Place]:
        """Every place that takes ``host`` and ``path`` (as ``path_of`` gave it), in order, and regular ones that may
        not: ``fits`` tells."""
        return [self._places[number] for number in self.numbers(host, path)]

    def numbers(self, host: str, path: str) -> list[int]:
        """Which of the places those are."""
        return sorted(number for pattern in _patterns(host) for number in self._of(pattern, path))

    def of_host(self, pattern: str, path: str) -> list[Place]:
        """As ``near``, of the places whose own host is ``pattern`` (in lower case), and of no others."""
        return [self._places[number] for number in sorted(self._of(pattern, path))]

    def has(self, pattern: str) -> bool:
        """Whether a place's own host is ``pattern`` (in lower case)."""
        return pattern in self._hosts

    def _of(self, pattern: str, path: str) -> Iterator[int]:
        if pattern in self._hosts:
            yield from self._regular.get(pattern, ())
            yield from self._paths.get((pattern, PathKind.EXACT, path), ())
            for bare in _above(path):
                yield from self._paths.get((pattern, PathKind.PREFIX, bare), ())

    def serves(self, host: str, *, named: bool = False) -> bool:
        """Whether a place takes ``host``; ``named``: by a host of its own, not because it takes all of them."""
        return any(pattern in self._hosts for pattern in _patterns(host) if pattern or not named)


def _patterns(host: str) -> Iterable[str]:
    """What a rule's host may be, to take ``host``: see ``host_fits``."""
    host = host.lower()
    found = {"": None, host: None}
    at = host.find(".", 1)
    while at >= 0:
        found[f"*{host[at:]}"] = None
        at = host.find(".", at + 1)
    return found


def _above(path: str) -> Iterator[str]:
    """What a prefix without slashes at its end may be, to take ``path``."""
    yield path
    at = path.rfind("/")
    while at >= 0:
        yield path[:at]
        at = path.rfind("/", 0, at)
