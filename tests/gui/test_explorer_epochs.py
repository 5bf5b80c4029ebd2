"""The epochs of a run on the map: played, chosen, and two side by side."""

import numpy as np
import pytest
from mouse import drag
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QComboBox, QLabel, QSlider, QToolButton

from core.embedding.index import read_index
from core.training.epoch_sample import Sample, write_epoch

SAMPLED = 40


@pytest.fixture
def filmed(exploring):
    """A run of three epochs: from chance to what the index holds."""
    exploring.items()
    run = exploring.index()
    index = read_index(run.index_file)
    sample = Sample(np.arange(SAMPLED), index.content_hashes[:SAMPLED])
    assert len(set(sample.content_hashes)) == SAMPLED
    rng = np.random.default_rng(3)
    last = index.vectors[:SAMPLED]
    for epoch, share in ((1, 0.0), (5, 0.5), (10, 1.0)):
        chance = rng.normal(size=last.shape)
        write_epoch(run.folder, epoch, sample, share * last + (1 - share) * chance)
    return exploring.open()


def film(exploring):
    """Opens the epochs by their key."""
    exploring.press(Qt.Key.Key_Y)
    exploring.wait(lambda: exploring.tab._filming.film is not None)


def words(exploring):
    return exploring.part("epoch_words", QLabel).text()


def click(exploring, name):
    QTest.mouseClick(exploring.part(name, QToolButton), Qt.MouseButton.LeftButton)


def choose_beside(exploring, text):
    box = exploring.part("epoch_beside", QComboBox)
    box.setCurrentText(text)
    box.activated.emit(box.currentIndex())


def test_a_run_that_kept_no_epochs_offers_none(exploring):
    exploring.items()
    exploring.index()
    exploring.open()

    assert not exploring.action("epochs").isEnabled()
    assert not exploring.part("epoch_bar").isVisible()


def test_the_last_epoch_is_shown_first_with_the_photos_that_were_kept(filmed):
    before = filmed.map.position_of(SAMPLED)
    film(filmed)

    assert words(filmed) == "Epoch 10"
    assert filmed.map.position_of(0) is not None
    assert before is not None and filmed.map.position_of(SAMPLED) is None
    assert f"{SAMPLED} photos" in filmed.part("map_kept").text()


def test_another_epoch_is_chosen_with_the_slider_and_the_view_stays(filmed):
    film(filmed)
    camera = filmed.map.camera
    last = filmed.map.position_of(0)

    slider = filmed.part("epoch_slider", QSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)

    assert words(filmed) == "Epoch 1"
    assert filmed.map.position_of(0) != last
    assert filmed.map.camera == camera
    kept = filmed.part("map_kept").text()
    assert kept.startswith("Epoch 1:") and "as in epoch 10" in kept


def test_between_two_epochs_it_says_so(filmed):
    film(filmed)
    filmed.part("epoch_slider", QSlider).setValue(50)

    assert words(filmed) == "Epoch 1 to 5"


def test_played_it_goes_from_the_first_epoch_to_the_last_and_stops(filmed):
    film(filmed)
    seen = []
    filmed.map.camera_changed.connect(lambda: seen.append(words(filmed)))

    click(filmed, "epoch_play")
    assert filmed.tab._filming.is_playing
    assert filmed.part("epoch_play", QToolButton).text() == "Pause"
    filmed.wait(lambda: not filmed.tab._filming.is_playing)

    assert words(filmed) == "Epoch 10"
    assert {"Epoch 1", "Epoch 1 to 5", "Epoch 5 to 10", "Epoch 10"} <= set(seen) | {words(filmed)}
    assert filmed.part("epoch_play", QToolButton).text() == "Play"


def test_it_is_paused_and_played_on_from_there(filmed):
    film(filmed)
    click(filmed, "epoch_play")
    filmed.wait(lambda: filmed.part("epoch_slider", QSlider).value() > 30)
    click(filmed, "epoch_play")
    there = filmed.part("epoch_slider", QSlider).value()

    assert not filmed.tab._filming.is_playing
    click(filmed, "epoch_play")
    assert filmed.part("epoch_slider", QSlider).value() >= there


def test_two_epochs_side_by_side_share_the_selection_and_say_how_far_they_agree(filmed):
    film(filmed)
    filmed.tab._charting.colour_by("category")
    choose_beside(filmed, "epoch 1")

    second = filmed.part("second_map")
    assert second.isVisible()
    agreement = filmed.part("map_agreement").text()
    assert agreement.startswith("Epoch 1:") and "as in epoch 10" in agreement
    assert filmed.map.colouring.title == "neighbours kept"
    filmed.press(Qt.Key.Key_3)
    first = second.position_of(5).toPoint()
    drag(second, first - QPoint(9, 9), first, first + QPoint(9, 9))
    assert filmed.selection.selected[5]

    choose_beside(filmed, "compare with…")
    assert not second.isVisible()
    assert filmed.map.colouring.title == "category"


def test_the_query_is_drawn_where_it_lay(filmed):
    film(filmed)
    filmed.part("epoch_slider", QSlider).setValue(0)
    filmed.tab._asking.ask_rows([3])

    x, y = filmed.tab._filming.film.at(0)[3]
    assert filmed.map._overlay.query == (float(x), float(y))
    filmed.tab._asking.ask_rows([SAMPLED + 1])
    assert filmed.map._overlay.query is None


def test_closed_the_whole_map_is_there_again(filmed):
    film(filmed)
    choose_beside(filmed, "epoch 1")
    click(filmed, "epoch_play")

    click(filmed, "epoch_close")

    assert not filmed.part("epoch_bar").isVisible()
    assert not filmed.part("second_map").isVisible()
    assert not filmed.tab._filming.is_playing
    assert filmed.map.position_of(SAMPLED) is not None
    assert filmed.part("map_projection", QComboBox).isEnabled()
    film(filmed)
    filmed.press(Qt.Key.Key_Y)
    assert filmed.map.position_of(SAMPLED) is not None


def test_another_run_is_opened_without_the_epochs_of_the_one_before(filmed, qtbot):
    film(filmed)
    filmed.index("second", filmed.vectors(seed=5), model_hash="other")

    filmed.tab._runs.choose("second")

    qtbot.waitUntil(lambda: filmed.state.opened.run.name == "second")
    assert filmed.tab._filming.film is None
    assert not filmed.action("epochs").isEnabled()
    qtbot.waitUntil(lambda: filmed.map.position_of(SAMPLED) is not None)


def test_epochs_of_photos_that_are_not_in_the_index_are_refused_in_words(exploring):
    exploring.items()
    run = exploring.index()
    write_epoch(run.folder, 1, Sample(np.arange(2), (b"x", b"y")), np.ones((2, 3), np.float32))
    exploring.open()

    exploring.press(Qt.Key.Key_Y)

    exploring.wait(lambda: "not in its index" in exploring.message)
