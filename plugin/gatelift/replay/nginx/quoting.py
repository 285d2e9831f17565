"""Words of nginx's configuration, made from values that nobody vouches for.

nginx splits at spaces, ``;``, ``{`` and ``}`` unless a word is quoted; within quotes only the quote and the backslash
count. A variable is filled in after that, so a ``$`` needs a variable that holds one.
"""

from __future__ import annotations

import re

from gatelift.traffic.nginx.quoted import UnquotableError

DOLLAR = "${literal_dollar}"
"""A variable whose value is ``$``; the configuration defines it by ``geo``, which knows no variables."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VARIABLE = re.compile(r"\$(?:(?P<bare>[A-Za-z0-9_]+)|\{(?P<braced>[A-Za-z0-9_]*)\}|(?P<none>))")
_KNOWN = re.compile(
    r"[1-9]|(?:http|arg|cookie)_[a-z0-9_]+|args|query_string|is_args|host|hostname|uri|document_uri|request_uri|scheme"
    r"|remote_addr|remote_user|request|request_id|request_method|server_name|server_port|server_protocol|https"
    r"|best_http_host|pass_access_scheme|pass_port|escaped_request_uri|namespace|ingress_name|service_name|service_port"
)


def word(value: str) -> str:
    """A quoted word with this value, in which variables are filled in. Raises ``UnquotableError``."""
    if _CONTROL.search(value):
        raise UnquotableError("it holds a control character")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def literal(value: str) -> str:
    """The same for a value in which a ``$`` is only a ``$``."""
    return word(value.replace("$", DOLLAR))


def template(value: str) -> str:
    """The same for a value with variables of nginx. Raises ``UnquotableError`` for one that nginx does not know.

    An unknown variable keeps all of nginx from starting, not only this Ingress.
    """
    for found in _VARIABLE.finditer(value):
        name = found["bare"] or found["braced"] or ""
        if not _KNOWN.fullmatch(name.lower()):
            raise UnquotableError(f"nginx knows no variable {found[0]!r}")
    return word(value)
