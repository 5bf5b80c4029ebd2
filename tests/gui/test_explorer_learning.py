"""Teaching the explorer directions, and taking them away."""

from made_directions import opened, slider
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit, QListWidget

from core.embedding.directions.examples import examples_by_words
from core.embedding.directions.store import load_directions


def test_what_is_to_be_typed_or_ticked_first_has_the_keyboard(exploring):
    opened(exploring)
    exploring.press(Qt.Key.Key_L)
    dialog = QApplication.activeModalWidget()
    assert dialog.focusWidget() is dialog.findChild(QListWidget, "learn_patterns")
    dialog.close()

    exploring.tab._asking.ask_rows([0])
    exploring.click(exploring.listed()[0])
    exploring.press(Qt.Key.Key_L)
    dialog = QApplication.activeModalWidget()
    assert dialog.focusWidget() is dialog.findChild(QLineEdit, "learn_name")
    dialog.close()


def test_a_direction_is_learned_from_what_was_drawn_around_on_the_map(exploring, qtbot):
    opened(exploring)
    exploring.tab._asking.ask_rows([0])
    exploring.press(Qt.Key.Key_2)
    coats = [row for row in range(48) if row // 2 % 4 == 3]
    one, other = exploring.box_around(coats)
    exploring.drag(one, QPoint(other.x(), one.y()), other, QPoint(one.x(), other.y()))
    drawn = exploring.selection.selected_rows()
    assert set(coats) <= set(drawn.tolist())

    exploring.press(Qt.Key.Key_H)
    assert exploring.says(f"Marked: {len(drawn)} that have it")
    exploring.press(Qt.Key.Key_L)
    dialog = QApplication.activeModalWidget()
    QTest.keyClicks(dialog.findChild(QLineEdit, "learn_name"), "coats")
    QTest.mouseClick(dialog.findChild(object, "learn_go"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: exploring.tab._shelf.find("coats") is not None, timeout=30_000)
    (stored,) = load_directions(exploring.project, "weights")
    assert stored.name == "coats"
    ids = exploring.state.opened.index.photo_ids
    assert set(stored.positive_ids) == set(ids[drawn].tolist())
    assert stored.report.positive == len(drawn)


def test_a_direction_is_learned_from_words_of_the_titles(exploring, qtbot):
    exploring.items()
    with exploring.catalogue.transaction() as connection:
        connection.execute("UPDATE item SET title = 'gestreifte Bluse' WHERE category = 'top'")
        connection.execute("UPDATE item SET title = 'floral dress' WHERE category = 'dress'")
        connection.execute("UPDATE item SET title = 'karierter Rock' WHERE category = 'skirt'")
    exploring.index()
    exploring.open()

    exploring.press(Qt.Key.Key_L)
    dialog = QApplication.activeModalWidget()
    patterns = dialog.findChild(QListWidget, "learn_patterns")
    lines = {patterns.item(n).text(): patterns.item(n) for n in range(patterns.count())}
    assert "stripes  12 photos, few" in lines
    assert "dots  no photos" in lines
    lines["stripes  12 photos, few"].setCheckState(Qt.CheckState.Checked)
    QTest.mouseClick(dialog.findChild(object, "learn_go"), Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: exploring.tab._shelf.find("stripes") is not None, timeout=30_000)
    shelved = exploring.tab._shelf.find("stripes")
    facts = exploring.state.opened.facts
    expected = examples_by_words(facts)["stripes"]
    ids = exploring.state.opened.index.photo_ids
    assert set(shelved.direction.positive_ids) == set(ids[expected.positive].tolist())


def test_words_that_no_title_has_are_refused_with_a_remedy(exploring):
    opened(exploring)
    exploring.press(Qt.Key.Key_L)
    dialog = QApplication.activeModalWidget()
    QTest.keyClicks(dialog.findChild(QLineEdit, "learn_words"), "velvet")
    QTest.mouseClick(dialog.findChild(object, "learn_go"), Qt.MouseButton.LeftButton)

    assert "velvet" in dialog.findChild(object, "learn_problem").text()
    assert dialog.isVisible()
    dialog.close()


def test_principal_axes_are_sliders_of_which_nothing_is_claimed(exploring):
    opened(exploring)
    exploring.tab._asking.ask_rows([0])

    exploring.press(Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    slider(exploring, "axis 1").setValue(50)

    assert exploring.part("share_axis 1").text() == "+30°"
    exploring.press(Qt.Key.Key_R)
    assert "Nothing was measured" in exploring.message


def test_a_forgotten_direction_is_gone_from_disk(exploring):
    opened(exploring, ("coats", 6, None))
    exploring.tab._shelf.delete("coats")

    assert load_directions(exploring.project, "weights") == ()
    assert exploring.state.sliders == ()
