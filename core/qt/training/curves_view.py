"""Loss, Top-k accuracy and learning rate over the steps, of one run or of several."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PyQt5.QtCore import QEvent, QSettings
from PyQt5.QtGui import QShowEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from core.qt.theme import Colours, colours
from core.qt.training.curve_colours import run_colours, top_colours
from core.qt.training.plot_line import Line
from core.qt.training.plot_panel import PlotPanel
from core.training.run_history import RunSnapshot

_LOG_X = "training/log_x"
_TOPS = (1, 5, 10)
_SMOOTHING_SHARE = 0.02
"""Of the steps: what the bold line in the plot of the loss is the mean of."""

_SMOOTH_FROM = 200
"""Points; fewer are drawn as they are."""


@dataclass(frozen=True, eq=False)
class DrawnRun:
    """One run's curves.

    Attributes:
        place: Among those compared, from 0: it gives the run its colour.
    """

    name: str
    snapshot: RunSnapshot
    place: int = 0


def build_curves(parent: QWidget) -> Generator[None, None, CurvesView]:
    """Makes the view in some pieces, for a plot takes a fiftieth of a second; returns it."""
    loss = PlotPanel("loss", "Loss", parent)
    yield
    top = PlotPanel("top", "Top-k accuracy, validation", parent, is_share=True, tells_step=False)
    yield
    rate = PlotPanel("rate", "Learning rate", parent, has_legend=False, tells_step=False)
    yield
    return CurvesView(loss, top, rate, parent)


class CurvesView(QWidget):
    """Three plots over the same steps."""

    def __init__(self, loss: PlotPanel, top: PlotPanel, rate: PlotPanel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self._runs: Sequence[DrawnRun] = ()
        self._top = 1
        self._is_stale = False
        self._is_zoomed = False
        self._losses: dict[str, tuple[RunSnapshot, list[Line]]] = {}
        self.loss, self.top, self.rate = loss, top, rate
        self._panels = (self.loss, self.top, self.rate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for panel, stretch in zip(self._panels, (5, 5, 2), strict=True):
            layout.addWidget(panel, stretch)
        for panel in self._panels:
            panel.pointed_at.connect(self._on_pointed_at)
            panel.all_wanted.connect(self.show_all)
            panel.zoomed.connect(self._on_zoomed)
            panel.range_changed.connect(self._on_range_changed)
        self.loss.show_axis_below(False)
        self.top.show_axis_below(False)
        self._scale_x(is_log=bool(QSettings().value(_LOG_X, False, type=bool)))

    @property
    def is_log_x(self) -> bool:
        return self._is_log_x

    def show_runs(self, runs: Sequence[DrawnRun]) -> None:
        """Draws these runs; drawing waits until the plots are to be seen."""
        if [run.name for run in runs] != [run.name for run in self._runs]:
            self._is_zoomed = False
            self._losses.clear()
        self._runs = runs
        self._draw_when_seen()

    def show_top(self, k: int) -> None:
        """Which of the Top-k accuracies to compare several runs by."""
        self._top = k
        self._draw_when_seen()

    def set_log_x(self, is_log: bool) -> None:
        """Draws the steps on a logarithmic scale, or not; remembered."""
        QSettings().setValue(_LOG_X, is_log)
        self._scale_x(is_log=is_log)

    def _scale_x(self, *, is_log: bool) -> None:
        self._is_log_x = is_log
        for panel in self._panels:
            panel.set_log_x(is_log)
        self.show_all()

    def show_all(self) -> None:
        """Shows all steps there are, and those that come."""
        self._is_zoomed = False
        self._fit_steps()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_panels"):
            for panel in self._panels:
                panel.take_colours()
            self._draw_when_seen()

    def _draw_when_seen(self) -> None:
        if self.isVisible():
            self._draw()
        else:
            self._is_stale = True

    def _draw(self) -> None:
        self._is_stale = False
        if len(self._runs) == 1:
            self._draw_one(self._runs[0].snapshot)
        else:
            self._draw_several()
        self._fit_steps()

    def _draw_one(self, run: RunSnapshot) -> None:
        shades = colours(self)
        self.loss.show_lines(self._loss_lines("Loss", shades.accent, run))
        lines: list[Line] = []
        for k, colour in zip(_TOPS, top_colours(self), strict=True):
            lines += _top_lines(f"Top-{k}", colour, run, k)
        if any(line.is_dashed for line in lines):
            self.top.say("dashed: colour histogram")
        else:
            self.top.say("" if lines else "not measured yet")
        self.top.show_lines(lines)
        self.rate.show_lines(
            [Line("Learning rate", shades.accent, run.step, run.learning_rate, is_bold=True)]
        )

    def _draw_several(self) -> None:
        losses: list[Line] = []
        tops: list[Line] = []
        rates: list[Line] = []
        shades = run_colours(self)
        for run in self._runs:
            history, colour = run.snapshot, shades[run.place % len(shades)]
            # Without the single losses, of which several runs would make a thicket.
            losses += [line for line in self._loss_lines(run.name, colour, history) if line.name]
            tops += _top_lines(run.name, colour, history, self._top)
            rates.append(Line(run.name, colour, history.step, history.learning_rate, is_bold=True))
        self.loss.show_lines(losses)
        baselines = _one_if_same([line for line in tops if line.is_dashed], colours(self))
        self.top.show_lines([line for line in tops if not line.is_dashed] + baselines)
        self.rate.show_lines(rates)
        dashed = " · dashed: colour histogram" if any(line.is_dashed for line in tops) else ""
        self.top.say(f"Top-{self._top}{dashed}")

    def _loss_lines(self, name: str, colour: str, run: RunSnapshot) -> list[Line]:
        """As `loss_lines`, each run's reckoned once for as long as it tells nothing new."""
        snapshot, lines = self._losses.get(name, (None, []))
        if snapshot is not run:
            lines = loss_lines(name, colour, run)
            self._losses[name] = run, lines
        return [replace(line, colour=colour) for line in lines]

    def _on_zoomed(self) -> None:
        self._is_zoomed = True

    def _fit_steps(self) -> None:
        if self._is_zoomed:
            return
        steps = [run.snapshot.step for run in self._runs if len(run.snapshot.step)]
        last = max((each[-1] for each in steps), default=10.0)
        first = min((each[0] for each in steps), default=1.0) if self._is_log_x else 0.0
        self.loss.show_steps(first, last)  # the others follow

    def _on_range_changed(self, start: float, end: float) -> None:
        for panel in self._panels:
            panel.show_range(start, end)

    def _on_pointed_at(self, step: float | None) -> None:
        for panel in self._panels:
            panel.point_at(step)


def _one_if_same(baselines: Sequence[Line], shades: Colours) -> list[Line]:
    """One line for runs on the same photos, in no run's colour."""
    if len({line.y[0] for line in baselines}) != 1:
        return list(baselines)
    longest = max(baselines, key=lambda line: line.x[-1])
    return [replace(longest, colour=shades.text_muted)]


def loss_lines(name: str, colour: str, run: RunSnapshot) -> list[Line]:
    """A run's losses, from `_SMOOTH_FROM` steps on as a faint line below their moving mean."""
    if len(run.step) < _SMOOTH_FROM:
        return [Line(name, colour, run.step, run.loss, is_bold=True)]
    smooth = moving_mean(run.loss, max(3, int(len(run.loss) * _SMOOTHING_SHARE)))
    return [
        Line("", colour, run.step, run.loss, is_faint=True),
        Line(name, colour, run.step, smooth, is_bold=True),
    ]


def _top_lines(name: str, colour: str, run: RunSnapshot, k: int) -> list[Line]:
    evaluated = [each for each in run.evaluations if k in each.top]
    if not evaluated:
        return []
    steps = np.array([each.step for each in evaluated], float)
    lines = [Line(name, colour, steps, np.array([each.top[k] for each in evaluated]), is_bold=True)]
    baselines = [each for each in evaluated if k in each.baseline]
    if baselines:
        last = max(float(run.steps_done), steps[-1])
        level = baselines[-1].baseline[k]
        lines.append(
            Line(
                f"{name} of the colour histogram",
                colour,
                np.array([min(1.0, steps[0]), last]),
                np.array([level, level]),
                is_dashed=True,
            )
        )
    return lines


def moving_mean(values: np.ndarray, width: int) -> np.ndarray:
    """The mean of the last `width` values up to each, (n,); of fewer at the beginning.

    A value that is not finite is left out of the means it would be in.
    """
    good = np.isfinite(values)
    sums = np.cumsum(np.where(good, values, 0.0))
    counts = np.cumsum(good)
    before = np.maximum(np.arange(len(values)) - width, -1)
    earlier = before >= 0
    sums = sums - np.where(earlier, sums[before], 0.0)
    counts = counts - np.where(earlier, counts[before], 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: np.ndarray = np.where(counts > 0, sums / counts, np.nan)
    return mean
