"""What is painted on a photo, and in the place of one: chips of a few words, and plates."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from core.catalogue.records import Photo
from core.qt.photo_words import file_name, size_in_words
from core.qt.theme import Colours


def paint_plate(
    painter: QPainter, photo: Photo, rect: QRectF, problem: str, colours: Colours
) -> None:
    """What stands in a photo's place: which file it is, and why it cannot be shown.

    Args:
        painter: With the font to write in.
        photo: That is not to be seen.
        rect: Its place, in logical pixels.
        problem: Why it cannot be shown; "" if it just has not been decoded yet.
        colours: Of the theme.
    """
    painter.fillRect(rect, QColor(colours.plate))
    name = file_name(photo)
    metrics = QFontMetricsF(painter.font())
    line_px = metrics.height()
    # Below the number, and as far from the foot.
    area = rect.adjusted(line_px / 2, line_px * 1.9, -line_px / 2, -line_px * 1.9)
    centred = int(Qt.AlignmentFlag.AlignHCenter)
    if not problem:
        painter.setPen(QColor(colours.text_muted))
        name = _elided(name, metrics, area.width())
        painter.drawText(area, centred | int(Qt.AlignmentFlag.AlignVCenter), name)
        return
    painter.setPen(QPen(QColor(colours.danger), 1, Qt.PenStyle.DashLine))
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))
    wrapped = centred | int(Qt.TextFlag.TextWordWrap)
    reason_px = min(painter.boundingRect(area, wrapped, problem).height(), area.height())
    facts = [fact for fact in (name, size_in_words(photo.byte_count)) if fact]
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


def paint_chip(
    painter: QPainter, covered: QRectF, texts: Sequence[str], mark: QPainterPath, colour: QColor
) -> None:
    """A few words with a mark before them, at the photo's lower left.

    Args:
        painter: With the font to write in.
        covered: The photo's place.
        texts: What to say and, where there is no room for that, in fewer words.
        mark: One of this module's.
        colour: Of the chip.
    """
    metrics = QFontMetricsF(painter.font())
    height = metrics.height() + 5
    mark_px = metrics.ascent() * 0.72
    pad = height * 0.32
    room = covered.width() - 10 - mark_px - 3 * pad
    text = fitting(texts, metrics, room)
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


def fitting(texts: Sequence[str], metrics: QFontMetricsF, width_px: float) -> str:
    """The first of the texts that has room; else the last, cut off."""
    for text in texts:
        if metrics.horizontalAdvance(text) <= width_px:
            return text
    return metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, width_px)


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
CROSS = _mark(((0.12, 0.12), (0.88, 0.88)), ((0.88, 0.12), (0.12, 0.88)))
TICK = _mark(((0.08, 0.55), (0.38, 0.85), (0.92, 0.18)))
UPWARD = _mark(((0.5, 0.95), (0.5, 0.08)), ((0.15, 0.42), (0.5, 0.08), (0.85, 0.42)))
QUESTION = _mark(
    ((0.22, 0.26), (0.36, 0.06), (0.64, 0.06), (0.78, 0.28), (0.5, 0.5), (0.5, 0.66)),
    ((0.5, 0.93), (0.5, 0.94)),
)
