"""Rendering charts: which engine, where scratch copies have to lie for it, many jobs at once.

Both engines are given the same things in the same form: values as JSON, a release, a version of Kubernetes that is
always written out, and the API versions of Gateway API, which no cluster is there to tell.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, InputError, Severity
from gatelift.render import chart_errors
from gatelift.render.helm import HelmEngine, Release, helm_engine, run_helm
from gatelift.render.kustomize import TIMEOUT, Cause
from gatelift.render.messages import shown
from gatelift.render.process import MOST_OUTPUT, Stopped, private_folder, private_home, stop_all
from gatelift.render.rendering import NOTES, ChartJob, Rendering, rendered_objects, stream
from gatelift.render.sdk import PACKAGE, SdkEngine, Worker, WorkerEnded, sdk_engine, worker

ChartEngine: TypeAlias = HelmEngine | SdkEngine

KUBE_VERSION = "1.34.0"
"""What charts are rendered for where nobody says: each Helm has another default, and templates ask for it."""
API_VERSIONS = ("gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1/HTTPRoute")
"""Without a cluster Helm knows no kind of a CRD, and charts would write older versions, or nothing."""
CHOICES = ("auto", "helm", PACKAGE)
# releaseutil.ValidateReleaseName: a DNS-1123 subdomain that leaves room for suffixes.
_RELEASE = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST = 53
# NOTES.txt is a template like any other, and ``helm template`` prints all of them but this one.
_PROBE = "templates/zz-gatelift-notes.yaml"
_PROBING = '{"notes": {{ include (print .Template.BasePath "/NOTES.txt") . | toJson }} }\n'


def chart_engine(
    wanted: str, environ: Mapping[str, str], explicit: str | None = None, *, repository: str = ""
) -> ChartEngine:
    """The engine that renders charts; ``wanted`` is one of ``CHOICES``.

    What the operator names (``explicit``, else ``GATELIFT_HELM``) outranks it; ``auto`` takes a ``helm`` on PATH, else
    the library. Raises ``EnvironmentProblem`` where there is none, ``ValueError`` for another word.
    """
    if wanted not in CHOICES:
        raise ValueError(wanted)
    named = explicit or environ.get("GATELIFT_HELM")
    missing: EnvironmentProblem | None = None
    if named or wanted != PACKAGE:
        try:
            return helm_engine(environ, explicit, repository=repository)
        except EnvironmentProblem as problem:
            if named or wanted == "helm":
                raise
            missing = problem
    found = sdk_engine()
    if found is None:
        raise missing or EnvironmentProblem(_none())
    return found


def _none() -> Finding:
    message = f"charts cannot be rendered: the configuration asks for {PACKAGE}, and it is not installed here"
    return Finding("environment/engine", Severity.ERROR, message, f"pip install {PACKAGE}, or take engine.helm: auto")


def release(
    name: str, namespace: str = "", kube_version: str | None = None, api_versions: Iterable[str] = ()
) -> Release:
    """A release as both sides of a proof get it: a whole version of Kubernetes, Gateway API among the API versions."""
    numbers = (kube_version or KUBE_VERSION).removeprefix("v").split(".")
    whole = ".".join([*numbers, "0", "0"][:3])
    return Release(
        name=name,
        namespace=namespace or "default",
        kube_version=whole,
        api_versions=tuple(dict.fromkeys((*API_VERSIONS, *api_versions))),
    )


@contextmanager
def renderer(engine: ChartEngine, workers: int | None = None, *, timeout: float = TIMEOUT) -> Iterator[Renderer]:
    """Something that renders charts in scratch copies below its ``workspace``. ``timeout``: seconds for each job."""
    workspace = private_folder("gatelift-charts-")
    made = Renderer(engine, workspace, workers or os.cpu_count() or 1, timeout)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(workspace, ignore_errors=True)


class Renderer:
    """Renders jobs, several at once where they are of several charts. Scratch copies lie below ``workspace``."""

    __slots__ = ("_count", "_free", "_timeout", "engine", "workspace")

    def __init__(self, engine: ChartEngine, workspace: str, count: int, timeout: float) -> None:
        self.engine = engine
        self.workspace = workspace
        self._count = count
        self._timeout = timeout
        self._free: list[_Kept] = []

    def render(self, job: ChartJob) -> Rendering:
        """One job. Raises ``ValueError`` for a folder outside of its root or of the workspace."""
        return self.render_all((job,))[job.name]

    def render_all(self, jobs: Iterable[ChartJob]) -> Mapping[str, Rendering]:
        """All jobs, by their names, in their order. Raises ``EnvironmentProblem`` where no engine can be started."""
        waiting = list(jobs)
        groups: dict[tuple[str, str], list[ChartJob]] = {}
        for job in waiting:
            groups.setdefault((job.root, job.folder), []).append(job)
        lists = list(groups.values()) if isinstance(self.engine, SdkEngine) else [[job] for job in waiting]
        done: dict[str, Rendering] = {}
        for made in self._spread(lists):
            done.update(made)
        return {job.name: done[job.name] for job in waiting}

    def close(self) -> None:
        """End what is running."""
        while self._free:
            self._free.pop().close()

    def _spread(self, lists: Sequence[Sequence[ChartJob]]) -> Iterable[Mapping[str, Rendering]]:
        if self._count <= 1 or len(lists) <= 1:
            return [self._group(jobs) for jobs in lists]
        from concurrent.futures import ThreadPoolExecutor  # one job needs none, and Argo CD starts a process for each

        with ThreadPoolExecutor(min(self._count, len(lists)), "helm") as pool:
            try:
                return list(pool.map(self._group, lists))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                stop_all()
                raise

    def _group(self, jobs: Sequence[ChartJob]) -> Mapping[str, Rendering]:
        done = {job.name: found for job in jobs if (found := _unfit(job, self.workspace)) is not None}
        jobs = [job for job in jobs if job.name not in done]
        if not isinstance(self.engine, SdkEngine):
            return done | {job.name: _by_program(self.engine, job, self._timeout) for job in jobs}
        while jobs:
            kept = self._free.pop() if self._free else _Kept(self.engine, self.workspace)
            try:
                made, whole = _by_library(kept.worker, jobs, self._timeout)
            except BaseException:
                kept.close()
                raise
            done |= made
            jobs = jobs[len(made) :]
            if whole:
                self._free.append(kept)
            else:
                kept.close()
        return done


class _Kept:
    """A worker that outlives one call."""

    __slots__ = ("_context", "worker")

    def __init__(self, engine: SdkEngine, workspace: str) -> None:
        self._context = worker(engine, (workspace,))
        self.worker = self._context.__enter__()

    def close(self) -> None:
        self._context.__exit__(None, None, None)


def _unfit(job: ChartJob, workspace: str) -> Rendering | None:
    """Why a job cannot even be begun."""
    chart = os.path.realpath(Path(job.root, job.folder))
    for outer in (job.root, workspace):
        if not Path(chart).is_relative_to(os.path.realpath(outer)):
            raise ValueError(job.folder)
    if len(job.release.name) > _LONGEST or not _RELEASE.fullmatch(job.release.name):
        return chart_errors.failure(job, chart_errors.RELEASE, Cause.INVALID)
    try:
        json.dumps(job.values, allow_nan=False)
    except ValueError:
        return chart_errors.failure(job, chart_errors.NOT_JSON, Cause.INVALID)
    return None


def _by_program(engine: HelmEngine, job: ChartJob, timeout: float) -> Rendering:
    began = time.monotonic()
    chart = os.path.realpath(Path(job.root, job.folder))
    with private_home() as home:
        values = Path(home, "values.json")
        values.write_text(json.dumps(job.values, allow_nan=False), encoding="utf-8")
        words = [*_arguments(job.release), "--values", str(values)]
        words += [word for text in job.sets for word in ("--set", text)]
        words += [word for text in job.set_strings for word in ("--set-string", text)]
        done = run_helm(engine, words + (["--include-crds"] if job.crds else []), chart, home, timeout, job.root)
        made = _printed(job, done.out, chart_errors.ended(job, done, timeout, (os.path.realpath(job.root), home)))
        if not made.failed and job.notes and Path(chart, "templates", NOTES).is_file():
            notes = _probed(engine, words, chart, home, timeout)
            made = msgspec.structs.replace(made, notes=notes)
    whole = done.confinement.whole
    return msgspec.structs.replace(made, confined=whole, seconds=time.monotonic() - began)


def _arguments(wanted: Release) -> list[str]:
    words = ["template", wanted.name, ".", "--namespace", wanted.namespace]
    if wanted.kube_version:
        words += ["--kube-version", wanted.kube_version]
    return [*words, *(word for version in wanted.api_versions for word in ("--api-versions", version))]


def _probed(engine: HelmEngine, words: Sequence[str], chart: str, home: str, timeout: float) -> str:
    """The chart's notes, which are rendered once more in a copy that includes them as a manifest."""
    copy = Path(home, "chart")
    shutil.copytree(chart, copy)
    Path(copy, _PROBE).write_text(_PROBING, encoding="utf-8")
    done = run_helm(engine, [*words, "--show-only", _PROBE], str(copy), home, timeout)
    if done.status != 0 or done.stopped is not Stopped.NO:
        return ""
    text = done.out.decode(errors="replace")
    try:
        found = json.loads(text[text.index('{"notes"') :])
    except ValueError:
        return ""
    return str(found["notes"])


def _printed(job: ChartJob, out: bytes, failed: Rendering | None) -> Rendering:
    if failed is not None:
        return failed
    try:
        return Rendering(objects=rendered_objects(out.decode(), job.name))
    except UnicodeDecodeError:
        return chart_errors.failure(job, "what it prints is not UTF-8", Cause.INVALID)
    except InputError as error:
        return chart_errors.failure(job, f"an object that it renders cannot be read: {error.finding.message}")


def _by_library(asked: Worker, jobs: Sequence[ChartJob], timeout: float) -> tuple[dict[str, Rendering], bool]:
    """The first jobs of one chart, and whether the worker is still there; if not, the others wait for another."""
    done: dict[str, Rendering] = {}
    folders = (os.path.realpath(jobs[0].root), asked.home)
    job = jobs[0]
    began = time.monotonic()
    try:
        opened = asked.open(os.path.realpath(Path(job.root, job.folder)), timeout)
        if (problem := _refused(opened)) is not None:
            return {each.name: chart_errors.told_by_helm(each, shown(problem, folders)) for each in jobs}, True
        for job in jobs:
            began = time.monotonic()
            made = _answered(job, asked.ask(_question(job), timeout), folders)
            seconds = time.monotonic() - began
            done[job.name] = msgspec.structs.replace(made, seconds=seconds, confined=asked.confinement.whole)
    except WorkerEnded as ended:
        found = chart_errors.worker_ended(job, ended, timeout)
        done[job.name] = msgspec.structs.replace(found, seconds=time.monotonic() - began)
        return done, False
    return done, True


def _refused(answer: Mapping[str, object]) -> str | None:
    if answer.get("library"):
        return "library charts are not installable"
    return str(answer["error"]) if "error" in answer else None


def _question(job: ChartJob) -> Mapping[str, object]:
    options = {
        "name": job.release.name,
        "namespace": job.release.namespace,
        "kube_version": job.release.kube_version,
        "api_versions": job.release.api_versions,
    }
    return {"render": job.values, "options": options, "crds": job.crds, "check": job.check}


def _answered(job: ChartJob, answer: Mapping[str, object], folders: Sequence[str]) -> Rendering:
    if "error" in answer:
        return chart_errors.told_by_helm(job, shown(str(answer["error"]), folders))
    files, crds = answer["files"], answer["crds"]
    assert isinstance(files, dict)  # noqa: S101 - see helm_worker
    assert isinstance(crds, list)  # noqa: S101
    text = stream(files, crds)
    if len(text) > MOST_OUTPUT:
        return chart_errors.failure(job, f"it prints over {MOST_OUTPUT >> 20} MiB", Cause.TOO_LARGE)
    made = _printed(job, text.encode("utf-8", "surrogateescape"), None)
    own = [path for path in files if path.endswith(f"/templates/{NOTES}") and path.count("/") == 2]
    said = (*made.findings, chart_errors.large_number(job)) if job.sets and not made.failed else made.findings
    return msgspec.structs.replace(made, notes=files[own[0]] if own and job.notes else "", findings=said)
