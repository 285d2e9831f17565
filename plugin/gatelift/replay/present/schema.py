"""The JSON Schema of a replay (draft 2020-12), made from the types of ``model``.

``python -m gatelift.replay.present.schema docs/schemas`` writes the published file again; a test holds it against this.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gatelift.replay.present.model import ReplayReport
from gatelift.report.schema import encoded, of_struct

FILE = "replay.schema.json"


def schema() -> dict[str, Any]:
    """The JSON Schema of what ``model.encode`` writes."""
    return of_struct(ReplayReport, "gatelift replay, version 1")


if __name__ == "__main__":
    Path(sys.argv[1], FILE).write_bytes(encoded(schema()))
