"""What a right click on a run offers."""

from __future__ import annotations

from PyQt5.QtCore import QPoint
from PyQt5.QtWidgets import QMenu, QWidget

from core.qt.training.actions import Actions, Do

_GROUPS = (
    (Do.STOP, Do.RESUME, Do.QUEUE),
    (Do.EVALUATE, Do.EMBED, Do.EXPLORE),
    (Do.COMPARE, Do.COPY, Do.SAVE),
    (Do.NOTE, Do.RENAME, Do.SHOW_FOLDER, Do.TRASH),
)


def show_run_menu(actions: Actions, at: QPoint, parent: QWidget) -> None:
    """Opens the menu at this place of the screen."""
    menu = QMenu(parent)
    menu.setObjectName("run_menu")
    for group in _GROUPS:
        for do in group:
            menu.addAction(actions[do])
        menu.addSeparator()
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
