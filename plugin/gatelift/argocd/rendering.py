"""Rendering what the working directory holds, as Argo CD itself would: a kustomization, a chart, or plain manifests."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from gatelift.argocd.files import SentFiles
from gatelift.argocd.reach import NOT_SENT, out_of_reach
from gatelift.argocd.settings import CallSettings
from gatelift.argocd.stream import misread
from gatelift.config.model import Config
from gatelift.config.search import FILE_NAME
from gatelift.findings import EnvironmentProblem, Finding, InputError, Place, Severity, UsageError
from gatelift.gateway.naming import Naming
from gatelift.render.engines import kustomize_engine
from gatelift.render.helm import Release, helm_engine, template
from gatelift.render.kustomize import Build, Cause, build
from gatelift.repository.tree import join
from gatelift.sources.files import regular_bytes, unreadable
from gatelift.sources.kustomize.kustomization import NAMES, file_in
from gatelift.sources.streams import Reading, parsed

# https://argo-cd.readthedocs.io/en/stable/user-guide/directory/: the names that Argo CD takes for manifests, the
# comment that has it skip a file, and its own overrides.
_MANIFEST = re.compile(r".*\.(yaml|yml|json)", re.DOTALL)
_SKIP = b"+argocd:skip-file-rendering"
_OVERRIDE = re.compile(r"\.argocd-source(-.*)?\.yaml", re.DOTALL)
_UNCONFINED = Finding(
    "plugin/unconfined",
    Severity.WARNING,
    "the kernel here does not keep an engine inside its folder and off the network (Landlock, seccomp); what a "
    "kustomization names is checked beforehand, and nothing else stands in its way",
    "run the sidecar on Linux 5.13 or later, with Landlock on",
)
Left = Callable[[], float]
"""How many seconds are left."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What was rendered: the streams, and how the engine is called that made them."""

    reading: Reading
    engine: str
    naming: Naming = Naming.BY_HOST
    empty: bool = False
    """Whether the engine succeeded, and there is no object at all."""
    findings: tuple[Finding, ...] = ()


def rendered(call: CallSettings, config: Config, environ: Mapping[str, str], left: Left) -> Source:
    """Render the working directory.

    Raises ``InputError`` for what cannot be rendered, ``UsageError`` for what is not clear, ``EnvironmentProblem``
    where an engine or time is missing.
    """
    sent = SentFiles(call.root)
    _led_nowhere(call, sent)
    kustomization = file_in(sent, call.folder) is not None
    chart = sent.is_file(join(call.folder, "Chart.yaml"))
    if kustomization and chart:
        message = f"both Chart.yaml and one of {', '.join(NAMES)} are here, and either could be meant"
        fix = "keep them in folders of their own"
        raise UsageError(Finding("plugin/ambiguous", Severity.ERROR, message, fix, Place(call.name)))
    if kustomization:
        made = _kustomization(call, config, sent, environ, left)
    else:
        made = _chart(call, environ, left) if chart else _plain(call)
    problem = next(filter(None, (misread(stream.source) for stream in made.reading.streams)), None)
    if problem is not None:
        raise InputError(problem)
    return made


def _led_nowhere(call: CallSettings, sent: SentFiles) -> None:
    """Without the file that says how they belong together, parts would pass for manifests."""
    for name in (*NAMES, "Chart.yaml"):
        path = join(call.folder, name)
        if Path(call.root, path).is_symlink() and not (sent.is_file(path) or sent.is_folder(path)):
            raise InputError(_dangling(call, name))


def _dangling(call: CallSettings, name: str) -> Finding:
    message = "this link leads to nothing that Argo CD sent; without it, something else would reach the cluster"
    return Finding("plugin/dangling", Severity.ERROR, message, NOT_SENT, Place(join(call.name, name)))


def _kustomization(
    call: CallSettings, config: Config, sent: SentFiles, environ: Mapping[str, str], left: Left
) -> Source:
    problems = sorted(out_of_reach(sent, call.folder), key=Finding.sort_key)
    if problems:
        raise InputError(problems[0])
    engine = kustomize_engine(str(config.engine.kustomize), environ, repository=call.root)
    made = build(engine, call.root, call.folder, timeout=left())
    return rendered_stream(call, made, str(engine), Naming.BY_POSITION)


def _chart(call: CallSettings, environ: Mapping[str, str], left: Left) -> Source:
    application = call.application
    if not application.name:
        message = "a chart needs a name for its release, and ARGOCD_APP_NAME is not set"
        raise UsageError(Finding("plugin/no-name", Severity.ERROR, message, "set it, where Argo CD does not"))
    engine = helm_engine(environ, repository=call.root)
    release = Release(
        name=application.name,
        namespace=application.namespace,
        kube_version=application.kube_version,
        api_versions=application.api_versions,
    )
    made = template(engine, call.root, call.folder, release, timeout=left())
    return rendered_stream(call, made, str(engine), Naming.BY_HOST)


def rendered_stream(call: CallSettings, made: Build, engine: str, naming: Naming) -> Source:
    """What an engine made, as a source. Raises ``InputError`` and ``EnvironmentProblem`` where it made nothing."""
    if made.text is None:
        raise _failed(call, made, engine)
    findings = [
        Finding("plugin/engine", Severity.NOTE, f"{engine} says: {text}", place=Place(call.name))
        for text in made.warnings
    ]
    if not made.confined:
        findings.append(_UNCONFINED)
    reading = _joined([parsed(call.name, _shown(call), made.text.encode())])
    return Source(reading=reading, engine=engine, naming=naming, empty=_is_empty(reading), findings=tuple(findings))


def _joined(readings: Sequence[Reading]) -> Reading:
    """Several readings as one. What holds nothing but comments is no mistake here."""
    return Reading(
        tuple(stream for each in readings for stream in each.streams),
        tuple(item for each in readings for item in each.resources),
        tuple(item for each in readings for item in each.findings if item.code != "input/empty"),
    )


def _is_empty(reading: Reading) -> bool:
    return all(document.empty for stream in reading.streams for document in stream.documents)


def _shown(call: CallSettings) -> str:
    """How findings name the rendered stream."""
    return f"{call.name} (rendered)"


def _failed(call: CallSettings, made: Build, engine: str) -> Exception:
    if made.cause is Cause.TIMEOUT:
        return out_of_time(call.name)
    fix = NOT_SENT if "no such file or directory" in made.error else "correct the source; nothing is applied until then"
    return InputError(
        Finding("plugin/render", Severity.ERROR, f"{engine} cannot build it: {made.error}", fix, Place(call.name))
    )


def out_of_time(name: str) -> EnvironmentProblem:
    """What is said when the time is up."""
    return EnvironmentProblem(
        Finding(
            "plugin/deadline",
            Severity.ERROR,
            "rendering and converting took longer than the plugin has; nothing was printed, nothing is applied",
            "raise Argo CD's own timeout (server.repo.server.timeout.seconds and "
            "controller.repo.server.timeout.seconds in argocd-cmd-params-cm), and GATELIFT_DEADLINE in the sidecar to "
            "ten seconds less",
            Place(name),
        )
    )


def _plain(call: CallSettings) -> Source:
    """The manifests of the folder itself, as Argo CD reads a directory unless it is told to recurse."""
    folder = Path(call.root, call.folder)
    streams = [_manifest(call, name) for name in _names(call, folder)]
    reading = _joined([item for item in streams if item is not None])
    if not reading.failed and _is_empty(reading):
        # A file that some command failed to write says nothing either, and Argo CD might delete all that there is.
        raise InputError(
            Finding(
                "plugin/nothing",
                Severity.ERROR,
                "there is neither a kustomization, nor a chart, nor an object in a manifest here",
                "correct the Application's path; where nothing is meant, a kustomization with 'resources: []' says so",
                Place(call.name),
            )
        )
    return Source(reading=reading, engine="plain manifests")


def _names(call: CallSettings, folder: Path) -> list[str]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names only
    except OSError as error:
        raise InputError(unreadable(call.name, error)) from None
    jsonnet = next((name for name in names if name.endswith((".jsonnet", ".libsonnet"))), None)
    if jsonnet is not None:
        message = "Argo CD would run Jsonnet here, and the plugin does not"
        fix = "leave this application to Argo CD's own rendering"
        raise InputError(Finding("plugin/jsonnet", Severity.ERROR, message, fix, Place(join(call.name, jsonnet))))
    return [name for name in names if _MANIFEST.fullmatch(name) and name != FILE_NAME and not _OVERRIDE.fullmatch(name)]


def _manifest(call: CallSettings, name: str) -> Reading | None:
    """One file; None where a comment in it asks to be skipped, or it is no file."""
    path = os.path.realpath(Path(call.root, call.folder, name))
    if not Path(path).is_relative_to(call.root):
        message = "this link leads out of what Argo CD sent, and is not followed"
        fix = "keep the file in the repository"
        raise InputError(Finding("plugin/outside", Severity.ERROR, message, fix, Place(join(call.name, name))))
    if not os.path.exists(path):  # noqa: PTH110 - a link in a loop is no error to it
        raise InputError(_dangling(call, name))
    if not Path(path).is_file():
        return None
    data = regular_bytes(path)
    return None if _SKIP in data else parsed(call.name, join(call.name, name), data)
