"""The explorer with real events: asking, neighbours, history, selection, sending on."""

from dataclasses import replace

import numpy as np
from PyQt5.QtCore import QMimeData, Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from core.qt.shortcuts_sheet import sheet_of
from core.qt.tab_requests import ShowInExplorer, ShowItem
from explorer.actions import Do, Menu
from explorer.gallery_panel import Source
from explorer.gallery_tile import Entry, Mark, item_lines, item_words
from explorer.selection import How

# Neighbours


def test_a_double_click_looks_for_what_is_like_the_photo(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    listed = exploring.listed()

    exploring.double_click(listed[2])

    assert exploring.state.query.rows == [listed[2]]
    assert listed[2] not in exploring.listed()


def test_the_neighbours_are_those_that_measuring_all_finds(exploring):
    exploring.open_indexed()
    exploring.part("one_per_item").click()

    exploring.tab._asking.ask_rows([4])

    index = exploring.state.opened.index
    distances = 1 - index.vectors @ index.vectors[4]
    order = [int(row) for row in np.argsort(distances, kind="stable") if row != 4]
    assert exploring.listed() == order[: len(exploring.listed())]
    assert len(exploring.listed()) == 47


def test_one_photo_per_item_shows_each_item_once(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([4])

    items = exploring.state.opened.facts.item_of[exploring.listed()]
    assert len(set(items.tolist())) == len(items)

    exploring.press(Qt.Key.Key_O)
    assert len(exploring.listed()) == 47


def test_the_querys_own_item_and_known_copies_are_marked(exploring):
    exploring.items()
    exploring.hint("near copy", exploring.photo_ids[0], exploring.photo_ids[1])
    exploring.index()
    exploring.open()

    exploring.tab._asking.ask_rows([0])
    marks = {entry.row: entry.mark for entry in exploring.gallery.entries}
    assert marks[1] is Mark.COPY

    exploring.tab._asking.ask_rows([2])
    marks = {entry.row: entry.mark for entry in exploring.gallery.entries}
    assert marks[3] is Mark.OWN_ITEM


def test_what_a_query_should_be_unlike_is_neither_its_name_nor_its_own_item(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    exploring.tab._asking.add_rows([2], is_wanted=False)

    assert exploring.part("query_title").text() == "dress 0, unlike 1 other"
    marks = {entry.row: entry.mark for entry in exploring.gallery.entries}
    assert marks[1] is Mark.OWN_ITEM
    assert Mark.OWN_ITEM not in {marks[row] for row in marks if row != 1}

    exploring.tab._asking.turn(1)
    exploring.tab._asking.turn(0)
    assert exploring.part("query_title").text() == "top 1, unlike 1 other"


def test_going_back_and_forward_shows_the_same_again(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    first = exploring.listed()
    exploring.double_click(first[0])
    second = exploring.listed()

    exploring.press(Qt.Key.Key_B)
    assert exploring.listed() == first

    exploring.press(Qt.Key.Key_N)
    assert exploring.listed() == second


def test_asking_anew_after_going_back_drops_what_was_ahead(exploring):
    exploring.open_indexed()
    for row in (0, 5, 9):
        exploring.tab._asking.ask_rows([row])
    exploring.press(Qt.Key.Key_B)

    exploring.tab._asking.ask_rows([13])

    assert not exploring.action("forward").isEnabled()
    exploring.press(Qt.Key.Key_B)
    assert exploring.state.query.rows == [5]


def test_several_photos_are_averaged_and_unwanted_ones_pushed_away(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    exploring.click(exploring.listed()[0])
    added = exploring.listed()[0]
    exploring.press(Qt.Key.Key_Plus)
    assert exploring.state.query.rows == [0, added]

    before = exploring.state.query.vector
    far = int(np.argmin(exploring.state.opened.index.vectors @ before))
    exploring.selection.select([far])
    exploring.press(Qt.Key.Key_Minus)

    vectors = exploring.state.opened.index.vectors
    assert exploring.state.query.vector @ vectors[far] < before @ vectors[far]
    exploring.part("remove_2").click()
    assert exploring.state.query.rows == [0, added]


def test_the_last_wanted_photo_cannot_be_turned_into_an_unwanted_one(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0, 1])
    exploring.part("turn_0").click()
    exploring.part("turn_1").click()

    assert [example.is_wanted for example in exploring.state.query.examples] == [False, True]
    assert "At least one photo" in exploring.message


def test_more_and_fewer_neighbours(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])

    exploring.press(Qt.Key.Key_BracketLeft)
    assert exploring.state.settings.k == 30

    exploring.press(Qt.Key.Key_BracketRight)
    assert exploring.state.settings.k == 60


def test_all_lists_have_their_names_whole_on_a_small_screen(exploring):
    exploring.open_indexed(size=(1366, 768))
    exploring.tab._asking.ask_rows([0])
    for source, count in zip(Source, (60, 80, 12, 476), strict=True):
        exploring.tab._view.gallery.show_count(source, count)
    QApplication.processEvents()

    names = [f"source_{source.name.lower()}" for source in Source]
    for name in (*names, "one_per_item", "neighbour_count"):
        part = exploring.part(name)
        assert part.isVisible()
        assert part.width() >= part.sizeHint().width(), name


def test_a_single_neighbour_or_all_there_are(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    count = exploring.part("neighbour_count")
    count.setFocus()

    for typed, k in (("1", 1), ("50000", 50_000)):
        count.selectAll()
        QTest.keyClicks(count, typed)
        QTest.keyClick(count, Qt.Key.Key_Return)
        assert exploring.state.settings.k == k

        exploring.part("one_per_item").setChecked(False)
        vectors = exploring.state.opened.index.vectors
        nearest = np.argsort(-(vectors @ vectors[0]), kind="stable")[1 : k + 1]
        assert exploring.listed() == nearest.tolist()
        entries = exploring.gallery.entries
        assert [entry.figure for entry in entries] == [
            f"{1 - vectors[0] @ vectors[row]:.3f}" for row in nearest
        ]


# Finding


def test_words_find_photos_of_the_catalogue(exploring, qtbot):
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_Slash)
    QTest.keyClicks(exploring.part("explorer_search"), "skirt 2")

    qtbot.waitUntil(lambda: exploring.listed() != [])

    titles = {exploring.tab._library.facts(row).title for row in exploring.listed()}
    assert titles == {"skirt 2", "skirt 22"}
    assert exploring.part("source_found").isChecked()


def test_an_id_finds_its_photo(exploring, qtbot):
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_Slash)
    QTest.keyClicks(exploring.part("explorer_search"), f"#{exploring.photo_ids[7]}")

    qtbot.waitUntil(lambda: exploring.listed() == [7])


# Selecting


def test_what_is_drawn_around_on_the_map_is_listed(exploring):
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_3)
    exploring.drag(*exploring.box_around([0, 1]))
    exploring.press(Qt.Key.Key_G)

    assert exploring.listed() == exploring.selection.selected_rows().tolist()
    assert {0, 1} <= set(exploring.listed())


def test_what_to_do_with_a_selection_is_said_as_long_as_there_is_one(exploring):
    exploring.open_indexed()
    exploring.selection.select([3, 5, 8])
    assert "3 photos are selected: G lists them" in exploring.message

    exploring.press(Qt.Key.Key_Escape)
    assert exploring.message == ""


def test_the_gallerys_selection_is_the_maps(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    listed = exploring.listed()
    exploring.click(listed[1])
    exploring.click(listed[3], Qt.KeyboardModifier.ShiftModifier)
    assert exploring.selection.selected_rows().tolist() == sorted(listed[1:4])

    exploring.click(listed[2], Qt.KeyboardModifier.ControlModifier)
    assert exploring.selection.selected_rows().tolist() == sorted([listed[1], listed[3]])


def test_photos_that_left_the_catalogue_are_neither_found_nor_a_bug(exploring, qtbot):
    exploring.items()
    exploring.index()
    gone = exploring.photo_ids[3]
    with exploring.catalogue.transaction() as connection:
        connection.execute("DELETE FROM photo WHERE id = ?", [gone])
    exploring.open()
    exploring.tab._asking.ask_rows([2])

    assert 3 not in exploring.listed()
    assert "gone or changed since: 1" in exploring.part("run_facts").text()
    assert exploring.tab._library.facts(3).photo is None
    exploring.tab._asking.ask_rows([3])
    assert exploring.state.query.rows == [2]
    assert "no longer in the catalogue" in exploring.message


def test_an_item_without_metadata_is_shown_by_its_key(exploring):
    exploring.items(4)
    with exploring.catalogue.transaction() as connection:
        connection.execute(
            "UPDATE item SET title = '', brand = '', category = '', price = NULL, url = ''"
        )
    exploring.index()
    exploring.open()
    exploring.tab._asking.ask_rows([0])

    assert exploring.tab._library.facts(exploring.listed()[0]).title.startswith("item_")
    exploring.click(exploring.listed()[0])
    assert not exploring.action("web_page").isEnabled()


def test_a_selection_of_very_many_makes_no_entry_before_it_is_in_view(exploring):
    exploring.open_indexed()
    exploring.selection.select(np.arange(48))
    exploring.press(Qt.Key.Key_G)

    entries = exploring.gallery.entries

    assert len(entries) == 48 and entries[7] == Entry(7)
    assert [entry.row for entry in entries[40:]] == list(range(40, 48))
    assert exploring.gallery.entry_rect(47) != exploring.gallery.entry_rect(0)
    exploring.selection.select([47], How.SUBTRACT)
    assert exploring.gallery.entry_rect(47).isEmpty()


# To and from other tabs


def test_a_tile_has_lines_of_its_own_for_what_one_line_would_cut_off(exploring):
    exploring.open_indexed()
    item = exploring.tab._library.facts(0).item
    full = replace(item, metadata=replace(item.metadata, size="M / 38", colour="blue"))

    assert item_lines(full) == ("Nike · M / 38", "blue · 0 EUR")
    assert item_words(full) == "Nike · M / 38 · blue · 0 EUR"
    assert item_lines(None) == ("", "")


def test_a_photo_is_sent_to_the_cleaner(exploring):
    exploring.open_indexed()
    exploring.tab._asking.ask_rows([0])
    row = exploring.listed()[0]
    exploring.click(row)

    exploring.press(Qt.Key.Key_E)

    photo = exploring.tab._library.facts(row).photo
    assert exploring.requests == [ShowItem(photo.item_id, photo.id)]


def test_a_photo_that_another_tab_shows_here_is_looked_for(exploring):
    exploring.open_indexed()

    assert exploring.whole_tab.show_request(ShowInExplorer(exploring.photo_ids[9]))

    assert exploring.state.query.rows == [9]


# Photos from elsewhere


def test_folders_are_left_to_the_window(exploring, tmp_path):
    exploring.open_indexed()

    assert not exploring.drop(tmp_path)


def test_text_on_the_clipboard_is_no_query(exploring):
    exploring.open_indexed()
    data = QMimeData()
    data.setText("a blue dress")
    QGuiApplication.clipboard().setMimeData(data)

    exploring.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert "no picture" in exploring.message
    assert exploring.state.query is None


# Keys


def test_every_action_has_a_key_of_its_own_a_tooltip_and_a_line_in_the_sheet(exploring):
    exploring.open_indexed()
    keys = [key for do in Do for key in do.value.keys]
    assert len(keys) == len(set(keys))

    rows = [row for group in sheet_of(exploring.tab._actions, Menu) for row in group.rows]
    listed = {action for row in rows for action in row.actions}
    for do, action in exploring.tab._actions.items():
        assert action in listed, do
        assert do.value.tip in action.toolTip()
        assert action.shortcuts()


def test_the_keys_are_shown_on_one_sheet(exploring):
    exploring.open_indexed()
    exploring.press(Qt.Key.Key_F1)

    assert QApplication.activeModalWidget().objectName() == "shortcuts_sheet"
    QApplication.activeModalWidget().close()
