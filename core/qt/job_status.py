"""The running job in the menu bar: what, how far, how long still, and a button to stop it."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from core.jobs.context import Progress
from core.qt.job_runner import Job, JobRunner

_LABEL_PX = 460
_MENUS_PX = 900
"""What the bar, the button and the menus take: of the explorer, which has most of them."""


class JobStatus(QWidget):
    """Hidden while nothing runs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("job_status")
        self._runner: JobRunner | None = None
        self._text = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 4, 0)
        row.setSpacing(10)
        self._label = QLabel(self)
        self._label.setObjectName("job_label")
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(110, 6)
        self._stop = QToolButton(self)
        self._stop.setObjectName("job_stop")
        self._stop.setText("Stop")
        self._stop.setFixedHeight(self.fontMetrics().height() + 6)  # the menu bar does not grow
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop.clicked.connect(self._on_stop)
        row.addWidget(self._label)
        row.addWidget(self._bar)
        row.addWidget(self._stop)
        self.hide()

    def watch(self, runner: JobRunner) -> None:
        """Shows the jobs of this runner from now on; the one before has been shut down."""
        self._runner = runner
        self.hide()
        runner.started.connect(self._on_started)
        runner.progressed.connect(self._on_progressed)
        runner.became_idle.connect(self.hide)

    def give_room(self, window_width_px: int) -> None:
        """Takes what the menus leave."""
        width = max(_LABEL_PX // 4, min(_LABEL_PX, window_width_px - _MENUS_PX))
        if width == self._label.width():
            return
        self._label.setFixedWidth(width)
        self._say(self._text)
        if not self.isHidden():
            # A menu bar asks its corner how wide it is when that is shown, and not again.
            self.hide()
            self.show()

    def text(self) -> str:
        """What it says, whole."""
        return self._text

    def _say(self, text: str) -> None:
        self._text = text
        width = self._label.width()
        self._label.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
        self._label.setToolTip(text)

    def _on_started(self, job: Job) -> None:
        self._say(f"{job.title}…")
        self._bar.setRange(0, 0)
        self._stop.setEnabled(True)
        self._stop.setToolTip(f"Stop: {job.title}. What is done until now stays.")
        self.show()

    def _on_progressed(self, _job: Job, progress: Progress) -> None:
        # Scaled: a range of ints overflows at two thousand million.
        total = progress.total
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(min(1000, progress.done * 1000 // total))
        text = describe(progress)
        waiting = len(self._runner.waiting) if self._runner is not None else 0
        self._say(f"{text} · {waiting} more" if waiting else text)

    def _on_stop(self) -> None:
        if self._runner is not None:
            self._stop.setEnabled(False)
            self._say("Stopping…")
            self._runner.cancel()


_SLOWEST = 0.05
"""A second; of slower work only the time left says something."""


def describe(progress: Progress) -> str:
    """A progress in words: "Reading photos: 1,200 of 5,000 · 310/s · 12 s left"."""
    if not progress.total:  # not known, or nothing to do after all
        count = f": {progress.done:,}" if progress.done else "…"
    else:
        count = f": {progress.done:,} of {progress.total:,}"
    text = progress.stage + count
    if progress.per_second > 0 and progress.total is not None and progress.done > 0:
        left = (progress.total - progress.done) / progress.per_second
        rate = (
            f"{progress.per_second:,.0f}"
            if progress.per_second >= 10
            else (f"{progress.per_second:.1f}")
        )
        if progress.per_second >= _SLOWEST:
            text += f" · {rate}/s"
        if left >= 1:
            text += f" · {_duration(left)} left"
    return text


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
