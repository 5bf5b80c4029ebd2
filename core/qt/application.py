"""From a command line to a window and back to an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt5.QtCore import QCoreApplication, Qt, QTimer
from PyQt5.QtGui import QIcon
from PyQt5.QtWidgets import QApplication

from core.qt.background import BackgroundTask
from core.qt.bugs import BugCatcher
from core.qt.main_window import MainWindow, TabSpec
from core.qt.recent_projects import last_project
from core.qt.theme import apply_theme, chosen_theme

_ICON = Path(__file__).resolve().parents[2] / "resources" / "icon.png"


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
    window = MainWindow(program, tabs, QIcon(str(_ICON)))
    window.show()
    # After the first paint, so that something is on the screen while the project opens.

    def begin() -> None:
        _begin(window, path, with_demo=with_demo)
        if when_up is not None:
            QTimer.singleShot(0, lambda: when_up(window))

    QTimer.singleShot(0, begin)
    code = app.exec()
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
    return app


def _begin(window: MainWindow, path: Path | None, *, with_demo: bool) -> None:
    if with_demo:
        window.make_demo()
    elif path is not None:
        window.open_path(path)
    elif (last := last_project()) is not None and last.exists():
        window.open_project(last)
