"""The subjects of ledger entries as people write them: ``spec.rules[0].host`` for ``/spec/rules/0/host``."""

from __future__ import annotations

import re

ANNOTATIONS = "/metadata/annotations/"
_CONFIG_MAP = "configmap:"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


def annotation(pointer: str) -> str:
    """The key of the annotation that ``pointer`` names; empty where it names none."""
    return _unescaped(pointer.removeprefix(ANNOTATIONS)) if pointer.startswith(ANNOTATIONS) else ""


def setting(pointer: str) -> str:
    """The controller's setting that ``pointer`` (``configmap:KEY``) names; empty where it names none."""
    return pointer.removeprefix(_CONFIG_MAP) if pointer.startswith(_CONFIG_MAP) else ""


def readable(pointer: str, indexes: bool = True) -> str:
    """``pointer`` as people write it: an annotation by its key, a field by its path.

    Without ``indexes``, items of a list look alike (``spec.rules[].host``), so that many objects can be counted
    together. What is neither a pointer nor a setting is given back as it is.
    """
    if key := annotation(pointer):
        return key
    if key := setting(pointer):
        return f"ConfigMap {key}"
    if not pointer.startswith("/"):
        return pointer or "the whole object"
    return "".join(_step(_unescaped(token), indexes) for token in pointer[1:].split("/")).removeprefix(".")


def _step(token: str, indexes: bool) -> str:
    if token.isascii() and token.isdigit():
        return f"[{token}]" if indexes else "[]"
    return f".{token}" if _WORD.fullmatch(token) else f'["{token}"]'


def _unescaped(token: str) -> str:
    # "~01" stands for "~1": the order matters (RFC 6901, section 4).
    return token.replace("~1", "/").replace("~0", "~")
