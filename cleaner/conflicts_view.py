"""What two people differ in, one below the other, with both opinions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt5.QtGui import QFont, QFontMetrics, QKeyEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QPushButton, QTableView, QVBoxLayout, QWidget

from cleaner.photo_pane import PhotoPane
from core.catalogue.records import Photo, RejectReason
from core.cleaning.decision_merge import Choice, Difference, Opinion, Subject
from core.qt.rows_model import lay_out
from core.qt.theme import scaled_font

_WHAT, _MINE, _THEIRS = range(3)
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Conflict:
    """A difference, with the title of its item and the photo to show beside it."""

    difference: Difference
    item_title: str
    photo: Photo | None


class ConflictsView(QWidget):
    """Until the user says otherwise, what is decided here counts."""

    chosen = pyqtSignal()
    """A choice was made."""

    def __init__(self, conflicts: Sequence[Conflict], their_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._conflicts = conflicts
        self._model = _ConflictsModel(conflicts, their_name, self)
        self._table = _ChoiceTable(self)
        lay_out(self._table, self._model, stretched=_WHAT)
        self._table.setObjectName("conflicts")
        # The longest there is to say, as bold as what counts.
        bold = QFontMetrics(scaled_font(self, 1.0, bold=True))
        widest = max(bold.horizontalAdvance(f"● rejected: {reason}") for reason in RejectReason)
        for opinion in (_MINE, _THEIRS):
            self._table.setColumnWidth(opinion, widest + 24)
        self._table.clicked.connect(self._on_clicked)
        self._table.choice_made.connect(self._choose_selected)
        self._table.selectionModel().currentRowChanged.connect(self._show_current)
        self._pane = PhotoPane(self)
        self._why = QLabel(self)
        self._why.setWordWrap(True)
        self._why.setProperty("role", "muted")

        tools = QHBoxLayout()
        hint = QLabel("Click the word that shall count, or press M (mine) or T (theirs).", self)
        hint.setProperty("role", "muted")
        tools.addWidget(hint, 1)
        for text, choice in (("All mine", Choice.MINE), ("All theirs", Choice.THEIRS)):
            button = QPushButton(text, self)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, each=choice: self._choose_all(each))
            tools.addWidget(button)
        side = QVBoxLayout()
        side.addWidget(self._pane, 1)
        side.addWidget(self._why)
        row = QHBoxLayout()
        row.addWidget(self._table, 2)
        row.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(tools)
        column.addLayout(row, 1)
        self._table.selectRow(0)

    def choices(self) -> Mapping[int, Choice]:
        """By the number of the conflict, from 0."""
        return dict(enumerate(self._model.choices))

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() in (_MINE, _THEIRS):
            self._model.choose(
                [index.row()], Choice.MINE if index.column() == _MINE else Choice.THEIRS
            )
            self.chosen.emit()

    def _choose_selected(self, choice: Choice) -> None:
        rows = [index.row() for index in self._table.selectionModel().selectedRows()]
        self._model.choose(rows, choice)
        self.chosen.emit()

    def _choose_all(self, choice: Choice) -> None:
        self._model.choose(range(len(self._conflicts)), choice)
        self.chosen.emit()

    def _show_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        conflict = self._conflicts[current.row()] if current.isValid() else None
        photo = conflict.photo if conflict is not None else None
        self._pane.show_file(
            photo.file if photo is not None else None, photo.crop if photo is not None else None
        )
        self._why.setText(conflict.difference.why if conflict is not None else "")


class _ChoiceTable(QTableView):
    choice_made = pyqtSignal(object)  # Choice, for the selected rows

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        choices = {Qt.Key.Key_M: Choice.MINE, Qt.Key.Key_T: Choice.THEIRS}
        choice = choices.get(Qt.Key(event.key()))
        if choice is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.choice_made.emit(choice)


class _ConflictsModel(QAbstractTableModel):
    """What it is about, what is said here, what is said there; the word that counts is marked."""

    def __init__(self, conflicts: Sequence[Conflict], their_name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.choices = [Choice.MINE] * len(conflicts)
        self._conflicts = conflicts
        self._headings = ("About", "Mine", f"Theirs ({their_name})")

    def choose(self, rows: Iterable[int], choice: Choice) -> None:
        for row in rows:
            self.choices[row] = choice
        self.dataChanged.emit(self.index(0, _MINE), self.index(len(self._conflicts) - 1, _THEIRS))

    def rowCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._conflicts)

    def columnCount(self, parent: QModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headings[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        conflict = self._conflicts[index.row()]
        difference = conflict.difference
        column = index.column()
        if column == _WHAT:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                return _about(conflict)
            return None
        opinion = difference.mine if column == _MINE else difference.theirs
        counts = self.choices[index.row()] is (Choice.MINE if column == _MINE else Choice.THEIRS)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{'●' if counts else '○'}  {_words(difference.subject, opinion)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return _words(difference.subject, opinion)
        if role == Qt.ItemDataRole.FontRole and counts:
            font = QFont()
            font.setBold(True)
            return font
        return None


def _about(conflict: Conflict) -> str:
    match conflict.difference.subject:
        case Subject.PHOTO:
            return f"{conflict.item_title}: {conflict.difference.name}"
        case Subject.NOTE:
            return f"{conflict.item_title}: the note"
    return f"{conflict.item_title}: the whole item"


def _words(subject: Subject, opinion: Opinion) -> str:
    if subject is Subject.NOTE:
        return opinion.says or "no note"
    return str(opinion)
