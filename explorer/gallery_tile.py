"""One photo of a gallery: what is said about it, and how it is painted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from PyQt5.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPen

from core.catalogue.records import Item, Photo, Verdict
from core.qt.photo_marks import paint_plate
from core.qt.photo_words import known_problem
from core.qt.pixel_cache import Rendition
from core.qt.theme import Colours
from explorer.library import Facts

PAD_PX = 6
_WORDS_LINES = 3


class Mark(StrEnum):
    """What sets an entry apart; the words are painted on it."""

    NONE = ""
    OWN_ITEM = "own item"
    COPY = "copy"
    NEW = "new"
    SENT = "sent"


@dataclass(frozen=True)
class Entry:
    """A photo in a gallery.

    Attributes:
        row: In the index.
        figure: Its distance or score, as it is to be read: "0.132".
        mark: What sets it apart.
        why: A sentence for the tooltip: why a list names it.
    """

    row: int
    figure: str = ""
    mark: Mark = Mark.NONE
    why: str = ""


@dataclass
class Look:
    """How an entry is painted just now."""

    rect: QRect
    rendition: Rendition | None
    failure: str
    is_selected: bool
    is_current: bool
    is_hovered: bool


def words_height(metrics: QFontMetrics) -> int:
    """Room for the words below a photo, in logical pixels."""
    return _WORDS_LINES * metrics.height() + PAD_PX


def paint_entry(
    painter: QPainter, entry: Entry, facts: Facts, look: Look, shades: Colours, ratio: float
) -> None:
    """Paints the entry with its words; sets nothing on the painter that it does not restore."""
    painter.save()
    metrics = painter.fontMetrics()
    words_px = words_height(metrics)
    card = QRectF(look.rect)
    if look.is_selected or look.is_hovered:
        fill = QColor(shades.accent if look.is_selected else shades.hover)
        fill.setAlphaF(0.28 if look.is_selected else 0.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawRoundedRect(card, 6, 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    place = card.adjusted(PAD_PX, PAD_PX, -PAD_PX, -words_px - PAD_PX)
    covered = _paint_photo(painter, facts, look, place, shades, ratio)
    if look.is_selected:
        painter.setPen(QPen(QColor(shades.accent), 2))
        painter.drawRect(covered.adjusted(-1, -1, 1, 1))
    elif look.is_current:
        painter.setPen(QPen(QColor(shades.text), 1, Qt.PenStyle.DotLine))
        painter.drawRect(covered.adjusted(-2, -2, 1, 1))
    if entry.mark is not Mark.NONE:
        _paint_mark(painter, covered, entry.mark, shades)
    _paint_words(painter, entry, facts, place, shades)
    painter.restore()


def item_words(item: Item | None) -> str:
    """The item in one line: "Nike · M · blue · 15 EUR"; only what is known."""
    return _joined(item_lines(item))


def item_lines(item: Item | None) -> tuple[str, str]:
    """The same in two lines, for where one would be cut off before the price."""
    if item is None:
        return "", ""
    said = item.metadata
    return _joined((said.brand, said.size)), _joined((said.colour, price_words(item)))


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def tag_words(photo: Photo | None) -> str:
    """As in "tagged odd, best"; "" where the user gave no tags."""
    return f"tagged {', '.join(photo.tags)}" if photo is not None and photo.tags else ""


def price_words(item: Item) -> str:
    """As in "15 EUR"; "" where the price is not known."""
    price = item.metadata.price
    if price is None:
        return ""
    amount = f"{price:,.0f}" if price == int(price) else f"{price:,.2f}"
    return f"{amount} {item.metadata.currency}".strip()


def tooltip_of(entry: Entry, facts: Facts) -> str:
    """All about an entry in a few lines."""
    if facts.photo is None:
        return "This photo is no longer in the catalogue: embed it again to bring the index up."
    item = facts.item
    lines = [facts.title, item_words(item)]
    if item is not None:
        lines += [item.metadata.condition, item.metadata.category]
    lines += [facts.photo.name, tag_words(facts.photo), entry.why, known_problem(facts.photo)]
    return "\n".join(line for line in lines if line)


def _paint_photo(
    painter: QPainter, facts: Facts, look: Look, place: QRectF, shades: Colours, ratio: float
) -> QRectF:
    photo = facts.photo
    if photo is None:
        painter.fillRect(place, QColor(shades.plate))
        painter.setPen(QColor(shades.text_muted))
        wrapped = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(place, wrapped, "No longer in the catalogue")
        return place
    if look.rendition is None:
        paint_plate(painter, photo, place, look.failure or known_problem(photo), shades)
        return place
    covered = _picture_place(look.rendition, place, ratio)
    rejected = photo.verdict is Verdict.REJECTED
    if rejected:
        painter.setOpacity(0.35)
    painter.drawImage(covered, look.rendition.image)
    painter.setOpacity(1.0)
    if rejected:
        painter.setPen(QPen(QColor(shades.danger), 2))
        painter.drawLine(covered.topRight(), covered.bottomLeft())
    return covered


def _picture_place(rendition: Rendition, place: QRectF, ratio: float) -> QRectF:
    image = rendition.image
    scale = min(place.width() / image.width(), place.height() / image.height(), 3.0 / ratio)
    size = QSizeF(image.width() * scale, image.height() * scale)
    exact = QSizeF(image.width() / ratio, image.height() / ratio)
    if abs(exact.width() - size.width()) <= 2 and abs(exact.height() - size.height()) <= 2:
        size = exact  # painted pixel by pixel: sharper, and four times as fast
    left = place.x() + int((place.width() - size.width()) / 2 * ratio) / ratio
    top = place.y() + int((place.height() - size.height()) / 2 * ratio) / ratio
    return QRectF(QPointF(left, top), size)


def _paint_mark(painter: QPainter, covered: QRectF, mark: Mark, shades: Colours) -> None:
    colour = {
        Mark.NEW: shades.success,
        Mark.COPY: shades.warning,
        Mark.OWN_ITEM: shades.accent,
        Mark.SENT: shades.success,
    }[mark]
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(mark) + 10, metrics.height() + 2
    box = QRectF(covered.x() + 4, covered.y() + 4, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor("#141414") if QColor(colour).lightness() > 140 else QColor("#ffffff"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), mark)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_words(
    painter: QPainter, entry: Entry, facts: Facts, place: QRectF, shades: Colours
) -> None:
    metrics = painter.fontMetrics()
    left, elide = int(Qt.AlignmentFlag.AlignLeft), Qt.TextElideMode.ElideRight
    line = QRectF(place.x(), place.bottom() + PAD_PX / 2, place.width(), metrics.height())
    painter.setPen(QColor(shades.text))
    painter.drawText(line, left, metrics.elidedText(facts.title, elide, int(line.width())))
    line.translate(0, metrics.height())
    if entry.figure:
        painter.drawText(line, left, entry.figure)
        line.setLeft(line.left() + metrics.horizontalAdvance(entry.figure + "  "))
    painter.setPen(QColor(shades.text_muted))
    for words in item_lines(facts.item):
        painter.drawText(line, left, metrics.elidedText(words, elide, int(line.width())))
        line.translate(0, metrics.height())
        line.setLeft(place.x())
