"""Links, paths and names: nothing outside is read or written, and nothing of somebody else's is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_repositories import ALLOW, PARENT, REFUSED, Repository, ingress, kustomization, service, steers

OUTSIDE = ingress("outsider", "outside.example.com")


def test_a_link_out_of_the_tree_is_neither_read_nor_written(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"kustomization.yaml": kustomization("ingress.yaml")})
    secret = tmp_path / "secret.yaml"
    secret.write_text(OUTSIDE)
    (repository.root / "ingress.yaml").symlink_to("../secret.yaml")
    ran = repository.commit().run("rewrite")
    assert "leads out of the repository" in ran.err
    assert "outsider" not in ran.said
    assert secret.read_text() == OUTSIDE


@pytest.mark.parametrize("target", ["../target", "target", "httproute.yaml", "notes.txt", "../../../../etc/passwd"])
def test_a_link_where_the_route_would_stand_is_left_alone(tmp_path: Path, target: str) -> None:
    repository = Repository(tmp_path, {"ingress.yaml": ingress(), "notes.txt": "mine"})
    place = repository.root / "httproute.yaml"
    place.symlink_to(target)
    ran = repository.commit().run("rewrite")
    assert ran.code == 0, ran.err
    assert place.is_symlink()
    assert "kind: HTTPRoute" in (repository.root / "httproute-2.yaml").read_text()
    assert (repository.root / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "target").exists()
    assert not (repository.root / "target").exists()


def test_a_folder_where_the_route_would_stand_is_left_alone(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"ingress.yaml": ingress(), "httproute.yaml/x": "mine"}).commit()
    assert repository.run("rewrite").code == 0
    assert (repository.root / "httproute-2.yaml").exists()


def test_a_file_that_git_ignores_is_not_overwritten(tmp_path: Path) -> None:
    files = {"ingress.yaml": ingress(), ".gitignore": "httproute.yaml\n", "httproute.yaml": "mine"}
    repository = Repository(tmp_path, files).commit()
    before = repository.files()
    ran = repository.run("rewrite")
    assert (ran.code, repository.files()) == (6, before)
    assert "httproute.yaml: error: cannot be written" in ran.err


@pytest.mark.parametrize("target", ["real.yaml", "../../outside.yaml", "kustomization.yaml"])
def test_a_kustomization_that_is_a_link_keeps_its_folder_as_it_is(tmp_path: Path, target: str) -> None:
    admin = ingress("admin", paths=["/admin"], annotations={ALLOW: "10.0.0.0/8"})
    files = {"a/ingress.yaml": admin, "a/real.yaml": kustomization("ingress.yaml"), "b/ingress.yaml": ingress()}
    repository = Repository(tmp_path, files)
    (tmp_path / "outside.yaml").write_text(kustomization("ingress.yaml"))
    (repository.root / "a/kustomization.yaml").symlink_to(target)
    before = repository.commit().files()
    ran = repository.run("rewrite")
    assert (ran.code, repository.files()) == (2, before), ran.err
    assert "this kustomization file is a link" in ran.err
    assert "may serve shop.example.com too" in ran.err


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("../../../../etc/passwd", "leads out of the repository"),
        ("/etc/passwd", "leads out of the repository"),
        (".", "includes itself"),
        ("../a", "includes itself"),
        ("../b", "includes itself"),
        ("../missing", "cannot be built"),
    ],
)
def test_what_a_kustomization_may_not_include_stops_it_and_its_hosts(tmp_path: Path, entry: str, said: str) -> None:
    admin = ingress("admin", paths=["/admin"], annotations={REFUSED: "deny all;"})
    files = {
        "a/kustomization.yaml": kustomization("ingress.yaml", entry),
        "a/ingress.yaml": admin,
        "b/kustomization.yaml": kustomization("../a"),
        "open/ingress.yaml": ingress(),
    }
    repository = Repository(tmp_path, files).commit()
    before = repository.files()
    ran = repository.run("rewrite")
    assert (ran.code, repository.files()) == (2, before), ran.err
    assert said in ran.err
    assert "root:" not in ran.said


@pytest.mark.parametrize("field", ["components", "transformers", "generators", "validators", "bases"])
def test_a_circle_through_other_fields(tmp_path: Path, field: str) -> None:
    files = {
        "a/kustomization.yaml": kustomization("ingress.yaml", more=f"{field}: [../a]\n"),
        "a/ingress.yaml": ingress(),
    }
    repository = Repository(tmp_path, files).commit()
    before = repository.files()
    ran = repository.run("rewrite")
    assert (ran.code, repository.files()) == (2, before)
    assert "includes itself" in ran.err


@pytest.mark.slow
def test_a_chain_of_two_thousand_kustomizations(tmp_path: Path) -> None:
    files = {f"d{number}/kustomization.yaml": kustomization(f"../d{number + 1}") for number in range(2000)}
    files |= {"d2000/kustomization.yaml": kustomization("ingress.yaml"), "d2000/ingress.yaml": ingress()}
    repository = Repository(tmp_path, files).commit()
    ran = repository.run("rewrite", seconds=300)
    assert ran.code == 2
    assert "more than 100 kustomizations stand one below the other" in ran.err


NAMES = ["a b", "-rf", "new\nline", "\x1b[31mred", "#h", "*?[", "q'\"$(touch x)`id`", "::warning::x", "é", "\u202etxt"]


def test_names_that_a_shell_or_a_terminal_would_obey(tmp_path: Path) -> None:
    files = {f"{name}/ingress.yaml": ingress(f"w{at}", f"h{at}.example.com") for at, name in enumerate(NAMES)}
    repository = Repository(tmp_path, files).commit()
    ran = repository.run("rewrite")
    assert ran.code == 0, ran.err
    assert all((repository.root / name / "httproute.yaml").exists() for name in NAMES)
    assert not steers(ran.said)
    assert "\n::warning" not in ran.said
    assert not (repository.root / "x").exists()
    assert "\x1b" not in repository.run("plan", "-o", "json").out


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    repository = Repository(
        tmp_path, {"x/kustomization.yaml": kustomization("ingress.yaml"), "x/ingress.yaml": ingress()}
    )
    odd = bytes(repository.root) + b"/\xff\xfe"
    Path(str(repository.root / "x")).rename(odd.decode("utf-8", "surrogateescape"))
    ran = repository.commit().run("rewrite", "--report", str(tmp_path / "report.json"))
    assert ran.code in (0, 2)
    assert (tmp_path / "report.json").read_text()
    assert repository.run("rewrite", "--diff", "--allow-dirty").code in (0, 2)


@pytest.mark.parametrize("file", ["../x.yaml", "/x.yaml", ".git/config", "a/.GIT/x.yaml", "kustomization.yaml"])
def test_a_gateway_goes_nowhere_that_is_not_the_repositorys(tmp_path: Path, file: str) -> None:
    settings = "gateway: {name: shared, namespace: infra}\nlisteners: gateway\n"
    more = f"gateways: {{infra/shared: {{className: eg, file: {file}}}}}\n"
    repository = Repository(tmp_path, {"ingress.yaml": ingress(), "gatelift.yaml": settings + more}, parent=False)
    before = repository.commit().files()
    git = (repository.root / ".git/config").read_bytes()
    ran = repository.run("rewrite")
    assert ran.code in (2, 3, 6)
    assert repository.files() == before
    assert (repository.root / ".git/config").read_bytes() == git


@pytest.mark.parametrize("file", ["mine.yaml", "link.yaml", "folder-link/x.yaml", "ingress.yaml", "gatelift.yaml"])
def test_a_gateway_replaces_nothing_of_somebody_elses(tmp_path: Path, file: str) -> None:
    settings = "gateway: {name: shared, namespace: infra}\nlisteners: gateway\n"
    more = f"gateways: {{infra/shared: {{className: eg, file: {file}}}}}\n"
    files = {"ingress.yaml": ingress(), "mine.yaml": service(), "d/x": "", "gatelift.yaml": settings + more}
    repository = Repository(tmp_path, files, parent=False)
    (repository.root / "link.yaml").symlink_to("nowhere.yaml")
    (repository.root / "folder-link").symlink_to("d")
    before = repository.commit().files()
    ran = repository.run("rewrite")
    assert "this file is not gatelift's own as it was written" in ran.err
    after = repository.files()
    assert {path: after.get(path) for path in before} == before
    assert set(after) - set(before) <= {"httproute.yaml"}


@pytest.mark.parametrize("text", ["engine: {kustomize: /bin/sh}\n", "engine: {kustomize: ./evil}\n", "binary: x\n"])
def test_a_configuration_that_names_programs_is_refused(tmp_path: Path, text: str) -> None:
    repository = Repository(tmp_path, {"ingress.yaml": ingress(), "gatelift.yaml": PARENT + text, "evil": "touch x"})
    before = repository.commit().files()
    ran = repository.run("rewrite")
    assert (ran.code, repository.files()) == (3, before)
