"""Rules of the web application firewall for this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._directives import modsecurity_directives
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit, UnitContext, parse_bool
from gatelift.intent.base import Risk

ON = {"enable-modsecurity": "true"}
RULES = """SecRuleEngine On
# SecAuditEngine Off
SecRule ARGS "@contains x" \\
  "id:1,deny"
SecRuleRemoveById 911100
"""


def dormant(context: UnitContext) -> Inert | None:
    """Rules count where the firewall is switched on, for this Ingress or for all."""
    if context.enabled("enable-modsecurity"):
        return None
    if parse_bool(context.controller.setting("enable-modsecurity") or "") is True and (
        parse_bool(context.value("enable-modsecurity") or "") is not False
    ):
        return None
    return Inert("neither enable-modsecurity nor the controller's setting of that name switches the firewall on")


unit = Unit(
    names=("modsecurity-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader(
        "the web application firewall",
        "run the rules by Coraza as an extension of Envoy (EnvoyExtensionPolicy), by the firewall of Calico "
        "Enterprise, or before the gateway",
        modsecurity_directives,
        dormant,
    ),
    summary="Rules of the web application firewall for this Ingress",
    source=upstream("modsecurity"),
    cases=(
        Case(
            value=RULES,
            siblings=ON,
            expect=Refused("(SecRuleEngine, SecRule, SecRuleRemoveById), which no gateway runs; whether", "configMap"),
        ),
        Case(
            value="Include /etc/nginx/owasp.conf",
            siblings=ON,
            controller=ALLOWED,
            expect=Refused("no gateway runs", "Coraza"),
        ),
        Case(
            value="SecRuleEngine On",
            controller={**ALLOWED, "enable-modsecurity": "true"},
            expect=Refused("no gateway runs", "Coraza"),
        ),
        Case(
            value="SecRuleEngine On",
            siblings={"enable-modsecurity": "false"},
            controller={**ALLOWED, "enable-modsecurity": "true"},
            expect=Inert("switches the firewall on"),
        ),
        Case(value="SecRuleEngine On", controller=ALLOWED, expect=Inert("switches the firewall on")),
        Case(value="SecRuleEngine On", expect=Refused("Where it does, the snippet does nothing", "configMap")),
        Case(
            value="SecRuleEngine On",
            controller={"enable-modsecurity": "true"},
            expect=Refused("not loaded today", "annotations-risk-level"),
        ),
        Case(value="\n", expect=Inert("empty")),
    ),
)
