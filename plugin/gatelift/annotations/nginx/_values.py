"""What values of several annotations have in common: host names, and the values that keep an Ingress from loading.

A value that fails its check is dropped by some parsers (the unit says ``Inert``) and ends the reading of the whole
Ingress in others (``not_loaded``, trap T42). The check by characters exists since ingress-nginx 1.12, where
``--enable-annotation-validation`` became the default: a value that earlier releases obeyed is refused, not inert.
"""

from __future__ import annotations

import re

from gatelift.annotations.unit import Refused, shown

URL_PATH = r"-._~A-Za-z0-9/:"
"""The characters that ingress-nginx lets through everywhere, for use in a character class."""
PATH_WITH_CAPTURES = re.compile(rf"/?[{URL_PATH}$]*")
NAME_OR_EXPRESSION = re.compile(rf"[{URL_PATH}^$\[\](){{}}*+?|&=\\]*")

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_HOSTNAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+)*")
LONGEST_HOSTNAME = 253
LONGEST_PATH = 1024
"""The API server takes no longer path in a redirect or a rewrite."""


def is_hostname(text: str) -> bool:
    """Whether a route may name this host: a DNS name in lower case, no address and no wildcard."""
    return len(text) <= LONGEST_HOSTNAME and bool(_HOSTNAME.fullmatch(text)) and not _ADDRESS.fullmatch(text)


def not_loaded(value: str, wanted: str) -> Refused:
    """The refusal of a value for which ingress-nginx drops the whole Ingress; ``wanted`` says what it would take."""
    return Refused(
        f"{shown(value)} is not {wanted}, and ingress-nginx therefore does not load this Ingress: "
        "nothing of it is served today (T42)",
        "correct the value or remove the annotation, and see that the Ingress works before it is converted",
        not_loaded=True,
    )
