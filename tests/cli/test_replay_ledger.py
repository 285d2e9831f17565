"""What a conversion says of an Ingress explains what a replay sees of it, however its manifest names it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from gatelift.cli import clusters
from gatelift.cli.main import parser
from gatelift.traffic.answers.compare import Difference
from gatelift.traffic.explained.explain import explanation
from gatelift.traffic.explained.ledger import Ledger
from gatelift.traffic.model import Answer, Attribute, Request
from gatelift.traffic.places.ingresses import ingress_places
from support.judging import PREFIX, ingress, prefix
from support.replaying import route, to

HOST = "www.example.com"


@pytest.mark.parametrize("namespace", ["shop", ""])
def test_an_ingress_is_explained_by_its_own_entries(namespace: str, tmp_path: Path) -> None:
    keys = {"auth-type": "basic", "auth-secret": "users", "auth-realm": "Members"}
    item = ingress("web", prefix(HOST, service="web"))
    item["metadata"]["annotations"] = {PREFIX + key: value for key, value in keys.items()}
    item["metadata"]["namespace"] = namespace
    if not namespace:
        del item["metadata"]["namespace"]
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(yaml.safe_dump(item))
    new.write_text(yaml.safe_dump(route("web", HOST, [to("/", "web")])))
    given = parser("replay").parse_args(["replay", "--gateway", "infra/shared", "--old", str(old), "--new", str(new)])
    (found,) = clusters.of_files(given).clusters
    ledger = Ledger(entries=found.case.entries, places=ingress_places(found.case.before))

    realms = ('Basic realm="Members"', f'Basic realm="http://{HOST}/"')
    asked = tuple(Answer(status=401, headers=(("www-authenticate", realm),)) for realm in realms)
    told = explanation(Request(host=HOST), Difference(Attribute.CHALLENGE, *realms), (asked[0], asked[1]), ledger)

    assert told.startswith(f"nginx.ingress.kubernetes.io/auth-realm of Ingress {namespace or 'default'}/web: ")
