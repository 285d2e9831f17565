"""The expression that a header's value must fit for a request to go to the canary."""

from __future__ import annotations

from gatelift.annotations.nginx._canary import SOURCE, before_and_since, of_canary
from gatelift.annotations.nginx._values import NAME_OR_EXPRESSION
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.intent.base import Risk
from gatelift.intent.traffic import Canary

LONGEST = 4000
"""The API server takes 4096 characters, with what is put around the expression."""


def read(value: str, context: UnitContext) -> Result:
    """An expression that RE2 reads as PCRE does; it may match any part of the value, and case counts."""
    if not context.value("canary-by-header"):
        return Inert("there is no canary-by-header whose value it could match")
    if (context.value("canary-by-header-value") or "").strip():
        return Inert("canary-by-header-value is set too, and wins")
    pattern = value.strip()
    if not pattern:
        return Inert("a blank expression is none to ingress-nginx")
    return _problem(pattern) or Translated((Canary(header_pattern=pattern),))


def _problem(pattern: str) -> Refused | None:
    if not NAME_OR_EXPRESSION.fullmatch(pattern):
        return before_and_since(pattern, r"letters, digits and - . _ ~ / : \ ^ $ [ ] ( ) { } * + ? | & =")
    if len(pattern) > LONGEST:
        return Refused(f"the expression is longer than {LONGEST} characters", "shorten it")
    if not _read_alike(pattern):
        why = f"{shown(pattern)} uses syntax of PCRE that RE2, the engine of Envoy, does not read or reads otherwise"
        return Refused(why, "write it without look-around, back-references, possessive or atomic groups")
    return None


def _read_alike(pattern: str) -> bool:
    """By itself and between parentheses: an unbalanced or unfinished expression must not reach around them."""
    from gatelift.annotations.nginx.routes.paths import compiles  # brings in RE2

    odd = ("\\v", "\\C", "\\Q", "\\<", "\\>", "{,", "[[.", "[[=")  # both engines take these, and mean different things
    return not any(part in pattern for part in odd) and compiles(pattern) and compiles(f".*(?:{pattern}).*")


_CANARY = {"canary": "true", "canary-by-header": "X-Region"}

unit = Unit(
    names=("canary-by-header-pattern",),
    risk=Risk.ROUTING,
    read=of_canary(read),
    summary="Regular expression for the value of the header that sends a request to the canary",
    source=SOURCE,
    cases=(
        Case(value="^(eu|us)-", siblings=_CANARY, expect=Translated((Canary(header_pattern="^(eu|us)-"),))),
        Case(value=r"west\d+", siblings=_CANARY, expect=Translated((Canary(header_pattern=r"west\d+"),))),
        Case(value="eu", siblings={**_CANARY, "canary-by-header-value": "us"}, expect=Inert("wins")),
        Case(value="eu", siblings={"canary": "true"}, expect=Inert("no canary-by-header")),
        Case(value="eu", expect=Inert("no canary")),
        Case(value="(?=eu)", siblings=_CANARY, expect=Refused("RE2", "")),
        Case(value="(eu", siblings=_CANARY, expect=Refused("RE2", "")),
        Case(value="eu)|(us", siblings=_CANARY, expect=Refused("RE2", "")),
        Case(value="[a]++", siblings=_CANARY, expect=Refused("RE2", "")),
        Case(value=r"\Qeu", siblings=_CANARY, expect=Refused("RE2", "")),
        Case(value="eu us", siblings=_CANARY, expect=Refused("1.12", "")),
    ),
)
