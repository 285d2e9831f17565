"""What a conversion writes for a profile, against the resource definitions of that very profile.

The API server would take every object as it stands: no field is unknown to it, no rule is broken, no default is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crds.catalog import Profile, released
from crds.harness import defaults_change_nothing, validate
from gatelift.config.target import parse_target
from support.catalogue import chosen_profiles, examples_of_units, input_of
from support.conversion import Conversion

pytestmark = pytest.mark.crds

PROFILES = chosen_profiles()


def wrong(found: Conversion, profile: Profile) -> Iterator[str]:
    for item in found.emitted:
        plain: dict[str, Any] = dict(item)
        try:
            problems = validate(plain, profile)
        except KeyError as error:
            problems = [str(error)]
        yield from problems
        if not problems and not defaults_change_nothing(plain, profile):
            yield f"{item['kind']} {item['metadata']['name']}: the API server adds defaults"


@pytest.mark.parametrize("target", PROFILES)
def test_each_case_of_each_unit_becomes_what_the_profile_takes(target: str) -> None:
    profile = released(parse_target(target))
    inputs = {str(example): input_of(example, target) for example in examples_of_units()}
    found = {name: list(wrong(given.converted(), profile)) for name, given in inputs.items()}
    assert {name: problems for name, problems in found.items() if problems} == {}
