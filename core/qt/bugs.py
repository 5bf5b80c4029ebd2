"""What happens when the program itself is wrong: a log entry and a dialog, never silence."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, QObject, pyqtSignal
from PyQt5.QtWidgets import QApplication

from core.qt.details_dialog import DetailsDialog

_log = logging.getLogger(__name__)

_EXPLANATION = (
    "Pickglass met a bug. What you had decided until now is stored. You can go on working; if "
    "something looks odd, close the window and start again. Please report the text below."
)


class BugCatcher(QObject):
    """Takes over `sys.excepthook` and `threading.excepthook` while it lives."""

    _caught = pyqtSignal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._dialog: DetailsDialog | None = None
        self._caught.connect(self._on_caught)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def release(self) -> None:
        """Gives the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        _log.error("a bug:\n%s", text)
        if sys.__stderr__ is not None:
            sys.__stderr__.write(text)
        self._caught.emit(text)  # queued, if this is not the GUI thread

    def _on_thread_exception(self, failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            self._on_exception(failure.exc_type, failure.exc_value, failure.exc_traceback)

    def _on_caught(self, text: str) -> None:
        # One dialog at a time: a bug in painting would open a thousand.
        if self._dialog is not None:
            return
        about = (
            f"Python {platform.python_version()}, Qt {QT_VERSION_STR}, PyQt {PYQT_VERSION_STR}, "
            f"{platform.platform()}\n\n"
        )
        self._dialog = DetailsDialog(
            "A bug in Pickglass", _EXPLANATION, about + text, QApplication.activeWindow()
        )
        self._dialog.finished.connect(self._on_closed)
        self._dialog.open()

    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
