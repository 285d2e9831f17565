"""Where gatelift.yaml is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_reading import OPTIONS

from gatelift.config import Config, ConfigError, Operator, Phase, find, load, repository_root
from gatelift.config.search import FILE_NAME


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "apps" / "shop").mkdir(parents=True)
    return root


def _write(folder: Path, text: str = "phase: cutover\n") -> Path:
    path = folder / FILE_NAME
    path.write_text(text)
    return path


def test_the_file_at_the_root_is_found_from_below(repository: Path) -> None:
    path = _write(repository)
    assert find(repository / "apps" / "shop") == path


def test_the_nearest_file_wins(repository: Path) -> None:
    _write(repository)
    path = _write(repository / "apps")
    assert find(repository / "apps" / "shop") == path


def test_the_search_begins_in_the_folder_of_a_file(repository: Path) -> None:
    path = _write(repository)
    manifest = repository / "apps" / "ingress.yaml"
    manifest.touch()
    assert find(manifest) == path


def test_the_root_of_a_worktree_counts_too(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    (tmp_path / "a").mkdir()
    assert repository_root(tmp_path / "a") == tmp_path


def test_the_search_stops_at_the_root_of_the_repository(repository: Path) -> None:
    _write(repository.parent)
    assert find(repository / "apps") is None


def test_the_search_stops_at_the_root_of_an_inner_repository(repository: Path) -> None:
    _write(repository)
    (repository / "apps" / ".git").mkdir()
    assert find(repository / "apps" / "shop") is None


def test_outside_a_repository_only_the_start_is_looked_into(tmp_path: Path) -> None:
    _write(tmp_path)
    (tmp_path / "a").mkdir()
    assert find(tmp_path / "a") is None
    assert find(tmp_path) == tmp_path / FILE_NAME


def test_a_link_within_the_repository_is_followed(repository: Path) -> None:
    target = repository / "apps" / "settings.yaml"
    target.write_text("phase: cutover\n")
    (repository / FILE_NAME).symlink_to(target)
    assert load(repository, Operator(), OPTIONS).phase is Phase.CUTOVER


@pytest.mark.parametrize("target", ["../outside.yaml", "/etc/hostname", "../missing.yaml", "apps/up/outside.yaml"])
def test_a_link_out_of_the_repository_is_refused(repository: Path, target: str) -> None:
    (repository.parent / "outside.yaml").write_text("phase: retire\n")
    (repository / "apps" / "up").symlink_to("../..")
    (repository / FILE_NAME).symlink_to(target)
    with pytest.raises(ConfigError, match="leaves the repository"):
        find(repository)


def test_a_misnamed_file_is_an_error_and_not_ignored(repository: Path) -> None:
    (repository / "gatelift.yml").write_text("accept: []\n")
    with pytest.raises(ConfigError) as raised:
        find(repository / "apps")
    assert raised.value.finding.fix == "Rename it to gatelift.yaml."


def test_without_a_file_everything_has_its_default(repository: Path) -> None:
    assert load(repository, Operator(), OPTIONS) == Config()


def test_a_file_that_the_operator_names_replaces_the_one_of_the_repository(repository: Path) -> None:
    _write(repository, "nonsense: true\n")
    other = repository.parent / "operator.yaml"
    other.write_text("phase: retire\n")
    assert load(repository, Operator(config=str(other)), OPTIONS).phase is Phase.RETIRE


def test_a_named_file_that_is_missing_is_an_error_and_no_reason_to_search(repository: Path) -> None:
    _write(repository)
    with pytest.raises(ConfigError, match="No such file"):
        load(repository, Operator(config=str(repository / "missing.yaml")), OPTIONS)


def test_places_are_relative_to_the_working_directory(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(repository, "nonsense: true\n")
    monkeypatch.chdir(repository)
    with pytest.raises(ConfigError) as raised:
        load(Path("apps"), Operator(), OPTIONS)
    assert str(raised.value.finding.place) == "gatelift.yaml:1:1"


def test_the_operators_lock_reaches_the_file(repository: Path) -> None:
    _write(repository)
    with pytest.raises(ConfigError, match="locked"):
        load(repository, Operator(lock=("phase",)), OPTIONS)
