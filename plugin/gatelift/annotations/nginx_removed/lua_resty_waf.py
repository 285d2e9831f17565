"""Web application firewall in Lua, until 0.27."""

from __future__ import annotations

from gatelift.annotations.nginx_removed._removed import removed_reader
from gatelift.annotations.unit import Case, Inert, Unit
from gatelift.intent.base import Risk

unit = Unit(
    names=(
        "lua-resty-waf",
        "lua-resty-waf-allow-unknown-content-types",
        "lua-resty-waf-debug",
        "lua-resty-waf-extra-rules",
        "lua-resty-waf-ignore-rulesets",
        "lua-resty-waf-process-multipart-body",
        "lua-resty-waf-score-threshold",
    ),
    risk=Risk.SECURITY,
    read=removed_reader(
        "0.27",
        "no firewall looks at the requests. Run the rules by Coraza as an extension of Envoy, "
        "by the firewall of Calico Enterprise, or before the gateway",
    ),
    summary="Web application firewall in Lua (removed in 0.27)",
    source="https://github.com/kubernetes/ingress-nginx/pull/4779",
    cases=(
        Case(value="active", expect=Inert("removed it in 0.27")),
        Case(name="lua-resty-waf-score-threshold", value="10", expect=Inert("removed it in 0.27")),
        Case(value="", expect=Inert("does nothing today")),
    ),
)
