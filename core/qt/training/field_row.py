"""One line of the form: what the value is, its editor, whether it was changed, what is wrong."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QToolButton, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.themed_label import ThemedLabel
from core.qt.training.field_editors import FieldEditor
from core.qt.training.wrapped_label import WrappedLabel

_TITLE_PX = 118
_EDITOR_PX = 220
"""As wide as the longest name that can be chosen."""


class FieldRow(QWidget):
    """Title, editor, a button that takes the change back, and the documentation."""

    reset_wanted = pyqtSignal()

    def __init__(
        self,
        title: str,
        description: str,
        make_editor: Callable[[QWidget], FieldEditor],
        parent: QWidget,
        *,
        is_wide: bool = False,
    ) -> None:
        """A row; a wide one's editor takes all the room that there is."""
        super().__init__(parent)
        self.editor = make_editor(self)
        if not is_wide:
            self.editor.setFixedWidth(_EDITOR_PX)
        self._title = title
        self._label = ThemedLabel(self)
        self._label.setText(html.escape(title))
        self._label.setFixedWidth(_TITLE_PX)
        self._label.setWordWrap(True)
        self._reset = QToolButton(self)
        self._reset.setText("↺")
        self._reset.setAccessibleName(f"Take the change of “{title}” back")
        self._reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._reset, BUTTON_KEYS)
        self._reset.clicked.connect(self.reset_wanted)
        keeps_room = self._reset.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keeps_room)
        self._reset.hide()
        words = WrappedLabel(description, self, role="muted", scale=0.85)
        self._fault = WrappedLabel("", self, role="error")
        self._fault.setObjectName("fault")
        self._fault.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 2, 4, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(3, 1)
        grid.addWidget(self._label, 0, 0)
        if is_wide:
            grid.addWidget(self.editor, 0, 1, 1, 3)
        else:
            grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self._reset, 0, 4 if is_wide else 2)
        # Below and not beside: at 1366 px, with the runs beside the form, there is no room.
        grid.addWidget(words, 1, 1, 1, 3)
        grid.addWidget(self._fault, 2, 1, 1, 3)

    def show_state(self, value: Any, *, is_changed: bool, before: str, fault: str) -> None:
        """Shows a value and how it stands.

        Args:
            value: The value.
            is_changed: Whether it is another than in the beginning.
            before: What it was, in words.
            fault: What is wrong with it, or "".
        """
        self.editor.show_value(value)
        title = html.escape(self._title)
        self._label.say(
            lambda shades: (
                f'<b>{title}</b><span style="color:{shades.accent}">&nbsp;●</span>'
                if is_changed
                else title
            )
        )
        self._reset.setVisible(is_changed)
        self._reset.setToolTip(f"Changed; back to {before or 'none'}")
        if self._fault.text() != fault:
            self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
