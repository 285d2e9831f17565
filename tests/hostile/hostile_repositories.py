"""Repositories that mean harm, and the real command run on them, bounded in time and memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

PARENT = "gateway: {name: shared, namespace: infra, sectionName: https}\n"
SECONDS = 120
MEMORY = 4 << 30

ALLOW = "nginx.ingress.kubernetes.io/whitelist-source-range"
REFUSED = "nginx.ingress.kubernetes.io/configuration-snippet"


def ingress(
    name: str = "web",
    host: str = "shop.example.com",
    paths: Iterable[str] = ("/",),
    annotations: Mapping[str, str] | None = None,
    service: str = "",
) -> str:
    """One Ingress as most people write one."""
    head = f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: shop\n"
    if annotations:
        head += "  annotations:\n" + "".join(f'    {key}: "{value}"\n' for key, value in annotations.items())
    rules = "".join(
        f"          - path: {path}\n            pathType: Prefix\n            backend:\n              service:\n"
        f"                name: {service or name}\n                port:\n                  number: 80\n"
        for path in paths
    )
    return f"{head}spec:\n  ingressClassName: nginx\n  rules:\n    - host: {host}\n      http:\n        paths:\n{rules}"


def service(name: str = "web") -> str:
    """What an Ingress forwards to."""
    head = f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: shop\n"
    return f"{head}spec:\n  ports:\n    - name: http\n      port: 80\n"


def kustomization(*listed: str, more: str = "") -> str:
    """A kustomization that lists resources."""
    head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
    return head + "resources:\n" + "".join(f"  - {item}\n" for item in listed) + more


class Ran(NamedTuple):
    """One finished command."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err


class Repository:
    """A folder with files in it, maybe under git; what stands beside it must never be touched."""

    def __init__(self, folder: Path, files: Mapping[str, str | bytes] | None = None, *, parent: bool = True) -> None:
        self.outside = folder
        self.root = folder / "repository"
        self.root.mkdir()
        if parent:
            self.write({"gatelift.yaml": PARENT})
        self.write(files or {})

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files, with the folders they need."""
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def git(self, *words: str, cwd: Path | None = None) -> str:
        """One git command, with nothing of the machine's own settings."""
        around = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.outside),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@example.com",
        }
        done = subprocess.run(  # noqa: S603 - words of the tests
            ["git", "-c", "init.defaultBranch=main", *words],  # noqa: S607 - the git of the tests
            cwd=cwd or self.root,
            env=around,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    def commit(self) -> Repository:
        """Make a repository of it, or a commit in it."""
        if not (self.root / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self

    def run(self, *words: str, seconds: float = SECONDS, cwd: Path | None = None, **around: str) -> Ran:
        """The real command, with a bound on its time and memory; a stack trace or a fault of ours fails at once."""
        done = subprocess.run(  # noqa: S603 - this interpreter
            [sys.executable, "-m", "gatelift", *words],
            cwd=cwd or self.root,
            env={**os.environ, "NO_COLOR": "1", **around},
            capture_output=True,
            timeout=seconds,
            preexec_fn=_bounded,
            check=False,
        )
        ran = Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
        assert "Traceback" not in ran.said, ran.said[-3000:]
        assert ran.code not in (70, -9, -11), ran
        return ran

    def files(self) -> dict[str, bytes]:
        """Every file of the work tree."""
        found: dict[str, bytes] = {}
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name != ".git"]
            for name in names:
                path = Path(folder, name)
                content = bytes(path.readlink()) if path.is_symlink() else path.read_bytes()
                found[str(path.relative_to(self.root))] = content
        return found


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def steers(text: str) -> list[str]:
    """The characters of a message that a terminal would obey."""
    return CONTROLS.findall(text)
