"""Expressions: the gateway decides about a path, and rewrites it, as nginx does with PCRE.

PCRE is the real one (``pcre2``), the gateway's engine is RE2 (``google-re2``), as in Envoy.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pcre2
import pytest
import re2
from hypothesis import assume, event, given
from hypothesis import strategies as st

from gatelift.config.model import Phase
from support.bounds import examples
from support.conversion import Conversion, Manifest, Setup, convert
from support.repositories import dump

PIECES: dict[str, tuple[str, ...]] = {
    "/": ("/",),
    "/app": ("/app", "/APP"),
    "/v": ("/v",),
    "api": ("api", "Api"),
    "(/|$)": ("/", ""),
    "(.*)": ("", "x/y", "/", "a-b"),
    "/(.*)": ("/", "/x", "/x/y/"),
    "(.+)": ("x", "/y"),
    "([^/]+)": ("x", "x-y", "X.1"),
    "([^/]*)": ("", "xy"),
    "/?": ("/", ""),
    "(/.*)?": ("", "/", "/x/y"),
    "[a-z]+": ("abc", "ABC", "z"),
    "[^a-c]": ("d", "A", "/"),
    "\\d+": ("1", "42"),
    "\\d{2,3}": ("12", "1234"),
    "[0-9]{2}": ("12", "1"),
    "(v[12])": ("v1", "V2", "v3"),
    "(?:x|yz)": ("x", "YZ", "y"),
    "(a|ab)(c|bcd)?": ("a", "abcd", "ac", "ab"),
    "(a|b)": ("a", "B"),
    ".": ("x", "/", "."),
    "\\.": (".", "x"),
    "\\.html": (".html", ".HTML", "xhtml"),
    "\\w+": ("a_1", "-"),
    "\\W": ("-", "/"),
    "\\S*": ("x", ""),
    "\\s": ("-",),
    "\\b": ("",),
    "x*": ("", "xx"),
    "x+?": ("x", "xx"),
    "(.*?)": ("", "x/y"),
    "[[:alpha:]]": ("q", "1"),
    "(?P<name>[a-z]*)": ("abc", ""),
    "(?i)": ("",),
    "(?-i:Q)": ("Q", "q"),
    "$": ("",),
    "a{0}": ("", "a"),
    "(b)?": ("", "b"),
    "(?=x)": ("",),
    "(?!x)": ("",),
    "(?>a+)": ("aa",),
    "x++": ("xx",),
    "\\1": ("a",),
    "\\Qa.b\\E": ("a.b", "axb"),
    "[]a]": ("]", "a"),
    "{x}": ("{x}",),
    "[[:^alpha:]]": ("q", "1"),
    "\\pL": ("q", "1"),
    "\\p{Lu}": ("q", "Q"),
    "\\P{Ll}": ("q", "Q"),
    "(?i:x)": ("x", "X"),
    "(?<n>a)": ("a",),
    "(?|(a)|(b))": ("a", "b"),
    "\\A": ("",),
    "(?s)": ("",),
    "(?m)": ("",),
    "(?U)": ("",),
    "(?x)": ("",),
    "(?#c)": ("",),
    "\\K": ("",),
    "\\R": ("-",),
    "\\C": ("-",),
    "\\N": ("-",),
    "\\B": ("",),
    "\\D": ("-", "1"),
    "[\\d-z]": ("-", "1", "z"),
    "[a-]": ("-", "a"),
    "[^]a]": ("-", "]"),
    "[\\]]": ("]",),
    "[/\\w]": ("/", "a"),
    "x{2}{3}": ("xxxxxx", "xx"),
    "x**": ("xx",),
    "x{3,1}": ("x",),
    "(a|b)*": ("", "ab"),
    "((a)|b)*": ("ab", "ba"),
    "(a)*?b?": ("aab", ""),
    "(^x)?": ("x", ""),
    "\\_": ("_",),
    "\\:": (":",),
    "\\<": ("<", ""),
    "\\0": ("0",),
    "\\07": ("7",),
    "\\e": ("e",),
    "\\g": ("g",),
    "\\y": ("y",),
    "\\a": ("a",),
    "\\f": ("f",),
    "\\v": ("v",),
    "\\V": ("v",),
    "\\H": ("v",),
    "\\k": ("k",),
    "s": ("s", "S"),
    "\\x41": ("A", "a"),
    "\\/": ("/",),
    "\\-": ("-",),
    "\\Z": ("",),
    "\\z": ("",),
    "\\h": ("-",),
    "#": ("#",),
    "|/other": ("/other", ""),
    "~": ("~",),
    "+": ("+", ""),
}
TARGETS = ("/", "/$1", "/$2", "/q/$2", "/$1/$2", "$1", "/$3", "/a$1b", "/$1$1", "/$10", "/x.y", "/:$2", "/$2/~-_.")


@st.composite
def drawn(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A regular path, a target, and requests, most of which the path matches."""
    pieces = ["/", *draw(st.lists(st.sampled_from(tuple(PIECES)), min_size=1, max_size=4))]
    if draw(st.booleans()):
        pieces[0] = draw(st.sampled_from(("/app", "/v", "/")))
    asked = []
    for _ in range(6):
        text = "".join(draw(st.sampled_from(PIECES[piece])) for piece in pieces)
        end = draw(st.sampled_from(("", "", "/", "/more", "bar", "?")))
        text = f"{text}{end}" if end != "?" else text[:-1]
        asked.append(draw(st.sampled_from((text, text, text.upper(), text.lower(), f"/x{text}"))))
    return "".join(pieces), draw(st.sampled_from(TARGETS)), asked


def converted(path: str, target: str | None) -> Conversion:
    annotations = {"nginx.ingress.kubernetes.io/use-regex": "true"}
    if target is not None:
        annotations["nginx.ingress.kubernetes.io/rewrite-target"] = target
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"host": "a.example.com", "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "shop", "annotations": annotations},
        "spec": {"ingressClassName": "nginx", "rules": [rule]},
    }
    return convert(dump(ingress), Setup(phase=Phase.COEXIST))


def main_rule(emitted: list[Manifest]) -> Any:
    routes = [item for item in emitted if item["kind"] == "HTTPRoute"]
    (rule,) = [rule for route in routes for rule in route["spec"]["rules"]]
    return rule


def loads(path: str) -> bool:
    """Whether nginx would start with the expression; where it does not, there is nothing to agree with."""
    try:
        pcre2.compile(f"^{path}", pcre2.I)
    except pcre2.LibraryError:
        return False
    return True


def nginx_takes(path: str, asked: str) -> bool:
    return pcre2.compile(f"^{path}", pcre2.I).search(asked) is not None


def nginx_rewrites(path: str, target: str, asked: str) -> str:
    """``rewrite "(?i)path" target break``: the whole URI becomes the target, whatever the expression did not match."""
    if target == path:
        return asked
    found = pcre2.compile(f"(?i){path}").search(asked)
    if found is None:
        return asked

    def capture(reference: re.Match[str]) -> str:
        number = int(reference[1])
        return str(found.group(number) or "") if number <= len(found.groups()) else ""

    return re.sub(r"\$([1-9])", capture, target)


def gateway_takes(rule: Any, asked: str) -> bool:
    matches = [match["path"] for match in rule["matches"]]
    assert [match["type"] for match in matches] == ["RegularExpression"]
    return re2.fullmatch(matches[0]["value"], asked) is not None


def gateway_rewrites(emitted: list[Manifest], rule: Any, asked: str) -> str:
    """Envoy substitutes every match of the pattern in the path, without the query."""
    for item in rule.get("filters", ()):
        if item["type"] == "URLRewrite":
            return str(item["urlRewrite"]["path"]["replaceFullPath"])
        if item["type"] == "ExtensionRef":
            name = item["extensionRef"]["name"]
            (made,) = [o for o in emitted if o["kind"] == "HTTPRouteFilter" and o["metadata"]["name"] == name]
            wanted = made["spec"]["urlRewrite"]["path"]["replaceRegexMatch"]
            return str(re2.sub(wanted["pattern"], partial(substituted, wanted["substitution"]), asked))
    return asked


def substituted(substitution: str, found: Any) -> str:
    """RE2 reads one digit after a backslash, unlike its binding for Python."""
    return re.sub(r"\\([0-9])", lambda reference: found.group(int(reference[1])) or "", substitution)


@given(drawn())
@examples(500)
def test_a_path_takes_the_same_requests_as_in_nginx(sample: tuple[str, str, list[str]]) -> None:
    path, _, requests = sample
    found = converted(path, None)
    assume(not found.result.refused and loads(path))
    rule = main_rule(found.emitted)
    for asked in requests:
        event("taken" if nginx_takes(path, asked) else "not taken")
        assert gateway_takes(rule, asked) == nginx_takes(path, asked), (path, asked)


@given(drawn())
@examples(500)
def test_a_rewrite_makes_the_same_path_as_in_nginx(sample: tuple[str, str, list[str]]) -> None:
    path, target, requests = sample
    found = converted(path, target)
    assume(not found.result.refused and loads(path))
    rule = main_rule(found.emitted)
    for asked in requests:
        if nginx_takes(path, asked):
            event("rewritten")
            assert gateway_rewrites(found.emitted, rule, asked) == nginx_rewrites(path, target, asked), (path, asked)


@pytest.mark.parametrize("path", ["/a(?=b)", "/a(?!b)", "/(?>a)", "/a++", "/(a)\\1", "/a\\Z", "/a(?<=a)", "/a|/b"])
def test_what_pcre_alone_understands_is_refused(path: str) -> None:
    assert converted(path, None).result.refused


def test_a_quantifier_that_re2_reads_as_text_is_refused() -> None:
    """PCRE2 10.43 and later read ``{,2}`` as up to two; RE2, like earlier PCRE, as four characters."""
    assert converted("/a{,2}", None).result.refused


@pytest.mark.parametrize("path", ["/(a*)*", "/(a*)+", "/(|a)*", "/(|a)+"])
def test_a_capture_that_is_repeated_and_may_be_empty_is_refused_where_a_target_uses_it(path: str) -> None:
    """PCRE and RE2 disagree about which repetition is the last: /(a*)+ and /$1 make / of /aa in nginx, /aa in Envoy."""
    assert converted(path, "/$1").result.refused
