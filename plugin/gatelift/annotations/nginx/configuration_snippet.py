"""Configuration of nginx for the locations of this Ingress."""

from __future__ import annotations

from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._snippet_draft import Level
from gatelift.annotations.nginx._snippets import ALLOWED, translating_reader
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit
from gatelift.intent.answers import DirectAnswer
from gatelift.intent.base import Intent, Risk
from gatelift.intent.headers import Header, RequestHeaders, ResponseHeaders
from gatelift.intent.redirects import Location, Redirect
from gatelift.intent.security import SourceRanges

FRAME = Header("X-Frame-Options", "DENY")


def _case(value: str, expect: Result, **siblings: str) -> Case:
    """A case under a controller that runs snippets; ``_`` in a sibling's name stands for ``-``."""
    beside = {name.replace("_", "-"): text for name, text in siblings.items()}
    return Case(value=value, expect=expect, controller=ALLOWED, siblings=beside)


def _is(*intents: Intent, differs: str = "") -> Translated:
    return Translated(intents, differs)


unit = Unit(
    names=("configuration-snippet",),
    risk=Risk.SECURITY,
    read=translating_reader(Level.LOCATION),
    summary="Configuration of nginx for the locations of this Ingress",
    source=upstream("configuration-snippet"),
    cases=(
        _case('more_set_headers "X-Frame-Options: DENY";', _is(ResponseHeaders(set=(FRAME,)))),
        _case(
            "add_header X-Frame-Options DENY always;\nadd_header X-A 'b; \"c\"' always; # once\n"
            "more_clear_headers Server;",
            _is(ResponseHeaders(add=(FRAME, Header("X-A", 'b; "c"')), remove=("Server",))),
        ),
        _case(
            "proxy_hide_header X-Frame-Options; add_header X-Frame-Options DENY;",
            _is(ResponseHeaders(set=(FRAME,)), differs="404"),
        ),
        _case(
            'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";\n'
            'proxy_set_header X-Team a; proxy_set_header Accept-Encoding "";',
            _is(RequestHeaders(set=(Header("X-Team", "a"),), remove=("Accept-Encoding",))),
        ),
        _case("proxy_set_header Host $host; proxy_set_header Authorization $http_authorization;", _is()),
        _case(
            "return 301 https://store.example.org$request_uri;",
            _is(Redirect(permanent=Location(scheme="https", hostname="store.example.org"), permanent_code=301)),
        ),
        _case(
            "rewrite ^/(.*)$ /new redirect;",
            _is(Redirect(permanent=Location(path="/new"), permanent_code=302), differs="query string"),
        ),
        _case("return 403;", _is(DirectAnswer(status=403), differs="error page")),
        _case(
            "default_type text/plain;\nreturn 200 'ok\\n';",
            _is(DirectAnswer(status=200, body="ok\n", content_type="text/plain"), differs="Content-Type"),
        ),
        _case(
            "deny 192.0.2.7; allow 10.0.0.0/8; allow 192.0.2.0/24; deny all;",
            _is(SourceRanges(deny=("192.0.2.7/32",), allow=("10.0.0.0/8", "192.0.2.0/24"))),
        ),
        _case("deny 192.0.2.7; allow all;", _is(SourceRanges(deny=("192.0.2.7/32",)))),
        _case("allow 10.0.0.0/8; deny 10.1.0.0/16; allow 10.2.0.0/16; deny all;", Refused("alternate", "")),
        _case("deny all;", Refused("everybody", "")),
        _case("allow 10.0.0.0/8; deny all;", Refused("asked first", ""), allowlist_source_range="10.1.0.0/16"),
        _case("more_set_headers 'X-A: b'; proxy_read_timeout 90s;", Refused("proxy_read_timeout", "")),
        _case("proxy_set_header Host shop.internal;", Refused("two", "")),
        _case("proxy_set_header X-User $remote_user;", Refused("variable", "")),
        _case("more_set_headers -s 404 'X-A: b';", Refused("options", "")),
        _case("return 403; allow 10.0.0.0/8; deny all;", Refused("before allow", "")),
        _case("return 444;", Refused("444", "")),
        _case('# deny all;\nif ($http_x = "{") { return 403; }', Refused("if: ", "")),
        _case('access_by_lua_block { if a then b = "}" end }\nset $a 1;', Refused("access_by_lua_block: ", "")),
        _case("}\nlocation /x {", Refused("does not open", "")),
        _case("more_set_headers 'X-A: b'", Refused("no ;", "")),
        _case("%% 1;", Refused("no directive", "")),
        Case(value="deny 10.0.0.1;", expect=Refused("not known here", "configMap")),
        Case(value="set $a 1;", expect=Refused("not known here", "configMap")),
        Case(
            value="deny 10.0.0.1;",
            controller={"allow-snippet-annotations": "true"},
            expect=Refused("not loaded today", "remove"),
        ),
        Case(
            value="deny 10.0.0.1;",
            controller={"annotations-risk-level": "Critical"},
            expect=Refused("webhook rejects", "remove"),
        ),
        Case(value="  ", expect=Inert("empty")),
    ),
)
