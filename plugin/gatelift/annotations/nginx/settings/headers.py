"""Headers of requests and answers that the controller sets or hides on every Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect, Setting, changed, everywhere, is_read, own

SETTINGS: tuple[Setting, ...] = (
    everywhere("proxy-set-headers"),
    everywhere("add-headers"),
    everywhere("hide-headers"),
    is_read("global-allowed-response-headers"),
    Setting(
        "allow-backend-server-header",
        "false",
        Effect.OWN,
        "the backend's header Server reaches the client, and Envoy Gateway passes it on in any case",
    ),
    changed("server-tokens", "false", "answers bear nginx's name and version in Server today, and not afterwards"),
    changed(
        "proxy-add-original-uri-header",
        "false",
        "the backend gets no X-Original-Uri any more",
        "let it read the path itself; after a rewrite Envoy sends the old one as X-Envoy-Original-Path",
    ),
    changed(
        "generate-request-id",
        "true",
        "Envoy makes an X-Request-Id for requests without one, which nginx leaves alone here",
        "set headers.requestID of a ClientTrafficPolicy (Envoy Gateway 1.5 and later) to Preserve",
    ),
    changed(
        "enable-underscores-in-headers",
        "false",
        "backends get headers with _ in their names today, and Envoy Gateway answers such requests with 400 (T34)",
        "set headers.withUnderscoresAction of a ClientTrafficPolicy on the Gateway to Allow before traffic moves",
    ),
    changed(
        "ignore-invalid-headers",
        "true",
        "nginx passes on headers with odd names today, and Envoy turns such requests away",
        "see that no client sends them",
    ),
    changed(
        "default-type",
        "text/html",
        "nginx names another content type than text/html where an answer of its own has none",
    ),
    *own("proxy-headers-hash-max-size", "proxy-headers-hash-bucket-size"),
)
