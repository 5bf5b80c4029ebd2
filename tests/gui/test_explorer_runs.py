"""Which run is explored, what there is without one, and another one beside it."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from core.embedding.index import read_index, write_index
from core.qt.tab_requests import TrainModel, UseRun
from core.qt.theme import colours
from explorer.gallery_panel import Source

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


def test_a_run_that_another_tab_names_is_used(exploring, qtbot):
    exploring.items()
    exploring.index("first")
    exploring.index("second", exploring.vectors(seed=5))
    exploring.open()

    exploring.whole_tab.show_request(UseRun("first"))

    qtbot.waitUntil(lambda: exploring.state.opened.run.name == "first")
    assert exploring.state.query is None


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
    exploring.open_indexed()
    before = exploring.state.opened
    index = before.index
    write_index(replace(index, vectors=exploring.vectors(seed=9)), before.run.index_file)

    exploring.tab._runs.look()

    qtbot.waitUntil(lambda: exploring.state.opened is not before)
    assert not np.array_equal(exploring.state.opened.index.vectors, index.vectors)


@pytest.mark.parametrize("is_its_own", [True, False])
def test_an_index_of_another_model_is_named_when_it_is_opened(exploring, is_its_own):
    exploring.items()
    network = b"weights as they are now"
    made_with = hashlib.sha256(network).hexdigest() if is_its_own else "other weights"
    exploring.index(model_hash=made_with).model_file.write_bytes(network)
    exploring.open()

    assert ("made with another model" in exploring.message) is not is_its_own
    facts = exploring.part("run_facts").text()
    assert ("by another model than the run has now" in facts) is not is_its_own


def test_words_are_looked_for_in_another_run_too(exploring, qtbot):
    exploring.items()
    exploring.index()
    exploring.open()
    QTest.keyClicks(exploring.part("explorer_search"), "dress")
    QTest.keyClick(exploring.part("explorer_search"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(exploring.listed()) == 12)

    exploring.index("second", exploring.vectors(seed=3))
    exploring.tab._runs.choose("second")

    qtbot.waitUntil(lambda: exploring.state.opened.run.name == "second")
    qtbot.waitUntil(lambda: exploring.tab._listing.count(Source.FOUND) == 12)
