"""Offer what was found of a controller that nobody configured: where it stands, what it would change, what to write.

It is never used in silence: which of several controllers serves these Ingresses is for a person to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from gatelift.annotations.controller import FLAGS, Controller, is_own, matters
from gatelift.config.words import flow
from gatelift.findings import Finding, Severity
from gatelift.sources.controllers.find import describe
from gatelift.sources.controllers.model import Described, Form
from gatelift.text.source import Source

STDIN = "-"
_CERTIFICATE = "--default-ssl-certificate"
_MOST = 12


class Offer(msgspec.Struct, frozen=True):
    """A description, and the workload that runs with it where one was seen."""

    found: Described
    workload: Described | None = None


def offers(sources: Iterable[Source], controller: Controller) -> tuple[Finding, ...]:
    """A finding for each controller that ``sources`` describe; none where ``controller`` is configured already."""
    if is_configured(controller):
        return ()
    found = [item for source in sources for item in describe(source)]
    return tuple(sorted((_finding(item) for item in joined(found)), key=Finding.sort_key))


def is_configured(controller: Controller) -> bool:
    """Whether somebody said where the settings are."""
    return bool(controller.config_map or controller.settings)


def joined(found: Sequence[Described]) -> Iterator[Offer]:
    """Each ConfigMap with the workload that names it, then workloads and values by themselves."""
    workloads = [item for item in found if item.form is Form.WORKLOAD]
    named = {item.config_map for item in workloads if item.config_map}
    used: list[Described] = []
    for item in found:
        if item.form is Form.CONFIG_MAP and (item.sure or item.config_map in named):
            runs = next((each for each in workloads if each.config_map == item.config_map), None)
            used += [runs] if runs is not None else []
            yield Offer(item, runs)
        elif item.form is Form.VALUES:
            yield Offer(item)
    yield from (Offer(item) for item in workloads if item not in used and changing_flags(item.flags))


def changing_flags(flags: Iterable[str]) -> tuple[str, ...]:
    """Those of ``flags`` that ask for something else than holds anyway."""
    plain = Controller()
    return tuple(flag for flag in flags if matters(flag.partition("=")[0]) and Controller.parse({}, [flag]) != plain)


def changing_settings(found: Described) -> tuple[str, ...]:
    """The names of the settings that would change the result."""
    from gatelift.annotations.nginx.settings.model import Effect  # only where something was found
    from gatelift.annotations.nginx.settings.table import KNOWN, said

    names = said(Controller(settings=found.settings))
    return tuple(name for name in names if name not in KNOWN or KNOWN[name].effect is not Effect.OWN)


def _finding(offer: Offer) -> Finding:
    found, runs = offer.found, offer.workload
    flags = changing_flags((runs or found).flags)
    changing = (*changing_settings(found), *(flag.partition("=")[0] for flag in flags))
    said_so = f"; {runs.what} ({runs.place}) runs with it" if runs is not None else ""
    return Finding(
        "nginx/controller-found",
        Severity.WARNING if changing else Severity.NOTE,
        f"{found.what} says how an ingress-nginx is set up{said_so}, and nobody said that it serves these Ingresses, "
        f"so the defaults of v1.15 are assumed{_changing(changing)}{_open(found)}{_unknown((runs or found).flags)}",
        _fix(found, runs, flags),
        found.place,
    )


def _changing(names: Sequence[str]) -> str:
    if not names:
        return "; nothing in it would change the result"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"; these would change the result: {', '.join(names[:_MOST])}{more}"


def _open(found: Described) -> str:
    """Which settings keep somebody out: the routes are written without them."""
    from gatelift.annotations.nginx.settings.table import RESTRICTING, said  # only where something was found

    names = [name for name in said(Controller(settings=found.settings)) if name in RESTRICTING]
    return f"; until then nothing keeps out whom {', '.join(names)} would keep out" if names else ""


def _unknown(flags: Iterable[str]) -> str:
    names = [flag.partition("=")[0] for flag in flags]
    strange = [name for name in dict.fromkeys(names) if name not in FLAGS and not is_own(name)]
    return f"; ingress-nginx v1.15 has no flag {', '.join(strange)}" if strange else ""


def _fix(found: Described, runs: Described | None, flags: Sequence[str]) -> str:
    path = found.place.path
    if path == STDIN:
        return "if it does, save it to a file and pass --nginx-configmap FILE"
    elsewhere = flags if found.form is Form.WORKLOAD or (runs is not None and runs.place.path != path) else ()
    keys: dict[str, object] = {} if found.form is Form.WORKLOAD else {"configMap": path}
    rest = [flag for flag in elsewhere if not flag.startswith(f"{_CERTIFICATE}=")]
    certificate = next((flag.partition("=")[2] for flag in elsewhere if flag not in rest), "")
    if certificate:
        keys["defaultTLSSecret"] = certificate
    if rest:
        keys["flags"] = rest
    options = [f"--nginx-configmap {path}"] if "configMap" in keys else []
    options += [f"--controller-flag={flag}" for flag in elsewhere]
    return f"if it does, write 'nginx: {flow(keys)}' in gatelift.yaml, or pass {' '.join(options)}"
