"""A configuration from a repository that nobody vouches for."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from config_reading import OPTIONS, read, refusal, refused
from hypothesis import given
from hypothesis import strategies as st

from gatelift.config import ConfigError, Operator, load
from gatelift.config.check import MOST_VALUES
from gatelift.config.parse import parse
from gatelift.config.search import FILE_NAME, MOST_BYTES
from gatelift.config.search import read as read_file
from gatelift.findings import Finding


@pytest.mark.parametrize(
    "engine",
    ["/usr/bin/helm", "./helm", "../helm", "helm; rm -rf /", "sh", "HELM", "$(id)", "helm ", "kustomize"],
)
def test_an_engine_is_a_name_and_never_a_path_or_a_command(engine: str) -> None:
    assert refusal(f"engine: {{helm: '{engine}'}}").code == "config/bad-value"


@pytest.mark.parametrize(
    "path", ["../**", "a/../../b", "..", "/etc/passwd", "/", "a\\b", "a//b", "./a", "a/", "a/./b", "\u202ea"]
)
@pytest.mark.parametrize(
    "text",
    [
        "ignore: ['{}']",
        "overrides: [{{roots: '{}', phase: retire}}]",
        "scopes: {{a: '{}'}}",
        "phases: {{'{}': retire}}",
        "nginx: {{configMap: '{}'}}",
        "helm: {{cases: {{'{}': a}}}}",
        "helm: {{cases: {{a: '{}'}}}}",
    ],
)
def test_no_path_or_pattern_leaves_the_repository(text: str, path: str) -> None:
    assert refusal(text.format(path)).code == "config/bad-value"


@pytest.mark.parametrize("pattern", ["!a", "{a,b}", "a**", "**b/c"])
def test_a_pattern_that_would_not_mean_what_it_seems_to_is_refused(pattern: str) -> None:
    assert refusal(f"ignore: ['{pattern}']").code == "config/bad-value"


@pytest.mark.parametrize(
    "text",
    [
        r'"\e[31mred\a": 1',
        r'"a\nb": 1',
        r'phase: "\e]0;title\a"',
        r'decide: {"\e[2J": x}',
        r'decide: {proxyBodySize: "\r\e[1A"}',
        r'scopes: {"\u202Eabc": "x"}',
        r'accept: [{key: "a\u0000b", reason: "\u009b31m"}]',
        r'classes: {"a\u200bb": {controller: "\x1b"}}',
        r'gateway: {name: "\u2028", namespace: "\x7f"}',
    ],
)
def test_messages_never_echo_what_a_terminal_would_act_on(text: str) -> None:
    for finding in refused(text):
        assert finding.message.isprintable()
        assert finding.fix.isprintable()


def test_raw_control_characters_are_refused() -> None:
    assert refusal(b"phase: \x1b[31m\n").code == "input/control-character"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfea\x00", b"phase: \xe9\n", b"\x00" * 64])
def test_binary_is_refused(data: bytes) -> None:
    assert refusal(data).code in ("input/encoding", "input/control-character")


def test_a_long_text_is_cut_in_messages() -> None:
    finding = refusal(f"phase: {'x' * 100_000}")
    assert len(finding.message) < 200


def test_a_billion_laughs_are_refused_quickly() -> None:
    text = "scopes:\n  a0: &a0 [x]\n" + "".join(
        f"  a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 30)
    )
    start = time.process_time()
    refused(text)
    assert time.process_time() - start < 5


def test_a_list_repeated_by_aliases_is_refused_beyond_a_number_of_values() -> None:
    patterns = ", ".join(f"p{number}" for number in range(500))
    again = "".join(f"  s{number}: *list\n" for number in range(MOST_VALUES // 500 + 1))
    findings = refused(f"scopes:\n  s: &list [{patterns}]\n{again}")
    assert "config/too-large" in {finding.code for finding in findings}


def test_a_value_that_contains_itself_is_refused() -> None:
    assert refused("scopes: &a {x: *a}")[0].code == "input/alias"


def test_deep_nesting_is_refused() -> None:
    assert refused("ignore: " + "[" * 5000 + "]" * 5000)[0].code == "input/depth"


def test_a_key_as_long_as_the_file_costs_no_time() -> None:
    start = time.process_time()
    refused(f"{'k' * 900_000}: 1\n")
    assert time.process_time() - start < 5


def test_a_pattern_made_to_backtrack_costs_no_time() -> None:
    config = read("ignore: ['" + "*a" * 300 + "b', '" + "**/" * 300 + "b']")
    start = time.process_time()
    assert not config.ignores("/".join(["a" * 200] * 20))
    assert time.process_time() - start < 5


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_lead_to_anything_but_a_configuration_or_findings(data: bytes) -> None:
    findings: tuple[Finding, ...] = ()
    try:
        parse("f", data, decide_options=OPTIONS)
    except ConfigError as error:
        findings = error.findings
    assert all(finding.message.isprintable() for finding in findings)


def test_a_directory_called_like_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(ConfigError, match="no ordinary file"):
        load(tmp_path, Operator(), OPTIONS)


def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE_NAME)
    with pytest.raises(ConfigError, match="no ordinary file"):
        load(tmp_path, Operator(), OPTIONS)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused(device: str) -> None:
    with pytest.raises(ConfigError, match="no ordinary file"):
        load(Path(), Operator(config=device), OPTIONS)


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        read_file(path)
    path.write_bytes(b"#" * MOST_BYTES)
    assert len(read_file(path)) == MOST_BYTES


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).symlink_to(FILE_NAME)
    with pytest.raises(ConfigError):
        load(tmp_path, Operator(), OPTIONS)


@pytest.mark.parametrize("name", ["a\0b", "missing.yaml", ""])
def test_a_name_that_cannot_be_opened_is_refused_and_raises_nothing_else(name: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(Path(), Operator(config=name), OPTIONS)
    assert raised.value.findings[0].message.isprintable()


def test_the_interpreter_survives_the_end_of_a_run() -> None:
    # msgspec 0.22 crashes in garbage collection over unions of text with a pattern and lists (rules.py).
    code = (
        "from gatelift.config.parse import parse; import gc; gc.set_threshold(50)\n"
        "parse('f', b'scopes: {a: [x]}', decide_options={}); x = [[i] for i in range(20000)]"
    )
    for _ in range(10):
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own code
