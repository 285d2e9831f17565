"""Objects that belong to no single Ingress: written where the configuration says, or said to be needed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatelift.config.model import Config, root_of
from gatelift.findings import Finding, InputError, Place, Severity
from gatelift.gateway.normal import identity
from gatelift.manifests.shape import CLIENT_TRAFFIC_POLICY
from gatelift.plan.request import Request
from gatelift.plan.survey import Survey
from gatelift.repository.tree import Tree, relative
from gatelift.sources.kustomize.entries import Addition, with_items
from gatelift.sources.kustomize.kustomization import file_in
from gatelift.sources.placing import joined, manifest
from gatelift.sources.streams import parsed
from gatelift.sources.worlds import World
from gatelift.text.source import decode

Manifest = Mapping[str, Any]


class SharedFiles(msgspec.Struct, frozen=True, kw_only=True):
    """New bytes by path, what each file holds, and what a person must know."""

    changes: Mapping[str, bytes | None] = msgspec.field(default_factory=dict)
    objects: Mapping[str, tuple[Manifest, ...]] = msgspec.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    disputed: Mapping[str, Finding] = msgspec.field(default_factory=dict)
    """Scope -> why there is no Gateway with the listeners of its routes."""
    unguarded: frozenset[str] = frozenset()
    """Those of them whose routes would see the addresses of proxies instead of clients', so that no phase is safe."""

    def of_root(self, found: Survey, root: str) -> tuple[Manifest, ...]:
        """What a root renders of them."""
        folder = root_of(root)
        return tuple(item for path, items in self.objects.items() if _is_in(found, folder, path) for item in items)

    @property
    def gateways(self) -> tuple[Manifest, ...]:
        """All of them: a file may lie in no root, and its Gateway counts for every route that names it."""
        return tuple(item for items in self.objects.values() for item in items)


def gateway_files(config: Config) -> dict[str, str]:
    """``namespace/name`` of each Gateway that is written -> its file."""
    return {item.gateway: item.file for item in config.gateways if item.file}


def written_gateways(config: Config, tree: Tree) -> tuple[Manifest, ...]:
    """What the files of Gateways hold in ``tree``, as far as it can be read."""
    paths = sorted({path for path in gateway_files(config).values() if tree.is_file(path)})
    return tuple(item.value for path in paths for item in parsed(".", path, tree.read(path)).resources)


def remembering(request: Request, found: Survey) -> Request:
    """``request`` with what the files of Gateways mean for the judgement.

    Gateways that are made anew stand in it as they are today: routes of retired Ingresses need them. Routes that count
    on a shared object are only safe where it has a file to go to.
    """
    files = gateway_files(request.settings.config)
    paths = sorted(found.renewed & set(files.values()))
    items = [item for path in paths for item in parsed(".", path, found.tree.read(path)).resources]
    homes = frozenset(name for name, path in files.items() if _is_free(found, path))
    settings = msgspec.structs.replace(request.settings, written={item.key: item for item in items}, homes=homes)
    return msgspec.structs.replace(request, settings=settings)


def _is_free(found: Survey, path: str) -> bool:
    """Whether a file can be written there: behind a link stands a file of another name."""
    elsewhere = found.tree.occupied(path) or found.tree.resolve(path) != path
    return path in found.renewed or not elsewhere


def share(
    found: Survey,
    world: World,
    config: Config,
    changes: Mapping[str, bytes | None],
    withdrawn: Iterable[str] = (),
) -> SharedFiles:
    """Where the shared objects of all scopes go. ``changes``: what is written already.

    ``withdrawn``: the roots whose sources stay as they are; a file of theirs is not written either.
    """
    closed = tuple(withdrawn)
    files = gateway_files(config)
    texts: dict[str, dict[str, tuple[Manifest, ...]]] = {}
    findings: list[Finding] = []
    for scope, objects in world.shared.items():
        for name, items in _by_gateway(objects).items():
            path = files.get(name)
            if path is None:
                findings += [_homeless(item) for item in items]
            else:
                texts.setdefault(path, {})[scope] = tuple(items)
    disputed: dict[str, Finding] = {}
    made: dict[str, bytes | None] = {}
    held: dict[str, tuple[Manifest, ...]] = {}
    for path, by_scope in texts.items():
        variants = list(by_scope.values())
        if any(items != variants[0] for items in variants):
            disputed.update(dict.fromkeys(by_scope, _disputed(path, sorted(by_scope))))
            findings.append(_disputed(path, sorted(by_scope)))
            continue
        if not _is_free(found, path):
            findings.append(_taken(path))
            continue
        if any(_is_in(found, root_of(root), path) for root in closed):
            disputed.update(dict.fromkeys(by_scope, _closed(path)))
            findings.append(_closed(path))
            continue
        text = joined([manifest(dict(item), f"Settings {_name(item)}") for item in variants[0]]).encode()
        held[path] = variants[0]
        if not found.tree.is_file(path) or found.tree.read(path) != text:
            made[path] = text
        try:
            made.update(_listed(found, path, {**changes, **made}))
        except InputError as error:
            findings.append(error.finding)
    unguarded = frozenset(scope for scope in disputed if _tells_addresses(world.shared[scope]))
    return SharedFiles(changes=made, objects=held, findings=tuple(findings), disputed=disputed, unguarded=unguarded)


def _tells_addresses(objects: Iterable[Manifest]) -> bool:
    return any(item["kind"] == CLIENT_TRAFFIC_POLICY.kind for item in objects)


def _by_gateway(objects: tuple[Manifest, ...]) -> dict[str, list[Manifest]]:
    """The objects by the Gateway that they are about; policies name theirs, a grant stands beside its Gateway."""
    found: dict[str, list[Manifest]] = {}
    gateways = [_name(item) for item in objects if item["kind"] == "Gateway"]
    for item in objects:
        targets = item["spec"].get("targetRefs") if isinstance(item["spec"], Mapping) else None
        namespace = item["metadata"].get("namespace", "")
        if targets:
            name = f"{namespace}/{targets[0]['name']}"
        elif item["kind"] == "Gateway":
            name = _name(item)
        else:
            name = gateways[0] if gateways else _name(item)
        found.setdefault(name, []).append(item)
    return found


def _name(item: Manifest) -> str:
    return f"{item['metadata'].get('namespace', '')}/{item['metadata']['name']}"


def _listed(found: Survey, path: str, changes: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    """The kustomization beside a new file, with the file in its list."""
    folder = posixpath.dirname(path) or "."
    listing = file_in(found.tree, folder)
    if listing is None:
        return {}
    data = changes.get(listing) or found.tree.read(listing)
    source = decode(listing, data)
    made = with_items(source, [Addition("resources", relative(path, folder))])
    return {listing: made.encode(made.text)} if made.text != source.text else {}


def _is_in(found: Survey, root: str, path: str) -> bool:
    folder = posixpath.dirname(path) or "."
    if root in found.graph.nodes:
        return file_in(found.tree, folder) is not None and folder in found.graph.below(root)
    return root in found.plain and (root == "." or path.startswith(f"{root}/")) and path not in found.named


def _homeless(item: Manifest) -> Finding:
    return Finding(
        "shared/not-written",
        Severity.WARNING,
        f"{identity(item)} is needed, and nothing says where it should stand: it is not written",
        "add it beside the Gateway, as 'gatelift convert' prints it; where gatelift writes the Gateway, name its file: "
        "'gateways: {NAMESPACE/NAME: {className: ..., file: ...}}'",
        object=identity(item),
    )


def _closed(path: str) -> Finding:
    message = (
        "the root that this file belongs to is not proved, so the Gateway in it is not written; until it is, the "
        "routes of its scope serve nothing and stay in coexist"
    )
    return Finding("shared/withdrawn", Severity.WARNING, message, "see what is said about that root", Place(path))


def _taken(path: str) -> Finding:
    message = "this file is not gatelift's own as it was written, so the Gateway in it stays as it is"
    fix = "name another file under 'gateways', or remove this one"
    return Finding("shared/disputed", Severity.WARNING, message, fix, Place(path))


def _disputed(path: str, scopes: list[str]) -> Finding:
    message = (
        f"the scopes {', '.join(scopes)} need different listeners on one Gateway: it is not written, and until it is, "
        "their routes serve nothing and stay in coexist"
    )
    fix = (
        "give each scope its own Gateway ('overrides'), each with its own file under 'gateways'; "
        "where they are one cluster, say so under 'scopes'"
    )
    return Finding("shared/disputed", Severity.WARNING, message, fix, Place(path))
