"""The configuration of a run: the repository's file, if there is one, with what the operator says put first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gatelift.config.decide import DecideOption
from gatelift.config.model import Config
from gatelift.config.outrank import Operator, merge
from gatelift.config.search import find, read


def load(start: Path, told: Operator, decide_options: Mapping[str, DecideOption]) -> Config:
    """The configuration for work at ``start``: the file that the operator names, else the one found, else defaults.

    Raises ConfigError (exit code 3) for a file that cannot be read or is wrong, with every problem.
    """
    path = Path(told.config) if told.config is not None else find(start)
    if path is None:
        return merge(Config(), told)
    data = read(path)
    # The reader of a file needs a YAML parser and the types' description: nobody pays for it without a file.
    from gatelift.config.parse import parse

    return merge(parse(_shown(path), data, decide_options=decide_options, locked=told.lock), told)


def _shown(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
