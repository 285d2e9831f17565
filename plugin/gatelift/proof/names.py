"""Has every new object a name that Kubernetes takes, and to itself?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from gatelift.manifests.names import MAX_NAME
from gatelift.manifests.shape import ObjectKey
from gatelift.proof.evidence import Evidence, Proof
from gatelift.proof.forms import Manifest, plain_key
from gatelift.proof.written import written

# RFC 1123, as the API server asks it of the names of custom resources.
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


def names(root: str, before: Sequence[Manifest], after: Sequence[Manifest]) -> Evidence:
    """Whether what is new or changed in ``after``, of the kinds that gatelift writes, has a name of its own.

    One per kind and namespace, a DNS name, and of what was not there at most 63 characters long: names of routes end
    up in labels. Two namespaces of which one is left out are taken for one: the release may go there.
    """
    made = [key for key, _ in written(before, after)]
    there = {plain_key(item) for item in before}
    wrong = next((text for key in sorted(made) for text in _wrong(key, key not in there)), "")
    wrong = wrong or next(_twice(made, [plain_key(item) for item in after]), "")
    text = wrong or f"{len(made)} new objects have names that Kubernetes takes, each to itself"
    return Evidence(proof=Proof.NAMES, root=root, holds=not wrong, text=text)


def _wrong(key: ObjectKey, new: bool) -> Iterator[str]:
    if key.name.endswith("*"):
        yield f"{key} has no name of its own: every apply would make another one"
    elif not _NAME.fullmatch(key.name):
        yield f"{key} has a name that the API server refuses: lower case letters, digits, '-' and '.' are allowed"
    elif new and len(key.name) > MAX_NAME:
        yield f"{key} has a name of {len(key.name)} characters; over {MAX_NAME} it fits into no label"


def _twice(made: Sequence[ObjectKey], there: Sequence[ObjectKey]) -> Iterator[str]:
    places: Mapping[tuple[str, str, str], Counter[str]] = _placed(there)
    for key in sorted(set(made)):
        found = places[key.group, key.kind, key.name]
        count = found.total() if not key.namespace else found[key.namespace] + found[""]
        if count > 1:
            yield f"{key} is rendered {count} times: the last one would replace the others, and their routes with them"


def _placed(there: Sequence[ObjectKey]) -> dict[tuple[str, str, str], Counter[str]]:
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for key in there:
        found.setdefault((key.group, key.kind, key.name), Counter())[key.namespace] += 1
    return found
