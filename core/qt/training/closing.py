"""What is asked before a window is closed while a run is at work."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtWidgets import QWidget

from core.number_words import plural
from core.qt.question import Choice, Question


def ask_about_training(names: Sequence[str], queued: int, parent: QWidget) -> Question:
    """Asks about the runs at work; answers True to keep training, False to stop."""
    which = f"“{names[0]}” is" if len(names) == 1 else f"{len(names)} runs are"
    waits = plural(queued, "more waits", "more wait")
    waiting = f" {waits} in the queue." if queued else ""
    return Question(
        "Training is going on",
        f"{which} at work.{waiting} Training can go on without the window, which shows it again "
        "when it is opened the next time. If it is stopped, what it has learned is kept and it can "
        "go on later.",
        [Choice("Keep training", "K", True), Choice("Stop training", "S", False, "danger")],
        parent,
        leave="Keep the window",
    )
