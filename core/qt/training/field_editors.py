"""One widget for each kind of value; what is typed goes on as typed, to be judged elsewhere."""

from __future__ import annotations

import csv
from typing import Any

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QWidget

from core.qt.key_claims import BUTTON_KEYS, FIELD_KEYS, KeyClaim
from core.qt.training.form_fields import FormField, Kind

_NUMBER_PX = 110


class FieldEditor(QWidget):
    """Shows and takes a field's value."""

    edited = pyqtSignal(object)
    """The value, by the user; text that is none as it is."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.setObjectName(f"edit_{'.'.join(field.path)}")

    def show_value(self, value: Any) -> None:
        """Shows a value, unless it is what is shown already."""
        raise NotImplementedError

    def _add(self, widget: QWidget, *, is_stretched: bool) -> None:
        self._row.addWidget(widget, 1 if is_stretched else 0)
        if not is_stretched:
            self._row.addStretch(1)


def build_editor(field: FormField, parent: QWidget) -> FieldEditor:
    """The editor for a field."""
    match field.kind:
        case Kind.SWITCH:
            return SwitchEditor(field, parent)
        case Kind.CHOICE:
            return ChoiceEditor(field, parent)
        case _:
            return TextEditor(field, parent)


class SwitchEditor(FieldEditor):
    """Yes or no."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(field, parent)
        self._box = QCheckBox(self)
        self._box.setAccessibleName(field.title)
        KeyClaim(self._box, BUTTON_KEYS)
        self._box.toggled.connect(lambda is_on: self.edited.emit(is_on))
        self._add(self._box, is_stretched=False)

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self._box):
            self._box.setChecked(value is True)


class ChoiceEditor(FieldEditor):
    """One of a few names."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(field, parent)
        self._box = ChoiceBox(self)
        self._box.setAccessibleName(field.title)
        self._box.addItems(field.choices)
        self._box.textActivated.connect(lambda name: self.edited.emit(name))
        self._add(self._box, is_stretched=True)

    def show_value(self, value: Any) -> None:
        self._box.setCurrentIndex(self._box.findText(str(value)))


class TextEditor(FieldEditor):
    """Text, a number, or a list with commas between."""

    def __init__(self, field: FormField, parent: QWidget) -> None:
        super().__init__(field, parent)
        self._field = field
        self._shown: Any = None
        self._line = QLineEdit(self)
        self._line.setAccessibleName(field.title)
        if field.is_optional:
            self._line.setPlaceholderText("none")
        KeyClaim(self._line, FIELD_KEYS)
        self._line.textEdited.connect(self._on_edited)
        is_number = field.kind in (Kind.INTEGER, Kind.NUMBER)
        if is_number:
            self._line.setFixedWidth(_NUMBER_PX)
        self._add(self._line, is_stretched=not is_number)

    def show_value(self, value: Any) -> None:
        if value != self._shown or _parsed(self._line.text(), self._field) != value:
            self._shown = value
            self._line.setText(_written(value, self._field))
            self._line.setCursorPosition(0)  # a long text is read from its beginning

    def _on_edited(self, text: str) -> None:
        self._shown = _parsed(text, self._field)
        self.edited.emit(self._shown)


class ChoiceBox(QComboBox):
    """A combo box that leaves the wheel to what scrolls, unless it is opened."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        KeyClaim(self, (*BUTTON_KEYS, *FIELD_KEYS))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _parsed(text: str, field: FormField) -> Any:
    """What a text says; the text itself, or a list of texts, where it is not what the field is."""
    bare = text.strip()
    if not bare and field.is_optional:
        return None
    match field.kind:
        case Kind.INTEGER:
            return _number(bare, int)
        case Kind.NUMBER:
            return _number(bare, float)
        case Kind.INTEGERS:
            parts = bare.replace("[", "").replace("]", "").split(",")
            return [_number(part.strip(), int) for part in parts if part.strip()]
        case Kind.TEXTS:
            row = next(csv.reader([bare], skipinitialspace=True), [])
            return [part.strip() for part in row if part.strip()]
        case _:
            return text


def _number(text: str, kind: type[int] | type[float]) -> Any:
    try:
        return kind(text.replace(" ", ""))
    except ValueError:
        return text


def _written(value: Any, field: FormField) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(f'"{part}"' if "," in str(part) else str(part) for part in value)
    if isinstance(value, float) and field.kind is Kind.NUMBER:
        return f"{value:.12g}"
    return str(value)
