"""What an Application may say to the plugin: by ``plugin.parameters``, or by ``plugin.env``.

One table; ``argocd-cmp.yaml``, the reader and the documentation are held against it.
https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from gatelift.config.problems import ConfigError, error
from gatelift.config.words import quote, suggest
from gatelift.findings import Finding, Place

JSON_VARIABLE = "ARGOCD_APP_PARAMETERS"
ENV_PREFIX = "ARGOCD_ENV_"


class Parameter(msgspec.Struct, frozen=True):
    """One thing to say: its name, and what it does."""

    name: str
    doc: str
    key: str = ""
    """The top-level key of ``gatelift.yaml`` that it stands for, which the operator can lock."""

    @property
    def variable(self) -> str:
        """The operator's variable of the same meaning, and what an Application writes under ``plugin.env``."""
        return f"GATELIFT_{self.name.upper()}"


PARAMETERS = (
    Parameter("gateway", "Parent of every route, as NAMESPACE/NAME[/LISTENER].", "gateway"),
    Parameter("phase", "coexist (default), cutover or retire.", "phase"),
    Parameter("target", "What the routes will run on: calico-3.32, envoy-gateway, standard.", "target"),
    Parameter("facts", "File of the repository, relative to its root, that 'gatelift facts' wrote."),
    Parameter("policy", "keep-ingress (default) or fail: what to do about an Ingress that is refused."),
)
_NATIVE = ("helm", "kustomize", "directory", "jsonnet")


def said(environ: Mapping[str, str]) -> dict[str, str]:
    """What the Application says, by the names of ``PARAMETERS``; empty texts say nothing.

    Raises ConfigError, with every problem, for whatever is not honoured here: nothing is dropped in silence.
    """
    problems: list[Finding] = []
    found = _by_parameters(environ.get(JSON_VARIABLE, ""), problems)
    known = {parameter.variable: parameter.name for parameter in PARAMETERS}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(ENV_PREFIX):
            continue
        given = variable.removeprefix(ENV_PREFIX)
        name = known.get(given)
        if name is None:
            problems.append(_unknown("plugin.env", given, tuple(known)))
        elif text and found.get(name, text) != text:
            message = f"plugin.env and plugin.parameters say different things of {name}"
            problems.append(error("plugin-twice", message, "say it in one place", Place("plugin.env")))
        elif text:
            found[name] = text
    if problems:
        raise ConfigError(tuple(problems))
    return found


def _by_parameters(text: str, problems: list[Finding]) -> dict[str, str]:
    """``[{name, string | array | map}]``; Argo CD writes ``null`` where there are none.

    The ``PARAM_*`` variables are never read: names that differ become one there.
    """
    try:
        value = json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        value = {}
    if value is None:
        return {}
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        message = f"{JSON_VARIABLE} is not the list of parameters that Argo CD writes"
        problems.append(error("plugin-parameters", message, "see the sidecar's environment", Place(JSON_VARIABLE)))
        return {}
    names = [parameter.name for parameter in PARAMETERS]
    found: dict[str, str] = {}
    for item in value:
        name = str(item.get("name", ""))
        if name not in names:
            problems.append(_unknown("plugin.parameters", name, names))
        elif name in found:
            message = f"the parameter {name} is there twice"
            problems.append(error("plugin-twice", message, "leave one of the two", Place("plugin.parameters")))
        elif not isinstance(item.get("string"), str) or item.get("array") or item.get("map"):
            message = f"the parameter {name} is not a text"
            problems.append(error("plugin-parameters", message, "write it as 'string:'", Place("plugin.parameters")))
        else:
            found[name] = item["string"]
    return {name: text for name, text in found.items() if text}


def _unknown(where: str, name: str, known: tuple[str, ...] | list[str]) -> Finding:
    if name in _NATIVE:
        message = f"{quote(name)}: the plugin does not honour Argo CD's own settings of {name} yet"
        fix = "put what they say into the source itself, or leave this application to Argo CD's own rendering"
    else:
        message = f"{quote(name)} means nothing to this plugin"
        fix = suggest(name, known) or f"known are {', '.join(known)}"
    return error("plugin-unknown", message, fix, Place(where))
