"""Directives that change nothing for a gateway, and those that nginx does not take, or does not look at, in a snippet.

ingress-nginx's template writes the second kind into every location itself. A second one of the same name in that
location is an error to nginx ("directive is duplicate"), with which the controller cannot load any new configuration;
one in the server counts for no location (rootfs/etc/nginx/template/nginx.tmpl).
"""

from __future__ import annotations

from gatelift.annotations.nginx._snippet_draft import Draft, Level, Reader, Readers, Unsaid

TEMPLATE: dict[str, str] = {
    "proxy_connect_timeout": "proxy-connect-timeout",
    "proxy_read_timeout": "proxy-read-timeout",
    "proxy_send_timeout": "proxy-send-timeout",
    "proxy_buffering": "proxy-buffering",
    "proxy_buffer_size": "proxy-buffer-size",
    "proxy_buffers": "proxy-buffers-number",
    "proxy_max_temp_file_size": "proxy-max-temp-file-size",
    "proxy_request_buffering": "proxy-request-buffering",
    "proxy_http_version": "proxy-http-version",
    "proxy_next_upstream": "proxy-next-upstream",
    "proxy_next_upstream_timeout": "proxy-next-upstream-timeout",
    "proxy_next_upstream_tries": "proxy-next-upstream-tries",
    "client_max_body_size": "proxy-body-size",
}
"""Directives that the template writes into every location, and the annotations that set them."""

BUFFERS = ("proxy_busy_buffers_size", "proxy_temp_file_write_size", "client_body_buffer_size")
OWN_BUFFERS = "sizes of nginx's own buffers have no counterpart: the gateway passes data on as it comes"
OWN_LOGS = "what is logged is the gateway's own affair"


def _in_template(name: str, annotation: str) -> Reader:
    def read(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
        instead = f"write the annotation {annotation}"
        if draft.level is Level.SERVER:
            return Unsaid(f"{name} does nothing here, since ingress-nginx sets it in every location", f"{instead}")
        why = f'ingress-nginx sets {name} itself, and nginx rejects the second one ("directive is duplicate")'
        return Unsaid(why, f"remove it, and {instead} if it is meant to count")

    return read


def _buffers(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    draft.differ(OWN_BUFFERS)
    return None


def _logs(arguments: tuple[str, ...], draft: Draft) -> Unsaid | None:
    if arguments[:1] != ("off",):
        return Unsaid("it writes a log of its own", "configure the gateway's access log")
    draft.differ(OWN_LOGS)
    return None


IDLE: Readers = {
    **{name: _in_template(name, annotation) for name, annotation in TEMPLATE.items()},
    **dict.fromkeys(BUFFERS, _buffers),
    "access_log": _logs,
    "log_not_found": _logs,
}
