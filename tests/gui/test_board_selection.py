"""Which photos of the board are selected, by clicks, keys and calls."""

from boards import show_photos
from made_photos import photo, tiles_of
from PyQt5.QtCore import QPoint, Qt


def test_photos_that_stay_when_others_leave_keep_their_selection(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, (1, 2, 3)))
    board.select([1, 3])
    board.update_tiles(tiles_of(photo(3), photo(2)))
    assert board.selected_ids() == [3]


def test_a_click_selects_one_and_control_click_one_more_or_less(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, (1, 2, 3, 4)))
    click(board, qtbot, 2)
    assert board.selected_ids() == [2]
    click(board, qtbot, 4, Qt.KeyboardModifier.ControlModifier)
    assert board.selected_ids() == [2, 4]
    click(board, qtbot, 2, Qt.KeyboardModifier.ControlModifier)
    assert board.selected_ids() == [4]
    click(board, qtbot, 1)
    assert board.selected_ids() == [1]


def test_shift_click_selects_all_from_the_one_clicked_before(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, range(1, 8)))
    click(board, qtbot, 5)
    click(board, qtbot, 3, Qt.KeyboardModifier.ShiftModifier)
    assert board.selected_ids() == [3, 4, 5]
    click(board, qtbot, 7, Qt.KeyboardModifier.ShiftModifier)
    assert board.selected_ids() == [5, 6, 7]


def test_a_click_beside_the_photos_selects_none(board, qtbot):
    show_photos(board, qtbot, 1, photo(1))
    board.select([1])
    qtbot.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert board.selected_ids() == []


def test_the_selection_is_told_once_for_each_change(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, (1, 2, 3)))
    told = []
    board.selection_changed.connect(lambda: told.append(board.selected_ids()))
    board.select([1, 2, 99])
    board.select([2, 1])
    board.toggle(3)
    board.toggle(99)
    assert told == [[1, 2], [1, 2, 3]]


def test_another_item_begins_with_nothing_selected(board, qtbot):
    show_photos(board, qtbot, 1, photo(1))
    board.select([1])
    board.show_item(2, tiles_of(photo(1), photo(2)))
    assert board.selected_ids() == []
    assert board.current_id is None


def test_shift_and_arrows_walk_over_the_tiles(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, range(1, 9)))
    upper = board.tile_rect(2)
    shift = Qt.KeyboardModifier.ShiftModifier
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(board, key, shift)
    below = board.tile_rect(board.current_id)
    assert below.top() > upper.bottom()
    assert abs(below.center().x() - upper.center().x()) < upper.width()
    assert board.selected_ids() == [board.current_id]
    qtbot.keyClick(board, Qt.Key.Key_Up, shift)
    assert board.current_id == 2


def test_a_double_click_activates_the_photo_under_it(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, (1, 2, 3)))
    with qtbot.waitSignal(board.photo_activated) as activated:
        qtbot.mouseDClick(
            board.viewport(), Qt.MouseButton.LeftButton, pos=board.tile_rect(3).center()
        )
    assert activated.args == [3]


def click(board, qtbot, photo_id, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mouseClick(
        board.viewport(), Qt.MouseButton.LeftButton, modifier, board.tile_rect(photo_id).center()
    )
