"""What is being explored: the query, how it is moved, what is searched, and what is near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from core.embedding.filters import FilterResult, PhotoFilter, apply_filter
from core.embedding.index import Metric, Rows, Vectors, unit
from core.embedding.moves import Mover
from core.embedding.neighbours import Neighbours, Scores, Space
from explorer.filtering import Filtering
from explorer.history import History
from explorer.opened_index import OpenedIndex
from explorer.query import Query
from explorer.selection import Selection

FEWEST, MOST = 1, 99_999


@dataclass(frozen=True)
class Settings:
    """How is searched.

    Attributes:
        k: How many neighbours.
        one_per_item: Whether of each item only its nearest photo is shown.
        metric: How vectors are compared; None for what the run was trained with.
    """

    k: int = 60
    one_per_item: bool = True
    metric: Metric | None = None


@dataclass(frozen=True, eq=False)
class Slider:
    """A direction that the query can be moved along.

    Attributes:
        name: The direction's.
        vector: (d,), of unit length.
        bonus: (n,) scores that strict re-ranking adds in place of moving the query; None for
            moving it.
    """

    name: str
    vector: Vectors
    bonus: Scores | None = None


class Exploring(QObject):
    """The one state that all views of the explorer show; on the GUI thread.

    A search of half a million photos in twenty dimensions takes three milliseconds, a slider's
    tick one: no thread is worth its trouble here. A filter is: it is worked out elsewhere, and
    holds for everything at once when that is done.
    """

    opened_changed = pyqtSignal()
    query_changed = pyqtSignal()
    """Another query; `results_changed` follows."""
    moved = pyqtSignal()
    """The query was moved along directions; `results_changed` follows."""
    results_changed = pyqtSignal()
    settings_changed = pyqtSignal()
    """Settings, filter or facts."""
    filter_applied = pyqtSignal()
    """The filter that was asked for last holds now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.selection = Selection(0, self)
        self._opened: OpenedIndex | None = None
        self._space: Space | None = None
        self._settings = Settings()
        self._filtering = Filtering(self)
        self._filtering.done.connect(self._on_filtered)
        self._asked = self._wanted = PhotoFilter()
        self._filtered: FilterResult | None = None
        self._newest: OpenedIndex | None = None
        self._history = History()
        self._sliders: tuple[Slider, ...] = ()
        self._mover: Mover | None = None
        self._unmoved: Neighbours | None = None
        self._results = _nothing()

    # What is open

    @property
    def opened(self) -> OpenedIndex | None:
        return self._opened

    @property
    def metric(self) -> Metric:
        """How vectors are compared just now."""
        return "angular" if self._space is None else self._space.metric

    @property
    def space(self) -> Space | None:
        return self._space

    def open(self, opened: OpenedIndex | None) -> None:
        """Explores another index; queries of the one before mean nothing in it and are dropped."""
        self._filtering.stop()
        self._opened = self._newest = opened
        self._history = History()
        self._sliders, self._mover, self._unmoved = (), None, None
        self._settings = replace(self._settings, metric=None)
        self._space = None if opened is None else opened.space
        self.selection.reset(0 if opened is None else opened.index.size)
        self._asked = self._wanted = PhotoFilter()
        self._filtered = None
        if opened is not None:
            self._show_filtered(apply_filter(opened.facts, self._wanted))
        self.opened_changed.emit()
        self.settings_changed.emit()
        self.query_changed.emit()
        self._search()

    def take_facts(self, opened: OpenedIndex) -> None:
        """Takes what the catalogue says now of the index that is open, once it is filtered."""
        self._newest = opened
        self._filtering.begin(opened, self._asked)

    # How is searched

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def wanted(self) -> PhotoFilter:
        """The filter that holds."""
        return self._wanted

    @property
    def asked_filter(self) -> PhotoFilter:
        """The filter that was asked for last; it holds soon, if not yet."""
        return self._asked

    @property
    def filtered(self) -> FilterResult | None:
        """What the filter that holds leaves, with counts per value."""
        return self._filtered

    def filter(self, wanted: PhotoFilter) -> None:
        """Searches among other photos once they are known; see `filter_applied`."""
        if self._newest is not None and wanted != self._asked:
            self._asked = wanted
            self._filtering.begin(self._newest, wanted)

    def change(self, settings: Settings) -> None:
        """Searches otherwise."""
        before, self._settings = self._settings, settings
        if settings == before:
            return
        if settings.metric != before.metric:
            self._change_metric()
        self._unmoved = None
        self.settings_changed.emit()
        self._search()

    def close(self) -> None:
        """Works nothing out any more."""
        self._filtering.stop()

    # What is looked for

    @property
    def query(self) -> Query | None:
        step = self._history.now
        return None if step is None else step.query

    @property
    def extents(self) -> Mapping[str, float]:
        """How far each slider is drawn, by name.

        Degrees (angular) or distances (L2); where re-ranking is strict, its strength.
        """
        step = self._history.now
        return {} if step is None else step.extents

    @property
    def can_go_back(self) -> bool:
        return self._history.can_go_back

    @property
    def can_go_forward(self) -> bool:
        return self._history.can_go_forward

    def ask(self, query: Query) -> None:
        """Looks for something else; what was looked for before is a step back."""
        self._history.add(query)
        self._query_changed()

    def go(self, steps: int) -> None:
        """Goes back (negative) or forward through what was looked for."""
        if self._history.go(steps):
            self._query_changed()

    # Moving it

    @property
    def sliders(self) -> tuple[Slider, ...]:
        return self._sliders

    def use_sliders(self, sliders: Sequence[Slider]) -> None:
        """Has the query moved along these directions, as far as it was along those that stay."""
        self._sliders = tuple(sliders)
        self._mover = None
        self.moved.emit()
        self._search()

    def move(self, extents: Mapping[str, float]) -> None:
        """Moves the query along directions, by name; those not named are at rest."""
        kept = {name: extent for name, extent in extents.items() if extent}
        if self.query is None or kept == self.extents:
            return
        self._history.move(kept)
        self.moved.emit()
        self._search()

    @property
    def is_moved(self) -> bool:
        return any(slider.name in self.extents for slider in self._sliders)

    def moved_vector(self) -> Vectors | None:
        """Where the moved query lies, shape (d,)."""
        mover = self._moving()
        return None if mover is None else mover.moved(self._angles(self.extents))

    def way(self, steps: int) -> list[Vectors]:
        """Points from the query to where it is moved to, both included."""
        mover = self._moving()
        if mover is None or not self.is_moved:
            return []
        extents = np.array(self._angles(self.extents))
        return [mover.moved(list(extents * share)) for share in np.linspace(0, 1, steps)]

    def path(self, name: str, extents: Sequence[float]) -> Rows:
        """The photo nearest to the query at each of these extents along one direction."""
        mover = self._moving()
        names = [slider.name for slider in self._sliders]
        if mover is None or name not in names:
            return np.empty(0, np.int64)
        assert self.query is not None
        return mover.path(names.index(name), extents, among=self._among(), without=self.query.rows)

    # What is near

    @property
    def results(self) -> Neighbours:
        """The neighbours of the moved query, nearest first."""
        return self._results

    def newcomers(self) -> frozenset[int]:
        """Those of the results that are there only because the query was moved."""
        if not self.is_moved:
            return frozenset()
        if self._unmoved is None:
            self._unmoved = self._nearest({})
        rows = self._results.rows
        return frozenset(rows[~np.isin(rows, self._unmoved.rows)].tolist())

    def own_item_rows(self) -> frozenset[int]:
        """Those of the results that are photos of the query's own item."""
        if self.query is None or self._opened is None:
            return frozenset()
        item_of = self._opened.facts.item_of
        own = {int(item_of[each.row]) for each in self.query.wanted if each.row is not None}
        rows = self._results.rows
        return frozenset(rows[np.isin(item_of[rows], list(own))].tolist())

    # Below this line: how

    def _query_changed(self) -> None:
        self._mover = self._unmoved = None
        self.query_changed.emit()
        self._search()

    def _search(self) -> None:
        if self.query is None or self._opened is None:
            self._results = _nothing()
        else:
            self._results = self._nearest(self.extents)
        self.results_changed.emit()

    def _nearest(self, extents: Mapping[str, float]) -> Neighbours:
        mover = self._moving()
        assert mover is not None and self.query is not None and self._opened is not None
        return mover.nearest(
            self._angles(extents),
            self._settings.k,
            strengths=[
                0.0 if slider.bonus is None else extents.get(slider.name, 0.0)
                for slider in self._sliders
            ],
            among=self._among(),
            without=self.query.rows,
            item_of=self._opened.facts.item_of if self._settings.one_per_item else None,
        )

    def _moving(self) -> Mover | None:
        if self._mover is None and self.query is not None and self._space is not None:
            dimensions = self._space.vectors.shape[1]
            directions = np.array([slider.vector for slider in self._sliders], np.float32)
            query = self.query.vector
            self._mover = Mover(
                self._space,
                unit(query) if self._space.metric == "angular" else query,
                directions.reshape(-1, dimensions),
                [slider.bonus for slider in self._sliders],
            )
        return self._mover

    def _angles(self, extents: Mapping[str, float]) -> list[float]:
        """How far the query itself is moved along each slider's direction."""
        return [
            extents.get(slider.name, 0.0) if slider.bonus is None else 0.0
            for slider in self._sliders
        ]

    def _among(self) -> Rows | None:
        # All of it where nothing is left out: an index array would cost a copy of every score.
        if self._filtered is None or self._opened is None:
            return None
        rows = self._filtered.rows
        return None if len(rows) == self._opened.index.size else rows

    def _on_filtered(self, opened: OpenedIndex, wanted: PhotoFilter, result: FilterResult) -> None:
        self._opened, self._wanted = opened, wanted
        self._unmoved = None
        self._show_filtered(result)
        self.settings_changed.emit()
        self._search()
        self.filter_applied.emit()

    def _show_filtered(self, result: FilterResult) -> None:
        self._filtered = result
        visible = np.zeros(self.selection.count, bool)
        visible[result.rows] = True
        self.selection.show_only(visible)

    def _change_metric(self) -> None:
        assert self._opened is not None
        index, metric = self._opened.index, self._settings.metric or self._opened.index.metric
        vectors = unit(index.vectors) if metric == "angular" else index.vectors
        self._space = self._opened.space if metric == index.metric else Space(vectors, metric)
        self._mover = None


def _nothing() -> Neighbours:
    return Neighbours(np.empty(0, np.int64), np.empty(0))
