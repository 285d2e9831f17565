"""One setting of the controller, explained for a person."""

from __future__ import annotations

from gatelift.annotations.nginx.settings.model import Effect
from gatelift.annotations.nginx.settings.review import OWN_AFFAIR
from gatelift.annotations.nginx.settings.table import KNOWN

SOURCE = "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/"
_ADDRESS = (
    "It decides whom the controller believes about clients' addresses. A ClientTrafficPolicy on the Gateway says the "
    "same (clientIPDetection, proxyProtocol); address lists and rate limits of routes judge by it, so it has to be "
    "there before traffic moves"
)
_HSTS = "Strict-Transport-Security is written into the routes of every host with a certificate, as it says"
_LOADED = "Ingresses that it keeps from being loaded today are not opened, and the ledger says so (T42)"
_BECOMES = {
    **dict.fromkeys(("hsts", "hsts-max-age", "hsts-include-subdomains", "hsts-preload"), _HSTS),
    "http-redirect-code": "Redirects to HTTPS, and to the twin with or without www, are written with this status",
    "no-tls-redirect-locations": "Paths that begin so are not redirected to HTTPS",
    **dict.fromkeys(("annotations-risk-level", "annotation-value-word-blocklist"), _LOADED),
    "allow-snippet-annotations": "Snippets are translated only where it is true; else they are asleep (T41)",
    "allow-cross-namespace-resources": "Where it is false, Secrets of other namespaces are not used today (T32)",
    **dict.fromkeys(
        (
            "use-forwarded-headers",
            "enable-real-ip",
            "use-proxy-protocol",
            "proxy-real-ip-cidr",
            "forwarded-for-header",
        ),
        _ADDRESS,
    ),
    "global-allowed-response-headers": "The annotation custom-headers may set these headers and no others",
}
"""What becomes of settings that are read where they matter."""
_EVERYWHERE = "gatelift translates it for every Ingress of the controller, unless the Ingress says something else"
_DEFAULT = "It is the default of the annotation of the same name, for Ingresses that do not set it"
_TOLD = {
    Effect.READ: "gatelift reads it: routes and policies are written by what it says",
    Effect.EVERYWHERE: _EVERYWHERE,
    Effect.OWN: OWN_AFFAIR[:1].upper() + OWN_AFFAIR[1:],
}


def explained(name: str) -> str | None:
    """Default, effect and next step of the setting ``name``; ``None`` where ingress-nginx has none of that name."""
    setting = KNOWN.get(name)
    if setting is None:
        return None
    head = f"A setting of the controller's ConfigMap; by default {setting.default or 'empty'}."
    if setting.effect is Effect.REFUSED:
        says = f"Another value is refused, and no Ingress is opened: {setting.text}."
    elif setting.text:
        says = f"Another value means: {setting.text}."
    else:
        says = f"{_BECOMES.get(name) or _TOLD.get(setting.effect, _DEFAULT)}."
    lines = [f"# {name}", "", head, says]
    if setting.todo:
        lines.append(f"What to do: {setting.todo}.")
    return "\n".join((*lines, "", f"Source: {SOURCE}#{name}", ""))
