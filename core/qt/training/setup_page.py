"""The instruction of a new run: form, text, and what will be trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.catalogue.database import open_catalogue
from core.catalogue.items import categories
from core.jobs.context import JobContext
from core.number_words import plural
from core.project import Project
from core.qt.elided_label import ElidedLabel
from core.qt.key_claims import FIELD_KEYS, KeyClaim
from core.qt.theme import scaled_font
from core.qt.training.augmentation_panel import AugmentationPanel
from core.qt.training.backend_panel import BackendPanel
from core.qt.training.data_panel import DataPanel
from core.qt.training.draft import Draft
from core.qt.training.field_editors import ChoiceBox
from core.qt.training.form_fields import FormGroup, form_of
from core.qt.training.form_view import FormView
from core.qt.training.json_view import JsonView
from core.qt.training.rates_panel import RatesPanel
from core.training.backend_probe import versions
from core.training.instruction import Instruction
from core.training.instruction_files import Preset

_SIDE_TIPS = (
    "How many items and photos the instruction trains on, and what may be wrong with them",
    "The whole instruction as text, which may be edited",
    "Photos as the instruction's augmentation changes them (P)",
    "Find a good learning rate (F)",
    "What Keras computes with, and how fast (K)",
)


@dataclass(frozen=True)
class SetupFacts:
    """What the page is made from, and takes long to find out.

    Attributes:
        groups: Of the form.
        backends: The installed backends' versions by name.
    """

    groups: tuple[FormGroup, ...]
    backends: Mapping[str, str]


def find_setup_facts() -> SetupFacts:
    """Reads the instruction's schema and looks for backends; for a thread of its own."""
    return SetupFacts(form_of(Instruction.model_json_schema()), versions())


class SetupPage(QWidget):
    """Joins the views of one draft."""

    preset_wanted = pyqtSignal(object)
    """`Preset`: begin anew with it."""
    backends_shown = pyqtSignal()
    """The backends are looked at."""

    def __init__(self, project: Project, draft: Draft, known: SetupFacts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("setup_page")
        self._draft = draft
        self._begun_with = ""
        title = QLabel("New run", self)
        title.setFont(scaled_font(self, 1.3, bold=True))
        self._preset = ChoiceBox(self)
        self._preset.setObjectName("preset")
        self._preset.setAccessibleName("Preset")
        self._preset.setToolTip("Begin anew with an instruction that comes with the program")
        self._preset.activated.connect(self._on_preset)
        self._origin = ElidedLabel(self)
        self._origin.setObjectName("draft_origin")
        self._origin.setProperty("role", "muted")
        self._name = QLineEdit(self)
        self._name.setObjectName("run_name_field")
        self._name.setPlaceholderText("name (made up if empty)")
        self._name.setMinimumWidth(200)
        KeyClaim(self._name, FIELD_KEYS)
        top = QHBoxLayout()
        top.setContentsMargins(14, 8, 14, 6)
        top.setSpacing(12)
        top.addWidget(title)
        top.addWidget(QLabel("from", self))
        top.addWidget(self._preset)
        top.addWidget(self._origin, 1)
        top.addWidget(self._name)

        self.form = FormView(known.groups, draft, partial(_categories, project), self)
        self.data = DataPanel(project, self)
        self.sides = QTabWidget(self)
        self.sides.setObjectName("setup_sides")
        self.sides.setDocumentMode(True)
        self.sides.addTab(self.data, "Data")
        self.augmentation = AugmentationPanel(self)
        self.rates = RatesPanel(self)
        self.backends = BackendPanel(known.backends, self)
        self.sides.addTab(JsonView(draft, self), "JSON")
        self.sides.addTab(self.augmentation, "Photos")
        self.sides.addTab(self.rates, "Rates")
        self.sides.addTab(self.backends, "Backend")
        for at, tip in enumerate(_SIDE_TIPS):
            self.sides.setTabToolTip(at, tip)
        self.sides.currentChanged.connect(self._on_side_shown)
        self.sides.tabBar().ensurePolished()
        # All their names are to be seen, at the form's cost: it has room to spare.
        self.sides.setMinimumWidth(self.sides.tabBar().sizeHint().width())
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(3)
        splitter.addWidget(self.form)
        splitter.addWidget(self.sides)
        splitter.setSizes([600, 400])
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setCollapsible(0, False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(splitter, 1)
        draft.changed.connect(self._on_changed)
        self._on_changed()

    @property
    def run_name(self) -> str:
        """What the user wants to call the run; "" for a made-up name."""
        return self._name.text().strip()

    def forget_name(self) -> None:
        """The name was given to a run."""
        self._name.clear()

    def show_presets(self, presets: Sequence[Preset]) -> None:
        """Fills the list of presets."""
        self._preset.clear()
        for preset in presets:
            self._preset.addItem(preset.name, preset)
            words = preset.instruction.description
            self._preset.setItemData(self._preset.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self._preset.setCurrentIndex(-1)

    def show_origin(self, origin: str, preset: str = "") -> None:
        """Says what the draft was begun with."""
        self._begun_with = origin
        self._preset.setCurrentIndex(self._preset.findText(preset) if preset else -1)
        self._on_changed()

    def _on_changed(self) -> None:
        changes = self._draft.changes()
        words = [self._begun_with] if self._begun_with else []
        if changes:
            words.append(f"{plural(changes, 'value')} changed")
        self._origin.setText(" · ".join(words))
        self.data.show_data(self._draft.instruction)

    def _on_side_shown(self) -> None:
        if self.sides.currentWidget() is self.backends:
            self.backends_shown.emit()

    def _on_preset(self) -> None:
        self.preset_wanted.emit(self._preset.currentData())


def _categories(project: Project, _: JobContext) -> Sequence[tuple[str, int]]:
    """The catalogue's categories, the commonest first, each with its number of items."""
    with open_catalogue(project) as catalogue:
        found = [(name, count) for name, count in categories(catalogue) if name]
    return sorted(found, key=lambda each: -each[1])
