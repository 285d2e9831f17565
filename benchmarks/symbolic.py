"""What the symbolic proof costs, as ratios against rendering the same roots once and against bounds, in the same run.

``python benchmarks/symbolic.py [--ingresses 500] [--roots 50] [--paths 200] [--repeats 3]``; never fails a build.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from convert import DECIDED, documents
from rewrite import Cost, commit, cost, run, write

from gatelift.cli.clusters import Given, clusters_of
from gatelift.cli.main import parser
from gatelift.proof.symbolic.case import prove_case
from gatelift.proof.symbolic.prove import Outcome, classes_of
from gatelift.render.engines import kustomize_engine

_GATEWAY = ("--gateway", "infra/shared/https")
_BOUND = (2.0, 200)
"""Seconds and MiB that a host with 200 paths may take."""
_ALONE = """\
import resource, sys, time
from gatelift.cli.clusters import clusters_of
from gatelift.cli.main import parser
from gatelift.proof.symbolic.case import prove_case
given = clusters_of(parser("prove").parse_args(sys.argv[1:]))
start = time.perf_counter()
found = [prove_case(item.case, given.settings, envoy_gateway=True) for item in given.clusters]
seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(seconds, peak / 1024, sum(item.classes for item in found), all(item.holds for item in found),
      sum(len(item.undecided) for item in found))
"""
_HEAD = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: wide
  namespace: shop
{annotations}spec:
  ingressClassName: nginx
  rules:
  - host: wide.example.com
    http:
      paths:
"""
_PATH = """\
      - path: {path}
        pathType: {kind}
        backend: {{service: {{name: app-{number}, port: {{number: 80}}}}}}
"""


def repository(folder: Path, ingresses: int, roots: int) -> list[str]:
    """Kustomizations, each with its share of the Ingresses; their folders."""
    write(folder / "gatelift.yaml", DECIDED + "gateway: {namespace: infra, name: shared, sectionName: https}\n")
    every = list(documents(ingresses))
    share = -(-ingresses // roots)
    found = []
    for number in range(roots):
        place = f"apps/app-{number}"
        text = "---\n".join(every[number * share : (number + 1) * share])
        write(folder / place / "ingress.yaml", text)
        write(folder / place / "kustomization.yaml", "resources:\n- ingress.yaml\n")
        found.append(place)
    return found


def measure(folder: Path, ingresses: int, roots: int, repeats: int) -> None:
    """A repository: its symbolic proof against rendering its roots once."""
    places = repository(folder, ingresses, roots)
    commit(folder)
    engine = kustomize_engine("auto", os.environ)

    def render() -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda place: run(*engine.argv, place, folder=folder), places))

    rendered = cost(render, repeats)
    os.chdir(folder)
    given = clusters_of(parser("prove").parse_args(["prove", "."]), planned=False)
    made: list[Outcome] = []
    proved = cost(lambda: made.extend(_proved(given)), repeats)
    covered = made[: len(given.clusters)]
    hosts, classes = sum(item.hosts for item in covered), sum(item.classes for item in covered)
    print(f"{ingresses} Ingresses in {roots} kustomizations, {engine}")
    print(f"  each rendered once    {rendered}")
    print(f"  symbolic proof        {proved}: {hosts} hosts, {classes} classes of requests")
    print(f"  proof / rendering once: {_ratio(proved, rendered)}")


def _proved(given: Given) -> list[Outcome]:
    classes_of.cache_clear()
    return [prove_case(item.case, given.settings, envoy_gateway=given.envoy_gateway) for item in given.clusters]


def wide(folder: Path, paths: int, *, regular: bool) -> Path:
    """An Ingress with many paths on one host."""
    text = _HEAD.format(annotations='  annotations:\n    nginx.ingress.kubernetes.io/use-regex: "true"\n' * regular)
    for number in range(paths):
        path = f"/area-{number % 20}/page-{number}" + ("/[a-z]+(/|$)" if regular else "")
        kind = "ImplementationSpecific" if regular else ("Prefix", "Exact")[number % 2]
        text += _PATH.format(path=path, kind=kind, number=number)
    write(folder / "old.yaml", text)
    return folder / "old.yaml"


def measure_host(folder: Path, paths: int, *, regular: bool) -> None:
    """One host in a process of its own: seconds and memory against the bounds."""
    old = wide(folder, paths, regular=regular)
    made = subprocess.run(  # noqa: S603 - commands of our own
        [sys.executable, "-m", "gatelift", "convert", *_GATEWAY, "--phase", "coexist", str(old)],
        capture_output=True, check=False,
    )  # fmt: skip
    (folder / "new.yaml").write_bytes(made.stdout)
    words = ("prove", *_GATEWAY, "--old", str(old), "--new", str(folder / "new.yaml"))
    command = [sys.executable, "-c", _ALONE, *words]
    found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - as above
    seconds, peak, classes, holds, undecided = found.stdout.split()
    kind = "regular" if regular else "plain"
    print(f"one host with {paths} {kind} paths: {classes} classes, holds: {holds}, undecided: {undecided}")
    print(f"  {float(seconds):.2f} s of {_BOUND[0]:g}, the whole process {float(peak):.0f} MiB of {_BOUND[1]}")


def _ratio(one: Cost, other: Cost) -> str:
    return f"{one.processor / other.processor:.2f} of processors, {one.clock / other.clock:.2f} of the clock"


def main() -> None:
    """Read the arguments, measure, print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ingresses", type=int, default=500, help="Ingresses of the repository; 0 leaves it out")
    arguments.add_argument("--roots", type=int, default=50, help="kustomizations that they are in")
    arguments.add_argument("--paths", type=int, default=200, help="paths of one host; 0 leaves it out")
    arguments.add_argument("--repeats", type=int, default=3, help="runs of each, of which the best counts")
    given = arguments.parse_args()
    for name in [name for name in os.environ if name.startswith("GATELIFT_")]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp())
    try:
        if given.ingresses:
            measure(folder / "repository", given.ingresses, given.roots, given.repeats)
        for regular in (False, True) if given.paths else ():
            measure_host(folder / f"host-{regular}", given.paths, regular=regular)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
