"""At the start: what to do about an Apply or Restore that was interrupted."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt5.QtWidgets import QMessageBox, QWidget

from core.cleaning.move_journal import Unfinished, unfinished
from core.number_words import plural
from core.qt.job_runner import Job
from core.qt.open_project import OpenProject

_FINISH = ("Finishing the moves", ("--finish",))
_ROLL_BACK = ("Rolling the moves back", ("--roll-back",))


def settles(job: Job) -> bool:
    """Whether a job is what an answer runs, so that no dialog says what came of it."""
    return job.verb == "apply" and (job.title, job.arguments) in (_FINISH, _ROLL_BACK)


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
    what = "Taking moves back" if found.rolling_back else "Moving files"
    box.setText(f"{what} was interrupted on {when}.")
    where = "back where they were" if found.rolling_back else "where they were to go"
    box.setInformativeText(
        f"Of {plural(found.done + found.left, 'file')}, {found.done:,} are {where}. Every file is "
        "whole, at its old place or at its new one. Your decisions stay as they are either way."
    )
    finish = box.addButton("Finish it", QMessageBox.ButtonRole.ActionRole)
    finish.clicked.connect(lambda: run(_FINISH))
    box.setDefaultButton(finish)
    if not found.rolling_back:
        roll_back = box.addButton("Roll it back", QMessageBox.ButtonRole.ActionRole)
        roll_back.clicked.connect(lambda: run(_ROLL_BACK))
    box.addButton("Later", QMessageBox.ButtonRole.RejectRole)
    box.finished.connect(box.deleteLater)
    box.open()
