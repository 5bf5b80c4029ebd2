"""The first page: what one can begin with, and the projects that were opened last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import displayable
from core.project import is_project
from core.qt.card_button import CardButton, folder_glyph, photos_glyph, shirt_glyph
from core.qt.theme import colours, scaled_font

_WIDTH_PX = 860


class WelcomePage(QWidget):
    """Emits what the user wants; knows nothing of how it is done."""

    scrape_wanted = pyqtSignal()
    project_wanted = pyqtSignal()
    demo_wanted = pyqtSignal()
    recent_chosen = pyqtSignal(object)
    """`Path` of a project."""
    recent_removed = pyqtSignal(object)
    """`Path` to take off the list."""

    def __init__(self, icon: QIcon, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(scroll)
        page = QWidget(scroll)
        scroll.setWidget(page)
        row = QHBoxLayout(page)
        row.setContentsMargins(32, 24, 32, 24)
        body = QWidget(page)
        body.setMaximumWidth(_WIDTH_PX)
        body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addStretch(1)
        row.addWidget(body, 100)
        row.addStretch(1)

        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(2)
        column.addLayout(self._heading(icon))
        column.addSpacing(28)
        column.addLayout(self._cards())
        column.addSpacing(10)
        column.addWidget(_muted("You can also drop a folder, a table or a project anywhere here."))
        column.addSpacing(26)
        self._recent_heading = QLabel("Recent projects", body)
        self._recent_heading.setFont(scaled_font(self, 1.15, bold=True))
        column.addWidget(self._recent_heading)
        column.addSpacing(6)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        column.addLayout(self._recent)
        column.addStretch(3)

    def show_recent(self, projects: Sequence[Path]) -> None:
        """Lists these projects; those that are no longer there are grey and can be removed."""
        while self._recent.count():
            row = self._recent.takeAt(0).widget()
            row.hide()
            row.deleteLater()
        for root in projects:
            self._recent.addWidget(self._recent_row(root))
        self._recent_heading.setVisible(bool(projects))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses what has the focus, as Space does."""
        focused = self.focusWidget()
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_return and not event.isAutoRepeat() and isinstance(focused, QAbstractButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _heading(self, icon: QIcon) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(18)
        picture = QLabel(self)
        picture.setPixmap(icon.pixmap(72, 72))
        row.addWidget(picture)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = QLabel("Pickglass", self)
        name.setFont(scaled_font(self, 2.4, bold=True))
        words.addWidget(name)
        words.addWidget(
            _muted("Clean scraped photos of second-hand clothes, item by item. Nothing gets lost.")
        )
        row.addLayout(words, 1)
        return row

    def _cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        for name, title, sentence, glyph, signal in (
            (
                "open_scrape",
                "Open a scrape…",
                "A folder of items, a table or a JSON dump. You see what is in it before "
                "anything is stored.",
                photos_glyph,
                self.scrape_wanted,
            ),
            (
                "open_project",
                "Open a project…",
                "Go on where you or a colleague stopped.",
                folder_glyph,
                self.project_wanted,
            ),
            (
                "make_demo",
                "Try the demo",
                "Draws 200 items with all the dirt of a real scrape to practise on; takes about "
                "a minute.",
                shirt_glyph,
                self.demo_wanted,
            ),
        ):
            card = CardButton(title, sentence, glyph, self, is_main=name == "open_scrape")
            card.setObjectName(name)
            card.clicked.connect(lambda _=False, wanted=signal: wanted.emit())
            row.addWidget(card, 1)
        return row

    def _recent_row(self, root: Path) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        there = is_project(root)
        entry = _RecentEntry(root, is_there=there, parent=row)
        entry.clicked.connect(lambda: self.recent_chosen.emit(root))
        layout.addWidget(entry, 1)
        remove = QToolButton(row)
        remove.setText("✕")
        remove.setToolTip("Take this project off the list; the project itself stays")
        remove.setAccessibleName(f"Take {displayable(root.name)} off the list")
        remove.clicked.connect(lambda: self.recent_removed.emit(root))
        layout.addWidget(remove)
        return row


class _RecentEntry(QAbstractButton):
    """Name and folder of a project on one line."""

    def __init__(self, root: Path, *, is_there: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("recent_project")
        self._name = displayable(root.name).removesuffix(".pickglass")
        self._folder = displayable(root.parent) if is_there else "no longer there"
        self.setEnabled(is_there)
        self.setText(self._name)
        self.setToolTip(displayable(root))
        self.setAccessibleName(f"Open {self._name}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if is_there:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(2 * self.fontMetrics().height())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(QColor(shades.accent), 2))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        if self.isEnabled() and (self.underMouse() or self.hasFocus()):
            painter.setBrush(QColor(shades.hover))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)
        inner = self.rect().adjusted(10, 0, -10, 0)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        metrics = self.fontMetrics()
        name = metrics.elidedText(
            self._name, Qt.TextElideMode.ElideMiddle, max(80, inner.width() // 2)
        )
        painter.setPen(QColor(shades.text if self.isEnabled() else shades.text_muted))
        painter.drawText(inner, middle, name)
        rest = inner.adjusted(metrics.horizontalAdvance(name) + 24, 0, 0, 0)
        folder = metrics.elidedText(self._folder, Qt.TextElideMode.ElideMiddle, rest.width())
        painter.setPen(QColor(shades.text_muted))
        painter.drawText(rest, middle | int(Qt.AlignmentFlag.AlignRight), folder)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label
