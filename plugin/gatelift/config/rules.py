"""Kinds of text that the configuration knows: each with its words, its pattern for the JSON Schema, and its check.

Names follow Kubernetes' ``validation.IsDNS1123Subdomain``, ``IsDNS1123Label`` and ``IsQualifiedName``
(https://kubernetes.io/docs/concepts/overview/working-with-objects/names/).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Annotated

import msgspec

from gatelift.config.globs import WILDCARD, glob_problem, path_problem

_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_QUALIFIED = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_INSIDE = r"^(?!/)(?!(?:.*/)?\.\.(?:/|$))[^\\\x00-\x1f]+$"


class Rule(msgspec.Struct, frozen=True):
    """A kind of text: in words, as a pattern (ECMA 262 as well as Python), and its greatest length in characters.

    ``why`` finds the reason where a pattern alone would leave a person guessing.
    """

    expected: str
    pattern: str
    longest: int
    why: Callable[[str], str | None] | None = None

    def problem(self, text: str) -> str | None:
        """What is wrong with ``text``, to be read after the text itself, or None."""
        if unseen(text):
            return "holds characters that cannot be seen"
        if len(text) > self.longest:
            return f"is longer than {self.longest} characters"
        if self.why is not None and (reason := self.why(text)) is not None:
            return reason
        # fullmatch, because $ would let a line break at the end pass.
        return None if re.fullmatch(self.pattern, text) else f"is not {self.expected}"

    def meta(self) -> msgspec.Meta:
        """The same rule as metadata of a type, for the schema and for ``check.py`` only.

        msgspec must not see the pattern itself: of a union of text with a pattern and a list, msgspec 0.22 takes the
        compiled pattern for a part of the list when Python collects garbage, and crashes (``TypeNode_Free``).
        """
        schema = {"pattern": self.pattern, "minLength": 1, "maxLength": self.longest}
        return msgspec.Meta(extra_json_schema=schema, extra={"rule": self})


def unseen(text: str) -> bool:
    """Whether ``text`` holds control, formatting or unassigned characters other than line breaks and tabs."""
    if text.isprintable():
        return False
    return any(unicodedata.category(character)[0] == "C" and character not in "\n\t" for character in text)


def _name_trouble(text: str) -> str | None:
    if text != text.lower():
        return "has capital letters: names in Kubernetes are lower-case"
    if "/" in text:
        return "holds a /: write namespace and name apart"
    return None


def _path_trouble(text: str) -> str | None:
    wildcard = "is a pattern: exactly one path belongs here"
    return path_problem(text) or (wildcard if WILDCARD.search(text) else None)


def _key_trouble(text: str) -> str | None:
    return "is a pattern: settings are accepted one by one, by their full key" if "*" in text else None


NAME = Rule(
    "a name of a Kubernetes object: lower-case letters, digits, - and ., letters or digits at both ends",
    f"^{_SUBDOMAIN}$",
    253,
    _name_trouble,
)
LABEL = Rule(
    "a name of a namespace: lower-case letters, digits and -, letters or digits at both ends",
    f"^{_LABEL}$",
    63,
    _name_trouble,
)
OBJECT = Rule("an object in the form NAMESPACE/NAME", f"^{_LABEL}/{_SUBDOMAIN}$", 317)
CLASS = Rule("a name of an IngressClass: no spaces", r"^\S+$", 253)
WORD = Rule("a short name: letters, digits, -, _ and .", f"^{_QUALIFIED}$", 63)
GLOB = Rule("a pattern for paths", _INSIDE, 1024, glob_problem)
PATH = Rule("a path inside the repository", _INSIDE, 1024, _path_trouble)
ANNOTATION = Rule(
    "the full key of an annotation, such as nginx.ingress.kubernetes.io/limit-rps",
    f"^(?:{_SUBDOMAIN}/)?{_QUALIFIED}$",
    317,
    _key_trouble,
)
REASON = Rule("a reason: one sentence for whoever reviews this", r"^[\s\S]*\S[\s\S]*$", 1024)
KUBE_VERSION = Rule('a version of Kubernetes, such as "1.33"', r"^v?1\.[0-9]{1,3}(?:\.[0-9]{1,3})?$", 12)
CONTROLLER_FLAG = Rule(
    "a flag of ingress-nginx, such as --enable-ssl-passthrough or --default-backend-service=infra/errors",
    r"^--[a-z][-a-z0-9]*(?:=\S*)?$",
    512,
)
DECISION = Rule("the value of an option", r"^\S[\s\S]*$", 256)

Name = Annotated[str, NAME.meta()]
Label = Annotated[str, LABEL.meta()]
ObjectName = Annotated[str, OBJECT.meta()]
ClassName = Annotated[str, CLASS.meta()]
Word = Annotated[str, WORD.meta()]
Glob = Annotated[str, GLOB.meta()]
RepositoryPath = Annotated[str, PATH.meta()]
AnnotationKey = Annotated[str, ANNOTATION.meta()]
Reason = Annotated[str, REASON.meta()]
KubeVersion = Annotated[str, KUBE_VERSION.meta()]
ControllerFlag = Annotated[str, CONTROLLER_FLAG.meta()]
DecisionText = Annotated[str, DECISION.meta()]
