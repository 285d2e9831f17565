"""The page on the controller's settings is written from the tables."""

from __future__ import annotations

import re
from pathlib import Path

from gatelift.annotations.controller import FLAGS
from gatelift.annotations.nginx.settings.page import PAGE, page
from gatelift.annotations.nginx.settings.table import KNOWN

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_is_up_to_date() -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == page()


def test_every_setting_and_flag_stands_in_it_once() -> None:
    body = page().partition("## Read, or translated")[2]
    words = re.findall(r"`([^`\s]+)`(?=[,.|]| \||$)", body, re.MULTILINE)
    for name in (*KNOWN, *FLAGS):
        assert words.count(name) == 1, name
