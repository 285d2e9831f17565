"""How fast ``gatelift plan`` is on whole repositories, as ratios against what the work itself costs, in the same run.

``python benchmarks/rewrite.py [--files 20000] [--ingresses 500] [--overlays 200] [--repeats 3]``; never fails a build.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from gatelift.render.engines import kustomize_engine

GATEWAY = ("--gateway", "infra/shared/https")
GATELIFT = (sys.executable, "-m", "gatelift")

_INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "30"
spec:
  ingressClassName: nginx
  tls:
  - hosts:
    - {host}
    secretName: {name}-tls
  rules:
  - host: {host}
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: {name}
            port:
              number: 80
"""
_OTHER = "apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n  lines:\n"
_KINDS = ("Deployment", "ConfigMap", "Service", "Role", "CronJob")
_PATCHES = {
    "json6902": "patches:\n- target: {{kind: Ingress, name: web}}\n  patch: |-\n"
    "    - op: replace\n      path: /spec/rules/0/host\n      value: {host}\n"
    "    - op: replace\n      path: /spec/tls/0/hosts/0\n      value: {host}\n",
    "prefix": "namePrefix: {name}-\npatches:\n- target: {{kind: Ingress, name: web}}\n  patch: |-\n"
    "    - op: replace\n      path: /spec/rules/0/host\n      value: {host}\n",
    "merge": "patches:\n- patch: |-\n    apiVersion: networking.k8s.io/v1\n    kind: Ingress\n    metadata:\n"
    "      name: web\n    spec:\n      rules:\n      - host: {host}\n        http:\n          paths:\n"
    "          - path: /\n            pathType: Prefix\n"
    "            backend: {{service: {{name: web, port: {{number: 80}}}}}}\n",
}


class Cost(msgspec.Struct, frozen=True, order=True):
    """What one command took: seconds of all processors together, and of the clock."""

    processor: float
    clock: float

    def __str__(self) -> str:
        return f"{self.processor:6.2f} s of processors, {self.clock:6.2f} s"


def cost(action: Callable[[], object], repeats: int) -> Cost:
    """The best of several runs of something that starts processes."""
    found = []
    for _ in range(repeats):
        before, start = _used(), time.perf_counter()
        action()
        found.append(Cost(_used() - before, time.perf_counter() - start))
    return min(found)


def _used() -> float:
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in times)


def run(*command: str, folder: Path) -> None:
    """Run a command and throw its output away."""
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - commands of our own


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(folder: Path) -> None:
    """Make a repository of a folder."""
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    for words in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-qm", "all")):
        run("git", *words, folder=folder)


def plain_repository(folder: Path, files: int, ingresses: int) -> Iterator[str]:
    """Applications of ten files in three folders, four of five in YAML; the paths of the Ingresses."""
    every = files // ingresses
    for number in range(files):
        place = Path("apps", f"app-{number // 10}", str(number % 3))
        if number % every == 0:
            path = place / f"ingress-{number}.yaml"
            write(folder / path, _INGRESS.format(name=f"app-{number}", host=f"app-{number}.example.com"))
            yield str(path)
        elif number % 5 == 1:
            write(folder / place / f"notes-{number}.md", "what this is about\n" * 75)
        else:
            head = _OTHER.format(kind=_KINDS[number % len(_KINDS)], name=f"thing-{number}")
            lines = "".join(f"  - line-{index}: some value of a manifest {index}\n" for index in range(32))
            write(folder / place / f"thing-{number}.yaml", head + lines)


def overlays_repository(folder: Path, count: int, style: str) -> list[str]:
    """A base and ``count`` overlays that give it a host; their folders."""
    write(folder / "base/kustomization.yaml", "resources:\n- ingress.yaml\n- service.yaml\n")
    write(folder / "base/ingress.yaml", _INGRESS.format(name="web", host="web.example.com"))
    write(
        folder / "base/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
    )
    found = []
    for number in range(count):
        name = f"shop-{number}"
        text = f"resources:\n- ../../base\nnamespace: {name}\n"
        text += _PATCHES[style].format(name=name, host=f"{name}.example.com")
        write(folder / "overlays" / name / "kustomization.yaml", text)
        found.append(f"overlays/{name}")
    return found


def measure_plain(folder: Path, files: int, ingresses: int, repeats: int) -> None:
    """A repository of plain manifests: planning against searching it and converting what is found."""
    paths = list(plain_repository(folder, files, ingresses))
    commit(folder)
    search = cost(lambda: run("git", "grep", "-l", "Ingress", folder=folder), repeats)
    converted = cost(lambda: run(*GATELIFT, "convert", *GATEWAY, *paths, folder=folder), repeats)
    planned = cost(lambda: run(*GATELIFT, "plan", *GATEWAY, folder=folder), repeats)
    limit = Cost(4 * search.processor + converted.processor, 4 * search.clock + converted.clock)
    print(f"{files} files, {ingresses} Ingresses in plain manifests")
    print(f"  git grep -l Ingress   {search}")
    print(f"  convert of these      {converted}")
    print(f"  plan                  {planned}")
    print(f"  plan / (4 x grep + convert): {_ratio(planned, limit)}")


def measure_overlays(folder: Path, count: int, style: str, repeats: int) -> None:
    """Overlays on one base: planning, with all proofs, against rendering each of them twice on all processors."""
    overlays = overlays_repository(folder, count, style)
    commit(folder)
    engine = kustomize_engine("auto", os.environ)

    def render() -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda place: run(*engine.argv, place, folder=folder), [*overlays, *overlays]))

    rendered = cost(render, repeats)
    planned = cost(lambda: run(*GATELIFT, "plan", *GATEWAY, folder=folder), repeats)
    print(f"{count} overlays ({style}), {engine}")
    print(f"  each rendered twice   {rendered}")
    print(f"  plan with proofs      {planned}")
    print(f"  plan / rendering twice: {_ratio(planned, rendered)}")


def _ratio(one: Cost, other: Cost) -> str:
    return f"{one.processor / other.processor:.2f} of processors, {one.clock / other.clock:.2f} of the clock"


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20000, help="files of the plain repository; 0 leaves it out")
    parser.add_argument("--ingresses", type=int, default=500, help="how many of them hold an Ingress")
    parser.add_argument("--overlays", type=int, default=200, help="overlays on one base; 0 leaves them out")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each, of which the best counts")
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("GATELIFT_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp())
    try:
        if arguments.files:
            measure_plain(folder / "plain", arguments.files, arguments.ingresses, arguments.repeats)
        for style in _PATCHES if arguments.overlays else ():
            measure_overlays(folder / style, arguments.overlays, style, arguments.repeats)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
