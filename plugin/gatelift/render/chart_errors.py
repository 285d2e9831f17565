"""Why a chart does not render, in a person's terms, with the line of the template that Helm names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.render.kustomize import Cause
from gatelift.render.messages import told
from gatelift.render.process import MOST_MEMORY, MOST_OUTPUT, Finished, Stopped
from gatelift.render.rendering import ChartJob, Rendering, place_of
from gatelift.render.sdk import WorkerEnded
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

RELEASE = (
    "the release's name is not one that Helm takes: at most 53 characters, lower case letters, digits, '-' and '.'"
)
NOT_JSON = "its values hold a number that is none (.inf or .nan), which Helm cannot hand to a template"
_CORRECT = "correct it, then run again; until then the chart stays as it is"

# Words of Helm 3.17 and 4: action.CheckDependencies, chartutil's schema validation, action.Install.
_MISSING = re.compile(r"missing in charts/ directory: ?([^\n]*)")
_REMOTE_SCHEMA = re.compile(r"(?:failing loading \"|Get \"|HTTP request failed for )(https?://[^\s\"]+)")
_KUBE = re.compile(r"chart requires kubeVersion: .* which is incompatible with Kubernetes (v\S+)")
_SCHEMA = re.compile(r"values don't meet the specifications of the schema")
_LIBRARY = re.compile(r"library charts are not installable")
_NO_MEMORY = re.compile(r"(?:fatal error: )?[^\n]*(?:out of memory|cannot allocate memory)")


def failure(job: ChartJob, message: str, cause: Cause = Cause.INVALID, fix: str = _CORRECT) -> Rendering:
    """A rendering that failed. ``message`` may name a line of a template; that becomes the place."""
    place = place_of(message, job.shown) or _chart(job)
    message = _without_secrets(_without_secrets(message, job.values), _own_values(job))
    said = f"the chart does not render with the values of {job.name}, so nothing of it is rewritten: {message}"
    return Rendering(findings=(Finding("helm/render", Severity.ERROR, said, fix, place),), cause=cause)


_SECRET = re.compile(r"(?i)passw|secret|token|credential|private|apikey|api_key|accesskey|auth|cert|dsn|license")
_TELLING = 4


def _own_values(job: ChartJob) -> object:
    """The chart's own values; nothing where they cannot be read, which Helm then says."""
    try:
        source = decode("values.yaml", Path(job.root, job.folder, "values.yaml").read_bytes())
        documents = split(source)
        loaded = load(source, documents[0]) if documents else None
    except (OSError, InputError):
        return None
    return None if loaded is None else loaded.value


def _without_secrets(message: str, values: object, secret: bool = False) -> str:
    """A message without the values of keys that sound like a secret: a chart's own ``fail`` may print what it likes."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            message = _without_secrets(message, value, secret or _SECRET.search(str(key)) is not None)
    elif isinstance(values, list | tuple):
        for value in values:
            message = _without_secrets(message, value, secret)
    elif secret and isinstance(values, str) and len(values) >= _TELLING:
        message = message.replace(values, "(not shown)")
    return message


def large_number(job: ChartJob) -> Finding:
    """What is said where the library cannot be given a number as ``--set`` gives it."""
    message = (
        f"a parameter of {job.name} sets a number above 999999, which helm-python-sdk can only hand over as the values "
        "of a file: a template prints it as 1e+06 here, and as it is written where it is deployed"
    )
    fix = "put helm on PATH, or name it in GATELIFT_HELM, to see what is deployed"
    return Finding("helm/large-number", Severity.NOTE, message, fix, _chart(job))


def _chart(job: ChartJob) -> Place:
    top = min(job.shown, key=len, default="")
    folder = job.shown.get(top, job.folder)
    return Place("Chart.yaml" if folder == "." else f"{folder}/Chart.yaml")


def told_by_helm(job: ChartJob, message: str) -> Rendering:
    """A rendering that failed with a message of Helm, which must be fit to be shown."""
    if found := _MISSING.search(message):
        fix = "commit what 'helm dependency build' puts into charts/ (*.tgz is often ignored), or render it elsewhere"
        said = f"it depends on charts that are not in charts/, and nothing is fetched: {found[1]}"
        return failure(job, said, Cause.REMOTE, fix)
    if found := _REMOTE_SCHEMA.search(message):
        fix = "copy that schema into the chart, so that rendering it needs no network"
        said = f"its values.schema.json refers to {found[1]}, and nothing is fetched"
        return failure(job, said, Cause.REMOTE, fix)
    if found := _KUBE.search(message):
        fix = 'write the version that your clusters run in gatelift.yaml, for example helm: {kubeVersion: "1.36"}'
        return failure(job, message, Cause.INVALID, fix)
    if _LIBRARY.search(message):
        return failure(job, message, Cause.INVALID, "nothing: charts that depend on it are rendered instead")
    if _SCHEMA.search(message):
        return failure(job, message, Cause.INVALID, "correct these values, or the chart's values.schema.json")
    return failure(job, message)


def ended(job: ChartJob, done: Finished, timeout: float, folders: Sequence[str]) -> Rendering | None:
    """Why a run of ``helm`` gave nothing; None where it did."""
    if done.stopped is Stopped.TIMEOUT:
        return failure(job, f"rendering it took longer than {timeout:g} s, and was ended", Cause.TIMEOUT)
    if done.stopped is Stopped.OUTPUT:
        return failure(job, f"it prints over {MOST_OUTPUT >> 20} MiB, and was ended", Cause.TOO_LARGE)
    if done.status == 0:
        return None
    said = told(done.err.decode(errors="backslashreplace"), folders).error
    if _NO_MEMORY.match(said):
        return failure(
            job, f"rendering it takes more than {MOST_MEMORY >> 30} GiB of memory, and was ended", Cause.TOO_LARGE
        )
    return told_by_helm(job, said or f"helm ended with code {done.status}")


def worker_ended(job: ChartJob, problem: WorkerEnded, timeout: float) -> Rendering:
    """What is said where the library took its worker along."""
    if problem.timeout:
        return failure(job, f"rendering it took longer than {timeout:g} s, and was ended", Cause.TIMEOUT)
    if problem.too_large:
        return failure(job, f"{problem.why}, and was ended", Cause.TOO_LARGE)
    said = f"Helm gave up on it ({problem.why}), as it does when a template takes all memory"
    return failure(job, said, Cause.TOO_LARGE)
