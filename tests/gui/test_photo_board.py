"""The board: every photo under its own name, painted when, and what it fetches."""

import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from boards import show_photos
from made_photos import GLIMPSE_COLOUR, colour_of, damaged, photo, photo_on_disk, tiles_of
from PyQt5.QtCore import QPoint
from PyQt5.QtGui import QColor, QFont, QFontMetricsF

from core.catalogue.records import PhotoStatus, RejectReason, Verdict
from core.images import Unreadable, UnreadableImage
from core.qt.photo_board import PhotoBoard
from core.qt.photo_loader import PhotoLoader
from core.qt.photo_marks import fitting
from core.qt.photo_source import PhotoSource
from core.qt.theme import colours


def painted_colour(board, photo_id, at=(0.5, 0.5)):
    rect = board.tile_rect(photo_id)
    point = rect.topLeft() + QPoint(int(rect.width() * at[0]), int(rect.height() * at[1]))
    colour = QColor(board.grab().toImage().pixel(point))
    return (colour.red(), colour.green(), colour.blue())


def plate_colour(board):
    colour = QColor(colours(board).plate)
    return (colour.red(), colour.green(), colour.blue())


def test_every_tile_shows_its_own_photo(board, qtbot):
    show_photos(board, qtbot, 1, *map(photo, range(1, 13)))
    for id_ in range(1, 13):
        assert painted_colour(board, id_) == colour_of(id_)
    assert board.painted_ids() == frozenset(range(1, 13))


def test_photos_are_shown_from_real_files(qtbot, tmp_path):
    loader = PhotoLoader(partial(PhotoSource, None))
    board = PhotoBoard(loader)
    qtbot.addWidget(board)
    board.resize(800, 600)
    board.show()
    show_photos(board, qtbot, 1, photo_on_disk(tmp_path, 1), photo_on_disk(tmp_path, 2, 400, 300))
    assert painted_colour(board, 1) == colour_of(1)
    assert painted_colour(board, 2) == colour_of(2)
    loader.close()


def test_a_photo_that_is_not_decoded_yet_is_a_plate_and_counts_as_unpainted(board, source, qtbot):
    source.hold()
    board.show_item(1, tiles_of(photo(1), photo(2)))
    source.release(2)
    qtbot.waitUntil(lambda: board.painted_ids() == {2})
    assert painted_colour(board, 1, at=(0.5, 0.3)) == plate_colour(board)
    assert painted_colour(board, 2) == colour_of(2)
    assert board.painted_ids() == {2}


def test_showing_another_item_never_leaves_the_photos_of_the_one_before(board, source, qtbot):
    show_photos(board, qtbot, 1, photo(1), photo(2))
    source.hold()
    board.show_item(2, tiles_of(photo(3), photo(4)))
    assert board.painted_ids() == frozenset()
    for id_ in (3, 4):
        assert painted_colour(board, id_, at=(0.5, 0.3)) == plate_colour(board)


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_answers_paints_a_photo_under_the_name_of_another(board, source, qtbot, seed):
    """Flips, resizes and redecides at random while answers come late and in any order."""
    chance = random.Random(seed)
    items = {item_id: [item_id * 10 + n for n in range(1, 2 + item_id)] for item_id in range(1, 6)}
    everything = [id_ for ids in items.values() for id_ in ids]
    source.with_preview = set(chance.sample(everything, 8))
    source.failing = {id_: damaged() for id_ in chance.sample(everything, 3)}
    source.hold()
    own_seen = plates_seen = 0
    for _ in range(60):
        match chance.choice(["flip", "flip", "release", "release", "resize", "update", "hold"]):
            case "flip":
                item_id = chance.choice(list(items))
                board.show_item(item_id, tiles_of(*map(photo, items[item_id])))
                board.prefetch([[photo(id_) for id_ in items[chance.choice(list(items))]]])
            case "release":
                source.release(*chance.sample(everything, 5))
            case "resize":
                board.resize(chance.randrange(500, 900), chance.randrange(400, 700))
            case "update" if board.item_id is not None:
                tiles = tiles_of(*map(photo, items[board.item_id]))
                board.update_tiles([replace(tile, badge="copy of 1") for tile in tiles])
            case "hold":
                source.hold()
        qtbot.wait(chance.choice([0, 1, 5]))
        if board.item_id is None:
            continue
        grabbed = board.grab().toImage()
        painted = board.painted_ids()
        for id_ in items[board.item_id]:
            rect = board.tile_rect(id_)
            # Off the centre, where a plate has its name.
            colour = QColor(grabbed.pixel(rect.center() - QPoint(0, rect.height() // 4)))
            rgb = (colour.red(), colour.green(), colour.blue())
            if id_ in painted and id_ not in source.failing:
                assert rgb == colour_of(id_)
                own_seen += 1
            else:
                assert rgb == plate_colour(board)
                plates_seen += 1
    assert own_seen and plates_seen


def test_byte_copies_in_one_item_are_decoded_once_and_both_shown(board, source, qtbot):
    original = photo(1)
    copy = photo(2, content_hash=original.content_hash)
    show_photos(board, qtbot, 1, original, copy)
    assert painted_colour(board, 1) == painted_colour(board, 2)
    assert board.painted_ids() == {1, 2}


def test_a_damaged_photo_is_an_error_plate_and_the_others_are_shown(board, source, qtbot):
    source.failing = {2: damaged(), 3: UnreadableImage(Unreadable.MISSING)}
    show_photos(board, qtbot, 1, *map(photo, (1, 2, 3)))
    assert board.painted_ids() == {1, 2, 3}
    assert painted_colour(board, 1) == colour_of(1)
    assert painted_colour(board, 2, at=(0.5, 0.2)) == plate_colour(board)


@pytest.mark.parametrize(
    "status", [PhotoStatus.UNREADABLE, PhotoStatus.TO_DOWNLOAD, PhotoStatus.NOT_DOWNLOADED]
)
def test_what_the_catalogue_knows_to_be_unreadable_is_not_decoded(board, source, qtbot, status):
    show_photos(board, qtbot, 1, photo(1), photo(2, status=status, problem="web page"))
    assert board.painted_ids() == {1, 2}
    assert {id_ for id_, _ in source.begun} == {1}


def test_nothing_counts_as_painted_while_the_board_is_hidden(board, qtbot):
    show_photos(board, qtbot, 1, photo(1))
    board.hide()
    assert board.painted_ids() == frozenset()


def test_a_new_verdict_moves_no_tile_and_keeps_the_pixels(board, source, qtbot):
    photos = [photo(id_) for id_ in range(1, 8)]
    show_photos(board, qtbot, 1, *photos)
    places = [board.tile_rect(photo.id) for photo in photos]
    decoded = len(source.begun)
    photos[2] = replace(photos[2], verdict=Verdict.REJECTED, reason=RejectReason.DUPLICATE)
    board.update_tiles(tiles_of(*photos))
    assert [board.tile_rect(photo.id) for photo in photos] == places
    assert board.painted_ids() == set(range(1, 8))
    assert painted_colour(board, 3, at=(0.3, 0.3)) != colour_of(3), "a rejected photo is dimmed"
    assert painted_colour(board, 4) == colour_of(4)
    assert len(source.begun) == decoded


def test_sizes_that_become_known_while_an_item_is_shown_move_no_tile(board, qtbot):
    fresh = [photo(id_, 400, 300, content_hash=None, status=PhotoStatus.NEW) for id_ in (1, 2, 3)]
    unmeasured = [replace(each, width=None, height=None) for each in fresh]
    board.show_item(1, tiles_of(*unmeasured))
    places = [board.tile_rect(id_) for id_ in (1, 2, 3)]
    hashed = [replace(each, content_hash=b"%d" % each.id) for each in fresh]
    board.update_tiles(tiles_of(*hashed))
    assert [board.tile_rect(id_) for id_ in (1, 2, 3)] == places


def test_a_photo_whose_file_became_another_is_not_shown_as_it_was(board, source, qtbot):
    show_photos(board, qtbot, 1, photo(1), photo(2))
    source.hold()
    board.update_tiles(tiles_of(photo(1), photo(2, content_hash=b"another")))
    assert board.painted_ids() == {1} or board.painted_ids() == frozenset()
    board.grab()
    assert board.painted_ids() == {1}


def test_a_photo_that_is_hashed_while_it_is_decoded_is_shown_all_the_same(board, source, qtbot):
    fresh = [photo(id_, content_hash=None, status=PhotoStatus.NEW) for id_ in (1, 2, 3)]
    source.hold()
    board.show_item(1, tiles_of(*fresh))
    source.wait_until_begun(2)
    board.update_tiles(tiles_of(*map(photo, (1, 2, 3))))
    with qtbot.waitSignal(board.item_sharpened):
        source.release()
    assert [painted_colour(board, id_) for id_ in (1, 2, 3)] == [*map(colour_of, (1, 2, 3))]


def test_a_photo_that_was_downloaded_meanwhile_is_shown(board, qtbot):
    to_come = photo(2, content_hash=None, status=PhotoStatus.TO_DOWNLOAD)
    show_photos(board, qtbot, 1, photo(1), to_come)
    board.update_tiles(tiles_of(photo(1), replace(to_come, status=PhotoStatus.NEW)))
    qtbot.waitUntil(lambda: painted_colour(board, 2) == colour_of(2))


def test_a_file_that_is_back_in_another_place_is_read_again(board, source, qtbot):
    source.failing = {1: UnreadableImage(Unreadable.MISSING)}
    show_photos(board, qtbot, 1, photo(1), photo(2))
    assert painted_colour(board, 1, at=(0.5, 0.2)) == plate_colour(board)
    source.failing = {}
    board.update_tiles(tiles_of(photo(1, file=Path("/quarantine/1.jpg")), photo(2)))
    qtbot.waitUntil(lambda: painted_colour(board, 1) == colour_of(1))


def test_sharp_pixels_follow_the_preview_and_are_told(board, source, qtbot):
    large = [photo(id_, 3000, 4000) for id_ in (1, 2)]
    source.with_preview = {1, 2}
    with qtbot.waitSignals([board.item_painted, board.item_sharpened], order="strict"):
        board.show_item(7, tiles_of(*large))
    assert source.begun.index((1, "preview")) < source.begun.index((1, "picture"))
    assert source.begun.index((2, "preview")) < source.begun.index((1, "picture"))


def test_a_glimpse_is_shown_until_the_photo_comes_and_counts_as_not_painted(board, source, qtbot):
    large = [photo(id_, 3000, 4000) for id_ in (1, 2)]
    source.with_glimpse = {1, 2}
    source.hold()
    with qtbot.waitSignal(board.item_glimpsed):
        board.show_item(7, tiles_of(*large))
    assert painted_colour(board, 1) == painted_colour(board, 2) == GLIMPSE_COLOUR
    assert board.painted_ids() == frozenset()
    source.release(1)
    qtbot.waitUntil(lambda: board.painted_ids() == {1})
    assert painted_colour(board, 1) == colour_of(1)
    assert painted_colour(board, 2) == GLIMPSE_COLOUR
    with qtbot.waitSignals([board.item_painted, board.item_sharpened]):
        source.release()
    assert painted_colour(board, 2) == colour_of(2)
    assert board.painted_ids() == {1, 2}


def test_a_glimpse_of_a_photo_that_breaks_off_counts_once_that_is_told(board, source, qtbot):
    source.with_glimpse = {1}
    source.failing = {1: damaged()}
    source.hold()
    with qtbot.waitSignal(board.item_glimpsed):
        board.show_item(7, tiles_of(photo(1, 3000, 4000)))
    assert board.painted_ids() == frozenset()
    with qtbot.waitSignal(board.item_painted):
        source.release()
    assert board.painted_ids() == {1}


def test_an_item_fetched_before_is_painted_at_the_first_stroke(board, source, loader, qtbot):
    show_photos(board, qtbot, 1, photo(1))
    board.prefetch([[photo(2), photo(3)]])
    qtbot.waitUntil(lambda: loader.waiting_count == 0 and len(source.begun) == 3)
    qtbot.waitUntil(lambda: loader.cached_bytes > 3 * 4 * 200 * 200)
    source.hold()
    board.show_item(2, tiles_of(photo(2), photo(3)))
    board.grab()
    assert board.painted_ids() == {2, 3}


def test_what_comes_next_is_asked_for_after_the_item_and_not_by_a_hidden_board(board, qtbot):
    wanted = []
    board.fetch_ahead_wanted.connect(lambda: wanted.append(board.item_id))
    board.show_item(1, tiles_of(photo(1)))
    assert wanted == []
    qtbot.waitUntil(lambda: wanted == [1])
    board.show_item(2, tiles_of(photo(2)))
    with qtbot.assertNotEmitted(board.fetch_ahead_wanted, wait=60):
        board.hide()
        board.show_item(3, tiles_of(photo(3)))
    with qtbot.waitSignal(board.fetch_ahead_wanted):
        board.show()


def test_two_hundred_photos_scroll_and_only_those_in_view_count(board, source, qtbot):
    show_photos(board, qtbot, 1, *map(photo, range(1, 201)))
    seen = board.painted_ids()
    assert 1 in seen and 200 not in seen and len(seen) < 60
    board.verticalScrollBar().setValue(board.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: 200 in board.painted_ids())
    assert 1 not in board.painted_ids()


def test_a_board_shown_nothing_wants_nothing(board, source, loader, qtbot):
    source.hold()
    board.show_item(1, tiles_of(*map(photo, range(1, 30))))
    source.wait_until_begun(2)
    board.clear()
    assert loader.waiting_count == 0
    assert board.selected_ids() == []
    board.grab()
    assert board.painted_ids() == frozenset()


def test_a_chip_too_narrow_for_its_words_names_the_photo(qtbot):
    metrics = QFontMetricsF(QFont())
    words = ("better than 18", "18")
    assert fitting(words, metrics, metrics.horizontalAdvance(words[0])) == "better than 18"
    assert fitting(words, metrics, metrics.horizontalAdvance(words[0]) - 1) == "18"
    assert fitting(words[:1], metrics, metrics.horizontalAdvance("better…")).startswith("bet")


def test_a_small_tile_says_of_which_photo_it_is_a_copy(board, qtbot):
    badged = [
        replace(tile, badge="a long word about a copy of 3", badge_brief=brief)
        for tile, brief in zip(tiles_of(*map(photo, range(1, 31))), ["3", ""] * 15, strict=True)
    ]
    with qtbot.waitSignal(board.item_painted):
        board.show_item(1, badged)
    widths = [chip_width(board, id_) for id_ in (1, 2)]
    assert 0 < widths[0] < widths[1]


def chip_width(board, photo_id):
    """How many pixels wide the chip at a photo's foot is."""
    rect = board.tile_rect(photo_id)
    image = board.grab().toImage()
    warning = QColor(colours(board).warning)
    line = [image.pixelColor(x, rect.bottom() - 8) for x in range(rect.left(), rect.right())]
    return sum(colour == warning for colour in line)
