"""A button for an action that shows the key it can be done with instead."""

from __future__ import annotations

from PyQt5.QtCore import QRect, QSize, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PyQt5.QtWidgets import (
    QAction,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import colours, scaled_font

_PADDING_PX = 8


class ActionButton(QToolButton):
    """Label below, key above; enabled, explained and triggered as its action is."""

    def __init__(
        self, action: QAction, label: str, key: str, parent: QWidget, *, is_main: bool = False
    ) -> None:
        super().__init__(parent)
        self.setDefaultAction(action)
        self.setObjectName(f"button_{action.objectName().removeprefix('action_')}")
        # Reached with Tab only: a click must leave the focus where the keys act on the photos.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self, BUTTON_KEYS)
        self._label, self._key, self._is_main = label, key, is_main
        self.setAccessibleName(label)

    def sizeHint(self) -> QSize:
        label, key = self._metrics()
        width = max(label.horizontalAdvance(self._label), key.horizontalAdvance(self._key))
        return QSize(width + 2 * _PADDING_PX, label.height() + key.height() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        shades = colours(self)
        if self._is_main and self.isEnabled():
            painter.setBrush(QColor(shades.accent))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
            text, key = QColor(shades.on_accent), QColor(shades.on_accent)
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.setPen(QColor(shades.text))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        else:
            painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
            text, key = QColor(shades.text), QColor(shades.text_muted)
        if not self.isEnabled():
            text.setAlphaF(0.4)
            key.setAlphaF(0.4)
        label_metrics, key_metrics = self._metrics()
        top = (self.height() - label_metrics.height() - key_metrics.height()) // 2
        painter.setFont(scaled_font(self, 0.82))
        painter.setPen(key)
        centred = int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(QRect(0, top, self.width(), key_metrics.height()), centred, self._key)
        painter.setFont(self.font())
        painter.setPen(text)
        painter.drawText(
            QRect(0, top + key_metrics.height(), self.width(), label_metrics.height()),
            centred,
            label_metrics.elidedText(self._label, Qt.TextElideMode.ElideRight, self.width() - 2),
        )

    def _metrics(self) -> tuple[QFontMetrics, QFontMetrics]:
        return QFontMetrics(self.font()), QFontMetrics(scaled_font(self, 0.82))
