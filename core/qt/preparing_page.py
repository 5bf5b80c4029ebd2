"""Shown while an open project has no items: what is being done about it, or what can be."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.jobs.context import Progress
from core.qt.job_runner import Job, JobRunner
from core.qt.job_status import describe
from core.qt.theme import scaled_font


class PreparingPage(QWidget):
    """A sentence, a bar while something runs, a button while nothing does."""

    scrape_wanted = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preparing")
        column = QVBoxLayout(self)
        column.setSpacing(14)
        self._title = QLabel(self)
        self._title.setFont(scaled_font(self, 1.6, bold=True))
        self._sentence = QLabel(self)
        self._sentence.setProperty("role", "muted")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(360, 6)
        self._add = QPushButton("Add a scrape…", self)
        self._add.setProperty("role", "main")
        self._add.clicked.connect(self.scrape_wanted)
        column.addStretch(2)
        for widget in (self._title, self._sentence, self._bar, self._add):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._say_idle()

    def watch(self, runner: JobRunner) -> None:
        """Follows the jobs of a newly opened project."""
        self._say_idle()
        runner.started.connect(self._on_started)
        runner.progressed.connect(self._on_progressed)
        runner.became_idle.connect(self._say_idle)

    def _on_started(self, job: Job) -> None:
        self._title.setText(job.title)
        self._sentence.setText("You can begin as soon as the first items are there.")
        self._bar.setRange(0, 0)
        self._bar.show()
        self._add.hide()

    def _on_progressed(self, _job: Job, progress: Progress) -> None:
        self._sentence.setText(describe(progress))
        self._bar.setRange(0, 1000 if progress.total else 0)
        if progress.total:
            self._bar.setValue(min(1000, progress.done * 1000 // progress.total))

    def _say_idle(self) -> None:
        self._title.setText("There are no items in this project yet")
        self._sentence.setText("Add a scrape, and they appear here.")
        self._bar.hide()
        self._add.show()
