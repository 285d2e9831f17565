"""Offer what was found of a controller that nobody configured: where it stands, what it would change, what to write.

It is never used in silence: which of several controllers serves these Ingresses is for a person to say. What of it
restricts access withholds them until somebody does (``expected/unnamed.py``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

import msgspec

from gatelift.annotations.controller import FLAGS, Controller, is_own, matters
from gatelift.config.words import flow
from gatelift.expected.unnamed import Unnamed
from gatelift.findings import Finding, Severity
from gatelift.sources.controllers.find import describe
from gatelift.sources.controllers.model import Described, Form
from gatelift.text.source import Source

STDIN = "-"
RENDERED = " (rendered)"
"""How the path of what an engine made ends: no file of that name can be written down."""
_CERTIFICATE = "--default-ssl-certificate"
_MOST = 12


class Offer(msgspec.Struct, frozen=True):
    """A description, and the workload that runs with it where one was seen."""

    found: Described
    workload: Described | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags that are known of the controller."""
        return (self.workload or self.found).flags


class Seen(msgspec.Struct, frozen=True):
    """What was found of controllers: what to say of it, and what of it may withhold Ingresses."""

    findings: tuple[Finding, ...] = ()
    unnamed: tuple[Unnamed, ...] = ()


def seen(sources: Iterable[Source], controller: Controller, accept: Container[str] = ()) -> Seen:
    """What ``sources`` describe, told and ready for the judge; ``accept``: the settings that were accepted.

    Where ``controller`` is configured, whatever else is found is taken for one of another cluster: it withholds
    nothing, and is told only where it restricts access in another way than the configured one.
    """
    found = [item for source in sources for item in describe(source)]
    offers = list(joined(found))
    if is_configured(controller):
        told = [_elsewhere(item, controller) for item in offers]
        return Seen(_sorted(finding for finding in told if finding is not None))
    findings = _sorted(_finding(item, accept) for item in offers)
    made = [_unnamed(item) for item in offers if _restricting(item.found)]
    return Seen(findings, tuple(sorted(made, key=lambda item: (str(item.place), item.what))))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=Finding.sort_key))


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


def _restricting(found: Described) -> tuple[str, ...]:
    """The names of the settings that keep somebody out."""
    if not found.settings:
        return ()
    from gatelift.annotations.nginx.settings.table import restricting  # only where something was found

    return restricting(Controller(settings=found.settings))


def _unnamed(offer: Offer) -> Unnamed:
    found, runs = offer.found, offer.workload
    flags = [flag for flag in offer.flags if matters(flag.partition("=")[0])]
    return Unnamed(
        what=found.what,
        place=found.place,
        controller=msgspec.structs.replace(
            Controller.parse(found.settings, flags, found.config_map), maps=dict(found.maps)
        ),
        write=_instruction(found, runs, changing_flags(offer.flags)),
        classes=frozenset((*found.classes, *(runs.classes if runs is not None else ()))),
        told=runs is not None or bool(found.flags or found.classes),
    )


def _finding(offer: Offer, accept: Container[str]) -> Finding:
    found, runs = offer.found, offer.workload
    flags = changing_flags(offer.flags)
    changing = (*changing_settings(found), *(flag.partition("=")[0] for flag in flags))
    said_so = f"; {runs.what} ({runs.place}) runs with it" if runs is not None else ""
    return Finding(
        "nginx/controller-found",
        Severity.WARNING if changing else Severity.NOTE,
        f"{found.what} says how an ingress-nginx is set up{said_so}, and nobody said that it serves these Ingresses, "
        f"so the defaults of v1.15 are assumed{_changing(changing)}{_withheld(found, accept)}{_unknown(offer.flags)}",
        f"if it does, {_instruction(found, runs, flags)}",
        found.place,
    )


def _elsewhere(offer: Offer, named: Controller) -> Finding | None:
    """What is to be said of a controller beside the one that the configuration names; mostly nothing."""
    found = offer.found
    other = Controller(settings=found.settings)
    names = [name for name in _restricting(found) if named.setting(name) != other.setting(name)]
    if not names:
        return None
    return Finding(
        "nginx/controller-found",
        Severity.WARNING,
        f"{found.what} says how another ingress-nginx is set up than the one that the configuration names: it is "
        f"taken for that of another cluster, and nothing keeps out whom {', '.join(names)} of it would keep out",
        f"if it serves these Ingresses too, convert those of each controller by themselves: "
        f"{_instruction(found, offer.workload, changing_flags(offer.flags))}",
        found.place,
    )


def _changing(names: Sequence[str]) -> str:
    if not names:
        return "; nothing in it would change the result"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"; these would change the result: {', '.join(names[:_MOST])}{more}"


def _withheld(found: Described, accept: Container[str]) -> str:
    """Which settings keep somebody out, and so withhold what the controller may serve."""
    names = [name for name in _restricting(found) if name not in accept]
    return f"; until then Ingresses that {', '.join(names)} would restrict are withheld" if names else ""


def _unknown(flags: Iterable[str]) -> str:
    names = [flag.partition("=")[0] for flag in flags]
    strange = [name for name in dict.fromkeys(names) if name not in FLAGS and not is_own(name)]
    return f"; ingress-nginx v1.15 has no flag {', '.join(strange)}" if strange else ""


def _instruction(found: Described, runs: Described | None, flags: Sequence[str]) -> str:
    """What to write where the controller serves these Ingresses."""
    path = found.place.path
    if path == STDIN:
        return "save it to a file and pass --nginx-configmap FILE"
    if path.endswith(RENDERED):
        return "name the file in the repository that holds it: 'nginx: {configMap: PATH}' in gatelift.yaml"
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
    return f"write 'nginx: {flow(keys)}' in gatelift.yaml, or pass {' '.join(options)}"
