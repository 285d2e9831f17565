"""How many examples a property is tried on: few and always the same, more and others where somebody asks.

``GATELIFT_EXAMPLES=20`` tries twenty times as many, chosen at random: for a search by hand, never in CI.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

FACTOR = int(os.environ.get("GATELIFT_EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Settings for ``count`` examples: no clock decides anything, and CI runs see the same examples again."""
    return settings(
        max_examples=count * FACTOR,
        deadline=None,
        derandomize=FACTOR == 1,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
        print_blob=False,
    )
