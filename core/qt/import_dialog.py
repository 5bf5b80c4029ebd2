"""Looking through a scrape and deciding whether it is imported."""

from __future__ import annotations

from pathlib import Path

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

from core.errors import UserError, displayable
from core.jobs.context import JobContext, Progress
from core.project import Project
from core.qt.background import BackgroundTask
from core.qt.import_choices import ImportChoices
from core.qt.job_status import describe
from core.qt.preview_panel import PreviewPanel
from core.qt.project_work import ImportRequest
from core.qt.scrape_look import ScrapeLook, look_at
from core.qt.theme import scaled_font

_LOOKING, _FOUND, _FAILED = range(3)

_WIDTH_PX, _HEIGHT_PX = 920, 720
_AROUND_PX = 100


class ImportDialog(QDialog):
    """Accepted, it holds the user's `request`."""

    def __init__(self, scrape: Path, into: Project | None, parent: QWidget | None) -> None:
        """Looks through the scrape at once.

        Args:
            scrape: A folder, table or dump.
            into: The open project that it is added to; None to make a new one.
            parent: The window.
        """
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle("Import a scrape")
        # A taskbar and the dialog's own frame take their part of the screen.
        room = self.screen().availableGeometry().height() - _AROUND_PX
        self.resize(_WIDTH_PX, min(_HEIGHT_PX, room))
        self.request: ImportRequest | None = None
        self._scrape = scrape
        self._task: BackgroundTask | None = None
        self._choices = ImportChoices(scrape, into, self)
        self._choices.reading_changed.connect(self._look)
        self._build()
        self._look()

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    def accept(self) -> None:
        chosen = self._choices
        if not chosen.is_complete():
            return
        self.request = ImportRequest(
            self._scrape,
            chosen.project_root,
            layout="" if chosen.layout_chosen is None else str(chosen.layout_chosen),
            download=chosen.wants_download,
            item_column=chosen.item_column,
        )
        super().accept()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 16)
        column.setSpacing(14)
        title = QLabel(displayable(self._scrape.name), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setFont(scaled_font(self, 1.5, bold=True))
        title.setToolTip(displayable(self._scrape))
        column.addWidget(title)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._looking_page())
        self._panel = PreviewPanel(self)
        self._pages.addWidget(self._panel)
        self._failure = QLabel(self)
        self._failure.setWordWrap(True)
        self._failure.setProperty("role", "error")
        self._failure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._failure)
        column.addWidget(self._pages, 1)
        column.addWidget(self._choices)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._import = QPushButton("Import", self)
        self._import.setObjectName("import")
        self._import.setProperty("role", "main")
        self._import.setDefault(True)
        self._import.setEnabled(False)
        buttons.addButton(self._import, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _looking_page(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.addStretch(1)
        self._progress = QLabel("Looking at the scrape…", page)
        self._progress.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._progress)
        bar = QProgressBar(page)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(260)
        column.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _look(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._import.setEnabled(False)
        self._pages.setCurrentIndex(_LOOKING)
        layout, column = self._choices.layout_chosen, self._choices.item_column

        def work(context: JobContext) -> ScrapeLook:
            return look_at(self._scrape, layout, context, item_column=column)

        self._task = BackgroundTask(work)
        self._task.progressed.connect(self._on_progressed)
        self._task.finished.connect(self._on_found)
        self._task.failed.connect(self._on_failed)
        self._task.start()

    def _on_progressed(self, progress: Progress) -> None:
        self._progress.setText(describe(progress))

    def _on_found(self, look: ScrapeLook) -> None:
        self._panel.show_look(look)
        self._pages.setCurrentIndex(_FOUND)
        self._import.setEnabled(look.preview.layout is not None and look.preview.items > 0)
        self._choices.show_look(look)

    def _on_failed(self, error: UserError) -> None:
        self._failure.setText(str(error))
        self._pages.setCurrentIndex(_FAILED)
