"""Above a run's pages: which it is, how it stands, how far it is and how fast it goes."""

from __future__ import annotations

import html

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from core.jobs.context import Progress
from core.number_words import bytes_text
from core.qt.elided_label import ElidedLabel
from core.qt.job_status import describe
from core.qt.theme import scaled_font
from core.qt.themed_label import ThemedLabel
from core.qt.training.machine_load import MachineLoad
from core.qt.training.run_rows import RunRow
from core.qt.training.state_words import (
    duration_in_words,
    share_in_words,
    state_colour,
    state_in_words,
)
from core.qt.training.wrapped_label import WrappedLabel
from core.training.launching import DIED_SILENT
from core.training.run_history import RunSnapshot
from core.training.runs import RunState

_FAILED = "Training failed; once this is mended, “Go on” (Ctrl+R) continues it"


class RunHeader(QWidget):
    """Name, state, progress, and a strip of figures."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("run_header")
        self._row: RunRow | None = None
        self._name = ElidedLabel(self)
        self._name.setObjectName("run_name")
        self._name.setFont(scaled_font(self, 1.3, bold=True))
        self._state = ThemedLabel(self)
        self._state.setObjectName("run_state")
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._name, 1)
        top.addWidget(self._state)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setRange(0, 1000)
        self._progress = ElidedLabel(self)
        self._progress.setObjectName("run_progress")
        self._figures = Figures(
            ("Top-1", "Top-5", "Top-10", "images/s", "waits for photos", "device", "CPU", "memory"),
            self,
        )
        self._gpus = ElidedLabel(self)
        self._gpus.setProperty("role", "muted")
        self._gpus.hide()
        self._trouble = _Trouble(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 4)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._bar)
        layout.addWidget(self._progress)
        layout.addWidget(self._figures)
        layout.addWidget(self._gpus)
        layout.addWidget(self._trouble)

    def show_run(self, row: RunRow, snapshot: RunSnapshot | None) -> None:
        """Shows how a run stands."""
        if self._row is None or row.name != self._row.name:
            self._trouble.hide()
        self._row = row
        record = row.record
        self._name.setText(row.name)
        state = html.escape(state_in_words(record))
        self._state.say(
            lambda shades: (
                f'<span style="color:{state_colour(row.state, shades)}">●</span>&nbsp;{state}'
            )
        )
        self._show_progress(row, snapshot)
        best = record.best_top or {}
        running = row.state is RunState.RUNNING
        last = None if snapshot is None else snapshot.last
        show = self._figures.show_figure
        for k in (1, 5, 10):
            show(f"Top-{k}", share_in_words(best.get(k)))
        show("images/s", f"{last.images_per_s:,.0f}" if last is not None else "")
        show("waits for photos", share_in_words(last.wait_share) if last is not None else "")
        device = record.device
        if snapshot is not None and snapshot.started is not None:
            device = snapshot.started.device
        show("device", device)
        if not running:
            self.show_load(None)
        reason = record.reason if row.state is RunState.FAILED else ""
        if row.state not in (RunState.FAILED, RunState.DEAD):
            self._trouble.hide()
        elif reason:
            self._trouble.show_words(_FAILED, reason, "")

    def show_last_words(self, words: str) -> None:
        """Says what the worker said before it died or failed."""
        if self._row is None:
            return
        if self._row.state is RunState.DEAD:
            self._trouble.show_words(
                "The worker died",
                "What it had saved is there: “Go on” (Ctrl+R) continues from it. Its last words:",
                words or DIED_SILENT,
            )
        elif self._row.state is RunState.FAILED:
            reason = self._row.record.reason
            # The worker printed the reason too, at the end.
            before = words.removesuffix(f"Error: {reason}").strip()
            self._trouble.show_words(_FAILED, reason, before)

    def show_load(self, load: MachineLoad | None) -> None:
        """Shows how busy the machine is; nothing for None."""
        show = self._figures.show_figure
        show("CPU", f"{100 * load.cpu:.0f} %" if load else "")
        show(
            "memory",
            f"{bytes_text(load.memory_used)} of {bytes_text(load.memory)}" if load else "",
        )
        gpus = load.gpus if load else ()
        self._gpus.setVisible(bool(gpus))
        self._gpus.setText(
            "   ".join(
                f"{gpu.name}: {100 * gpu.busy:.0f} % busy, {bytes_text(gpu.memory_used)} of "
                f"{bytes_text(gpu.memory)}"
                for gpu in gpus
            )
        )

    def _show_progress(self, row: RunRow, snapshot: RunSnapshot | None) -> None:
        record = row.record
        preparing = None if snapshot is None else snapshot.preparing
        epochs = record.instruction.fitting.epochs if record.instruction is not None else 0
        # Since a worker took it up again, which says why it ended no more, it has told nothing.
        begins_again = (
            row.state is RunState.RUNNING
            and not record.reason
            and snapshot is not None
            and snapshot.ended is not None
        )
        if begins_again:
            words = _GETTING_READY
        elif row.state is RunState.QUEUED:
            words = "Waits in the queue for the runs before it"
        elif preparing is not None and row.state is RunState.RUNNING:
            words = describe(Progress(preparing.stage, preparing.done, preparing.total, 0.0))
        elif snapshot is None or snapshot.last is None:
            words = self._before_first_step(row, snapshot)
        else:
            in_all = snapshot.steps_in_all
            done = snapshot.steps_done
            last = snapshot.last
            epoch = last.epoch if last is not None else record.epochs_done
            words = f"Epoch {min(epoch, epochs):,} of {epochs:,} · step {done:,} of {in_all:,}"
            left = snapshot.seconds_left() if row.state is RunState.RUNNING else None
            if left is not None:
                words += f" · {duration_in_words(left)} left"
            if snapshot.ended is not None and snapshot.ended.reason:
                words += f" · {snapshot.ended.reason}"
        share = 0.0
        if snapshot is not None and snapshot.steps_in_all:
            share = snapshot.steps_done / snapshot.steps_in_all
        if row.state is RunState.FINISHED:
            share = 1.0
        is_preparing = begins_again or (
            row.state is RunState.RUNNING and (snapshot is None or snapshot.last is None)
        )
        self._bar.setRange(0, 0 if is_preparing else 1000)
        self._bar.setValue(int(1000 * share))
        self._progress.setText(words)

    def _before_first_step(self, row: RunRow, snapshot: RunSnapshot | None) -> str:
        if row.state is not RunState.RUNNING:
            done = row.record.steps_done
            in_all = 0 if snapshot is None else snapshot.steps_in_all
            if not done:
                return "No step done yet"
            words = f"Step {done:,} of {in_all:,}" if in_all else f"Step {done:,}"
            return f"{words} · no step since its last start"
        if snapshot is not None and snapshot.log:
            return snapshot.log[-1].text
        return _GETTING_READY


class Figures(QWidget):
    """Figures side by side, each over its name."""

    def __init__(self, names: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(18)
        self._values: dict[str, QLabel] = {}
        for name in names:
            column = QVBoxLayout()
            column.setSpacing(0)
            value = QLabel("–", self)
            value.setObjectName(f"figure_{name}")
            value.setFont(scaled_font(self, 1.12, bold=True))
            below = QLabel(name, self)
            below.setProperty("role", "muted")
            below.setFont(scaled_font(self, 0.85))
            column.addWidget(value)
            column.addWidget(below)
            row.addLayout(column)
            self._values[name] = value
        row.addStretch(1)

    def show_figure(self, name: str, value: str) -> None:
        """Shows a figure; a dash for none."""
        words = value if len(value) <= _MOST_LETTERS else f"{value[: _MOST_LETTERS - 1]}…"
        self._values[name].setText(words or "–")
        self._values[name].setToolTip(value)


_MOST_LETTERS = 26
_GETTING_READY = "Getting ready: loading the networks' library takes some seconds"


class _Trouble(QFrame):
    """Why a run came to grief."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("run_trouble")
        self.setProperty("role", "card")
        self._title = WrappedLabel("", self, role="error")
        self._title.setFont(scaled_font(self, 1.0, bold=True))
        self._text = WrappedLabel("", self)
        self._words = WrappedLabel("", self, role="muted")
        self._words.setObjectName("last_words")
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        for label in (self._title, self._text, self._words):
            layout.addWidget(label)
        self.hide()

    def show_words(self, title: str, text: str, words: str) -> None:
        self._title.setText(title)
        self._text.setText(text)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.show()
