"""How fast ``gatelift convert`` is: rate, growth, memory and start-up, as ratios measured in the same run.

``python benchmarks/convert.py [--counts 1000 10000] [--profile]``; never fails a build (see README.md).
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import io
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

NGINX = "nginx.ingress.kubernetes.io"
GATEWAY = ("--gateway", "infra/shared/https")
DECIDED = "decide: {authUrl: session}\n"  # else each auth-url is refused, and less is measured than people run
# What Ingresses of real repositories carry, roughly in their proportion: most have little, some have a lot.
KINDS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (),
    (("proxy-read-timeout", "3600"),),
    (("ssl-redirect", "true"), ("proxy-connect-timeout", "10")),
    (("whitelist-source-range", "10.0.0.0/8,192.168.0.0/16"),),
    (("enable-cors", "true"), ("cors-allow-origin", "https://app.example.com")),
    (("limit-rps", "20"), ("affinity", "cookie"), ("session-cookie-name", "route")),
    (("auth-url", "http://gate.auth.svc.cluster.local/check"), ("auth-response-headers", "X-User")),
    (("backend-protocol", "HTTPS"), ("force-ssl-redirect", "true")),
    (("permanent-redirect", "https://new.example.com/start"),),
    (("proxy-body-size", "8m"),),
    (("configuration-snippet", "more_set_headers 'X-Frame-Options: DENY';"),),
)
REGEX = (("rewrite-target", "/$2"), ("use-regex", "true"))


def documents(count: int) -> Iterator[str]:
    """``count`` Ingresses: three in a row share a host, every twelfth host is regular, every other host has TLS."""
    for number in range(count):
        host = number // 3
        regular = host % 12 == 7
        annotations = KINDS[number % len(KINDS)] + (REGEX if regular else ())
        path = f"/p{number % 3}(/|$)(.*)" if regular else ("/", "/api", "/static/")[number % 3]
        lines = [
            "apiVersion: networking.k8s.io/v1",
            "kind: Ingress",
            "metadata:",
            f"  name: app-{number}",
            f"  namespace: team-{number % 40}",
            "  labels:",
            f"    app.kubernetes.io/name: app-{number}",
            "    app.kubernetes.io/part-of: shop",
        ]
        if annotations:
            lines.append("  annotations:")
            lines += [f'    {NGINX}/{key}: "{value}"' for key, value in annotations]
        lines += ["spec:", "  ingressClassName: nginx"]
        if host % 2:
            lines += ["  tls:", "  - hosts:", f"    - host-{host}.example.com", f"    secretName: host-{host}-tls"]
        lines += [
            "  rules:",
            f"  - host: host-{host}.example.com",
            "    http:",
            "      paths:",
            f"      - path: {path}",
            f"        pathType: {'ImplementationSpecific' if regular else 'Prefix'}",
            "        backend:",
            "          service:",
            f"            name: app-{number}",
            "            port:",
            "              number: 8080",
            "",
        ]
        yield "\n".join(lines)


def write_input(path: Path, count: int) -> int:
    """Write the input of one measurement; its size in bytes."""
    path.with_name("gatelift.yaml").write_text(DECIDED, encoding="utf-8")
    text = "---\n".join(documents(count))
    path.write_text(text, encoding="utf-8")
    return len(text)


def arguments(path: Path) -> tuple[str, ...]:
    """Those of ``convert`` for an input written by ``write_input``."""
    return (*GATEWAY, "--config", str(path.with_name("gatelift.yaml")), str(path))


def seconds(action: Callable[[], object], repeats: int) -> float:
    """The best of several runs, in seconds of the processor: what else the machine does matters less that way."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return min(found)


def convert(path: Path) -> None:
    """One conversion in this process, its output thrown away."""
    from gatelift.cli.main import main

    # stdout must have a buffer, for convert writes bytes.
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        main(["convert", *arguments(path)])


def load(path: Path) -> None:
    """The same bytes with PyYAML's C loader."""
    import yaml

    for _ in yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader):
        pass


def peak(path: Path) -> tuple[float, float]:
    """Peak memory in MiB of a process that converts ``path``, and of one that only starts Python."""
    return (
        _peak_of([sys.executable, "-m", "gatelift", "convert", *arguments(path)]),
        _peak_of([sys.executable, "-c", "pass"]),
    )


def _peak_of(command: list[str]) -> float:
    # A child of its own asks for its only child's peak: RUSAGE_CHILDREN holds the largest of all children.
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, *command], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def start_up(path: Path, repeats: int = 9) -> tuple[float, float]:
    """Milliseconds to convert one plain Ingress, and to do nothing: the middle of several runs, taken in turns."""
    commands = ([sys.executable, "-m", "gatelift", "convert", *arguments(path)], [sys.executable, "-c", "pass"])
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for command, times in zip(commands, found, strict=True):
            start = time.perf_counter()
            subprocess.run(  # noqa: S603 - our own interpreter
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
            times.append((time.perf_counter() - start) * 1000)
    return median(found[0]), median(found[1])


def measure(folder: Path, counts: list[int], repeats: int) -> None:
    """Print everything."""
    rates: list[tuple[int, float]] = []
    for count in counts:
        path = folder / f"{count}.yaml"
        size = write_input(path, count)
        convert(path) if not rates else None
        taken = seconds(partial(convert, path), repeats if count <= 2000 else 1)
        loaded = seconds(partial(load, path), repeats if count <= 2000 else 1)
        memory, bare = peak(path)
        rates.append((count, taken / count))
        print(
            f"{count:>6} Ingresses ({size / 1e6:.1f} MB): {count / taken:7.0f} Ingresses/s, {taken:6.2f} s, "
            f"{taken / loaded:5.2f} x CSafeLoader ({loaded:.2f} s), "
            f"peak {memory:.0f} MiB ({memory - bare:.0f} above Python)"
        )
    if len(rates) > 1:
        (few, first), (many, last) = rates[0], rates[-1]
        print(f"growth: {last / first:.2f} x the time per Ingress at {many} against {few} (1.00 is linear)")
    path = folder / "one.yaml"
    write_input(path, 1)
    ours, nothing = start_up(path)
    print(f"start-up: {ours:.0f} ms for one plain Ingress, {ours / nothing:.1f} x 'python -c pass' ({nothing:.0f} ms)")


def profile(folder: Path, count: int) -> None:
    """Print where the time of one conversion goes."""
    path = folder / "profile.yaml"
    write_input(path, count)
    convert(path)
    profiler = cProfile.Profile()
    profiler.runcall(convert, path)
    stats = pstats.Stats(profiler)
    stats.sort_stats("tottime").print_stats(25)
    stats.sort_stats("cumulative").print_stats(45)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[1000, 10000], help="how many Ingresses to convert")
    parser.add_argument("--repeats", type=int, default=3, help="runs of a small input, of which the best counts")
    parser.add_argument("--profile", action="store_true", help="print a profile of the first count instead")
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("GATELIFT_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as name:
        if arguments.profile:
            profile(Path(name), arguments.counts[0])
        else:
            measure(Path(name), arguments.counts, arguments.repeats)
            print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
