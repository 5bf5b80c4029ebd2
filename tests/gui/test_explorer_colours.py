"""The explorer's map in the tab: how it is coloured, and made."""

import multiprocessing

import numpy as np
import pytest

from explorer.colourings import COLUMNS, colouring_by


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
