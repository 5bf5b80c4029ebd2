"""All keys on one sheet, read off the actions themselves: it cannot be out of date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PyQt5.QtWidgets import (
    QAction,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.qt.theme import scaled_font

D = TypeVar("D", bound=Enum)

_COLUMNS = 3


@dataclass(frozen=True)
class SheetRow:
    """One line: which keys, what they do, and the actions that this is true of."""

    keys: tuple[str, ...]
    text: str
    explanation: str
    actions: tuple[QAction, ...]


@dataclass(frozen=True)
class SheetGroup:
    """Lines under a heading."""

    title: str
    rows: tuple[SheetRow, ...]
    rule: str = ""


def sheet_of(
    actions: Mapping[D, QAction],
    headings: Iterable[str],
    others: Sequence[QMenu] = (),
    *,
    rules: Mapping[str, str] | None = None,
    more: Sequence[SheetGroup] = (),
) -> list[SheetGroup]:
    """All keys as the actions have them at this moment.

    Args:
        actions: The current tab's (`core.qt.tab_actions`); they come first, by menu.
        headings: Their menus, in order.
        others: Menus with further actions; those of them that have keys follow.
        rules: What holds for a menu's actions as a whole.
        more: Groups to put between the tab's own and the others.
    """
    groups = [
        SheetGroup(str(heading), _rows_of(heading, actions), (rules or {}).get(heading, ""))
        for heading in headings
    ]
    groups += more
    for menu in others:
        rows = tuple(
            SheetRow(_keys(action), action.text().replace("&", ""), "", (action,))
            for action in _actions_below(menu)
            if _keys(action) and action.isVisible()
        )
        if rows:
            groups.append(SheetGroup(menu.title().replace("&", ""), rows))
    return groups


def group_of(title: str, actions: Sequence[QAction], rule: str = "") -> SheetGroup:
    """Actions that are in no table, each with its tooltip for text.

    Those with the same `data` share a line, which reads so.
    """
    rows: dict[str, SheetRow] = {}
    for action in actions:
        text = action.data() or action.toolTip().rpartition(" (")[0]
        before = rows.get(text)
        rows[text] = SheetRow(
            keys=(*(before.keys if before else ()), *_keys(action)),
            text=text,
            explanation="",
            actions=(*(before.actions if before else ()), action),
        )
    return SheetGroup(title, tuple(rows.values()), rule)


def other_menus(window: QWidget, mine: Sequence[QMenu]) -> list[QMenu]:
    """The menus of the window's bar that are not the tab's own."""
    if not isinstance(window, QMainWindow):
        return []
    tops = [action.menu() for action in window.menuBar().actions()]
    return [menu for menu in tops if menu is not None and menu not in mine]


def _rows_of(heading: str, actions: Mapping[D, QAction]) -> tuple[SheetRow, ...]:
    rows: dict[str, SheetRow] = {}
    for do, action in actions.items():
        if do.value.menu != heading or not action.isVisible():
            continue
        family = do.value.family
        before = rows.get(family) if family else None
        rows[family or do.name] = SheetRow(
            keys=(*(before.keys if before else ()), *_keys(action)),
            text=family or do.value.text,
            explanation="" if family else do.value.tip,
            actions=(*(before.actions if before else ()), action),
        )
    return tuple(rows.values())


def _actions_below(menu: QWidget) -> Iterator[QAction]:
    for action in menu.actions():
        below: QMenu | None = action.menu()
        yield from (action,) if below is None else _actions_below(below)


class ShortcutsSheet(QDialog):
    """Shows groups of lines in columns; any of Esc, F1 and ? closes it."""

    def __init__(self, groups: Sequence[SheetGroup], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_sheet")
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body = QWidget(self)
        columns = QHBoxLayout(body)
        columns.setSpacing(28)
        columns.setContentsMargins(20, 16, 20, 16)
        bold = QFontMetrics(scaled_font(body, 1.0, bold=True))
        for part in _in_columns(groups):
            column = QVBoxLayout()
            widest = max(
                bold.horizontalAdvance(_keys_in_words(row.keys))
                for group in part
                for row in group.rows
            )
            for group in part:
                column.addWidget(_group_widget(group, widest, body))
            column.addStretch()
            columns.addLayout(column, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(body)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.addWidget(scroll)
        layout.addWidget(buttons)
        layout.setAlignment(buttons, Qt.AlignmentFlag.AlignHCenter)
        hint = body.sizeHint()
        room = parent.window().size()
        self.resize(
            min(hint.width() + 40, int(room.width() * 0.95)),
            min(hint.height() + 70, int(room.height() * 0.95)),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Question):
            self.close()
        else:
            super().keyPressEvent(event)


def _group_widget(group: SheetGroup, keys_px: int, parent: QWidget) -> QWidget:
    """A group's lines, the keys in a column as wide as that of the groups above and below."""
    widget = QWidget(parent)
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 10)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(5)
    grid.setColumnMinimumWidth(0, keys_px)
    grid.setColumnStretch(1, 1)
    heading = QLabel(group.title, widget)
    heading.setFont(scaled_font(widget, 1.15, bold=True))
    grid.addWidget(heading, 0, 0, 1, 2)
    if group.rule:
        grid.addWidget(_explanation(group.rule, widget), 1, 0, 1, 2)
    for at, row in enumerate(group.rows, start=2):
        keys = QLabel(_keys_in_words(row.keys), widget)
        keys.setFont(scaled_font(widget, 1.0, bold=True))
        keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(keys, at, 0)
        text = QLabel(row.text, widget)
        text.setWordWrap(True)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(text)
        if row.explanation:
            texts.addWidget(_explanation(row.explanation, widget))
        grid.addLayout(texts, at, 1)
    return widget


def _in_columns(groups: Sequence[SheetGroup]) -> list[list[SheetGroup]]:
    """The groups in order, in three columns of about the same height."""
    total = sum(len(group.rows) for group in groups)
    columns: list[list[SheetGroup]] = [[]]
    before = 0
    for group in groups:
        middle = before + len(group.rows) / 2
        while len(columns) < min(_COLUMNS, 1 + int(_COLUMNS * middle / total)):
            columns.append([])
        columns[-1].append(group)
        before += len(group.rows)
    return [column for column in columns if column]


def _explanation(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "muted")
    label.setFont(scaled_font(parent, 0.85))
    label.setWordWrap(True)
    label.setMinimumWidth(200)
    return label


def _keys(action: QAction) -> tuple[str, ...]:
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(sequence.toString(native) for sequence in action.shortcuts())


def _keys_in_words(keys: Sequence[str]) -> str:
    """Such as "N  Right  Down"; the digits as the run that they are, "1 … 0"."""
    if len(keys) > 3:
        return f"{keys[0]} … {keys[-1]}"
    return "   ".join(keys)
