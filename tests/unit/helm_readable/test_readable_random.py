"""Values by lot: what the readable template renders is what is expected of the Ingress, or the render stops."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from chart_trees import chart
from readable_shapes import DEPLOYED, HELPERS, SERVICE, shape
from rewritten import Charting

NGINX = "nginx.ingress.kubernetes.io/"
SETS: tuple[dict[str, str], ...] = (
    {},
    {"example.com/team": "web"},
    {f"{NGINX}affinity": "cookie"},
    {f"{NGINX}proxy-read-timeout": "120"},
    {f"{NGINX}whitelist-source-range": "10.0.0.0/8"},
    {f"{NGINX}ssl-redirect": "false"},
)
PATHS = ("/", "/api", "/api/", "/v1/x", "/v1/x/", "/healthz", "/a.b/~c", "/regular(/|$)(.*)", "")
TYPES = ("Prefix", "Exact", "ImplementationSpecific", "")
HOSTS = ("a.example.com", "b.example.com", "www.example.com", "*.wild.example.com", "c.example.org", "")
VALUES = """\
service: {port: 8080}
ingress: {enabled: true, className: nginx, annotations: {}, hosts: [{host: a.example.com, paths: [{path: /}]}], tls: []}
"""
KNOWN = """\
ingress:
  annotations: {nginx.ingress.kubernetes.io/affinity: cookie}
  hosts: [{host: a.example.com, paths: [{path: /, pathType: Prefix}]}, {host: b.example.com, paths: [{path: /}]}]
  tls: [{hosts: [a.example.com, b.example.com], secretName: s}]
"""
OTHERS = """\
ingress:
  annotations: {nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8, example.com/team: web}
"""


def by_lot(random: Random) -> dict[str, Any]:
    hosts = [
        {
            "host": host,
            "paths": [
                {"path": path, **({"pathType": kind} if (kind := random.choice(TYPES)) else {})}
                for path in random.sample(PATHS, random.choice((1, 1, 2, 3, 4)))
            ],
        }
        for host in random.sample(HOSTS, random.choice((1, 1, 2, 3)))
    ]
    named = [item["host"] for item in hosts if item["host"] and random.random() < 0.8]
    tls = [{"hosts": named, **({"secretName": "s"} if random.random() < 0.9 else {})}] if random.random() < 0.5 else []
    classes = random.choice(("nginx", "nginx", "nginx", "nginx", "other"))
    return {
        "ingress": {"className": classes, "annotations": random.choice(SETS), "hosts": hosts, "tls": tls},
    }


@pytest.mark.parametrize("name", ["scaffold-today", "scaffold-2021"])
def test_what_renders_is_what_is_expected(name: str) -> None:
    files = {"values-known_yaml": KNOWN, "values-others_yaml": OTHERS}
    made = Charting(
        chart(
            values_yaml=VALUES,
            templates__ingress_yaml=shape(name),
            templates__helpers_tpl=HELPERS,
            templates__service_yaml=SERVICE,
            **files,
        )
    )
    outcome = made.outcome(DEPLOYED, f"{DEPLOYED}/templates/ingress.yaml")
    assert outcome.wrong == {}
    random = Random(6)  # noqa: S311 - the same values in every run
    tries = [by_lot(random) for _ in range(150)]
    answers = made.answers(outcome, DEPLOYED, tries)
    wrong = {
        answer: tries[number]["ingress"] for number, answer in enumerate(answers) if answer not in ("equal", "stops")
    }
    assert wrong == {}
    assert Counter(answers)["equal"] > 10
