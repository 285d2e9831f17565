"""What happens around a forge: a clone, runs of gatelift in it, and what a person does in between."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support.forge.server import Forge

BRANCH = "gatelift/gateway-api"
GATELIFT = str(Path(sys.executable).parent / "gatelift")
CONFIG = "gateway: {name: shared, namespace: infra, sectionName: https}\n"
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: {name}, namespace: shop}}
spec:
  ingressClassName: nginx
  rules:
    - host: {name}.example.com
      http:
        paths:
          - {{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}
"""
_PERSON = {
    "GIT_AUTHOR_NAME": "A Person",
    "GIT_AUTHOR_EMAIL": "person@example.com",
    "GIT_COMMITTER_NAME": "A Person",
    "GIT_COMMITTER_EMAIL": "person@example.com",
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class World:
    """A clone of the forge's repository."""

    folder: Path
    forge: Forge
    home: Path
    seen: list[str] = field(default_factory=list)
    """Everything that was printed, and the arguments of every process that ran meanwhile."""

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def ingress(self, name: str, annotations: str = "") -> None:
        text = INGRESS.format(name=name)
        if annotations:
            text = text.replace("namespace: shop}", f"namespace: shop, annotations: {{{annotations}}}}}")
        self.write(f"shop/{name}.yaml", text)

    def git(self, *words: str, folder: Path | None = None) -> str:
        done = subprocess.run(  # noqa: S603 - commands of a test's own
            ["git", *words],  # noqa: S607 - the git of this machine
            cwd=folder or self.folder,
            env={**self._bare(), **_PERSON},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, message: str = "a change", branch: str = "main") -> str:
        """Commit everything, and put it on ``branch`` of the forge, past its HTTP door."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", str(self.forge.repository), f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    def person(self, path: str, text: str, *, amend: bool = False) -> str:
        """A person commits to gatelift's branch."""
        other = self.folder.parent / f"person-{len(list(self.folder.parent.iterdir()))}"
        self.git("clone", "--quiet", "--branch", BRANCH, str(self.forge.repository), str(other))
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        (other / path).write_text(text)
        self.git("add", "--all", folder=other)
        how = ("--amend", "--no-edit") if amend else ("--message", "by hand")
        self.git("commit", "--quiet", *how, folder=other)
        self.git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{BRANCH}", folder=other)
        return self.git("rev-parse", "HEAD", folder=other)

    def pr(self, *words: str, env: Mapping[str, str] | None = None) -> Ran:
        """``gatelift pr``."""
        return self.run([GATELIFT, "pr", *words], {**self.forge.environment, **(env or {})})

    def run(self, command: list[str], env: Mapping[str, str], folder: Path | None = None) -> Ran:
        """Run a command, and watch what processes there are meanwhile."""
        process = subprocess.Popen(  # noqa: S603 - commands of a test's own
            command,
            cwd=folder or self.folder,
            env={**self._bare(), **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        watch = threading.Thread(target=self._watch, args=(process,), daemon=True)
        watch.start()
        try:
            out, err = process.communicate(timeout=300)
        finally:
            process.kill()
        watch.join(10)
        self.seen += [out, err]
        return Ran(process.returncode, out, err)

    def check_for_token(self) -> None:
        """The token stands in no output, no argument, and no file of the clone, the home or the temporary folder."""
        token = self.forge.token
        encoded = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        for text in self.seen:
            assert token not in text
            assert encoded not in text
        for folder in (self.folder, self.home):
            for path in folder.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    data = path.read_bytes()
                    assert token.encode() not in data, path
                    assert encoded.encode() not in data, path

    def _bare(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**kept, "HOME": str(self.home), "TMPDIR": str(self.home / "tmp"), "no_proxy": "127.0.0.1"}

    def _watch(self, process: subprocess.Popen[str]) -> None:
        while process.poll() is None:
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
                except OSError:
                    continue
            time.sleep(0.02)


def settled(folder: Path, forge: Forge) -> World:
    """A clone with one Ingress that converts without loss, on the forge's main branch."""
    made = World(folder / "clone", forge, folder / "home")
    made.folder.mkdir()
    (made.home / "tmp").mkdir(parents=True)
    made.git("init", "--quiet", "--initial-branch=main")
    made.write("gatelift.yaml", CONFIG)
    made.ingress("web")
    made.commit("the beginning")
    return made
