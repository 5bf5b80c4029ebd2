"""Map, galleries, filters and export never disagree, whatever is done in whatever order."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from exploring import KINDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PyQt5.QtCore import QPoint

from core.embedding.filters import PhotoFilter, apply_filter
from core.embedding.photo_facts import Facet
from core.qt.theme import colours
from explorer.exports import to_csv
from explorer.gallery_panel import Source
from explorer.map_gesture import Tool
from explorer.selection import How

COUNT = 48
rows = st.integers(0, COUNT - 1)
subsets = st.sets(rows, max_size=12)

filters = st.builds(
    PhotoFilter,
    chosen=st.fixed_dictionaries(
        {},
        optional={
            Facet.CATEGORY: st.frozensets(st.sampled_from(KINDS)),
            Facet.BRAND: st.frozensets(st.sampled_from(["Nike", "Zara"])),
        },
    ),
    text=st.sampled_from(["", "1", "dress", "no such word"]),
    price_from=st.none() | st.floats(0, 20),
    price_to=st.none() | st.floats(0, 30),
    only_kept=st.booleans(),
)
actions = st.one_of(
    st.tuples(st.just("filter"), filters),
    st.tuples(st.just("ask"), st.lists(rows, min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("select"), st.tuples(subsets, st.sampled_from(How))),
    st.tuples(st.just("box"), st.tuples(rows, rows, st.sampled_from(How))),
    st.tuples(st.just("toggle"), rows),
    st.tuples(st.just("invert"), st.none()),
    st.tuples(st.just("k"), st.integers(10, 60)),
    st.tuples(st.just("one per item"), st.booleans()),
    st.tuples(st.just("source"), st.sampled_from(list(Source))),
    st.tuples(st.just("back"), st.integers(-2, 2)),
    st.tuples(st.just("zoom"), st.floats(0.5, 4)),
)


@pytest.fixture
def tab(exploring):
    exploring.items()
    exploring.index()
    exploring.open()
    return exploring


def do(exploring, what, value):
    state, selection = exploring.state, exploring.selection
    match what:
        case "filter":
            state.filter(value)
        case "ask":
            exploring.tab._asking.ask_rows(value)
        case "select":
            selection.select(*value)
        case "box":
            one, other, _ = value
            exploring.map.set_tool(Tool.RECTANGLE)
            left, right = exploring.point(one), exploring.point(other)
            exploring.drag(left - QPoint(9, 9), left, right + QPoint(9, 9))
        case "toggle":
            selection.toggle(value)
        case "invert":
            selection.invert()
        case "k":
            state.change(replace(state.settings, k=value))
        case "one per item":
            state.change(replace(state.settings, one_per_item=value))
        case "source":
            exploring.tab._showing.show_source(value)
        case "back":
            state.go(value)
        case "zoom":
            exploring.map.zoom_by(value)


def check(exploring):
    state, selection = exploring.state, exploring.selection
    opened = state.opened
    passing = np.zeros(COUNT, bool)
    passing[apply_filter(opened.facts, state.wanted).rows] = True
    assert np.array_equal(selection.visible, passing)
    assert not (selection.selected & ~passing).any()

    shown = exploring.map._points.shown(colours(exploring.map))
    places = exploring.map._points.grid.rows
    assert np.array_equal(shown.visible, passing[places])
    assert np.array_equal(shown.selected, selection.selected[places])
    assert passing[exploring.map.thumbnail_rows()].all()

    listing, source = exploring.tab._listing, exploring.part("gallery").parent().source
    for each in Source:
        listed = [entry.row for entry in listing.entries(each)]
        assert passing[listed].all()
        assert len(listed) == listing.count(each)
        assert len(set(listed)) == len(listed)
    assert [entry.row for entry in listing.entries(Source.SELECTION)] == (
        selection.selected_rows().tolist()
    )
    assert exploring.listed() == [entry.row for entry in listing.entries(source)]

    text = to_csv(exploring.tab._doing.listed()).decode("utf-8-sig")
    exported = [int(line["photo_id"]) for line in csv.DictReader(io.StringIO(text))]
    assert exported == opened.index.photo_ids[exploring.listed()].tolist()

    query = state.query
    if query is not None:
        assert not set(query.rows) & set(state.results.rows.tolist())
        items = opened.facts.item_of[state.results.rows]
        if state.settings.one_per_item:
            assert len(set(items.tolist())) == len(items)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(actions, max_size=7), st.booleans())
def test_map_galleries_filters_and_export_never_disagree(tab, done, await_filter):
    tab.map.fit()
    tab.state.open(tab.state.opened)
    tab.tab._showing.show_source(Source.NEIGHBOURS)

    for what, value in done:
        do(tab, what, value)
        check(tab)  # also while a filter is being worked out, when the one before holds
        if await_filter:
            tab.wait_for_filter()
            check(tab)
    tab.wait_for_filter()
    check(tab)
