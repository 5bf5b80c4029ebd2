"""An evaluation as one HTML page that needs no other file and no network."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from core.number_words import plural
from core.training.evaluation.rows import EvaluationRow, Miss, Part, RowKind, TopK

if TYPE_CHECKING:
    from core.training.evaluation.report import EvaluationReport, ShownPhoto

_PartsOf = Callable[[EvaluationRow], Mapping[str, Part]]

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --bar: #3b82f6; --base: #9ca3af; --right: #16a34a;
  --soft: #888; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px;
  padding: 0 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
small, .soft { color: var(--soft); }
.bar { position: relative; height: 6px; background: var(--line); border-radius: 3px;
  min-width: 90px; }
.bar i { position: absolute; left: 0; height: 6px; border-radius: 3px; background: var(--bar); }
.base .bar i { background: var(--base); }
.bar b { position: absolute; top: 2px; height: 2px; background: currentColor; opacity: .7; }
.miss { display: flex; flex-wrap: wrap; gap: .6rem; align-items: flex-start; padding: .7rem 0;
  border-bottom: 1px solid var(--line); }
.miss > b { width: 6.5rem; }
figure { margin: 0; width: 104px; }
figure img { width: 100px; height: 100px; object-fit: contain; border: 2px solid var(--line);
  border-radius: 4px; display: block; }
figure.right img { border-color: var(--right); }
figcaption { font-size: .72rem; line-height: 1.25; overflow-wrap: anywhere; color: var(--soft); }
.gap { width: 1rem; }
"""


def html_page(report: EvaluationReport) -> str:
    """The whole page."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{report.title} of {plural(report.n_photos, 'photo')}</title>",
            f"<style>{_STYLE}</style></head><body>",
            *_head(report),
            *_table(report),
            *_parts("By category", report, lambda row: row.by_category),
            *_parts("By what is wrong with a photo of the pair", report, lambda row: row.by_dirt),
            *_gallery(report),
            "</body></html>",
        ]
    )


def _head(report: EvaluationReport) -> Iterator[str]:
    yield f"<h1>{report.title}: {report.pairs} of photos</h1>"
    yield (
        f"<p>Each photo looks for its partner among the {report.others}. Top-k is"
        " the share of photos that find it among the k nearest, in percent; in brackets the 95 %"
        " interval from drawing the pairs anew. Whatever is as near as the partner is put before"
        f" it. <small>Data set {escape(report.fingerprint[:12])}</small></p>"
    )


def _table(report: EvaluationReport) -> Iterator[str]:
    with_many = any(row.map_at_r is not None for row in report.rows)
    heads = "".join(f'<th class="n">Top-{k}</th><th></th>' for k in report.ks)
    many = '<th class="n">R@1</th><th class="n">MAP@R</th>' if with_many else ""
    yield f"<table><tr><th></th>{heads}{many}</tr>"
    for row in report.rows:
        figures = "".join(_figure(top) for top in row.top.values())
        if with_many:
            figures += "".join(
                f'<td class="n">{"–" if share is None else f"{100 * share:.1f}"}</td>'
                for share in (row.r_at_1, row.map_at_r)
            )
        base = "" if row.kind is RowKind.RUN else ' class="base"'
        yield f"<tr{base}><td>{escape(row.name)}</td>{figures}</tr>"
    yield "</table>"
    if with_many and report.many:
        yield f"<p><small>R@1 and MAP@R: {escape(report.many)}</small></p>"


def _figure(top: TopK) -> str:
    low, high, share = 100 * top.low, 100 * top.high, 100 * top.share
    return (
        f'<td class="n">{share:.1f}<br><small>({low:.0f}–{high:.0f})</small></td>'
        f'<td><div class="bar"><i style="width:{share:.1f}%"></i>'
        f'<b style="left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%"></b></div></td>'
    )


def _parts(title: str, report: EvaluationReport, parts_of: _PartsOf) -> Iterator[str]:
    """A table with a row for each part and a column for each embedding: Top-1 and the last k's."""
    names = list({name: None for row in report.rows for name in parts_of(row)})
    if len(names) < 2:
        return
    first, last = report.ks[0], report.ks[-1]
    yield f"<h2>{title}</h2>"
    heads = "".join(f'<th class="n">{escape(row.name)}</th>' for row in report.rows)
    yield (
        f'<table><tr><th><small>Top-{first} / Top-{last}</small></th><th class="n">photos</th>'
        f"{heads}</tr>"
    )
    for name in names:
        parts = [parts_of(row).get(name) for row in report.rows]
        queries = max(part.queries for part in parts if part is not None)
        cells = "".join(_part_cell(part, first, last) for part in parts)
        yield f'<tr><td>{escape(name or "–")}</td><td class="n">{queries:,}</td>{cells}</tr>'
    yield "</table>"


def _part_cell(part: Part | None, first: int, last: int) -> str:
    if part is None:
        return '<td class="n">–</td>'
    top = part.top
    return (
        f'<td class="n">{100 * top[first].share:.0f} / {100 * top[last].share:.0f}'
        f"<br><small>({100 * top[last].low:.0f}–{100 * top[last].high:.0f})</small></td>"
    )


def _gallery(report: EvaluationReport) -> Iterator[str]:
    for row in report.rows:
        if row.kind is RowKind.RANDOM or not row.misses:
            continue
        yield f"<h2>Worst misses of {escape(row.name)}</h2>"
        yield (
            '<p class="soft">The photo that was looked with, the partner that should have come'
            " first, and those that came first instead.</p>"
        )
        for miss in row.misses:
            yield _miss(miss, report.photos)


def _miss(miss: Miss, photos: Mapping[int, ShownPhoto]) -> str:
    nearest = "".join(
        _photo(photos[place], "right" if place == miss.partner else "") for place in miss.nearest
    )
    return (
        f'<div class="miss"><b>rank {miss.rank:,}</b>{_photo(photos[miss.query])}'
        f'{_photo(photos[miss.partner], "right")}<span class="gap"></span>{nearest}</div>'
    )


def _photo(photo: ShownPhoto, kind: str = "") -> str:
    data = base64.b64encode(photo.jpeg).decode("ascii")
    category = f"<br>{escape(photo.category)}" if photo.category else ""
    return (
        f'<figure class="{kind}"><img loading="lazy" alt="" title="{escape(photo.file)}"'
        f' src="data:image/jpeg;base64,{data}">'
        f"<figcaption>{escape(photo.item)}{category}</figcaption></figure>"
    )
