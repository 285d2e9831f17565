"""The settings of one call: the operator's (the sidecar's environment), then the Application's, then the repository's.

What Argo CD sets: https://argo-cd.readthedocs.io/en/stable/user-guide/build-environment/
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath

import msgspec

from gatelift.argocd.parameters import PARAMETERS, said
from gatelift.config.gateway import parse_gateway
from gatelift.config.outrank import VARIABLES, Operator, operator, parse_phase
from gatelift.config.problems import error, refuse
from gatelift.config.search import find
from gatelift.config.target import parse_target
from gatelift.config.words import nearest, quote, suggest
from gatelift.findings import Finding, Place, Severity
from gatelift.render import engines, helm
from gatelift.repository.root import repository_root

DEADLINE = 50.0
"""Seconds. Argo CD gives up after 60, which also cover fetching and copying the repository."""
DEADLINE_VARIABLE = "GATELIFT_DEADLINE"
OPERATORS_OWN = (DEADLINE_VARIABLE, engines.VARIABLE, helm.VARIABLE)
"""Variables of the sidecar that no Application can say, besides those of every command."""


class Policy(StrEnum):
    """What to do where an Ingress is refused: keep it, with its place closed, or print nothing and fail."""

    KEEP = "keep-ingress"
    FAIL = "fail"


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """The Application as its build environment tells it; empty where nothing does."""

    name: str = ""
    namespace: str = ""
    source_path: str = ""
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()


class CallSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a call was told besides the files."""

    root: str
    """The absolute path of the repository, or of the part of it that was sent."""
    folder: str
    """The working directory, relative to it."""
    name: str
    """The application's folder as the configuration names roots: relative to the whole repository."""
    told: Operator
    policy: Policy
    facts: str | None
    application: Application
    findings: tuple[Finding, ...]


def read_settings(environ: Mapping[str, str], cwd: str) -> CallSettings:
    """The settings of a call in ``cwd``. Raises ConfigError (exit code 3)."""
    application = _application(environ)
    here = os.path.realpath(cwd)
    root = _root(here, application.source_path)
    given = said(environ)
    told = operator(environ)
    _spelt(environ)
    _unlocked(given, told)
    mine = {item.name: environ.get(item.variable, "") for item in PARAMETERS}
    chosen = {name: mine[name] or given.get(name, "") for name in mine}
    folder = os.path.relpath(here, root)
    return CallSettings(
        root=root,
        folder=folder,
        name=application.source_path or Path(folder).as_posix(),
        told=_configured(_combined(told, given), here, root),
        policy=_policy(chosen["policy"]),
        facts=_facts(chosen["facts"], root, by_operator=bool(mine["facts"])),
        application=application,
        findings=tuple(_outranked(name) for name in mine if mine[name] and given.get(name, mine[name]) != mine[name]),
    )


def parse_deadline(text: str, source: str) -> float:
    """Seconds. Raises ConfigError."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise refuse("bad-value", f"{quote(text)} is no number of seconds from 1 to 3600", "write 50", Place(source))
    return seconds


def _application(environ: Mapping[str, str]) -> Application:
    path = environ.get("ARGOCD_APP_SOURCE_PATH", "")
    plain = PurePosixPath(os.path.normpath(path)) if path else PurePosixPath()
    if plain.is_absolute() or ".." in plain.parts:
        fix = "write the path in the Application relative to the repository's root"
        raise refuse("bad-value", f"{quote(path)} leads out of the repository", fix, Place("ARGOCD_APP_SOURCE_PATH"))
    return Application(
        # Of an Application in another namespace than Argo CD's own this is "namespace_name"; names have no underscore.
        name=environ.get("ARGOCD_APP_NAME", "").rpartition("_")[2],
        namespace=environ.get("ARGOCD_APP_NAMESPACE", ""),
        source_path=str(plain) if path else "",
        kube_version=environ.get("KUBE_VERSION", ""),
        api_versions=tuple(word for word in environ.get("KUBE_API_VERSIONS", "").split(",") if word),
    )


def _root(here: str, source_path: str) -> str:
    """Where what was sent begins.

    Argo CD may send less than the whole repository (``--plugin-use-manifest-generate-paths``): as much as the working
    directory and the source's path have in common at their ends lies below it.
    """
    parts, wanted = Path(here).parts, PurePosixPath(source_path).parts
    common = 0
    while common < min(len(parts) - 1, len(wanted)) and parts[-1 - common] == wanted[-1 - common]:
        common += 1
    # Nothing in common: the path is "." or a link, or nobody said one.
    return str(Path(*parts[: len(parts) - common]) if common else repository_root(Path(here)) or here)


def _combined(told: Operator, given: Mapping[str, str]) -> Operator:
    """What the Application says, where the operator says nothing."""
    gateway, target, phase = given.get("gateway"), given.get("target"), given.get("phase")
    return msgspec.structs.replace(
        told,
        gateway=told.gateway or (parse_gateway(gateway, "plugin parameter gateway") if gateway else None),
        target=told.target or (parse_target(target, "plugin parameter target") if target else None),
        phase=told.phase or (parse_phase(phase, "plugin parameter phase") if phase else None),
    )


def _spelt(environ: Mapping[str, str]) -> None:
    """Refuse a variable of the sidecar that is probably one of the plugin's own, misspelt."""
    known = [*(item.variable for item in PARAMETERS), *(item.name for item in VARIABLES), *OPERATORS_OWN]
    for name in sorted(environ):
        if not name.startswith("GATELIFT_") or name in known or not environ[name]:
            continue
        near = nearest(name, known, cutoff=0.9)
        if near is not None:
            message = f"the environment variable {quote(name)} means nothing to the plugin"
            raise refuse("unknown-variable", message, f"Did you mean {near}?", Place(name))


def _unlocked(given: Mapping[str, str], told: Operator) -> None:
    for parameter in PARAMETERS:
        if parameter.name in given and parameter.key and parameter.key in told.lock:
            message = f"{parameter.name} is locked by the operator: an Application must not set it"
            fix = "remove it, or ask whoever runs Argo CD"
            raise refuse("locked", message, fix, Place(f"plugin parameter {parameter.name}"))


def _configured(told: Operator, here: str, root: str) -> Operator:
    """Where ``.git`` was not sent, the search for gatelift.yaml would end at the working directory."""
    if told.config is not None or repository_root(Path(here)) is not None:
        return told
    for folder in (Path(here), *Path(here).parents):
        path = find(folder)
        if path is not None:
            return msgspec.structs.replace(told, config=str(path))
        if str(folder) == root:
            break
    return told


def _policy(text: str) -> Policy:
    if text and text not in {str(policy) for policy in Policy}:
        raise refuse("bad-value", f"{quote(text)} is no policy", suggest(text, Policy), Place("policy"))
    return Policy(text) if text else Policy.KEEP


def _facts(text: str, root: str, *, by_operator: bool) -> str | None:
    """The operator's file may lie anywhere; the Application's in the repository, and a link does not lead out."""
    if not text:
        return None
    path = os.path.realpath(Path(root, text))
    if not by_operator and not Path(path).is_relative_to(root):
        fix = "name a file of the repository, relative to its root"
        raise refuse("outside", f"{quote(text)} leads out of the repository", fix, Place("plugin parameter facts"))
    return path


def _outranked(name: str) -> Finding:
    said_so = error("plugin-outranked", f"the operator's {name} outranks what the Application says of it")
    return msgspec.structs.replace(said_so, severity=Severity.NOTE)
