"""Everything that can be done in a tab: one table, from which menus, keys and sheet are made.

A tab lists what it can do as the members of an `Enum`, each an `ActionSpec`. Menus, shortcuts,
buttons, tooltips and the shortcuts sheet all come from there, so that none of them can say
something that another does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QAction, QMenu, QWidget

Situation = TypeVar("Situation")
D = TypeVar("D", bound=Enum)


def always(_: object) -> bool:
    """The condition of what can be done at any time."""
    return True


@dataclass(frozen=True)
class ActionSpec(Generic[Situation]):
    """How one thing is called, reached and explained.

    Attributes:
        keys: All its shortcuts; the first is the one that buttons show.
        tip: What it does, in a sentence.
        menu: The heading of its menu and of its part of the shortcuts sheet.
        can: When it can act.
        needs: When it is offered at all: it is in no menu and on no sheet where it can never act.
        repeats: Whether a held key does it again and again: only what decides nothing.
        family: Things of one family share a line in the sheet, which reads so.
        ends_group: Whether the menu draws a line below it.
    """

    text: str
    keys: tuple[str, ...]
    tip: str
    menu: str
    can: Callable[[Situation], bool]
    needs: Callable[[Situation], bool] = always
    repeats: bool = False
    family: str = ""
    ends_group: bool = False


def build_actions(kinds: type[D], parent: QWidget) -> dict[D, QAction]:
    """A QAction for each thing that can be done; its keys work while parent is to be seen."""
    actions: dict[D, QAction] = {}
    for do in kinds:
        spec: ActionSpec[object] = do.value
        action = QAction(spec.text, parent)
        action.setObjectName(f"action_{do.name.lower()}")
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        # In the whole window: the focus may be on a tab's title. Hidden tabs get no keys.
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(spec.repeats)
        action.setToolTip(f"{spec.tip} ({key_text(spec.keys[0])})")
        parent.addAction(action)
        actions[do] = action
    return actions


def connect_actions(actions: Mapping[D, QAction], handlers: Mapping[D, Callable[[], None]]) -> None:
    """Has each action call its handler; there must be one for every one."""
    for do, action in actions.items():
        # Without the `checked` that QAction passes.
        action.triggered.connect(lambda _=False, handle=handlers[do]: handle())


def enable_actions(actions: Mapping[D, QAction], now: object) -> None:
    """Shows what may ever act, and enables what can act now."""
    for do, action in actions.items():
        action.setVisible(do.value.needs(now))
        action.setEnabled(do.value.can(now))


def build_menus(
    actions: Mapping[D, QAction],
    headings: Iterable[str],
    parent: QWidget,
    *,
    deeper: Mapping[D, str] | None = None,
) -> list[QMenu]:
    """A menu for each heading, with all its actions in order.

    Args:
        actions: The tab's.
        headings: The menus' titles, in order.
        parent: Their owner.
        deeper: The actions that lie in a menu within their menu, with that one's title.
    """
    menus: list[QMenu] = []
    for heading in headings:
        menu = QMenu(f"&{heading}", parent)
        menu.setObjectName(f"menu_{heading.lower()}")
        menu.setToolTipsVisible(True)
        below: dict[str, QMenu] = {}
        for do, action in actions.items():
            if do.value.menu != heading:
                continue
            title = (deeper or {}).get(do)
            if title is not None:
                if title not in below:
                    below[title] = menu.addMenu(title)
                below[title].addAction(action)
                continue
            menu.addAction(action)
            if do.value.ends_group:
                menu.addSeparator()
        menus.append(menu)
    return menus


def key_text(key: str) -> str:
    """A shortcut as the user's keyboard calls it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
