"""Statuses whose answers come from the default backend instead of the application."""

from __future__ import annotations

from gatelift.annotations.nginx._answers import from_controller
from gatelift.annotations.nginx._errors import HIGHEST, LOWEST, backend_errors_pass, codes, passes_check
from gatelift.annotations.nginx._links import upstream
from gatelift.annotations.nginx._values import not_loaded
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk
from gatelift.intent.errors import ErrorAnswers

OPTION = DecideOption(
    "customHttpErrors",
    "What clients get in place of errors that the default backend answers today: omit lets errors through as they "
    "are; configmap/NAME answers with a text from a ConfigMap beside the Ingress (Envoy Gateway).",
    values=("omit",),
    pattern=r"^configmap/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
)


def read(value: str, context: UnitContext) -> Result:
    """A list of statuses; no gateway asks a second backend after an error, so somebody must decide."""
    if not from_controller(context) and not passes_check(value):
        return not_loaded(value, "a list of statuses such as 404,503")
    found = codes(value.strip(), context)
    if not found:
        return Inert(f"{shown(value)} is no list of numbers to ingress-nginx, which replaces no error", fallback=True)
    wrong = next((code for code in found if not LOWEST <= code <= HIGHEST), None)
    if wrong is not None:
        return Refused(
            f"nginx takes no configuration with {wrong} for a status, so the controller cannot load it (T42)",
            f"write statuses from 400 to {HIGHEST} with a comma between them",
            not_loaded=True,
        )
    return _decided(found, context)


def _decided(found: tuple[int, ...], context: UnitContext) -> Result:
    listed, passing = ", ".join(str(code) for code in found), backend_errors_pass(context)
    whose = "nginx's own errors" if passing else "errors"
    choice = context.decide.get(OPTION.name, "")
    if choice == "omit":
        return Translated(
            differs=f"clients see {whose} ({listed}) as they are, not the default backend's pages; see that they tell "
            "nothing about the inside of the application"
        )
    if choice.startswith("configmap/"):
        name = choice.removeprefix("configmap/")
        return Translated((ErrorAnswers(statuses=found, config_map=name, own_only=passing),))
    return Refused(
        f"the default backend answers in place of {whose} ({listed}), and no gateway asks a second backend",
        "choose in gatelift.yaml: 'decide: {customHttpErrors: omit}' to let errors through as they are, or 'decide: "
        "{customHttpErrors: configmap/NAME}' to answer with the text under response.body of that ConfigMap",
    )


_OMIT = {OPTION.name: "omit"}
_PAGES = {OPTION.name: "configmap/error-pages"}

unit = Unit(
    names=("custom-http-errors",),
    risk=Risk.TRAFFIC,
    read=read,
    setting="custom-http-errors",
    decide=(OPTION,),
    summary="Statuses whose answers come from the default backend",
    source=upstream("custom-http-errors"),
    cases=(
        Case(
            value="404,503",
            decide=_PAGES,
            expect=Translated((ErrorAnswers(statuses=(404, 503), config_map="error-pages"),)),
        ),
        Case(value="404,503,404", decide=_OMIT, expect=Translated((), "(404, 503) as they are")),
        Case(
            value="503",
            decide=_PAGES,
            siblings={"disable-proxy-intercept-errors": "true"},
            expect=Translated((ErrorAnswers(statuses=(503,), config_map="error-pages", own_only=True),)),
        ),
        Case(value="404", expect=Refused("no gateway asks a second backend", "customHttpErrors: omit")),
        Case(
            value="404",
            siblings={"disable-proxy-intercept-errors": "true"},
            expect=Refused("nginx's own errors (404)", ""),
        ),
        Case(value="404, 503", decide=_OMIT, expect=Inert("no list of numbers")),
        Case(value="404,", decide=_OMIT, expect=Inert("no list of numbers")),
        Case(value="404503", decide=_OMIT, expect=Refused("404503", "")),
        Case(value="302", decide=_OMIT, expect=Refused("does not load", "")),
        Case(value="all", decide=_OMIT, expect=Refused("does not load", "")),
    ),
)
