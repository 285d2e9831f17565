"""What it means that a forge said no: findings, with what the forge itself said in them.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import msgspec

from gatelift.findings import Finding, Severity

_LONGEST = 300
_RIGHTS = (
    "give the token 'contents: write' and 'pull-requests: write'; for the token of a workflow, also allow "
    "'Actions to create pull requests' in the settings of the repository or the organisation"
)


class _Said(msgspec.Struct):
    message: str = ""
    errors: list[object] = msgspec.field(default_factory=list)


def refusal(method: str, path: str, status: int, body: str, limited: bool) -> Finding:
    """The finding for an answer with ``status`` to ``method path``. ``body`` must not hold the token."""
    asked = f"{method} {path}"
    said = _said(body)
    words = f": {said}" if said else ""
    code, message, fix = _meaning(status, limited)
    return Finding(code, Severity.ERROR, f"{message} ({status} to {asked}){words}", fix)


def unreachable(base: str, reason: str) -> Finding:
    """The finding for a server that does not answer."""
    message = f"the forge at {base} does not answer: {reason[:_LONGEST]}"
    return Finding("forge/unreachable", Severity.ERROR, message, "see that it can be reached, then run again")


def garbled(reason: str) -> Finding:
    """The finding for an answer that is not what GitHub's API documents."""
    message = f"the forge answers with something else than its API documents: {reason[:_LONGEST]}"
    return Finding("forge/answer", Severity.ERROR, message, "see that GITHUB_API_URL names the REST API of a GitHub")


def _meaning(status: int, limited: bool) -> tuple[str, str, str]:
    if limited:
        return "forge/limit", "the forge asks for a longer break than gatelift waits", "run again later"
    match status:
        case 401:
            return "forge/token", "the forge does not accept the token", "set GITHUB_TOKEN to one that is valid"
        case 403:
            return "forge/permission", "the token may not do this", _RIGHTS
        case 404:
            fix = "correct GITHUB_REPOSITORY, or give the token access to that repository"
            return "forge/not-found", "the forge knows no such thing, or does not show it to this token", fix
        case 301 | 302 | 307 | 308:
            fix = "set GITHUB_REPOSITORY and GITHUB_API_URL to where it is now"
            return "forge/moved", "the repository has another name now, and the token is not sent elsewhere", fix
        case 410 | 423:
            return "forge/archived", "the forge takes no changes of it any more", "see whether it is archived"
        case 422:
            return "forge/refused", "the forge refuses the request", "correct what it names, then run again"
    if status >= 500:
        return "forge/trouble", "the forge has a fault of its own", "run again later: a run takes up where it stopped"
    return "forge/answer", "the forge answers in a way that gatelift does not know", "run again, or report it"


def _said(body: str) -> str:
    """The message of an error, with the details of a validation; of anything else, nothing."""
    try:
        said = msgspec.json.decode(body, type=_Said)
    except msgspec.MsgspecError:
        return ""
    details = [text for item in said.errors if (text := _detail(item))]
    return "; ".join([said.message, *details] if said.message else details)[:_LONGEST]


def _detail(item: object) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        return ""
    message = item.get("message")
    if isinstance(message, str) and message:
        return message
    return " ".join(str(item[key]) for key in ("field", "code") if isinstance(item.get(key), str))
