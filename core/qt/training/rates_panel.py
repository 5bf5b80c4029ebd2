"""The learning-rate finder: the loss over the rate in one short run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtWidgets import QPushButton, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import colours
from core.qt.training.plot_line import Line
from core.qt.training.plot_panel import PlotPanel
from core.qt.training.trial_panel import TrialPanel
from core.training.instruction import Instruction

_FEWEST = 3


class RatesPanel(TrialPanel):
    """A plot with the rate that is suggested, and a button that takes it."""

    rate_chosen = pyqtSignal(float)
    """This learning rate is wanted in the instruction."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            "rates",
            "Trains a new network for a hundred steps while the learning rate grows. Where the "
            "loss falls fastest is a good rate; where it turns up again the rate is too high.",
            "Try learning rates",
            "Find the learning rate at which the network learns fastest (F)",
            parent,
        )
        self._suggested: float | None = None
        self._values: tuple[list[float], list[float]] = ([], [])
        self._use = QPushButton("Use it", self)
        self._use.setObjectName("use_rate")
        self._use.setToolTip("Write the suggested rate into the instruction")
        self._use.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._use, BUTTON_KEYS)
        self._use.clicked.connect(self._on_used)
        self._use.hide()
        self.tools.insertWidget(1, self._use)
        self._plot: PlotPanel | None = None
        self._room = QWidget(self)
        self.body.addWidget(self._room, 1)

    def relevant(self, instruction: Instruction) -> object:
        left_out = {"schedule", "fitting", "optimizer", "description", "pretraining"}
        return instruction.model_dump(exclude=left_out), instruction.optimizer.name

    def show_rates(self, found: Mapping[str, Any]) -> str:
        """Shows what `find-rate` saw; returns it in words."""
        rates, losses = list(found["rates"]), list(found["losses"])
        self._suggested = found["suggested"]
        self._values = rates, losses
        self._use.setVisible(self._suggested is not None)
        if len(rates) < _FEWEST:
            return "The loss was no number after a few steps: look at data and loss first."
        if self._plot is None:
            self._plot = self._made_plot()
        self._draw(self._plot)
        note = f" {found['note']}" if found["note"] else ""
        if self._suggested is None:
            return "The loss falls at none of the rates." + note
        return f"The loss falls fastest at a learning rate of {self._suggested:.2g}.{note}"

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        plot = getattr(self, "_plot", None)
        if event.type() == QEvent.Type.PaletteChange and plot is not None:
            plot.take_colours()
            self._draw(plot)

    def _made_plot(self) -> PlotPanel:
        plot = PlotPanel(
            "rates", "Loss over learning rate", self, counts="learning rate", margin_px=0
        )
        plot.set_log_x(True)
        plot.pointed_at.connect(plot.point_at)
        self.body.replaceWidget(self._room, plot)
        self._room.hide()
        return plot

    def _draw(self, plot: PlotPanel) -> None:
        rates, losses = (np.array(values) for values in self._values)
        shades = colours(self)
        lines = [Line("Loss", shades.accent, rates, losses, is_bold=True)]
        if self._suggested is not None:
            at = np.array([self._suggested, self._suggested * 1.0001])
            ends = np.array([losses.min(), losses.max()])
            lines.append(Line("suggested", shades.success, at, ends, is_dashed=True))
        plot.show_lines(lines)
        plot.show_steps(rates[0], rates[-1])

    def _on_used(self) -> None:
        if self._suggested is not None:
            self.rate_chosen.emit(float(f"{self._suggested:.2g}"))
