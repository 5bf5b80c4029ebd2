"""One photo of a comparison: the photo, and below it what its file is like."""

from __future__ import annotations

import html

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.catalogue.records import Photo, Verdict
from core.qt.photo_words import file_name, verdict_in_words
from core.qt.photo_zoom import ZoomPane
from core.qt.theme import Colours
from core.qt.themed_label import ThemedLabel

CAPTION_PX = 58


class ComparePane(QFrame):
    """A zoom pane with a caption and a button to reject the photo."""

    reject_clicked = pyqtSignal()

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"compare_pane_{number}")
        self._all_facts = ""
        self.zoom = ZoomPane(self)
        self._name = ThemedLabel(self)
        self._facts = QLabel(self)
        for line in (self._name, self._facts):
            # May become narrower than its words: the panes share the width evenly.
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts.setProperty("role", "muted")
        self._reject = QPushButton("Reject", self)
        self._reject.setObjectName(f"compare_reject_{number}")
        self._reject.setProperty("role", "danger")
        self._reject.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._reject.clicked.connect(self.reject_clicked)
        self._caption = QWidget(self)
        self._caption.setFixedHeight(CAPTION_PX)
        grid = QGridLayout(self._caption)
        grid.setContentsMargins(6, 3, 4, 3)
        grid.setVerticalSpacing(1)
        grid.addWidget(self._name, 0, 0)
        grid.addWidget(self._reject, 0, 1)
        grid.addWidget(self._facts, 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.setSpacing(0)
        column.addWidget(self.zoom, 1)
        column.addWidget(self._caption)

    def describe(
        self,
        number: int | None,
        photo: Photo,
        name: str,
        facts: str,
        note: str,
        is_chosen: bool,
        *,
        can_reject: bool = True,
    ) -> None:
        """Says which photo is shown.

        Args:
            number: As the comparison counts; None where it is one photo alone.
            photo: Whose file it is.
            name: What it is called beside its number and file, or "".
            facts: What the file is like.
            note: How it is shown other than it is: "shown mirrored"; "" for as it is.
            is_chosen: Whether keys act on it.
            can_reject: Whether it has a button to reject it.
        """
        self._name.say(lambda shades: _caption(number, photo, name, note, shades))
        self._name.setToolTip(photo.name)
        self._say_facts(facts)
        self._reject.setVisible(can_reject and photo.verdict is not Verdict.REJECTED)
        self._frame(is_chosen=is_chosen)

    def describe_difference(self, first: int, second: int, gain: float) -> None:
        """Says what a difference is of."""
        self._name.say(lambda _: f"Difference of <b>{first}</b> and <b>{second}</b>, × {gain:g}")
        self._name.setToolTip("")
        self._say_facts("Black where both are alike")
        self._reject.setVisible(False)
        self._frame(is_chosen=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_facts(self._all_facts)

    def _say_facts(self, facts: str) -> None:
        self._all_facts = facts
        room = self.width() - 20
        metrics = self._facts.fontMetrics()
        self._facts.setText(metrics.elidedText(facts, Qt.TextElideMode.ElideRight, room))
        self._facts.setToolTip(facts)

    def _frame(self, *, is_chosen: bool) -> None:
        colour = "palette(highlight)" if is_chosen else "transparent"
        style = f"#{self.objectName()} {{ border: 2px solid {colour}; border-radius: 3px; }}"
        if style != self.styleSheet():
            self.setStyleSheet(style)


def _caption(number: int | None, photo: Photo, name: str, note: str, shades: Colours) -> str:
    counted = "" if number is None else f"<b>{number}</b>&nbsp; "
    said = [counted + html.escape(name or file_name(photo))]
    if note:
        said.append(f'<span style="color:{shades.warning}">{note}</span>')
    verdict = verdict_in_words(photo)
    if verdict:
        is_rejected = photo.verdict is Verdict.REJECTED
        colour = shades.danger if is_rejected else shades.success
        mark = "rejected: " if is_rejected and verdict != "rejected" else ""
        said.append(f'<span style="color:{colour}"><b>{mark}{verdict}</b></span>')
    if name:
        said.append(html.escape(file_name(photo)))  # last: a narrow pane cuts it off first
    return " &nbsp;·&nbsp; ".join(said)
