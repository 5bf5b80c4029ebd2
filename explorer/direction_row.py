"""One direction: its slider, what it is expected to bring, and what to know of it."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.qt.elided_label import ElidedLabel, as_tooltip
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import colours, scaled_font
from explorer.direction_shelf import Shelved

STEPS = 100
"""Positions of a slider either way."""
_HANDLE_PX = 7
_CATCH = 2


class DirectionSlider(QSlider):
    """From -100 to 100, 0 in the middle; a double click or Delete brings it back there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(-STEPS, STEPS)
        self.setPageStep(10)
        self.setMinimumHeight(22)
        # What was drawn roughly is set finely with the arrows; all other keys stay the tab's.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        KeyClaim(
            self,
            (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.setValue(0)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leaves it to the panel: whoever scrolls past would move the query without a word."""
        event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The groove, filled from the middle, where the query rests, to the handle.

        Fusion fills it from the left end, as if nothing lay to that side.
        """
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, line = QRectF(self.rect()), QRectF(self.rect()).center().y()
        handle = self._handle_x()
        painter.setPen(QPen(QColor(shades.border), 4, cap=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(_HANDLE_PX, line), QPointF(area.right() - _HANDLE_PX, line))
        middle = area.center().x()
        painter.setPen(QPen(QColor(shades.text_muted), 1))
        painter.drawLine(QPointF(middle, line - 6), QPointF(middle, line + 6))
        if self.value():
            painter.setPen(QPen(QColor(shades.accent), 4, cap=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(middle, line), QPointF(handle, line))
        ring = shades.text if self.hasFocus() else shades.window
        painter.setPen(QPen(QColor(ring), 2))
        painter.setBrush(QColor(shades.accent if self.value() else shades.text_muted))
        painter.drawEllipse(QPointF(handle, line), _HANDLE_PX - 1, _HANDLE_PX - 1)

    def _handle_x(self) -> float:
        room = self.width() - 2 * _HANDLE_PX
        return _HANDLE_PX + room * (self.value() + STEPS) / (2 * STEPS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the handle to the mouse: there is no page to turn."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.pos().x() - _HANDLE_PX) / max(1, self.width() - 2 * _HANDLE_PX)
        value = round((2 * share - 1) * STEPS)
        # The middle holds the handle a little: rest should be easy to find again.
        self.setValue(0 if abs(value) <= _CATCH else value)


class DirectionRow(QWidget):
    """Says what is wanted of a direction; shows what is known of it."""

    moved = pyqtSignal(str, float)
    """Name, and the slider's position from -1 to 1."""
    report_wanted = pyqtSignal(str)
    path_wanted = pyqtSignal(str)
    strict_wanted = pyqtSignal(str, bool)
    delete_wanted = pyqtSignal(str)

    def __init__(self, shelved: Shelved, parent: QWidget) -> None:
        super().__init__(parent)
        self._shelved = shelved
        name = shelved.name
        self.setObjectName(f"direction_{name}")
        title = ElidedLabel(self)
        title.setText(name)
        title.setFont(scaled_font(self, 1.0, bold=False))
        self._share = QLabel(self)
        self._share.setObjectName(f"share_{name}")
        self._share.setProperty("role", "muted")
        more = QToolButton(self)
        more.setObjectName(f"more_{name}")
        more.setText("…")
        more.setToolTip("Report, path, strict re-ranking, forget")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setStyleSheet("QToolButton::menu-indicator { image: none }")
        more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(more, BUTTON_KEYS)
        more.setMenu(self._menu(more))
        self._slider = DirectionSlider(self)
        self._slider.setObjectName(f"slider_{name}")
        self._slider.setEnabled(shelved.can_move)
        self._slider.setAccessibleName(name)
        self._slider.valueChanged.connect(self._on_value)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(title, 1)
        if shelved.warnings:
            top.addWidget(_warning(shelved, self))
        top.addWidget(self._share)
        top.addWidget(more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(0)
        layout.addLayout(top)
        if shelved.can_move:
            layout.addWidget(self._slider)
        else:
            self._slider.hide()
            told = QLabel(shelved.warnings[0], self)
            told.setWordWrap(True)
            told.setProperty("role", "muted")
            told.setFont(scaled_font(self, 0.88))
            layout.addWidget(told)

    @property
    def name(self) -> str:
        return self._shelved.name

    @property
    def shelved(self) -> Shelved:
        return self._shelved

    def show_extent(self, extent: float) -> None:
        """Puts the slider where the query is moved so far."""
        position = self._shelved.calibration.position(extent)
        if not self._slider.isSliderDown():
            with QSignalBlocker(self._slider):
                self._slider.setValue(round(position * STEPS))
        self._show_words()

    def _on_value(self, value: int) -> None:
        self._show_words()
        self.moved.emit(self.name, value / STEPS)

    def _show_words(self) -> None:
        words = self._shelved.calibration.words(self._slider.value() / STEPS)
        self._share.setText(words)
        what = (
            f"Expected share of the results that bear {self.name}, as measured on photos that the "
            "direction was not learned from"
        )
        self._share.setToolTip(what if words.endswith("%") else "How far the query is moved")

    def _menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        report = menu.addAction("Report…")
        report.setToolTip("What was measured, and how far to trust it")
        report.setEnabled(self._shelved.direction.report is not None)
        report.triggered.connect(lambda: self.report_wanted.emit(self.name))
        path = menu.addAction("Path")
        path.setToolTip("The nearest item at each of ten steps along this direction")
        path.setEnabled(self._shelved.can_move)
        path.triggered.connect(lambda: self.path_wanted.emit(self.name))
        strict = menu.addAction("Strict")
        strict.setCheckable(True)
        strict.setChecked(self._shelved.is_strict)
        strict.setEnabled(self._shelved.direction.probe is not None and self._shelved.can_move)
        strict.setToolTip(
            "Re-rank by a classifier of the pattern, in place of moving the query: surer of the "
            "pattern, at the cost of likeness"
        )
        strict.triggered.connect(lambda on: self.strict_wanted.emit(self.name, bool(on)))
        reset = menu.addAction("Reset")
        reset.setToolTip("Bring this slider back to rest")
        reset.triggered.connect(lambda: self._slider.setValue(0))
        menu.addSeparator()
        forget = menu.addAction("Forget")
        forget.setToolTip("Take this direction away; its photos stay what they are")
        forget.triggered.connect(lambda: self.delete_wanted.emit(self.name))
        return menu


def _warning(shelved: Shelved, parent: QWidget) -> QLabel:
    label = QLabel("!", parent)
    label.setObjectName(f"warning_{shelved.name}")
    label.setFont(scaled_font(parent, 1.0, bold=True))
    label.setProperty("role", "warning")
    label.setToolTip(as_tooltip("\n".join(shelved.warnings)).replace("\n", "<br>"))
    return label
