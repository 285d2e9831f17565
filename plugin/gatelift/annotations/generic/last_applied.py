"""What a tool last applied, kept on the object by the tool itself: a copy of the Ingress, true of no other object."""

from __future__ import annotations

from gatelift.annotations.unit import Case, Inert, Result, Unit, UnitContext
from gatelift.intent.base import Risk

KUBECTL = "kubectl.kubernetes.io/last-applied-configuration"


def read(value: str, context: UnitContext) -> Result:
    """Never carried: on a route it would make the tool compare the route with an Ingress."""
    return Inert("a tool keeps its own copy of this Ingress in it, which is true of no other object")


unit = Unit(
    names=(KUBECTL, "kapp.k14s.io/original*", "objectset.rio.cattle.io/*", "banzaicloud.com/last-applied"),
    risk=Risk.METADATA,
    read=read,
    summary="What kubectl, or another tool, last applied",
    source="https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-last-applied-configuration",
    cases=(
        Case(name=KUBECTL, value='{"kind":"Ingress"}', expect=Inert("own copy")),
        Case(name="kapp.k14s.io/original-diff-md5", value="58e0", expect=Inert("own copy")),
        Case(name="objectset.rio.cattle.io/applied", value="H4sI", expect=Inert("own copy")),
        Case(name=KUBECTL, value="", expect=Inert("own copy")),
    ),
)
