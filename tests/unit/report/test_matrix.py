"""The words of the matrix come from converting: units made for the purpose, whose words are known beforehand."""

from __future__ import annotations

from itertools import product

import pytest

from gatelift.annotations import registry
from gatelift.annotations.catalogue import catalogue
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext
from gatelift.config.decide import DecideOption
from gatelift.config.target import TargetName, TargetSpec, named, parse_target
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition
from gatelift.intent.traffic import BodyLimit, Timeouts
from gatelift.report.matrix import NEWEST, Verdict, Word, cases_of, covering, judge_unit, matrix, plain, trial
from gatelift.report.matrix_case import made_by, scene
from gatelift.report.matrix_example import after, example
from gatelift.report.matrix_subjects import REST, SUBJECTS, headings, subject

NAME = "made-up"
KEY = f"nginx.ingress.kubernetes.io/{NAME}"
CALICO, STANDARD = named(TargetName.CALICO_3_32), named(TargetName.STANDARD)
RESULTS: dict[str, Result] = {
    "5": Translated((Timeouts(connect=5),)),
    "6": Translated((Timeouts(connect=6),), differs="it is not quite that"),
    "0": Translated(),
    "off": Inert("it is off"),
    "bad": Refused("it is bad", "write 'off'"),
}


def read(value: str, context: UnitContext) -> Result:
    """``8m`` needs a decision, the rest is as it is."""
    if value == "8m":
        if context.decide.get("madeUp") == "buffer":
            return Translated((BodyLimit(limit=8 << 20),), differs="it is held in memory")
        return Refused("it is not decided", "write 'decide: {madeUp: buffer}'", Risk.TRAFFIC)
    return RESULTS[value]


def unit(*values: str) -> Unit:
    """A unit with a case for each value."""
    cases = tuple(
        Case(value=value, decide={"madeUp": "buffer"}, expect=Translated((BodyLimit(limit=8 << 20),)))
        if value == "8m"
        else Case(value=value, expect=RESULTS[value])
        for value in values
    )
    option = DecideOption("madeUp", "What becomes of it.", values=("buffer",))
    return Unit(
        names=(NAME,),
        risk=Risk.TRAFFIC,
        read=read,
        source="",
        summary="",
        cases=cases,
        aliases=("older",),
        decide=(option,),
    )


def judged(made: Unit, spec: TargetSpec, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """The verdict on a unit that the registry then knows."""
    real = registry.find
    keys = (KEY, KEY.replace(NAME, "older"))
    monkeypatch.setattr(registry, "find", lambda key, prefix: made if key in keys else real(key, prefix))
    return judge_unit(made, NAME, [spec])[0]


WORDS = [
    (("5",), CALICO, "exact"),
    (("5",), STANDARD, "refused"),
    (("6",), CALICO, "differs"),
    (("0",), STANDARD, "exact"),
    (("off",), CALICO, "inert"),
    (("bad",), CALICO, "refused"),
    (("5", "6"), CALICO, "exact (some differs)"),
    (("6", "5"), CALICO, "differs (some exact)"),
    (("5", "0", "off"), CALICO, "exact"),
    (("5", "bad"), CALICO, "exact (some refused)"),
    (("off", "bad"), CALICO, "inert (some refused)"),
    (("bad", "0"), CALICO, "refused (some exact)"),
    (("off", "5"), CALICO, "exact"),
    (("8m",), CALICO, "decide: differs"),
    (("8m", "bad", "0"), CALICO, "decide: differs (some refused)"),
    (("8m",), STANDARD, "refused"),
    (("8m", "5"), CALICO, "exact (some differs)"),
]


@pytest.mark.parametrize(("values", "spec", "word"), WORDS, ids=[f"{'+'.join(v)}-{s}" for v, s, _ in WORDS])
def test_a_word_is_what_the_plain_value_becomes(
    values: tuple[str, ...], spec: TargetSpec, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert str(judged(unit(*values), spec, monkeypatch)) == word


def test_a_verdict_tells_the_value_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    found = judged(unit("bad"), CALICO, monkeypatch)
    assert (found.value, found.text, found.todo) == ("bad", "it is bad", "write 'off'")
    assert found.plain() == {"value": "bad", "text": "it is bad", "todo": "write 'off'"}


def test_an_alias_is_read_as_the_name_that_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made = unit("5")
    judged(made, CALICO, monkeypatch)
    assert str(judge_unit(made, "older", [CALICO])[0]) == "exact"
    assert [key for _, key in cases_of(made, "older")] == ["older"]


def test_a_key_without_a_case_of_its_own_is_read_by_the_first() -> None:
    made = registry.find("cert-manager.io/uri-sans")
    assert made is not None
    assert [key for _, key in cases_of(made, "cert-manager.io/uri-sans")] == ["cert-manager.io/uri-sans"]
    assert covering(made, "cert-manager.io/never-seen") == "cert-manager.io/*"
    assert covering(made, "cert-manager.io/duration") == "cert-manager.io/duration"


def test_what_an_annotation_makes_is_what_is_not_there_without_it() -> None:
    timeout = scene(Case(value="5", expect=Translated()), "proxy-connect-timeout")
    assert [item["kind"] for item in made_by(timeout, CALICO)] == ["BackendTrafficPolicy"]
    assert made_by(timeout.without(timeout.key), CALICO) == ()
    password = Case(
        value="users", siblings={"auth-type": "basic"}, decide={"basicAuthSecret": "{secret}-new"}, expect=Translated()
    )
    kinds = [item["kind"] for item in made_by(scene(password, "auth-secret"), CALICO)]
    assert kinds == ["SecurityPolicy"], "the route is there without a password too"


def test_an_example_of_what_is_refused_says_what_to_do_and_what_becomes_of_traffic() -> None:
    made = registry.find("nginx.ingress.kubernetes.io/allowlist-source-range")
    assert made is not None
    text = after(example(made, "allowlist-source-range").scene, STANDARD)
    assert text.startswith("Refused: ")
    assert "its place is closed" in text
    assert "\nTo do: " in text
    traffic = registry.find("nginx.ingress.kubernetes.io/proxy-read-timeout")
    assert traffic is not None
    assert "Its routes go without it" in after(example(traffic, "proxy-read-timeout").scene, STANDARD)


def test_an_example_tells_what_was_decided_and_set() -> None:
    decided, flagged, set_so = (
        example(found, found.names[0]).before
        for found in map(registry.nginx_unit, ("proxy-body-size", "ssl-passthrough", "configuration-snippet"))
        if found is not None
    )
    assert decided.startswith("With this in `gatelift.yaml`: `decide: {proxyBodySize: buffer}`.\n")
    assert flagged.startswith("With an ingress-nginx that runs with `--enable-ssl-passthrough`.\n")
    assert set_so.startswith("With this in ingress-nginx's own ConfigMap: `allow-snippet-annotations: 'true'`")


def test_no_example_is_one_that_keeps_ingress_nginx_from_loading_the_ingress() -> None:
    for family, module, made in registry.everything():
        if family != "nginx":
            continue
        cases = tuple(cases_of(made, made.names[0]))
        case, key = cases[plain(cases)]
        found = trial(case, key, NEWEST)
        assert "(T42)" not in found.outcome.entry(found.scene.pointer).text, module


PROFILES = tuple(
    parse_target(text)
    for text in (
        *TargetName,
        *(
            f"gatewayAPI=1.6,channel={c},envoyGateway={v}"
            for c, v in product(("standard", "experimental"), ("1.3", "1.7"))
        ),
        "gatewayAPI=1.2,channel=standard",
        "gatewayAPI=1.2,channel=standard,envoyGateway=1.9",
        "gatewayAPI=1.6,channel=experimental",
        "gatewayAPI=1.4,channel=standard,envoyGateway=1.6",
    )
)


@pytest.mark.parametrize("spec", PROFILES, ids=str)
def test_every_case_converts_on_every_profile(spec: TargetSpec) -> None:
    for _, module, made in registry.everything():
        for case, key in cases_of(made, made.names[0]):
            found = trial(case, key, spec)
            entry = found.outcome.entry(found.scene.pointer)
            assert bool(entry.todo) is (entry.disposition is Disposition.REFUSED), (module, case.value)
            assert entry.disposition not in (Disposition.DIFFERS, Disposition.MOVED, Disposition.INERT) or entry.text


def test_nothing_that_a_unit_refuses_or_leaves_asleep_is_translated() -> None:
    """Word by word: what the unit reads is what the ledger says, unless the target refuses more."""
    for _, module, made in registry.everything():
        for case, key in cases_of(made, made.names[0]):
            word = trial(case, key, NEWEST).word
            if isinstance(case.expect, Refused):
                assert word is Word.REFUSED or module == "auth_type", (module, case.value)
            elif isinstance(case.expect, Inert):
                assert word in (Word.INERT, Word.REFUSED), (module, case.value)


def test_the_matrix_has_a_line_for_every_key_in_the_order_of_the_catalogue() -> None:
    units = [item for item in registry.everything() if item[0] in ("nginx", "cert_manager")]
    lines = matrix(units, [CALICO, STANDARD])
    assert [line.row for line in lines] == list(catalogue(units))
    assert all(len(line.verdicts) == 2 for line in lines)


def test_every_row_stands_below_a_heading_and_ingress_nginx_comes_first() -> None:
    rows = list(catalogue(registry.everything()))
    titles = headings(rows)
    assert {subject(row) for row in rows} == set(titles)
    assert REST not in titles
    assert titles[: len(SUBJECTS)] == [title for title, _ in SUBJECTS]
