"""One photo of a comparison: the photo, and below it what its file is like."""

from __future__ import annotations

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
from core.qt.theme import colours

CAPTION_PX = 58


class ComparePane(QFrame):
    """A zoom pane with a caption and a button to reject the photo."""

    reject_clicked = pyqtSignal()

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"compare_pane_{number}")
        self._all_facts = ""
        self.zoom = ZoomPane(self)
        self._name = _one_line(self)
        self._facts = _one_line(self)
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
        shown_in = colours(self)
        verdict = verdict_in_words(photo)
        is_rejected = photo.verdict is Verdict.REJECTED
        counted = "" if number is None else f"<b>{number}</b>&nbsp; "
        said = [counted + _escaped(name or file_name(photo))]
        if note:
            said.append(f'<span style="color:{shown_in.warning}">{note}</span>')
        if verdict:
            colour = shown_in.danger if is_rejected else shown_in.success
            mark = "rejected: " if is_rejected and verdict != "rejected" else ""
            said.append(f'<span style="color:{colour}"><b>{mark}{verdict}</b></span>')
        if name:
            said.append(_escaped(file_name(photo)))  # last: a narrow pane cuts it off first
        self._name.setText(" &nbsp;·&nbsp; ".join(said))
        self._name.setToolTip(photo.name)
        self._say_facts(facts)
        self._reject.setVisible(can_reject and not is_rejected)
        self._frame(shown_in.accent if is_chosen else "transparent")

    def describe_difference(self, first: int, second: int, gain: float) -> None:
        """Says what a difference is of."""
        self._name.setText(f"Difference of <b>{first}</b> and <b>{second}</b>, × {gain:g}")
        self._name.setToolTip("")
        self._say_facts("Black where both are alike")
        self._reject.setVisible(False)
        self._frame("transparent")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_facts(self._all_facts)

    def _say_facts(self, facts: str) -> None:
        self._all_facts = facts
        room = self.width() - 20
        metrics = self._facts.fontMetrics()
        self._facts.setText(metrics.elidedText(facts, Qt.TextElideMode.ElideRight, room))
        self._facts.setToolTip(facts)

    def _frame(self, colour: str) -> None:
        style = f"#{self.objectName()} {{ border: 2px solid {colour}; border-radius: 3px; }}"
        if style != self.styleSheet():
            self.setStyleSheet(style)


def _one_line(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    # May become narrower than its words: the panes share the width evenly.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
