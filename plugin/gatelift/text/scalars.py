"""What a plain scalar means to Kubernetes: the resolution rules of go-yaml.

https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v3/resolve.go; unlike YAML 1.1 there are no sexagesimal
numbers and no dates, and ``yes``, ``no``, ``on`` and ``off`` are strings.
"""

from __future__ import annotations

import base64
import binascii
import re
from math import isinf

TAG_PREFIX = "tag:yaml.org,2002:"

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBER_STARTS = frozenset("0123456789+-.")
_PREFIXED = re.compile(r"[-+]?0(?:[bB][01]+|[oO][0-7]+|[xX][0-9a-fA-F]+)")
_OCTAL = re.compile(r"[-+]?0[0-7]+")
# Nothing longer than 20 digits fits 64 bits, and Python refuses to convert several thousand of them.
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,19})")
# Go drops underscores anywhere in a number, but after a leading point takes them only between digits.
_DOTTED = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def is_certainly_text(text: str) -> bool:
    """Whether an unquoted scalar is a string at first sight; False tells nothing, and a ``<<`` may be a merge key."""
    return text not in _WORDS and text[0] not in _NUMBER_STARTS and text != "<<"


def resolve_plain(text: str) -> Scalar:
    """The value of an unquoted scalar. Never raises; infinities and NaN come back as floats."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS or (text[0] == "." and not _DOTTED.fullmatch(text)):
        return text
    digits = text.replace("_", "")
    number = _integer(digits)
    return _float(digits, text) if number is None else number


def resolve_tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag. Raises ``ValueError`` if the text is not of that type or the tag is
    not one that Kubernetes' YAML knows, with a sentence that says so."""
    name = tag.removeprefix(TAG_PREFIX)
    if name == tag or name not in ("str", "timestamp", "binary", "int", "float", "bool", "null"):
        # Not the tag itself: it may be a password that begins with "!" and was not quoted.
        shown = f"The tag !!{name}" if name in ("map", "seq") else "What begins with '!' is a tag; this one"
        raise ValueError(f"{shown} does not apply to a single value.")
    if name in ("str", "timestamp"):
        return text
    if name == "binary":
        return _binary(text)
    value = resolve_plain(text)
    if name == "float" and type(value) is int:
        return float(value)
    if name != ("null" if value is None else type(value).__name__):
        raise ValueError(f"This is not a value of the type !!{name}.")
    return value


def key_text(value: Scalar) -> str | None:
    """A scalar as the key of a JSON object; None where there is no plain way to write it.

    https://github.com/kubernetes-sigs/yaml/blob/master/yaml.go (``convertToJSONableObject``), which formats floats as
    single precision: only those that come out the same either way are taken.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and (not value or 1e-4 <= abs(value) < 1e6):
        short = f"{value:.6g}"
        return short if float(short) == value else None
    return None


def _integer(digits: str) -> int | None:
    if _DECIMAL.fullmatch(digits):
        number = int(digits)
    elif _OCTAL.fullmatch(digits):
        number = int(digits, 8)
    elif _PREFIXED.fullmatch(digits):
        number = int(digits, 0)
    else:
        return None
    # Unsigned numbers take no sign in Go, not even a plus.
    largest = 2**63 if digits[0] in "+-" else 2**64
    return number if -(2**63) <= number < largest else None


def _float(digits: str, text: str) -> float | str:
    if not _FLOAT.fullmatch(digits):
        return text
    number = float(digits)
    return text if isinf(number) else number


def _binary(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise ValueError("This !!binary value is not base64 of UTF-8 text, which is all that JSON can hold.") from None
