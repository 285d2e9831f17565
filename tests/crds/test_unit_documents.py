"""Objects that the units' documents tell people to write by hand, against the real CRDs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from crds.harness import validate
from gatelift.annotations import registry

pytestmark = pytest.mark.crds

_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def advised() -> Iterator[tuple[str, dict[str, Any]]]:
    """(unit, object) of every whole object in a document; fragments say no kind."""
    for family, module, _ in registry.everything():
        for block in _BLOCK.findall(registry.document(family, module)):
            for value in yaml.safe_load_all(block):
                if isinstance(value, dict) and "kind" in value:
                    yield module, value


OBJECTS = list(advised())


def test_some_documents_hold_objects() -> None:
    assert {"BackendTrafficPolicy", "EnvoyExtensionPolicy"} <= {value["kind"] for _, value in OBJECTS}


@pytest.mark.parametrize(("module", "value"), OBJECTS, ids=[f"{module}-{value['kind']}" for module, value in OBJECTS])
def test_what_a_document_advises_would_be_accepted(module: str, value: dict[str, Any]) -> None:
    assert validate(value) == []
