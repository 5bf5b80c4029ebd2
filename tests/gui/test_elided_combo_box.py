from core.qt.elided_combo_box import ElidedComboBox

NAME = "a run with a name that is far too long for a narrow box"


def test_a_name_too_long_for_the_box_ends_in_an_ellipsis_and_not_in_the_midst_of_a_letter(qtbot):
    box = ElidedComboBox()
    qtbot.addWidget(box)
    box.addItems([NAME, "demo"])
    box.resize(150, 30)

    assert box.shown_text().endswith("…")
    assert NAME.startswith(box.shown_text()[:-1])
    assert box.currentText() == NAME
    box.resize(900, 30)
    assert box.shown_text() == NAME


def test_the_open_list_has_room_for_the_longest_name(qtbot):
    box = ElidedComboBox()
    qtbot.addWidget(box)
    box.addItems([NAME, "demo"])
    box.resize(150, 30)
    box.show()

    box.showPopup()

    assert box.view().width() > box.fontMetrics().horizontalAdvance(NAME)
    box.hidePopup()
