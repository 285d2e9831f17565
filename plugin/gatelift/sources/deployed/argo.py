"""Argo CD Applications: what each of their sources deploys.

Fields: https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml. Order of what is applied:
``util/kustomize/kustomize.go`` of Argo CD 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gatelift.findings import Finding, InputError
from gatelift.repository.tree import Tree
from gatelift.sources.deployed import placing
from gatelift.sources.deployed.argo_options import build_variables, kustomize_options
from gatelift.sources.deployed.fields import Found, all_strings, flag, items, mapping, text
from gatelift.sources.deployed.model import Deployer, Deployment, DirectoryOptions, Tool
from gatelift.sources.deployed.origin import Origin, without_credentials
from gatelift.text.documents import split
from gatelift.text.source import decode
from gatelift.text.yaml import load

GROUP = "argoproj.io"
IN_CLUSTER = "in-cluster"
_OWN_SERVER = "https://kubernetes.default.svc"
_NO_FOLDER = "write a path that exists, or leave it to the repository that holds it"


class Reader:
    """Reads Applications against one tree; findings gather in ``findings``."""

    __slots__ = ("_origin", "_tree", "findings")

    def __init__(self, tree: Tree, origin: Origin) -> None:
        self._tree = tree
        self._origin = origin
        self.findings: list[Finding] = []

    def application(self, found: Found) -> Iterator[Deployment]:
        """The deployments of an Application."""
        yield from self.template(
            found, found.by, {"metadata": found.resource.value.get("metadata")}, found.spec, "/spec"
        )

    def template(
        self, found: Found, by: str, head: Mapping[str, Any], spec: Mapping[str, Any], pointer: str
    ) -> Iterator[Deployment]:
        """The deployments of an Application whose fields are ``spec``, written at ``pointer`` of the object."""
        several = items(spec, "sources")
        sources = (
            [(source, f"{pointer}/sources/{index}") for index, source in enumerate(several)]
            if several
            else [(spec.get("source"), f"{pointer}/source")]
        )
        refs = self._refs(source for source, _ in sources)
        name = _plain(text(head, "metadata", "name"))
        for source, where in sources:
            if isinstance(source, Mapping):
                for made in self._source(found, by, head, spec, source, where):
                    yield msgspec.structs.replace(made, application=name, refs=refs)

    def _refs(self, sources: Iterable[object]) -> Mapping[str, bool]:
        """What values files may name as ``$REF/...``, and whether it is this repository."""
        return {
            text(source, "ref"): self._origin.ours(text(source, "repoURL")) is not False
            for source in sources
            if text(source, "ref")
        }

    def _source(
        self,
        found: Found,
        by: str,
        head: Mapping[str, Any],
        spec: Mapping[str, Any],
        source: Mapping[str, Any],
        pointer: str,
    ) -> Iterator[Deployment]:
        url = text(source, "repoURL")
        destination = mapping(spec, "destination")
        if text(source, "chart"):
            yield Deployment(
                by=by,
                deployer=Deployer.ARGOCD,
                place=found.place(f"{pointer}/chart"),
                chart=f"{without_credentials(url)} {text(source, 'chart')}".strip(),
                tool=Tool.HELM,
                cluster=cluster(destination),
                namespace=text(destination, "namespace"),
                helm=mapping(source, "helm"),
                variables=build_variables(head, spec, source, ""),
            )
            return
        path = text(source, "path")
        if not path:
            # Only values are taken from it (ref:), or nothing.
            return
        for place in self._folders(found, url, path, f"{pointer}/path"):
            filled = {**spec, "destination": fill(destination, place.stands_for)}
            own = self._overridden(found, place.path, text(head, "metadata", "name"), fill(source, place.stands_for))
            yield self._deployment(found, by, head, filled, own, place, pointer)

    def _folders(self, found: Found, url: str, path: str, pointer: str) -> Iterator[placing.Match]:
        if self._origin.ours(url) is False:
            message = f"{path} is in another repository, {without_credentials(url)}, and is not looked at here"
            self.findings.append(found.note("elsewhere", message, "run gatelift in that repository too", pointer))
            return
        if placing.is_templated(path):
            places = list(placing.matching(self._tree, path))
            self.findings.append(templated(found, path, len(places), pointer))
            yield from places
            return
        folder = placing.folder(self._tree, path)
        if folder is None:
            message = f"there is no folder {path} in this repository, so nothing of it is read"
            self.findings.append(found.note("no-folder", message, _NO_FOLDER, pointer))
            return
        yield placing.Match(folder, {})

    def _overridden(self, found: Found, path: str, name: str, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """The source with the parameters that Argo CD takes from ``.argocd-source*.yaml`` of the folder."""
        for file in (".argocd-source.yaml", f".argocd-source-{name}.yaml" if name else ""):
            full = file if path == "." else f"{path}/{file}"
            if not file or "/" in file or not self._tree.is_file(full):
                continue
            try:
                decoded = decode(full, self._tree.read(full))
                documents = split(decoded)
                loaded = load(decoded, documents[0]) if documents else None
            except InputError as error:
                message = f"{full} cannot be read, so what it overrides is unknown: {error.finding.message}"
                self.findings.append(found.note("unreadable", message, error.finding.fix))
                continue
            if loaded is not None and isinstance(loaded.value, Mapping):
                source = merged(source, loaded.value)
        return source

    def _deployment(
        self,
        found: Found,
        by: str,
        head: Mapping[str, Any],
        spec: Mapping[str, Any],
        source: Mapping[str, Any],
        place: placing.Match,
        pointer: str,
    ) -> Deployment:
        destination = mapping(spec, "destination")
        named = [key for key in ("kustomize", "helm", "directory", "plugin") if source.get(key) is not None]
        tool = _tool(named, placing.detected(self._tree, place.path))
        known = build_variables(head, spec, source, place.path)
        unsupported: list[str] = []
        if tool is Tool.UNKNOWN:
            unsupported.append(f"it is rendered by {' and '.join(named)}, which is not run here")
        options = kustomize_options(mapping(source, "kustomize"), known, unsupported)
        directory = mapping(source, "directory")
        if directory.get("jsonnet"):
            unsupported.append("spec.source.directory.jsonnet: Jsonnet is not evaluated")
        if any(placing.is_templated(value) for value in all_strings(mapping(source, "kustomize"))):
            unsupported.append("spec.source.kustomize holds templates whose values are not known here")
        return Deployment(
            by=by,
            deployer=Deployer.ARGOCD,
            place=found.place(f"{pointer}/path"),
            path=place.path,
            tool=tool,
            cluster=cluster(destination, place.stands_for),
            namespace=_plain(text(destination, "namespace")),
            kustomize=options,
            directory=DirectoryOptions(
                flag(directory, "recurse"), text(directory, "include"), text(directory, "exclude")
            ),
            helm=mapping(source, "helm"),
            variables=known,
            unsupported=tuple(unsupported),
        )


def _tool(named: list[str], detected: Tool) -> Tool:
    if len(named) > 1 or named == ["plugin"]:
        return Tool.UNKNOWN
    return Tool(named[0]) if named else detected


def cluster(destination: Mapping[str, Any], stands_for: Mapping[str, str] | None = None) -> str:
    """The destination's cluster by one name: what the API takes for Argo CD's own is ``in-cluster`` however written.

    Where it is a template, the names that the same templates stand for in the path; empty where nothing tells.
    """
    named = text(destination, "name") or text(destination, "server").rstrip("/")
    if placing.is_templated(named):
        return "/".join((stands_for or {}).values())
    return IN_CLUSTER if named in (IN_CLUSTER, _OWN_SERVER) else named


def templated(found: Found, path: str, count: int, pointer: str) -> Finding:
    """The note on a path whose templates are filled in elsewhere."""
    said = f"{count} folders here fit it and are" if count != 1 else "one folder here fits it and is"
    message = f"the path {path} is filled in where nobody sees it from here; {said} taken as deployed"
    fix = "name what it does not catch under scopes: in gatelift.yaml" if count else "run gatelift on what it deploys"
    return found.note("template", message, fix, pointer)


def fill(value: Any, known: Mapping[str, str]) -> Any:
    """A value with the templates filled in that are known; the others stay."""
    if not known:
        return value
    if isinstance(value, str):
        return placing.TAG.sub(lambda tag: known.get((tag[1] or tag[2] or "").replace("/", " "), tag[0]), value)
    if isinstance(value, Mapping):
        return {key: fill(item, known) for key, item in value.items()}
    return [fill(item, known) for item in value] if isinstance(value, list) else value


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> Mapping[str, Any]:
    """A JSON merge patch (https://www.rfc-editor.org/rfc/rfc7396)."""
    result = dict(base)
    for key, value in over.items():
        before = result.get(key)
        if value is None:
            result.pop(key, None)
        else:
            result[key] = (
                merged(before if isinstance(before, Mapping) else {}, value) if isinstance(value, Mapping) else value
            )
    return result


def _plain(value: str) -> str:
    return "" if placing.is_templated(value) else value
