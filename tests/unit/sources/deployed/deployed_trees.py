"""Trees in memory for the tests of deployments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gatelift.findings import Finding
from gatelift.repository.tree import Tree
from gatelift.sources.deployed.model import Deployment, Deployments
from gatelift.sources.deployed.read import deployments

KUSTOMIZATION = "resources: [ingress.yaml]\n"


def tree(files: Mapping[str, str], links: Mapping[str, str] | None = None) -> Tree:
    """A repository that holds exactly these texts."""
    return Tree("/repository", files, lambda path: files[path].encode(), links)


def read(files: Mapping[str, str], remotes: Iterable[str] = ()) -> Deployments:
    """What every file of a repository deploys."""
    return deployments(tree(files), files, frozenset(remotes))


def only(found: Deployments) -> Deployment:
    """The one deployment, found without a remark."""
    assert found.findings == ()
    (item,) = found.items
    return item


def codes(findings: Iterable[Finding]) -> list[str]:
    """The codes of findings, in order."""
    return [finding.code for finding in findings]


def application(source: str, destination: str = "{server: https://kubernetes.default.svc, namespace: shop}") -> str:
    """An Application with one source, both in flow style."""
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\n"
        f"spec:\n  destination: {destination}\n  source: {source}\n"
    )


def flux(spec: str, name: str = "apps") -> str:
    """A Flux Kustomization with these lines below ``spec:``."""
    lines = "".join(f"  {line}\n" for line in spec.splitlines())
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: {name}, namespace: flux-system}}\nspec:\n{lines}"
    )


def application_set(generators: str, template: str, head: str = "") -> str:
    """An ApplicationSet; generators and the template's spec are lines."""
    below = "".join(f"      {line}\n" for line in template.splitlines())
    made = "".join(f"  {line}\n" for line in generators.splitlines())
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: set, namespace: argocd}\n"
        f"spec:\n{head}  generators:\n{made}  template:\n    metadata: {{name: '{{{{name}}}}'}}\n    spec:\n{below}"
    )
