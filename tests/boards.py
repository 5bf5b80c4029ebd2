"""Photos put on a board, and waited for."""

from made_photos import tiles_of


def show_photos(board, qtbot, item_id, *photos):
    with qtbot.waitSignal(board.item_painted, check_params_cb=lambda id_: id_ == item_id):
        board.show_item(item_id, tiles_of(*photos))
