"""The text for people: every annotation named, equal things folded, nothing loaded that is not needed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from report_page import PAGE, sections
from report_samples import ADMIN, LEFT, NGINX, SECRET_VALUE, WEB, Said, annotation, change, exact, example, report

from gatelift.config.model import Phase
from gatelift.config.page import filled
from gatelift.expected.expected import Change
from gatelift.findings import Finding, Place, Severity
from gatelift.intent.base import Risk
from gatelift.intent.outcome import Disposition, refused
from gatelift.report.overview import LARGE
from gatelift.report.schema import schema
from gatelift.report.text import render, render_findings

STYLE = re.compile(r"\x1b\[[0-9;]*m")
ERROR = Finding("input/tab", Severity.ERROR, "a tab", "use spaces", Place("a.yaml", 2, 1))


def _many(count: int, *extra: Change) -> list[Change]:
    said: list[Said] = [
        exact("/kind"),
        exact(annotation("a/exact")),
        (annotation("a/b"), Disposition.DIFFERS, "why", ""),
    ]
    return [*(change(f"shop/n{index}", said) for index in range(count)), *extra]


def _words(text: str) -> list[str]:
    return re.findall(r"\w[\w./-]*", STYLE.sub("", text))


def test_the_page_shows_what_the_code_writes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page, sections()), "run: python tests/unit/report/report_page.py"
    for disposition in Disposition:
        assert f"| `{disposition}` |" in page


def test_the_page_names_the_schema_and_the_limit() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "docs/schemas/report.schema.json" in page
    assert f"more than {LARGE} Ingresses" in page
    for definition in schema()["$defs"].values():
        for member in definition.get("properties", {}):
            assert f"`{member}`" in page


@pytest.mark.parametrize("colour", [False, True])
def test_every_annotation_of_every_ingress_is_named(colour: bool) -> None:
    made = example()
    # So wide that rich breaks no key.
    shown = STYLE.sub("", render(made, (), 400, colour))
    for entry in made.ledger:
        if entry.key:
            assert any(entry.key in line and f" {entry.disposition} " in line for line in shown.splitlines())


def test_both_texts_say_the_same() -> None:
    made = example()
    plain = set(_words(render(made)))
    assert plain - {"Run"} <= set(_words(render(made, (), 400, True)))


def test_a_pipe_gets_no_colour_and_no_width() -> None:
    made = example()
    assert "\x1b" not in render(made)
    assert render(made, (), 20) == render(made, (), 200)
    assert render(made).isascii()


@pytest.mark.parametrize("width", [0, 40, 100])
def test_a_table_is_no_wider_than_the_terminal(width: int) -> None:
    shown = STYLE.sub("", render(report(WEB, ADMIN, LEFT), (), width, True))
    assert max(map(len, shown.splitlines())) <= max(width, 40)


def test_the_environment_does_not_change_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render(example(), (), 80, True)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "COLORTERM"):
        monkeypatch.setenv(name, "1")
    assert render(example(), (), 80, True) == before


def test_values_never_show() -> None:
    for colour in (False, True):
        assert SECRET_VALUE not in render(example(), (), 400, colour)


def test_what_is_withheld_along_takes_one_line() -> None:
    shown = render(report(ADMIN))
    assert f"  refused  3 further entries are withheld with it: {NGINX}/auth-secret and 2 fields\n" in shown
    assert shown.count("withheld with its Ingress") == 0


def test_an_ingress_that_is_left_takes_one_line_and_says_why_once() -> None:
    shown = render(report(LEFT))
    assert "  inert    3 entries are left with it: alb.ingress.kubernetes.io/scheme and 2 fields\n" in shown
    assert shown.count("its class is alb") == 1
    assert "next: see why nothing was converted" in shown


def test_a_reason_from_another_ingress_is_said_in_the_head() -> None:
    why = refused("its main Ingress shop/web is withheld", "see what refuses Ingress shop/web", Risk.ROUTING)
    shown = render(report(change("shop/canary", [], withheld=why, along=["/kind"], keep=True)))
    assert shown.startswith("Ingress shop/canary: withheld, the Ingress stays: its main Ingress shop/web is withheld. ")
    assert "next: see why 1 Ingress is withheld, then run again" in shown


def test_equal_texts_fold_into_one_line_and_others_do_not() -> None:
    shown = render(
        report(
            change(
                "shop/web",
                [
                    exact("/kind"),
                    ("/spec/rules/0/host", Disposition.DIFFERS, "same", ""),
                    ("/spec/rules/1/host", Disposition.DIFFERS, "same", ""),
                    ("/spec/rules/2/host", Disposition.DIFFERS, "other", ""),
                ],
            )
        )
    )
    assert "  differs  spec.rules[0].host, spec.rules[1].host: same\n" in shown
    assert "  differs  spec.rules[2].host: other\n" in shown


def test_many_fields_with_one_text_are_cut_but_annotations_never() -> None:
    fields: list[Said] = [(f"/spec/x/{index}", Disposition.INERT, "why", "") for index in range(30)]
    keys: list[Said] = [(annotation(f"a/k{index}"), Disposition.INERT, "why", "") for index in range(30)]
    shown = render(report(change("shop/web", [exact("/kind"), *fields, *keys])))
    assert "spec.x[7] and 22 further fields: why" in shown
    assert "spec.x[8]" not in shown
    assert all(f"a/k{index}" in shown for index in range(30))


def test_an_entry_of_some_roots_only_says_which() -> None:
    shown = render(
        report(
            change("shop/web", [exact("/kind"), ("/spec/x", Disposition.DIFFERS, "why", "")], root="dev"),
            change("shop/web", [exact("/kind")], root="prod"),
        )
    )
    assert "Ingress shop/web [roots dev, prod]: " in shown
    assert "  differs  spec.x [only in dev]: why\n" in shown


def test_a_single_root_is_not_named() -> None:
    assert "root" not in render(report(WEB))


def test_an_ingress_that_stays_says_so_only_where_the_others_go() -> None:
    kept = change("shop/web", [exact("/kind")], emitted=["HTTPRoute shop/web"], keep=True, stays="its host does")
    assert "; the Ingress stays: its host does" in render(report(kept))
    assert "the Ingress stays" not in render(report(kept, phase=Phase.COEXIST))


def test_a_large_run_is_counted_and_says_how_to_get_the_whole() -> None:
    shown = render(report(*_many(LARGE + 1)))
    assert "Ingress shop/n7" not in shown
    assert "  differs  a/b (41 Ingresses): why\n" in shown
    assert "  exact    a/exact (41 Ingresses)\n" in shown
    assert shown.endswith("This is an overview; the whole ledger as JSON: --report FILE\n")


def test_a_run_that_is_not_large_is_shown_in_full() -> None:
    shown = render(report(*_many(LARGE)))
    assert all(f"Ingress shop/n{index}:" in shown for index in range(LARGE))


def test_a_large_run_shows_what_asks_for_a_decision_in_full() -> None:
    shown = render(report(*_many(LARGE, ADMIN, LEFT)))
    assert "Ingress shop/admin (examples/shop/admin.yaml:1:1): withheld" in shown
    assert f"refused  {NGINX}/auth-type: digest" in shown
    assert "1 Ingress (shop/public): left as found: its class is alb" in shown
    assert "alb.ingress.kubernetes.io/scheme (" not in shown


def test_a_large_run_says_the_same_of_many_ingresses_once() -> None:
    said: list[Said] = [exact("/kind"), (annotation("a/r"), Disposition.REFUSED, "why", "do")]
    shown = render(report(*(change(f"shop/n{index:03}", said) for index in range(100))))
    assert shown.count("a/r: why. What to do: do") == 1
    assert "100 Ingresses (shop/n000, " in shown
    assert "shop/n007 and 92 more): converted, but for what is refused\n" in shown


def test_a_large_run_does_not_lose_why_ingresses_were_withheld_or_that_their_places_are_closed() -> None:
    why = refused("its main Ingress shop/web is withheld", "see there", Risk.ROUTING)
    changes = [
        change(f"shop/n{index}", [], withheld=why, along=["/kind"], keep=True, emitted=[f"HTTPRoute shop/n{index}"])
        for index in range(LARGE + 1)
    ]
    head = "withheld, the Ingresses stay, their places are closed: its main Ingress shop/web is withheld. What to do"
    assert head in render(report(*changes))


def test_a_large_run_stays_short_whatever_is_in_it() -> None:
    changes = [
        change(f"shop/n{index}", [exact("/kind"), (annotation(f"a/r{index}"), Disposition.REFUSED, str(index), "")])
        for index in range(500)
    ]
    shown = render(report(*changes))
    assert len(shown.splitlines()) < 400
    assert "460 further Ingresses with something refused: see the report" in shown
    assert "380 more annotations and fields: see the report" in shown


@pytest.mark.parametrize(
    ("changes", "phase", "step"),
    [
        ([], Phase.RETIRE, "nothing: there is no Ingress in the input"),
        ([ADMIN], Phase.RETIRE, "decide the 1 refused setting above, then run again"),
        ([WEB], Phase.RETIRE, "set up what moved (1 entry above), then apply the objects in place of the Ingresses"),
        ([change("a/b", [exact("/kind")])], Phase.COEXIST, "apply the objects beside the Ingresses and compare"),
        ([change("a/b", [exact("/kind")])], Phase.CUTOVER, "apply the objects and wait until DNS"),
    ],
)
def test_the_next_step_is_said(changes: list[Change], phase: Phase, step: str) -> None:
    assert f"\nnext: {step}" in render(report(*changes, phase=phase))


def test_errors_come_before_every_other_step() -> None:
    shown = render(report(ADMIN), [ERROR])
    assert "a.yaml:2:1: error: a tab\n    use spaces\n" in shown
    assert "next: correct the 1 error above, then run again" in shown


def test_a_finding_of_the_report_is_not_said_again() -> None:
    assert render(report(WEB, findings=[ERROR]), [ERROR]).count("a tab") == 1


@pytest.mark.parametrize("scopes", [1, 3])
def test_objects_for_all_are_named_once(scopes: int) -> None:
    assert "\nFor all: ClientTrafficPolicy infra/shared\n" in render(
        report(WEB, shared=["ClientTrafficPolicy infra/shared"] * scopes)
    )


def test_missing_facts_are_said_and_given_ones_not_asked_for() -> None:
    assert "--facts FILE" in render(report(WEB))
    assert "--facts" not in render(report(WEB, complete=True))


def test_no_findings_give_no_text() -> None:
    assert render_findings([]) == ""


def test_a_finding_names_its_object_unless_it_does_so_itself() -> None:
    made = Finding("a/b", Severity.WARNING, "it is odd", object="Ingress shop/web")
    said = Finding("a/b", Severity.WARNING, "Ingress shop/web is odd", object="Ingress shop/web")
    assert render_findings([made, said]) == "warning: Ingress shop/web is odd\nwarning: it is odd (Ingress shop/web)\n"


def test_a_plain_report_loads_no_rich_and_no_template_engine() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from report_samples import example\n"
        "from gatelift.report import model, schema, text\n"
        "text.render(example()); model.encode(example())\n"
        "print(sorted({'rich', 'jinja2', 'jsonschema'} & set(sys.modules)))\n"
    )
    made = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True, check=True
    )
    assert made.stdout == "[]\n"
