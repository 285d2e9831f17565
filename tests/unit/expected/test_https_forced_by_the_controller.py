"""``force-ssl-redirect`` in the controller's ConfigMap withholds where the annotation does, and is named."""

from __future__ import annotations

import pytest

from gatelift.intent.outcome import Disposition
from support.catalogue import ingress, rule
from support.conversion import Conversion, Setup, convert
from support.repositories import dump

KEY = "force-ssl-redirect"
SETTING = f"configmap:{KEY}"
ANNOTATION = "nginx.ingress.kubernetes.io/"


def converted(annotations: dict[str, str], settings: dict[str, str], **decide: str) -> Conversion:
    item = ingress("web", annotations, [rule("shop.example", [("/", "Prefix")])], tls=False)
    return convert(dump(item), Setup(settings=settings, decide=decide))


def refused(found: Conversion) -> dict[str, str]:
    entries = found.result.entries
    return {
        item.pointer: item.text for item in entries if item.disposition is Disposition.REFUSED and not item.withheld
    }


@pytest.mark.parametrize("annotations", [{}, {f"{ANNOTATION}ssl-redirect": "false"}])
def test_the_setting_is_refused_as_the_annotation_is(annotations: dict[str, str]) -> None:
    by_setting = converted(annotations, {KEY: "true"})
    by_annotation = converted({**annotations, f"{ANNOTATION}{KEY}": "true"}, {})
    assert by_setting.changes["shop", "web"].withheld
    assert set(refused(by_setting)) == {SETTING}
    assert list(refused(by_setting).values()) == list(refused(by_annotation).values())


def test_who_opts_out_or_decides_is_not_withheld() -> None:
    for found in (
        converted({f"{ANNOTATION}{KEY}": "false"}, {KEY: "true"}),
        converted({}, {KEY: "true"}, forceSslRedirect="gateway"),
    ):
        assert not refused(found)
        assert found.changes["shop", "web"].withheld is None
