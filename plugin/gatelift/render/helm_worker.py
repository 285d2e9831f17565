"""The other side of ``sdk.py``: a program of its own that renders charts with ``helm-python-sdk``.

Run as a file, confined, with nothing of gatelift at hand. The library is Go inside Python: what its runtime calls fatal
(no memory, a stack that overflows) ends the process without an exception, so it must not be gatelift's own.

A line of JSON asks, a line of JSON answers::

    {"open": FOLDER}                               -> {"library": BOOL} | {"error": TEXT}
    {"render": VALUES, "options": OPTIONS, "crds": BOOL, "check": BOOL, "seconds": NUMBER}
                                                   -> {"files": {PATH: TEXT}, "crds": [[PATH, TEXT]]} | {"error": TEXT}

``OPTIONS`` go to the library as they are (``name``, ``namespace``, ``kube_version``, ``api_versions``): the methods of
its Python classes do not hand on the last two, the functions below them do.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

_NO_HANDLE = 0


def main() -> None:
    """Answer until standard input ends. ``sys.argv[1]``: the folder that holds the package ``helm_python``."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the library prints is no answer
    sys.path.append(sys.argv[1])
    import helm_python

    worker = _Worker(helm_python)
    print(json.dumps({"version": helm_python.helm_sdk_version()}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = worker.open(asked["open"]) if "open" in asked else worker.render(asked)
        except helm_python.HelmError as error:
            answer = {"error": str(error) or type(error).__name__}
        print(json.dumps(answer), file=answers, flush=True)


class _Worker:
    """One chart at a time, loaded once for all of its cases, as long as no case can change what is loaded."""

    def __init__(self, helm: Any) -> None:
        self._helm = helm
        self._config = helm.Config(storage_driver="memory")
        self._chart: Any = None
        self._folder = ""
        self._used = False

    def open(self, folder: str) -> dict[str, Any]:
        self._folder, self._used = folder, False
        if self._chart is not None:
            self._chart.close()
            self._chart = None
        self._chart = self._helm.Chart.load(folder)
        return {"library": self._chart.metadata.get("type") == "library"}

    def render(self, asked: dict[str, Any]) -> dict[str, Any]:
        _bounded(asked["seconds"])
        self._fresh()
        native, chart, options = self._helm._native, self._chart._raw(), asked["options"]
        values = json.dumps(asked["render"])
        if asked["check"]:
            self._check(native, chart, values, options)
        rendered = native.call_string("helm_render", chart, values, json.dumps(options))
        crds = [[item["filename"], item["data"]] for item in self._chart.crds] if asked["crds"] else []
        return {"files": json.loads(rendered), "crds": crds}

    def _fresh(self) -> None:
        # Conditions, tags and imported values of one case are written into the loaded chart: a chart inside it that
        # one case turns off would be missing in all that follow.
        if self._used and (Path(self._folder) / "charts").is_dir():
            self.open(self._folder)
        self._used = True

    def _check(self, native: Any, chart: Any, values: str, options: dict[str, Any]) -> None:
        """What only an installation looks at: dependencies, the version of Kubernetes, whether objects are YAML."""
        given = {key: value for key, value in options.items() if key != "name"}
        dry = json.dumps({**given, "dry_run": "client"})
        none = native.HANDLE(_NO_HANDLE)
        native.call_string("helm_install", self._config._raw(), none, chart, None, options["name"], values, dry)


def _bounded(seconds: float) -> None:
    """Let the kernel end this process, should nobody be left to do it."""
    most = int(time.process_time() + seconds * (os.cpu_count() or 1)) + 5
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


if __name__ == "__main__":
    main()
