"""Languages and paths at random, and what takes what, asked of others than the automata."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from hypothesis import strategies as st

from gatelift.proof.symbolic.automata.alphabet import PATHS
from gatelift.proof.symbolic.automata.walk import Class, classes
from gatelift.proof.symbolic.model import Kind, Path

SIGN = re.compile("%..|.", re.DOTALL)
_ATOMS = (
    "a",
    "b",
    "/",
    ".",
    "[ab]",
    "[^a]",
    "[^/]",
    r"\.",
    r"\w",
    r"\d",
    "%",
    "2",
    "(?:a|bb)",
    "(a|)",
    "a/",
    r"[^\W]",
    "$",
    "é",
)
_TIMES = ("", "", "", "?", "*", "+", "{2}", "{1,2}", "*?", "{0}")
_TEXTS = st.text("ab/A", max_size=4).map("/".__add__)


def nginx(text: str, *, any_case: bool = True) -> Path:
    """A regular language as the Ingresses have it."""
    return Path(Kind.REGULAR, text, any_case=any_case, decoded=True)


def envoy(text: str, *, any_case: bool = False) -> Path:
    """A regular language as routes have it."""
    return Path(Kind.REGULAR, text, any_case=any_case, whole=True)


def expressions(*, ascii_only: bool) -> st.SearchStrategy[str]:
    """Some that all readers read alike."""
    atoms = st.sampled_from([atom for atom in _ATOMS if atom.isascii() or not ascii_only])
    parts = st.lists(st.tuples(atoms, st.sampled_from(_TIMES)), max_size=5)
    one = parts.map(lambda found: "".join(f"(?:{atom}){times}" if times else atom for atom, times in found))
    return st.lists(one, min_size=1, max_size=2).map("|".join)


def languages() -> st.SearchStrategy[Path]:
    """Paths of both sides."""
    plain = st.builds(Path, st.sampled_from((Kind.EXACT, Kind.STARTS)), _TEXTS, decoded=st.booleans())
    below = st.builds(Path, st.just(Kind.BELOW), _TEXTS.map(lambda text: text.rstrip("/")), decoded=st.booleans())
    ours = st.builds(lambda text, fold: nginx(f"^/{text}", any_case=fold), expressions(ascii_only=False), st.booleans())
    loose = st.builds(nginx, expressions(ascii_only=False))
    theirs = st.builds(lambda text, fold: envoy(f"/{text}", any_case=fold), expressions(ascii_only=True), st.booleans())
    sent = st.builds(lambda text: Path(Kind.REGULAR, text), expressions(ascii_only=True))
    return st.one_of(plain, below, ours, loose, theirs, sent)


def paths() -> st.SearchStrategy[str]:
    """Paths as browsers send them."""
    signs = st.sampled_from(("a", "b", "A", "/", ".", "2", "-", "%20", "%25", "%C3%A9", "%2A", "%3F"))
    return st.lists(signs, max_size=8).map(lambda found: "/" + "".join(found)).filter(is_clean)


def is_clean(path: str) -> bool:
    """Whether a path is written in the one way that is compared."""
    return "//" not in path and not {".", ".."} & set(path.split("/"))


def subject(path: Path, asked: str) -> str:
    """What a language is held against, as bytes in the letters of Latin-1."""
    return unquote_to_bytes(asked).decode("latin-1") if path.decoded else asked


def takes(path: Path, asked: str) -> bool:
    """Whether a language takes a path, by Python's own means."""
    text, own = subject(path, asked), path.text.encode().decode("latin-1")
    match path.kind:
        case Kind.EXACT:
            return text == own
        case Kind.BELOW:
            return text == own or text.startswith(f"{own}/")
        case Kind.STARTS:
            return text.startswith(own)
    compiled = re.compile(own, re.ASCII | (re.IGNORECASE if path.any_case else 0))
    return (compiled.fullmatch(text) if path.whole else compiled.search(text)) is not None


def members(asked: Iterable[Path], text: str) -> frozenset[int]:
    """The languages that take a path."""
    return frozenset(number for number, path in enumerate(asked) if takes(path, text))


def found(*asked: Path) -> dict[tuple[frozenset[int], bool], Class]:
    """The classes of paths, by their members and by whether they are encoded."""
    made = classes(asked, PATHS).classes
    by_members = {(each.members, each.encoded): each for each in made}
    assert len(by_members) == len(made)
    return by_members
