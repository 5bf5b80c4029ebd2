"""How an item looks in the queue: state, title, what it is, what is suspected, what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt5.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PyQt5.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cleaner.model import ItemRole
from core.catalogue.records import HintKind, Item, ItemState, Metadata
from core.qt.theme import Colours, colours

HINT_WORDS: Mapping[HintKind, str] = {
    HintKind.EXACT_COPY: "copy",
    HintKind.NEAR_COPY: "near copy",
    HintKind.ALTERED_COPY: "altered",
    HintKind.IN_OTHER_ITEM: "elsewhere",
    HintKind.LOW_QUALITY: "quality",
    HintKind.ODD_ONE_OUT: "odd one",
    HintKind.TAG: "tag",
}
"""Short enough for a chip."""

_PADDING_PX = 8
_MARK_PX = 14


class QueueRow(QStyledItemDelegate):
    """Paints rows of a `QueueModel`; the current one is filled."""

    def row_height(self, widget: QWidget) -> int:
        """The height of every row, in pixels."""
        return 2 * widget.fontMetrics().height() + 18

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(200, 2 * option.fontMetrics.height() + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        item = index.data(ItemRole)
        widget = option.widget
        if item is None or widget is None:
            return
        shades = colours(widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_current or is_hovered:
            painter.fillRect(option.rect, QColor(shades.raised if is_current else shades.hover))
        if is_current:
            bar = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(bar, QColor(shades.accent))
        _paint_item(painter, option.rect, item, option.font, shades, is_current)
        painter.setPen(QColor(shades.border))
        painter.setOpacity(0.5)
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()


def item_line(metadata: Metadata) -> str:
    """Brand, size and price, as far as they are known."""
    return " · ".join(
        part for part in (metadata.brand, metadata.size, price_text(metadata)) if part
    )


def price_text(metadata: Metadata) -> str:
    """Such as "15.00 EUR"; "" where no price is known."""
    if metadata.price is None:
        return ""
    return f"{metadata.price:,.2f} {metadata.currency}".strip()


def _paint_item(
    painter: QPainter, rect: QRect, item: Item, font: QFont, shades: Colours, is_current: bool
) -> None:
    metrics = QFontMetrics(font)
    inner = rect.adjusted(_PADDING_PX + 2, 8, -_PADDING_PX, -8)
    height = metrics.height()
    mark = QRectF(inner.left(), inner.top() + (height - _MARK_PX) / 2, _MARK_PX, _MARK_PX)
    _paint_state(painter, mark, item.state, shades)
    left = inner.left() + _MARK_PX + 8
    is_over = item.state in (ItemState.DONE, ItemState.REJECTED)

    counts = f"{item.kept_count}/{item.photo_count}"
    width = metrics.horizontalAdvance(counts)
    painter.setFont(font)
    painter.setPen(QColor(shades.text_muted))
    line = QRect(left, inner.top(), inner.right() - left + 1, height)
    painter.drawText(line, _RIGHT, counts)

    bold = QFont(font)
    bold.setBold(is_current)
    painter.setFont(bold)
    painter.setPen(QColor(shades.text_muted if is_over and not is_current else shades.text))
    _draw_elided(painter, line.adjusted(0, 0, -width - 8, 0), item.title, QFontMetrics(bold))

    line.translate(0, height + 2)
    chips = _chips(item, shades)
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.82)
    right = _paint_chips(painter, line, chips, small, shades)
    painter.setFont(font)
    painter.setPen(QColor(shades.text_muted))
    rest = QRect(line.left(), line.top(), right - line.left(), line.height())
    _draw_elided(painter, rest, item_line(item.metadata), metrics)


_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(
    Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
)


def _draw_elided(painter: QPainter, rect: QRect, text: str, metrics: QFontMetrics) -> None:
    if rect.width() <= 0:
        return
    line = " ".join(text.split())
    elided = metrics.elidedText(line, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LEFT | int(Qt.TextFlag.TextSingleLine), elided)


def _chips(item: Item, shades: Colours) -> list[tuple[str, str]]:
    """Words and their colours; once an item is decided on, what was suspected is past."""
    chips: list[tuple[str, str]] = []
    if item.unreadable_count:
        chips.append((f"{item.unreadable_count} unreadable", shades.danger))
    if item.state in (ItemState.OPEN, ItemState.SKIPPED):
        kinds = sorted(item.hint_kinds, key=lambda kind: kind.bit)
        chips += [(HINT_WORDS[kind], shades.warning) for kind in kinds]
    return chips


def _paint_chips(
    painter: QPainter,
    line: QRect,
    chips: list[tuple[str, str]],
    font: QFont,
    shades: Colours,
) -> int:
    """From the right edge, as many as fit into two thirds of the line; where they begin."""
    metrics = QFontMetrics(font)
    right = line.right() + 1
    first_allowed = line.left() + line.width() // 3
    painter.setFont(font)
    placed: list[tuple[str, str, int]] = []
    for at, (word, colour) in enumerate(chips):
        width = metrics.horizontalAdvance(word) + 12
        left_out = len(chips) - at
        more_width = metrics.horizontalAdvance(f"+{left_out}") + 12 if left_out > 1 else 0
        used = sum(w + 4 for _, _, w in placed)
        if right - used - width - more_width < first_allowed:
            more = f"+{left_out}"
            placed.append((more, shades.text_muted, metrics.horizontalAdvance(more) + 12))
            break
        placed.append((word, colour, width))
    for word, colour, width in reversed(placed):
        chip = QRectF(
            right - width,
            line.top() + (line.height() - metrics.height() - 2) / 2 + 0.5,
            width - 1,
            metrics.height() + 1,
        )
        pen = QColor(colour)
        pen.setAlphaF(0.55)
        painter.setPen(QPen(pen, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor(colour))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), word)
        right -= width + 4
    return right - 4 if placed else right


def _paint_state(painter: QPainter, mark: QRectF, state: ItemState, shades: Colours) -> None:
    """A shape and a colour for each state, so that neither has to be told apart alone."""
    stroke = QPen(QColor(shades.text_muted), 1.6)
    stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = mark.adjusted(1.5, 1.5, -1.5, -1.5)
    centre = mark.center()
    match state:
        case ItemState.DONE:
            stroke.setColor(QColor(shades.success))
            stroke.setWidthF(2)
            painter.setPen(stroke)
            painter.drawPolyline(
                QPointF(mark.left() + 2, centre.y() + 0.5),
                QPointF(centre.x() - 1.5, mark.bottom() - 3),
                QPointF(mark.right() - 1.5, mark.top() + 3),
            )
        case ItemState.REJECTED:
            stroke.setColor(QColor(shades.danger))
            stroke.setWidthF(2)
            painter.setPen(stroke)
            cross = mark.adjusted(3, 3, -3, -3)
            painter.drawLine(cross.topLeft(), cross.bottomRight())
            painter.drawLine(cross.topRight(), cross.bottomLeft())
        case ItemState.SKIPPED:
            painter.setPen(stroke)
            painter.drawEllipse(ring)
            painter.drawLine(
                QPointF(centre.x() - 3, centre.y()), QPointF(centre.x() + 3, centre.y())
            )
        case _:
            painter.setPen(stroke)
            painter.drawEllipse(ring)
