"""The message of gatelift's commit, and how it is known again.

Three trailers say which plan the commit holds, what it was made on and which tree it made. A commit whose parent or
tree is another one was changed by a person since, whoever its author is said to be.
"""

from __future__ import annotations

import re

from gatelift.config.model import Phase
from gatelift.forge.github import Commit
from gatelift.report.safe import plural

_TRAILER = re.compile(r"^Gatelift-(Plan|Base|Tree): ([0-9a-f]{16,64})$", re.MULTILINE)
_SAYS = {
    Phase.COEXIST: "Add Gateway API routes beside the Ingresses",
    Phase.CUTOVER: "Move DNS and certificates from the Ingresses to Gateway API",
    Phase.RETIRE: "Remove the Ingresses that Gateway API routes replace",
}


def subject(phase: Phase) -> str:
    """What a commit, and a pull request, of this phase is called."""
    return _SAYS[phase]


def message(phase: Phase, files: int, digest: str, parent: str, tree: str) -> str:
    """The commit's message. No word of the repository is in it: a forge acts on ``#1``, ``@team`` and ``fixes``."""
    return (
        f"{subject(phase)}\n\n"
        f"{plural(files, 'file')} changed by gatelift. The pull request says what that means, and what was proved.\n"
        f"\nGatelift-Plan: {digest}\nGatelift-Base: {parent}\nGatelift-Tree: {tree}\n"
    )


def plan_of(commit: Commit) -> str:
    """The digest of the plan that ``commit`` holds, untouched; empty for a commit of anybody else."""
    found = dict(_TRAILER.findall(commit.message))
    ours = commit.parents == (found.get("Base"),) and commit.tree == found.get("Tree")
    return found.get("Plan", "") if ours else ""
