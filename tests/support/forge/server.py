"""The server: bare repositories behind ``git http-backend``, and a REST API whose truth is what is in them.

It listens on loopback only. A test puts faults in its way with ``Forge.fail``, and plays a person by pushing to the
repository or by editing ``pulls``.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support.forge.contract import Contract, Operation

Json = Any
API = "/api/v3"


@dataclass
class PullRequest:
    """A pull request as a person sees it."""

    number: int
    title: str
    body: str
    head: str
    base: str
    draft: bool
    sha: str
    state: str = "open"
    merged_at: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


@dataclass
class Fault:
    """An answer that the forge gives instead of its own."""

    method: str
    path: str
    status: int
    body: Json
    headers: dict[str, str]
    after: bool
    """Whether the request is carried out all the same."""


@dataclass
class Forge:
    """One repository, ``owner/name``, and everything that was asked of it."""

    folder: Path
    contract: Contract | None
    token: str
    owner: str = "acme"
    name: str = "deploy"
    archived: bool = False
    pulls: list[PullRequest] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """``METHOD /path`` of each request, of git's too."""
    violations: list[str] = field(default_factory=list)
    """Where a request or an answer was not what GitHub documents."""
    faults: list[Fault] = field(default_factory=list)
    port: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def repository(self) -> Path:
        return self.folder / self.owner / f"{self.name}.git"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a runner would set."""
        return {
            "GITHUB_SERVER_URL": self.url,
            "GITHUB_API_URL": f"{self.url}{API}",
            "GITHUB_REPOSITORY": f"{self.owner}/{self.name}",
            "GITHUB_TOKEN": self.token,
        }

    def fail(
        self,
        method: str,
        path: str,
        status: int,
        message: str = "no",
        headers: dict[str, str] | None = None,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Let the next ``times`` requests whose path holds ``path`` end with ``status``."""
        body = {"message": message, "documentation_url": "https://docs.github.com", "status": str(status)}
        self.faults += [Fault(method, path, status, body, headers or {}, after) for _ in range(times)]

    def git(self, *words: str) -> str:
        """One git command in the bare repository."""
        done = subprocess.run(  # noqa: S603 - commands of a test's own
            ["git", *words],  # noqa: S607 - the git of this machine
            cwd=self.repository,
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.folder)},
        )
        return done.stdout.strip()

    def sha(self, revision: str) -> str | None:
        """The commit that ``revision`` names, or None."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") or None
        except subprocess.CalledProcessError:
            return None

    def asked_for(self, method: str) -> list[str]:
        """The REST requests with ``method``."""
        return [line for line in self.asked if line.startswith(f"{method} {API}")]


@contextmanager
def serving(forge: Forge) -> Iterator[Forge]:
    """The forge, answering on a port of loopback."""
    forge.repository.mkdir(parents=True)
    forge.git("init", "--bare", "--quiet", "--initial-branch=main")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"forge": forge}))
    server.daemon_threads = True
    forge.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    forge: Forge
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return None

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_GET  # noqa: N815 - http.server's names

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        forge = self.forge
        with forge.lock:
            forge.asked.append(f"{self.command} {parts.path}")
            fault = next((one for one in forge.faults if one.method == self.command and one.path in parts.path), None)
            if fault is not None:
                forge.faults.remove(fault)
                if fault.after:
                    self._rest(parts.path.removeprefix(API), parts.query, body)
                self._answer(fault.status, json.dumps(fault.body).encode(), fault.headers)
            elif parts.path.startswith(API):
                status, answer = self._rest(parts.path.removeprefix(API), parts.query, body)
                self._answer(status, json.dumps(answer).encode())
            else:
                self._git(parts.path, parts.query, body)

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _rest(self, path: str, query: str, body: bytes) -> tuple[int, Json]:
        forge = self.forge
        if self.headers.get("Authorization") != f"Bearer {forge.token}":
            return 401, _error(401, "Bad credentials")
        sent = json.loads(body) if body else None
        operation = forge.contract.find(self.command, path) if forge.contract else None
        if forge.contract and operation is None:
            forge.violations.append(f"{self.command} {path}: there is no such operation")
        if operation:
            self._hold(f"{self.command} {path}", operation.wrong_request(query, sent))
        if self.headers.get("X-GitHub-Api-Version") != "2022-11-28" or not self.headers.get("User-Agent"):
            forge.violations.append(f"{self.command} {path}: headers are missing")
        status, answer = Api(forge).answer(self.command, path, parse_qs(query), sent)
        if operation and operation.response(status) is not None:
            answer = operation.sample(status, answer)
            self._hold(f"the answer to {self.command} {path}", operation.wrong_response(status, answer))
        return status, answer

    def _hold(self, what: str, wrong: list[str]) -> None:
        self.forge.violations += [f"{what}: {one}" for one in wrong]

    def _git(self, path: str, query: str, body: bytes) -> None:
        forge = self.forge
        wanted = base64.b64encode(f"x-access-token:{forge.token}".encode()).decode()
        if self.headers.get_all("Authorization") != [f"Basic {wanted}"]:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="forge"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(forge.folder),
            "GIT_PROJECT_ROOT": str(forge.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "x-access-token",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"],  # noqa: S607 - the git of this machine
            input=body,
            capture_output=True,
            env=environment,
            check=True,
        )
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in {**headers, "Content-Length": str(len(rest))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(rest)


class Api:
    """The answers, made from the bare repository and the pull requests."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        for pull in forge.pulls:
            self._follow(pull)

    def answer(self, method: str, path: str, query: dict[str, list[str]], sent: Json) -> tuple[int, Json]:
        """Status and body for a request."""
        base = f"/repos/{self._forge.owner}/{self._forge.name}"
        if not path.startswith(base):
            return 404, _error(404, "Not Found")
        rest = path.removeprefix(base)
        routes: tuple[tuple[str, str, Callable[..., tuple[int, Json]]], ...] = (
            (r"", "GET", self._repository),
            (r"/git/ref/heads/(.+)", "GET", self._ref),
            (r"/git/commits/(\w+)", "GET", self._commit),
            (r"/compare/(.+)\.\.\.(\w+)", "GET", self._compare),
            (r"/pulls", "GET", lambda: self._list(query)),
            (r"/pulls", "POST", lambda: self._open(sent)),
            (r"/pulls/(\d+)", "PATCH", lambda number: self._edit(int(number), sent)),
            (r"/issues/(\d+)/comments", "POST", lambda number: self._comment(int(number), sent)),
            (r"/issues/(\d+)/labels", "POST", lambda number: self._label(int(number), sent)),
        )
        for pattern, wanted, reply in routes:
            found = re.fullmatch(pattern, rest)
            if found and method == wanted:
                return reply(*found.groups())
        return 404, _error(404, "Not Found")

    def _repository(self) -> tuple[int, Json]:
        return 200, {"default_branch": "main", "archived": self._forge.archived, "name": self._forge.name}

    def _ref(self, name: str) -> tuple[int, Json]:
        sha = self._forge.sha(f"refs/heads/{name}")
        if sha is None:
            return 404, _error(404, "Not Found")
        return 200, {"ref": f"refs/heads/{name}", "object": {"sha": sha, "type": "commit"}}

    def _commit(self, sha: str) -> tuple[int, Json]:
        if self._forge.sha(sha) is None:
            return 404, _error(404, "Not Found")
        tree, parents, message = self._forge.git("show", "-s", "--format=%T%n%P%n%B", sha).split("\n", 2)
        return 200, {
            "sha": sha,
            "message": message,
            "tree": {"sha": tree},
            "parents": [{"sha": parent} for parent in parents.split()],
        }

    def _compare(self, base: str, head: str) -> tuple[int, Json]:
        tip = self._forge.sha(f"refs/heads/{base}")
        if tip is None or self._forge.sha(head) is None:
            return 404, _error(404, "Not Found")
        behind, ahead = map(int, self._forge.git("rev-list", "--left-right", "--count", f"{tip}...{head}").split())
        status = {(0, 0): "identical", (0, 1): "behind", (1, 0): "ahead"}.get(
            (min(ahead, 1), min(behind, 1)), "diverged"
        )
        return 200, {"status": status, "ahead_by": ahead, "behind_by": behind, "total_commits": ahead, "commits": []}

    def _list(self, query: dict[str, list[str]]) -> tuple[int, Json]:
        state = query.get("state", ["open"])[0]
        head, base = query.get("head", [""])[0], query.get("base", [""])[0]
        found = [
            pull
            for pull in reversed(self._forge.pulls)
            if state in ("all", pull.state)
            and head in ("", f"{self._forge.owner}:{pull.head}")
            and base in ("", pull.base)
        ]
        page, size = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["30"])[0])
        return 200, [self._shown(pull) for pull in found[(page - 1) * size : page * size]]

    def _open(self, sent: Json) -> tuple[int, Json]:
        forge = self._forge
        sha, base = forge.sha(f"refs/heads/{sent['head']}"), forge.sha(f"refs/heads/{sent['base']}")
        if sha is None or base is None:
            wrong = {"resource": "PullRequest", "field": "base" if base is None else "head", "code": "invalid"}
            return 422, {**_error(422, "Validation Failed"), "errors": [wrong]}
        same = [
            pull for pull in forge.pulls if (pull.head, pull.base, pull.state) == (sent["head"], sent["base"], "open")
        ]
        if same:
            return 422, _invalid(f"A pull request already exists for {forge.owner}:{sent['head']}.")
        if forge.git("rev-list", "--count", f"{base}..{sha}") == "0":
            return 422, _invalid(f"No commits between {sent['base']} and {sent['head']}")
        number = len(forge.pulls) + 1
        body, draft = sent.get("body", ""), sent.get("draft", False)
        made = PullRequest(number, sent["title"], body, sent["head"], sent["base"], draft, sha)
        forge.pulls.append(made)
        return 201, self._shown(made)

    def _edit(self, number: int, sent: Json) -> tuple[int, Json]:
        pull = self._forge.pulls[number - 1]
        pull.title, pull.body = sent.get("title", pull.title), sent.get("body", pull.body)
        pull.state = sent.get("state", pull.state)
        return 200, self._shown(pull)

    def _comment(self, number: int, sent: Json) -> tuple[int, Json]:
        self._forge.pulls[number - 1].comments.append(sent["body"])
        return 201, {"body": sent["body"]}

    def _label(self, number: int, sent: Json) -> tuple[int, Json]:
        self._forge.pulls[number - 1].labels += sent["labels"]
        return 200, [{"name": name} for name in sent["labels"]]

    def _follow(self, pull: PullRequest) -> None:
        """An open pull request shows where its branch stands, and ends with its branch."""
        sha = self._forge.sha(f"refs/heads/{pull.head}")
        if pull.state == "open":
            pull.sha, pull.state = (sha, "open") if sha else (pull.sha, "closed")

    def _shown(self, pull: PullRequest) -> Json:
        forge = self._forge
        tip = {"ref": pull.head, "sha": pull.sha, "label": f"{forge.owner}:{pull.head}"}
        base = {"ref": pull.base, "sha": forge.sha(f"refs/heads/{pull.base}"), "label": f"{forge.owner}:{pull.base}"}
        return {
            "number": pull.number,
            "html_url": f"{forge.url}/{forge.owner}/{forge.name}/pull/{pull.number}",
            "state": pull.state,
            "title": pull.title,
            "body": pull.body,
            "draft": pull.draft,
            "merged_at": pull.merged_at,
            "head": tip,
            "base": base,
        }


def _error(status: int, message: str) -> Json:
    return {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}


def _invalid(message: str) -> Json:
    wrong = {"resource": "PullRequest", "code": "custom", "message": message}
    return {**_error(422, "Validation Failed"), "errors": [wrong]}


__all__ = ["API", "Forge", "Operation", "PullRequest", "serving"]
