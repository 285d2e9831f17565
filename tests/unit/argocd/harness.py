"""Argo CD's side of the contract with a config-management plugin, as its own code does it.

Read from argo-cd v3.5.1: ``cmpserver/plugin/{config,plugin}.go``, ``util/cmp/stream.go``, ``util/io/files/tar.go``,
``reposerver/repository/repository.go`` (``newEnv``, ``getPluginEnvs``), ``gitops-engine/pkg/utils/kube``.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import yaml

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "argocd-cmp.yaml"
MOST_OUTPUT = 100 << 20


class AppError(Exception):
    """What Argo CD shows at the application; nothing is applied."""


class Plugin(msgspec.Struct, frozen=True):
    """The plugin as the sidecar reads it: the name that Applications write, and what is run."""

    name: str
    command: tuple[str, ...]
    discovers: bool


class App(msgspec.Struct, frozen=True, kw_only=True):
    """One source of an Application, and what its stanza ``plugin:`` says."""

    name: str = "shop"
    namespace: str = "shop"
    path: str = "."
    env: Mapping[str, str] = {}
    parameters: Sequence[Mapping[str, Any]] = ()


class Answer(msgspec.Struct, frozen=True):
    """What one call of the command did."""

    status: int
    stdout: bytes
    stderr: str
    group: int
    killed: bool


def load(path: Path = PLUGIN) -> Plugin:
    """``ReadPluginConfig`` with its validation."""
    value = yaml.safe_load(path.read_text())
    if value.get("kind") != "ConfigManagementPlugin":
        raise ValueError("invalid plugin configuration file. Kind must be ConfigManagementPlugin")
    name = (value.get("metadata") or {}).get("name")
    spec = value.get("spec") or {}
    generate = spec.get("generate") or {}
    if not name:
        raise ValueError("invalid plugin configuration file. metadata.name should be non-empty")
    if not generate.get("command"):
        raise ValueError("invalid plugin configuration file. spec.generate command should be non-empty")
    whole = f"{name}-{spec['version']}" if spec.get("version") else name
    return Plugin(whole, (*generate["command"], *generate.get("args", ())), bool(spec.get("discover")))


def send(repository: Path, workdir: Path, *, only: str = ".", exclude: Sequence[str] = ()) -> Path:
    """The repository as it arrives in the sidecar: tarred, without what is excluded, unpacked with other modes.

    ``only`` is the common root of the paths of ``manifest-generate-paths``, where that narrows what is sent.
    """
    top = (repository / only).resolve()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path in sorted(top.rglob("*")):
            name = path.relative_to(top).as_posix()
            if any(name == item or name.startswith(f"{item}/") for item in exclude):
                continue
            if path.is_symlink():
                target = (path.parent / path.readlink()).resolve()
                if not target.is_relative_to(top):
                    raise AppError(f"error following symlink {name}: illegal filepath in symlink")
            if path.is_symlink() or path.is_dir() or path.is_file():
                archive.add(path, name, recursive=False)
    unpacked = workdir / "_cmp_server" / str(uuid.uuid4())
    unpacked.mkdir(parents=True, mode=0o755)
    buffer.seek(0)
    with tarfile.open(fileobj=buffer) as archive:
        for member in archive:
            if member.isdir():
                (unpacked / member.name).mkdir(mode=0o755, exist_ok=True)
            elif member.issym():
                (unpacked / member.name).symlink_to(member.linkname)
            else:
                source = archive.extractfile(member)
                assert source is not None
                (unpacked / member.name).write_bytes(source.read())
                (unpacked / member.name).chmod(0o644)
    return unpacked


def environment(app: App, sidecar: Mapping[str, str], *, revision: str = "0123456789abcdef0123") -> dict[str, str]:
    """The sidecar's own variables, then those of the build environment; the last value wins."""
    build = {
        "ARGOCD_APP_NAME": app.name,
        "ARGOCD_APP_NAMESPACE": app.namespace,
        "ARGOCD_APP_PROJECT_NAME": "default",
        "ARGOCD_APP_REVISION": revision,
        "ARGOCD_APP_REVISION_SHORT": revision[:7],
        "ARGOCD_APP_REVISION_SHORT_8": revision[:8],
        "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example.com/org/repo.git",
        "ARGOCD_APP_SOURCE_PATH": app.path,
        "ARGOCD_APP_SOURCE_TARGET_REVISION": "main",
        "KUBE_VERSION": "1.33.1",
        "KUBE_API_VERSIONS": "v1,apps/v1,networking.k8s.io/v1,networking.k8s.io/v1/Ingress",
    }
    found = {**sidecar, **build}
    for name, value in app.env.items():
        found[f"ARGOCD_ENV_{name}"] = _expanded(value, build)
    found["ARGOCD_APP_PARAMETERS"] = json.dumps(list(app.parameters) or None)
    for item in app.parameters:
        name = re.sub(r"[^A-Z0-9_]", "_", item["name"].upper())
        if "string" in item:
            found[f"PARAM_{name}"] = item["string"]
        for index, word in enumerate(item.get("array", ())):
            found[f"PARAM_{name}_{index}"] = word
        for key, word in (item.get("map") or {}).items():
            found[f"PARAM_{name}_{re.sub(r'[^A-Z0-9_]', '_', key.upper())}"] = word
    return found


def _expanded(value: str, names: Mapping[str, str]) -> str:
    def one(found: re.Match[str]) -> str:
        name = found[1] or found[2] or found[0][1:]
        return "$" if name == "$" else names.get(name, "")

    return re.sub(r"\$(?:\{([^}]+)\}|([A-Za-z0-9_]+)|\$)", one, value)


def sidecar(tmp: Path, **variables: str) -> dict[str, str]:
    """The sidecar's environment: its programs, a temporary folder, a home that is not there."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": "/nonexistent",
        "TMPDIR": str(tmp),
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }


def call(
    plugin: Plugin,
    sent: Path,
    folder: str,
    variables: Mapping[str, str],
    *,
    deadline: float = 60.0,
    grace: float = 5.0,
    user: int | None = None,
) -> Answer:
    """``runCommand``: in a process group of its own; at the deadline the child gets SIGKILL, the group SIGTERM.

    After ``grace`` seconds the group gets SIGKILL. The same happens to what is left of it after success.
    """
    cwd = Path(os.path.normpath(sent / folder))
    if not cwd.is_relative_to(sent):
        raise AppError("illegal appPath: out of workDir bound")
    running = subprocess.Popen(  # noqa: S603 - what the plugin's file says
        plugin.command,
        cwd=cwd,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
        user=user,
    )
    killed = threading.Event()

    def end() -> None:
        killed.set()
        with suppress(ProcessLookupError):
            running.kill()
        _signal_group(running.pid, signal.SIGTERM)
        later = threading.Timer(grace, _signal_group, (running.pid, signal.SIGKILL))
        later.daemon = True
        later.start()

    timer = threading.Timer(deadline, end)
    timer.start()
    out, err = running.communicate()
    timer.cancel()
    if not killed.is_set():
        _signal_group(running.pid, signal.SIGTERM)
    return Answer(running.returncode, out, err.decode(errors="replace"), running.pid, killed.is_set())


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def members(group: int) -> list[str]:
    """The command lines of the processes of a group that are alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group and fields[0] not in "ZX":
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def manifests(plugin: Plugin, answer: Answer) -> list[dict[str, Any]]:
    """The objects that Argo CD takes from an answer. Raises ``AppError`` with the text that it shows."""
    if answer.status != 0:
        status = f"signal {-answer.status}" if answer.status < 0 else f"exit status {answer.status}"
        raise AppError(f"`{' '.join(plugin.command)}` failed {status}: {answer.stderr.strip()}")
    if len(answer.stdout) > MOST_OUTPUT:
        raise AppError("received message larger than max")
    return taken(answer.stdout.decode().removesuffix("\n"))


def taken(text: str) -> list[dict[str, Any]]:
    """The objects of a stream, those of lists each by itself."""
    return list(_flattened(split(text)))


class _GoLike(yaml.SafeLoader):
    """As sigs.k8s.io/yaml reads: YAML 1.1's words are booleans, also y and n; dates stay text."""


_GoLike.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _letter in "yYnN":
    _GoLike.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:y|Y|n|N)$"), [_letter])


def _bool(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bool:
    return node.value.lower() in ("y", "yes", "true", "on")


_GoLike.add_constructor("tag:yaml.org,2002:bool", _bool)


def split(text: str) -> Iterator[dict[str, Any]]:
    """``SplitYAMLToString``: documents at lines ``---``, empty ones dropped; one that is broken fails the whole.

    Of versions that differ, the stricter one: a text that begins with ``{`` is JSON to its end, and a marker with
    something behind it is a mistake.
    """
    for value in _json(text) if text.lstrip().startswith("{") else _yaml(text):
        if value is None:
            continue
        if not isinstance(value, dict):
            raise AppError("failed to unmarshal manifest: json: cannot unmarshal into Go value of type map")
        yield value


def _json(text: str) -> Iterator[Any]:
    rest = text.strip()
    while rest:
        try:
            value, end = json.JSONDecoder().raw_decode(rest)
        except ValueError as error:
            raise AppError(f"failed to unmarshal manifest: json: {error}") from None
        yield value
        rest = rest[end:].lstrip()


def _yaml(text: str) -> Iterator[Any]:
    chunk: list[str] = []
    for line in [*text.split("\n"), "---"]:
        if line.startswith("---"):
            behind = line[3:].strip()
            if behind and not behind.startswith("#"):
                raise AppError(f"failed to unmarshal manifest: invalid Yaml document separator: {behind}")
            if chunk:
                try:
                    yield yaml.load("\n".join(chunk) + "\n", _GoLike)  # noqa: S506 - a safe loader
                except yaml.YAMLError as error:
                    raise AppError(f"failed to unmarshal manifest: {error}") from None
            chunk = []
        else:
            chunk.append(line)


def _flattened(values: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """``unmarshal`` into unstructured, and lists to their items."""
    for value in values:
        if not isinstance(value.get("kind"), str) or not value["kind"]:
            raise AppError("Object 'Kind' is missing in manifest")
        items = value.get("items")
        if value["kind"].endswith("List") and "items" in value:
            yield from _flattened(iter(items or ()))
        else:
            yield value
