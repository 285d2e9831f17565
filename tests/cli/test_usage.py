"""Usage and configuration: every mistake is exit code 3 with the option named; commands other than ``convert``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from cli_inputs import GATEWAY, Result, gatelift, ingress, process, repository

from gatelift.cli.main import COMMANDS
from gatelift.config.target import TargetName

REFUSED = ingress("refused", auth_type="digest")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return repository(tmp_path, {"web.yaml": ingress()})


def convert(here: Path, *argv: str | Path, stdin: bytes = b"") -> Result:
    return gatelift("convert", *argv, cwd=here, stdin=stdin)


def is_usage(result: Result, *words: str) -> None:
    assert result.code == 3, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr


def test_no_command_is_a_usage_error() -> None:
    is_usage(gatelift(), "COMMAND")


def test_an_unknown_command_is_a_usage_error() -> None:
    is_usage(gatelift("convrt"), "convrt", "convert")


def test_an_unknown_flag_is_a_usage_error(here: Path) -> None:
    is_usage(convert(here, "--gatway", "a/b", "web.yaml"), "--gatway")


def test_flags_cannot_be_abbreviated(here: Path) -> None:
    is_usage(convert(here, "--gate", "a/b", "web.yaml"))


def test_an_unknown_phase_is_a_usage_error(here: Path) -> None:
    is_usage(convert(here, *GATEWAY, "--phase", "later", "web.yaml"), "--phase", "coexist")


def test_two_phases_are_a_usage_error(here: Path) -> None:
    is_usage(convert(here, *GATEWAY, "--phase", "retire", "--keep-ingress", "web.yaml"), "--keep-ingress")


@pytest.mark.parametrize("gateway", ["shared", "a/b/c/d", "/b", "a/", "A/b", "a/b c", "", "a/b/", "../x/y"])
def test_a_bad_gateway_is_a_usage_error_that_shows_the_form(gateway: str, here: Path) -> None:
    is_usage(convert(here, f"--gateway={gateway}", "web.yaml"), "--gateway")


def test_no_gateway_is_a_usage_error_that_names_the_option(here: Path) -> None:
    is_usage(convert(here, "web.yaml"), "--gateway NAMESPACE/NAME", "app/good")


def test_no_gateway_is_no_error_where_there_is_nothing_to_convert(tmp_path: Path) -> None:
    repository(tmp_path, {"service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {}\n"})
    assert convert(tmp_path, "service.yaml").code == 0


def test_two_classes_with_one_gateway_are_a_usage_error(here: Path) -> None:
    repository(
        here,
        {
            "gatelift.yaml": "gateway: {name: shared, namespace: infra}\n"
            "classes: {internal: {controller: ingress-nginx}, nginx: {controller: ingress-nginx}}\n",
            "other.yaml": ingress("other").replace("ingressClassName: nginx", "ingressClassName: internal"),
        },
    )
    is_usage(convert(here, "web.yaml", "other.yaml"), "internal", "nginx", "classes: {nginx")


def test_an_unknown_target_is_a_usage_error(here: Path) -> None:
    is_usage(convert(here, *GATEWAY, "--target", "calico", "web.yaml"), "calico-3.32")


@pytest.mark.parametrize("target", ["calico-3.30", "gatewayAPI=1.2", "gatewayAPI=1.4,envoyGateway=1.9"])
def test_a_target_is_named_or_given_by_its_versions(target: str, here: Path) -> None:
    assert convert(here, *GATEWAY, "--target", target, "web.yaml").code == 0


def test_an_unknown_key_of_the_configuration_names_the_nearest(here: Path) -> None:
    repository(here, {"gatelift.yaml": "gatway: {name: shared, namespace: infra}\n"})
    is_usage(convert(here, "web.yaml"), "gatelift.yaml:1:1: error: ", "gatway", "gateway")


def test_an_unknown_option_under_decide_names_the_nearest(here: Path) -> None:
    repository(here, {"gatelift.yaml": "decide: {proxyBodysize: omit}\n"})
    is_usage(convert(here, *GATEWAY, "web.yaml"), "proxyBodySize")


def test_a_wrong_value_under_decide_names_the_values(here: Path) -> None:
    repository(here, {"gatelift.yaml": "decide: {proxyBodySize: keep}\n"})
    is_usage(convert(here, *GATEWAY, "web.yaml"), "omit", "buffer")


def test_a_locked_key_is_a_usage_error(here: Path) -> None:
    repository(here, {"gatelift.yaml": "accept: [{key: a/b, reason: x}]\n"})
    is_usage(convert(here, *GATEWAY, "--lock", "accept", "web.yaml"), "accept")


def test_a_configuration_that_is_missing_is_a_usage_error(here: Path) -> None:
    is_usage(convert(here, *GATEWAY, "--config", "gone.yaml", "web.yaml"), "gone.yaml")


def test_a_bad_environment_variable_is_a_usage_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATELIFT_GATEWAY", "shared")
    is_usage(convert(here, "web.yaml"), "GATELIFT_GATEWAY")


def test_an_unknown_controller_flag_is_a_usage_error(here: Path) -> None:
    is_usage(
        convert(here, *GATEWAY, "--controller-flag=--no-such", "web.yaml"), "--no-such", "--enable-ssl-passthrough"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"version": 2}', b'{"hosts": []}', b"\xff\xfe", b'{"hosts": {"a": {"b": {"regex": 3}}}}'],
)
def test_broken_facts_are_unreadable_input_that_says_how_to_write_them(content: bytes, here: Path) -> None:
    (here / "facts.json").write_bytes(content)
    result = convert(here, *GATEWAY, "--facts", "facts.json", "web.yaml")
    assert result.code == 4
    assert result.stdout == ""
    assert "facts.json: error: " in result.stderr
    assert "gatelift facts -o" in result.stderr


def test_missing_facts_are_unreadable_input(here: Path) -> None:
    result = convert(here, *GATEWAY, "--facts", "gone.json", "web.yaml")
    assert result.code == 4
    assert "gone.json: error: cannot be read" in result.stderr


def test_a_report_into_a_directory_that_is_missing_is_a_usage_error_without_output(here: Path) -> None:
    is_usage(convert(here, *GATEWAY, "--report", "gone/report.json", "web.yaml"), "gone/report.json", "report")


def test_a_report_onto_a_directory_is_a_usage_error_and_leaves_nothing_behind(here: Path) -> None:
    (here / "out").mkdir()
    is_usage(convert(here, *GATEWAY, "--report", "out", "web.yaml"), "out")
    assert sorted(path.name for path in here.iterdir()) == [".git", "out", "web.yaml"]


@pytest.mark.parametrize("content", ["", "a: [", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n"])
def test_a_broken_controller_config_map_is_unreadable_input(content: str, here: Path) -> None:
    (here / "cm.yaml").write_text(content)
    result = convert(here, *GATEWAY, "--nginx-configmap", "cm.yaml", "web.yaml")
    assert result.code == 4
    assert "cm.yaml" in result.stderr
    assert result.stdout == ""


def test_a_config_map_with_a_number_is_unreadable_input(here: Path) -> None:
    (here / "cm.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {hsts-max-age: 7}\n")
    result = convert(here, *GATEWAY, "--nginx-configmap", "cm.yaml", "web.yaml")
    assert result.code == 4
    assert "quotes" in result.stderr


def test_usage_outranks_unreadable_input(here: Path) -> None:
    (here / "bad.yaml").write_text("a: [")
    is_usage(convert(here, "web.yaml", "bad.yaml"), "--gateway")


def test_something_refused_is_exit_code_2_and_allowed_0(here: Path) -> None:
    repository(here, {"refused.yaml": REFUSED})
    first = convert(here, *GATEWAY, "refused.yaml")
    second = convert(here, *GATEWAY, "--allow-refused", "refused.yaml")
    assert (first.code, second.code) == (2, 0)
    assert first.stdout == second.stdout


def test_unreadable_input_outranks_something_refused(here: Path) -> None:
    repository(here, {"refused.yaml": REFUSED, "bad.yaml": "a: [\nkind: Ingress\n"})
    assert convert(here, *GATEWAY, "refused.yaml", "bad.yaml", "--allow-refused").code == 4


def test_quiet_says_nothing_where_nothing_is_wrong(here: Path) -> None:
    repository(here, {"refused.yaml": REFUSED})
    assert convert(here, *GATEWAY, "--quiet", "web.yaml").stderr == ""
    assert convert(here, *GATEWAY, "--quiet", "refused.yaml").stderr == ""


def test_quiet_still_says_errors(here: Path) -> None:
    (here / "bad.yaml").write_text("kind: [\n")
    result = convert(here, *GATEWAY, "--quiet", "web.yaml", "bad.yaml")
    assert result.code == 4
    assert "bad.yaml:" in result.stderr
    assert "web.yaml" not in result.stderr


def test_json_output_is_one_list_of_new_objects_only(here: Path) -> None:
    repository(here, {"more.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: other}\nspec: {}\n"})
    result = convert(here, *GATEWAY, "-o", "json", "web.yaml", "more.yaml")
    made = json.loads(result.stdout)
    assert list(made) == ["apiVersion", "kind", "items"]
    assert [item["kind"] for item in made["items"]] == ["HTTPRoute"]


def test_json_output_without_an_ingress_is_an_empty_list(here: Path) -> None:
    result = convert(here, "-o", "json", stdin=b"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {}\n")
    assert json.loads(result.stdout) == {"apiVersion": "v1", "kind": "List", "items": []}


def test_standard_input_is_the_default_and_the_dash(here: Path) -> None:
    named = convert(here, *GATEWAY, "web.yaml").stdout
    assert convert(here, *GATEWAY, stdin=ingress().encode()).stdout == named
    assert convert(here, *GATEWAY, "-", stdin=ingress().encode()).stdout == named


def test_several_paths_are_written_in_their_order_and_each_file_once(here: Path) -> None:
    repository(here, {"b/two.yaml": ingress("two"), "a/one.yaml": ingress("one")})
    result = convert(here, *GATEWAY, "b", "web.yaml", "a", "b/two.yaml", "./web.yaml", "-o", "json")
    assert [item["metadata"]["name"] for item in result.items] == ["two", "good", "one"]


def test_input_without_ingresses_passes_through_byte_for_byte(here: Path) -> None:
    text = b"# head\nkind:   Service\napiVersion: v1\nmetadata: {name: a}\n---\n\n---\nnot: an object  \nkind: Foo"
    result = process(["convert"], here, stdin=text)
    assert result.stdout.encode() == text
    assert result.code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = gatelift(command, "--help")
    assert result.code == 0
    assert result.stdout.startswith(f"usage: gatelift {command}")
    assert result.stderr == ""


def test_help_of_all_and_version() -> None:
    result = gatelift("--help")
    assert result.code == 0
    assert all(command in result.stdout for command in COMMANDS)
    assert gatelift("--version").stdout.startswith("gatelift ")


@pytest.mark.parametrize("key", ["use-regex", "nginx.ingress.kubernetes.io/use-regex", "whitelist-source-range"])
def test_explain_prints_the_document_of_an_annotation(key: str) -> None:
    result = gatelift("explain", key)
    assert result.code == 0
    assert result.stdout.startswith("# ")
    assert "Source: https://" in result.stdout
    (page,) = re.findall(r"(?m)^On every named target: (docs/annotations/\S+)$", result.stdout)
    assert (Path(__file__).parents[2] / page).is_file()


def test_explain_names_the_options_of_an_annotation() -> None:
    assert "Option under decide: proxyBodySize (omit, buffer)" in gatelift("explain", "proxy-body-size").stdout


def test_explain_shows_an_example_before_and_after_on_the_target() -> None:
    text = gatelift("explain", "proxy-read-timeout", "--target", "calico-3.32", "--target", "standard").stdout
    before, calico, standard = text.index("## Before"), text.index("## On calico-3.32"), text.index("## On standard")
    assert before < calico < standard
    assert 'proxy-read-timeout: "3600"' in text[before:calico]
    assert "streamIdleTimeout: 3600s" in text[calico:standard]
    assert "Refused: " in text[standard:]
    assert "To do: " in text[standard:]


def test_explain_shows_the_configured_target_or_the_default(here: Path) -> None:
    assert "## On calico-3.32: " in gatelift("explain", "canary-weight").stdout
    repository(here, {"gatelift.yaml": "target: standard\n"})
    assert "## On standard: " in process(["explain", "canary-weight"], here).stdout


@pytest.mark.parametrize("key", ["cert-manager.io/cluster-issuer", "external-dns.alpha.kubernetes.io/hostname"])
def test_explain_knows_other_families_by_their_full_key(key: str) -> None:
    assert gatelift("explain", key).code == 0


def test_explain_suggests_the_nearest_key() -> None:
    is_usage(gatelift("explain", "proxy-bodysize"), "proxy-bodysize", "did you mean proxy-body-size?")


def test_explain_says_where_the_list_is_when_nothing_is_near() -> None:
    is_usage(gatelift("explain", "qqqqqq"), "gatelift annotations")


def test_explain_does_not_print_control_characters_of_its_argument() -> None:
    result = gatelift("explain", "a\x1b[31m\n::error::x")
    assert result.code == 3
    assert "\x1b" not in result.stderr
    assert "\n::error" not in result.stderr


def test_annotations_are_listed_alike_in_all_formats() -> None:
    table, listed, markdown = (gatelift("annotations", "-o", form).stdout for form in ("table", "json", "markdown"))
    rows = json.loads(listed)
    assert len(rows) > 80
    assert table.splitlines()[len(rows) + 1] == ""
    assert markdown.splitlines()[len(rows) + 2] == ""
    ours = sum(row["family"] == "nginx" for row in rows)
    assert f"{ours} annotations of ingress-nginx" in table
    assert f"{ours} annotations of ingress-nginx" in markdown
    for row in rows:
        assert row["key"] in table
        assert f"`{row['key']}`" in markdown
        assert set(row["targets"]) == {"calico-3.32", "standard"}


def test_annotations_are_judged_for_the_targets_that_are_named() -> None:
    versions = "gatewayAPI=1.2,channel=experimental,envoyGateway=1.3"
    result = gatelift("annotations", "--target", versions, "--target", "calico-3.31", "-o", "json")
    assert {name for row in json.loads(result.stdout) for name in row["targets"]} == {versions, "calico-3.31"}
    is_usage(gatelift("annotations", "--target", "calico-9"), "calico-9", "calico-3.32")


@pytest.mark.parametrize("command", ["convert", "plan", "rewrite", "verify", "facts"])
def test_the_help_names_every_target(command: str) -> None:
    told = " ".join(gatelift(command, "--help").stdout.split())
    assert [name for name in (*TargetName, "gatewayAPI=1.6") if name not in told] == []


def test_annotations_are_judged_for_the_configured_target(here: Path) -> None:
    repository(here, {"gatelift.yaml": "target: calico-3.30\n"})
    result = process(["annotations"], here)
    assert result.stdout.splitlines()[0].split() == ["ANNOTATION", "RISK", "calico-3.30", "standard", "MEANING"]


def test_annotations_in_markdown_have_as_many_cells_in_every_row() -> None:
    lines = [line for line in gatelift("annotations", "-o", "markdown").stdout.splitlines() if line[:1] == "|"]
    assert {line.replace("\\|", "").count("|") for line in lines} == {7}


def test_the_schema_of_the_configuration_is_a_json_schema_that_takes_the_documented_file(here: Path) -> None:
    schema = json.loads(gatelift("config", "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"gateway": {"name": "a", "namespace": "b"}, "decide": {"proxyBodySize": "omit"}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"gatway": {}}, schema)


def test_a_closed_pipe_is_no_fault(here: Path) -> None:
    (here / "many.yaml").write_text("---\n".join(ingress(f"web{n}") for n in range(300)))
    command = f"{sys.executable} -m gatelift convert --gateway a/b many.yaml 2>err.txt | head -1"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=here, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in (here / "err.txt").read_text()
