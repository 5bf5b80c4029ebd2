"""Facts as text that can be read, selected and copied, as high as it needs to be."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QEvent, QSize, Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QResizeEvent, QTextOption, QWheelEvent
from PyQt5.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from core.qt.theme import colours


@dataclass(frozen=True)
class Fact:
    """Something known.

    Attributes:
        label: What it is, or "" for a line that says it all.
        value: Any text; shown as it is, whatever markup it contains.
        url: Where a click leads; only http and https are offered.
        is_muted: Whether it matters less.
        is_void: Whether it no longer holds (an operation that was undone).
    """

    label: str
    value: str
    url: str = ""
    is_muted: bool = False
    is_void: bool = False


class FactsView(QTextBrowser):
    """Shows facts below each other; loads nothing and opens nothing by itself."""

    link_clicked = pyqtSignal(QUrl)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[Fact, ...] = ()
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        # Beats the application's style sheet, which gives every text field a frame.
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; padding: 0; }")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self.link_clicked)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Shows these instead of what was there."""
        if tuple(facts) == self._facts:
            return
        self._facts = tuple(facts)
        self._render()

    def loadResource(self, kind: int, name: QUrl) -> object:
        return None

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_height()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolls the panel that this is in

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._facts:
            self._render()

    def _render(self) -> None:
        shades = colours(self)
        lines = [_line(fact, shades.text, shades.text_muted, shades.accent) for fact in self._facts]
        self.setHtml("".join(lines))
        self._fit_height()

    def _fit_height(self) -> None:
        document = self.document()
        document.setTextWidth(max(1, self.viewport().width()))
        self.setFixedHeight(int(document.size().height()) + 2 if self._facts else 0)


def _line(fact: Fact, text: str, muted: str, accent: str) -> str:
    value = html.escape(fact.value).replace("\n", "<br>")
    if fact.is_void:
        value = f"<s>{value}</s>"
    if QUrl(fact.url).scheme() in ("http", "https"):
        link = html.escape(bytes(QUrl(fact.url).toEncoded()).decode("ascii"))
        value = f'<a href="{link}" style="color: {accent}">{value}</a>'
    colour = muted if fact.is_muted or fact.is_void else text
    label = f'<span style="color: {muted}">{html.escape(fact.label)}&nbsp; </span>'
    return f'<p style="margin: 0 0 3px 0; color: {colour}">{label if fact.label else ""}{value}</p>'
