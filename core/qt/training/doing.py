"""What the training tab's actions do to runs, never waiting on the GUI thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PyQt5.QtCore import QEvent, QObject, Qt, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices, QKeyEvent
from PyQt5.QtWidgets import QInputDialog, QPlainTextEdit, QWidget

from core.errors import UserError
from core.jobs.events import Finished
from core.number_words import plural
from core.qt.background import run_in_background
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject
from core.qt.question import Choice, Question
from core.qt.tab_requests import UseRun
from core.qt.training.run_rows import RunRow
from core.training.instruction import Instruction
from core.training.launching import kill, start, start_queue
from core.training.renaming import rename_with_report
from core.training.run_changes import queue_run, stop_run, trash_run, write_note
from core.training.runs import Run, RunState, create_run


class Doing(QObject):
    """Does one thing after another; what came of it is said by signals."""

    said = pyqtSignal(str)
    refused = pyqtSignal(object)
    """`UserError`."""
    made = pyqtSignal(str)
    """A run of this name was made and is to be looked at."""
    renamed = pyqtSignal(str, str)
    """The name before, the name now."""
    changed = pyqtSignal()
    """Something was done to a run's folder."""

    def __init__(self, opened: OpenProject, parent: QWidget) -> None:
        """Does it to an open project's runs; dialogs lie over `parent`."""
        super().__init__(parent)
        self._opened = opened
        self._program = opened.program
        self._parent = parent
        self._jobs: dict[Job, tuple[str, bool]] = {}
        opened.jobs.finished.connect(self._on_job_finished)

    # Runs

    def start_new(self, instruction: Instruction, name: str) -> None:
        """Makes a run and starts its worker."""

        def work() -> Run:
            run = create_run(self._opened.project, instruction, name)
            start(run, self._program)
            return run

        self._run(work, lambda run: self._on_made(run, f"“{run.name}” was started"))

    def queue_new(self, instruction: Instruction, name: str) -> None:
        """Makes a run that waits for those before it."""

        def work() -> Run:
            run = create_run(self._opened.project, instruction, name, queued=True)
            start_queue(self._opened.project, self._program)
            return run

        self._run(work, lambda run: self._on_made(run, f"“{run.name}” waits in the queue"))

    def queue(self, row: RunRow) -> None:
        """Has a run that can go on wait for those before it."""

        def work() -> None:
            queue_run(row.record.run, time.time())
            start_queue(self._opened.project, self._program)

        self._do(work, f"“{row.name}” waits in the queue")

    def stop(self, row: RunRow) -> None:
        """Has a run end, or takes it out of the queue."""

        def then(is_at_work: bool) -> None:
            asked = "is asked to stop: it keeps its best and its last network"
            was_queued = row.state is RunState.QUEUED
            became = asked if is_at_work else "is out of the queue" if was_queued else "has ended"
            self.said.emit(f"“{row.name}” {became}")
            self.changed.emit()

        self._run(partial(stop_run, row.record.run), then)

    def resume(self, row: RunRow) -> None:
        """Goes on with a run."""
        self._do(lambda: start(row.record.run, self._program), f"“{row.name}” goes on")

    def ask_to_kill(self, row: RunRow) -> None:
        """Ends a run's process if the user is sure."""
        question = Question(
            "End its process?",
            f"“{row.name}” is asked to stop by “Stop” (Ctrl+.), which keeps all it has within ten "
            "seconds. Ending its process loses what it has done since the last epoch; the run can "
            "go on from there.",
            [Choice("End the process", "E", True, "danger")],
            self._parent,
        )
        question.answered.connect(
            lambda _: self._do(partial(kill, row.record.run), f"“{row.name}” was ended")
        )
        question.open()

    def note(self, row: RunRow) -> None:
        """Has the user write a note on a run."""
        label = f"Note on “{row.name}” (Ctrl+Enter saves it):"
        dialog = _text_dialog("Note", label, row.record.note, self._parent)
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.textValueSelected.connect(
            lambda text: self._do(
                partial(write_note, row.record.run, text.strip()), "The note is written"
            )
        )
        dialog.open()
        for text in dialog.findChildren(QPlainTextEdit):
            text.setTabChangesFocus(True)  # else no key leads to the buttons
            text.installEventFilter(_Saving(dialog))

    def rename(self, row: RunRow) -> None:
        """Has the user give a run another name."""
        if self._refuses_while_busy([row], "renamed"):
            return
        dialog = _text_dialog("Rename", f"New name of “{row.name}”:", row.name, self._parent)

        def take(text: str) -> None:
            if text.strip() not in ("", row.name):
                self._run(
                    partial(rename_with_report, row.record.run, text.strip()),
                    lambda run: self._on_renamed(row.name, run.name),
                )

        dialog.textValueSelected.connect(take)
        dialog.open()

    def ask_to_trash(self, rows: Sequence[RunRow]) -> None:
        """Puts runs into the trash if the user is sure."""
        if self._refuses_while_busy(rows, "put into the trash"):
            return
        names = ", ".join(f"“{row.name}”" for row in rows[:4])
        more = f" and {len(rows) - 4:,} more" if len(rows) > 4 else ""
        question = Question(
            f"Put {plural(len(rows), 'run')} into the trash?",
            f"{names}{more}: with all that came of it. The trash is the folder “.trash” beside the "
            "runs; nothing is deleted.",
            [Choice("Put into the trash", "T", True, "danger")],
            self._parent,
        )

        def work() -> None:
            for row in rows:
                trash_run(row.record.run)

        said = f"{plural(len(rows), 'run')} in the trash"
        question.answered.connect(lambda _: self._do(work, said))
        question.open()

    def show_folder(self, row: RunRow) -> None:
        """Opens the run's folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.record.run.folder)))

    def show_report(self, row: RunRow) -> None:
        """Opens the run's report in the browser."""
        file = row.record.run.report_file.with_suffix(".html")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))

    # Jobs

    def evaluate(self, row: RunRow, beside: Sequence[RunRow]) -> None:
        """Measures a run on the test items, and other runs on the same ones."""
        names = dict.fromkeys(
            (row.name, *(other.name for other in beside if other.record.has_model))
        )
        runs = [part for name in names for part in ("--run", name)]
        arguments = (*runs, "--out", str(row.record.run.report_file))
        self._start_job(Job("evaluate", f"Evaluating “{row.name}”", arguments), row)

    def embed(self, row: RunRow) -> None:
        """Embeds the catalogue with a run."""
        self._start_job(Job("embed", f"Embedding with “{row.name}”", ("--run", row.name)), row)

    def explore(self, row: RunRow) -> None:
        """Shows a run in the explorer, embedding the catalogue first where that is to be done."""
        if row.has_index:
            self._opened.requested.emit(UseRun(row.name))
        else:
            job = Job("embed", f"Embedding with “{row.name}”", ("--run", row.name))
            self._start_job(job, row, then_explore=True)

    # Below this line: how

    def _refuses_while_busy(self, rows: Sequence[RunRow], done: str) -> bool:
        """Says so where an evaluation or an embedding will be written into a run's folder."""
        at_work = (self._opened.jobs.current, *self._opened.jobs.waiting)
        busy = {self._jobs[job][0] for job in at_work if job in self._jobs}
        row = next((row for row in rows if row.name in busy), None)
        if row is not None:
            self.refused.emit(
                UserError(
                    f"The run “{row.name}” is being evaluated or embedded and cannot be {done}",
                    path=row.record.run.folder,
                    remedy="Wait until that is done, or stop it at the window's upper right.",
                )
            )
        return row is not None

    def _start_job(self, job: Job, row: RunRow, *, then_explore: bool = False) -> None:
        self._jobs[job] = row.name, then_explore
        self._opened.jobs.run(job)
        waits = self._opened.jobs.current is not job
        self.said.emit(f"{job.title}{' once the work before it is done' if waits else '…'}")

    def _on_job_finished(self, job: Job, finished: Finished) -> None:
        if job not in self._jobs:
            return
        name, then_explore = self._jobs.pop(job)
        self.said.emit(_came_of(job, name, finished))
        self.changed.emit()
        if then_explore:
            self._opened.requested.emit(UseRun(name))

    def _on_made(self, run: Run, said: str) -> None:
        self.said.emit(said)
        self.changed.emit()
        self.made.emit(run.name)

    def _on_renamed(self, before: str, now: str) -> None:
        self.said.emit(f"“{before}” is now “{now}”")
        self.renamed.emit(before, now)
        self.changed.emit()

    def _do(self, work: Callable[[], object], said: str) -> None:
        def then(_: object) -> None:
            self.said.emit(said)
            self.changed.emit()

        self._run(work, then)

    def _run(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Runs `work` off the GUI thread, then `then` with what it returned."""
        run_in_background(self, lambda _: work(), then, self.refused.emit)


class _Saving(QObject):
    """Has Ctrl+Enter in a dialog's text accept the dialog."""

    def __init__(self, dialog: QInputDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._dialog.accept()
            return True
        return super().eventFilter(watched, event)


def _came_of(job: Job, name: str, finished: Finished) -> str:
    """What is not to be seen on the run's page: of an evaluation, what is amiss with others."""
    if job.verb != "evaluate":
        return finished.summary.splitlines()[0] if finished.summary else ""
    said = [f"“{name}” is evaluated"]
    said += [f"“{run}” trained on some of these photos" for run in finished.result["leaks"]]
    left_out = finished.result["left_out"]
    said += [f"“{run}” is left out: {' '.join(why.split())}" for run, why in left_out.items()]
    return "; ".join(said)


def _text_dialog(title: str, label: str, text: str, parent: QWidget) -> QInputDialog:
    dialog = QInputDialog(parent)
    dialog.setObjectName("text_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setTextValue(text)
    dialog.resize(460, dialog.sizeHint().height())
    return dialog
