"""Findings with places in the repository: the folder that Argo CD copied it to is another one with each call.

Argo CD keeps messages, and shows one that changed as news.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from gatelift.argocd.settings import CallSettings
from gatelift.config.problems import ConfigError
from gatelift.findings import Finding, InputError, UsageError


@contextmanager
def in_the_repository(call: CallSettings) -> Iterator[None]:
    """Within, what is raised names files as the repository does."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(tuple(_placed(finding, call) for finding in error.findings)) from None
    except UsageError as error:
        raise UsageError(_placed(error.finding, call)) from None
    except InputError as error:
        raise InputError(_placed(error.finding, call)) from None


def _placed(finding: Finding, call: CallSettings) -> Finding:
    place = finding.place
    if place is None or not place.path.startswith(f"{call.root}/"):
        return finding
    path = posixpath.join(_left_out(call), place.path.removeprefix(f"{call.root}/"))
    return msgspec.structs.replace(finding, place=msgspec.structs.replace(place, path=path))


def _left_out(call: CallSettings) -> str:
    """The folder of the repository that was sent; empty where all of it was."""
    if call.folder == ".":
        return "" if call.name == "." else call.name
    return call.name.removesuffix(call.folder) if call.name.endswith(f"/{call.folder}") else ""
