"""What the snippets have in common: configuration of nginx itself, of which a safe part has a counterpart elsewhere.

Whether it counts at all is the controller's to say. ingress-nginx 1.12 and later do not load an Ingress with a snippet
unless ``annotations-risk-level`` is ``Critical``; where that is set but ``allow-snippet-annotations`` is not, its
webhook rejects the Ingress, and one that came in earlier is served without the snippet (``dropSnippetDirectives`` in
internal/ingress/controller/controller.go). Nothing of that is ever woken (traps T41, T42).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gatelift.annotations.nginx._directives import Configuration, Directive, nginx_directives, parse
from gatelift.annotations.nginx._risk import is_known, not_loaded
from gatelift.annotations.nginx._snippet_access import ACCESS, source_ranges
from gatelift.annotations.nginx._snippet_answers import ANSWERS, finished
from gatelift.annotations.nginx._snippet_draft import Draft, Level, Readers, Unsaid
from gatelift.annotations.nginx._snippet_headers import REQUEST, RESPONSE, request_headers, response_headers
from gatelift.annotations.nginx._snippet_hints import hint
from gatelift.annotations.nginx._snippet_idle import IDLE
from gatelift.annotations.unit import Inert, Refused, Result, Translated, UnitContext, parse_bool
from gatelift.intent.answers import DirectAnswer, WholeHost
from gatelift.intent.base import Intent
from gatelift.intent.headers import RequestHeaders, ResponseHeaders
from gatelift.intent.redirects import Redirect
from gatelift.intent.security import SourceRanges

MOST_NAMES = 8
ALLOWED = {"allow-snippet-annotations": "true", "annotations-risk-level": "Critical"}
"""The two settings without which a controller does not run snippets."""
READERS: dict[Level, Readers] = {
    Level.LOCATION: {**RESPONSE, **REQUEST, **ANSWERS, **ACCESS, **IDLE},
    # Every location of the template has headers for the backend of its own, so nginx uses none of the server's.
    Level.SERVER: {**RESPONSE, **ANSWERS, **ACCESS, **IDLE},
}
UNKNOWN = (
    "whether the controller runs snippets is not known here, and by default ingress-nginx 1.12 and later do not even "
    "load an Ingress with one"
)
NAME_IT = (
    "name the controller's ConfigMap, as nginx.configMap in gatelift.yaml or with --nginx-configmap FILE; if the "
    "Ingress is served without the snippet today, remove the annotation instead"
)


def snippet_reader(
    place: str,
    todo: str,
    names: Callable[[str], tuple[str, ...]] = nginx_directives,
    dormant: Callable[[UnitContext], Inert | None] = lambda context: None,
) -> Callable[[str, UnitContext], Result]:
    """A reader that refuses configuration for ``place``, naming the directives that ``names`` finds in it.

    ``todo``: what to do instead, without a final stop; ``dormant``: why it does nothing even where snippets run.
    """

    def read(value: str, context: UnitContext) -> Result:
        text = normalised(value)
        if not text.strip():
            return Inert("it is empty, which is as good as missing")
        found = listed(names(text))
        why = f"it puts configuration of nginx's own into {place} ({found}), which no gateway runs"
        refusal = Refused(why, f"{todo}; then remove the annotation, or accept this key with a reason")
        return in_force(dormant(context) or refusal, value, context)

    return read


def translating_reader(
    level: Level, further: Callable[[str, UnitContext], Refused | None] = lambda value, context: None
) -> Callable[[str, UnitContext], Result]:
    """A reader that translates what can be read safely, or refuses all of it; ``further`` names more that refuses."""

    def read(value: str, context: UnitContext) -> Result:
        text = normalised(value)
        if not text.strip():
            return Inert("it is empty, which is as good as missing")
        return in_force(further(text, context) or translated(text, level, context), value, context)

    return read


def normalised(value: str) -> str:
    """The value as ingress-nginx copies it: every line without the white space around it."""
    return "\n".join(line.strip() for line in value.split("\n"))


def in_force(result: Result, value: str, context: UnitContext) -> Result:
    """``result`` where the controller runs snippets; else what it makes of the Ingress today."""
    controller = context.controller
    if not is_known(controller):
        if isinstance(result, Refused):
            return Refused(f"{result.why}; {UNKNOWN}", f"{result.todo}; to learn whether it counts at all, {NAME_IT}")
        return Refused(f"{UNKNOWN}. Where it does, {_described(result)}", NAME_IT)
    dead = not_loaded(context.key.removeprefix(controller.annotations_prefix), value, controller)
    if dead is not None:
        return dead
    if parse_bool(controller.setting("allow-snippet-annotations") or "") is True:
        return result
    return Refused(
        "the controller's allow-snippet-annotations is not true: its webhook rejects this Ingress, and where it came "
        "in earlier it is served without the snippet. Which of the two holds, no file tells",
        "remove the annotation: nothing changes for an Ingress that is served today; then convert",
    )


def _described(result: Translated | Inert) -> str:
    if isinstance(result, Inert):
        return f"the snippet does nothing: {result.why}"
    if not result.intents:
        return "the snippet asks for nothing that a gateway does not do anyway"
    return "the snippet becomes " + ", ".join(_WORDS[type(intent)] for intent in result.intents)


_WORDS: dict[type[Intent], str] = {
    ResponseHeaders: "a filter for response headers",
    RequestHeaders: "a filter for request headers",
    Redirect: "a redirect",
    DirectAnswer: "an answer by the gateway itself",
    SourceRanges: "a list of addresses",
    WholeHost: "for all paths of the host",
}
"""Each kind of intent that a snippet can become."""


def translated(text: str, level: Level, context: UnitContext) -> Translated | Refused:
    """What ``text`` asks for, if each of its directives has a counterpart."""
    configuration = parse(text)
    if configuration.problem:
        return _unreadable(configuration)
    draft = Draft(level, context)
    problems = [problem for problem in (_read(item, draft) for item in configuration.directives) if problem]
    access = source_ranges(draft)
    if isinstance(access, Unsaid):
        problems.append(("allow, deny", access))
    if not problems and (behind := _behind_answer(draft)):
        problems.append(("return", behind))
    if problems or isinstance(access, Unsaid):
        return _refused(problems)
    found = (finished(draft), access, request_headers(draft), response_headers(draft))
    intents: tuple[Intent, ...] = tuple(intent for intent in found if intent is not None)
    if intents and level is Level.SERVER:
        intents = (*intents, WholeHost())
    return Translated(intents, "; ".join(draft.differs))


def _read(directive: Directive, draft: Draft) -> tuple[str, Unsaid] | None:
    reader = READERS[draft.level].get(directive.name)
    if reader is None or directive.block is not None:
        return directive.name, _strange(directive, draft.level)
    problem = reader(directive.arguments, draft)
    return (directive.name, problem) if problem else None


def _strange(directive: Directive, level: Level) -> Unsaid:
    if directive.name in REQUEST and level is Level.SERVER:
        why = "it counts for no location, since ingress-nginx sets headers of its own in every one"
        return Unsaid(why, "remove it, or write it in configuration-snippet")
    if directive.block is not None:
        return Unsaid("gatelift reads no blocks")
    return Unsaid("gatelift has no translation for it")


def _behind_answer(draft: Draft) -> Unsaid | None:
    """nginx answers before it looks at these, so they do nothing today, and a reader may have meant otherwise."""
    if draft.answer is None or not (draft.access or draft.request_set or draft.request_removed):
        return None
    return Unsaid(
        "it answers every request before allow, deny and headers for the backend are looked at",
        "remove what is never reached",
    )


def _unreadable(configuration: Configuration) -> Refused:
    return Refused(
        f"it is no whole configuration ({configuration.problem}): nginx rejects it, or it takes along what follows; "
        f"gatelift saw {listed(configuration.names)} in it",
        "correct or remove the annotation, and see that the Ingress works before it is converted",
    )


def _refused(problems: list[tuple[str, Unsaid]]) -> Refused:
    """One refusal for the whole snippet that names each directive, and what would say the same."""
    why = "; ".join(dict.fromkeys(f"{_name(name)}: {problem.why}" for name, problem in problems[:MOST_NAMES]))
    more = f"; and {len(problems) - MOST_NAMES} more" if len(problems) > MOST_NAMES else ""
    todo = "; ".join(dict.fromkeys(_todo(problems)))
    return Refused(
        f"not all of the snippet can be said elsewhere, so none of it is translated ({why}{more})",
        f"{todo}; then remove those directives from the snippet, or accept this key with a reason",
    )


def _todo(problems: list[tuple[str, Unsaid]]) -> Iterator[str]:
    for name, problem in problems[:MOST_NAMES]:
        yield problem.instead or hint(name)


def _name(name: str) -> str:
    """A directive's name as it may be shown: what is no name may be an argument that lost its way."""
    return listed(nginx_directives(f"{name};")) if ", " not in name else name


def listed(names: tuple[str, ...]) -> str:
    """Up to eight names, and how many more there are."""
    if not names:
        return "no directive that gatelift can read"
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
