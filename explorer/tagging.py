"""Giving the selected photos a name, and taking it from them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QInputDialog, QWidget

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes
from core.cleaning.tagging import tag_photos, untag_photos
from explorer.actions import Do
from explorer.exploring import Exploring
from explorer.selection import Rows
from explorer.steps import Steps

_Change = Callable[[Catalogue, str, Sequence[int]], Changes]


class Tagging(QObject):
    """Asks for the name and has it stored."""

    said = pyqtSignal(str)

    def __init__(self, steps: Steps, exploring: Exploring, owner: QWidget) -> None:
        super().__init__(owner)
        self._steps = steps
        self._exploring = exploring
        self._owner = owner

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        return {
            Do.TAG: self._ask_for_name,
            Do.UNTAG: self._ask_which,
        }

    # Below this line: how

    def _ask_for_name(self) -> None:
        opened = self._exploring.opened
        rows = self._exploring.selection.selected_rows()
        if opened is None or not len(rows):
            return
        names = ["", *sorted(opened.facts.tags, key=str.casefold)]
        dialog = self._dialog("Tag", f"A name for the {_photos(len(rows))}:", names)
        dialog.setComboBoxEditable(True)
        dialog.textValueSelected.connect(partial(self._store, tag_photos, rows))
        dialog.open()

    def _ask_which(self) -> None:
        opened = self._exploring.opened
        rows = self._exploring.selection.selected_rows()
        if opened is None or not len(rows):
            return
        names = sorted(
            (name for name, flags in opened.facts.tags.items() if flags[rows].any()),
            key=str.casefold,
        )
        if not names:
            self.said.emit(f"The {_photos(len(rows))} have no tags")
        elif len(names) == 1:
            self._store(untag_photos, rows, names[0])
        else:
            dialog = self._dialog("Take a tag away", f"From the {_photos(len(rows))}:", names)
            dialog.textValueSelected.connect(partial(self._store, untag_photos, rows))
            dialog.open()

    def _dialog(self, title: str, text: str, names: Sequence[str]) -> QInputDialog:
        dialog = QInputDialog(self._owner)
        dialog.setObjectName("tag_dialog")
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setComboBoxItems(list(names))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _store(self, change: _Change, rows: Rows, name: str) -> None:
        opened = self._exploring.opened
        if opened is None:
            return
        photo_ids = opened.index.photo_ids[rows].tolist()
        self._steps.take(lambda catalogue: change(catalogue, name, photo_ids))


def _photos(count: int) -> str:
    return "selected photo" if count == 1 else f"{count:,} selected photos"
