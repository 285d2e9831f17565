"""The options under ``decide:`` that units offer. Importing every unit costs time, so it is done when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from gatelift.config.decide import DecideOption


class DecideOptions(Mapping[str, DecideOption]):
    """Option name -> option, of all units."""

    @cached_property
    def _found(self) -> dict[str, DecideOption]:
        from gatelift.annotations import registry

        found = {option.name: option for _, _, unit in registry.everything() for option in unit.decide}
        return dict(sorted(found.items()))

    def __getitem__(self, name: str) -> DecideOption:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
