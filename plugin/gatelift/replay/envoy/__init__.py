"""Envoy itself as the side after, for what Traefik cannot show: configured the way Envoy Gateway would do it.

Static configuration instead of a control plane; the facts about Envoy Gateway 1.5 to 1.9 are those of its translator
(https://github.com/envoyproxy/gateway, internal/gatewayapi and internal/xds/translator).
"""
