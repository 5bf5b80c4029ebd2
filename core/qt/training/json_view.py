"""The instruction as JSON text, to read, copy and edit; what is wrong is shown at its line."""

from __future__ import annotations

import json

from PyQt5.QtCore import QTimer
from PyQt5.QtGui import QColor, QFontDatabase, QTextCursor, QTextFormat
from PyQt5.QtWidgets import QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget

from core.qt.key_claims import FIELD_KEYS, KeyClaim
from core.qt.theme import colours
from core.qt.training.draft import Draft, Fault, faults_of
from core.qt.training.json_lines import as_text, line_of, lines_of
from core.qt.training.wrapped_label import WrappedLabel

_PAUSE_MS = 350


class JsonView(QWidget):
    """Follows a draft, and changes it once the typing pauses and what was typed is right."""

    def __init__(self, draft: Draft, parent: QWidget) -> None:
        super().__init__(parent)
        self._draft = draft
        self._is_editing = False
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("instruction_json")
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setTabChangesFocus(True)
        KeyClaim(self._text, FIELD_KEYS)
        self._text.textChanged.connect(self._on_typed)
        self._fault = WrappedLabel("", self, role="error")
        self._fault.setObjectName("json_fault")
        self._fault.setContentsMargins(10, 2, 10, 6)
        self._fault.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._fault)
        draft.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        if self._is_editing:
            return
        text = as_text(self._draft.values)
        if text != self._text.toPlainText():
            self._text.blockSignals(True)
            bar = self._text.verticalScrollBar()
            at = bar.value()
            self._text.setPlainText(text)
            bar.setValue(at)
            self._text.blockSignals(False)
        self._show_faults(self._draft.faults)

    def _on_typed(self) -> None:
        self._pause.start()

    def _take(self) -> None:
        text = self._text.toPlainText()
        try:
            values = json.loads(text)
        except ValueError as error:
            line = getattr(error, "lineno", 1) - 1
            self._mark([(line, f"This is no JSON: {getattr(error, 'msg', error)}")])
            return
        if faults := faults_of(values):
            self._show_faults(faults)
            return
        # What was typed stays as it was typed, though the draft would write it otherwise.
        self._is_editing = True
        self._draft.take_values(values)
        self._is_editing = False
        self._show_faults(())

    def _show_faults(self, faults: tuple[Fault, ...]) -> None:
        if not faults:
            self._mark([])
            return
        lines = lines_of(self._text.toPlainText())
        self._mark(
            [
                (
                    line_of(fault.path, lines),
                    f"{'.'.join(fault.path)}: {fault.message}".lstrip(": "),
                )
                for fault in faults
            ]
        )

    def _mark(self, wrong: list[tuple[int, str]]) -> None:
        marks = []
        ground = QColor(colours(self).danger)
        ground.setAlpha(60)
        for line, _ in wrong:
            mark = QTextEdit.ExtraSelection()
            mark.format.setBackground(ground)
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            mark.cursor = QTextCursor(self._text.document().findBlockByNumber(line))
            marks.append(mark)
        self._text.setExtraSelections(marks)
        self._fault.setText("\n".join(f"Line {line + 1}: {said}" for line, said in wrong[:6]))
        self._fault.setVisible(bool(wrong))
