"""The instruction of the next run: what it is begun with, and where it is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QWidget

from core.jobs.context import JobContext
from core.number_words import plural
from core.qt.background import run_in_background
from core.qt.details_dialog import DetailsDialog
from core.qt.question import Choice, Question
from core.qt.training.draft import Draft
from core.qt.training.run_rows import RunRow
from core.qt.training.setup_page import SetupPage
from core.training.instruction import Instruction
from core.training.instruction_files import (
    Preset,
    list_presets,
    load_instruction,
    read_json_object,
    save_instruction,
)
from core.training.runs import unreadable_instruction
from core.training.team_instructions import is_team_instruction, read_team_instruction
from core.training.team_values import MappingReport

_FILES = "Instruction files (*.json);;All files (*)"


class Drafting(QObject):
    """Begins a draft anew with a preset, a run or a file, and writes it to a file."""

    begun = pyqtSignal()
    """The draft is another, and is to be looked at."""
    said = pyqtSignal(str)
    refused = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, draft: Draft, page: SetupPage, parent: QWidget) -> None:
        """Shows on the page what the draft is begun with; dialogs lie over `parent`."""
        super().__init__(parent)
        self._draft = draft
        self._page = page
        self._parent = parent
        self._origin = ("", "")
        self._kept: object = None
        page.preset_wanted.connect(self._on_preset_wanted)
        run_in_background(self, lambda _: list_presets(), self._on_presets_read, self.refused.emit)

    def note_kept(self) -> None:
        """What the draft says is in a run or in a file now, so that nothing is lost with it."""
        self._kept = self._draft.values

    def begin_with_run(self, row: RunRow) -> None:
        """Begins with what a run was told to do."""
        if (instruction := self._instruction_of(row)) is not None:
            self._begin(instruction, f"the run “{row.name}”")

    def open_file(self) -> None:
        """Has the user choose an instruction file and begins with it."""
        path, _ = QFileDialog.getOpenFileName(self._parent, "Open an instruction file", "", _FILES)
        if path:
            self.read_file(Path(path))

    def read_file(self, path: Path) -> None:
        """Begins with an instruction file, of our format or the team's."""

        def work(_: JobContext) -> tuple[Instruction, MappingReport | None]:
            if is_team_instruction(read_json_object(path)):
                return read_team_instruction(path)
            return load_instruction(path), None

        run_in_background(self, work, lambda found: self._on_read(path, *found), self.refused.emit)

    def save_run(self, row: RunRow) -> None:
        """Has the user choose a file and writes there what a run was told to do."""
        if (instruction := self._instruction_of(row)) is not None:
            self.save_file(instruction, row.name)

    def save_file(self, instruction: Instruction, name: str) -> None:
        """Has the user choose a file and writes an instruction there."""
        path, _ = QFileDialog.getSaveFileName(
            self._parent, "Save the instruction", f"{name}.json", _FILES
        )
        if path:
            self.write_file(instruction, Path(path))

    def write_file(self, instruction: Instruction, file: Path) -> None:
        """Writes what differs from the defaults to a file."""

        def work(_: JobContext) -> None:
            save_instruction(file, instruction)

        run_in_background(
            self,
            work,
            lambda _: self._on_written(instruction, file),
            self.refused.emit,
        )

    def _instruction_of(self, row: RunRow) -> Instruction | None:
        if row.record.instruction is None:
            self.refused.emit(unreadable_instruction(row.record.run))
        return row.record.instruction

    def _on_written(self, instruction: Instruction, file: Path) -> None:
        if self._draft.instruction == instruction:
            self.note_kept()
        self.said.emit(f"The instruction is in {file}")

    def _begin(
        self,
        instruction: Instruction,
        origin: str,
        preset: str = "",
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Begins anew, once the user says so where changes would be lost."""
        changes = self._draft.changes()

        def begin(_: object = None) -> None:
            self._draft.begin_with(instruction)
            self._show_origin(origin, preset)
            self.begun.emit()
            then()

        if not changes or self._draft.values == self._kept:
            begin()
            return
        question = Question(
            "Drop your changes?",
            f"{plural(changes, 'value was', 'values were')} changed, and what you have now is in no"
            " run and in no file.",
            [Choice("Drop them", "D", None, "danger")],
            self._parent.window(),
            leave="Keep them",
        )
        question.answered.connect(begin)
        question.rejected.connect(lambda: self._show_origin(*self._origin))
        question.open()

    def _show_origin(self, origin: str, preset: str) -> None:
        self._origin = (origin, preset)
        self._page.show_origin(origin, preset)

    def _on_preset_wanted(self, preset: Preset) -> None:
        self._begin(preset.instruction, preset.instruction.description, preset.name)

    def _on_presets_read(self, presets: Sequence[Preset]) -> None:
        self._page.show_presets(presets)
        if presets and not self._draft.changes():
            first = presets[0]
            self._draft.begin_with(first.instruction)
            self._show_origin(first.instruction.description, first.name)

    def _on_read(self, path: Path, instruction: Instruction, report: MappingReport | None) -> None:
        name = f"“{path.name}”"
        self._begin(instruction, name, then=lambda: self._tell_read(name, report))

    def _tell_read(self, name: str, report: MappingReport | None) -> None:
        self.said.emit(f"{name} is loaded")
        if report is not None:
            dialog = DetailsDialog(
                "The team's instruction",
                f"{name} was loaded: {plural(len(report.mapped), 'value')} taken over, "
                f"{len(report.ignored)} ignored.",
                str(report),
                self._parent.window(),
            )
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
