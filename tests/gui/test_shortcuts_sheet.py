"""The sheet of keys: all of them, and nothing that is not so."""

import pytest
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QDialog, QLabel

from cleaner.actions import Do
from core.qt.shortcuts_sheet import other_menus
from core.qt.tab_requests import ShowInExplorer


@pytest.fixture
def opened(cleaning):
    cleaning.item("dress", photos=4)
    return cleaning.open()


def rows_of(cleaning):
    return [row for group in cleaning.tab._sheet() for row in group.rows]


@pytest.mark.parametrize("key", ["f1", "?"])
def test_a_key_opens_it_and_closes_it(opened, key):
    opened.press(key)
    sheet = opened.part("shortcuts_sheet", QDialog)
    assert sheet.isVisible()
    opened.press(key)
    assert not sheet.isVisible()


def test_every_action_with_a_key_is_on_it_once(opened):
    offered = {
        action
        for action in opened.tab.window().findChildren(QAction)
        if action.shortcuts() and action.isVisible()
    }
    listed = [action for row in rows_of(opened) for action in row.actions]

    assert set(listed) == offered
    assert len(listed) == len(offered)


def test_each_line_shows_the_keys_that_its_actions_have_now(opened):
    native = QKeySequence.SequenceFormat.NativeText
    opened.part("action_skip", QAction).setShortcuts([QKeySequence("Ctrl+Alt+S")])

    for row in rows_of(opened):
        keys = [key.toString(native) for action in row.actions for key in action.shortcuts()]
        assert list(row.keys) == keys
    assert ("Ctrl+Alt+S",) in [row.keys for row in rows_of(opened)]


def test_no_key_means_two_things_at_once(opened):
    shared = set()
    used = {}
    for do, action in opened.tab._actions.items():
        for key in action.shortcuts():
            if key.toString() in used:
                shared.add(key.toString())
            used[key.toString()] = do
    for menu in other_menus(opened.tab.window(), opened.tab.menus()[:-1]):
        for action in menu.actions():
            shared |= {key.toString() for key in action.shortcuts()} & used.keys()

    assert shared == set()


def test_while_comparing_a_key_means_one_thing(opened, qtbot):
    opened.press("1", "2", "c")
    comparing = {
        key.toString()
        for action in opened.tab._compare.actions()
        if action.isEnabled()
        for key in action.shortcuts()
    }
    cleaning = {
        key.toString()
        for action in opened.tab._actions.values()
        if action.isEnabled()
        for key in action.shortcuts()
    }

    assert comparing & cleaning == set()
    opened.press("esc", "z")
    assert opened.part("compare_natural", QAction).isEnabled()
    assert not opened.tab._actions[Do.PHOTO_10].isEnabled()


def test_what_is_not_offered_is_not_on_it(cleaning):
    cleaning.item("dress")
    cleaning.open()
    assert "Show in the explorer" not in [row.text for row in rows_of(cleaning)]
    cleaning.close()
    cleaning.open(answers=[ShowInExplorer])
    assert "Show in the explorer" in [row.text for row in rows_of(cleaning)]


def test_it_says_the_keys_in_words(opened):
    opened.press("f1")
    sheet = opened.part("shortcuts_sheet", QDialog)
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert texts >= {"1 … 0", "N   Right   Down", "Compare and zoom", "1 … 4"}
