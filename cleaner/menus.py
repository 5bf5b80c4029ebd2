"""The actions as menus: for the window's bar, and for a click on a photo."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QMenu, QWidget

from cleaner.actions import NUMBERS, REASONS, Actions, Do, Menu
from core.qt import tab_actions

_FOR_PHOTO: Sequence[Sequence[Do]] = (
    tuple(REASONS),
    (Do.KEEP, Do.UNDECIDE, Do.NOT_DUPLICATE),
    (Do.MOVE, Do.SPLIT),
    (Do.ZOOM, Do.COMPARE, Do.EXPLORE),
    (Do.COPY_PATHS,),
)


def build_menus(actions: Actions, parent: QWidget) -> list[QMenu]:
    """A menu for each heading, with all actions; those that select a photo lie one deeper."""
    deeper = dict.fromkeys(NUMBERS, "Select by number")
    return tab_actions.build_menus(actions, Menu, parent, deeper=deeper)


def context_menu(actions: Actions, parent: QWidget) -> QMenu:
    """What can be done to the photos that are selected."""
    menu = QMenu(parent)
    menu.setObjectName("photo_menu")
    for group in _FOR_PHOTO:
        for do in group:
            menu.addAction(actions[do])
        menu.addSeparator()
    return menu
