"""What the snippets have in common: configuration of nginx itself, which no gateway runs.

They are always refused; the reason names the directives, so that a person sees what is to be replaced.
"""

from __future__ import annotations

from collections.abc import Callable

from gatelift.annotations.controller import Controller
from gatelift.annotations.nginx._directives import nginx_directives
from gatelift.annotations.unit import Inert, Refused, Result, UnitContext, parse_bool

MOST_NAMES = 8
ALLOWED = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
"""The two settings without which a controller does not run snippets."""

HINTS: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"add_header", "more_set_headers", "more_clear_headers", "proxy_hide_header", "expires"}),
        "response headers by a ResponseHeaderModifier filter",
    ),
    (
        frozenset({"proxy_set_header", "more_set_input_headers", "more_clear_input_headers"}),
        "request headers by a RequestHeaderModifier filter",
    ),
    (frozenset({"return", "rewrite"}), "redirects and rewrites by RequestRedirect and URLRewrite filters"),
    (frozenset({"allow", "deny"}), "address lists by allowlist-source-range and denylist-source-range"),
    (frozenset({"auth_basic", "auth_basic_user_file"}), "passwords by auth-type and auth-secret"),
    (frozenset({"auth_request", "auth_request_set"}), "the authorization service by auth-url"),
    (frozenset({"limit_req", "limit_conn"}), "request limits by limit-rps"),
    (
        frozenset({"proxy_read_timeout", "proxy_send_timeout", "proxy_connect_timeout"}),
        "timeouts by proxy-read-timeout and its kin",
    ),
    (frozenset({"client_max_body_size"}), "the size of bodies by proxy-body-size"),
)


def snippet_reader(
    place: str, names: Callable[[str], tuple[str, ...]] = nginx_directives
) -> Callable[[str, UnitContext], Result]:
    """A reader that refuses configuration for ``place``, naming the directives that ``names`` finds in it."""

    def read(value: str, context: UnitContext) -> Result:
        if not value.strip():
            return Inert("it is empty, which is as good as missing")
        found = names(value)
        return Refused(
            f"it puts configuration of nginx's own into {place} ({listed(found)}), which no gateway runs"
            f"{today(context.controller)}",
            f"{instead(found)}, then remove the annotation, or accept this key with a reason",
        )

    return read


def listed(names: tuple[str, ...]) -> str:
    """Up to eight names, and how many more there are."""
    if not names:
        return "no directive that gatelift can read"
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def today(controller: Controller) -> str:
    """What the controller makes of a snippet today, where its ConfigMap was given and forbids them (trap T42)."""
    if not controller.config_map and not controller.settings:
        return ""
    if (controller.setting("annotations-risk-level") or "").lower() != "critical":
        return "; the controller's annotations-risk-level is not Critical, so it rejects the whole Ingress today"
    if parse_bool(controller.setting("allow-snippet-annotations") or "") is not True:
        return "; the controller's allow-snippet-annotations is not true, so it rejects or ignores it today"
    return ""


def instead(names: tuple[str, ...]) -> str:
    """What to write instead of the directives named."""
    hints = [hint for known, hint in HINTS if known.intersection(names)]
    return f"write {', '.join(hints)}" if hints else "do what it does in the application, or by a policy of the gateway"
