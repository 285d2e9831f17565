"""Annotations of the AWS Load Balancer Controller."""

from __future__ import annotations

from gatelift.annotations import elsewhere
from gatelift.annotations import replacements as by
from gatelift.annotations.elsewhere import Family, Setting, guarded, idle
from gatelift.ingress.controllers import ALB

PREFIX = "alb.ingress.kubernetes.io/"
_LBC = "of the LoadBalancerConfiguration that the Gateway names"
_TGC = "defaultConfiguration of a TargetGroupConfiguration for the Service"
_RULE = "a ListenerRuleConfiguration, named by a filter ExtensionRef of the rule"
_HEALTH = f"healthCheckConfig in {_TGC}"
_NLB = "a Gateway of the class for network load balancers before the other, or no field"
SETTINGS = {
    "load-balancer-name": Setting("the name of the load balancer", f"loadBalancerName {_LBC}"),
    "group.name": Setting(
        "which Ingresses share a load balancer", "one Gateway, which the parentRefs of all their routes name"
    ),
    "group.order": Setting(
        "the order in which rules are asked",
        "no field: Gateway API orders by match; write matches that do not overlap",
    ),
    "tags": Setting("tags on the AWS resources", f"tags {_LBC}"),
    "ip-address-type": Setting("IPv4, IPv6 or both", f"ipAddressType {_LBC}"),
    "scheme": Setting("whether it is on the internet or inside the VPC", f"scheme {_LBC}", restricts=True),
    "subnets": Setting("the subnets of the load balancer", f"loadBalancerSubnets {_LBC}"),
    "customer-owned-ipv4-pool": Setting("the address pool on an Outpost", f"customerOwnedIpv4Pool {_LBC}"),
    "ipam-ipv4-pool-id": Setting("the IPAM pool of its addresses", f"ipv4IPAMPoolId {_LBC}"),
    "load-balancer-attributes": Setting("attributes of the load balancer", f"loadBalancerAttributes {_LBC}"),
    "minimum-load-balancer-capacity": Setting("reserved capacity", f"minimumLoadBalancerCapacity {_LBC}"),
    "listen-ports": Setting(
        "the ports it answers on", "listeners of the Gateway, named by sectionName or port in parentRefs"
    ),
    "listener-attributes*": Setting("attributes of a listener", f"listenerConfigurations[].listenerAttributes {_LBC}"),
    "ssl-redirect": Setting("the redirect to HTTPS, for all Ingresses of the group", by.TLS_REDIRECT),
    "certificate-arn": Setting(
        "the certificates in ACM", f"listenerConfigurations[].defaultCertificate and certificates {_LBC}"
    ),
    "create-acm-cert": Setting(
        "that a certificate is made in ACM", f"a certificate made in ACM, in listenerConfigurations[] {_LBC}"
    ),
    "acm-pca-arn": Setting("the private authority that signs it", "the same certificate, made in ACM"),
    "ssl-policy": Setting("TLS versions and ciphers", f"listenerConfigurations[].sslPolicy {_LBC}"),
    "mutual-authentication": Setting(
        "client certificates", f"listenerConfigurations[].mutualAuthentication {_LBC}", restricts=True
    ),
    "security-groups": Setting("the security groups of the load balancer", f"securityGroups {_LBC}", restricts=True),
    "security-group-prefix-lists": Setting(
        "the prefix lists that may come in", f"securityGroupPrefixes {_LBC}", restricts=True
    ),
    "manage-backend-security-group-rules": Setting(
        "whether the controller opens the nodes' security groups",
        f"manageBackendSecurityGroupRules {_LBC}",
        restricts=True,
    ),
    "inbound-cidrs": Setting("the addresses that may come in", f"sourceRanges {_LBC}", restricts=True),
    "wafv2-acl-arn": Setting("the web ACL of AWS WAF", f"wafV2.webACL {_LBC}", restricts=True),
    "wafv2-acl-name": Setting("the web ACL of AWS WAF", f"wafV2.webACL {_LBC}, by its ARN", restricts=True),
    "waf-acl-id": Setting(
        "the web ACL of AWS WAF Classic", f"a web ACL of WAFv2 as wafV2.webACL {_LBC}", restricts=True
    ),
    "web-acl-id": Setting(
        "the web ACL of AWS WAF Classic (older name)", f"a web ACL of WAFv2 as wafV2.webACL {_LBC}", restricts=True
    ),
    "shield-advanced-protection": Setting("AWS Shield Advanced", f"shieldConfiguration.enabled {_LBC}", restricts=True),
    "target-type": Setting("whether Pods or nodes are the targets", f"targetType in {_TGC}"),
    "target-node-labels": Setting("which nodes are targets", f"nodeSelector in {_TGC}"),
    "target-control-port": Setting("the port of the target optimizer's agent", f"targetControlPort in {_TGC}"),
    "multi-cluster-target-group": Setting("targets in several clusters", f"enableMultiCluster in {_TGC}"),
    "backend-protocol": Setting("HTTP or HTTPS towards the targets", f"protocol in {_TGC}"),
    "backend-protocol-version": Setting("HTTP/1, HTTP/2 or gRPC towards the targets", f"protocolVersion in {_TGC}"),
    "target-group-attributes": Setting(
        "attributes of the target group: stickiness, slow start, algorithm", f"targetGroupAttributes in {_TGC}"
    ),
    "healthcheck-*": Setting("health checks", _HEALTH),
    "healthy-threshold-count": Setting("health checks", _HEALTH),
    "unhealthy-threshold-count": Setting("health checks", _HEALTH),
    "success-codes": Setting("the answers that are healthy", f"matcher of {_HEALTH}"),
    "auth-*": Setting("a login by Cognito or OIDC", f"actions of {_RULE}", restricts=True),
    "jwt-validation": Setting("the check of JSON Web Tokens", f"actions of {_RULE}", restricts=True),
    "actions.*": Setting(
        "what the rule of that name does: forward with weights, redirect, or a fixed answer (also a login)",
        f"weight of backendRefs, the filter RequestRedirect, or for a fixed answer actions of {_RULE}; elsewhere "
        f"{by.DIRECT_RESPONSE}",
        restricts=True,
    ),
    "conditions.*": Setting(
        "further conditions of the rule of that name: headers, methods, query, host, source address",
        f"matches[].headers, method and queryParams; for source addresses conditions of {_RULE}",
        restricts=True,
    ),
    "transforms.*": Setting("how host and path are rewritten for the rule of that name", by.REWRITE),
    "use-regex-path-match": Setting("that paths are patterns", by.PATH_REGEX),
    "enable-frontend-nlb": Setting("a network load balancer before it", _NLB),
    "frontend-nlb-*": Setting("the network load balancer before it", _NLB, restricts=True),
    "dry-run-plan": Setting("that changes are only shown", by.NOTHING),
}
FAMILY = Family(
    owner=ALB.name,
    prefixes=ALB.prefixes,
    settings=elsewhere.prefixed(PREFIX, SETTINGS),
    instead=(
        "a LoadBalancerConfiguration, TargetGroupConfiguration or ListenerRuleConfiguration (gateway.k8s.aws); where "
        "the load balancer stays an ALB, the controller's own lbc-migrate writes them"
    ),
)

unit = elsewhere.unit(
    FAMILY,
    "Settings of the AWS Load Balancer Controller",
    "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/",
    (
        idle(f"{PREFIX}target-type", "ip", "TargetGroupConfiguration"),
        idle(f"{PREFIX}ssl-redirect", "443", "RequestRedirect"),
        idle(f"{PREFIX}group.name", "shop", "one Gateway"),
        guarded(f"{PREFIX}scheme", "internal", "AWS Load Balancer"),
        guarded(f"{PREFIX}inbound-cidrs", "10.0.0.0/8", "addresses that may come in"),
        guarded(f"{PREFIX}auth-idp-oidc", '{"issuer":"https://id"}', "Cognito or OIDC"),
        guarded(f"{PREFIX}actions.response-503", '{"type":"fixed-response"}', "fixed answer"),
        idle(f"{PREFIX}new-thing", "x", "does not know by name"),
        idle(f"{PREFIX}inbound-cidrs", "", "is empty"),
    ),
)
