"""Rules of the web application firewall for this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._directives import modsecurity_directives
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippets import ALLOWED, snippet_reader
from gatelift.annotations.unit import Case, Inert, Refused, Unit
from gatelift.intent.base import Risk

RULES = """SecRuleEngine On
# SecAuditEngine Off
SecRule ARGS "@contains x" \\
  "id:1,deny"
SecRuleRemoveById 911100
"""

unit = Unit(
    names=("modsecurity-snippet",),
    risk=Risk.SECURITY,
    read=snippet_reader("the web application firewall", modsecurity_directives),
    summary="Rules of the web application firewall for this Ingress",
    source=upstream("modsecurity"),
    cases=(
        Case(value=RULES, expect=Refused("(SecRuleEngine, SecRule, SecRuleRemoveById)", "policy")),
        Case(value="Include /etc/nginx/owasp.conf", controller=ALLOWED, expect=Refused("no gateway runs", "policy")),
        Case(
            value="SecRuleEngine On",
            controller={"enable-modsecurity": "true"},
            expect=Refused("not loaded today", "policy"),
        ),
        Case(value="\n", expect=Inert("empty")),
    ),
)
