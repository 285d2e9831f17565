"""The scalar types of the Gateway API and of Envoy Gateway, with the constraints of their schemas.

The rules are those of https://gateway-api.sigs.k8s.io/reference/spec/ and
https://gateway.envoyproxy.io/docs/api/extension_types/, written by hand. Patterns end in ``\\Z`` and not in ``$``: the
API server reads ``$`` as the end of the text, Python also as the place before a final newline.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import Meta

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"

Name = Annotated[str, Meta(pattern=rf"^{_SUBDOMAIN}\Z", max_length=253)]
"""``metadata.name`` of a custom resource: an RFC 1123 subdomain."""
OwnNamespace = Annotated[str, Meta(pattern=rf"^({_LABEL})?\Z", max_length=63)]
"""``metadata.namespace``; empty where the source leaves it to whoever deploys."""

ObjectName = Annotated[str, Meta(min_length=1, max_length=253)]
Namespace = Annotated[str, Meta(pattern=rf"^{_LABEL}\Z", max_length=63)]
Group = Annotated[str, Meta(pattern=rf"^({_SUBDOMAIN})?\Z", max_length=253)]
KindName = Annotated[str, Meta(pattern=r"^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?\Z", max_length=63)]
SectionName = Annotated[str, Meta(pattern=rf"^{_SUBDOMAIN}\Z", max_length=253)]
Hostname = Annotated[str, Meta(pattern=rf"^(\*\.)?{_SUBDOMAIN}\Z", max_length=253)]
PreciseHostname = Annotated[str, Meta(pattern=rf"^{_SUBDOMAIN}\Z", max_length=253)]

Port = Annotated[int, Meta(ge=1, le=65535)]
Weight = Annotated[int, Meta(ge=0, le=1_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Natural = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Positive = Annotated[int, Meta(ge=1, le=2**31 - 1)]

StatusCode = Annotated[int, Meta(ge=100, le=599)]
AnswerStatus = Annotated[int, Meta(ge=200, le=599)]
"""A status that Envoy answers by itself; it takes no other, whatever the CRD says
(https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto)."""

Duration = Annotated[str, Meta(pattern=r"^([0-9]{1,5}(h|m|s|ms)){1,4}\Z")]
"""https://gateway-api.sigs.k8s.io/geps/gep-2257/: at most five digits a unit, no days, no decimals."""
Quantity = Annotated[str, Meta(pattern=r"^[1-9]+[0-9]*([EPTGMK]i|[EPTGMk])?\Z")]
"""An amount of bytes, as Envoy Gateway narrows ``resource.Quantity``."""

_HEADER = r"[A-Za-z0-9!#$%&'*+\-.^_\x60|~]"
HeaderName = Annotated[str, Meta(pattern=rf"^{_HEADER}+\Z", max_length=256)]
HEADER_NAME = re.compile(rf"{_HEADER}{{1,256}}")
"""The same for text that is in no model yet; a token (https://www.rfc-editor.org/rfc/rfc9110#name-tokens)."""
LONGEST_HEADER_VALUE = 4096
HeaderValue = Annotated[str, Meta(min_length=1, max_length=LONGEST_HEADER_VALUE)]
QueryParamValue = Annotated[str, Meta(min_length=1, max_length=1024)]
PathValue = Annotated[str, Meta(max_length=1024)]
CORSOrigin = Annotated[
    str,
    Meta(
        pattern=r"^(\*|https?://((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:[0-9]{1,5})?)\Z",
        min_length=1,
        max_length=253,
    ),
]

WellKnownCACertificates = Annotated[
    str,
    Meta(
        pattern=rf"^(System|{_SUBDOMAIN}/([A-Za-z0-9][-A-Za-z0-9_.]{{0,61}})?[A-Za-z0-9])\Z",
        min_length=1,
        max_length=253,
    ),
]

MatchType = Literal["Exact", "RegularExpression"]
Method = Literal["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
CORSMethod = Literal["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"]
