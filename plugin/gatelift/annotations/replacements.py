"""What a person writes on Gateway API in the place of settings that many controllers have, in one clause each.

Fields of HTTPRoute and Gateway are named as they stand in the standard channel; those of the policies are Envoy
Gateway's. Sources: https://gateway-api.sigs.k8s.io/reference/spec/ and
https://gateway.envoyproxy.io/docs/api/extension_types/
"""

from __future__ import annotations

NOTHING = "nothing: a Gateway does so by itself"
NO_FIELD = "no field has it; what the program still needs must move into the program or into another proxy"
TLS_REDIRECT = (
    "a second HTTPRoute whose parentRefs name the HTTP listener, with the filter RequestRedirect (scheme: https, "
    "statusCode: 301, or 308 from Gateway API 1.5 on), and the sectionName of the HTTPS listener on the first"
)
REDIRECT = "the filter RequestRedirect of the rule (hostname, path, statusCode)"
REDIRECT_CODE = "statusCode of the filter RequestRedirect (301 and 302; 303, 307 and 308 from Gateway API 1.5 on)"
REWRITE = (
    "the filter URLRewrite of the rule: path.replacePrefixMatch beside a PathPrefix match, or path.replaceFullPath; "
    "with captures, an HTTPRouteFilter of Envoy Gateway with urlRewrite.path.replaceRegexMatch"
)
HOST_REWRITE = "hostname of the filter URLRewrite"
APP_ROOT = "a rule that matches the path / exactly, with the filter RequestRedirect to the other path"
HOST_ALIAS = "a further entry of spec.hostnames, which its listener and certificate must cover"
PATH_REGEX = "matches[].path.type RegularExpression, where the implementation has it"
MATCH_METHOD = "matches[].method"
MATCH_HEADER = "matches[].headers"
WEIGHTS = "weight of the backendRefs of one rule"
REQUEST_HEADERS = "the filter RequestHeaderModifier of the rule (set, add, remove)"
RESPONSE_HEADERS = "the filter ResponseHeaderModifier of the rule (set, add, remove)"
HSTS = (
    "the filter ResponseHeaderModifier with Strict-Transport-Security, on the routes of the HTTPS listener; or "
    "headers.lateResponseHeaders of a ClientTrafficPolicy"
)
CORS = "the filter CORS of the rule (Gateway API 1.5), or cors of a SecurityPolicy"
REQUEST_TIMEOUT = "timeouts.request of the rule; it bounds the whole request and its answer"
IDLE_TIMEOUT = (
    "timeout.http.streamIdleTimeout of a BackendTrafficPolicy, beside timeouts.request of the rule, which bounds the "
    "whole request"
)
CONNECT_TIMEOUT = "timeout.tcp.connectTimeout of a BackendTrafficPolicy"
CLIENT_TIMEOUT = "timeout.http of a ClientTrafficPolicy (requestReceivedTimeout, idleTimeout)"
RETRY = "retry of a BackendTrafficPolicy (numRetries, retryOn, perRetry.timeout)"
BODY_SIZE = "requestBuffer.limit of a BackendTrafficPolicy, which buffers every request up to that size"
BUFFERS = "nothing: Envoy streams, and its buffers follow connection.bufferLimit of a ClientTrafficPolicy"
LOAD_BALANCING = "loadBalancer of a BackendTrafficPolicy (RoundRobin, LeastRequest, Random, ConsistentHash)"
STICKY = "loadBalancer.consistentHash of type Cookie in a BackendTrafficPolicy, or sessionPersistence of the rule"
LIMITS = "circuitBreaker of a BackendTrafficPolicy (maxConnections, maxPendingRequests, maxParallelRequests)"
KEEPALIVE = "nothing for each Service: Envoy keeps connections by itself (timeout.http.connectionIdleTimeout)"
HEALTH = "healthCheck.active of a BackendTrafficPolicy, beside the probes of the Pods"
PASSIVE_HEALTH = "healthCheck.passive of a BackendTrafficPolicy"
ENDPOINTS = (
    "routingType: Service in the EnvoyProxy or the BackendTrafficPolicy, where the Service's address must be used"
)
BACKEND_TLS = (
    "a BackendTLSPolicy for the Service (validation.hostname and caCertificateRefs), which always verifies, where "
    "today perhaps nothing does"
)
BACKEND_CERTIFICATE = "spec.tls.backend.clientCertificateRef of the Gateway"
BACKEND_PROTOCOL = (
    "appProtocol of the Service's port: kubernetes.io/h2c for HTTP/2 in the clear, with a GRPCRoute for gRPC; for TLS "
    "a BackendTLSPolicy"
)
GRPC = "a GRPCRoute, or appProtocol: kubernetes.io/h2c on the Service's port"
PROXY_PROTOCOL = "proxyProtocol of a BackendTrafficPolicy towards the Service, of a ClientTrafficPolicy towards clients"
PASSTHROUGH = "a TLSRoute on a listener with tls.mode: Passthrough"
LISTENER_PORT = "a listener of that port on the Gateway or a ListenerSet, named by sectionName in parentRefs"
LISTENER_CERTIFICATE = "tls.certificateRefs of the HTTPS listener, on the Gateway or a ListenerSet"
TLS_VERSIONS = "tls.minVersion, tls.maxVersion and tls.ciphers of a ClientTrafficPolicy on the Gateway or its listener"
ALPN = "tls.alpnProtocols of a ClientTrafficPolicy"
CLIENT_CERTIFICATES = (
    "spec.tls.frontend of the Gateway (Gateway API 1.5), or tls.clientValidation of a ClientTrafficPolicy; both hold "
    "for the listener as a whole"
)
BASIC_AUTH = "basicAuth of a SecurityPolicy, with a Secret whose key is .htpasswd and whose hashes are {SHA}"
EXTERNAL_AUTH = "extAuth of a SecurityPolicy, or the filter ExternalAuth of the experimental channel"
JWT = "jwt of a SecurityPolicy"
OIDC = "oidc of a SecurityPolicy"
ALLOW_LIST = "authorization of a SecurityPolicy: defaultAction Deny, and a rule Allow with principal.clientCIDRs"
DENY_LIST = "authorization of a SecurityPolicy: defaultAction Allow, and a rule Deny with principal.clientCIDRs"
RATE_LIMIT = (
    "rateLimit of a BackendTrafficPolicy: local counts in each proxy, global in a shared store; by client with "
    "clientSelectors.sourceCIDR of type Distinct"
)
WAF = "no field has it: a WAF stays in front of the Gateway, or is an EnvoyExtensionPolicy of your own"
SNIPPET = "no field takes raw configuration: say each of its lines by a field, or by an EnvoyPatchPolicy"
EXPOSURE = "spec.infrastructure.annotations of the Gateway, or a Gateway of its own, for an internal load balancer"
LOGS = "telemetry.accessLog of the EnvoyProxy that the Gateway names"
CLIENT_ADDRESS = "clientIPDetection of a ClientTrafficPolicy"
ERRORS = "responseOverride of a BackendTrafficPolicy"
DIRECT_RESPONSE = "an HTTPRouteFilter of Envoy Gateway with directResponse"
CERT_MANAGER = "cert-manager's annotations on the Gateway or the ListenerSet, which makes the Secret of its listeners"
ADDRESS = "spec.addresses of the Gateway"
SERVICE_SETTINGS = "spec.infrastructure.annotations of the Gateway, which reach the Service of its proxy"
