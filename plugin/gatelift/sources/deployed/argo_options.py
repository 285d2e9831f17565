"""What an Application sets into a kustomization (``spec.source.kustomize``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatelift.sources.deployed import placing
from gatelift.sources.deployed.fields import at, flag, items, pairs, strings, text
from gatelift.sources.deployed.model import Image, KustomizeOptions
from gatelift.sources.deployed.origin import without_credentials

_FIELDS = frozenset(
    (
        *("namePrefix", "nameSuffix", "namespace", "images", "replicas", "patches"),
        *("commonLabels", "forceCommonLabels", "labelWithoutSelector", "labelIncludeTemplates"),
        *("commonAnnotations", "forceCommonAnnotations", "commonAnnotationsEnvsubst"),
        *("components", "ignoreMissingComponents", "version", "kubeVersion", "apiVersions"),
    )
)
_BUILD_VARIABLE = re.compile(r"\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))")


def kustomize_options(stanza: Mapping[str, Any], known: Mapping[str, str], unsupported: list[str]) -> KustomizeOptions:
    """The options of ``spec.source.kustomize``. What is not understood is named in ``unsupported``."""
    unsupported.extend(f"spec.source.kustomize.{key} is not known here" for key in sorted(stanza) if key not in _FIELDS)
    annotations = pairs(stanza, "commonAnnotations")
    if flag(stanza, "commonAnnotationsEnvsubst"):
        annotations = {key: expanded(value, known, unsupported) for key, value in annotations.items()}
    labels = {key: expanded(value, known, unsupported) for key, value in pairs(stanza, "commonLabels").items()}
    return KustomizeOptions(
        name_prefix=text(stanza, "namePrefix"),
        name_suffix=text(stanza, "nameSuffix"),
        namespace=text(stanza, "namespace"),
        labels=labels,
        force_labels=flag(stanza, "forceCommonLabels"),
        labels_without_selector=flag(stanza, "labelWithoutSelector"),
        labels_in_templates=flag(stanza, "labelIncludeTemplates"),
        annotations=annotations,
        force_annotations=flag(stanza, "forceCommonAnnotations"),
        images=tuple(image(expanded(item, known, unsupported)) for item in strings(stanza, "images")),
        replicas=_replicas(stanza),
        patches=tuple(item for item in items(stanza, "patches") if isinstance(item, Mapping)),
        components=strings(stanza, "components"),
        ignore_missing_components=flag(stanza, "ignoreMissingComponents"),
    )


def image(written: str) -> Image:
    """``[NAME=]IMAGE[:TAG][@DIGEST]``, as ``kustomize edit set image`` reads it."""
    name, equals, rest = written.partition("=")
    target, at_sign, digest = (rest if equals else name).partition("@")
    head, colon, tag = target.rpartition(":")
    if not colon or "/" in tag:
        head, tag = target, ""
    return Image(name if equals else head, head if equals else "", "" if at_sign else tag, digest)


def _replicas(stanza: Mapping[str, Any]) -> dict[str, int]:
    result: dict[str, int] = {}
    for entry in items(stanza, "replicas"):
        count = at(entry, "count")
        if isinstance(count, str) and count.isdecimal():
            count = int(count)
        if text(entry, "name") and isinstance(count, int) and not isinstance(count, bool):
            result[text(entry, "name")] = count
    return result


def build_variables(
    head: Mapping[str, Any], spec: Mapping[str, Any], source: Mapping[str, Any], path: str
) -> dict[str, str]:
    """The build environment, but for revisions (https://argo-cd.readthedocs.io/en/stable/user-guide/build-environment/)."""
    values = {
        "ARGOCD_APP_NAME": text(head, "metadata", "name"),
        "ARGOCD_APP_NAMESPACE": text(spec, "destination", "namespace"),
        "ARGOCD_APP_PROJECT_NAME": text(spec, "project"),
        "ARGOCD_APP_SOURCE_PATH": path,
        "ARGOCD_APP_SOURCE_REPO_URL": without_credentials(text(source, "repoURL")),
        "ARGOCD_APP_SOURCE_TARGET_REVISION": text(source, "targetRevision"),
    }
    return {key: value for key, value in values.items() if value and not placing.is_templated(value)}


def expanded(value: str, known: Mapping[str, str], unsupported: list[str]) -> str:
    """A text with the build environment filled in; variables that are not known stay, and are named."""

    def replace(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in known:
            unsupported.append(f"${name} is only known while Argo CD renders")
            return found[0]
        return known[name]

    return _BUILD_VARIABLE.sub(replace, value)
