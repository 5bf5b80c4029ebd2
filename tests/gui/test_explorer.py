"""The explorer with real events: asking, neighbours, filters, history, selection, sending on."""

import csv
import io
import multiprocessing
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import QMimeData, QPoint, Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QListWidget

from core.cleaning.tagging import tag_photos
from core.embedding.filters import PhotoFilter
from core.embedding.index import read_index, write_index
from core.embedding.neighbours import Space
from core.embedding.photo_facts import Facet
from core.qt.shortcuts_sheet import sheet_of
from core.qt.tab_requests import ShowInExplorer, ShowItem, TrainModel, UseRun
from core.qt.theme import colours
from explorer.actions import Do, Menu
from explorer.colourings import COLUMNS, colouring_by
from explorer.exports import to_csv
from explorer.gallery_panel import Source
from explorer.gallery_tile import Entry, Mark
from explorer.selection import How

# Popups: without a screen there is neither a keyboard to grab nor anything to raise them over.
pytestmark = pytest.mark.qt_log_ignore("^This plugin does not support", extend=True)


def opened(exploring, **arguments):
    exploring.items()
    exploring.index()
    return exploring.open(**arguments)


# What there is when there is nothing


def test_without_a_run_it_says_what_to_do_next(exploring):
    exploring.items()
    exploring.open(until_open=False)

    assert exploring.says("Nothing to explore yet")
    assert exploring.says("Train a model")


def test_a_damaged_index_is_named_with_what_to_do(exploring, qtbot):
    exploring.items()
    exploring.index().index_file.write_bytes(b"half an index")
    exploring.open(until_open=False)

    qtbot.waitUntil(lambda: exploring.says("damaged"))
    assert exploring.says("Embed the catalogue again")


def test_an_index_that_holds_no_photos_is_no_bug(exploring, qtbot):
    exploring.index(vectors=np.empty((0, 6), np.float32))
    exploring.items()
    exploring.photo_ids = []
    exploring.open(until_open=False)

    qtbot.waitUntil(lambda: exploring.says("holds no photos"))


# Neighbours


def test_a_double_click_looks_for_what_is_like_the_photo(exploring):
    opened(exploring)
    exploring.tab._asking.ask_rows([0])
    listed = exploring.listed()

    exploring.double_click(listed[2])

    assert exploring.state.query.rows == [listed[2]]
    assert listed[2] not in exploring.listed()


def test_the_neighbours_are_those_that_measuring_all_finds(exploring):
    opened(exploring)
    exploring.part("one_per_item").click()

    exploring.tab._asking.ask_rows([4])

    index = exploring.state.opened.index
    distances = 1 - index.vectors @ index.vectors[4]
    order = [int(row) for row in np.argsort(distances, kind="stable") if row != 4]
    assert exploring.listed() == order[: len(exploring.listed())]
    assert len(exploring.listed()) == 47


def test_one_photo_per_item_shows_each_item_once(exploring):
    opened(exploring)
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
    opened(exploring)
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
    opened(exploring)
    exploring.tab._asking.ask_rows([0])
    first = exploring.listed()
    exploring.double_click(first[0])
    second = exploring.listed()

    exploring.press(Qt.Key.Key_B)
    assert exploring.listed() == first

    exploring.press(Qt.Key.Key_N)
    assert exploring.listed() == second


def test_asking_anew_after_going_back_drops_what_was_ahead(exploring):
    opened(exploring)
    for row in (0, 5, 9):
        exploring.tab._asking.ask_rows([row])
    exploring.press(Qt.Key.Key_B)

    exploring.tab._asking.ask_rows([13])

    assert not exploring.action("forward").isEnabled()
    exploring.press(Qt.Key.Key_B)
    assert exploring.state.query.rows == [5]


def test_several_photos_are_averaged_and_unwanted_ones_pushed_away(exploring):
    opened(exploring)
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
    opened(exploring)
    exploring.tab._asking.ask_rows([0, 1])
    exploring.part("turn_0").click()
    exploring.part("turn_1").click()

    assert [example.is_wanted for example in exploring.state.query.examples] == [False, True]
    assert "At least one photo" in exploring.message


def test_more_and_fewer_neighbours(exploring):
    opened(exploring)
    exploring.tab._asking.ask_rows([0])

    exploring.press(Qt.Key.Key_BracketLeft)
    assert exploring.state.settings.k == 30

    exploring.press(Qt.Key.Key_BracketRight)
    assert exploring.state.settings.k == 60


# Filters


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
    opened(exploring)
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
    opened(exploring)
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
    opened(exploring)
    exploring.tab._asking.ask_rows([0])
    exploring.press(Qt.Key.Key_F)
    QTest.keyClicks(exploring.part("filter_text"), "no such word")
    QTest.keyClick(exploring.part("filter_text"), Qt.Key.Key_Return)
    exploring.wait_for_filter()

    assert exploring.listed() == []
    assert "No photo passes the filter" in exploring.gallery._empty_text


def test_only_the_filter_that_was_asked_for_last_is_ever_applied(exploring, qtbot):
    opened(exploring)
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
    opened(exploring)
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
    opened(exploring)
    exploring.state.filter(PhotoFilter(text="coat"))
    exploring.state.change(replace(exploring.state.settings, k=20))
    ticked(exploring, Facet.BRAND, "Zara")

    assert exploring.state.settings.k == 20
    assert exploring.state.wanted.text == "coat"
    assert exploring.state.wanted.chosen == {Facet.BRAND: frozenset({"Zara"})}


# Finding


def test_words_find_photos_of_the_catalogue(exploring, qtbot):
    opened(exploring)
    exploring.press(Qt.Key.Key_Slash)
    QTest.keyClicks(exploring.part("explorer_search"), "skirt 2")

    qtbot.waitUntil(lambda: exploring.listed() != [])

    titles = {exploring.tab._library.facts(row).title for row in exploring.listed()}
    assert titles == {"skirt 2", "skirt 22"}
    assert exploring.part("source_found").isChecked()


def test_an_id_finds_its_photo(exploring, qtbot):
    opened(exploring)
    exploring.press(Qt.Key.Key_Slash)
    QTest.keyClicks(exploring.part("explorer_search"), f"#{exploring.photo_ids[7]}")

    qtbot.waitUntil(lambda: exploring.listed() == [7])


# Selecting


def test_what_is_drawn_around_on_the_map_is_listed(exploring):
    opened(exploring)
    exploring.press(Qt.Key.Key_3)
    exploring.drag(*exploring.box_around([0, 1]))
    exploring.press(Qt.Key.Key_G)

    assert exploring.listed() == exploring.selection.selected_rows().tolist()
    assert {0, 1} <= set(exploring.listed())


def test_the_gallerys_selection_is_the_maps(exploring):
    opened(exploring)
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
    assert "1 have gone or changed" in exploring.part("run_facts").text()
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


# To and from other tabs


def test_a_photo_is_sent_to_the_cleaner(exploring):
    opened(exploring)
    exploring.tab._asking.ask_rows([0])
    row = exploring.listed()[0]
    exploring.click(row)

    exploring.press(Qt.Key.Key_E)

    photo = exploring.tab._library.facts(row).photo
    assert exploring.requests == [ShowItem(photo.item_id, photo.id)]


def test_a_photo_that_another_tab_shows_here_is_looked_for(exploring):
    opened(exploring)

    assert exploring.whole_tab.show_request(ShowInExplorer(exploring.photo_ids[9]))

    assert exploring.state.query.rows == [9]


def test_a_run_that_another_tab_names_is_used(exploring, qtbot):
    exploring.items()
    exploring.index("first")
    exploring.index("second", exploring.vectors(seed=5))
    exploring.open()

    exploring.whole_tab.show_request(UseRun("first"))

    qtbot.waitUntil(lambda: exploring.state.opened.run.name == "first")
    assert exploring.state.query is None


# Exporting


def test_the_list_is_exported_as_it_is_shown(exploring):
    exploring.items()
    tag_photos(exploring.catalogue, "odd", exploring.photo_ids)
    exploring.index()
    exploring.open()
    exploring.tab._asking.ask_rows([0])

    table = list(
        csv.DictReader(io.StringIO(to_csv(exploring.tab._doing.listed()).decode("utf-8-sig")))
    )

    index = exploring.state.opened.index
    rows = [index.row_of[int(line["photo_id"])] for line in table]
    assert rows == exploring.listed()
    space = Space(index.vectors, "angular")
    distances = space.distances(index.vectors[0], np.array(rows))
    assert [float(line["distance"]) for line in table] == [round(d, 3) for d in distances]
    assert table[0]["url"].startswith("https://shop.example/")
    assert table[0]["tags"] == '["odd"]'


def test_a_title_that_looks_like_a_formula_is_text_in_the_table(exploring):
    exploring.items(4)
    with exploring.catalogue.transaction() as connection:
        connection.execute("UPDATE item SET title = '=HYPERLINK(1)'")
    exploring.index()
    exploring.open()
    exploring.tab._asking.ask_rows([0])

    assert b"'=HYPERLINK(1)" in to_csv(exploring.tab._doing.listed())


def test_the_page_is_exported_with_its_photos(exploring, tmp_path, qtbot):
    opened(exploring)
    exploring.tab._asking.ask_rows([0])
    query = exploring.state.query.examples[0].photo
    exporting = exploring.tab._exporting

    for name in ("page.html", "page.png"):
        with qtbot.waitSignal(exporting.said, check_params_cb=lambda t: t.startswith("Wrote")):
            exporting.write_page(
                "Like <this>", query, exploring.tab._doing.listed(), tmp_path / name
            )

    page = (tmp_path / "page.html").read_text()
    assert "Like &lt;this&gt;" in page
    assert page.count("<figure>") == len(exploring.listed())
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


# Photos from elsewhere


def test_folders_are_left_to_the_window(exploring, tmp_path):
    opened(exploring)

    assert not exploring.drop(tmp_path)


def test_text_on_the_clipboard_is_no_query(exploring):
    opened(exploring)
    data = QMimeData()
    data.setText("a blue dress")
    QGuiApplication.clipboard().setMimeData(data)

    exploring.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert "no picture" in exploring.message
    assert exploring.state.query is None


def test_every_source_lists_only_what_passes_the_filter(exploring):
    opened(exploring)
    exploring.selection.select(range(48))
    exploring.press(Qt.Key.Key_F)
    ticked(exploring, Facet.CATEGORY, "coat")

    listing = exploring.tab._listing
    for source in Source:
        rows = [entry.row for entry in listing.entries(source)]
        assert exploring.selection.visible[rows].all()
        assert len(rows) == listing.count(source)


# Two runs side by side


def test_another_run_is_shown_beside_with_the_share_of_neighbours_it_keeps(exploring, qtbot):
    exploring.items()
    exploring.index("first")
    exploring.index("second", exploring.vectors(seed=5), "other weights")
    exploring.open()
    first = exploring.state.opened.index

    box = exploring.part("map_beside")
    box.setCurrentText("first" if first.run == "second" else "second")
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: exploring.tab._charting.beside is not None)

    beside = exploring.tab._charting.beside
    other = read_index(exploring.project.runs / beside.run / "index.npz")
    nearest = [np.argsort(-(index.vectors @ index.vectors[7]))[1:11] for index in (first, other)]
    assert beside.kept[7] == pytest.approx(len(np.intersect1d(*nearest)) / 10)
    assert f"{beside.mean_kept:.0%} of the ten nearest" in exploring.part("map_agreement").text()
    assert exploring.part("second_map").isVisible()


def test_what_is_selected_on_one_map_is_selected_on_the_other(exploring, qtbot):
    exploring.items()
    exploring.index("first")
    exploring.index("second", exploring.vectors(seed=5), "other weights")
    exploring.open()
    box = exploring.part("map_beside")
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(lambda: exploring.tab._charting.beside is not None)
    second = exploring.part("second_map")

    QTest.mouseClick(second, Qt.MouseButton.LeftButton, pos=second.position_of(7).toPoint())

    (row,) = exploring.selection.selected_rows()
    shown = exploring.map._points.shown(colours(exploring.map))
    assert exploring.map._points.grid.rows[shown.selected].tolist() == [row]


# Where there is nothing yet


def test_a_run_with_a_model_is_embedded_at_the_click_of_a_button(exploring, qtbot):
    exploring.items()
    run = exploring.index("first")
    run.index_file.unlink()
    run.model_file.write_bytes(b"weights")
    exploring.open(until_open=False)
    assert exploring.says("has a model, but")

    with qtbot.waitSignal(exploring.opened.jobs.started) as told:
        exploring.part("embed").click()

    assert (told.args[0].verb, told.args[0].arguments) == ("embed", ("--run", "first"))


def test_without_any_run_the_way_to_the_training_is_a_button(exploring):
    exploring.items()
    exploring.open(until_open=False)

    exploring.part("train").click()

    assert exploring.requests == [TrainModel()]


# Keys


def test_every_action_has_a_key_of_its_own_a_tooltip_and_a_line_in_the_sheet(exploring):
    opened(exploring)
    keys = [key for do in Do for key in do.value.keys]
    assert len(keys) == len(set(keys))

    rows = [row for group in sheet_of(exploring.tab._actions, Menu) for row in group.rows]
    listed = {action for row in rows for action in row.actions}
    for do, action in exploring.tab._actions.items():
        assert action in listed, do
        assert do.value.tip in action.toolTip()
        assert action.shortcuts()


def test_the_keys_are_shown_on_one_sheet(exploring):
    opened(exploring)
    exploring.press(Qt.Key.Key_F1)

    assert QApplication.activeModalWidget().objectName() == "shortcuts_sheet"
    QApplication.activeModalWidget().close()


# Colours


@pytest.mark.parametrize("column", COLUMNS)
def test_the_map_can_be_coloured_by_every_column(exploring, column):
    exploring.items()
    exploring.hint("tag", exploring.photo_ids[3])
    exploring.index()
    exploring.open()
    exploring.tab._asking.ask_rows([0])
    before = exploring.map.grab().toImage()

    box = exploring.part("map_colour")
    box.setCurrentText("one colour")
    box.setCurrentText(column)
    if column == "cluster":
        exploring.wait(lambda: exploring.map.colouring.title == column)

    colouring = exploring.map.colouring
    if column == "one colour":
        assert colouring.legend == ()
        return
    assert colouring.title == column
    assert colouring.legend
    assert exploring.map.grab().toImage() != before


def test_hints_and_densities_are_what_they_say(exploring):
    exploring.items()
    exploring.hint("tag", exploring.photo_ids[3])
    exploring.index()
    exploring.open()
    hint = colouring_by("hint", exploring.state)
    names = {entry.code: entry.text for entry in hint.legend}
    assert names[hint.codes[3]] == "tag"
    assert names[hint.codes[0]] == "no hint"

    positions = np.zeros((48, 2), np.float32)
    positions[40:] = np.random.default_rng(0).uniform(5, 50, (8, 2))
    density = colouring_by("density", exploring.state, positions=positions)
    assert density.codes[:40].min() > density.codes[40:].max()


def test_a_run_that_is_open_is_shown_again_after_one_without_an_index(exploring, qtbot):
    exploring.items()
    bare = exploring.index("bare")
    bare.index_file.unlink()
    bare.model_file.write_bytes(b"weights")
    exploring.index("first")
    exploring.open()
    exploring.whole_tab.show_request(UseRun("bare"))
    assert exploring.says("No embeddings yet")

    exploring.tab._runs.choose("first")

    assert exploring.gallery.isVisible()


def test_an_index_that_was_written_anew_is_opened_anew(exploring, qtbot):
    opened(exploring)
    before = exploring.state.opened
    index = before.index
    write_index(replace(index, vectors=exploring.vectors(seed=9)), before.run.index_file)

    exploring.tab._runs.look()

    qtbot.waitUntil(lambda: exploring.state.opened is not before)
    assert not np.array_equal(exploring.state.opened.index.vectors, index.vectors)


def test_a_map_that_is_being_made_ends_with_the_tab(exploring, qtbot):
    exploring.items()
    exploring.index()
    exploring.open()
    exploring.part("map_projection").setCurrentText("PaCMAP")
    qtbot.waitUntil(lambda: multiprocessing.active_children() != [], timeout=20_000)

    exploring.close()

    assert multiprocessing.active_children() == []


def test_a_map_that_is_being_made_can_be_stopped_and_the_one_before_stays(exploring, qtbot):
    exploring.items()
    exploring.index()
    exploring.open()
    exploring.part("map_projection").setCurrentText("PaCMAP")
    assert exploring.part("map_stop").isVisible()

    exploring.part("map_stop").click()

    assert exploring.part("map_projection").currentText() == "PCA"
    assert not exploring.part("map_stop").isVisible()
    assert exploring.has_map


def test_a_selection_of_very_many_makes_no_entry_before_it_is_in_view(exploring):
    opened(exploring)
    exploring.selection.select(np.arange(48))
    exploring.press(Qt.Key.Key_G)

    entries = exploring.gallery.entries

    assert len(entries) == 48 and entries[7] == Entry(7)
    assert [entry.row for entry in entries[40:]] == list(range(40, 48))
    assert exploring.gallery.entry_rect(47) != exploring.gallery.entry_rect(0)
    exploring.selection.select([47], How.SUBTRACT)
    assert exploring.gallery.entry_rect(47).isEmpty()
