"""What one place answers, in the order in which nginx acts: rewrite directives, who comes in, where it goes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from gatelift.proof.symbolic.model import Cors, Headers, Location, Need, Reply, Rewrite, Rewritten
from gatelift.proof.symbolic.nginx.backends import backend
from gatelift.proof.symbolic.nginx.gates import gates
from gatelift.proof.symbolic.nginx.ground import Asked
from gatelift.proof.symbolic.nginx.splits import shares
from gatelift.proof.symbolic.nginx.words import host, plain, rewritten, text
from gatelift.traffic.nginx.model import Location as Place
from gatelift.traffic.nginx.options import Options
from gatelift.traffic.nginx.origins import Cors as Origins
from gatelift.traffic.nginx.settings import REDIRECT_CODES

_STS = "Strict-Transport-Security"
_DENIED, _UNKNOWN = 503, 404
Answers = Iterator[tuple[tuple[Need, ...], Reply]]


def answers(place: Place, asked: Asked) -> Answers:
    """What a place answers to whom, in order; the last holds for all. Raises ``Undecided``."""
    options, to_client = place.options, client_headers(place.options, asked)
    if options.denied:
        yield (), Reply(status=_DENIED, to_client=to_client)
        return
    base = Reply(to_client=to_client, cors=_cors(options.cors))
    target = backend(place.upstream, asked.ground.ports) if place.upstream is not None else ""
    if options.redirect is not None:
        leads = options.redirect.code in REDIRECT_CODES | {303}
        location = Location(text=text(options.redirect.url)) if leads else None
        yield (), replace(base, status=options.redirect.code, location=location)
    elif _to_https(place, asked):
        yield (), replace(base, status=asked.ground.settings.http_redirect_code, location=_secure(options))
    elif place.upstream is not None and not target:
        yield (), replace(base, status=_DENIED)
    else:
        yield from _admitted(place, asked, base, target)


def proxies(place: Place, asked: Asked) -> bool:
    """Whether nginx may forward from this place: only then it adds a slash that is missing (T8)."""
    gone = place.upstream is not None and not backend(place.upstream, asked.ground.ports)
    return not place.options.denied and not gone


def client_headers(options: Options, asked: Asked) -> Headers:
    """The headers on every answer of a place."""
    hsts = asked.ground.settings.hsts if asked.scheme == "https" else ""
    put = ((_STS, hsts),) if hsts else ()
    # Of several only the first counts (RFC 6797, 8.1).
    return Headers(put=(*put, *(item for item in options.headers if not hsts or item[0].lower() != _STS.lower())))


def _cors(origins: Origins | None) -> Cors | None:
    if origins is None or not origins.origins:
        return None
    every = origins.origins == ("*",)
    return Cors(
        # An expression of the controller has no beginning.
        origins=(".*",) if every else (f".*{origins.expression()}",),
        any_case=True,
        star=every,
        methods=origins.methods,
        headers=origins.headers,
        exposed=origins.exposed,
        credentials=origins.credentials,
        max_age=str(origins.max_age),
        status=204,
        every_options=True,
        everywhere=True,
        without_origin=every,
    )


def _to_https(place: Place, asked: Asked) -> bool:
    if asked.scheme != "http" or place.path.startswith(asked.ground.settings.no_tls_redirect_locations):
        return False
    return place.options.force_ssl_redirect or (place.options.ssl_redirect and asked.certified)


def _secure(options: Options) -> Location:
    path = Rewrite() if options.preserve_trailing_slash else Rewrite(how=Rewritten.STRIPPED)
    return Location(scheme="https", port=443 if options.port_in_redirects else 0, path=path)


def _admitted(place: Place, asked: Asked, base: Reply, target: str) -> Answers:
    found, enough = gates(place, asked.ground.settings)
    base = replace(base, gates=found, any_gate=enough)
    if place.upstream is None:
        yield (), replace(base, status=_UNKNOWN, gates_first=True)
        return
    options = place.options
    prefix = plain(options.forwarded_prefix) if place.rewrites else ""
    base = replace(
        base,
        rewrite=rewritten(place.path, options.rewrite) if place.rewrites else Rewrite(),
        host=host(options.vhost),
        to_backend=Headers(put=(("X-Forwarded-Prefix", prefix),) if prefix else ()),
    )
    split = asked.ground.splits.get(place.upstream)
    if split is None:
        yield (), replace(base, backends=((target, 1),))
        return
    for needs, backends in shares(split.canary, target, backend(split.alternative, asked.ground.ports)):
        yield needs, replace(base, backends=backends)
