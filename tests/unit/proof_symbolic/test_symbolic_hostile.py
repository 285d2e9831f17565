"""Whatever paths a host has: classes, or a reason why not, within two seconds and 200 MB."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest
from languages_of_tests import envoy, nginx

from gatelift.proof.symbolic.automata.alphabet import PATHS
from gatelift.proof.symbolic.automata.walk import classes
from gatelift.proof.symbolic.model import Kind, Path, Undecided

_MEASURED = """
    import time
    from itertools import combinations

    from gatelift.proof.symbolic.automata.alphabet import PATHS
    from gatelift.proof.symbolic.automata.walk import classes
    from gatelift.proof.symbolic.model import Kind, Path, Undecided

    def nginx(text):
        return Path(Kind.REGULAR, text, any_case=True, decoded=True)

    def envoy(text):
        return Path(Kind.REGULAR, text, whole=True)

    asked = ({asked})
    began = time.process_time()
    try:
        found = len(classes(asked, PATHS).classes)
    except Undecided as why:
        found = str(why)
    seconds = time.process_time() - began
    # What getrusage tells of a new process begins with the size of the one that started it.
    with open("/proc/self/status") as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print((found, seconds, kilobytes // 1024))
"""
_LETTERS = '"abcdefghijklmnopqrstuvwxyz0123456789"'
_DECIDED = {
    "prefixes": """[Path(Kind.BELOW, f"/p{i}/x{i * 7}", decoded=i % 2 == 0) for i in range(200)]""",
    "exact": """[Path(Kind.EXACT, f"/{i}/" + "long" * 250) for i in range(30)]""",
    "both": """[envoy(f"/api/v{i}/[^/]+/item.*") for i in range(100)]
        + [nginx(f"^/api/v{i}/([^/]+)/item(.*)") for i in range(100)]""",
    "rewritten": """[nginx(f"^/app{i}(/|$)(.*)") for i in range(100)]
        + [Path(Kind.BELOW, f"/app{i}") for i in range(100)]""",
    "alternatives": """[envoy("/(" + "|".join(f"w{i}" for i in range(800)) + ")(/.*)?")]""",
    "prefixed alternatives": """[nginx("^/(" + "|".join("common" * 20 + str(i) for i in range(30)) + ")$")]""",
    "sets": """[envoy("/" + "[a-f0-3]" * 500), nginx("^/" + "[^a]" * 900)]""",
    "counted": """[nginx("^/((a{10}){10}){10}$"), envoy("/(a{1,30}b){20}")]""",
    "nothing": """[nginx("^/(a|b|)*(c*)*(d?)*$")]""",
}
_ANY = {
    "exponential": """[envoy("/(a|b)*a(a|b){25}")]""",
    "exponential of nginx": """[nginx("(a|b)*a(a|b){25}")]""",
    "optional": """[envoy("/" + "a?" * 1900 + str(i)) for i in range(8)]""",
    "optional of nginx": """[nginx("^/" + "a?" * 1900 + str(i)) for i in range(8)]""",
    "anything": """[envoy("/" + ".*" * 1500 + "x")]""",
    "anything of nginx": """[nginx("/" + ".*" * 1500 + "x")]""",
    "anything between": """[envoy("/" + ".*a" * 1000)]""",
    "many anythings": """[envoy("/" + ".*a" * 100 + f"{i}.*") for i in range(20)]""",
    "loose": """[nginx(f"v{i}x") for i in range(200)]""",
    "loose and whole": """[envoy(f".*v{i}x.*") for i in range(200)]""",
    "many sets": f"""[nginx("^/(" + "|".join(f"[^{{''.join(s)}}]" for s in combinations({_LETTERS}, 2))
        + ")*" + "x" * k) for k in range(12)]""",
    "sets of three": f"""[nginx("^/(" + "|".join(map(lambda s: f"[{{''.join(s)}}]", sets[k::8])) + ")*x")
        for sets in [list(combinations({_LETTERS}, 3))[:4800]] for k in range(8)]""",
    "4000 sets": """[nginx("^/" + "[a-y]" * 800 + str(i)) for i in range(5)] + [nginx("[b-z]" * 800)]""",
    "nested": """[nginx("^/" + "(" * 1500 + "a" + ")" * 1500)]""",
    "nested times": """[nginx("^/" + "(" * 80 + "a" + ")*" * 80), nginx("^/" + "(" * 30 + "a" + "){2}" * 30)]""",
    "nothing, often": """[nginx("^/" + "(" * 5 + "){1000}" * 5), nginx("^/((a{0}){1000}){1000}")]""",
    "nothing, often, whole": """[envoy("/" + "(" * 5 + "){1000}" * 5)]""",
    "percent": """[Path(Kind.REGULAR, "%?" * 1500), Path(Kind.REGULAR, "[^a]?" * 800)]""",
    "long": """[Path(Kind.EXACT, "/" + "a" * 39_000)]""",
    "too long": """[Path(Kind.EXACT, "/" + "a" * 1_000_000)]""",
    "unfinished": """[nginx("[" * 4000)]""",
    "unfinished escapes": """[nginx("(?<a" * 1000)]""",
}


def _measured(asked: str) -> tuple[int | str, float, int]:
    code = dedent(_MEASURED).format(asked=asked)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)  # noqa: S603
    assert done.stderr == ""
    found, seconds, megabytes = eval(done.stdout)  # noqa: S307 - what this test wrote
    return found, seconds, megabytes


@pytest.mark.slow
@pytest.mark.parametrize("name", [*_DECIDED, *_ANY])
def test_any_host_is_decided_or_given_up_in_bounded_time_and_memory(name: str) -> None:
    found, seconds, megabytes = _measured((_DECIDED | _ANY)[name])

    assert name in _ANY or isinstance(found, int), found
    assert seconds < 2
    assert megabytes < 200


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (envoy("/(a|b)*a(a|b){25}"), "it would take more than 1000 steps to tell apart what '/(a|b)*a(a|b){25}' takes"),
        (nginx("^/\ud800"), r"'^/\ud800' is no text that anybody can send"),
        (Path(Kind.BELOW, "/\ud800"), r"'/\ud800' is no text that anybody can send"),
        (nginx("^/" + "a" * 5000), "is longer than 4096 characters"),
        (nginx("^/" + "(" * 1500 + ")" * 1500), "the expression '^/(((("),
        (nginx("^/(a{1000}){1000}"), "'^/(a{1000}){1000}'"),
        (Path(Kind.EXACT, "/" + "a" * 50_000), "more than 40000"),
    ],
)
def test_who_is_to_blame_is_named(path: Path, reason: str) -> None:
    with pytest.raises(Undecided) as caught:
        classes((path,), PATHS, most=1000)

    assert reason in str(caught.value)
    assert len(str(caught.value)) < 300


def test_of_several_paths_the_longest_expression_is_named() -> None:
    asked = (nginx("^/a.*b$"), Path(Kind.BELOW, "/long/long/long"), envoy("/.*a[ab]{9}"))
    with pytest.raises(Undecided) as caught:
        classes(asked, PATHS, most=500)

    assert str(caught.value).endswith("what 3 paths or values like '/.*a[ab]{9}' take")


def test_bytes_of_a_manifest_that_are_no_text_are_bytes_of_a_path() -> None:
    made = classes((Path(Kind.EXACT, "/\udcff", decoded=True),), PATHS).classes

    assert [each.texts[0] for each in made if each.members] == ["/%FF"]
