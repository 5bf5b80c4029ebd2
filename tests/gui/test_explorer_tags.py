"""Tags, clusters and items on the map: giving names, filtering by them, colouring by them."""

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QComboBox, QInputDialog, QLineEdit, QListWidget

from core.catalogue.photos import read_photos_by_id
from core.catalogue.tags import read_tags
from core.cleaning.decisions import keep
from core.cleaning.undo import undo


@pytest.fixture
def opened(exploring):
    exploring.items()
    exploring.index()
    return exploring.open()


def give(exploring, name):
    """Tags the selection by its key and the keyboard."""
    exploring.press(Qt.Key.Key_T)
    dialog = exploring.tab.findChild(QInputDialog, "tag_dialog")
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    exploring.wait(lambda: name in exploring.state.opened.facts.tags)


def test_what_a_lasso_selects_gets_a_name_that_is_stored_with_the_project(opened):
    opened.press(Qt.Key.Key_3)
    opened.drag(*opened.box_around([0, 1]))
    selected = opened.selection.selected_rows()
    assert {0, 1} <= set(selected.tolist())

    give(opened, "odd ones")

    ids = opened.state.opened.index.photo_ids[selected]
    assert read_tags(opened.catalogue) == [("odd ones", int(id_)) for id_ in sorted(ids)]
    assert "Tagged" in opened.message
    assert np.flatnonzero(opened.state.opened.facts.tags["odd ones"]).tolist() == list(selected)


def test_a_tag_is_filtered_by_with_its_count(opened):
    opened.selection.select([3, 4, 5])
    give(opened, "odd")

    opened.press(Qt.Key.Key_F)
    popup = opened.tab._showing.filter
    tags = popup.findChild(QListWidget, "filter_tags")
    assert tags.isVisible() and tags.item(0).text() == "odd  3"
    tags.item(0).setCheckState(Qt.CheckState.Checked)
    opened.wait_for_filter()

    assert np.flatnonzero(opened.selection.visible).tolist() == [3, 4, 5]
    assert "tagged odd" in opened.part("filter_words").text()
    popup.close()


def test_without_tags_the_filter_does_not_speak_of_them(opened):
    opened.press(Qt.Key.Key_F)
    popup = opened.tab._showing.filter

    assert popup.isVisible()
    assert not popup.findChild(QListWidget, "filter_tags").isVisible()
    popup.close()


def test_the_map_is_coloured_by_tag(opened):
    opened.selection.select([3, 4])
    give(opened, "odd")
    opened.part("map_colour", QComboBox).setCurrentText("tag")

    colouring = opened.map.colouring
    words = {entry.text: entry.code for entry in colouring.legend}
    assert np.flatnonzero(colouring.codes == words["odd"]).tolist() == [3, 4]
    opened.selection.select([7])
    give(opened, "more")
    words = {entry.text: entry.code for entry in opened.map.colouring.legend}
    assert np.flatnonzero(opened.map.colouring.codes == words["more"]).tolist() == [7]


def test_a_tag_is_taken_away_again(opened):
    assert not opened.action("untag").isEnabled()
    opened.selection.select([3, 4])
    give(opened, "odd")
    opened.selection.select([4])

    opened.press(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)

    opened.wait(lambda: opened.state.opened.facts.tags["odd"].sum() == 1)
    assert "Took “odd” from 1 photo" in opened.message


def test_of_several_tags_one_is_chosen_to_be_taken_away(opened):
    opened.selection.select([3])
    give(opened, "odd")
    give(opened, "best")

    opened.press(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    dialog = opened.tab.findChild(QInputDialog, "tag_dialog")
    box = dialog.findChild(QComboBox)
    assert [box.itemText(n) for n in range(box.count())] == ["best", "odd"]
    dialog.accept()

    opened.wait(lambda: set(opened.state.opened.facts.tags) == {"odd"})


def test_a_name_that_cannot_be_is_refused_in_words(opened):
    opened.selection.select([3])
    opened.press(Qt.Key.Key_T)
    dialog = opened.tab.findChild(QInputDialog, "tag_dialog")
    QTest.keyClick(dialog.findChild(QLineEdit), Qt.Key.Key_Return)

    opened.wait(lambda: bool(opened.failures))
    assert "A tag needs a name" in str(opened.failures[0])


def test_the_map_is_coloured_by_the_runs_clusters_once_they_are_found(opened):
    opened.part("map_colour", QComboBox).setCurrentText("cluster")

    opened.wait(lambda: opened.map.colouring.title == "cluster")
    first = opened.map.colouring
    assert any("mostly" in entry.text for entry in first.legend)
    # Photos of one item lie close together: few are torn apart.
    torn = sum(first.codes[2 * item] != first.codes[2 * item + 1] for item in range(24))
    assert torn <= 4
    QApplication.processEvents()


def test_photos_of_an_item_share_a_colour(opened):
    opened.part("map_colour", QComboBox).setCurrentText("item")

    codes = opened.map.colouring.codes
    assert (codes[0::2] == codes[1::2]).all()
    assert len(set(codes.tolist())) == 10


CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_tagging_is_undone_and_redone_by_the_usual_keys(opened):
    opened.selection.select([3, 4])
    give(opened, "odd")
    give(opened, "best")

    opened.press(Qt.Key.Key_Z, CTRL)
    opened.wait(lambda: set(opened.state.opened.facts.tags) == {"odd"})
    assert "Undid: Tagged 2 photos “best”" in opened.message
    opened.press(Qt.Key.Key_Z, CTRL)
    opened.wait(lambda: not opened.state.opened.facts.tags)
    opened.press(Qt.Key.Key_Z, CTRL)
    opened.wait(lambda: "nothing to undo" in opened.message)

    opened.press(Qt.Key.Key_Z, CTRL | SHIFT)
    opened.wait(lambda: set(opened.state.opened.facts.tags) == {"odd"})
    opened.press(Qt.Key.Key_Y, CTRL)
    opened.wait(lambda: set(opened.state.opened.facts.tags) == {"odd", "best"})


def test_a_decision_of_the_cleaner_is_not_undone_where_nobody_sees_it(opened):
    opened.selection.select([3])
    give(opened, "odd")
    opened.opened.decide(lambda catalogue: keep(catalogue, [1]))

    opened.press(Qt.Key.Key_Z, CTRL)

    opened.wait(lambda: "in the cleaner" in opened.message)
    assert "Kept 1 photo" in opened.message
    assert read_photos_by_id(opened.catalogue, [1])[1].verdict == "kept"


def test_tags_that_the_cleaner_took_back_are_gone_here_too(opened):
    opened.selection.select([3])
    give(opened, "odd")

    opened.opened.decide(undo)

    opened.wait(lambda: not opened.state.opened.facts.tags)


def test_a_photos_details_name_its_tags(opened):
    opened.selection.select([3])
    give(opened, "odd")
    give(opened, "best")

    opened.press(Qt.Key.Key_Q)
    opened.wait(lambda: opened.state.query is not None)

    assert opened.part("query_tags").text() == "tagged best, odd"
    assert opened.part("query_tags").isVisible()
