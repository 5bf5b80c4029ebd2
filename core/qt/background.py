"""A piece of work on a thread of its own that needs no project: looking through a scrape, say."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QCoreApplication, QObject, pyqtBoundSignal, pyqtSignal

from core.errors import UserError
from core.jobs.context import Cancelled, JobContext


class BackgroundTask(QObject):
    """Runs once, from `start`; its signals arrive on the GUI thread.

    After `cancel` nothing is told any more. A bug goes to `sys.excepthook` on the GUI thread. The
    application owns the task until its thread has ended, so that whoever started it may go before.
    """

    progressed = pyqtSignal(object)
    """`Progress`."""
    finished = pyqtSignal(object)
    """What the work returned."""
    failed = pyqtSignal(object)
    """`UserError`."""
    _posted = pyqtSignal(object, object)
    _bug = pyqtSignal(object)
    _ended = pyqtSignal()

    def __init__(self, work: Callable[[JobContext], Any]) -> None:
        super().__init__(QCoreApplication.instance())
        self._work = work
        self._cancelled = threading.Event()
        self._posted.connect(self._on_posted)
        self._bug.connect(self._on_bug)
        self._ended.connect(self.deleteLater)
        self._thread = threading.Thread(target=self._run, name="background-task", daemon=True)
        self._context = JobContext(self._report, self._cancelled.is_set)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Asks it to stop; returns at once."""
        self._cancelled.set()

    def end(self) -> None:
        """Asks it to stop and waits until it has; for the end of the program."""
        self.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            result = self._work(self._context)
        except Cancelled:
            return
        except UserError as error:
            self._posted.emit(self.failed, error)
        except Exception as error:  # noqa: BLE001 - raised again where it can be shown
            self._bug.emit(error)
        else:
            self._posted.emit(self.finished, result)
        finally:
            self._ended.emit()

    def _report(self, progress: object) -> None:
        self._posted.emit(self.progressed, progress)

    def _on_posted(self, signal: pyqtBoundSignal, value: object) -> None:
        if not self._cancelled.is_set():
            signal.emit(value)

    def _on_bug(self, error: Exception) -> None:
        sys.excepthook(type(error), error, error.__traceback__)


def run_in_background(
    owner: QObject,
    work: Callable[[JobContext], Any],
    then: Callable[[Any], None],
    failed: Callable[[UserError], None],
) -> BackgroundTask:
    """Starts a task that tells nothing any more once its owner is gone.

    Args:
        owner: Whom `then` and `failed` belong to.
        work: Runs on a thread of its own.
        then: Is called with what `work` returned, on the GUI thread.
        failed: Is called with the `UserError` that it raised.
    """
    task = BackgroundTask(work)
    task.finished.connect(then)
    task.failed.connect(failed)
    owner.destroyed.connect(task.cancel)
    task.start()
    return task
