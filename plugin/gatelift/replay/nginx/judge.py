"""What nginx is configured with, without the Ingresses that it cannot be configured with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatelift.replay.nginx.text import Setup, configuration
from gatelift.replay.side import Address
from gatelift.traffic.model import Manifest
from gatelift.traffic.nginx.judged import Judged
from gatelift.traffic.nginx.judged import judged as judged_by
from gatelift.traffic.nginx.model import Loaded
from gatelift.traffic.nginx.quoted import UnquotableError
from gatelift.traffic.nginx.servers import model_of
from gatelift.traffic.nginx.settings import Settings


def judged(
    objects: Sequence[Manifest],
    data: Mapping[str, str],
    *,
    escapes: bool = True,
    without: Mapping[str, str] | None = None,
) -> Judged:
    """As ``traffic.nginx.judged``; what cannot stand in a configuration of nginx is left out, and not judged."""
    return judged_by(objects, data, escapes=escapes, without=without, problem=_problem)


def _problem(item: Loaded, settings: Settings) -> str:
    """Why nginx cannot be configured with this Ingress, as far as its values alone tell."""
    somewhere = Address("127.0.0.1", 1)
    model = model_of([item], settings)
    setup = Setup(
        http=somewhere,
        https=somewhere,
        folder="/",
        backends=dict.fromkeys(model.upstreams(), somewhere),
        certificate=lambda _: ("", ""),
    )
    try:
        configuration(model, settings, setup)
    except UnquotableError as error:
        return str(error)
    return ""
