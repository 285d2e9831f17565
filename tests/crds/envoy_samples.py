"""One object of every Envoy Gateway kind that gatelift emits."""

from __future__ import annotations

from crds.parts import CONFIG_MAP, HEADERS, META, ROUTES, SECRET
from gatelift.manifests import envoy_gateway as eg
from gatelift.manifests import gateway_api as gw
from gatelift.manifests import shape


def backend_traffic_policy() -> eg.BackendTrafficPolicy:
    cookie = eg.Cookie(name="INGRESSCOOKIE", ttl="48h", attributes={"Path": "/", "SameSite": "Lax"})
    selector = eg.RateLimitSelector(
        source_cidr=eg.SourceCIDRSelector(type="Distinct", value="0.0.0.0/0", invert=False),
        headers=(eg.HeaderSelector(type="Exact", name="X-A", value="b", invert=True),),
        methods=(eg.MethodSelector(value="POST", invert=False),),
        path=eg.PathSelector(type="PathPrefix", value="/", invert=False),
        query_params=(eg.QueryParamSelector(type="Distinct", name="q", invert=False),),
    )
    limit = eg.RateLimitRule(client_selectors=(selector,), limit=eg.RateLimitValue(requests=10, unit="Second"))
    page = eg.CustomResponse(
        content_type="text/html",
        body=eg.ValueRefBody(value_ref=CONFIG_MAP),
        status_code=503,
        header=eg.ResponseHeaders(set=HEADERS.set, add=HEADERS.add),
    )
    codes = (
        eg.StatusCodeValue(value=404),
        eg.StatusCodeRange(range=eg.StatusCodeBounds(start=500, end=599)),
    )
    match = eg.CustomResponseMatch(status_codes=codes)
    elsewhere = eg.CustomRedirect(
        scheme="https",
        hostname="sorry.example.com",
        path=gw.ReplaceFullPath(replace_full_path="/"),
        port=443,
        status_code=302,
    )
    spec = eg.BackendTrafficPolicySpec(
        target_refs=ROUTES,
        merge_type="StrategicMerge",
        load_balancer=eg.ConsistentHash(consistent_hash=eg.CookieHash(cookie=cookie, table_size=eg.TABLE_SIZE)),
        retry=eg.Retry(
            num_retries=2,
            num_attempts_per_priority=1,
            retry_on=eg.RetryOn(triggers=("connect-failure", "reset-before-request"), http_status_codes=(502, 503)),
            per_retry=eg.PerRetry(timeout="5s", back_off=eg.BackOff(base_interval="10ms", max_interval="1s")),
        ),
        timeout=eg.Timeout(
            tcp=eg.TCPTimeout(connect_timeout="5s"),
            http=eg.HTTPTimeout(
                request_timeout="0s",
                stream_idle_timeout="60s",
                connection_idle_timeout="1h",
                max_connection_duration="24h",
                max_stream_duration="1h",
            ),
        ),
        rate_limit=eg.RateLimit(local=eg.LocalRateLimit(rules=(limit,))),
        request_buffer=eg.RequestBuffer(limit="8Mi"),
        bandwidth_limit=eg.BandwidthLimit(
            request=eg.BandwidthDirection(limit=eg.BandwidthAmount(value="1Mi", unit="Minute")),
            response=eg.BandwidthDirection(limit=eg.BandwidthAmount(value="100Ki", unit="Second")),
        ),
        response_override=(
            eg.ResponseOverride(match=match, source="Backend", response=page),
            eg.ResponseOverride(match=match, redirect=elsewhere),
        ),
        routing_type="Service",
    )
    return eg.BackendTrafficPolicy(metadata=META, spec=spec)


def security_policy() -> eg.SecurityPolicy:
    to = eg.ExtAuthBackendRef(
        group="", kind="Service", namespace="auth", name="oauth2", port=4180, weight=1, fallback=False
    )
    service = eg.HTTPExtAuthService(backend_refs=(to,), path_override="/oauth2/auth", headers_to_backend=("X-User",))
    rules = (
        eg.AuthorizationRule(
            name="deny", action="Deny", principal=eg.Principal(client_cidrs=("10.9.0.0/16", "2001:db8::/32"))
        ),
        eg.AuthorizationRule(
            action="Allow",
            operation=eg.Operation(methods=("GET",)),
            principal=eg.Principal(headers=(eg.PrincipalHeader(name="X-Team", values=("a", "b")),)),
        ),
    )
    spec = eg.SecurityPolicySpec(
        target_refs=ROUTES,
        merge_type="StrategicMerge",
        cors=eg.CORS(
            allow_origins=("https://*.example.com:8443",),
            allow_methods=("GET",),
            allow_headers=("X-A",),
            expose_headers=("X-B",),
            max_age="1h",
            allow_credentials=True,
        ),
        basic_auth=eg.BasicAuth(users=SECRET, forward_username_header="X-User"),
        ext_auth=eg.ExtAuth(
            http=service,
            headers_to_ext_auth=("Cookie",),
            body_to_ext_auth=eg.BodyToExtAuth(max_request_bytes=1024),
            fail_open=False,
            status_on_error=503,
            timeout="5s",
            recompute_route=False,
        ),
        authorization=eg.Authorization(default_action="Deny", rules=rules),
    )
    return eg.SecurityPolicy(metadata=META, spec=spec)


def client_traffic_policy() -> eg.ClientTrafficPolicy:
    spec = eg.ClientTrafficPolicySpec(
        target_refs=(gw.target_of(shape.GATEWAY, "shared", section_name="https"),),
        client_ip_detection=eg.ClientIPDetection(x_forwarded_for=eg.XForwardedFor(trusted_cidrs=("10.0.0.0/8",))),
        proxy_protocol=eg.ProxyProtocol(),
        tls=eg.ClientTLS(
            client_validation=eg.ClientValidation(
                optional=False,
                mode="RequireAndVerify",
                ca_certificate_refs=(SECRET,),
                crl=eg.RevokedCertificates(refs=(SECRET,), only_verify_leaf_certificate=True),
            )
        ),
        headers=eg.ClientHeaders(
            early_request_headers=eg.EarlyRequestHeaders(remove=("ssl-client-verify",)),
            x_forwarded_client_cert=eg.XForwardedClientCert(
                mode="SanitizeSet", cert_details_to_add=("Subject", "Cert")
            ),
            with_underscores_action="DropHeader",
        ),
        path=eg.ClientPath(escaped_slashes_action="KeepUnchanged", disable_merge_slashes=False),
        timeout=eg.ClientTimeout(
            tcp=eg.ClientTCPTimeout(idle_timeout="1h"),
            http=eg.ClientHTTPTimeout(request_received_timeout="60s", idle_timeout="75s", stream_idle_timeout="60s"),
        ),
    )
    return eg.ClientTrafficPolicy(metadata=META, spec=spec)


def http_route_filter() -> eg.HTTPRouteFilter:
    regex = eg.ReplaceRegex(pattern="(?i)^/api/(.*)$", substitution=r"/\1")
    spec = eg.HTTPRouteFilterSpec(
        url_rewrite=eg.URLRewrite(
            hostname=eg.HostnameFromHeader(header="X-Host"), path=eg.ReplaceRegexMatch(replace_regex_match=regex)
        ),
        direct_response=eg.DirectResponse(
            status_code=403,
            content_type="text/plain",
            header=eg.ResponseHeaders(set=HEADERS.set),
            body=eg.InlineBody(inline=""),
        ),
        matches=(eg.FilterMatch(cookies=(eg.CookieMatch(type="Exact", name="canary", value="always"),)),),
    )
    return eg.HTTPRouteFilter(metadata=META, spec=spec)


def envoy_backend() -> eg.Backend:
    spec = eg.BackendSpec(
        type="Endpoints",
        endpoints=(
            eg.BackendEndpoint(
                fqdn=eg.FQDNEndpoint(hostname="api.shop.svc.cluster.local", port=8443), hostname="api", zone="a"
            ),
        ),
        app_protocols=("gateway.envoyproxy.io/h2c",),
        fallback=False,
        tls=eg.BackendTLSSettings(
            insecure_skip_verify=False,
            well_known_ca_certificates="System",
            sni="api.shop.svc",
            client_certificate_ref=SECRET,
            min_version="1.2",
            max_version="1.3",
            ciphers=("ECDHE-RSA-AES128-GCM-SHA256",),
            alpn_protocols=("h2",),
        ),
    )
    return eg.Backend(metadata=META, spec=spec)
