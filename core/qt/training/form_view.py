"""The instruction as a form: a folding section for each group of values."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.section import Section
from core.qt.training.draft import Draft
from core.qt.training.field_row import FieldRow
from core.qt.training.form_fields import FormField, FormGroup, Kind
from core.qt.training.pick_editors import ReadCategories, build_form_editor
from core.qt.training.wrapped_label import WrappedLabel

_MOST_PX = 960
"""Wider, and the eye has far to go from a field to its words on a large screen."""


class FormView(QScrollArea):
    """Shows a draft; what the user types goes into it."""

    built = pyqtSignal()
    """All groups are there: they are made one at a time, the window stays alive meanwhile."""
    order_changed = pyqtSignal()
    """Fields came or went since, made after all else: Tab is to go through them in their place."""

    def __init__(
        self,
        groups: Sequence[FormGroup],
        draft: Draft,
        read_categories: ReadCategories,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("instruction_form")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to whatever field is focused
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._body = QWidget(self)
        self._column = QVBoxLayout(self._body)
        self._body.setMaximumWidth(_MOST_PX)
        self._column.setContentsMargins(10, 6, 10, 12)
        self._column.setSpacing(8)
        self._fault = WrappedLabel("", self._body, role="error")
        self._fault.setObjectName("form_fault")
        self._fault.hide()
        self._column.addWidget(self._fault)
        self._column.addStretch(1)
        self.setWidget(self._body)
        self._draft = draft
        self._read_categories = read_categories
        self._waiting = list(groups)
        self._views: list[_GroupView] = []
        draft.changed.connect(self._show_faults)
        # A timer, which leaves the event loop's other events their turn between two groups.
        self._building = QTimer(self)
        self._building.setInterval(0)
        self._building.timeout.connect(self._build_next)

    def build(self) -> None:
        """Begins to make the groups; for when nothing else is being made."""
        self._building.start()

    @property
    def is_being_built(self) -> bool:
        return self._building.isActive()

    def _build_next(self) -> None:
        if not self._waiting:
            self._building.stop()
            self._show_faults()
            self.built.emit()
            self.order_changed.emit()
            return
        group = self._waiting.pop(0)
        view = _GroupView(group, self._draft, self._read_categories, self._body)
        self._views.append(view)
        view.rebuilt.connect(self.order_changed)
        self._column.insertWidget(self._column.count() - 1, view.section)

    def _show_faults(self) -> None:
        shown = {path for view in self._views for path in view.paths()}
        others = [each for each in self._draft.faults if each.path not in shown]
        self._fault.setText("\n".join(str(each) for each in others))
        self._fault.setVisible(bool(others))


class _GroupView(QWidget):
    """The rows of one group; which there are may depend on its `name`."""

    rebuilt = pyqtSignal()

    def __init__(
        self, group: FormGroup, draft: Draft, read_categories: ReadCategories, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._group = group
        self._read_categories = read_categories
        self._draft = draft
        self._rows: list[tuple[FormField, FieldRow]] = []
        self._shape: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._switch: QCheckBox | None = None
        if group.description:
            self._column.addWidget(_muted(group.description, self))
        if group.is_optional:
            self._switch = QCheckBox("Do it", self)
            self._switch.setObjectName(f"switch_{group.name}")
            KeyClaim(self._switch, BUTTON_KEYS)
            self._switch.toggled.connect(self._on_switched)
            self._column.addWidget(self._switch)
        self.section = Section("training", group.name, group.title, self, parent)
        draft.changed.connect(self._show)
        self._show()

    def paths(self) -> list[tuple[str, ...]]:
        """Of the values that have a row now."""
        return [field.path for field, _ in self._rows]

    def _show(self) -> None:
        is_there = not self._group.is_optional or self._draft.value(self._group.path) is not None
        name = self._draft.value((*self._group.path, "name")) if self._group.variants else None
        if self._shape != (is_there, name):
            self._shape = is_there, name
            self._build_rows(str(name) if name is not None else None, is_there=is_there)
            self.rebuilt.emit()
        if self._switch is not None:
            self._switch.blockSignals(True)
            self._switch.setChecked(is_there)
            self._switch.blockSignals(False)
        faults = {fault.path: fault.message for fault in self._draft.faults}
        changed = 0
        for field, row in self._rows:
            is_changed = self._draft.is_changed(field.path, field.default)
            changed += is_changed
            row.show_state(
                self._draft.value(field.path, field.default),
                is_changed=is_changed,
                before=_in_words(self._draft.base_value(field.path, field.default)),
                fault=faults.get(field.path, ""),
            )
        self.section.say(f"{changed} changed" if changed else "")

    def _build_rows(self, name: str | None, *, is_there: bool) -> None:
        for _, row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        if not is_there:
            return
        variants = self._group.variants
        if variants:
            words = variants[name].description if name is not None and name in variants else ""
            path = (*self._group.path, "name")
            self._add_row(FormField(path, "Kind", words, Kind.CHOICE, choices=tuple(variants)))
        for field in self._group.fields_for(name):
            self._add_row(field)

    def _add_row(self, field: FormField) -> None:
        words = field.description
        if field.limits:
            words = f"{words} {field.limits.capitalize()}." if words else f"{field.limits}."
        title = f"{field.heading}: {field.title.lower()}" if field.heading else field.title
        is_wide = field.kind in (Kind.TEXT, Kind.TEXTS)
        row = FieldRow(
            title,
            words,
            lambda parent: build_form_editor(field, self._read_categories, parent),
            self,
            is_wide=is_wide,
        )
        row.setObjectName(f"row_{'.'.join(field.path)}")
        row.editor.edited.connect(lambda value: self._draft.set_value(field.path, value))
        row.reset_wanted.connect(lambda: self._draft.reset(field.path, field.default))
        self._column.addWidget(row)
        self._rows.append((field, row))
        row.show()

    def _on_switched(self, is_on: bool) -> None:
        self._draft.set_value(self._group.path, {} if is_on else None)


def _muted(text: str, parent: QWidget) -> WrappedLabel:
    label = WrappedLabel(text, parent, role="muted", scale=0.85)
    label.setContentsMargins(8, 0, 8, 2)
    return label


def _in_words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"“{value}”"
    return json.dumps(value)
