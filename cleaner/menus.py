"""The actions as menus: for the window's bar, and for a click on a photo."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QMenu, QWidget

from cleaner.actions import NUMBERS, REASONS, Actions, Do, Menu

_FOR_PHOTO: Sequence[Sequence[Do]] = (
    tuple(REASONS),
    (Do.KEEP, Do.UNDECIDE, Do.NOT_DUPLICATE),
    (Do.MOVE, Do.SPLIT),
    (Do.COPY_PATHS,),
)


def build_menus(actions: Actions, parent: QWidget) -> list[QMenu]:
    """A menu for each heading, with all actions; those that select a photo lie one deeper."""
    menus: list[QMenu] = []
    for heading in Menu:
        menu = QMenu(f"&{heading}", parent)
        menu.setObjectName(f"menu_{heading.lower()}")
        menu.setToolTipsVisible(True)
        numbers: QMenu | None = None
        for do in (do for do in Do if do.value.menu is heading):
            if do in NUMBERS:
                if numbers is None:
                    numbers = menu.addMenu("Select by number")
                numbers.addAction(actions[do])
                continue
            menu.addAction(actions[do])
            if do.value.ends_group:
                menu.addSeparator()
        menus.append(menu)
    return menus


def context_menu(actions: Actions, parent: QWidget) -> QMenu:
    """What can be done to the photos that are selected."""
    menu = QMenu(parent)
    menu.setObjectName("photo_menu")
    for group in _FOR_PHOTO:
        for do in group:
            menu.addAction(actions[do])
        menu.addSeparator()
    return menu
