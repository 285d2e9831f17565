"""Generated inputs: arbitrary annotations, values and settings, several Ingresses, every profile, phase and mode."""

from __future__ import annotations

import copy
from functools import cache

from hypothesis import strategies as st

from gatelift.annotations import registry
from gatelift.annotations.unit import NGINX, Case
from gatelift.config.model import Listeners, Phase
from gatelift.config.target import GatewayAPI, parse_target
from support.catalogue import Example, Input, Json, every_profile, examples_of_units, ingress, rule, setup_of
from support.conversion import Setup
from support.repositories import rarely

HOSTS = ("shop.example.com", "www.shop.example.com", "*.example.com", "other.org", None)
PATHS = ("/", "/app", "/app/", "/api/v1", "/app/api", "/docs.d")
REGULAR = ("/app(/|$)(.*)", "/v[12]/(.*)", "/()(.*)", "/a(?=b)")
PREFIX_FLAG = "--annotations-prefix="
HOSTILE = (
    *(
        "",
        " ",
        "yes",
        "on",
        "-1",
        "0",
        "99999999999999999999",
        "1e3",
        "0x10",
        "a\nb",
        "\t1",
        '"; deny all; #',
        "{",
        "}",
    ),
    *("${jndi:ldap://x}", "$(id)", "`id`", "../../etc", "::1", "*", "null", "~", "%0a", "\\", "'", "${host}", "\u202e"),
    *("$request_uri", "http://", "//", "https://[::1", "http://a b/", "x" * 300, "a,b;c", ",,,", "key=value", "a/b/c"),
    *("infra/users", "\xe9", "\x07", "[[:alpha:]]"),
)


@cache
def keys() -> tuple[str, ...]:
    """Every key of a unit, aliases too; of keys that end in ``*`` one."""
    found: dict[str, None] = {}
    for _, _, unit in registry.everything():
        for name in (*unit.names, *unit.aliases):
            full = "company.example.com/thing" if name == "*" else name.replace("*", "thing")
            found[full if "/" in full else NGINX + full] = None
    return tuple(found)


@cache
def _plain_examples() -> tuple[Example, ...]:
    """Cases that keep the usual prefix, so that others can stand beside them."""
    return tuple(item for item in examples_of_units() if not any(f.startswith(PREFIX_FLAG) for f in item.case.flags))


@cache
def _translated() -> tuple[Example, ...]:
    """Cases that ask for something."""
    return tuple(item for item in _plain_examples() if getattr(item.case.expect, "intents", ()))


@cache
def _decisions() -> tuple[tuple[str, str], ...]:
    options = [option for _, _, unit in registry.everything() for option in unit.decide]
    return tuple((option.name, value) for option in options for value in option.values)


@cache
def _settings() -> tuple[tuple[str, str], ...]:
    asked = {pair: None for item in _plain_examples() for pair in item.case.controller.items()}
    stand_ins = {
        (unit.setting, case.value): None for _, _, unit in registry.everything() if unit.setting for case in unit.cases
    }
    more = (
        ("hsts", "false"),
        ("use-forwarded-headers", "true"),
        ("block-cidrs", "192.0.2.0/24"),
        ("http-redirect-code", "301"),
    )
    return (*asked, *stand_ins, *more)


def typed() -> st.SearchStrategy[str]:
    """Values of some type that an annotation may have, near the edges of what is valid."""
    number = st.integers(-2, 2**33).map(str)
    cidr = st.builds("{}/{}".format, st.ip_addresses(), st.integers(0, 33))
    host = st.sampled_from(
        ("auth.shop.svc.cluster.local", "auth.team.svc.cluster.local:8080", "sso.example.com", "$host")
    )
    path = st.sampled_from(("", "/", "/check", "/a?b=$c"))
    word = st.sampled_from(
        ("X-A", "x_b", "Authorization", "Set-Cookie", "$1", "a.*", "[", "(?i)a", "GET", "CN=a", "500", "404")
    )
    return st.one_of(
        st.sampled_from(("true", "True", "t", "1", "false", "F", "off")),
        number,
        st.builds("{}{}".format, st.integers(0, 5000), st.sampled_from(("k", "m", "G", "s", "ms", "h", "r/s", "%"))),
        st.lists(cidr, min_size=1, max_size=3).map(",".join),
        st.builds("{}://{}{}".format, st.sampled_from(("http", "https", "ftp")), host, path),
        st.lists(word, min_size=1, max_size=3).map(",".join),
        st.sampled_from(HOSTILE),
        st.text(st.characters(codec="utf-8"), max_size=12),
    )


def _annotations(draw: st.DrawFn, cases: list[Case]) -> dict[str, str]:
    """Whole cases of units, single keys with any value, or both."""
    found: dict[str, str] = {}
    kind = draw(st.sampled_from(("cases",) * 8 + ("wild", "both", "none")))
    if kind in ("cases", "both"):
        some = (_translated(), _translated(), _translated(), _translated(), _plain_examples())
        for example in draw(st.lists(st.sampled_from(some).flatmap(st.sampled_from), min_size=1, max_size=3)):
            found.update(example.annotations)
            cases.append(example.case)
    if kind in ("wild", "both"):
        for key in draw(st.lists(st.sampled_from(keys()), min_size=1, max_size=4)):
            found[key] = draw(typed())
    return found


def _rules(draw: st.DrawFn, service: str, cases: list[Case]) -> list[Json]:
    hosts = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=2, unique=True))
    own = cases[-1].paths if cases and rarely(draw, 3) else ()
    places = st.sampled_from(REGULAR if rarely(draw, 6) else PATHS)
    paths = list(own) or draw(st.lists(places, min_size=1, max_size=2, unique=True))
    kind = draw(st.sampled_from(("Prefix", "Prefix", "Exact", "ImplementationSpecific")))
    return [rule(host, [(path, kind) for path in paths], service) for host in hosts]


def _canary(draw: st.DrawFn, main: Json) -> Json:
    """A canary for all places of ``main``, which may bear anything else beside."""
    found: Json = copy.deepcopy(main)
    found["metadata"]["name"] = "canary"
    for item in found["spec"]["rules"]:
        for path in item["http"]["paths"]:
            path["backend"]["service"]["name"] = "alt"
    own = {"canary": "true", draw(st.sampled_from(("canary-weight", "canary-by-cookie", "canary-by-header"))): "20"}
    other = draw(st.sampled_from(_plain_examples())).annotations if rarely(draw, 2) else {}
    found["metadata"]["annotations"] = {**other, **{NGINX + name: value for name, value in own.items()}}
    return found


def _ingresses(draw: st.DrawFn, cases: list[Case]) -> list[Json]:
    names = draw(st.sampled_from((("a",), ("a", "b"), ("a", "b", "c"))))
    found = []
    for name in names:
        annotations = _annotations(draw, cases)
        namespace = draw(st.sampled_from(("shop", "shop", "team")))
        service = draw(st.sampled_from(("web", "api")))
        item = ingress(name, annotations, _rules(draw, service, cases), namespace, tls=draw(st.booleans()))
        if rarely(draw, 10):
            item["spec"]["defaultBackend"] = {"service": {"name": "alt", "port": {"name": "http"}}}
        found.append(item)
    if rarely(draw, 5):
        found.append(_canary(draw, found[0]))
    return found


def _setup(draw: st.DrawFn, cases: list[Case], ingresses: list[Json]) -> Setup:
    target = draw(st.sampled_from(("envoy-gateway", "envoy-gateway", *every_profile())))
    base = setup_of(cases, target, draw(st.sampled_from(tuple(Phase))))
    settings, decide = dict(base.settings), dict(base.decide)
    if rarely(draw, 5):
        settings.update([draw(st.sampled_from(_settings()))])
    if rarely(draw, 3):
        decide.update(draw(st.lists(st.sampled_from(_decisions()), max_size=3)))
    own = [key for item in ingresses for key in item["metadata"]["annotations"]]
    accept = tuple(draw(st.lists(st.sampled_from(own), max_size=2, unique=True))) if own and rarely(draw, 5) else ()
    modes = [Listeners.EXISTING, Listeners.EXISTING, Listeners.GATEWAY]
    if parse_target(target).understood >= GatewayAPI.V1_5:
        modes.append(Listeners.LISTENERSET)
    mode = draw(st.sampled_from(modes))
    gateway = "infra/shared/https" if mode is Listeners.EXISTING and not rarely(draw, 4) else "infra/shared"
    return Setup(target, base.phase, gateway, settings, base.flags, decide, accept, listeners=mode)


@st.composite
def inputs(draw: st.DrawFn) -> Input:
    """One to four Ingresses on few hosts, and a run over them."""
    cases: list[Case] = []
    ingresses = _ingresses(draw, cases)
    return Input(tuple(ingresses), tuple(cases), _setup(draw, cases, ingresses))
