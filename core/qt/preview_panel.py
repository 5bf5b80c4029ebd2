"""What was found in a scrape, to look at before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap
from PyQt5.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.images import Pixels
from core.qt.scrape_look import ExampleItem, ScrapeLook
from core.qt.theme import colours, scaled_font
from core.scrape.found import ScrapeWarning

_TILE_PX = 112


class PreviewPanel(QScrollArea):
    """Counts, examples, what is known of the items, and warnings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_look(self, look: ScrapeLook) -> None:
        """Shows a scrape in place of the one before."""
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(18)
        found = look.preview
        if found.layout is not None:
            column.addLayout(_counts(look))
            if look.examples:
                column.addWidget(_heading("Some of the items", self))
                column.addWidget(_Examples(look.examples, body))
            column.addWidget(_heading("What is known of the items", self))
            if any(found.coverage.values()):
                column.addWidget(_Coverage(found.coverage, body))
                if found.sampled < found.items:
                    column.addWidget(_text(f"Judged by {found.sampled:,} of them.", role="muted"))
            else:
                column.addWidget(_text("Nothing but their photos.", role="muted"))
        if found.columns:
            column.addWidget(_heading("Columns", self))
            column.addWidget(
                _text(", ".join(f"{name} from “{col}”" for name, col in found.columns.items()))
            )
        if found.warnings:
            column.addWidget(_heading("Good to know", self))
            for warning in found.warnings:
                column.addWidget(_Warning(warning, body))
        column.addStretch(1)
        self.setWidget(body)


class _Warning(QFrame):
    def __init__(self, warning: ScrapeWarning, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        often = f" ({warning.count:,} times)" if warning.count > 1 else ""
        column.addWidget(_text(warning.message + often))
        if warning.examples:
            more = ", …" if warning.count > len(warning.examples) else ""
            column.addWidget(_text(", ".join(warning.examples) + more, role="muted"))
        if warning.remedy:
            column.addWidget(_text(warning.remedy, role="muted"))


class _Examples(QWidget):
    """A row of items by their first photo, as many as there is room for."""

    def __init__(self, examples: Sequence[ExampleItem], parent: QWidget) -> None:
        super().__init__(parent)
        self._examples = [(example, _pixmap(example.pixels)) for example in examples]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(example.title for example in examples))

    def sizeHint(self) -> QSize:
        return QSize(4 * _TILE_PX, _TILE_PX + 2 * self.fontMetrics().height() + 6)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        gap = 10
        room = max(1, (self.width() + gap) // (_TILE_PX + gap))
        metrics = self.fontMetrics()
        for number, (example, pixmap) in enumerate(self._examples[:room]):
            left = number * (_TILE_PX + gap)
            plate = QRectF(left, 0, _TILE_PX, _TILE_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shades.plate))
            painter.drawRoundedRect(plate, 6, 6)
            if pixmap is not None:
                _draw_fitted(painter, plate, pixmap)
            else:
                painter.setPen(QColor(shades.text_muted))
                painter.drawText(
                    plate.adjusted(6, 6, -6, -6),
                    int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap),
                    example.problem,
                )
            line = metrics.height()
            painter.setPen(QColor(shades.text))
            title = metrics.elidedText(example.title, Qt.TextElideMode.ElideRight, _TILE_PX)
            painter.drawText(QRectF(left, _TILE_PX + 4, _TILE_PX, line), 0, title)
            painter.setPen(QColor(shades.text_muted))
            below = metrics.elidedText(example.about, Qt.TextElideMode.ElideRight, _TILE_PX)
            painter.drawText(QRectF(left, _TILE_PX + 4 + line, _TILE_PX, line), 0, below)


class _Coverage(QWidget):
    """A bar for each field: the share of items that have it."""

    def __init__(self, coverage: Mapping[str, float], parent: QWidget) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        half = (len(coverage) + 1) // 2
        for number, (name, share) in enumerate(coverage.items()):
            row, column = number % half, 4 * (number // half)
            grid.addWidget(_text(name, wraps=False), row, column)
            grid.addWidget(_Bar(share, self), row, column + 1)
            grid.addWidget(_text(f"{share:.0%}", role="muted", wraps=False), row, column + 2)
            grid.setColumnStretch(column + 1, 1)
        grid.setColumnMinimumWidth(3, 24)


class _Bar(QWidget):
    def __init__(self, share: float, parent: QWidget) -> None:
        super().__init__(parent)
        self._share = share
        self.setFixedHeight(8)
        self.setMinimumWidth(60)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.plate))
        painter.drawRoundedRect(self.rect(), 4, 4)
        if self._share > 0:
            painter.setBrush(QColor(shades.accent))
            painter.drawRoundedRect(
                QRectF(0, 0, max(8.0, self.width() * self._share), self.height()), 4, 4
            )


def _counts(look: ScrapeLook) -> QHBoxLayout:
    found = look.preview
    at_least = "" if found.is_complete else "≥ "
    single = found.photos_per_item.get(1, 0)
    row = QHBoxLayout()
    row.setSpacing(36)
    for number, label in (
        (found.items, "items"),
        (found.photos, "photos"),
        (found.to_download, "of them to be downloaded"),
        (single, "items with one photo only"),
    ):
        if not number and label not in ("items", "photos"):
            continue
        pair = QVBoxLayout()
        pair.setSpacing(0)
        figure = QLabel(f"{at_least}{number:,}")
        figure.setFont(scaled_font(figure, 1.9, bold=True))
        pair.addWidget(figure)
        pair.addWidget(_text(label, role="muted", wraps=False))
        row.addLayout(pair)
    row.addStretch(1)
    return row


def _pixmap(pixels: Pixels | None) -> QPixmap | None:
    if pixels is None:
        return None
    height, width = pixels.shape[:2]
    data = pixels.tobytes()
    return QPixmap.fromImage(QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888))


def _draw_fitted(painter: QPainter, plate: QRectF, pixmap: QPixmap) -> None:
    scale = min(plate.width() / pixmap.width(), plate.height() / pixmap.height())
    target = QRectF(0, 0, pixmap.width() * scale, pixmap.height() * scale)
    target.moveCenter(plate.center())
    painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))


def _heading(text: str, widget: QWidget) -> QLabel:
    label = QLabel(text)
    label.setFont(scaled_font(widget, 1.05, bold=True))
    return label


def _text(text: str, *, role: str = "", wraps: bool = True) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label
