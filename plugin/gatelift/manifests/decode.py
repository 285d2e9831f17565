"""From a rendered manifest back to its model: would the API server take it, and if not, why?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import structs

# Imported for their classes: a model is found as soon as somebody has defined it.
import gatelift.manifests.envoy_gateway
import gatelift.manifests.gateway_api  # noqa: F401 - see above
from gatelift.manifests.availability import VERSIONS
from gatelift.manifests.checks import InvalidObject, checked
from gatelift.manifests.labels import pointer_token
from gatelift.manifests.model import Manifest

_HEAD = ("apiVersion", "kind")


@cache
def models() -> Mapping[tuple[str, str], type[Manifest]]:
    """(API version, kind) -> model, of every version of every kind that has one."""
    return {
        (structs.replace(cls.KIND, version=version).api_version, cls.KIND.kind): cls
        for cls in _concrete(Manifest)
        for version in VERSIONS.get(cls.KIND, {cls.KIND.version: None})
    }


def _concrete(cls: type[Manifest]) -> Iterator[type[Manifest]]:
    for below in cls.__subclasses__():
        if "KIND" in vars(below):
            yield below
        yield from _concrete(below)


def manifest_problems(manifest: Mapping[str, Any]) -> list[str]:
    """Everything for which the API server would reject ``manifest``, as ``JSON pointer: sentence``; empty where it
    would not. A manifest of a version that no model is of, or with a field that its model lacks, is a problem too:
    what is not known cannot be vouched for."""
    model = models().get((str(manifest.get("apiVersion")), str(manifest.get("kind"))))
    if model is None:
        return [f"/apiVersion: {manifest.get('apiVersion')} {manifest.get('kind')} is no kind that gatelift writes"]
    body = {name: value for name, value in manifest.items() if name not in _HEAD}
    try:
        checked(msgspec.convert(body, model))
    except msgspec.ValidationError as error:
        return [_sentence(error)]
    except InvalidObject as error:
        return error.problems
    return []


def _sentence(error: msgspec.ValidationError) -> str:
    sentence, _, path = str(error).partition(" - at `$")
    tokens = path.rstrip("`").replace("[", ".").replace("]", "").split(".")
    return "".join(f"/{pointer_token(token)}" for token in tokens if token) + f": {sentence}"
