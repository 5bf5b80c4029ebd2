"""How far the user is, how fast, and how long it will take."""

from __future__ import annotations

from PyQt5.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from core.cleaning.pace import FEWEST_ITEMS, Pace
from core.qt.elided_label import ElidedLabel


class ProgressStrip(QWidget):
    """A bar over two lines: the whole project's progress, and the queue's size."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("progress_bar")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._done = ElidedLabel(self)
        self._done.setObjectName("progress_done")
        self._pace = ElidedLabel(self)
        self._pace.setObjectName("progress_pace")
        self._pace.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(3)
        for widget in (self._bar, self._done, self._pace):
            layout.addWidget(widget)

    def show_pace(self, pace: Pace) -> None:
        """Shows how far the whole project is."""
        self._bar.setRange(0, max(1, pace.total))
        self._bar.setValue(pace.done)
        share = f" ({100 * pace.done // pace.total} %)" if pace.total else ""
        # Read before the first items of an import were there, it is read again in a moment.
        done = f"{pace.done:,} of {pace.total:,} done{share}" if pace.total else "Counting items…"
        self._done.setText(done)
        self._pace.setText(_pace_in_words(pace))


def _pace_in_words(pace: Pace) -> str:
    if pace.total and pace.done >= pace.total:
        return "All items are decided on"
    if pace.items_an_hour is None or pace.left_s is None:
        return f"Pace shows after {FEWEST_ITEMS} items"
    return f"{pace.items_an_hour:,.0f} items an hour · {duration(pace.left_s)} left"


def duration(seconds: float) -> str:
    """A time to come, as exactly as one can know it: "about 2 h 10 min", "about 40 min"."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"about {minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours >= 24:
        return f"about {hours} h"
    return f"about {hours} h {minutes // 10 * 10} min" if minutes >= 10 else f"about {hours} h"
