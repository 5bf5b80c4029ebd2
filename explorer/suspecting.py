"""What the model suspects to be wrong: listed when asked for, sent back on the user's word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.database import open_catalogue
from core.catalogue.records import HintKind
from core.cleaning.accusations import Accusation, send_to_cleaning
from core.embedding.index import Rows
from core.embedding.loop_lists import suspects_of
from core.embedding.suspicions import Finding, LoopLists, Suspicion
from core.embedding.tag_finder import FEWEST_TAGS, TOLD_APART
from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.number_words import plural
from core.project import Project
from core.qt.background import BackgroundTask
from explorer.exploring import Exploring
from explorer.opened_index import OpenedIndex
from explorer.steps import Steps

BY_HAND = "chosen by you in the explorer"


class Suspecting(QObject):
    """The lists of the index that is open, and which of their photos were sent already."""

    changed = pyqtSignal()
    """Other lists, or others of their photos sent."""
    progressed = pyqtSignal(object)
    """`Progress`, or None once nothing is being made."""
    failed = pyqtSignal(object)
    """`UserError` that kept the lists from being made."""

    def __init__(
        self, project: Project, steps: Steps, exploring: Exploring, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._steps = steps
        self._exploring = exploring
        self._lists: LoopLists | None = None
        self._listed: dict[Suspicion, tuple[Rows, Sequence[Finding]]] = {}
        self._task: BackgroundTask | None = None
        exploring.opened_changed.connect(self._forget)
        exploring.filter_applied.connect(self.changed)  # and with it what the catalogue says

    @property
    def lists(self) -> LoopLists | None:
        """None until they were asked for."""
        return self._lists

    @property
    def is_making(self) -> bool:
        return self._task is not None

    def findings(self, suspicion: Suspicion) -> tuple[Rows, Sequence[Finding]]:
        """One of the lists, the surest first, and its photos' rows.

        Each photo once: of several findings the surest speaks.
        """
        return self._listed.get(suspicion, (np.empty(0, np.int64), ()))

    def note(self, suspicion: Suspicion) -> str:
        """What a list was made from, where the user can do something about it; else ""."""
        if suspicion is not Suspicion.WITH_TAGS or self._lists is None:
            return ""
        count = self._lists.tags_known
        photos = plural(count, "photo")
        missing = _missing_in_words(self._lists)
        return f"By {photos} that you rejected as tags{missing and '; '}{missing}"

    def why_empty(self, suspicion: Suspicion) -> str:
        """Why a list names no photo."""
        if self.is_making:
            return (
                "Comparing each photo with those of its own item and of others… Press U again to "
                "stop."
            )
        if self._lists is None:
            return "Press U to look for photos that may be wrong."
        if suspicion is Suspicion.WITH_TAGS and self._lists.tags_known < FEWEST_TAGS:
            missing = _missing_in_words(self._lists)
            known = plural(self._lists.tags_known, "photo is", "photos are")
            return (
                f"{known} rejected as tags so far; from {FEWEST_TAGS} "
                "on, others that lie with them are listed. Reject labels in the cleaner by T, or "
                f"select some here and send them there by S.{missing and f' {missing}.'}"
            )
        auc = self._lists.tags_auc
        if suspicion is Suspicion.WITH_TAGS and auc is not None and auc < TOLD_APART:
            return (
                "Neither the model nor their look tells the rejected tags from garments. Reject "
                "more of them, or train again without them."
            )
        return f"No photo lies {suspicion}."

    def was_sent(self, row: int) -> bool:
        """Whether a photo was sent to the cleaner, and that was not taken back."""
        opened = self._exploring.opened
        return opened is not None and bool(opened.sent[row])

    def make(self) -> None:
        """Makes the lists anew, off the GUI thread."""
        opened = self._exploring.opened
        if opened is None or self._task is not None:
            return
        self.progressed.emit(Progress("Looking for what may be wrong", 0, None, 0.0))
        self._task = BackgroundTask(partial(_make, self._project, opened))
        self._task.progressed.connect(self.progressed)
        self._task.finished.connect(self._on_made)
        self._task.failed.connect(self._on_failed)
        self._task.start()
        self.changed.emit()

    def stop(self) -> None:
        """Makes nothing further; the lists that there were stay."""
        self.close()
        self.changed.emit()

    def send(self, findings: Sequence[Finding]) -> None:
        """Sends photos of a list into the cleaning queue, with the reason."""
        self._send(
            [
                (each.row, each.suspicion.hint, each.score, each.why, each.other_row)
                for each in findings
            ]
        )

    def send_rows(self, rows: Sequence[int], kind: HintKind) -> None:
        """Sends photos that the user picked, for a reason of theirs."""
        self._send([(row, kind, 1.0, BY_HAND, None) for row in rows])

    def close(self) -> None:
        """Makes nothing further."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    # Below this line: how

    def _on_made(self, lists: LoopLists) -> None:
        self._task = None
        self._lists = lists
        self._listed = {each: _once(lists.of(each)) for each in Suspicion}
        self.progressed.emit(None)
        self.changed.emit()

    def _on_failed(self, error: UserError) -> None:
        self.stop()
        self.failed.emit(error)

    def _forget(self) -> None:
        self.close()
        self._lists = None
        self._listed = {}
        self.changed.emit()

    def _send(self, wanted: Sequence[tuple[int, HintKind, float, str, int | None]]) -> None:
        opened = self._exploring.opened
        if opened is None or not wanted:
            return
        ids = opened.index.photo_ids
        accusations = [
            Accusation(int(ids[row]), kind, score, why, None if other is None else int(ids[other]))
            for row, kind, score, why, other in wanted
        ]
        self._steps.take(lambda catalogue: send_to_cleaning(catalogue, accusations))


def _once(findings: Sequence[Finding]) -> tuple[Rows, Sequence[Finding]]:
    rows = np.fromiter((each.row for each in findings), np.int64, len(findings))
    first = np.sort(np.unique(rows, return_index=True)[1])
    return rows[first], [findings[at] for at in first.tolist()]


def _missing_in_words(lists: LoopLists) -> str:
    if not lists.tags_missing:
        return ""
    return (
        f"{lists.tags_missing:,} more are not embedded with this run yet: press B on it in the "
        "training tab"
    )


def _make(project: Project, opened: OpenedIndex, context: JobContext) -> LoopLists:
    with open_catalogue(project) as catalogue:
        return suspects_of(catalogue, opened.index, opened.run.index_file, opened.facts, context)
