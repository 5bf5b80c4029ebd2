"""The directions that queries can be moved along: stored ones, new ones, and how each is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from core.catalogue.database import open_catalogue
from core.embedding.directions.examples import Examples
from core.embedding.directions.learning import (
    learn_direction,
    principal_directions,
    rows_needed,
    spread_of,
)
from core.embedding.directions.records import Direction, Likeness, alike
from core.embedding.directions.store import delete_direction, load_directions, save_direction
from core.embedding.moves import orthogonalised
from core.embedding.neighbours import Scores
from core.embedding.photo_colours import read_colours
from core.errors import UserError
from core.jobs.context import JobContext, Progress
from core.project import Project
from core.qt.background import BackgroundTask
from explorer.calibration import Calibration, calibrate
from explorer.exploring import Exploring, Slider
from explorer.opened_index import OpenedIndex

AXES = 5


@dataclass(frozen=True, eq=False)
class Shelved:
    """A direction and how it is used.

    Attributes:
        direction: As it is stored.
        calibration: What its slider's positions mean.
        warnings: What the user should know before trusting it.
        is_strict: Whether results are re-ranked by its probe, in place of moving the query.
        bonus: The probe's scores, once they are wanted and computed.
    """

    direction: Direction
    calibration: Calibration
    warnings: tuple[str, ...]
    is_strict: bool = False
    bonus: Scores | None = None

    @property
    def name(self) -> str:
        return self.direction.name

    @property
    def can_move(self) -> bool:
        """Whether the model knows the pattern; where it does not, moving would be pretending."""
        report = self.direction.report
        return report is None or report.is_encoded


class DirectionShelf(QObject):
    """Loads, learns, stores and forgets directions of the model that is explored."""

    changed = pyqtSignal()
    """Others, or used otherwise."""
    learning = pyqtSignal(object)
    """`Progress`, or None once nothing is being learned."""
    learned = pyqtSignal(str)
    """The name of a direction that was just learned."""
    failed = pyqtSignal(object)
    """`UserError`."""

    def __init__(self, project: Project, exploring: Exploring, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._exploring = exploring
        self._shelved: tuple[Shelved, ...] = ()
        self._is_orthogonal = False
        self._task: BackgroundTask | None = None
        self._probe_task: BackgroundTask | None = None
        exploring.opened_changed.connect(self._on_opened)

    @property
    def shelved(self) -> tuple[Shelved, ...]:
        return self._shelved

    @property
    def is_orthogonal(self) -> bool:
        return self._is_orthogonal

    def find(self, name: str) -> Shelved | None:
        return next((each for each in self._shelved if each.name == name), None)

    def learn(self, examples: Sequence[Examples]) -> None:
        """Learns directions one after another, off the GUI thread, and stores each."""
        opened = self._exploring.opened
        if opened is None or not examples:
            return
        self.stop()
        self._task = BackgroundTask(partial(_learn_all, self._project, opened, tuple(examples)))
        self._task.progressed.connect(self._on_learning)
        self._task.finished.connect(partial(self._on_learned, opened))
        self._task.failed.connect(self._on_failed)
        self._task.start()
        self.learning.emit(Progress("Learning", 0, len(examples), 0.0))

    def stop(self) -> None:
        """Learns no further; what was learned stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self.learning.emit(None)

    def add_axes(self) -> None:
        """Adds the axes along which the photos vary most."""
        opened = self._exploring.opened
        if opened is not None:
            rows = np.flatnonzero(opened.facts.kept)
            self._put(principal_directions(opened.index, rows, AXES))

    def delete(self, name: str) -> None:
        """Forgets a direction; the photos it was learned from stay what they are."""
        found = self.find(name)
        if found is not None:
            delete_direction(self._project, found.direction)
            self._show(each for each in self._shelved if each.name != name)

    def set_strict(self, name: str, is_strict: bool) -> None:
        """Re-ranks by the direction's probe, or moves the query again."""
        found = self.find(name)
        opened = self._exploring.opened
        if found is None or opened is None or found.is_strict == is_strict:
            return
        probe = found.direction.probe
        if is_strict and found.bonus is None:
            assert probe is not None
            vectors = opened.index.vectors
            self._probe_task = BackgroundTask(lambda _: probe.bonuses(vectors))
            self._probe_task.finished.connect(partial(self._on_scored, opened, name))
            self._probe_task.start()
            return
        self._replace(self._used(replace(found, is_strict=is_strict)))

    def set_orthogonal(self, is_orthogonal: bool) -> None:
        """Moves along directions at right angles to one another, or along them as they are."""
        if is_orthogonal != self._is_orthogonal:
            self._is_orthogonal = is_orthogonal
            self._show(self._shelved)

    def close(self) -> None:
        """Learns nothing further and tells nothing."""
        for task in (self._task, self._probe_task):
            if task is not None:
                task.cancel()
        self._task = self._probe_task = None

    # Below this line: how

    def _on_opened(self) -> None:
        self.stop()
        opened = self._exploring.opened
        self._shelved = ()
        if opened is None:
            self.changed.emit()
            return
        self._put(load_directions(self._project, opened.index.model_hash))

    def _on_learning(self, progress: Progress) -> None:
        self.learning.emit(progress)

    def _on_learned(self, opened: OpenedIndex, found: tuple[Direction, ...]) -> None:
        self._task = None
        self.learning.emit(None)
        now = self._exploring.opened
        if now is not None and now.index.model_hash == opened.index.model_hash:
            self._put(found)
            for direction in found:
                self.learned.emit(direction.name)

    def _on_failed(self, error: UserError) -> None:
        self._task = None
        self.learning.emit(None)
        self.failed.emit(error)

    def _on_scored(self, opened: OpenedIndex, name: str, bonus: Scores) -> None:
        found = self.find(name)
        now = self._exploring.opened
        if found is not None and now is not None and now.index is opened.index:
            self._replace(self._used(replace(found, is_strict=True, bonus=bonus)))

    def _put(self, directions: Iterable[Direction]) -> None:
        """Adds directions, each in place of one of its name."""
        opened = self._exploring.opened
        assert opened is not None
        spread = spread_of(opened.index.vectors)
        new = {
            direction.name: Shelved(
                direction, calibrate(direction, opened.index.metric, spread, strict=False), ()
            )
            for direction in directions
        }
        self._show([*(each for each in self._shelved if each.name not in new), *new.values()])

    def _used(self, shelved: Shelved) -> Shelved:
        """With the calibration that goes with how it is used."""
        opened = self._exploring.opened
        assert opened is not None
        spread = spread_of(opened.index.vectors)
        metric = opened.index.metric
        return replace(
            shelved,
            calibration=calibrate(shelved.direction, metric, spread, strict=shelved.is_strict),
        )

    def _replace(self, shelved: Shelved) -> None:
        # How far it was drawn meant something else.
        extents = {k: v for k, v in self._exploring.extents.items() if k != shelved.name}
        self._exploring.move(extents)
        self._show(shelved if each.name == shelved.name else each for each in self._shelved)

    def _show(self, shelved: Iterable[Shelved]) -> None:
        listed = list(shelved)
        directions = [each.direction for each in listed]
        likenesses = alike(directions)
        self._shelved = tuple(
            replace(each, warnings=_warnings(each.direction, likenesses)) for each in listed
        )
        self._use()
        self.changed.emit()

    def _use(self) -> None:
        usable = [each for each in self._shelved if each.can_move]
        vectors = [each.direction.vector for each in usable]
        if self._is_orthogonal and len(vectors) > 1:
            vectors = list(orthogonalised(np.stack(vectors)))
        self._exploring.use_sliders(
            [
                Slider(each.name, vector, each.bonus if each.is_strict else None)
                for each, vector in zip(usable, vectors, strict=True)
            ]
        )


def _warnings(direction: Direction, likenesses: Sequence[Likeness]) -> tuple[str, ...]:
    told = [] if direction.report is None else list(direction.report.warnings(direction.name))
    for pair in likenesses:
        if direction.name in (pair.name, pair.other):
            other = pair.other if pair.name == direction.name else pair.name
            told.append(
                f"Nearly the same direction as {other} (cosine {pair.cosine:+.2f}): one can hardly "
                "be moved along without the other."
            )
    return tuple(told)


def _learn_all(
    project: Project, opened: OpenedIndex, examples: tuple[Examples, ...], context: JobContext
) -> tuple[Direction, ...]:
    found = []
    with open_catalogue(project) as catalogue:
        for each in examples:
            context.check_cancelled()
            colours = read_colours(catalogue, opened.index, rows_needed(each), context)
            direction = learn_direction(opened.index, opened.facts.item_of, each, colours, context)
            save_direction(project, direction)
            found.append(direction)
    return tuple(found)
