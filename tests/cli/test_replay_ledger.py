"""What a conversion says of an Ingress explains what a replay sees of it, however its manifest names it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gatelift.cli import replay as command
from gatelift.cli.main import parser
from gatelift.replay.compare import Difference
from gatelift.replay.explain import Ledger, explanation
from gatelift.replay.model import Answer, Attribute, Request, Seen
from gatelift.replay.requests.ingresses import ingress_places
from support.judging import ingress, prefix
from support.replaying import route, to

HOST = "www.example.com"


@pytest.mark.parametrize("namespace", ["shop", ""])
def test_an_ingress_is_explained_by_its_own_entries(namespace: str, tmp_path: Path) -> None:
    item = ingress("web", prefix(HOST, service="web"), custom_http_errors="404")
    item["metadata"]["namespace"] = namespace
    if not namespace:
        del item["metadata"]["namespace"]
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(yaml.safe_dump(item))
    new.write_text(yaml.safe_dump(route("web", HOST, [to("/", "web")])))
    asked = parser("replay").parse_args(["replay", "--gateway", "infra/shared", "--old", str(old), "--new", str(new)])
    _, (found,) = command._of_files(asked)
    ledger = Ledger(entries=found.case.entries, places=ingress_places(found.case.before))

    backend = f"{namespace or 'default'}/web:80"
    seen = Answer(status=200, seen=Seen(backend=backend, method="GET", target="/"))
    difference = Difference(Attribute.STATUS, f"200 from {backend}", "404 without a backend")
    told = explanation(Request(host=HOST), difference, (seen, Answer(status=404)), ledger)

    assert told.startswith(f"nginx.ingress.kubernetes.io/custom-http-errors of Ingress {namespace or 'default'}/web: ")
