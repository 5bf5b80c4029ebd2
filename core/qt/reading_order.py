"""Has Tab go through a part of a window as it is read: by its layouts, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLayout, QScrollArea, QSplitter, QStackedWidget, QTabWidget, QWidget


def order_focus(part: QWidget) -> None:
    """Puts all that takes the focus by Tab in order; to be called again when parts came or went.

    Qt goes by when each was made, and puts a tab widget's tabs behind what lies on them. Pages
    that are not to be seen have their place, too: Tab passes them over.
    """
    for tabs in part.findChildren(QTabWidget):
        # It hands the focus to its tabs, and wherever Qt keeps it, Tab would go there once more.
        tabs.setFocusProxy(None)  # type: ignore[arg-type]
        tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    for before, after in pairwise(in_reading_order(part)):
        QWidget.setTabOrder(before, after)


def in_reading_order(part: QWidget) -> Iterator[QWidget]:
    """What takes the focus by Tab in a part of a window, the part itself first."""
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None:
        yield part
        if not isinstance(part, QScrollArea):
            return  # what is in a list or a field is its own
    for child in _parts(part):
        yield from in_reading_order(child)


def _parts(part: QWidget) -> Iterator[QWidget]:
    if isinstance(part, QTabWidget):
        yield part.tabBar()
    if isinstance(part, QTabWidget | QSplitter | QStackedWidget):
        yield from (part.widget(at) for at in range(part.count()))
    elif isinstance(part, QScrollArea):
        if part.widget() is not None:
            yield part.widget()
    elif part.layout() is not None:
        yield from _laid_out(part.layout())


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for at in range(layout.count()):
        item = layout.itemAt(at)
        if item.widget() is not None:
            yield item.widget()
        elif item.layout() is not None:
            yield from _laid_out(item.layout())
