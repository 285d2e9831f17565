"""What turns requests away, and what redirects them: an entry on such a key has its part in such answers only.

That a limit is counted otherwise says nothing of a path that is gone, though both change a status.
"""

from __future__ import annotations

import re

from gatelift.traffic.model import Answer, Attribute

_LOGIN = frozenset((401, 403, *range(300, 400)))
_ANSWERS = (
    (re.compile(r"proxy-body"), frozenset((413,))),
    (re.compile(r"limit-"), frozenset((429, 503))),
    (re.compile(r"allowlist|whitelist|denylist|block-|enable-mod"), frozenset((403,))),
    (re.compile(r"auth-tls"), frozenset((400, 495, 496, *_LOGIN))),
    (re.compile(r"auth|enable-global-auth|global-auth|satisfy"), _LOGIN),
    (re.compile(r"ssl-redirect|force-ssl|.*-redirect.*|app-root|trailing"), frozenset(range(300, 400))),
)
"""Key -> the statuses that a proxy answers with for it; of several patterns the first counts."""
_REACHED = frozenset((Attribute.STATUS, Attribute.BACKEND))


def has_part(key: str, attribute: Attribute, answers: tuple[Answer, Answer]) -> bool:
    """Whether what ``key`` (without its prefix) asks for may show in a difference between ``answers``."""
    found = next((statuses for pattern, statuses in _ANSWERS if pattern.match(key)), None)
    if found is None:
        return True
    named = attribute is Attribute.CHALLENGE and {answer.status for answer in answers} == {401}
    if named or key == "auth-realm":
        # Both ask for a password: what they call it, nothing else says; and of nothing else does that.
        return named and key == "auth-realm"
    if attribute not in _REACHED:
        # Who asks for a password, or redirects, says more than a status; who counts or measures does not.
        return not found.isdisjoint(_LOGIN - {403})
    # Whose certificate is not taken may get no answer at all.
    by_tls = key.startswith("auth-tls") and any(answer.failure for answer in answers)
    return by_tls or any(answer.seen is None and answer.status in found for answer in answers)
