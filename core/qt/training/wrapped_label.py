"""Words in as many lines as the width asks for, and no more room than that."""

from __future__ import annotations

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget

from core.qt.theme import scaled_font


class WrappedLabel(QLabel):
    """A label that wraps and may be made narrow.

    A plain one asks for the height that it would have at its smallest width, which leaves gaps.
    """

    def __init__(self, text: str, parent: QWidget, *, role: str = "", scale: float = 1.0) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if role:
            self.setProperty("role", role)
        if scale != 1.0:
            self.setFont(scaled_font(parent, scale))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.fontMetrics().height())
