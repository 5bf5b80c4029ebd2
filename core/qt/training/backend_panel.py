"""Which backends there are, which of them sees a GPU, and how fast each trains the instruction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QSettings, Qt, pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QLabel, QPushButton, QRadioButton, QWidget

from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import scaled_font
from core.qt.training.trial_panel import TrialPanel
from core.qt.training.wrapped_label import WrappedLabel
from core.training.backend_probe import BACKENDS
from core.training.instruction import Instruction

SECONDS = 10
"""How long each backend is measured: three of them in half a minute."""

_CACHE = "training/backends"
_INDENT_PX = 23
"""Under the name, which stands beside the button."""


class BackendPanel(TrialPanel):
    """A line for each backend; the one that the instruction names is marked."""

    chosen = pyqtSignal(str)
    """The user wants this backend."""
    look_wanted = pyqtSignal()
    """What the backends see is to be found out."""

    def __init__(self, installed: Mapping[str, str], parent: QWidget) -> None:
        """As far as is known at once: the versions of the installed backends."""
        super().__init__(
            "backend",
            "What Keras computes with. TensorFlow is the default; on Windows only PyTorch sees an "
            "NVIDIA GPU. The benchmark trains the instruction on made-up photos, half a minute in "
            "all beside loading and compiling.",
            "Measure images/s",
            f"Train the instruction {SECONDS} s on each installed backend (K)",
            parent,
        )
        self._look = QPushButton("Look for GPUs again", self)
        self._look.setObjectName("look_for_gpus")
        self._look.setToolTip("Ask each backend anew what it can compute on")
        self._look.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self._look, BUTTON_KEYS)
        self._look.clicked.connect(self.look_wanted)
        self.tools.insertWidget(1, self._look)
        lines = QWidget(self)
        grid = QGridLayout(lines)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self._installed = installed
        self._buttons: dict[str, QRadioButton] = {}
        self._devices: dict[str, WrappedLabel] = {}
        self._speeds: dict[str, QLabel] = {}
        for at, name in enumerate(BACKENDS):
            button = QRadioButton(name, lines)
            button.setObjectName(f"backend_{name}")
            button.setEnabled(name in self._installed)
            button.setToolTip(f"Train with {name}")
            KeyClaim(button, BUTTON_KEYS)
            button.clicked.connect(lambda _=False, each=name: self.chosen.emit(each))
            device = WrappedLabel(self._installed.get(name, "not installed"), lines, role="muted")
            speed = QLabel(lines)
            speed.setFont(scaled_font(self, 1.0, bold=True))
            device.setContentsMargins(_INDENT_PX, 0, 0, 6)
            grid.addWidget(button, 2 * at, 0)
            grid.addWidget(speed, 2 * at, 1)
            # Below and not between: both may be long, and the panel is narrow.
            grid.addWidget(device, 2 * at + 1, 0, 1, 2)
            self._buttons[name], self._devices[name], self._speeds[name] = button, device, speed
        self.body.addWidget(lines)
        self.body.addStretch(1)

    def relevant(self, instruction: Instruction) -> object:
        parts = instruction.model_dump(include={"sampler", "augmentation", "model", "loss"})
        return parts, instruction.data.side_px

    def show_instruction(self, instruction: Instruction | None) -> None:
        super().show_instruction(instruction)
        if instruction is not None:
            self._buttons[instruction.backend].setChecked(True)

    def remember(self) -> bool:
        """Shows what was found the last time; False where nothing was, or another version is."""
        try:
            stored = json.loads(str(QSettings().value(_CACHE, "")))
            if stored["versions"] != dict(self._installed):
                return False
            self._show_found(stored["found"])
        except (ValueError, KeyError, TypeError):
            return False
        return True

    def show_backends(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Shows what `backends` found out, now and the next time."""
        stored = {"versions": dict(self._installed), "found": list(found)}
        QSettings().setValue(_CACHE, json.dumps(stored))
        self._show_found(found)

    def show_speeds(self, speeds: Sequence[Mapping[str, Any]]) -> str:
        """Shows what `benchmark` measured; returns which is fastest, in words."""
        for label in self._speeds.values():
            label.clear()
        for each in speeds:
            label = self._speeds[each["name"]]
            label.setText(_speed_in_words(each))
            label.setToolTip(
                each["fault"] or "\n".join(filter(None, (each["device"], each["note"])))
            )
        good = [each for each in speeds if not each["fault"]]
        if not good:
            return "None could be measured."
        fastest = max(good, key=lambda each: float(each["images_per_s"]))
        return f"{fastest['name']} is the fastest here."

    def speed_of(self, name: str) -> str:
        """What is said of a backend's speed."""
        return self._speeds[name].text()

    def device_of(self, name: str) -> str:
        """What is said of a backend's device."""
        return self._devices[name].text()

    def _show_found(self, found: Sequence[Mapping[str, Any]]) -> None:
        for each in found:
            version, gpus = each["version"], each["gpus"]
            if not version:
                words = "not installed"
            elif each["fault"]:
                words = f"{version} · cannot be used: {each['fault']}"
            elif gpus:
                words = f"{version} · {', '.join(gpus)}"
                if each["name"] == "torch" and len(gpus) > 1:
                    words += " · uses one; TensorFlow and JAX share batches among all"
            else:
                words = f"{version} · sees no GPU, computes on {each['cpu']}"
            self._devices[each["name"]].setText(words)


def _speed_in_words(speed: Mapping[str, Any]) -> str:
    if speed["fault"]:
        return "failed"
    words = f"{speed['images_per_s']:,.0f} images/s"
    return f"{words} (memory: {speed['batch_size']} a batch)" if speed["note"] else words
