"""Filters of the explorer: part of the search itself, and of all that is listed."""

from dataclasses import replace

import numpy as np
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QComboBox, QListWidget

from core.embedding.filters import PhotoFilter
from core.embedding.photo_facts import Facet
from explorer.gallery_panel import Source


def ticked(exploring, facet, value):
    """Ticks a value with a click on its box."""
    listed = exploring.part(f"filter_{facet}", QListWidget)
    entry = next(
        listed.item(n)
        for n in range(listed.count())
        if listed.item(n).data(Qt.ItemDataRole.UserRole) == value
    )
    at = listed.visualItemRect(entry)
    QTest.mouseClick(
        listed.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(at.left() + 12, at.center().y()),
    )
    exploring.wait_for_filter()


def test_a_filter_holds_for_neighbours_map_and_counts(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    exploring.press(Qt.Key.Key_F)

    ticked(exploring, Facet.CATEGORY, "top")

    codes = exploring.state.opened.facts.photo_codes(Facet.CATEGORY)
    names = exploring.state.opened.facts.facets[Facet.CATEGORY].values
    is_top = np.array([names[code] == "top" for code in codes])
    assert np.array_equal(exploring.selection.visible, is_top)
    assert is_top[exploring.listed()].all()
    assert len(exploring.listed()) == 6
    assert "12 of 48" in exploring.part("filter_words").text()
    # What another category would add is still told, beside the one that is ticked.
    listed = exploring.part("filter_category", QListWidget)
    assert {listed.item(n).text() for n in range(listed.count())} == {
        "coat  12",
        "dress  12",
        "skirt  12",
        "top  12",
    }
    brands = exploring.part("filter_brand", QListWidget)
    assert [brands.item(n).text() for n in range(brands.count())] == ["Zara  12"]


def test_prices_and_words_filter_the_search_itself(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    exploring.press(Qt.Key.Key_F)
    field = exploring.part("filter_price_to")
    field.setFocus()
    QTest.keyClicks(field, "7")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    exploring.wait_for_filter()

    prices = exploring.state.opened.facts.prices[exploring.state.opened.facts.item_row]
    assert np.array_equal(exploring.selection.visible, prices <= 7)
    assert (prices[exploring.listed()] <= 7).all()

    exploring.part("explorer_filter").close()
    exploring.press(Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    exploring.wait_for_filter()
    assert exploring.selection.visible.all()


def test_a_filter_that_nothing_passes_says_so(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    exploring.press(Qt.Key.Key_F)
    QTest.keyClicks(exploring.part("filter_text"), "no such word")
    QTest.keyClick(exploring.part("filter_text"), Qt.Key.Key_Return)
    exploring.wait_for_filter()

    assert exploring.listed() == []
    assert "No photo passes the filter" in exploring.gallery._empty_text


def test_only_the_filter_that_was_asked_for_last_is_ever_applied(exploring, qtbot):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    applied = []
    exploring.state.filter_applied.connect(lambda: applied.append(exploring.state.wanted.text))

    with qtbot.waitSignal(exploring.state.filter_applied):
        for text in ("d", "dr", "dress"):
            exploring.state.filter(PhotoFilter(text=text))
            assert exploring.state.wanted == PhotoFilter() and exploring.selection.visible.all()

    assert applied == ["dress"]
    assert exploring.selection.visible.sum() == 12


def test_letters_typed_while_a_filter_is_worked_out_stay(exploring, qtbot):
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_F)
    field = exploring.part("filter_text")
    QTest.keyClicks(field, "dr")
    with qtbot.waitSignal(exploring.state.filter_applied):
        qtbot.waitUntil(lambda: exploring.state.asked_filter.text == "dr")
        QTest.keyClicks(field, "ess 4")

    assert field.text() == "dress 4"
    exploring.wait(lambda: exploring.state.wanted.text == "dress 4")
    assert field.text() == "dress 4"
    # Changed elsewhere, it is shown.
    exploring.state.filter(PhotoFilter(text="coat"))
    exploring.wait_for_filter()
    assert field.text() == "coat"


def test_settings_changed_while_a_filter_is_worked_out_leave_it_alone(exploring):
    exploring.open_indexed()
    exploring.state.filter(PhotoFilter(text="coat"))
    exploring.state.change(replace(exploring.state.settings, k=20))
    ticked(exploring, Facet.BRAND, "Zara")

    assert exploring.state.settings.k == 20
    assert exploring.state.wanted.text == "coat"
    assert exploring.state.wanted.chosen == {Facet.BRAND: frozenset({"Zara"})}


def test_every_source_lists_only_what_passes_the_filter(exploring):
    exploring.open_indexed()
    exploring.selection.select(range(48))
    exploring.press(Qt.Key.Key_F)
    ticked(exploring, Facet.CATEGORY, "coat")

    listing = exploring.tab._listing
    for source in Source:
        rows = [entry.row for entry in listing.entries(source)]
        assert exploring.selection.visible[rows].all()
        assert len(rows) == listing.count(source)


def test_the_filter_is_used_by_keys_from_its_first_list_on(exploring):
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_F)
    assert QApplication.focusWidget() is exploring.part("filter_category")

    low = exploring.part("filter_price_from")
    low.setFocus()
    for name in ("filter_price_to", "filter_text", "filter_kept"):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is exploring.part(name)


def test_prices_are_compared_in_one_currency_where_there_are_several(exploring):
    exploring.items()
    exploring.index()
    exploring.open()
    exploring.press(Qt.Key.Key_F)
    assert not exploring.part("filter_currency").isVisible()
    exploring.close()

    with exploring.catalogue.transaction() as connection:
        connection.execute("UPDATE item SET currency = 'GBP' WHERE price < 4")
    exploring.open()
    exploring.press(Qt.Key.Key_F)
    box = exploring.part("filter_currency", QComboBox)
    assert [box.itemText(n) for n in range(box.count())] == ["any", "EUR", "GBP"]
    high = exploring.part("filter_price_to")
    high.setFocus()
    QTest.keyClicks(high, "7")
    QTest.keyClick(high, Qt.Key.Key_Tab)
    QTest.keyClick(box, Qt.Key.Key_Down)  # EUR
    exploring.wait_for_filter()

    facts = exploring.state.opened.facts
    prices = facts.prices[facts.item_row]
    assert np.array_equal(exploring.selection.visible, (prices >= 4) & (prices <= 7))
    assert "up to 7 EUR" in exploring.part("filter_words").text()


def test_values_that_are_not_listed_are_counted(exploring, monkeypatch):
    monkeypatch.setattr("explorer.filter_popup._MOST_LISTED", 3)
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_F)
    listed = exploring.part("filter_category", QListWidget)
    assert [listed.item(n).text() for n in range(listed.count())] == [
        "coat  12",
        "dress  12",
        "skirt  12",
        "1 rarer one: by words",
    ]

    ticked(exploring, Facet.CATEGORY, "coat")

    assert len(exploring.state.wanted.chosen[Facet.CATEGORY]) == 1
    assert listed.count() == 4
