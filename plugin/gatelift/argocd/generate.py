"""``generate``: the rendered objects and what each Ingress becomes, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from gatelift.annotations.controller import Controller
from gatelift.annotations.evaluate import Rulings
from gatelift.annotations.options import DecideOptions
from gatelift.argocd.deadline import Ended, deadline
from gatelift.argocd.places import in_the_repository
from gatelift.argocd.rendering import Left, Source, out_of_time, rendered
from gatelift.argocd.settings import DEADLINE, DEADLINE_VARIABLE, CallSettings, Policy, parse_deadline, read_settings
from gatelift.argocd.stream import as_yaml
from gatelift.config import Config, load
from gatelift.config.model import Phase
from gatelift.expected.context import Context, IngressKey, Inputs, gather
from gatelift.expected.expected import Expected, expected
from gatelift.expected.judge import judge
from gatelift.expected.settings import setting_findings
from gatelift.findings import EnvironmentProblem, Exit, Finding, Place, Severity, UsageError
from gatelift.sources.controller import configured_map, controller_of
from gatelift.sources.controllers.offer import Seen, seen
from gatelift.sources.given import read_facts
from gatelift.sources.output import stream_text
from gatelift.sources.plain import Manifests, manifests
from gatelift.targets.registry import resolve


class Generated(msgspec.Struct, frozen=True, kw_only=True):
    """What a call made. ``text`` is for Argo CD, and empty unless ``code`` is ``DONE``."""

    text: str
    code: Exit
    engine: str
    phase: Phase
    target: str
    complete: bool
    result: Expected
    places: Mapping[IngressKey, Place]
    findings: tuple[Finding, ...]


def generate(environ: Mapping[str, str], cwd: str, seconds: float | None = None) -> Generated:
    """Render the working directory and convert it, within ``seconds`` (else ``GATELIFT_DEADLINE``, else 50).

    Raises ``UsageError``, ``InputError`` and ``EnvironmentProblem``; nothing is to be printed then.
    """
    if seconds is None:
        given = environ.get(DEADLINE_VARIABLE)
        seconds = parse_deadline(given, DEADLINE_VARIABLE) if given else DEADLINE
    name = environ.get("ARGOCD_APP_SOURCE_PATH") or "."
    try:
        with deadline(seconds) as left:
            return _generate(environ, cwd, left)
    except Ended as ended:
        raise (_asked_to_end(name) if ended.asked else out_of_time(name)) from None
    except UsageError as error:
        raise _in_terms_of_argo_cd(error) from None


def _asked_to_end(name: str) -> EnvironmentProblem:
    message = "it was asked to end (SIGTERM) before it was done; nothing was printed, nothing is applied"
    fix = "see whether Argo CD ran out of time, or is being restarted"
    return EnvironmentProblem(Finding("plugin/ended", Severity.ERROR, message, fix, Place(name)))


def _in_terms_of_argo_cd(error: UsageError) -> UsageError:
    """Where a flag would be the way elsewhere, here it is a parameter or the sidecar's environment."""
    if error.finding.code != "config/no-gateway":
        return error
    fix = (
        "give the Application the plugin parameter 'gateway' (NAMESPACE/NAME[/LISTENER]), the sidecar the variable "
        "GATELIFT_GATEWAY, or gatelift.yaml 'gateway: {namespace: ..., name: ...}'"
    )
    return UsageError(msgspec.structs.replace(error.finding, fix=fix))


def _generate(environ: Mapping[str, str], cwd: str, left: Left) -> Generated:
    call = read_settings(environ, cwd)
    with in_the_repository(call):
        return _converted(call, environ, cwd, left)


def _converted(call: CallSettings, environ: Mapping[str, str], cwd: str, left: Left) -> Generated:
    config = load(Path(cwd), call.told, DecideOptions())
    source = rendered(call, config, environ, left)
    found = manifests(source.reading)
    named = controller_of(configured_map(Path(call.root), config.nginx), (), config.nginx)
    # Of a controller elsewhere in the repository nothing is known here: a monorepo is not walked for one application.
    described = seen(
        (stream.source for stream in source.reading.streams), named, {entry.key for entry in config.accept}
    )
    context = _context(call, config, source, found, named, described)
    phase = config.phase_for(call.name)
    result = expected(found.ingresses, phase, context, judge(found.ingresses, context, phase, found.suspects))
    findings = (*call.findings, *source.findings, *source.reading.findings, *found.findings, *described.findings)
    code = _code(call, source, found, result)
    text = as_yaml(stream_text(source.reading, result)) if code is Exit.DONE and not source.empty else ""
    if code is Exit.DONE and not text.strip() and not source.empty:
        # To Argo CD that would be an application without objects: with pruning on it deletes all that there are.
        raise AssertionError("objects were rendered, and none came out")
    return Generated(
        text=text,
        code=code,
        engine=source.engine,
        phase=phase,
        target=str(context.target.spec),
        complete=context.complete,
        result=result,
        places=found.places,
        findings=(*findings, *result.findings, *setting_findings(context)),
    )


def _code(call: CallSettings, source: Source, found: Manifests, result: Expected) -> Exit:
    if source.reading.failed or found.failed:
        return Exit.UNREADABLE
    if result.refused and call.policy is Policy.FAIL:
        return Exit.REFUSED
    return Exit.DONE


def _context(
    call: CallSettings, config: Config, source: Source, found: Manifests, named: Controller, described: Seen
) -> Context:
    inventory = found.inventory
    return gather(
        Inputs(
            ingresses=found.ingresses,
            resources=found.resources,
            inventory=inventory,
            config=config,
            rulings=Rulings(
                controller=named,
                decide={entry.option: entry.value for entry in config.decide},
                accept={entry.key: entry.reason for entry in config.accept},
                secrets=inventory.secrets,
                config_maps=inventory.config_maps,
                header_maps=inventory.header_maps,
            ),
            target=resolve(config.target),
            given=read_facts(call.facts) if call.facts else None,
            naming=source.naming,
            unnamed=described.unnamed,
        )
    )
