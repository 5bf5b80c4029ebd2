"""What the dialogs of Apply, Restore, Export and Merge share: look first, then work, then say.

Each has a page that shows what would be done, one with the running job's progress, and one with
what came of it. Closing the dialog while the job runs leaves it running; the window's status bar
goes on showing it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.catalogue.database import Catalogue, open_catalogue
from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.jobs.events import Finished
from core.qt.background import BackgroundTask
from core.qt.job_runner import Job
from core.qt.job_status import describe
from core.qt.open_project import OpenProject
from core.qt.rows_model import RowsModel, rows_table
from core.qt.theme import scaled_font, set_role

T = TypeVar("T")


class JobDialog(QDialog):
    """Subclasses build a plan page, and say which job does what it shows."""

    def __init__(
        self, open_project: OpenProject, title: str, do_label: str, parent: QWidget | None
    ) -> None:
        """Shows the progress page until the subclass calls `show_plan`.

        Args:
            open_project: Whose jobs it runs.
            title: Of the window, and the heading.
            do_label: On the button that starts the job.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(760, 560)
        self.open_project = open_project
        self._jobs: list[Job] = []
        self._said: list[str] = []
        self._problems: list[Problem] = []
        self._task: BackgroundTask | None = None

        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        self.heading = QLabel(title, self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setWordWrap(True)
        self.heading.setFont(scaled_font(self, 1.5, bold=True))
        column.addWidget(self.heading)
        self._pages = QStackedWidget(self)
        column.addWidget(self._pages, 1)
        self._progress_page = self._build_progress_page()
        self._pages.addWidget(self._progress_page)
        self._outcome_page = _OutcomePage(self)
        self._pages.addWidget(self._outcome_page)
        self._buttons = buttons = QDialogButtonBox(self)
        self.do_button = QPushButton(do_label, self)
        self.do_button.setObjectName("do")
        self.do_button.setProperty("role", "main")
        self.do_button.setDefault(True)
        self.do_button.setEnabled(False)
        self.do_button.clicked.connect(lambda: self.do())
        self.close_button = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.do_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

        jobs = open_project.jobs
        jobs.progressed.connect(self._on_progressed)
        jobs.finished.connect(self._on_finished)
        jobs.failed.connect(self._on_failed)
        jobs.stopped.connect(self._on_stopped)

    # For subclasses

    def jobs(self) -> Sequence[Job]:
        """The jobs that do what the plan page shows, one after another."""
        raise NotImplementedError

    def outcome(self, result: Mapping[str, Any]) -> tuple[str, list[Problem]]:
        """What came of one job: in a sentence or a few, and what was left undone."""
        raise NotImplementedError

    def look(self, work: Callable[[Catalogue, JobContext], T], then: Callable[[T], None]) -> None:
        """Runs `work` off the GUI thread with a catalogue of its own, showing its progress."""
        self.say("Having a look…")
        project = self.open_project.project

        def with_catalogue(context: JobContext) -> T:
            with open_catalogue(project) as catalogue:
                return work(catalogue, context)

        if self._task is not None:
            self._task.cancel()
        self._task = BackgroundTask(with_catalogue)
        self._task.progressed.connect(self._show_progress)
        self._task.finished.connect(then)
        self._task.failed.connect(self._show_error)
        self._task.start()

    def show_plan(self, page: QWidget, *, can_do: bool) -> None:
        """Shows what would be done, with the button that does it."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.do_button.setEnabled(can_do)
        if can_do:
            self.do_button.setFocus()

    def do(self) -> None:
        """Does what the plan page shows: runs its jobs."""
        self._jobs = list(self.jobs())
        self.do_button.hide()
        self.close_button.setText("Go on in the background")
        waiting = self.open_project.jobs.current
        title = self._jobs[0].title
        self.say(f"Waiting for: {waiting.title}" if waiting is not None else f"{title}…")
        self.open_project.jobs.run(*self._jobs)

    def say(self, text: str) -> None:
        """Shows that something is under way."""
        self._progress_label.setText(text)
        self._bar.setRange(0, 0)
        self._bar.show()
        self._pages.setCurrentWidget(self._progress_page)
        self.do_button.setEnabled(False)

    def offer(self, label: str, act: Callable[[], object]) -> None:
        """Adds a button to what came of it."""
        button = QPushButton(label, self)
        button.clicked.connect(lambda: act())
        self._buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)

    def end(self, said: str, problems: Sequence[Problem] = (), *, is_error: bool = False) -> None:
        """Shows what came of it; nothing more is done then."""
        self._outcome_page.show_outcome(said, problems, is_error=is_error)
        self._pages.setCurrentWidget(self._outcome_page)
        self.do_button.hide()
        self.close_button.setText("Close")
        self.close_button.setFocus()

    # Below this line: how

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def _build_progress_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.addStretch(1)
        self._progress_label = QLabel(page)
        self._progress_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._progress_label.setWordWrap(True)
        column.addWidget(self._progress_label)
        self._bar = QProgressBar(page)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(360, 6)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _show_progress(self, progress: Progress) -> None:
        self._progress_label.setText(describe(progress))
        self._bar.setRange(0, 1000 if progress.total else 0)
        if progress.total:
            self._bar.setValue(min(1000, progress.done * 1000 // progress.total))

    def _on_progressed(self, job: Job, progress: Progress) -> None:
        if job in self._jobs:
            self._show_progress(progress)

    def _on_finished(self, job: Job, finished: Finished) -> None:
        if job not in self._jobs:
            return
        said, problems = self.outcome(finished.result)
        self._said.append(said)
        self._problems += problems
        if job is self._jobs[-1]:
            self.end("\n".join(self._said), self._problems)

    def _on_failed(self, job: Job, error: UserError, _details: str) -> None:
        if job in self._jobs:
            self._show_error(error)

    def _on_stopped(self, job: Job) -> None:
        if job in self._jobs:
            self.end("Stopped. What was done until then stays.", self._problems)

    def _show_error(self, error: UserError) -> None:
        self.end(str(error), is_error=True)


Problem = tuple[str, str, str]
"""File, why it was left, and what the user can do."""


def problems_of(result: Mapping[str, Any]) -> list[Problem]:
    """The problems that a job's result names, for the list of them."""
    return [
        (str(each["path"]), str(each["why"]), str(each["remedy"])) for each in result["problems"]
    ]


class _OutcomePage(QWidget):
    """What came of it, and below it a list of what was left undone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._said = QLabel(self)
        self._said.setObjectName("outcome")
        self._said.setFont(scaled_font(self, 1.1))
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setWordWrap(True)
        self._said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._said)
        self._model = RowsModel(("File", "Why it was left", "What you can do"), self)
        self._table = rows_table(self._model, self)
        column.addWidget(self._table, 1)
        self._space = QWidget(self)
        column.addWidget(self._space, 1)

    def show_outcome(self, said: str, problems: Sequence[Problem], *, is_error: bool) -> None:
        self._said.setText(said)
        set_role(self._said, "error" if is_error else "")
        self._model.show_rows(problems)
        self._table.setVisible(bool(problems))
        self._space.setVisible(not problems)
        self._table.setColumnWidth(1, 240)
        self._table.setColumnWidth(2, 240)
