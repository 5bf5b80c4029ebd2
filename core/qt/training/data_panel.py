"""The data set that the instruction asks for, in numbers, as soon as they are counted."""

from __future__ import annotations

from PyQt5.QtCore import QTimer, pyqtSignal
from PyQt5.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.cleaning.splits import Split
from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.number_words import plural
from core.project import Project
from core.qt.background import BackgroundTask
from core.qt.figure import Figure
from core.qt.job_status import describe
from core.qt.theme import scaled_font
from core.qt.training.bar_chart import BarChart
from core.qt.training.wrapped_label import WrappedLabel
from core.training.dataset import read_dataset
from core.training.instruction import Data, Instruction
from core.training.photos import DatasetSummary

_PAUSE_MS = 500
_SPLITS = (
    (Split.TRAIN, "train", "items that train the network"),
    (Split.VALIDATION, "validation", "pairs that tell how well it does meanwhile"),
    (Split.TEST, "test", "pairs kept for the evaluation at the end"),
)


class DataPanel(QScrollArea):
    """Counts on a thread of its own whenever the instruction's data change."""

    judged = pyqtSignal(bool)
    """Whether there is a data set to train on."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("data_panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._project = project
        self._wanted: tuple[Data, int] | None = None
        self._counted: tuple[Data, int] | None = None
        self._task: BackgroundTask | None = None
        self.is_usable = False
        body = QWidget(self)
        self._items = Figure("items", body, "–")
        self._photos = Figure("photos", body, "–")
        figures = QHBoxLayout()
        figures.setSpacing(28)
        figures.addWidget(self._items)
        figures.addWidget(self._photos)
        figures.addStretch(1)
        self._status = WrappedLabel("", body, role="muted")
        self._status.setObjectName("data_status")
        self._bar = QProgressBar(body)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._fault = WrappedLabel("", body, role="error")
        self._fault.setObjectName("data_fault")
        self._splits = _Splits(body)
        self._heading = QLabel("Items by their number of photos", body)
        self._heading.setFont(scaled_font(self, 1.0, bold=True))
        self._chart = BarChart("items", body)
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(6)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(10)
        layout.addLayout(figures)
        layout.addWidget(self._bar)
        layout.addWidget(self._status)
        layout.addWidget(self._fault)
        layout.addWidget(self._splits)
        layout.addLayout(self._warnings)
        layout.addWidget(self._heading)
        layout.addWidget(self._chart)
        layout.addStretch(1)
        self.setWidget(body)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._count)
        self._show_parts(has_numbers=False, is_counting=False)

    def show_data(self, instruction: Instruction | None) -> None:
        """Counts what the instruction asks for, unless that is known; None: it is wrong now."""
        if instruction is None:
            return
        wanted = (instruction.data, instruction.seed)
        if wanted != self._wanted:
            self._wanted = wanted
            self._pause.start()

    def count_again(self) -> None:
        """The catalogue has changed: what was counted may be no longer so."""
        self._counted = None
        if self._wanted is not None and not self._pause.isActive():
            self._pause.start()

    def close_down(self) -> None:
        """Counts no more."""
        self._pause.stop()
        if self._task is not None:
            self._task.cancel()

    def _count(self) -> None:
        if self._wanted is None or self._wanted == self._counted:
            return
        if self._task is not None:
            self._task.cancel()
        self._counted = self._wanted
        data, seed = self._wanted
        project = self._project

        def count(context: JobContext) -> DatasetSummary:
            return read_dataset(data, seed=seed, project=project, context=context).summary()

        self._task = BackgroundTask(count)
        self._task.progressed.connect(self._on_progressed)
        self._task.finished.connect(self._on_counted)
        self._task.failed.connect(self._on_failed)
        self._status.setText("Counting…")
        self._bar.setRange(0, 0)
        self._show_parts(has_numbers=False, is_counting=True)
        self._task.start()

    def _on_progressed(self, progress: Progress) -> None:
        self._status.setText(describe(progress))

    def _on_counted(self, summary: DatasetSummary) -> None:
        self._items.show_number(f"{summary.items:,}")
        self._photos.show_number(f"{summary.photos:,}")
        self._splits.show_summary(summary)
        self._chart.show_counts(summary.photos_per_item)
        self._show_warnings(summary.warnings)
        self._show_parts(has_numbers=True, is_counting=False)
        self._judge(True)

    def _on_failed(self, error: UserError) -> None:
        self._items.show_number("–")
        self._photos.show_number("–")
        self._show_warnings(())
        self._fault.setText(str(error))
        self._show_parts(has_numbers=False, is_counting=False)
        self._fault.show()
        self._judge(False)

    def _judge(self, is_usable: bool) -> None:
        self.is_usable = is_usable
        self.judged.emit(is_usable)

    def _show_parts(self, *, has_numbers: bool, is_counting: bool) -> None:
        numbers: tuple[QWidget, ...] = (self._splits, self._heading, self._chart)
        for widget in numbers:
            widget.setVisible(has_numbers)
        self._status.setVisible(is_counting)
        self._bar.setVisible(is_counting)
        self._fault.hide()

    def _show_warnings(self, warnings: tuple[str, ...]) -> None:
        while self._warnings.count():
            self._warnings.takeAt(0).widget().deleteLater()
        for text in warnings:
            label = WrappedLabel(f"⚠  {text}", self.widget(), role="warning")
            label.setObjectName("data_warning")
            self._warnings.addWidget(label)


class _Splits(QWidget):
    """Items and photos on each side."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(3, 1)
        self._numbers: dict[Split, tuple[QLabel, QLabel]] = {}
        for at, (split, title, words) in enumerate(_SPLITS):
            name = QLabel(title, self)
            name.setFont(scaled_font(self, 1.0, bold=True))
            items, photos = QLabel(self), QLabel(self)
            grid.addWidget(name, 2 * at, 0)
            grid.addWidget(items, 2 * at, 1)
            grid.addWidget(photos, 2 * at, 2)
            told = WrappedLabel(words, self, role="muted", scale=0.85)
            grid.addWidget(told, 2 * at + 1, 0, 1, 4)
            self._numbers[split] = items, photos

    def show_summary(self, summary: DatasetSummary) -> None:
        for split, (items, photos) in self._numbers.items():
            items.setText(plural(summary.items_by_split.get(split, 0), "item"))
            photos.setText(plural(summary.photos_by_split.get(split, 0), "photo"))
