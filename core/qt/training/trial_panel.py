"""What the three panels share that try something of the instruction out: a button, words, a bar."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.errors import UserError
from core.jobs.context import Progress
from core.qt.job_status import describe
from core.qt.key_claims import BUTTON_KEYS, KeyClaim
from core.qt.theme import set_role
from core.qt.training.wrapped_label import WrappedLabel
from core.training.instruction import Instruction


class TrialPanel(QWidget):
    """Says what is tried, lets it be tried, and tells how that goes; subclasses show what came."""

    wanted = pyqtSignal()
    """The button was pressed."""

    def __init__(self, name: str, words: str, button: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_panel")
        self._tried: object = None
        self._words = WrappedLabel(words, self, role="muted")
        self.button = QPushButton(button, self)
        self.button.setObjectName(f"try_{name}")
        self.button.setToolTip(tip)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        KeyClaim(self.button, BUTTON_KEYS)
        self.button.clicked.connect(self.wanted)
        self._status = WrappedLabel("", self)
        self._status.setObjectName(f"{name}_status")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.hide()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        self.tools.addWidget(self.button)
        self.tools.addStretch(1)
        self.body = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addWidget(self._words)
        layout.addLayout(self.tools)
        layout.addWidget(self._bar)
        layout.addWidget(self._status)
        layout.addLayout(self.body, 1)

    def relevant(self, instruction: Instruction) -> object:
        """What of the instruction the trial depends on."""
        raise NotImplementedError

    def show_instruction(self, instruction: Instruction | None) -> None:
        """Says so where what was tried is no longer what is written."""
        if instruction is None or self._tried is None or self._bar.isVisibleTo(self):
            return
        if self.relevant(instruction) != self._tried:
            self.say("The instruction has changed since.", role="warning")
        else:
            self.say("")

    def begin(self, instruction: Instruction, words: str) -> None:
        """It is being tried."""
        self._tried = self.relevant(instruction)
        self.button.setEnabled(False)
        self._bar.setRange(0, 0)
        self._bar.show()
        self.say(words)

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        total = progress.total
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(min(1000, progress.done * 1000 // total))
        self.say(f"{describe(progress)}{f' ({progress.detail})' if progress.detail else ''}")

    def end(self, error: UserError | None = None, words: str = "") -> None:
        """It was tried, or could not be."""
        self.button.setEnabled(True)
        self._bar.hide()
        if error is not None:
            self.say(str(error), role="error")
        else:
            self.say(words)

    def say(self, words: str, *, role: str = "") -> None:
        """Words between the button and what came of it."""
        set_role(self._status, role)
        self._status.setText(words)
        self._status.setVisible(bool(words))
