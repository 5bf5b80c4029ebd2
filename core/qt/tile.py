"""One photo on the board: what is said about it, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from core.catalogue.records import Photo, PhotoStatus, RejectReason, Verdict
from core.qt.pixel_cache import PhotoKey, Rendition
from core.qt.theme import Colours

_LARGEST_ENLARGEMENT = 3.0
"""A tiny photo is shown at most so much larger than it is: that it is tiny must be seen."""

_FRAME_PX = 3
_REJECTED_OPACITY = 0.28
_BEHIND_CHIP = QColor(0, 0, 0, 178)
_ON_CHIP = QColor(255, 255, 255)

_WAITING_IN_WORDS = {
    PhotoStatus.TO_DOWNLOAD: "Not downloaded yet",
    PhotoStatus.NOT_DOWNLOADED: "The download failed",
    PhotoStatus.UNREADABLE: "This file cannot be shown",
}


@dataclass(frozen=True)
class Tile:
    """A photo and what the board says about it.

    Attributes:
        number: 1 for the first photo: the digit that selects it.
        badge: A few words at the photo's foot, such as "copy of 3, resized".
        badge_kind: What kind of word: "better" (the copy worth keeping) is shown as praise,
            anything else as suspicion.
    """

    photo: Photo
    number: int
    badge: str = ""
    badge_kind: str = ""


@dataclass
class Face:
    """What a tile looks like just now; the board keeps one for each tile.

    Attributes:
        rect: In logical pixels, of the board's whole height.
        key: The photo's; only pixels that bear the same one may be painted here.
        rendition: The photo's pixels, once there are some.
        failure: Why its file cannot be shown, as decoding it has told.
        is_painted: Whether its own picture or error plate was painted since it was shown.
    """

    rect: QRect
    key: PhotoKey
    rendition: Rendition | None = None
    failure: str = ""
    is_selected: bool = False
    is_current: bool = False
    is_hovered: bool = False
    is_painted: bool = False


def known_problem(photo: Photo) -> str:
    """Why the photo cannot be shown, as far as the catalogue knows; "" if it can."""
    words = _WAITING_IN_WORDS.get(photo.status, "")
    if words and photo.problem:
        return f"{words}: {photo.problem}"
    return words


def verdict_in_words(photo: Photo) -> str:
    """The user's verdict as the tile says it."""
    if photo.verdict is Verdict.REJECTED:
        named = photo.reason not in (None, RejectReason.UNSPECIFIED)
        return str(photo.reason) if named else "rejected"
    return "kept" if photo.verdict is Verdict.KEPT else ""


def size_in_words(byte_count: int | None) -> str:
    """A file's size as people say it, in decimal units."""
    if byte_count is None:
        return ""
    if byte_count < 1000:
        return f"{byte_count} bytes"
    if byte_count < 1_000_000:
        return f"{byte_count / 1000:.0f} KB"
    return f"{byte_count / 1_000_000:.1f} MB"


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
        face: What it looks like; `is_painted` is set if its own picture or error plate was drawn.
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
        face.is_painted = True
        if problem:
            _paint_chip(painter, covered, problem, _CROSS, QColor(colours.danger))
    else:
        painter.fillRect(face.rect, QColor(colours.plate))
        _paint_plate(painter, tile, face.rect, problem, colours)
        face.is_painted = bool(problem)
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


def _paint_plate(
    painter: QPainter, tile: Tile, rect: QRect, problem: str, colours: Colours
) -> None:
    """What stands in a photo's place: why it cannot be shown, and which file it is."""
    name = tile.photo.name.replace("\\", "/").rsplit("/", 1)[-1]
    metrics = QFontMetricsF(painter.font())
    line_px = metrics.height()
    # Below the number, and as far from the foot.
    area = QRectF(rect).adjusted(line_px / 2, line_px * 1.9, -line_px / 2, -line_px * 1.9)
    centred = int(Qt.AlignmentFlag.AlignHCenter)
    if not problem:
        painter.setPen(QColor(colours.text_muted))
        name = _elided(name, metrics, area.width())
        painter.drawText(area, centred | int(Qt.AlignmentFlag.AlignVCenter), name)
        return
    painter.setPen(QPen(QColor(colours.danger), 1, Qt.PenStyle.DashLine))
    painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))
    wrapped = centred | int(Qt.TextFlag.TextWordWrap)
    reason_px = min(painter.boundingRect(area, wrapped, problem).height(), area.height())
    facts = [fact for fact in (name, size_in_words(tile.photo.byte_count)) if fact]
    while facts and reason_px + line_px * (len(facts) + 0.5) > area.height():
        facts.pop()
    facts_px = line_px * (len(facts) + 0.5) if facts else 0.0
    words = QRectF(
        area.x(), area.center().y() - (reason_px + facts_px) / 2, area.width(), reason_px
    )
    painter.setPen(QColor(colours.text))
    painter.drawText(words, wrapped, problem)
    painter.setPen(QColor(colours.text_muted))
    for number, fact in enumerate(facts):
        y = words.bottom() + line_px * (number + 0.5)
        below = QRectF(area.x(), y, area.width(), line_px)
        painter.drawText(below, centred, _elided(fact, metrics, area.width()))


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
    verdict = verdict_in_words(tile.photo)
    if tile.photo.verdict is Verdict.REJECTED:
        text, mark, colour = verdict, _CROSS, colours.danger
    elif tile.photo.verdict is Verdict.KEPT:
        text, mark, colour = verdict, _TICK, colours.success
    elif not tile.badge:
        return
    elif tile.badge_kind == "better":
        text, mark, colour = tile.badge, _UPWARD, colours.success
    else:
        text, mark, colour = tile.badge, _QUESTION, colours.warning
    _paint_chip(painter, covered, text, mark, QColor(colour))


def _paint_chip(
    painter: QPainter, covered: QRectF, text: str, mark: QPainterPath, colour: QColor
) -> None:
    """A few words with a mark before them, at the photo's lower left."""
    metrics = QFontMetricsF(painter.font())
    height = metrics.height() + 5
    mark_px = metrics.ascent() * 0.72
    pad = height * 0.32
    room = covered.width() - 10 - mark_px - 3 * pad
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    width = mark_px + metrics.horizontalAdvance(text) + pad * (3 if text else 2)
    box = QRectF(covered.x() + 5, covered.bottom() - 5 - height, width, height)
    ink = QColor("#141414") if colour.lightness() > 140 else QColor("#ffffff")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, height / 4, height / 4)
    painter.save()
    painter.translate(box.x() + pad, box.center().y() - mark_px / 2)
    painter.scale(mark_px, mark_px)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    stroke = QPen(ink, 0.17)
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroke.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(stroke)
    painter.drawPath(mark)
    painter.restore()
    painter.setPen(ink)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box.adjusted(2 * pad + mark_px, 0, 0, 0), int(left), text)


def _elided(text: str, metrics: QFontMetricsF, width: float) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)


def _mark(*strokes: tuple[tuple[float, float], ...]) -> QPainterPath:
    """A mark in a square of side 1."""
    path = QPainterPath()
    for first, *others in strokes:
        path.moveTo(*first)
        for point in others:
            path.lineTo(*point)
    return path


# Drawn, not written: fonts differ in whether they have such characters.
_CROSS = _mark(((0.12, 0.12), (0.88, 0.88)), ((0.88, 0.12), (0.12, 0.88)))
_TICK = _mark(((0.08, 0.55), (0.38, 0.85), (0.92, 0.18)))
_UPWARD = _mark(((0.5, 0.95), (0.5, 0.08)), ((0.15, 0.42), (0.5, 0.08), (0.85, 0.42)))
_QUESTION = _mark(
    ((0.22, 0.26), (0.36, 0.06), (0.64, 0.06), (0.78, 0.28), (0.5, 0.5), (0.5, 0.66)),
    ((0.5, 0.93), (0.5, 0.94)),
)
