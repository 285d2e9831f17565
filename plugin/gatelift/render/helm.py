"""Rendering a chart as Argo CD does it: ``helm template`` of Helm 3 or 4, without network and cluster.

The order of the flags is that of Argo CD's own ``util/helm/cmd.go``. Charts of a repository, with values and without
Argo CD, are rendered by ``charts``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.render.engines import named_program, programs
from gatelift.render.kustomize import TIMEOUT, Build, Cause
from gatelift.render.messages import told
from gatelift.render.process import MOST_OUTPUT, Finished, Stopped, private_home, run

VARIABLE = "GATELIFT_HELM"
_VERSION = re.compile(r"v[34]\.\d+\.\d+\S*")


class HelmEngine(msgspec.Struct, frozen=True):
    """A ``helm`` and its version."""

    version: str
    program: str

    def __str__(self) -> str:
        return f"helm {self.version}"


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart is rendered for. An empty ``kube_version`` leaves it to helm."""

    name: str
    namespace: str = ""
    kube_version: str = ""
    api_versions: tuple[str, ...] = ()


def helm_engine(environ: Mapping[str, str], explicit: str | None = None, *, repository: str = "") -> HelmEngine:
    """The operator's helm (``explicit``, else ``GATELIFT_HELM``), else the first usable one on PATH.

    Raises ``EnvironmentProblem`` where there is none.
    """
    named = explicit or environ.get(VARIABLE)
    for path in (named_program(named, "Helm", repository),) if named else programs("helm", environ, repository):
        version = _version(path)
        if version:
            return HelmEngine(version, path)
    raise EnvironmentProblem(
        Finding(
            "environment/engine",
            Severity.ERROR,
            f"charts cannot be rendered: {'what ' + VARIABLE + ' names' if named else 'no program on PATH'} answers as "
            "helm 3 or 4",
            f"install helm, or name it by its absolute path in {VARIABLE}",
        )
    )


@lru_cache(maxsize=8)
def _version(path: str) -> str | None:
    with private_home() as home:
        try:
            done = run((path, "version", "--template", "{{.Version}}"), cwd=home, home=home, timeout=20.0)
        except EnvironmentProblem:
            return None
    found = _VERSION.fullmatch(done.out.decode(errors="replace").strip())
    return found[0] if found and done.status == 0 else None


def arguments(release: Release) -> tuple[str, ...]:
    """The words after ``helm``, for a chart without parameters in the working directory."""
    words = ["template", ".", "--name-template", release.name]
    if release.namespace:
        words += ["--namespace", release.namespace]
    if release.kube_version:
        words += ["--kube-version", release.kube_version]
    for version in release.api_versions:
        words += ["--api-versions", version]
    return (*words, "--include-crds")


def template(engine: HelmEngine, root: str, folder: str, release: Release, *, timeout: float = TIMEOUT) -> Build:
    """Render the chart in ``folder``, relative to ``root``, beyond which nothing is read; nothing is fetched."""
    real = os.path.realpath(root)
    chart = os.path.normpath(os.path.join(real, folder))  # noqa: PTH118 - bytes of any kind
    if os.path.commonpath((real, chart)) != real:
        raise ValueError(folder)
    with private_home() as home:
        done = run_helm(engine, arguments(release), chart, home, timeout, real)
        made = _result(done, (real, home), timeout)
    return msgspec.structs.replace(made, confined=done.confinement.whole)


def run_helm(
    engine: HelmEngine, words: Sequence[str], chart: str, home: str, timeout: float, reads: str = ""
) -> Finished:
    """Run helm in a chart's folder (absolute), with homes of its own below ``home`` and no plugins.

    It reads below ``reads``, or in the chart's folder alone.
    """
    homes = {f"HELM_{name}_HOME": home for name in ("CACHE", "CONFIG", "DATA")}
    return run(
        (engine.program, *words),
        cwd=chart,
        home=home,
        reads=(reads or chart,),
        timeout=max(timeout, 0.0),
        extra={**homes, "HELM_PLUGINS": f"{home}/none"},
    )


def _result(done: Finished, folders: Sequence[str], timeout: float) -> Build:
    if done.stopped is not Stopped.NO:
        ran_out = done.stopped is Stopped.TIMEOUT
        error = f"rendering it took longer than {timeout:g} s" if ran_out else f"it prints over {MOST_OUTPUT >> 20} MiB"
        cause = Cause.TIMEOUT if ran_out else Cause.TOO_LARGE
        return Build(text=None, error=f"{error}, and was ended", cause=cause, seconds=done.seconds)
    heard = told(done.err.decode(errors="backslashreplace"), folders)
    said = heard.error
    if done.status == 0:
        try:
            return Build(text=done.out.decode(), warnings=(*heard.remarks, *said.splitlines()), seconds=done.seconds)
        except UnicodeDecodeError:
            said = "what it prints is not UTF-8"
    missing = "missing in charts/ directory" in said
    error = f"it depends on charts that are not in charts/, and nothing is fetched: {said}" if missing else said
    cause = Cause.REMOTE if missing else Cause.INVALID
    error = error or f"helm ended with code {done.status}"
    return Build(text=None, error=error, cause=cause, warnings=heard.remarks, seconds=done.seconds)
