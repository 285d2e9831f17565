"""What comes from a repository is text in a pull request, and nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gatelift.forge.markdown import code, codes, finalize, prose
from gatelift.report.safe import harmless
from support.bounds import examples

_MARKDOWN = MarkdownIt("gfm-like", {"linkify": False, "html": True})
TRIGGERS = re.compile(r"(?<!\w)@[a-z0-9]|#\d|GH-\d|://|\bwww\.|:[a-z0-9_+-]+:|\b[0-9a-f]{7,40}\b|\$\S", re.IGNORECASE)
"""What GitHub looks for in text that is not in ``<code>``."""
OURS = (("details", [("open", None)]), ("code", [("class", "language-sh")]))
"""The elements with attributes that templates print."""
HOSTILE = (
    "<b>",
    "@kubernetes/sig-network",
    "fixes #123, GH-45, org/repo#6",
    "https://evil.example/?a=b",
    "www.evil.example",
    "![x](https://evil.example/x.png)",
    "[click](https://evil.example)",
    "<img src=x onerror=alert(1)>",
    "--> <script>alert(1)</script> <!-- ",
    "</code></summary></details><h1>x",
    "<!-- gatelift: digest=0123456789abcdef -->",
    "<!-- gatelift: end -->",
    "`code` ``` ~~~ **bold** __b__ ~~s~~",
    "| a | b |\n|---|---|",
    "\n\n# heading\n\n- [ ] task\n",
    "1. one",
    "1) one",
    "- one",
    "    indented",
    "&#64;team &lt;b&gt; &amp;",
    "\\@team \\`",
    "::set-output name=x::y",
    "##[error]x",
    ":tada: :+1:",
    "$x^2$ $$y$$",
    "deadbeef1234567 0123456789abcdef0123456789abcdef01234567",
    "someone@example.com",
    "\u202egnp.exe",
    "[^1]: note",
    "{{ 7*7 }} {% raw %}",
    "=====",
    "+ one",
    "\x1b[31mred",
    "tab\there",
    "\ud800",
)
_PIECES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12), st.sampled_from(list("@#:$`*_<>[]()!|~-=+.\\&\n ")))
TEXTS = st.lists(_PIECES, max_size=6).map("".join)


class Seen(HTMLParser):
    """The elements and the text that a browser sees, and the text outside of ``<code>``."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.outside = ""
        self.comments: list[str] = []
        self._code = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs or (tag, attrs) in OURS, attrs
        self.tags.append(tag)
        self._code += tag == "code"
        self.outside += " "  # an element ends a word

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.text += data
        if not self._code:
            self.outside += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def rendered(markdown: str) -> Seen:
    return Seen(_MARKDOWN.render(markdown))


def check(seen: Seen, allowed: set[str]) -> None:
    assert set(seen.tags) <= allowed, seen.tags
    assert not seen.comments
    assert not TRIGGERS.search(seen.outside), seen.outside


@given(TEXTS)
@examples(300)
def test_prose_is_text_wherever_a_template_prints_it(text: str) -> None:
    shown = harmless(text)
    for template in ("{}\n", "- at {} and on\n", "x {}\n", "<details>\n<summary>{}</summary>\n\nx\n</details>\n"):
        seen = rendered(template.format(prose(text)))
        check(seen, {"p", "ul", "li", "details", "summary", "code"})
        assert " ".join(shown.split()) in " ".join(seen.text.replace("\u200b", "").split())


@given(TEXTS)
@examples(300)
def test_code_is_one_element_with_the_text_as_it_was(text: str) -> None:
    shown = harmless(text)
    for template in ("- {}\n", "<details>\n<summary>{}</summary>\n\nx\n</details>\n"):
        seen = rendered(template.format(code(text)))
        check(seen, {"p", "ul", "li", "code", "details", "summary"})
        assert seen.tags.count("code") == bool(text)
        assert "".join(shown.split()) in "".join(seen.text.split())


@given(st.lists(TEXTS, min_size=1, max_size=4))
@examples(200)
def test_a_table_keeps_its_cells(texts: list[str]) -> None:
    row = "".join(f"| {code(text)} | {prose(text)} " for text in texts)
    head = "| a " * (2 * len(texts))
    seen = rendered(f"{head}|\n{'| --- ' * (2 * len(texts))}|\n{row}|\n")
    check(seen, {"table", "thead", "tbody", "tr", "th", "td", "code"})
    assert seen.tags.count("td") == 2 * len(texts)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    check(rendered(f"{prose(text)}\n\n- {prose(text)} {code(text)}\n"), {"p", "ul", "li", "code"})


@pytest.mark.parametrize("text", HOSTILE[:8])
def test_the_check_itself_sees_what_is_not_escaped(text: str) -> None:
    with pytest.raises(AssertionError):
        check(rendered(f"x {text}\n"), {"p"})


def test_a_template_escapes_what_nobody_marked() -> None:
    assert "<" not in finalize("<b>")
    assert finalize(code("<b>")) == "<code>&#60;b&#62;</code>"
    assert finalize(12) == "12"
    assert codes(["a", "<"]) == "<code>a</code>, <code>&#60;</code>"
