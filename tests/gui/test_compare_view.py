from dataclasses import replace
from functools import partial

import cv2
import numpy as np
import pytest
from made_photos import GLIMPSE_COLOUR, colour_of, damaged, photo
from PIL import Image
from PyQt5.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QColor, QImage, QMouseEvent
from PyQt5.QtWidgets import QAction, QLabel, QPushButton
from test_photo_alignment import garment

from core.catalogue.records import RejectReason, Verdict
from core.qt.compare_pane import ComparePane
from core.qt.compare_view import CompareView
from core.qt.comparison import Mode
from core.qt.photo_loader import PhotoLoader
from core.qt.photo_source import PhotoSource
from core.qt.photo_zoom import ZoomPane
from core.qt.qt_pixels import to_pixels
from core.qt.theme import DARK, LIGHT, Theme


@pytest.fixture
def view(loader, qtbot):
    view = CompareView(loader)
    qtbot.addWidget(view)
    show(view, qtbot)
    return view


@pytest.fixture
def files_view(qapp, qtbot):
    """A view of real files."""
    loader = PhotoLoader(partial(PhotoSource, None))
    view = CompareView(loader)
    qtbot.addWidget(view)
    show(view, qtbot)
    yield view
    loader.close()


def show(view, qtbot):
    view.resize(800, 600)
    with qtbot.waitExposed(view):
        view.show()
    view.setFocus()


def file_of(folder, id_, pixels):
    file = folder / f"{id_}.png"
    Image.fromarray(np.ascontiguousarray(pixels)).save(file)
    return photo(id_, pixels.shape[1], pixels.shape[0], file=file)


def panes(view):
    return [pane for pane in view.findChildren(ZoomPane) if pane.isVisible()]


def seen(pane, at=(0.5, 0.5)):
    grabbed = pane.grab().toImage()
    point = QPoint(int(at[0] * grabbed.width()), int(at[1] * grabbed.height()))
    return QColor(grabbed.pixel(point)).getRgb()[:3]


def painted(view, *ids):
    return lambda: view.painted_ids() == set(ids)


def pixels_of(pane):
    """The middle of a pane, which its photo fills."""
    pixels = to_pixels(pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB32))
    height, width = pixels.shape[:2]
    return pixels[height // 4 : -height // 4, width * 2 // 5 : -width * 2 // 5].astype(int)


def drag(pane, by):
    """As the mouse does it: Qt's test functions move it without a button pressed."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    start = QPointF(pane.rect().center())
    for kind, at, button in (
        (QEvent.Type.MouseButtonPress, start, left),
        (QEvent.Type.MouseMove, start + QPointF(by), Qt.MouseButton.NoButton),
        (QEvent.Type.MouseButtonRelease, start + QPointF(by), left),
    ):
        QCoreApplication.sendEvent(pane, QMouseEvent(kind, at, button, left, none))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_photo_has_a_pane_of_its_own(view, qtbot, count):
    ids = range(1, count + 1)
    view.show_photos([photo(id_) for id_ in ids])
    qtbot.waitUntil(painted(view, *ids))
    assert [seen(pane) for pane in panes(view)] == [colour_of(id_) for id_ in ids]


@pytest.mark.parametrize("count", [0, 5])
def test_none_and_five_photos_cannot_be_compared(view, count):
    with pytest.raises(ValueError, match="cannot be compared"):
        view.show_photos([photo(id_) for id_ in range(count)])


def test_zooming_one_pane_shows_the_same_part_in_photos_of_other_sizes(view, qtbot):
    view.show_photos([photo(1, 300, 400), photo(2, 1200, 1600)])
    qtbot.waitUntil(painted(view, 1, 2))
    first, second = panes(view)
    first.zoom_by(4, QPointF(60, 80))
    assert second.look == first.look == view.look
    second.move_by(QPointF(-20, 30))
    assert first.look == second.look


def test_a_larger_zoom_asks_for_more_pixels(view, source, qtbot):
    view.show_photos([photo(1, 3000, 4000)])
    qtbot.waitUntil(painted(view, 1))
    asked = len(source.begun)
    panes(view)[0].zoom_by(4)
    qtbot.waitUntil(lambda: len(source.begun) > asked)


def test_wheel_drag_and_double_click_zoom_and_move(view, qtbot):
    view.show_photos([photo(1, 3000, 4000)])
    qtbot.waitUntil(painted(view, 1))
    (pane,) = panes(view)
    middle = pane.rect().center()
    qtbot.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=middle)
    assert view.look.zoom == pytest.approx(pane.natural_zoom)
    before = view.look
    drag(pane, QPoint(-40, 0))
    assert view.look.u > before.u
    qtbot.mouseDClick(pane, Qt.MouseButton.LeftButton, pos=middle)
    assert view.look.zoom == 1


@pytest.mark.parametrize(("size", "name"), [((3000, 4000), "1:1"), ((30, 40), "2×")])
def test_the_closer_look_is_called_what_it_is(view, qtbot, size, name):
    view.show_photos([photo(1, *size)])
    qtbot.waitUntil(painted(view, 1))
    closer = view.findChild(QAction, "compare_natural")
    assert closer.text() == name

    closer.trigger()

    (pane,) = panes(view)
    assert view.look.zoom == pytest.approx(max(2, pane.natural_zoom))
    assert closer.text() == "Whole"


def test_space_shows_the_photos_in_one_place_by_turns(view, qtbot):
    view.show_photos([photo(1), photo(2)])
    qtbot.waitUntil(painted(view, 1, 2))
    for expected in (1, 2, 1):
        qtbot.keyClick(view, Qt.Key.Key_Space)
        assert view.mode is Mode.IN_PLACE
        (pane,) = panes(view)
        assert seen(pane) == colour_of(expected)
        assert view.painted_ids() == {expected}
    qtbot.keyClick(view, Qt.Key.Key_V)
    assert view.mode is Mode.SIDE_BY_SIDE


def test_in_place_the_look_stays_from_photo_to_photo(view, qtbot):
    view.show_photos([photo(1), photo(2, 600, 800)])
    qtbot.waitUntil(painted(view, 1, 2))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    panes(view)[0].zoom_by(3, QPointF(100, 100))
    look = view.look
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert panes(view)[0].look == look


def test_the_difference_of_two_colours_is_that_times_the_gain(files_view, qtbot, tmp_path):
    view = files_view
    grey, lighter = (np.full((400, 300, 3), value, np.uint8) for value in (100, 110))
    view.show_photos([file_of(tmp_path, 1, grey), file_of(tmp_path, 2, lighter)])
    qtbot.waitUntil(painted(view, 1, 2))
    qtbot.keyClick(view, Qt.Key.Key_I)
    assert seen(panes(view)[0]) == (40, 40, 40)
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    assert seen(panes(view)[0]) == (80, 80, 80)
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    assert seen(panes(view)[0]) == (20, 20, 20)


def test_a_copy_of_half_the_size_does_not_differ(files_view, qtbot, tmp_path):
    view = files_view
    smooth = cv2.GaussianBlur(garment(), (0, 0), 6)
    half = cv2.resize(smooth, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    view.show_photos([file_of(tmp_path, 1, smooth), file_of(tmp_path, 2, half)])
    qtbot.waitUntil(painted(view, 1, 2))
    view.set_mode(Mode.DIFFERENCE)
    assert np.percentile(pixels_of(panes(view)[0]), 99) <= 12, "less than 3 of 255, times 4"


def test_a_mirrored_copy_is_laid_on_its_original_and_says_so(files_view, qtbot, tmp_path):
    view = files_view
    photos = [file_of(tmp_path, 1, garment()), file_of(tmp_path, 2, garment()[:, ::-1])]
    view.show_photos(photos)
    qtbot.waitUntil(lambda: "mirrored" in said(view, 2))
    first, second = panes(view)
    assert np.abs(pixels_of(first) - pixels_of(second)).mean() < 3
    qtbot.keyClick(view, Qt.Key.Key_G)
    assert "mirrored" not in said(view, 2)
    assert np.abs(pixels_of(first) - pixels_of(second)).mean() > 10


def test_a_mirrored_copy_that_is_laid_on_its_original_does_not_differ(files_view, qtbot, tmp_path):
    view = files_view
    view.show_photos([file_of(tmp_path, 1, garment()), file_of(tmp_path, 2, garment()[:, ::-1])])
    qtbot.waitUntil(lambda: "mirrored" in said(view, 2))
    view.set_mode(Mode.DIFFERENCE)
    assert np.percentile(pixels_of(panes(view)[0]), 90) < 40
    qtbot.keyClick(view, Qt.Key.Key_G)
    assert pixels_of(panes(view)[0]).max() > 200


def test_a_rejection_is_asked_for_by_its_button(view, qtbot):
    view.show_photos([photo(1), photo(2)])
    qtbot.waitUntil(painted(view, 1, 2))
    asked = []
    view.reject_requested.connect(asked.append)
    qtbot.mouseClick(view.findChild(QPushButton, "compare_reject_2"), Qt.MouseButton.LeftButton)
    assert asked == [2]


def test_what_is_not_painted_as_itself_cannot_be_rejected(view, source, qtbot):
    asked = []
    view.reject_requested.connect(asked.append)
    source.hold()
    view.show_photos([photo(1), photo(2)])
    view.findChild(QPushButton, "compare_reject_1").click()
    source.release()
    qtbot.waitUntil(painted(view, 1, 2))
    assert asked == []


def test_a_difference_has_no_chosen_photo(view, qtbot):
    view.show_photos([photo(1), photo(2)])
    qtbot.waitUntil(painted(view, 1, 2))
    with qtbot.waitSignal(view.chosen_changed):
        qtbot.keyClick(view, Qt.Key.Key_2)
    assert view.chosen_id == 2
    with qtbot.waitSignal(view.chosen_changed):
        qtbot.keyClick(view, Qt.Key.Key_I)
    assert view.chosen_id is None


def test_none_of_its_keys_decides(view):
    keys = {key.toString() for action in view.actions() for key in action.shortcuts()}
    assert keys.isdisjoint({"D", "Del", "Return", "Backspace"})


def test_photos_are_called_what_the_owner_calls_them(view, qtbot):
    view.show_photos([photo(1), photo(2)], {2: "photo 7"})
    assert "photo 7" in said(view, 2)
    assert "photo" not in said(view, 1)


def test_a_new_verdict_is_said_without_losing_place(view, qtbot):
    photos = [photo(1), photo(2)]
    view.show_photos(photos)
    qtbot.waitUntil(painted(view, 1, 2))
    panes(view)[0].zoom_by(3)
    look = view.look
    rejected = replace(photos[1], verdict=Verdict.REJECTED, reason=RejectReason.DUPLICATE)
    view.update_photos([photos[0], rejected])
    assert "duplicate" in said(view, 2)
    assert not view.findChild(QPushButton, "compare_reject_2").isVisible()
    assert view.look == look


def test_a_narrow_pane_cuts_off_the_file_s_name_before_the_verdict(view, qtbot):
    rejected = replace(photo(2), verdict=Verdict.REJECTED, reason=RejectReason.DUPLICATE)
    view.show_photos([photo(1), rejected], {2: "photo 7"})
    words = view.findChild(ComparePane, "compare_pane_2").findChildren(QLabel)[0].text()
    assert words.index("photo 7") < words.index("duplicate") < words.index("002.jpg")


def test_a_verdict_can_be_read_in_a_theme_that_is_chosen_later(view, show_theme):
    show_theme(Theme.LIGHT)
    rejected = replace(photo(2), verdict=Verdict.REJECTED, reason=RejectReason.DUPLICATE)
    view.show_photos([photo(1), rejected])
    name = view.findChild(ComparePane, "compare_pane_2").findChildren(QLabel)[0]
    assert LIGHT.danger in name.text()

    show_theme(Theme.DARK)

    assert DARK.danger in name.text()
    assert LIGHT.danger not in name.text()


def test_the_frame_of_the_chosen_photo_follows_the_theme(view, show_theme, qtbot):
    show_theme(Theme.LIGHT)
    view.show_photos([photo(1), photo(2)])
    chosen = view.findChild(ComparePane, "compare_pane_1")

    def frame():
        return chosen.grab().toImage().pixelColor(0, chosen.height() // 2).name()

    assert frame() == LIGHT.accent

    show_theme(Theme.DARK)

    qtbot.waitUntil(lambda: frame() == DARK.accent)


def test_a_damaged_photo_is_a_plate_beside_the_other(view, source, qtbot):
    source.failing = {2: damaged()}
    view.show_photos([photo(1), photo(2)])
    qtbot.waitUntil(painted(view, 1, 2))
    assert seen(panes(view)[0]) == colour_of(1)


def test_the_facts_name_the_larger_photo(view, qtbot):
    view.show_photos([photo(1, 300, 400), photo(2, 600, 800)])
    qtbot.waitUntil(painted(view, 1, 2))
    assert "largest" in said(view, 2)
    assert "largest" not in said(view, 1)


def test_escape_goes_back_and_a_hidden_view_wants_nothing(view, source, loader, qtbot):
    view.show_photos([photo(1), photo(2)])
    with qtbot.waitSignal(view.closed):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    source.hold()
    view.hide()
    assert loader.waiting_count == 0
    assert view.painted_ids() == frozenset()


def test_every_action_has_a_key_and_an_explanation(view):
    for action in view.actions():
        assert action.shortcuts(), action.text()
        assert len(action.toolTip()) > 10


def said(view, number):
    """All that a pane's caption says, tooltips included."""
    labels = view.findChild(ComparePane, f"compare_pane_{number}").findChildren(QLabel)
    return " ".join(f"{label.text()} {label.toolTip()}" for label in labels)


def test_a_glimpse_is_nothing_to_compare(view, source, loader, qtbot):
    source.with_glimpse = {1, 2}
    source.hold()
    with qtbot.waitSignals([loader.answered] * 2):
        view.show_photos([photo(1, 3000, 4000), photo(2, 3000, 4000)])
    qtbot.wait(20)
    assert seen(panes(view)[0]) != GLIMPSE_COLOUR
    assert view.painted_ids() == frozenset()
    source.release()
    qtbot.waitUntil(painted(view, 1, 2))
    assert seen(panes(view)[0]) == colour_of(1)
