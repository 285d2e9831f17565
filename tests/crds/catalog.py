"""Where the CRDs are, and the schema of a kind in a profile."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from gatelift.config.target import Channel, EnvoyGateway, GatewayAPI, TargetSpec

Schema = dict[str, Any]

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "crds"


class Profile(NamedTuple):
    """The releases that a target runs on, as the CRD files are named."""

    gateway_api: str = "v1.5.1-standard"
    envoy_gateway: str = "v1.8.3"

    @property
    def files(self) -> tuple[str, ...]:
        return f"gateway-api-{self.gateway_api}.json", f"envoy-gateway-{self.envoy_gateway}.json"


DEFAULT = Profile()

_RELEASES = {
    GatewayAPI.V1_2: "v1.2.1",
    GatewayAPI.V1_3: "v1.3.0",
    GatewayAPI.V1_4: "v1.4.1",
    GatewayAPI.V1_5: "v1.5.1",
    GatewayAPI.V1_6: "v1.6.1",
}
_ENVOY_RELEASES = {
    EnvoyGateway.V1_3: "v1.3.2",
    EnvoyGateway.V1_5: "v1.5.9",
    EnvoyGateway.V1_6: "v1.6.4",
    EnvoyGateway.V1_7: "v1.7.2",
    EnvoyGateway.V1_8: "v1.8.3",
    EnvoyGateway.V1_9: "v1.9.0",
}


def released(spec: TargetSpec) -> Profile:
    """The releases whose CRDs stand for the minor versions of ``spec``."""
    envoy_gateway = spec.envoy_gateway or EnvoyGateway.V1_8
    return Profile(f"{_RELEASES[spec.gateway_api]}-{spec.channel}", _ENVOY_RELEASES[envoy_gateway])


def folder() -> Path:
    """``$GATELIFT_CRDS``, else the folder beside the checkout; it need not exist."""
    named = os.environ.get("GATELIFT_CRDS")
    return Path(named) if named else _BESIDE_THE_CHECKOUT


def files() -> tuple[str, ...]:
    """The files of all releases."""
    gateway_api = (f"{release}-{channel}" for release in _RELEASES.values() for channel in Channel)
    return (
        *(f"gateway-api-{name}.json" for name in gateway_api),
        *(f"envoy-gateway-{release}.json" for release in _ENVOY_RELEASES.values()),
    )


def missing() -> str | None:
    """Why there are no CRDs to test with; None where there are."""
    lacking = [name for name in files() if not (folder() / name).is_file()]
    if not lacking:
        return None
    place = os.environ.get("GATELIFT_CRDS") or "../shared/crds"
    first = f"{lacking[0]} and {len(lacking) - 1} more" if len(lacking) > 1 else lacking[0]
    return f"no CRDs in {place}: {first} (name their folder in GATELIFT_CRDS)"


@cache
def definitions(file: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((folder() / file).read_text())
    return loaded


@cache
def schema_of(profile: Profile, api_version: str, kind: str) -> Schema:
    """The schema of ``kind`` in a *served* version; ``KeyError`` where the profile has none."""
    group, _, version = api_version.partition("/")
    for file in profile.files:
        schema = schema_in(file, group, version, kind)
        if schema is not None:
            return schema
    raise KeyError(f"{api_version} {kind} is not served in {profile}")


def schema_in(file: str, group: str, version: str, kind: str) -> Schema | None:
    """The schema of ``kind`` in a served version, in one file of CRDs."""
    for definition in definitions(file):
        spec = definition["spec"]
        if (spec["group"], spec["names"]["kind"]) != (group, kind):
            continue
        for candidate in spec["versions"]:
            if candidate["name"] == version and candidate["served"]:
                schema: Schema = candidate["schema"]["openAPIV3Schema"]
                return schema
    return None
