import queue
import threading
from functools import partial

import numpy as np
import pytest
from exif_made import with_exif_thumbnail
from made_photos import colour_of, damaged, photo, photo_on_disk, plain_pixels
from PyQt5.QtCore import QObject
from PyQt5.QtGui import QColor

from core.catalogue.thumbnails import ThumbnailStore
from core.images import encode_jpeg
from core.project import create_project
from core.qt.decode_threads import DecodeThreads, Rank, Task
from core.qt.photo_loader import PhotoLoader, Wish
from core.qt.photo_source import PhotoSource
from core.qt.pixel_cache import PixelCache, Rendition
from core.qt.qt_pixels import to_image


@pytest.fixture
def viewer(qapp):
    return QObject()


def wishes(*ids, side=100, **fields):
    return [Wish(photo(id_, **fields), side, side) for id_ in ids]


def idle(loader, source, count):
    return lambda: loader.waiting_count == 0 and len(source.begun) >= count


def test_what_is_visible_is_decoded_before_what_may_come(loader, source, viewer, qtbot):
    source.hold()
    loader.wish(viewer, wishes(1, 2))
    source.wait_until_begun(2)  # both threads are busy now
    loader.wish(viewer, wishes(3, 4), soon=wishes(5, 6))
    source.release()
    qtbot.waitUntil(idle(loader, source, 6))
    assert {id_ for id_, _ in source.begun[2:4]} == {3, 4}
    assert {id_ for id_, _ in source.begun[4:]} == {5, 6}


def test_requests_for_items_left_behind_are_dropped(loader, source, viewer, qtbot):
    source.hold()
    loader.wish(viewer, wishes(*range(1, 40)))
    source.wait_until_begun(2)
    assert loader.waiting_count == 37
    loader.wish(viewer, wishes(50))
    source.release()
    with qtbot.waitSignal(loader.answered, check_params_cb=lambda a: a.photo.id == 50):
        pass
    assert {id_ for id_, _ in source.begun} == {1, 2, 50}


def test_a_photo_that_is_being_decoded_is_not_begun_again(loader, source, viewer, qtbot):
    source.hold()
    loader.wish(viewer, wishes(1, 2))
    source.wait_until_begun(2)
    for _ in range(5):
        loader.wish(viewer, wishes(1, 2))
    source.release()
    with qtbot.waitSignals([loader.answered] * 2):
        pass
    loader.wish(viewer, wishes(1, 2))
    assert loader.waiting_count == 0
    assert len(source.begun) == 2


def test_the_wishes_of_one_view_leave_those_of_another_alone(loader, source, viewer, qtbot):
    other_viewer = QObject()
    source.hold()
    loader.wish(viewer, wishes(1, 2, 3))
    loader.wish(other_viewer, wishes(4))
    loader.wish(viewer, [])
    source.release()
    with qtbot.waitSignal(loader.answered, check_params_cb=lambda a: a.photo.id == 4):
        pass


def test_an_answer_names_its_photo_and_bears_its_pixels(loader, viewer, qtbot):
    answers = []
    loader.answered.connect(answers.append)
    loader.wish(viewer, wishes(*range(1, 9)))
    qtbot.waitUntil(lambda: len(answers) == 8)
    for answer in answers:
        colour = QColor(answer.rendition.image.pixel(5, 5))
        assert (colour.red(), colour.green(), colour.blue()) == colour_of(answer.photo.id)


def test_the_cache_stays_within_its_limit_and_keeps_what_is_shown(qapp, source, viewer, qtbot):
    of_one_photo = 4 * 75 * 100
    loader = PhotoLoader(source.open, limit_bytes=10 * of_one_photo, thread_count=2)
    for start in range(1, 100, 4):
        shown = wishes(*range(start, start + 4))
        loader.wish(viewer, shown, soon=wishes(*range(start + 4, start + 30)))
        qtbot.waitUntil(lambda: loader.waiting_count == 0)
        qtbot.waitUntil(lambda shown=shown: all(loader.look_up(wish) for wish in shown))
        assert loader.cached_bytes <= loader.limit_bytes
    assert loader.look_up(wishes(1)[0]) is None
    loader.close()


def test_fetching_ahead_stops_before_it_pushes_out_what_is_shown(qapp, source, viewer, qtbot):
    of_one_photo = 4 * 75 * 100
    loader = PhotoLoader(source.open, limit_bytes=8 * of_one_photo, thread_count=1)
    loader.wish(viewer, wishes(1, 2), soon=wishes(*range(3, 50)))
    qtbot.waitUntil(idle(loader, source, 6))
    loader.close()
    assert len(source.begun) == 6, "2 shown and 4 more are three quarters of 8"


def test_a_preview_that_is_large_enough_saves_the_decoding(source, viewer, qtbot):
    # One thread: a second one would begin the picture where the first is slow with the preview.
    loader = PhotoLoader(source.open, thread_count=1)
    source.with_preview = {1, 2}
    large = {"width": 3000, "height": 4000}
    with qtbot.waitSignals([loader.answered] * 3):
        loader.wish(viewer, wishes(1, side=24, **large) + wishes(2, side=300, **large))
    qtbot.waitUntil(lambda: loader.is_idle)
    assert source.begun == [(1, "preview"), (2, "preview"), (2, "picture")]
    loader.close()


def test_a_small_photo_is_not_looked_for_in_the_thumbnail_store(loader, source, viewer, qtbot):
    source.with_preview = {1}
    loader.wish(viewer, wishes(1, width=300, height=400))
    with qtbot.waitSignal(loader.answered):
        pass
    assert source.begun == [(1, "picture")]


def test_a_failure_is_told_in_words_and_tried_again_when_it_comes_back(
    loader, source, viewer, qtbot
):
    source.failing = {1: damaged()}
    with qtbot.waitSignal(loader.answered) as answered:
        loader.wish(viewer, wishes(1))
    assert answered.args[0].rendition is None
    assert answered.args[0].failure == "The photo is damaged or breaks off"
    assert loader.look_up(wishes(1)[0]).failure
    loader.wish(viewer, wishes(1))
    assert loader.waiting_count == 0, "it is not tried over and over while it is shown"
    source.failing = {}
    loader.wish(viewer, [])
    with qtbot.waitSignal(loader.answered) as answered:
        loader.wish(viewer, wishes(1))
    assert answered.args[0].failure == ""


def test_what_is_wished_for_again_the_moment_it_failed_is_tried_again(source):
    source.failing = {1: damaged()}
    results, wished_again = queue.SimpleQueue(), threading.Event()

    def deliver(result):
        results.put(result)
        wished_again.wait(0.2)  # as a thread does that is put to sleep just here

    threads = DecodeThreads(source.open, 1, deliver)
    for _ in range(2):
        threads.replace([Task(Rank.VISIBLE_SHARP, 0, "key", photo(1), 100, 100, False)])
        assert results.get(timeout=5).failure
    wished_again.set()
    threads.close()


def test_a_bug_is_raised_on_the_gui_thread_and_ends_no_thread(loader, source, viewer, qtbot):
    source.failing = {1: ZeroDivisionError("bug")}
    with qtbot.captureExceptions() as raised:
        loader.wish(viewer, wishes(1))
        qtbot.waitUntil(lambda: len(raised) == 1)
    assert raised[0][0] is ZeroDivisionError
    with qtbot.waitSignal(loader.answered):
        loader.wish(viewer, wishes(2))


def test_closing_ends_the_threads_and_closes_their_sources(qapp, source, viewer, qtbot):
    loader = PhotoLoader(source.open, thread_count=3)
    told = []
    loader.answered.connect(told.append)
    source.hold()
    loader.wish(viewer, wishes(*range(1, 30)))
    source.wait_until_begun(3)
    threading.Timer(0.05, source.release).start()
    loader.close()
    qtbot.wait(10)
    assert source.open_count == 0
    assert len(source.begun) == 3
    assert told == []


def test_a_view_that_is_gone_wants_nothing_any_more(loader, source, viewer):
    source.hold()
    passing = QObject()
    loader.wish(passing, wishes(1, 2, 3, 4, 5))
    source.wait_until_begun(2)
    del passing
    loader.wish(viewer, [])
    assert loader.waiting_count == 0


def test_every_photo_is_glimpsed_before_any_is_decoded(loader, source, viewer, qtbot):
    source.with_glimpse = {1, 2, 3, 4}
    source.hold()
    glimpsed = []
    loader.answered.connect(lambda answer: glimpsed.append(answer.photo.id))
    loader.wish(viewer, wishes(1, 2, 3, 4, width=3000, height=4000))
    qtbot.waitUntil(lambda: sorted(glimpsed) == [1, 2, 3, 4])


def test_a_photo_takes_the_place_of_its_glimpse_and_a_late_glimpse_takes_no_photos(qapp):
    def of(colour, side, **fields):
        return Rendition(to_image(plain_pixels(colour, side, side)), 900, 900, **fields)

    cache = PixelCache(10_000_000)
    glimpse, sharp = of(1, 300, is_glimpse=True), of(2, 200)
    cache.put("a", glimpse)
    assert cache.best("a", 300, 300) is glimpse
    assert not glimpse.serves(300, 300)
    cache.put("a", sharp)
    assert cache.best("a", 300, 300) is sharp
    cache.put("a", glimpse)
    assert cache.best("a", 300, 300) is sharp
    assert cache.byte_count == sharp.image.sizeInBytes()


# Real files


def test_a_photo_that_was_not_hashed_is_glimpsed_from_its_header(qapp, tmp_path, viewer, qtbot):
    file = tmp_path / "1.jpg"
    jpeg = encode_jpeg(plain_pixels(1, 1200, 1600), 90)
    file.write_bytes(with_exif_thumbnail(jpeg, encode_jpeg(plain_pixels(2, 120, 160), 90)))
    unhashed = photo(1, None, None, file=file, content_hash=None)
    loader = PhotoLoader(partial(PhotoSource, None), thread_count=1)
    answers = []
    loader.answered.connect(answers.append)
    loader.wish(viewer, [Wish(unhashed, 300, 400)])
    qtbot.waitUntil(lambda: len(answers) == 2)
    loader.close()
    seen = [QColor(answer.rendition.image.pixel(9, 9)).getRgb()[:3] for answer in answers]
    assert [answer.rendition.is_glimpse for answer in answers] == [True, False]
    for colour, id_ in zip(seen, (2, 1), strict=True):
        assert np.abs(np.subtract(colour, colour_of(id_))).max() < 6
    sizes = {(a.rendition.image.width(), a.rendition.image.height()) for a in answers}
    assert sizes == {(300, 400)}


def test_a_part_of_a_file_is_not_glimpsed(qapp, tmp_path, viewer, qtbot):
    file = tmp_path / "1.jpg"
    jpeg = encode_jpeg(plain_pixels(1, 1200, 1600), 90)
    file.write_bytes(with_exif_thumbnail(jpeg, encode_jpeg(plain_pixels(2, 120, 160), 90)))
    loader = PhotoLoader(partial(PhotoSource, None))
    with qtbot.waitSignal(loader.answered) as answered:
        part = photo(1, 1200, 1600, file=file, crop=(0, 0, 600, 800))
        loader.wish(viewer, [Wish(part, 300, 400)])
    loader.close()
    assert not answered.args[0].rendition.is_glimpse


def test_a_photo_comes_from_the_thumbnail_store_first(qapp, tmp_path, viewer, qtbot):
    project = create_project(tmp_path / "shop.pickglass")
    large = photo_on_disk(tmp_path, 3, 1200, 1600)
    with ThumbnailStore(project) as store:
        store.put([(large.content_hash, encode_jpeg(plain_pixels(9, 288, 384), 90))])
    loader = PhotoLoader(partial(PhotoSource, project))
    answers = []
    loader.answered.connect(answers.append)
    loader.wish(viewer, [Wish(large, 900, 900)])
    qtbot.waitUntil(lambda: len(answers) == 2)
    loader.close()
    sizes = [(a.rendition.image.width(), a.rendition.image.height()) for a in answers]
    assert sizes == [(288, 384), (675, 900)]
    assert not answers[0].rendition.serves(900, 900)
    assert answers[1].rendition.serves(900, 900)


def test_a_damaged_thumbnail_store_only_costs_time(qapp, tmp_path, viewer, qtbot):
    project = create_project(tmp_path / "shop.pickglass")
    project.thumbnails_file.write_bytes(b"no database at all" * 30)
    loader = PhotoLoader(partial(PhotoSource, project))
    with qtbot.waitSignal(loader.answered) as answered:
        loader.wish(viewer, [Wish(photo_on_disk(tmp_path, 3, 1200, 1600), 300, 300)])
    loader.close()
    assert answered.args[0].rendition.image.width() == 225


def test_a_part_of_a_file_is_shown_alone(tmp_path):
    left_and_right = np.hstack([plain_pixels(1, 50, 80), plain_pixels(2, 70, 80)])
    source = PhotoSource(None)
    part = photo_on_disk(tmp_path, 5, crop=(50, 0, 999, 80))
    part.file.write_bytes(encode_jpeg(left_and_right, 100))
    rendition = source.picture(part, 500, 500)
    assert (rendition.whole_width, rendition.whole_height) == (70, 80)
    colour = QColor(rendition.image.pixel(60, 40))
    assert np.abs(np.subtract(colour.getRgb()[:3], colour_of(2))).max() < 12


def test_pixels_reach_the_image_unchanged():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    image = to_image(pixels)
    for y in range(7):
        for x in range(5):
            assert QColor(image.pixel(x, y)).getRgb()[:3] == tuple(pixels[y, x])
