"""A replay as one page of HTML: nothing is loaded from elsewhere, nothing in it runs, every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from gatelift.replay.present.model import ClusterReplay, ReplayReport, ShownDisagreement
from gatelift.replay.present.rows import Row, explained, means, rules, wrong
from gatelift.replay.present.text import figures, lost, verdict
from gatelift.report.safe import harmless

_HEADS = ("What", "Request", "Before", "After", "Means")
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem;
  color: #1b1f24; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #d0d7de;
  overflow-wrap: anywhere; }
code { font: 13px/1.4 ui-monospace, monospace; }
.stacked { table-layout: fixed; }
.stacked th:first-child { width: 7rem; }
small { color: #59636e; }
.wrong { background: #ffebe9; }
.verdict { font-weight: 600; padding: .6rem 1rem; border-left: .3rem solid #1a7f37; background: #dafbe1; }
.verdict.wrong { border-color: #cf222e; background: #ffebe9; }
@media (max-width: 48rem) {
  .stacked thead { display: none; }
  .stacked tr { display: block; border-bottom: 2px solid #8c959f; padding: .4rem 0; }
  .stacked td { display: block; border: 0; padding: .15rem .6rem; }
  .stacked td::before { content: attr(data-head) ": "; font-weight: 600; }
}
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; }
  small { color: #9198a1; }
  .wrong, .verdict.wrong { background: #3c1618; }
  .verdict { background: #12261e; }
  th, td { border-color: #30363d; }
}
"""


def render(made: ReplayReport) -> str:
    """The whole page."""
    wrong = "" if made.holds else " wrong"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
        f"<title>gatelift replay</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>gatelift replay</h1>\n",
        f'<p class="verdict{wrong}">{_text(verdict(made))}</p>\n',
        *(part for item in made.clusters for part in _cluster(item)),
        f"<p>gatelift {_text(made.gatelift)}, seed {made.seed}</p>\n</body>\n</html>\n",
    ]
    return "".join(parts)


def _cluster(item: ClusterReplay) -> Iterator[str]:
    proxies = ", ".join(f"{name} {version}" for name, version in item.versions.items())
    yield f"<h2>{_text(item.cluster or 'All manifests')}</h2>\n"
    yield _table(("What", "How many"), [("requests", f"{item.requests} ({proxies})"), *figures(item)])
    if item.disagreements:
        yield "<h3>Differences</h3>\n"
        yield _disagreements(item.disagreements)
    if item.not_replayed:
        rows = [
            (each.why, lost(each), ", ".join(each.hosts) or "all", ", ".join(each.paths) or "all")
            for each in item.not_replayed
        ]
        yield "<h3>Not replayed</h3>\n" + _table(("Left out", "Not compared", "Hosts", "Paths"), rows)
    if item.deviations:
        found = [(f"{each.request.method} {each.request.url}", each.before, each.after) for each in item.deviations]
        yield "<h3>Where Traefik's imitation is not nginx</h3>\n" + _table(("Request", "nginx", "Traefik"), found)
    for title, texts in (
        ("Matches of Ingresses that no request hit", item.before.missed),
        ("Matches of routes that no request hit", item.after.missed),
        ("Assumed", item.assumed),
        ("Skipped", item.skipped),
    ):
        if texts:
            entries = "".join(f"<li>{_text(text)}</li>\n" for text in texts)
            yield f"<h3>{title}</h3>\n<ul>\n{entries}</ul>\n"


def _disagreements(items: Sequence[ShownDisagreement]) -> str:
    rows = "".join((*map(_wrong, wrong(items)), *map(_explained, explained(items))))
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    return f'<table class="stacked">\n<thead><tr>{heads}</tr></thead>\n{rows}</table>\n'


def _wrong(row: Row) -> str:
    first = row.first
    sides = zip((first.before, first.after), rules(first), strict=True)
    before, after = (f"{_text(told)}<br><small>by {_text(rule)}</small>" for told, rule in sides)
    return _row(row, before, after, f"<strong>Nothing explains it:</strong> {_text(means(first))}", ' class="wrong"')


def _explained(row: Row) -> str:
    return _row(row, _text(row.first.before), _text(row.first.after), f"explained by {_text(row.first.explained)}")


def _row(row: Row, before: str, after: str, meaning: str, style: str = "") -> str:
    request = f"<code>{_text(row.first.curl)}</code><br><small>{_text(row.count)}</small>"
    cells = zip(_HEADS, (_text(row.first.attribute), request, before, after, meaning), strict=True)
    made = "".join(f'<td data-head="{head}">{cell}</td>' for head, cell in cells)
    return f"<tr{style}>{made}</tr>\n"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    first = "".join(f"<th>{_text(head)}</th>" for head in heads)
    rest = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table>\n<tr>{first}</tr>\n{rest}</table>\n"


def _text(text: str) -> str:
    return escape(harmless(text))
