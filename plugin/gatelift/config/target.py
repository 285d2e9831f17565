"""What the routes will run on, as the configuration names it. What each target can do is known in a higher layer.

Contents of Calico's releases: tigera/operator ``pkg/render/gatewayapi`` and the Envoy Gateway releases they pin.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated

import msgspec

from gatelift.config.problems import refuse
from gatelift.config.words import quote, suggest
from gatelift.findings import Place


class Channel(StrEnum):
    """Release channel of the Gateway API resources in the cluster: what the generated objects may use."""

    STANDARD = "standard"
    EXPERIMENTAL = "experimental"


class Release(StrEnum):
    """A minor version; sorted by its numbers, because as text 1.10 would come before 1.9. A word is behind them all."""

    def __lt__(self, other: str) -> bool:
        return _numbers(self) < _numbers(other)

    def __le__(self, other: str) -> bool:
        return _numbers(self) <= _numbers(other)

    def __gt__(self, other: str) -> bool:
        return _numbers(self) > _numbers(other)

    def __ge__(self, other: str) -> bool:
        return _numbers(self) >= _numbers(other)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(int(part) if part.isdecimal() else math.inf for part in text.split(".") if part)


class GatewayAPI(Release):
    """Minor versions of Gateway API whose resource definitions gatelift checks its output against."""

    V1_2 = "1.2"
    V1_3 = "1.3"
    V1_4 = "1.4"
    V1_5 = "1.5"
    V1_6 = "1.6"


class EnvoyGateway(Release):
    """Minor versions of Envoy Gateway whose resource definitions gatelift checks its output against."""

    V1_3 = "1.3"
    V1_5 = "1.5"
    V1_6 = "1.6"
    V1_7 = "1.7"
    V1_8 = "1.8"
    V1_9 = "1.9"


COMPILED = {
    EnvoyGateway.V1_3: GatewayAPI.V1_2,
    EnvoyGateway.V1_5: GatewayAPI.V1_3,
    EnvoyGateway.V1_6: GatewayAPI.V1_4,
    EnvoyGateway.V1_7: GatewayAPI.V1_4,
    EnvoyGateway.V1_8: GatewayAPI.V1_5,
    EnvoyGateway.V1_9: GatewayAPI.V1_6,
}
"""The Gateway API that a release of Envoy Gateway was compiled with: it does not see what came later, whatever resource
definitions the cluster has (https://gateway.envoyproxy.io/news/releases/matrix/)."""


class TargetSpec(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Versions that the generated objects are written for; ``envoy_gateway`` None means Gateway API alone.

    ``name`` is the alias that was asked for, None where the versions were given one by one.
    """

    gateway_api: GatewayAPI = msgspec.field(name="gatewayAPI")
    channel: Channel
    envoy_gateway: EnvoyGateway | None = None
    name: str | None = None

    @property
    def understood(self) -> GatewayAPI:
        """The Gateway API that both the cluster has and the implementation knows."""
        if self.envoy_gateway is None:
            return self.gateway_api
        return min(self.gateway_api, COMPILED[self.envoy_gateway])

    def __str__(self) -> str:
        """How ``--target`` takes it, and reports show it."""
        if self.name:
            return self.name
        envoy = f",envoyGateway={self.envoy_gateway}" if self.envoy_gateway else ""
        return f"gatewayAPI={self.gateway_api},channel={self.channel}{envoy}"


class TargetName(StrEnum):
    """Targets with a name."""

    CALICO_3_32 = "calico-3.32"
    CALICO_3_31 = "calico-3.31"
    CALICO_3_30 = "calico-3.30"
    ENVOY_GATEWAY = "envoy-gateway"
    STANDARD = "standard"


# Calico always installs the experimental channel. 3.32 is held to the standard one, so that its output also runs on any
# Envoy Gateway 1.8; before Gateway API 1.4 the standard channel has no BackendTLSPolicy and before 1.5 no TLSRoute.
_NAMED = {
    TargetName.CALICO_3_32: (GatewayAPI.V1_5, Channel.STANDARD, EnvoyGateway.V1_8),
    TargetName.CALICO_3_31: (GatewayAPI.V1_3, Channel.EXPERIMENTAL, EnvoyGateway.V1_5),
    TargetName.CALICO_3_30: (GatewayAPI.V1_2, Channel.EXPERIMENTAL, EnvoyGateway.V1_3),
    TargetName.ENVOY_GATEWAY: (GatewayAPI.V1_5, Channel.STANDARD, EnvoyGateway.V1_8),
    TargetName.STANDARD: (GatewayAPI.V1_5, Channel.STANDARD, None),
}


def named(name: TargetName) -> TargetSpec:
    """The versions behind a name."""
    gateway_api, channel, envoy_gateway = _NAMED[name]
    return TargetSpec(gateway_api=gateway_api, channel=channel, envoy_gateway=envoy_gateway, name=str(name))


DEFAULT_TARGET = named(TargetName.CALICO_3_32)


class TargetVersions(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """A target by its versions, where no name fits."""

    gateway_api: Annotated[
        GatewayAPI, msgspec.Meta(description="Minor version of Gateway API in the cluster, in quotes.")
    ] = msgspec.field(name="gatewayAPI")
    channel: Annotated[Channel, msgspec.Meta(description="Channel of the Gateway API resources in the cluster.")] = (
        Channel.STANDARD
    )
    envoy_gateway: Annotated[
        EnvoyGateway | msgspec.UnsetType,
        msgspec.Meta(description="Minor version of Envoy Gateway, in quotes; without it, Gateway API alone."),
    ] = msgspec.UNSET

    def spec(self) -> TargetSpec:
        """The same, as higher layers read it."""
        envoy_gateway = self.envoy_gateway or None
        return TargetSpec(gateway_api=self.gateway_api, channel=self.channel, envoy_gateway=envoy_gateway)


def parse_target(text: str, source: str = "--target") -> TargetSpec:
    """Read a target's name, or ``gatewayAPI=1.5,channel=standard,envoyGateway=1.8`` with or without the last two.

    ``source`` is the flag or variable that ``text`` came from. Raises ConfigError for what is not known.
    """
    place = Place(source)
    if "=" not in text:
        if text not in {str(name) for name in TargetName}:
            raise refuse("bad-value", f"{quote(text)} is no target", suggest(text, TargetName), place)
        return named(TargetName(text))
    known: dict[str, type[StrEnum]] = {"gatewayAPI": GatewayAPI, "channel": Channel, "envoyGateway": EnvoyGateway}
    given: dict[str, str] = {}
    for part in text.split(","):
        key, _, value = part.strip().partition("=")
        if key not in known:
            raise refuse("unknown-key", f"{quote(key)} is no part of a target", suggest(key, known), place)
        if key in given:
            raise refuse("bad-value", f"{key} is given twice", "Give it once.", place)
        if value not in {str(member) for member in known[key]}:
            raise refuse("bad-value", f"{key} {quote(value)} is not known", suggest(value, known[key]), place)
        given[key] = value
    if "gatewayAPI" not in given:
        raise refuse("missing-key", f"{quote(text)} leaves out gatewayAPI", "Add gatewayAPI=1.5.", place)
    return msgspec.convert(given, TargetVersions).spec()
