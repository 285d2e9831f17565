"""The shape of ``gatelift.yaml``: every key with its type, its default and the one place where it is documented.

The check of a file (``check.py``), the JSON Schema (``schema.py``) and the documentation's table (``page.py``) all read
these types; nothing else lists the keys.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from gatelift.config.gateway import GatewayRef
from gatelift.config.model import Controller, HelmEngine, KustomizeEngine, Listeners, LoadRestrictor, Phase, RouteFile
from gatelift.config.rules import (
    AnnotationKey,
    ClassName,
    ControllerFlag,
    DecisionText,
    Glob,
    KubeVersion,
    Name,
    ObjectName,
    Reason,
    RepositoryPath,
    Word,
)
from gatelift.config.target import TargetName, TargetVersions

_Globs = Glob | tuple[Glob, ...]
_SomeGlobs = Glob | Annotated[tuple[Glob, ...], Meta(min_length=1)]
_PARENT = {"name": "shared", "namespace": "infra", "sectionName": "https"}


class ClassFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One IngressClass, or one value of the older annotation ``kubernetes.io/ingress.class``."""

    controller: Annotated[
        Controller,
        Meta(description="Which controller serves the class. Ingresses of any but `ingress-nginx` are left alone."),
    ]
    gateway: Annotated[GatewayRef | UnsetType, Meta(description="Parent of this class's routes.")] = UNSET


class GatewayFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One Gateway that gatelift writes."""

    class_name: Annotated[Name, Meta(description="Name of its GatewayClass.")]
    file: Annotated[
        RepositoryPath | UnsetType,
        Meta(description="The file that it stands in, for `rewrite`. `convert` prints it."),
    ] = UNSET


class OverrideFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Other settings for some roots."""

    roots: Annotated[_SomeGlobs, Meta(description="Pattern, or list of patterns, for the roots that this is about.")]
    gateway: Annotated[GatewayRef | UnsetType, Meta(description="Parent of the routes of these roots.")] = UNSET
    phase: Annotated[Phase | UnsetType, Meta(description="Phase of these roots.")] = UNSET
    load_restrictor: Annotated[
        LoadRestrictor | UnsetType,
        Meta(description="Whether kustomizations of these roots may name files outside of their own folder."),
    ] = UNSET


class AcceptFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One setting that restricts access and may go without a translation."""

    key: Annotated[AnnotationKey, Meta(description="The full key of the annotation. No patterns.")]
    reason: Annotated[Reason, Meta(description="Why the restriction may go. It is shown in every report.")]


class NginxFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How the ingress-nginx controller is set up."""

    config_map: Annotated[
        RepositoryPath | UnsetType,
        Meta(
            description="Path of the controller's ConfigMap, or of the values of its chart, in the repository: its "
            "settings change Ingresses."
        ),
    ] = UNSET
    default_tls_secret: Annotated[
        ObjectName | UnsetType,
        Meta(description="`NAMESPACE/NAME` of the controller's default certificate, for `tls` without a secret."),
    ] = field(default=UNSET, name="defaultTLSSecret")
    flags: Annotated[
        tuple[ControllerFlag, ...],
        Meta(description="Flags that the controller runs with and that change what an Ingress means."),
    ] = ()


class HelmFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How charts are rendered."""

    cases: Annotated[
        dict[RepositoryPath, _SomeGlobs],
        Meta(
            description="Per chart folder, patterns (relative to it) of values files; each file is a case to prove. "
            "They count as deployed."
        ),
    ] = field(default_factory=dict)
    kube_version: Annotated[
        KubeVersion | UnsetType,
        Meta(description="Version of Kubernetes that charts are rendered for, in quotes."),
    ] = UNSET


class EngineFile(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which engines render. Names only; paths of programs come from the command line or the environment."""

    kustomize: Annotated[KustomizeEngine, Meta(description="What builds kustomizations.")] = KustomizeEngine.AUTO
    helm: Annotated[
        HelmEngine,
        Meta(description="What renders charts: `helm` on PATH, the package `helm-python-sdk`, or the first of them."),
    ] = HelmEngine.AUTO


class ConfigFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Settings of gatelift for one repository. Patterns and paths are relative to the repository's root."""

    gateway: Annotated[
        GatewayRef | UnsetType,
        Meta(
            description="Default parent of routes: a Gateway and optionally one of its listeners.", examples=[_PARENT]
        ),
    ] = UNSET
    classes: Annotated[
        dict[ClassName, ClassFile],
        Meta(
            description="Per class of Ingress: which controller serves it, and the parent of its routes.",
            examples=[
                {"internal": {"controller": "ingress-nginx", "gateway": {"name": "internal", "namespace": "infra"}}}
            ],
        ),
    ] = field(default_factory=dict)
    overrides: Annotated[
        tuple[OverrideFile, ...],
        Meta(
            description="Other settings for some roots. Where several entries fit a root, the last one wins.",
            examples=[[{"roots": "clusters/dev/**", "gateway": {"name": "dev", "namespace": "infra"}}]],
        ),
    ] = ()
    scopes: Annotated[
        dict[Word, _SomeGlobs],
        Meta(
            description="Per cluster, a name of your choice and the patterns of the roots that meet in it.",
            examples=[{"prod": ["clusters/prod/**"], "dev": ["clusters/dev/**"]}],
        ),
    ] = field(default_factory=dict)
    target: Annotated[
        TargetName | TargetVersions,
        Meta(description="What the routes will run on: a name, or versions.", examples=[TargetName.CALICO_3_32.value]),
    ] = TargetName.CALICO_3_32
    listeners: Annotated[
        Listeners,
        Meta(
            description="Where listeners come from: `existing` ones, a `listenerset` per Ingress, or a `gateway` that "
            "gatelift writes.",
            examples=[Listeners.EXISTING.value],
        ),
    ] = Listeners.EXISTING
    gateways: Annotated[
        dict[ObjectName, GatewayFile],
        Meta(
            description="With `listeners: gateway`: per Gateway, as `NAMESPACE/NAME`, what gatelift needs to write it.",
            examples=[{"infra/shared": {"className": "eg", "file": "platform/gateway.yaml"}}],
        ),
    ] = field(default_factory=dict)
    phase: Annotated[
        Phase | UnsetType,
        Meta(
            description="How far to go: `coexist` keeps Ingresses as they are, `cutover` moves DNS and certificates, "
            "`retire` removes Ingresses. Without it, the command's own default.",
            examples=[Phase.COEXIST.value],
        ),
    ] = UNSET
    phases: Annotated[
        dict[Glob, Phase],
        Meta(
            description="Phase per pattern of roots. The pattern with the longest part before its first wildcard wins.",
            examples=[{"clusters/dev/**": "cutover"}],
        ),
    ] = field(default_factory=dict)
    accept: Annotated[
        tuple[AcceptFile, ...],
        Meta(
            description="Settings that restrict access, have no translation, and may go all the same.",
            examples=[[{"key": "nginx.ingress.kubernetes.io/limit-connections", "reason": "the CDN limits"}]],
        ),
    ] = ()
    decide: Annotated[
        dict[Word, DecisionText | int],
        Meta(
            description="Answers to what single annotations leave open; each option is documented with its annotation.",
            examples=[{"proxyBodySize": "omit"}],
        ),
    ] = field(default_factory=dict)
    nginx: Annotated[
        NginxFile,
        Meta(
            description="How the ingress-nginx controller is set up.",
            examples=[
                {
                    "configMap": "path/to/configmap.yaml",
                    "defaultTLSSecret": "infra/default-tls",
                    "flags": ["--enable-ssl-passthrough"],
                }
            ],
        ),
    ] = field(default_factory=NginxFile)
    ignore: Annotated[
        _Globs,
        Meta(
            description="Files and folders to leave as they are; a folder counts with all that is in it. "
            "Routes that would catch what their Ingresses serve are withheld.",
            examples=[["legacy/**"]],
        ),
    ] = ()
    helm: Annotated[
        HelmFile,
        Meta(
            description="How charts are rendered.",
            examples=[{"cases": {"charts/shop": ["values-*.yaml"]}, "kubeVersion": "1.33"}],
        ),
    ] = field(default_factory=HelmFile)
    engine: Annotated[
        EngineFile,
        Meta(description="Which engines render.", examples=[{"kustomize": "auto", "helm": "auto"}]),
    ] = field(default_factory=EngineFile)
    allow_partial: Annotated[
        bool,
        Meta(description="Whether a proof counts that had to leave out remote parts of a source.", examples=[False]),
    ] = False
    route_file: Annotated[
        RouteFile,
        Meta(
            description="Where routes of plain manifests go: a new file `beside` the Ingress's, or the `same` file.",
            examples=[RouteFile.BESIDE.value],
        ),
    ] = RouteFile.BESIDE
