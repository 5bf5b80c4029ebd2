"""From a command line to a window and back to an exit code."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QCoreApplication, QSocketNotifier, Qt, QTimer
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QApplication

from core.qt.background import BackgroundTask
from core.qt.bugs import BugCatcher
from core.qt.key_repeat import KeyRepeat
from core.qt.main_window import MainWindow
from core.qt.project_tabs import TabSpec
from core.qt.recent_projects import last_project
from core.qt.theme import apply_theme, chosen_theme


def run_window(
    program: Sequence[str],
    tabs: Sequence[TabSpec],
    *,
    path: Path | None = None,
    with_demo: bool = False,
    when_up: Callable[[MainWindow], None] | None = None,
) -> int:
    """Shows the window until it is closed.

    Args:
        program: Command line that runs a verb when its name and arguments are appended.
        tabs: What to show of a project.
        path: A project or a scrape to begin with; by default the last project.
        with_demo: Whether to begin with the demo instead.
        when_up: Called once the window shows what it begins with; for measuring and testing.

    Returns:
        The exit code.
    """
    app = start_application()
    bugs = BugCatcher(app)
    window = MainWindow(program, tabs, program_icon())
    window.show()
    ears = _close_on_signals(window)
    # After the first paint, so that something is on the screen while the project opens.

    def begin() -> None:
        _begin(window, path, with_demo=with_demo)
        if when_up is not None:
            QTimer.singleShot(0, lambda: when_up(window))

    QTimer.singleShot(0, begin)
    code = app.exec()
    signal.set_wakeup_fd(-1)
    for ear in ears:
        ear.close()
    for task in app.findChildren(BackgroundTask):
        task.end()
    bugs.release()
    return code


def start_application() -> QApplication:
    """The application in the user's theme, sharp on every screen."""
    QCoreApplication.setOrganizationName("Pickglass")
    QCoreApplication.setApplicationName("Pickglass")
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationDisplayName("Pickglass")
    apply_theme(app, chosen_theme())
    KeyRepeat(app)
    return app


def program_icon() -> QIcon:
    """The loupe."""
    return QIcon(str(Path(__file__).resolve().parents[2] / "resources" / "icon.png"))


def _close_on_signals(window: MainWindow) -> tuple[socket.socket, socket.socket]:
    """Has Ctrl-C in the terminal and the end of the session close the window as its user would.

    Python runs its handlers between two of its instructions, of which there are none while Qt
    waits; a byte in a socket wakes it.
    """
    listener, speaker = socket.socketpair()
    speaker.setblocking(False)
    signal.set_wakeup_fd(speaker.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    descriptor: Any = listener.fileno()  # an int, which the stubs do not know of
    notifier = QSocketNotifier(descriptor, QSocketNotifier.Type.Read, window)
    notifier.activated.connect(lambda *_: window.close_unasked())
    return listener, speaker


def _begin(window: MainWindow, path: Path | None, *, with_demo: bool) -> None:
    if with_demo:
        window.make_demo()
    elif path is not None:
        window.open_path(path)
    elif (last := last_project()) is not None and last.exists():
        window.open_project(last)
