"""Bombs, floods, races and kills: the command ends, says why, and leaves the tree as it was or as it is to be."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile_repositories import PARENT, Repository, ingress, kustomization, service

_LEVELS = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9))
BOMBS: dict[str, bytes] = {
    "aliases": f"a: &a [x,x,x,x,x,x,x,x,x,x]\n{_LEVELS}".encode(),
    "brackets": b"a: " + b"[" * 50_000 + b"]" * 50_000 + b"\n",
    "braces": b"a: " + b"{a: " * 20_000 + b"}" * 20_000 + b"\n",
    "indents": "".join(f"{' ' * n}a:\n" for n in range(2_000)).encode(),
    "a long key": b'"' + b"k" * 3_000_000 + b'": 1\n',
    "NUL": b"a: \0\n",
    "a tab": b"a:\n\tb: 1\n",
    "a key twice": b"a: 1\na: 2\n",
    "a tag": b'a: !!python/object/apply:os.system ["touch pwned"]\n',
    "no UTF-8": b"a: \xff\xfe\n",
    "an escape": b"a: \x1b[2J\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_ingress_that_is_a_bomb(tmp_path: Path, name: str) -> None:
    files: dict[str, str | bytes] = {
        "a/ingress.yaml": ingress().encode() + BOMBS[name],
        "b/ingress.yaml": ingress("b", "b.example.com"),
    }
    repository = Repository(tmp_path, files).commit()
    before = repository.files()
    ran = repository.run("rewrite", seconds=60)
    assert (ran.code, repository.files()) == (4, before)
    assert "a/ingress.yaml" in ran.err
    assert "\x1b" not in ran.said


@pytest.mark.parametrize("name", BOMBS)
def test_a_kustomization_that_is_a_bomb(tmp_path: Path, name: str) -> None:
    files: dict[str, str | bytes] = {
        "a/kustomization.yaml": kustomization("ingress.yaml").encode() + BOMBS[name],
        "a/ingress.yaml": ingress(),
    }
    repository = Repository(tmp_path, files).commit()
    before = repository.files()
    ran = repository.run("rewrite", seconds=60)
    assert (ran.code, repository.files()) == (2, before)
    assert "\x1b" not in ran.said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_an_ingress_in_utf_16_is_not_passed_over(tmp_path: Path, encoding: str) -> None:
    text = ingress() if encoding == "utf-16" else f"\ufeff{ingress()}"
    repository = Repository(
        tmp_path, {"a/ingress.yaml": text.encode(encoding), "b/ingress.yaml": ingress("b")}
    ).commit()
    before = repository.files()
    ran = repository.run("rewrite")
    assert (ran.code, repository.files()) == (4, before)
    assert "not UTF-8" in ran.err


def test_a_sparse_file_of_a_gigabyte(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"a/x.yaml": ingress("a", "a.example.com")}).commit()
    with (repository.root / "ingress.yaml").open("wb") as file:
        file.write(ingress().encode())
        file.truncate(1 << 30)
    ran = repository.run("rewrite", "--allow-dirty", seconds=60)
    assert ran.code == 4
    assert "ingress.yaml" in ran.err
    assert not (repository.root / "a/x-httproute.yaml").exists()


@pytest.mark.slow
def test_fifty_thousand_files(tmp_path: Path) -> None:
    files = {f"d{at % 500}/f{at}.yaml": f"a: {at}\n" for at in range(50_000)}
    repository = Repository(tmp_path, {**files, "app/ingress.yaml": ingress()}).commit()
    ran = repository.run("rewrite", seconds=60)
    assert ran.code == 0, ran.err
    assert (repository.root / "app/httproute.yaml").exists()


@pytest.mark.slow
def test_ten_thousand_ingresses_in_a_file(tmp_path: Path) -> None:
    text = "---\n".join(ingress(f"w{at}", f"h{at}.example.com") for at in range(10_000))
    repository = Repository(tmp_path, {"ingress.yaml": text}).commit()
    ran = repository.run("rewrite", "--quiet", seconds=600)
    assert ran.code == 0, ran.err[-2000:]
    assert (repository.root / "httproute.yaml").read_text().count("kind: HTTPRoute\n") == 10_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes to what is read-only")
def test_a_read_only_repository(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"ingress.yaml": ingress()}).commit()
    repository.root.chmod(0o500)
    try:
        assert repository.run("rewrite").code == 6
    finally:
        repository.root.chmod(0o700)


def _overlays() -> dict[str, str]:
    files = {
        "base/kustomization.yaml": kustomization("ingress.yaml", "service.yaml"),
        "base/ingress.yaml": ingress(),
        "base/service.yaml": service(),
    }
    for name in ("dev", "prod"):
        patch = "patches:\n  - target: {kind: Ingress}\n    patch: |\n"
        patch += "      - op: replace\n        path: /spec/rules/0/host\n"
        files[f"{name}/kustomization.yaml"] = kustomization(
            "../base", more=f"{patch}        value: {name}.example.com\n"
        )
    return files


@pytest.mark.slow
def test_killed_at_any_instant_and_run_again(tmp_path: Path) -> None:
    """The next run finds the old tree, or completes or takes back: in the end it is what an undisturbed run makes."""
    chance = random.Random(3)  # noqa: S311 - instants, no secrets
    undisturbed = Repository(_new(tmp_path, "whole"), _overlays()).commit()
    started = time.monotonic()
    assert undisturbed.run("rewrite").code == 0
    lasting = time.monotonic() - started
    wanted = undisturbed.files()
    for number in range(20):
        repository = Repository(_new(tmp_path, f"n{number}"), _overlays()).commit()
        before = repository.files()
        process = subprocess.Popen(
            [sys.executable, "-m", "gatelift", "rewrite", "--quiet"],
            cwd=repository.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.5, 1.05) * lasting)
        process.send_signal(signal.SIGKILL)
        process.wait()
        between = repository.files()
        assert all(between[path] in (before[path], wanted[path]) for path in before)
        ran = repository.run("rewrite", "--quiet", "--allow-dirty")
        assert ran.code == 0, ran.err
        assert repository.files() == wanted


def _new(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


HIDDEN = "hunter2-is-no-password"


def test_no_value_of_a_secret_is_said(tmp_path: Path) -> None:
    secret = (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: users\n  namespace: shop\nstringData:\n  auth: {HIDDEN}\n"
    )
    basic = {"nginx.ingress.kubernetes.io/auth-type": "basic", "nginx.ingress.kubernetes.io/auth-secret": "users"}
    generator = f"secretGenerator:\n  - name: more\n    literals: [auth={HIDDEN}]\n"
    files = {
        "a/kustomization.yaml": kustomization("ingress.yaml", "secret.yaml", more=generator),
        "a/ingress.yaml": ingress(annotations=basic),
        "a/secret.yaml": secret,
        "b/kustomization.yaml": kustomization("../a", more="patches: [{path: bad.yaml}]\n"),
        "b/bad.yaml": f"{secret}  {HIDDEN}: [\n",
        "p/all.yaml": f"{ingress('p', 'p.example.com', annotations=basic)}---\n{secret}",
        "q/all.yaml": f"{secret}---\n{ingress('q', 'q.example.com')}---\n{secret}data: {{a: {HIDDEN}}}\n",
        "gatelift.yaml": PARENT,
    }
    repository = Repository(tmp_path, files).commit()
    for words in (("plan",), ("plan", "-o", "json"), ("rewrite", "--report", str(tmp_path / "report.json"))):
        assert HIDDEN not in repository.run(*words).said, words
    assert HIDDEN not in (tmp_path / "report.json").read_text()


def test_what_git_would_run_is_not_run(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path, {"ingress.yaml": ingress(), ".gitattributes": "* filter=evil diff=evil\n"}
    ).commit()
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\ncat\n")
    evil.chmod(0o755)
    settings = f"""
[core]
\tfsmonitor = {evil}
\thooksPath = {tmp_path}
\tpager = {evil}
\tsshCommand = {evil}
[filter "evil"]
\tclean = {evil}
\tsmudge = {evil}
\tprocess = {evil}
\trequired = true
[diff "evil"]
\ttextconv = {evil}
\tcommand = {evil}
[alias]
\tls-files = !{evil}
\tstatus = !{evil}
[remote "origin"]
\turl = ext::{evil}
\tpromisor = true
"""
    config = repository.root / ".git/config"
    config.write_text(config.read_text() + settings)
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction"):
        place = repository.root / ".git/hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(evil.read_bytes())
        place.chmod(0o755)
    ran = repository.run("rewrite", "--allow-dirty")
    assert ran.code == 0, ran.err
    repository.run("verify", "--against", "HEAD")
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("kind", ["worktree", "detached", "shallow", "no commit", "bare", "submodule"])
def test_repositories_of_every_kind(tmp_path: Path, kind: str) -> None:
    repository = Repository(tmp_path, {"ingress.yaml": ingress()})
    place = repository.root
    if kind == "no commit":
        repository.git("init", "-q")
    else:
        repository.commit()
    match kind:
        case "detached":
            repository.git("checkout", "-q", "--detach")
        case "worktree" | "shallow" | "bare":
            place = tmp_path / "other"
            words = {
                "worktree": ["worktree", "add", "-q", str(place)],
                "shallow": ["clone", "-q", "--depth=1", f"file://{repository.root}", str(place)],
                "bare": ["clone", "-q", "--bare", str(repository.root), str(place)],
            }
            repository.git(*words[kind])
        case "submodule":
            place = repository.root / "sub"
            repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repository.root), "sub")
            repository.git("commit", "-q", "-m", "sub")
            place = repository.root
    ran = repository.run("rewrite", "--allow-dirty", str(place))
    if kind == "bare":
        assert not list(place.rglob("httproute.yaml"))
        return
    assert ran.code == 0, ran.err
    assert (place / "httproute.yaml").exists()
    assert not (place / "sub/httproute.yaml").exists()
