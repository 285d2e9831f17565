"""What keeps ingress-nginx from loading an Ingress, whatever its annotations mean: their risk, and forbidden words.

Since 1.12 an annotation may be of the risk ``High`` at most, unless ``annotations-risk-level`` says otherwise. One that
is above the level, or whose value holds a word of ``annotation-value-word-blocklist``, drops the *whole* Ingress: it
serves nothing (trap T42). The risks are those of
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/ (1.15), and the settings are
explained at https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#annotations-risk-level.
"""

from __future__ import annotations

from gatelift.annotations.controller import Controller
from gatelift.annotations.unit import Refused, shown

LEVELS = ("Low", "Medium", "High", "Critical")
DEFAULT_LEVEL = "High"

_CRITICAL = """
    auth-snippet configuration-snippet modsecurity-snippet server-snippet stream-snippet
"""
_HIGH = """
    auth-signin auth-tls-error-page auth-tls-match-cn auth-url mirror-host mirror-target modsecurity-transaction-id
    proxy-ssl-name server-alias upstream-hash-by
"""
_MEDIUM = """
    affinity-mode allowlist-source-range app-root auth-cache-duration auth-cache-key auth-proxy-set-headers auth-realm
    auth-request-redirect auth-response-headers auth-secret auth-signin-redirect-param auth-tls-secret
    auth-tls-verify-client canary-by-cookie canary-by-header canary-by-header-pattern canary-by-header-value
    cors-allow-headers cors-allow-methods cors-allow-origin cors-expose-headers custom-headers denylist-source-range
    fastcgi-index fastcgi-params-configmap force-ssl-redirect opentelemetry-operation-name permanent-redirect
    preserve-trailing-slash proxy-body-size proxy-cookie-domain proxy-cookie-path proxy-next-upstream
    proxy-redirect-from proxy-redirect-to proxy-ssl-ciphers proxy-ssl-secret rewrite-target session-cookie-domain
    session-cookie-expires session-cookie-max-age session-cookie-name session-cookie-path temporal-redirect
    x-forwarded-prefix
"""
_LOW = """
    affinity affinity-canary-behavior auth-always-set-cookie auth-keepalive auth-keepalive-requests
    auth-keepalive-share-vars auth-keepalive-timeout auth-method auth-secret-type
    auth-tls-pass-certificate-to-upstream auth-tls-verify-depth auth-type backend-protocol canary canary-weight
    canary-weight-total client-body-buffer-size connection-proxy-header cors-allow-credentials cors-max-age
    custom-http-errors default-backend disable-proxy-intercept-errors enable-access-log enable-cors
    enable-global-auth enable-modsecurity enable-opentelemetry enable-owasp-core-rules enable-rewrite-log
    from-to-www-redirect http2-push-preload limit-allowlist limit-burst-multiplier limit-connections limit-rate
    limit-rate-after limit-rpm limit-rps load-balance mirror-request-body opentelemetry-trust-incoming-span
    permanent-redirect-code proxy-buffer-size proxy-buffering proxy-buffers-number proxy-busy-buffers-size
    proxy-connect-timeout proxy-http-version proxy-max-temp-file-size proxy-next-upstream-timeout
    proxy-next-upstream-tries proxy-read-timeout proxy-request-buffering proxy-send-timeout proxy-ssl-protocols
    proxy-ssl-server-name proxy-ssl-verify proxy-ssl-verify-depth relative-redirects satisfy service-upstream
    session-cookie-change-on-failure session-cookie-conditional-samesite-none session-cookie-partitioned
    session-cookie-samesite session-cookie-secure ssl-ciphers ssl-passthrough ssl-prefer-server-ciphers
    ssl-redirect temporal-redirect-code upstream-hash-by-subset upstream-hash-by-subset-size upstream-vhost
    use-port-in-redirects use-regex
"""
RISK = {
    key: level for level, keys in zip(LEVELS, (_LOW, _MEDIUM, _HIGH, _CRITICAL), strict=True) for key in keys.split()
}
"""Key without its prefix -> its risk. Aliases and unknown keys have none, and are never too risky."""

DEAD = (
    "It serves nothing, so nothing that works is lost with the annotation; but routes would bring the Ingress to life, "
    "and open what is closed"
)
REMOVE = "remove the annotation if the Ingress may serve without what it asks for"


def is_known(controller: Controller) -> bool:
    """Whether somebody gave the controller's ConfigMap, so that a missing setting means its default."""
    return bool(controller.config_map or controller.settings)


def level(controller: Controller) -> str:
    """The highest risk that loads; any word that is none means ``Low`` to ingress-nginx."""
    wanted = (controller.setting("annotations-risk-level") or DEFAULT_LEVEL).lower()
    return next((name for name in LEVELS if name.lower() == wanted), LEVELS[0])


def not_loaded(name: str, value: str, controller: Controller) -> Refused | None:
    """Why an Ingress with the annotation ``name`` (without its prefix) is not loaded today, if that is known.

    An empty value counts too: the risk is that of the key.
    """
    if not is_known(controller):
        return None
    return _too_risky(name, controller) or _forbidden_word(value, controller)


def _too_risky(name: str, controller: Controller) -> Refused | None:
    risk, most = RISK.get(name, LEVELS[0]), level(controller)
    if LEVELS.index(risk) <= LEVELS.index(most):
        return None
    said = "" if controller.setting("annotations-risk-level") else " (the default since 1.12)"
    return Refused(
        f"this Ingress is not loaded today: the annotation is of the risk {risk}, and the controller's "
        f"annotations-risk-level is {most}{said}. {DEAD}",
        f"delete the Ingress if nobody misses it; else set annotations-risk-level: {risk} in the controller's "
        f"ConfigMap and see that it works, or {REMOVE}; then convert",
    )


def _forbidden_word(value: str, controller: Controller) -> Refused | None:
    # Go's strings.Split: a comma at the end makes an empty word, which every value holds.
    words = (controller.setting("annotation-value-word-blocklist") or "").strip()
    word = next((word for word in words.split(",") if word in value), None) if words else None
    if word is None:
        return None
    return Refused(
        f"this Ingress is not loaded today: the value holds {shown(word)}, which the controller's "
        f"annotation-value-word-blocklist forbids. {DEAD}",
        f"delete the Ingress if nobody misses it; else write the value without that word and see that it works, or "
        f"{REMOVE}; then convert",
    )
