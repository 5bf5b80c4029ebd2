"""Keys that are held down, reported as releases and presses by turns as X11 does."""

import pytest
from held_keys import repeat_key, strike_key
from PyQt5 import sip
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QLineEdit, QWidget

from core.qt.key_repeat import KeyRepeat

U = Qt.Key.Key_U


@pytest.fixture
def window(qtbot, qapp):
    repeat = KeyRepeat(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    yield window
    sip.delete(repeat)


def action_of(window, *, repeats):
    done = []
    action = QAction(window)
    action.setShortcut(QKeySequence("U"))
    action.setAutoRepeat(repeats)
    action.triggered.connect(lambda: done.append(None))
    window.addAction(action)
    return done


@pytest.mark.parametrize(("repeats", "times"), [(False, 1), (True, 4)])
def test_a_held_key_does_again_only_what_may_be_repeated(window, repeats, times):
    done = action_of(window, repeats=repeats)
    for pressed, released in ((1000, 1660), (1660, 1700), (1701, 1740), (1740, 1800)):
        strike_key(window, U, "u", pressed, released)
    assert len(done) == times


def test_a_key_that_is_struck_again_does_it_again(window):
    done = action_of(window, repeats=False)
    for pressed, released in ((1000, 1060), (1090, 1120), (1126, 1150)):
        strike_key(window, U, "u", pressed, released)
    assert len(done) == 3


def test_another_key_at_the_same_moment_is_no_repetition(window):
    done = action_of(window, repeats=False)
    strike_key(window, Qt.Key.Key_X, "x", 900, 1000)
    strike_key(window, U, "u", 1000, 1060)
    assert len(done) == 1


def test_a_repetition_that_qt_knows_is_none_of_a_stroke_after_it(window):
    done = action_of(window, repeats=False)
    repeat_key(window, U, "u")
    strike_key(window, U, "u", 1000, 1060)
    assert len(done) == 1


def test_widgets_are_told_of_a_repetition_and_may_take_it(window, qtbot):
    told = []

    class Field(QLineEdit):
        def keyPressEvent(self, event):
            told.append(event.isAutoRepeat())
            super().keyPressEvent(event)

    field = Field(window)
    field.show()
    field.setFocus()
    for pressed, released in ((1000, 1660), (1660, 1700), (1800, 1850)):
        strike_key(field, U, "u", pressed, released)
    assert told == [False, True, False]
    assert field.text() == "uuu"
