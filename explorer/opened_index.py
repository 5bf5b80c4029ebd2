"""A run's index, opened for exploring: vectors ready to be searched, and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from core.catalogue.database import Catalogue
from core.catalogue.records import Changes, HintKind
from core.cleaning.accusations import sent_to_cleaning
from core.embedding.index import Index, read_index
from core.embedding.model_hash import model_hash_of
from core.embedding.neighbours import Space
from core.embedding.photo_facts import PhotoFacts, read_photo_facts
from core.errors import UserError
from core.jobs.context import JobContext
from core.project import Project
from core.qt.background import BackgroundTask
from core.qt.open_project import OpenProject
from core.training.runs import Run, list_runs

_PAUSE_MS = 1500
"""Facts are read again once the user has paused deciding for this long."""


@dataclass(frozen=True, eq=False)
class _Known:
    """What the catalogue says of an index's photos; as in `OpenedIndex`."""

    facts: PhotoFacts
    hint_codes: npt.NDArray[np.int8]
    sent: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OpenedIndex:
    """All that the explorer needs of a run.

    Attributes:
        hint_codes: (n,) what the cleaner suspects of each photo: a position in `HINT_NAMES`.
        sent: (n,) whether it was sent to the cleaner from here.
        is_of_other_model: Whether the run's network is not the one that the index was made with.
    """

    run: Run
    index: Index
    space: Space
    facts: PhotoFacts
    hint_codes: npt.NDArray[np.int8]
    sent: npt.NDArray[np.bool_]
    is_of_other_model: bool = False

    @property
    def gone_count(self) -> int:
        """Photos of the index that the catalogue has no longer, or not as they were."""
        return int((~self.facts.present).sum())


HINT_NAMES = ("no hint", *(str(kind) for kind in HintKind))


class IndexOpener(QObject):
    """Opens indexes off the GUI thread; of several asked for, only the last is told."""

    opened = pyqtSignal(object)
    """`OpenedIndex`."""
    failed = pyqtSignal(object, object)
    """`Run`, `UserError`."""
    facts_changed = pyqtSignal(object)
    """`OpenedIndex` that is open already, with what the catalogue says now."""

    def __init__(self, open_project: OpenProject, parent: QObject) -> None:
        super().__init__(parent)
        self._open_project = open_project
        self._task: BackgroundTask | None = None
        self._current: OpenedIndex | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.read_facts_again)
        open_project.changed.connect(self._on_changed)

    def open(self, run: Run) -> None:
        """Begins to open a run's index."""
        self.close()
        self._task = BackgroundTask(partial(_read, run))
        self._task.finished.connect(partial(self._on_read, run))
        self._task.failed.connect(partial(self.failed.emit, run))
        self._task.start()

    def close(self) -> None:
        """Lets what is open go, and drops what is being opened."""
        self._current = None
        self._pause.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def read_facts_again(self) -> None:
        """Takes what the catalogue says now; at once, where a pause was waited for."""
        self._pause.stop()
        current = self._current
        if current is not None:
            self._open_project.read(
                lambda catalogue: _known(catalogue, current.index),
                self._on_facts,
                key="explorer-facts",
            )

    def _on_read(self, run: Run, read: tuple[Index, Space, bool]) -> None:
        index, space, is_of_other_model = read
        self._open_project.read(
            lambda catalogue: _known(catalogue, index),
            lambda known: self._on_opened(
                OpenedIndex(
                    run,
                    index,
                    space,
                    known.facts,
                    known.hint_codes,
                    known.sent,
                    is_of_other_model,
                )
            ),
            key="explorer-facts",
        )

    def _on_opened(self, opened: OpenedIndex) -> None:
        self._current = opened
        self.opened.emit(opened)

    def _on_facts(self, known: _Known) -> None:
        if self._current is not None:
            self._current = replace(
                self._current, facts=known.facts, hint_codes=known.hint_codes, sent=known.sent
            )
            self.facts_changed.emit(self._current)

    def _on_changed(self, _: Changes) -> None:
        if self._current is not None:
            self._pause.start()


def _known(catalogue: Catalogue, index: Index) -> _Known:
    """On the reader's thread."""
    codes = np.zeros(index.size, np.int8)
    kinds = {str(kind): number for number, kind in enumerate(HintKind, start=1)}
    # The surest last, so that it stays.
    for photo_id, kind in catalogue.connection.execute(
        "SELECT photo_id, kind FROM standing_hint ORDER BY score"
    ):
        row = index.row_of.get(photo_id)
        if row is not None:
            codes[row] = kinds[kind]
    sent = np.zeros(index.size, bool)
    sent[index.rows_of(sent_to_cleaning(catalogue))] = True
    return _Known(read_photo_facts(catalogue, index), codes, sent)


def runs_to_explore(project: Project) -> Sequence[Run]:
    """The runs that have an index, newest first."""
    return [run for run in reversed(list_runs(project)) if run.index_file.is_file()]


def runs_to_embed(project: Project) -> Sequence[Run]:
    """The runs that have a model and no index yet, newest first."""
    return [
        run
        for run in reversed(list_runs(project))
        if run.model_file.is_file() and not run.index_file.is_file()
    ]


def other_model(opened: OpenedIndex) -> UserError:
    """What to say of an index that was made with another network than its run has."""
    return UserError(
        "This index was made with another model than the run has now: distances to a new photo "
        "would mean nothing",
        path=opened.run.index_file,
        remedy="Embed the catalogue again with this run.",
    )


def _read(run: Run, _: JobContext) -> tuple[Index, Space, bool]:
    index = read_index(run.index_file)
    if not index.size:
        raise UserError(
            "This index holds no photos",
            path=run.index_file,
            remedy="Embed the catalogue with this run once photos have been read.",
        )
    has_other = run.model_file.is_file() and model_hash_of(run.model_file) != index.model_hash
    return index, Space(index.vectors, index.metric), has_other
