"""What the program tells the user without stopping them: notes that pass, errors that stay."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PyQt5.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import UserError, displayable
from core.qt.details_dialog import show_details
from core.qt.theme import Colours, colours

_log = logging.getLogger(__name__)

NOTE_S = 6.0
_MARGIN_PX = 14
_ABOVE_BOTTOM_PX = 84
"""Leaves free what stands at the bottom of views: buttons, and how far one is."""

_WIDTH_PX = 360
_AT_ONCE = 4


class MessageArea(QWidget):
    """A column of cards over its parent's lower left corner; as large as the cards need.

    That corner, because it is the one where nothing is read or pressed while items are cleaned.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, text: str, *, action: tuple[str, Callable[[], None]] | None = None) -> None:
        """A note that goes away by itself, unless it offers to do something."""
        card = _Card("accent", text, "", "", self)
        if action is not None:
            label, act = action
            card.add_button(label, act)
        else:
            timer = QTimer(card)
            timer.setSingleShot(True)
            timer.timeout.connect(card.closed)
            timer.start(int(NOTE_S * 1000))
        self._add(card)

    def tell_error(self, error: UserError, details: str = "") -> None:
        """An error, which stays until it is closed; one that is shown already is not repeated.

        Args:
            error: What went wrong, where, and what can be done.
            details: For experts, behind a button.
        """
        _log.warning("told: %s", error)
        for card in self.cards():
            if card.text == error.message and card.is_error:
                self._close(card)
        where = displayable(error.path) if error.path is not None else ""
        card = _Card("danger", error.message, where, error.remedy, self)
        if details:
            card.add_button("Details…", lambda: show_details(self.window(), error, details))
        self._add(card)

    def clear(self) -> None:
        """Closes all."""
        for card in self.cards():
            self._close(card)

    def cards(self) -> list[_Card]:
        """Those that are shown, oldest first."""
        found = (self._column.itemAt(index).widget() for index in range(self._column.count()))
        return [card for card in found if isinstance(card, _Card)]

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Moves into the corner again after a card came or went."""
        parent = self.parentWidget()
        if not self.cards():
            self.hide()
            return
        self.setFixedWidth(min(_WIDTH_PX, parent.width() - 2 * _MARGIN_PX))
        room = parent.height() - _ABOVE_BOTTOM_PX
        while (height := self._height()) > room and len(self.cards()) > 1:
            self._take(self.cards()[0])
        self.setFixedHeight(max(1, min(height, room)))
        self.move(
            _MARGIN_PX,
            max(0, room - self.height()),
        )
        self.show()
        self.raise_()

    def _add(self, card: _Card) -> None:
        self._column.addWidget(card)
        card.closed.connect(lambda: self._close(card))
        card.show()
        for old in self.cards()[:-_AT_ONCE]:
            self._close(old)
        self.place()

    def _close(self, card: _Card) -> None:
        self._take(card)
        self.place()

    def _take(self, card: _Card) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _height(self) -> int:
        height = self._column.heightForWidth(self.width())
        return height if height >= 0 else self._column.sizeHint().height()


class _Card(QFrame):
    """One message: a stripe of colour, text, file, remedy, and a cross."""

    closed = pyqtSignal()

    def __init__(self, kind: str, text: str, where: str, remedy: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = text
        self.is_error = kind == "danger"
        self._kind = kind
        self.setObjectName("error_card" if self.is_error else "note_card")
        self.setAccessibleName(" ".join(filter(None, (text, where, remedy))))
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(18)
        shadow.setOffset(0, 3)
        shadow.setColor(QColor(0, 0, 0, 110))
        self.setGraphicsEffect(shadow)

        row = QHBoxLayout(self)
        row.setContentsMargins(18, 10, 8, 10)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(_label(text, bold=bool(remedy or where)))
        if where:
            words.addWidget(_label(where, role="muted"))
        if remedy:
            words.addWidget(_label(remedy))
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        words.addLayout(self._buttons)
        row.addLayout(words, 1)
        cross = QToolButton(self)
        cross.setText("✕")
        cross.setToolTip("Close this message")
        cross.setAccessibleName("Close this message")
        cross.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        cross.clicked.connect(self.closed)
        row.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)

    def add_button(self, label: str, act: Callable[[], None]) -> None:
        button = QPushButton(label, self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: act())
        if not self.is_error:
            button.clicked.connect(self.closed)
        self._buttons.addWidget(button)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(shades.border))
        painter.setBrush(QColor(shades.raised))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 7, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(_stripe(shades, self._kind)))
        painter.drawRoundedRect(6, 10, 4, self.height() - 20, 2, 2)


def _stripe(shades: Colours, kind: str) -> str:
    return shades.danger if kind == "danger" else shades.accent


def _label(text: str, *, bold: bool = False, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    if bold:
        font = label.font()
        font.setBold(True)
        label.setFont(font)
    return label
