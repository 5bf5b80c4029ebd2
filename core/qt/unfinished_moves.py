"""At the start: what to do about an Apply or Restore that was interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt5.QtWidgets import QMessageBox, QWidget

from core.cleaning.move_journal import Unfinished, unfinished
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject


def settle_unfinished_moves(parent: QWidget, opened: OpenProject) -> None:
    """Asks whether to finish or to roll back, if moving files was interrupted."""

    def ask(found: Unfinished | None) -> None:
        if found is not None:
            _ask(parent, found, lambda how: opened.jobs.run(Job("apply", *how)))

    opened.read(unfinished, ask, key="unfinished moves")


def _ask(
    parent: QWidget, found: Unfinished, run: Callable[[tuple[str, tuple[str, ...]]], None]
) -> None:
    when = time.strftime("%d %B, %H:%M", time.localtime(found.began_at))
    box = QMessageBox(parent)
    box.setObjectName("unfinished_moves")
    box.setWindowTitle("Moving files was interrupted")
    box.setText(f"Moving files was interrupted on {when}.")
    box.setInformativeText(
        f"{found.done:,} files were moved, {found.left:,} were not. Every file is whole, at its "
        "old place or at its new one. Your decisions stay as they are either way."
    )
    for label, how in (
        ("Finish it", ("Finishing the moves", ("--finish",))),
        ("Roll it back", ("Rolling the moves back", ("--roll-back",))),
    ):
        button = box.addButton(label, QMessageBox.ButtonRole.ActionRole)
        button.clicked.connect(lambda _=False, chosen=how: run(chosen))
        if label == ("Roll it back" if found.rolling_back else "Finish it"):
            box.setDefaultButton(button)
    box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
    box.finished.connect(box.deleteLater)
    box.open()
