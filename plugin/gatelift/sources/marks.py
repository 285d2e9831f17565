"""The head of a generated document: what it mirrors, and a digest of its body."""

from __future__ import annotations

import hashlib
import re

from gatelift.manifests.resource import Mark

# Comments of the file may stand before its first marker: a licence, or what was left of a file that is gone.
_HEAD = re.compile(
    r"\A(?:(?:[ \t]*(?:#[^\n]*)?\r?\n)*---[ \t]*\r?\n)?# gatelift: mirrors (?P<kind>\w+) (?P<mirrors>\S+)\r?\n"
    r"# gatelift: digest (?P<digest>[0-9a-f]{16})\r?\n"
)


def marked(body: str, mirrors: str) -> str:
    """``body`` under its head. ``mirrors`` is ``Kind namespace/name``."""
    return f"# gatelift: mirrors {mirrors}\n# gatelift: digest {digest(body)}\n{body}"


def digest(body: str) -> str:
    """Sixteen hexadecimal digits of the body, whatever its line ends and trailing blank lines."""
    text = body.replace("\r\n", "\n").rstrip()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def signed(chunk: str) -> str:
    """A marked document with the digest of its body as it is now, as if gatelift had written that."""
    found = _HEAD.match(chunk)
    if found is None:
        return chunk
    return chunk[: found.start("digest")] + digest(_body(chunk, found)) + chunk[found.end("digest") :]


def _body(chunk: str, head: re.Match[str]) -> str:
    return re.sub(r"(?m)^\.\.\.[ \t]*\r?$", "", chunk[head.end() :])


def mark_of(chunk: str) -> Mark | None:
    """The mark of a document, if it has one."""
    if "# gatelift: mirrors" not in chunk:
        return None
    found = _HEAD.match(chunk)
    if found is None:
        return None
    return Mark(found["mirrors"], digest(_body(chunk, found)) == found["digest"])
