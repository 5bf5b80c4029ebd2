"""One photo on the board: what is said about it, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from core.catalogue.records import Photo, Verdict
from core.qt.photo_marks import CROSS, QUESTION, TICK, UPWARD, paint_chip, paint_plate
from core.qt.photo_words import facts_in_words, known_problem, verdict_in_words
from core.qt.pixel_cache import PhotoKey, Rendition
from core.qt.theme import Colours

_LARGEST_ENLARGEMENT = 3.0
"""A tiny photo is shown at most so much larger than it is: that it is tiny must be seen."""

_FRAME_PX = 3
_REJECTED_OPACITY = 0.28
_BEHIND_CHIP = QColor(0, 0, 0, 178)
_ON_CHIP = QColor(255, 255, 255)


@dataclass(frozen=True)
class Tile:
    """A photo and what the board says about it.

    Attributes:
        number: 1 for the first photo: the digit that selects it.
        badge: A few words at the photo's foot, such as "copy of 3, resized".
        badge_brief: The same where there is no room for it: "3"; "" if it cannot be said briefly.
        badge_kind: What kind of word: "better" (the copy worth keeping) is shown as praise,
            anything else as suspicion.
    """

    photo: Photo
    number: int
    badge: str = ""
    badge_kind: str = ""
    badge_brief: str = ""


@dataclass
class Face:
    """What a tile looks like just now; the board keeps one for each tile.

    Attributes:
        rect: In logical pixels, of the board's whole height.
        key: The photo's; only pixels that bear the same one may be painted here.
        rendition: The photo's pixels, once there are some.
        failure: Why its file cannot be shown, as decoding it has told.
        is_painted: Whether its own picture or error plate was painted since it was shown; a glimpse
            of it does not count, see `Rendition`.
        is_glimpsed: Whether that or a glimpse was.
    """

    rect: QRect
    key: PhotoKey
    rendition: Rendition | None = None
    failure: str = ""
    is_selected: bool = False
    is_current: bool = False
    is_hovered: bool = False
    is_painted: bool = False
    is_glimpsed: bool = False


def facts_of(tile: Tile, face: Face) -> str:
    """All about the photo in a few lines, for a tooltip."""
    photo, rendition = tile.photo, face.rendition
    whole = (0, 0) if rendition is None else (rendition.whole_width, rendition.whole_height)
    problem = face.failure or known_problem(photo)
    lines = (photo.name, facts_in_words(photo, *whole), tile.badge, problem)
    return "\n".join(line for line in lines if line)


def picture_rect(face: Face, ratio: float) -> QRectF:
    """Where a tile's picture lies, in logical pixels, centred in the tile.

    Args:
        face: With a rendition.
        ratio: Device pixels to a logical pixel.
    """
    assert face.rendition is not None
    image = face.rendition.image
    natural = QSizeF(
        (face.rendition.whole_width or image.width()) / ratio,
        (face.rendition.whole_height or image.height()) / ratio,
    )
    scale = min(
        face.rect.width() / natural.width(),
        face.rect.height() / natural.height(),
        _LARGEST_ENLARGEMENT,
    )
    size = natural * scale
    exact = QSizeF(image.width() / ratio, image.height() / ratio)
    if abs(exact.width() - size.width()) <= 2 and abs(exact.height() - size.height()) <= 2:
        size = exact  # painted pixel by pixel: sharper, and four times as fast
    # On whole device pixels, for the same reason.
    left = face.rect.x() + int((face.rect.width() - size.width()) / 2 * ratio) / ratio
    top = face.rect.y() + int((face.rect.height() - size.height()) / 2 * ratio) / ratio
    return QRectF(QPointF(left, top), size)


def paint_tile(painter: QPainter, tile: Tile, face: Face, colours: Colours, ratio: float) -> None:
    """Paints the tile, its frame included; sets nothing on the painter that it does not restore.

    Args:
        painter: In logical pixels, with the widget's font.
        tile: What is said.
        face: What it looks like; `is_painted` and `is_glimpsed` are set by what was drawn.
        colours: Of the theme.
        ratio: Device pixels to a logical pixel.
    """
    painter.save()
    font = _chip_font(painter.font(), face.rect)
    painter.setFont(font)
    rejected = tile.photo.verdict is Verdict.REJECTED
    problem = face.failure or known_problem(tile.photo)
    covered = QRectF(face.rect)
    if face.rendition is not None:
        covered = picture_rect(face, ratio)
        painter.setOpacity(_REJECTED_OPACITY if rejected else 1.0)
        painter.drawImage(covered, face.rendition.image)
        painter.setOpacity(1.0)
        face.is_painted = bool(problem) or not face.rendition.is_glimpse
        if problem:
            paint_chip(painter, covered, [problem], CROSS, QColor(colours.danger))
    else:
        paint_plate(painter, tile.photo, covered, problem, colours)
        face.is_painted = bool(problem)
    face.is_glimpsed = face.is_painted or face.rendition is not None
    _paint_frame(painter, covered, face, rejected, colours)
    _paint_number(painter, covered, tile.number, face.is_selected, colours)
    if not problem or face.rendition is None:
        _paint_foot(painter, tile, covered, colours)
    painter.restore()


def _chip_font(font: QFont, rect: QRect) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(max(11, min(20, rect.height() // 20)))
    sized.setWeight(QFont.Weight.DemiBold)
    return sized


def _paint_frame(
    painter: QPainter, covered: QRectF, face: Face, rejected: bool, colours: Colours
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if rejected:
        # Struck through as well: dimmed alone it could be a pale photo.
        pen = QPen(QColor(colours.danger), 2)
        painter.setPen(pen)
        painter.drawLine(covered.topRight(), covered.bottomLeft())
    if face.is_selected:
        frame = QPen(QColor(colours.accent), _FRAME_PX)
        frame.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(frame)
        outside = 0.5 * _FRAME_PX
        painter.drawRect(covered.adjusted(-outside, -outside, outside, outside))
    if face.is_current:
        outside = _FRAME_PX + 1.5
        painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
        painter.drawRect(covered.adjusted(-outside, -outside, outside, outside))
    elif face.is_hovered and not face.is_selected:
        painter.setPen(QPen(QColor(colours.text_muted), 1))
        painter.drawRect(covered.adjusted(-0.5, -0.5, 0.5, 0.5))


def _paint_number(
    painter: QPainter, covered: QRectF, number: int, selected: bool, colours: Colours
) -> None:
    metrics = QFontMetricsF(painter.font())
    text = str(number)
    side = metrics.height() + 4
    box = QRectF(
        covered.x() + 5,
        covered.y() + 5,
        max(side, metrics.horizontalAdvance(text) + metrics.height() * 0.8),
        side,
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent) if selected else _BEHIND_CHIP)
    painter.drawRoundedRect(box, side / 4, side / 4)
    painter.setPen(QColor(colours.on_accent) if selected else _ON_CHIP)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def _paint_foot(painter: QPainter, tile: Tile, covered: QRectF, colours: Colours) -> None:
    """The verdict or, before there is one, the hint."""
    texts = [verdict_in_words(tile.photo)]
    if tile.photo.verdict is Verdict.REJECTED:
        mark, colour = CROSS, colours.danger
    elif tile.photo.verdict is Verdict.KEPT:
        mark, colour = TICK, colours.success
    elif not tile.badge:
        return
    else:
        texts = [text for text in (tile.badge, tile.badge_brief) if text]
        is_praise = tile.badge_kind == "better"
        mark, colour = (UPWARD, colours.success) if is_praise else (QUESTION, colours.warning)
    paint_chip(painter, covered, texts, mark, QColor(colour))
