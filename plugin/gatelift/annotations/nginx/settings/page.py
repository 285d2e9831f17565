"""``docs/controller.md``: every key of the controller's ConfigMap and every flag, and what becomes of it.

``python -m gatelift.annotations.nginx.settings.page docs`` writes it again; a test holds it against the tables.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import wrap

from gatelift.annotations.controller import FLAGS
from gatelift.annotations.nginx.settings.model import Effect, Setting
from gatelift.annotations.nginx.settings.review import read_by_unit
from gatelift.annotations.nginx.settings.table import KNOWN
from gatelift.text.markdown import code, table

PAGE = "controller.md"
_LONGEST = 48
_HEAD = """\
# The controller's settings

An ingress-nginx has settings of its own, in a ConfigMap and in its flags, and they change what every Ingress means.
Name them, and they are read:

```yaml
# gatelift.yaml
nginx:
  configMap: platform/ingress-nginx/configmap.yaml   # or the values of its chart
  defaultTLSSecret: infra/wildcard
  flags: ["--enable-ssl-passthrough"]
```

or `--nginx-configmap FILE` and `--controller-flag=--FLAG=VALUE`, which outrank the file. What may stand in that file:

- the controller's ConfigMap; where several are in it, the one that is ingress-nginx's by its name or label. ConfigMaps
  with headers that it names (`proxy-set-headers`, `add-headers`) may stand beside it, and so may the Deployment or
  DaemonSet that runs with it, whose flags count then;
- values of the chart `ingress-nginx`: a values file (also of a chart that has it as a dependency), a Flux HelmRelease,
  an Argo CD Application, or `helmCharts` of a kustomization.

Where nobody names it, the defaults of v1.15 are assumed, and every account ends with that. A controller that gatelift
finds in the repository or in its input is *offered*, never used in silence: a finding says where it stands, which of
its settings would change the result, and what to write. Which of several controllers serves an Ingress is for a person
to say.

What restricts access (`global-auth-url`, address lists, blocked clients, the firewall, snippets) *withholds* meanwhile:
every Ingress that such a controller may serve is refused, unless the Ingress opts out or has a list of its own, until
the controller is named, or the setting let go:

```yaml
# gatelift.yaml
accept:
  - {key: whitelist-source-range, reason: "that controller serves the test cluster only"}
```

A controller that tells another class (`--ingress-class`, `--controller-class` with the IngressClass in view) or another
`--watch-namespace` withholds nothing. Where one is named, others that are found are taken for those of other clusters:
they are told where they restrict something, and withhold nothing. `gatelift cmp` sees only what the application itself
renders, so name the controller there.

A setting that says what holds by default is not spoken of. One that gatelift does not know is refused by name.
"""
_PARTS = (
    (
        "## Read, or translated for every Ingress",
        "Redirects, headers, access: as the annotations of the same kind. Where an annotation says something else, it "
        "is the annotation that counts.",
    ),
    (
        "## Refused: it may keep somebody out",
        "No Ingress is opened while one of these is set, unless `accept:` lets it go by name and with a reason.",
    ),
    ("## What changes", "A note in every run; no access depends on it."),
    (
        "## The controller's own affair",
        "One note names them all.",
    ),
)


def page() -> str:
    """The whole page."""
    read = [s for s in KNOWN.values() if s.effect in (Effect.READ, Effect.EVERYWHERE) or read_by_unit(s.name)]
    rest = [setting for setting in KNOWN.values() if setting not in read]
    refused = [setting for setting in rest if setting.effect is Effect.REFUSED]
    changed = [setting for setting in rest if setting.effect in (Effect.DIFFERS, Effect.UNIT)]
    own = [setting for setting in rest if setting.effect is Effect.OWN]
    bodies = (_names(read), _table(refused), _table(changed), _names(own))
    parts = (f"{head}\n{_wrapped(text)}\n\n{body}" for (head, text), body in zip(_PARTS, bodies, strict=True))
    flags = _wrapped(", ".join(f"`{name}`" for name in FLAGS) + ".")
    told = (
        "These change what an Ingress means, or what is served beside Ingresses; all others are the controller's own."
    )
    return "\n".join((_HEAD, *parts, f"## Flags\n{_wrapped(told)}\n\n{flags}\n"))


def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, 118, break_long_words=False, break_on_hyphens=False))


def _names(settings: Iterable[Setting]) -> str:
    return _wrapped(", ".join(f"`{setting.name}`" for setting in sorted(settings, key=_by_name)) + ".") + "\n"


def _by_name(setting: Setting) -> str:
    return setting.name


def _table(settings: Iterable[Setting]) -> str:
    return table(("Setting", "Default", "What it means", "What to do"), _rows(settings))


def _rows(settings: Iterable[Setting]) -> Iterator[tuple[str, ...]]:
    for item in sorted(settings, key=_by_name):
        default = item.default if len(item.default) <= _LONGEST else f"{item.default[:_LONGEST]}…"
        text = item.text or "the default of an annotation, which is not carried over to Ingresses without it"
        todo = item.todo or (f"write the annotation `{item.name}` where it matters" if not item.text else "")
        yield code(item.name), code(default) if default else "", text, todo


def write(docs: Path) -> None:
    """Write the page below ``docs``."""
    (docs / PAGE).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
