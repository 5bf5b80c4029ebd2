"""The Data menu: from decisions to files, and from one person's decisions to another's."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtGui import QKeySequence
from PyQt5.QtWidgets import QFileDialog, QMenu, QWidget

from core.qt.job_runner import Job
from core.qt.open_project import OpenProject


def build_data_menu(open_project: OpenProject, parent: QWidget) -> QMenu:
    """The menu; its actions open dialogs over the parent's window."""
    menu = QMenu("&Data", parent)
    menu.setObjectName("menu_data")
    menu.setToolTipsVisible(True)
    for name, text, keys, tip, act in (
        (
            "apply",
            "Apply the decisions…",
            "Ctrl+Shift+A",
            "See which files would be set aside, and move them to the quarantine",
            show_apply,
        ),
        (
            "restore",
            "Restore photos…",
            "Ctrl+Shift+R",
            "Bring files back from the quarantine",
            show_restore,
        ),
        (
            "export",
            "Export the clean data set…",
            "Ctrl+E",
            "Write what was kept to another folder, with a table",
            show_export,
        ),
        (
            "decisions_export",
            "Save the decisions to a file…",
            "Ctrl+Shift+S",
            "For a colleague with the same scrape, or as a backup",
            save_decisions,
        ),
        (
            "decisions_merge",
            "Merge a colleague's decisions…",
            "Ctrl+Shift+M",
            "Take over what is new in a file of decisions, and choose where you differ",
            show_merge,
        ),
    ):
        if name == "decisions_export":
            menu.addSeparator()
        action = menu.addAction(text)
        action.setObjectName(f"action_{name}")
        action.setShortcut(QKeySequence(keys))
        action.setAutoRepeat(False)
        action.setToolTip(f"{tip} ({keys})")
        action.triggered.connect(lambda _=False, do=act: do(parent.window(), open_project))
    return menu


# Each dialog brings what it needs only when it is opened: the window is up sooner for it.


def show_apply(window: QWidget, open_project: OpenProject) -> None:
    """Shows what Apply would move."""
    from cleaner.apply_dialog import open_apply_dialog

    open_apply_dialog(window, open_project)


def show_restore(window: QWidget, open_project: OpenProject) -> None:
    """Shows the quarantine."""
    from cleaner.restore_dialog import open_restore_dialog

    open_restore_dialog(window, open_project)


def show_export(window: QWidget, open_project: OpenProject) -> None:
    """Shows what an export would hold."""
    from cleaner.export_dialog import open_export_dialog

    open_export_dialog(window, open_project)


def show_merge(window: QWidget, open_project: OpenProject) -> None:
    """Has a colleague's decisions chosen and compared."""
    from cleaner.merge_dialog import open_merge_dialog

    open_merge_dialog(window, open_project)


def save_decisions(window: QWidget, open_project: OpenProject) -> None:
    """Writes the decisions to a file that the user names."""
    suggested = Path.home() / f"{open_project.project.name} decisions.jsonl"
    chosen, _ = QFileDialog.getSaveFileName(
        window, "Save the decisions", str(suggested), "Decisions (*.jsonl)"
    )
    if chosen:
        open_project.jobs.run(Job("decisions-export", "Saving the decisions", (chosen,)))
