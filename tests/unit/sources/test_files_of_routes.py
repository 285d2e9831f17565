"""Where new documents go, and what a file keeps: the same file or one beside it, whatever a person wrote among them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from rewriting import Repository

from gatelift.findings import Exit
from gatelift.sources.marks import mark_of
from gatelift.text.documents import split
from gatelift.text.source import Source

SAME = "routeFile: same\n"
KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name:   odd}  # spacing\n"


def ingress(name: str = "web", host: str = "a.example.com", port: int = 80) -> str:
    return f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
spec:
  ingressClassName: nginx
  rules:
  - host: {host}
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {{service: {{name: web, port: {{number: {port}}}}}}}
"""


def chunks(text: str) -> list[str]:
    source = Source("", text)
    return [item.chunk(source) for item in split(source) if not item.empty]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(item["kind"], item["metadata"]["name"]) for item in yaml.safe_load_all(text) if item]


def route_of(text: str, name: str) -> str:
    return next(chunk for chunk in chunks(text) if f"kind: HTTPRoute\nmetadata:\n  name: {name}\n" in chunk)


@pytest.fixture(params=["plain", "kustomize"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    return str(request.param), tmp_path


def made(folder: tuple[str, Path], files: dict[str, str | bytes], config: str = "") -> Repository:
    """A folder ``app`` with some files, plain or in a kustomization."""
    kind, root = folder
    listed = "".join(f"- {path}\n" for path in files)
    rest: dict[str, str | bytes] = {f"app/{path}": text for path, text in files.items()}
    if kind == "kustomize":
        rest["app/kustomization.yaml"] = KUSTOMIZATION + listed
    return Repository(root, rest, config)


def stays(repository: Repository, *options: str) -> None:
    before = repository.files()
    assert repository.rewrite(*options) is Exit.DONE
    assert repository.files() == before


def test_same_file_right_behind_each_ingress(folder: tuple[str, Path]) -> None:
    other = DEPLOYMENT.replace("odd", "two")
    text = f"{DEPLOYMENT}---\n{ingress()}---\n# between\n{other}---\n{ingress('api', 'b.io')}"
    repository = made(folder, {"all.yaml": text}, SAME)
    listing = repository.files().get("app/kustomization.yaml")
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/all.yaml")
    assert kinds(after) == [
        ("Deployment", "odd"),
        ("Ingress", "web"),
        ("HTTPRoute", "web"),
        ("Deployment", "two"),
        ("Ingress", "api"),
        ("HTTPRoute", "api"),
    ]
    rest = [chunk for chunk in chunks(after) if "# gatelift" not in chunk]
    assert "".join(rest) == text
    assert repository.files().get("app/kustomization.yaml") == listing
    stays(repository)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_same_file_keeps_line_ends_and_a_missing_last_one(folder: tuple[str, Path], ending: str) -> None:
    newline = ending or "\n"
    text = (DEPLOYMENT + "---\n" + ingress()).replace("\n", newline).rstrip() + ending
    repository = made(folder, {"all.yaml": text}, SAME)
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/all.yaml")
    assert after.startswith(text)
    assert after.count("\n") == after.count(newline)
    stays(repository)


def test_same_file_follows_its_ingress_and_nothing_else_changes(folder: tuple[str, Path]) -> None:
    text = f"{ingress()}---\n{ingress('api', 'b.io')}---\n{DEPLOYMENT}"
    repository = made(folder, {"all.yaml": text}, SAME)
    repository.rewrite()
    before = repository.text("app/all.yaml")
    repository.write("app/all.yaml", before.replace("number: 80", "number: 81", 1))
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/all.yaml")
    old, new = chunks(before), chunks(after)
    assert [number for number in range(len(old)) if old[number] != new[number]] == [0, 1]
    assert "port: 81\n" in new[1]
    stays(repository)


def test_same_file_through_all_phases(folder: tuple[str, Path]) -> None:
    text = f"{DEPLOYMENT}---\n# about the shop\n{ingress()}"
    repository = made(folder, {"all.yaml": text}, SAME)
    for phase in ("coexist", "cutover", "retire"):
        assert repository.rewrite("--phase", phase) is Exit.DONE
        stays(repository, "--phase", phase)
    after = repository.text("app/all.yaml")
    assert kinds(after) == [("Deployment", "odd"), ("HTTPRoute", "web")]
    assert after.startswith(f"{DEPLOYMENT}---\n# gatelift: mirrors Ingress web\n")
    assert after.count("# about the shop\n") == 1
    stays(repository)


def test_an_edited_document_in_the_same_file_is_a_persons(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"all.yaml": f"{ingress()}---\n{ingress('api', 'b.io')}---\n{DEPLOYMENT}"}, SAME)
    repository.rewrite()
    text = repository.text("app/all.yaml")
    mine = route_of(text, "web")
    edited = mine.replace("  name: web\n", "  name: web  # ours now\n", 1)
    text = text.replace(mine, edited).replace("number: 80", "number: 81")
    repository.write("app/all.yaml", text.replace("number: 81", "number: 80", 1))
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/all.yaml")
    assert edited in after
    assert "port: 81\n" in route_of(after, "api")
    assert kinds(after) == kinds(text)
    stays(repository)


def test_a_list_and_its_routes_in_one_file(folder: tuple[str, Path]) -> None:
    lines = ingress().splitlines()
    text = "apiVersion: v1\nkind: List\nitems:\n- " + "\n  ".join(lines) + "\n"
    repository = made(folder, {"all.yaml": text}, SAME)
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/all.yaml")
    assert after.startswith(text + "---\n# gatelift: mirrors Ingress web\n")
    stays(repository)
    assert repository.rewrite("--phase", "retire") is Exit.DONE
    assert kinds(repository.text("app/all.yaml")) == [("HTTPRoute", "web")]


def test_json_has_no_comments_so_its_routes_go_beside(folder: tuple[str, Path]) -> None:
    text = json.dumps(yaml.safe_load(ingress()), indent=2)
    repository = made(folder, {"ingress.json": text}, SAME)
    assert repository.rewrite() is Exit.DONE
    assert repository.text("app/ingress.json") == text
    assert kinds(repository.text("app/httproute.yaml")) == [("HTTPRoute", "web")]
    stays(repository)


def test_from_beside_to_the_same_file_and_back(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"ingress.yaml": ingress()})
    repository.rewrite()
    first = repository.files()
    repository.write("gatelift.yaml", repository.text("gatelift.yaml") + SAME)
    assert repository.rewrite() is Exit.DONE
    assert sorted(repository.files()) == sorted(path for path in first if not path.endswith("httproute.yaml"))
    assert kinds(repository.text("app/ingress.yaml")) == [("Ingress", "web"), ("HTTPRoute", "web")]
    repository.write("gatelift.yaml", repository.text("gatelift.yaml").replace(SAME, ""))
    assert repository.rewrite() is Exit.DONE
    assert repository.files() == first


def test_an_edited_document_beside_stays_and_the_others_are_renewed(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"ingress.yaml": f"{ingress()}---\n{ingress('api', 'b.io')}---\n{ingress('ui', 'c.io')}"})
    repository.rewrite()
    text = repository.text("app/httproute.yaml")
    mine = route_of(text, "api")
    edited = mine.replace("spec:\n", "spec: # by hand\n", 1)
    repository.write("app/httproute.yaml", text.replace(mine, edited))
    stays(repository)
    repository.write("app/ingress.yaml", repository.text("app/ingress.yaml").replace("c.io", "d.io"))
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/httproute.yaml")
    old, new = chunks(text.replace(mine, edited)), chunks(after)
    assert [one == other for one, other in zip(old, new, strict=True)] == [True, True, False]
    assert "- d.io\n" in new[2]
    stays(repository)


def test_what_is_new_goes_behind_what_a_person_wrote_into_the_file(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"ingress.yaml": ingress()})
    repository.rewrite()
    own = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name:   mine}\n"
    repository.write("app/httproute.yaml", repository.text("app/httproute.yaml") + own)
    stays(repository)
    repository.write("app/ingress.yaml", f"{ingress(port=81)}---\n{ingress('api', 'b.io')}")
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/httproute.yaml")
    assert own in after
    assert "port: 81\n" in route_of(after, "web")
    assert kinds(after) == [("HTTPRoute", "web"), ("ConfigMap", "mine"), ("HTTPRoute", "api")]
    stays(repository)


def test_what_mirrors_a_retired_ingress_stays_when_its_neighbour_changes(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"ingress.yaml": f"{ingress()}---\n{ingress('api', 'b.io')}"})
    repository.rewrite()
    gone = route_of(repository.text("app/httproute.yaml"), "web")
    repository.write("app/ingress.yaml", ingress("api", "c.io"))
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/httproute.yaml")
    assert gone.removeprefix("---\n") in after
    assert "- c.io\n" in route_of(after, "api")
    stays(repository)


@pytest.mark.parametrize("kind", ["plain", "kustomize"])
def test_an_ingress_of_the_same_name_elsewhere_takes_no_route_along(tmp_path: Path, kind: str) -> None:
    files: dict[str, str | bytes] = {f"{place}/ingress.yaml": ingress() for place in ("dev", "prod")}
    if kind == "kustomize":
        files |= {f"{place}/kustomization.yaml": f"{KUSTOMIZATION}- ingress.yaml\n" for place in ("dev", "prod")}
    repository = Repository(tmp_path, files, "scopes: {dev: [dev], prod: [prod]}\nphases: {dev: retire}\n")
    assert repository.rewrite() is Exit.DONE
    assert "dev/ingress.yaml" not in repository.files()
    left = repository.text("dev/httproute.yaml")
    assert kinds(left) == [("HTTPRoute", "web")]
    repository.write("dev/api.yaml", ingress("api", "b.io"))
    if kind == "kustomize":
        repository.write("dev/kustomization.yaml", repository.text("dev/kustomization.yaml") + "- api.yaml\n")
    assert repository.rewrite("--phase", "coexist") is Exit.DONE
    assert repository.text("dev/httproute.yaml") == left
    stays(repository, "--phase", "coexist")


def test_every_mark_in_a_mixed_file_holds(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"all.yaml": f"# a licence: MIT\n---\n{ingress()}---\n{DEPLOYMENT}"}, SAME)
    repository.rewrite()
    text = repository.text("app/all.yaml")
    marks = [mark for chunk in chunks(text) if (mark := mark_of(chunk))]
    assert [(mark.mirrors, mark.intact) for mark in marks] == [("web", True)]


def test_a_new_file_is_written_in_the_style_of_its_ingress(folder: tuple[str, Path]) -> None:
    deep = yaml.safe_load(ingress())
    lines = ingress().replace("  - host", "    - host").replace("    http:", "      http:")
    lines = lines.replace("      paths:", "        paths:").replace("      - path", "          - path")
    lines = lines.replace("        pathType", "            pathType").replace("        backend", "            backend")
    assert yaml.safe_load(lines) == deep
    repository = made(folder, {"ingress.yml": ("---\n" + lines).replace("\n", "\r\n")})
    assert repository.rewrite() is Exit.DONE
    after = repository.text("app/httproute.yml")
    assert after.startswith("---\r\n# gatelift: mirrors Ingress web\r\n")
    assert "\r\n  hostnames:\r\n    - a.example.com\r\n" in after
    assert after.count("\n") == after.count("\r\n")
    stays(repository)


def test_an_edited_route_that_means_something_else_is_neither_overwritten_nor_doubled(folder: tuple[str, Path]) -> None:
    repository = made(folder, {"ingress.yaml": f"{ingress()}---\n{ingress('api', 'b.io')}"})
    repository.rewrite()
    text = repository.text("app/httproute.yaml")
    mine = route_of(text, "web")
    edited = mine.replace("port: 80\n", "port: 8080\n")
    assert edited != mine
    repository.write("app/httproute.yaml", text.replace(mine, edited))
    assert repository.rewrite() is Exit.REFUSED
    after = repository.text("app/httproute.yaml")
    assert edited in after
    assert route_of(text, "api").removeprefix("---\n") in after
    assert kinds(after).count(("HTTPRoute", "web")) == 1
    before = repository.files()
    assert repository.rewrite() is Exit.REFUSED
    assert repository.files() == before


def test_names_that_overlays_change_in_a_file_with_routes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"base/kustomization.yaml": f"{KUSTOMIZATION}- all.yaml\n"}
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
    files["base/all.yaml"] = f"{service}---\n{ingress()}"
    for place in ("dev", "prod"):
        files[f"{place}/kustomization.yaml"] = (
            f"{KUSTOMIZATION}- ../base\nnamePrefix: {place}-\npatches:\n- target: {{kind: Ingress}}\n  patch: |-\n"
            f"    - {{op: replace, path: /spec/rules/0/host, value: {place}.example.com}}\n"
        )
    repository = Repository(tmp_path, files, SAME)
    assert repository.rewrite() is Exit.DONE
    assert kinds(repository.text("base/all.yaml")) == [("Service", "web"), ("Ingress", "web"), ("HTTPRoute", "web")]
    stays(repository)
    repository.write("base/all.yaml", repository.text("base/all.yaml").replace("path: /\n", "path: /shop\n", 1))
    assert repository.rewrite() is Exit.DONE
    assert "value: /shop\n" in repository.text("base/all.yaml")
    stays(repository)
    assert repository.rewrite("--phase", "retire") is Exit.DONE
    stays(repository, "--phase", "retire")
    assert kinds(repository.text("base/all.yaml")) == [("Service", "web"), ("HTTPRoute", "web")]
