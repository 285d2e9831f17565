"""The text of ``templates/_gatelift.tpl``: the tables of a chart as JSON, and the templates that fill them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from gatelift.sources.helm.runtime.pruning import split
from gatelift.sources.helm.runtime.tables import Data, Exact, Known, PathRules, Tables, Variant

TABLES = "tables"
"""The name of the helper that holds what was learned."""
_ALWAYS = ("api_version", "parents", "hostnames", "paths")
"""What each variant says; of the rest, what is not there is empty."""
_FILES = ("sets.tpl", "rules.tpl", "routes.tpl", "wrapped.tpl", "alone.tpl")


def prefix_of(chart: str, tables: Tables, services: Sequence[str]) -> str:
    """What the names of a chart's helpers begin with: its name, and a digest of all that they know and do.

    ``services``: the chart's templates that render Services, relative to its folder. Which of the helpers are written
    does not matter, so that templates can be tried one by one.
    """
    digest = hashlib.sha256("\0".join((_data(tables), *services, *_templates())).encode()).hexdigest()[:8]
    return f"{chart}.gatelift-{digest}"


def all_helpers(tables: Tables, services: Sequence[str]) -> dict[str, str]:
    """Name -> helper, in the order in which they are written; the names in them begin with ``@``."""
    defined = f'{{{{- define "@.{TABLES}" -}}}}\n{_data(tables)}\n{{{{- end -}}}}\n'
    return {TABLES: defined, **split(_services(services)), **_helpers()}


def _services(templates: Sequence[str]) -> str:
    """The helper that finds the chart's Services, for the numbers of named ports."""
    included = "".join(f"{_included(path)}\n" for path in templates)
    return (
        "{{- /* The Services that the chart renders, as a JSON list. */ -}}\n"
        '{{- define "@.services" -}}\n'
        "{{- $root := . -}}\n{{- $found := list -}}\n"
        f"{included}"
        "{{- toJson $found -}}\n{{- end -}}\n"
    )


def _included(path: str) -> str:
    """What finds the Services of one template; one of a chart inside is rendered with that chart's own values."""
    *charts, own = path.split("/templates/")[0].split("charts/") if path.startswith("charts/") else ["", ""]
    name = path.partition("templates/")[2]
    if not path.startswith("charts/"):
        return _gathered(f'(print $root.Template.BasePath "/{name}")', "$root")
    inner = own.strip("/")
    text = f'(print (trimSuffix "templates" $root.Template.BasePath) "charts/{inner}/templates/{name}")'
    found = _gathered(text, f'(get $root.Subcharts "{inner}")')
    return f'{{{{- if hasKey $root.Subcharts "{inner}" -}}}}\n{found}\n{{{{- end -}}}}' if not any(charts) else ""


def _gathered(template: str, scope: str) -> str:
    return (
        f"{{{{- $text := include {template} {scope} -}}}}\n"
        '{{- range $object := include "@.documents" (dict "text" $text) | fromJsonArray -}}\n'
        '{{- if eq (toString $object.kind) "Service" -}}{{- $found = append $found $object -}}{{- end -}}\n'
        "{{- end -}}"
    )


@cache
def _templates() -> tuple[str, ...]:
    folder = files(__package__)
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)


@cache
def _helpers() -> dict[str, str]:
    return {name: text for file in _templates() for name, text in split(file).items()}


def about(tables: Tables) -> str:
    """The comment above the tables, for whoever keeps the chart."""
    return (
        "{{- /*\n"
        "Written by gatelift, and made anew by it: the helpers by which this chart's templates turn Ingresses into\n"
        "routes of Gateway API. Nothing here is meant to be edited.\n\n"
        "The tables hold what Ingresses with these annotations become:\n"
        f"{_listed(tables)}"
        f"{_freely(tables)}\n"
        "Any other annotation, and hosts, paths or tls that no known values have, stop the render with a message\n"
        'that begins "gatelift:". A route that lacks what an Ingress asks for might open what it protects, so there\n'
        "is none.\n"
        "What to do then: run gatelift again with the values that bring it, or turn the gateway switch off.\n"
        "*/ -}}\n"
    )


def _listed(tables: Tables) -> str:
    keys = [", ".join(_plain(item.annotations)) or "none" for item in tables.sets]
    return "".join(f"- {item}\n" for item in dict.fromkeys(keys))


def _freely(tables: Tables) -> str:
    if not tables.free:
        return ""
    return "\nBeside them there may be, with any value:\n" + "".join(f"- {key}\n" for key in _plain(tables.free))


def _plain(keys: Iterable[str]) -> list[str]:
    return [key.replace("*/", "").replace("{{", "").replace("}}", "") for key in sorted(keys)]


def _data(tables: Tables) -> str:
    numbered = _Numbered()
    sets = [_set(item, numbered) for item in tables.sets]
    whole: list[tuple[str, Any]] = [
        ("added", dict(sorted(tables.added.items()))),
        ("classes", list(tables.classes)),
        ("zones", list(tables.zones)),
        ("shared", [[item.one, item.two, item.variant, list(item.narrowed)] for item in tables.shared]),
        ("free", dict(sorted(tables.free.items()))),
        ("sets", sets),
        ("variants", numbered.variants),
        ("parts", numbered.parts),
    ]
    return "{\n" + ",\n".join(f" {_json(key)}: {_lines(value)}" for key, value in whole) + "\n}"


def _lines(value: Any) -> str:
    """JSON with one line for each map of a list, so that a change shows where it is."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"  {_json(item)}" for item in value) + "\n ]"
    return _json(value)


def _json(value: Any) -> str:
    """JSON in which no action of a template can begin, be it in a text or where maps end."""
    text = json.dumps(value, separators=(", ", ": "), ensure_ascii=True)
    return text.replace("{{", "{\\u007b")


class _Numbered:
    """Gives each rule, spec, object and variant a number; equal ones share it."""

    def __init__(self) -> None:
        self.parts: list[Data] = []
        self.variants: list[Data] = []

    def part(self, value: Data) -> int:
        return _index(self.parts, value)

    def all(self, values: Iterable[Data]) -> list[int]:
        return [self.part(value) for value in values]

    def path(self, value: PathRules) -> list[int]:
        """The rule that takes the requests of a path (-1: none does), then the further ones."""
        return [-1 if value.main is None else self.part(value.main), *self.all(value.more)]

    def variant(self, value: Variant) -> int:
        made: Data = {
            "api_version": value.api_version,
            "parents": list(value.parents),
            "section": value.section,
            "hostnames": list(value.hostnames),
            "beside": [{"suffix": item.suffix, "spec": self.part(item.spec)} for item in value.beside],
            "lead": self.all(value.lead),
            "paths": {form: self.path(rules) for form, rules in value.paths.items()},
            "objects": self.all(value.objects),
            "single": None if value.single is None else self.all(value.single),
            "exact": [self.exact(item) for item in value.exact],
        }
        told = {key: item for key, item in made.items() if item or key in _ALWAYS or (key == "single" and item == [])}
        return _index(self.variants, told)

    def exact(self, value: Exact) -> Data:
        return {
            "strings": [path for path, _ in value.places],
            "places": [list(place) for place in value.places],
            "paths": [self.path(rules) for rules in value.paths],
            "lead": self.all(value.lead),
            "objects": self.all(value.objects),
        }


def _index(known: list[Data], value: Data) -> int:
    if value not in known:
        known.append(value)
    return known.index(value)


def _set(item: Known, numbered: _Numbered) -> Data:
    return {
        "annotations": dict(sorted(item.annotations.items())),
        "many": item.many,
        "variants": {name: numbered.variant(variant) for name, variant in item.variants.items()},
        "refused": dict(item.refused),
    }
