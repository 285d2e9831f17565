"""Who is let in, how much, and from which origins: the words of Envoy Gateway's policies as those of Envoy's filters.

Each gives ``None`` for what it has no words for; half of a rule on access would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatelift.traffic.fields import maps, text, texts
from gatelift.traffic.gateway.access import networks_of, origin, seconds

Json = dict[str, Any]
_TYPES = "type.googleapis.com/envoy."
_QUANTITY = re.compile(r"(\d+)(Ki|Mi|Gi|k|M|G)?")
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30}
_LONGEST = 32


def authorization(said: Mapping[str, Any]) -> Json | None:
    """Rules on addresses of clients, the first that fits decides (internal/xds/translator/authorization.go)."""
    rules = maps(said.get("rules"))
    matchers = [_rule(rule) for rule in rules]
    if None in matchers:
        return None
    decided: Json = {"on_no_match": _decision(text(said.get("defaultAction")) or "Deny", "default")}
    if matchers:
        decided["matcher_list"] = {"matchers": matchers}
    return {"rbac": {"matcher": decided}}


def _rule(rule: Mapping[str, Any]) -> Json | None:
    networks = networks_of(rule)
    if networks is None:
        return None
    ranges = [{"address_prefix": str(each.network_address), "prefix_len": each.prefixlen} for each in networks]
    source = {"@type": f"{_TYPES}extensions.matching.common_inputs.network.v3.SourceIPInput"}
    matcher = {
        "@type": f"{_TYPES}extensions.matching.input_matchers.ip.v3.Ip",
        "stat_prefix": "client_ip",
        "cidr_ranges": ranges,
    }
    predicate = {
        "input": {"name": "client_ip", "typed_config": source},
        "custom_match": {"name": "ip_matcher", "typed_config": matcher},
    }
    return {
        "predicate": {"single_predicate": predicate},
        "on_match": _decision(text(rule.get("action")), text(rule.get("name")) or "rule"),
    }


def _decision(action: str, called: str) -> Json:
    decision = {"@type": f"{_TYPES}config.rbac.v3.Action", "name": action.upper(), "action": action.upper()}
    return {"action": {"name": called, "typed_config": decision}}


def buffer(said: Mapping[str, Any]) -> Json | None:
    """A limit of request bodies: 413 beyond it."""
    found = _QUANTITY.fullmatch(str(said.get("limit", "")))
    size = int(found[1]) * _UNITS[found[2] or ""] if found else 0
    return {"buffer": {"max_request_bytes": size}} if 0 < size < 1 << _LONGEST else None


def cors(said: Mapping[str, Any]) -> Json | None:
    """What other origins may do (internal/xds/translator/cors.go)."""
    made: Json = {
        "allow_origin_string_match": [_origin(each) for each in texts(said.get("allowOrigins"))],
        "allow_methods": ", ".join(texts(said.get("allowMethods"))),
        "allow_headers": ", ".join(texts(said.get("allowHeaders"))),
        "expose_headers": ", ".join(texts(said.get("exposeHeaders"))),
        "allow_credentials": bool(said.get("allowCredentials")),
        "forward_not_matching_preflights": False,
    }
    age = seconds(said.get("maxAge"))
    return {**made, "max_age": age} if age else made


def _origin(value: str) -> Json:
    return {"safe_regex": {"regex": origin(value)}} if "*" in value else {"exact": value}
