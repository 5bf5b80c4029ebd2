"""The map's contents: which layout, which colours, and what of the query is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from core.catalogue.database import open_catalogue
from core.embedding.clusters import Labels, clusters_of
from core.embedding.index import Vectors
from core.embedding.photo_colours import LabColours
from core.embedding.photo_facts import Facet
from core.embedding.projection import Method, Positions, place
from core.embedding.shades import shades_of
from core.jobs.context import JobContext, Progress
from core.project import Project
from explorer.beside import Beside, BesideMap
from explorer.colourings import (
    CLUSTER,
    COLOUR,
    COLUMNS,
    DENSITY,
    DISTANCE,
    KEPT,
    NOTHING,
    colouring_by,
)
from explorer.exploring import Exploring
from explorer.map_grid import PointGrid, sort_points
from explorer.map_overlay import Overlay
from explorer.map_panel import MapPanel
from explorer.mapping import Layout, Mapping
from explorer.opened_index import OpenedIndex
from explorer.wanted import Wanted

_MOST_RINGED = 100
_WAY_STEPS = 9
_MOST_UNASKED = 100_000
_REST_MS = 70
"""The way of a moved query is drawn once its slider rests: placing each point takes a search."""


@dataclass(frozen=True, eq=False)
class Instead:
    """What is shown in place of the map for a while.

    Attributes:
        positions: (n, 2) float32; NaN where a photo is not shown.
        grid: The same, sorted.
        words: What it is.
        second: Another one below, of the same photos.
        kept: (n,) the share of each photo's neighbours that the two have in common.
        second_words: What the one below is.
    """

    positions: Positions
    grid: PointGrid
    words: str
    second: Positions | None = None
    kept: npt.NDArray[np.float32] | None = None
    second_words: str | None = None


class Charting(QObject):
    """Keeps the map in step with what is explored."""

    failed = pyqtSignal(object)
    """`UserError`."""
    laid_out = pyqtSignal()

    def __init__(
        self,
        project: Project,
        exploring: Exploring,
        panel: MapPanel,
        method: Method,
        parent: QObject,
    ) -> None:
        """Shows nothing until an index is open.

        Args:
            project: Where maps are kept.
            exploring: What is shown.
            panel: Where.
            method: Of the map that is made first, after a sketch.
            parent: The owner in Qt's sense.
        """
        super().__init__(parent)
        self._exploring = exploring
        self._panel = panel
        self._method = method
        self._mapping = Mapping(project, self)
        self._beside = Beside(project, exploring, self)
        self._clusters = Wanted(exploring, partial(_find_clusters, project), self)
        self._shades = Wanted(exploring, partial(_find_shades, project), self)
        self._layout: Layout | None = None
        self._instead: Instead | None = None
        self._column = self._column_before = NOTHING
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._draw_way)
        self._mapping.made.connect(self._on_made)
        self._mapping.failed.connect(self.failed)
        self._mapping.progressed.connect(self.show_progress)
        exploring.opened_changed.connect(self._on_opened)
        exploring.results_changed.connect(self._on_results)
        exploring.settings_changed.connect(self._on_settings)
        panel.colour_chosen.connect(self.colour_by)
        panel.projection_chosen.connect(self._on_chosen)
        panel.stop_wanted.connect(self._on_stop)
        panel.beside_chosen.connect(self._on_beside_chosen)
        for column, wanted in ((CLUSTER, self._clusters), (COLOUR, self._shades)):
            wanted.found.connect(partial(self._on_found, column))
            wanted.progressed.connect(self.show_progress)
        self._beside.changed.connect(self._on_beside_changed)
        self._beside.progressed.connect(self.show_progress)
        self._beside.failed.connect(self.failed)

    @property
    def layout(self) -> Layout | None:
        return self._layout

    def close(self) -> None:
        """Makes nothing further."""
        self._rest.stop()
        self._mapping.close()
        self._beside.stop()
        self._clusters.stop()
        self._shades.stop()

    @property
    def beside(self) -> BesideMap | None:
        """The run that is shown beside, if one is."""
        return self._beside.shown

    def show_runs(self) -> None:
        """Offers the runs that there are now to be shown beside."""
        shown = self._beside.shown
        names = [run.name for run in self._beside.others()]
        name, words = ("", "") if shown is None else (shown.run, shown.words)
        self._panel.show_beside(names, name, words)
        if self._instead is not None:
            self._panel.show_epochs(self._instead.words, self._instead.second_words)

    def show_instead(self, instead: Instead | None, *, keep_view: bool = False) -> None:
        """Shows something else in place of the map, or the map again."""
        before, self._instead = self._instead, instead
        if instead is not None and before is None:
            self._beside.close()
        had_second = before is not None and before.second is not None
        has_second = instead is not None and instead.second is not None
        self._show_map(keep_view=keep_view)
        if instead is not None:
            self._panel.show_epochs(instead.words, instead.second_words)
            if instead.second is not None:
                grid = sort_points(instead.second, instead.grid.area)
                self._panel.second.show_grid(grid, instead.second, keep_view=had_second)
        else:
            self.show_runs()
        if has_second != had_second:
            self._panel.show_columns((*COLUMNS, KEPT) if has_second else COLUMNS)
        if has_second and (not had_second or self._column == KEPT):
            self.colour_by(KEPT)
        elif self._column == KEPT and not has_second:
            self.colour_by(self._column_before)
        self._draw()

    def colour_by(self, column: str) -> None:
        """Colours the points by a column."""
        if column == KEPT and self._column != KEPT:
            self._column_before = self._column
        self._column = column
        shown = self._beside.shown
        kept = None if shown is None else shown.kept
        if self._instead is not None:
            kept = self._instead.kept
        positions = None if self._layout is None else self._layout.positions
        if column == CLUSTER:
            self._clusters.want()
        if column == COLOUR:
            self._shades.want()
        clusters, shades = self._clusters.value, self._shades.value
        colouring = colouring_by(column, self._exploring, kept, positions, clusters, shades)
        self._panel.show_colouring(column, colouring)

    # Below this line: how

    def _on_opened(self) -> None:
        opened = self._exploring.opened
        self._layout = None
        self._mapping.stop()
        if opened is not None:
            # Of very many photos another map takes many minutes of all cores: only when asked for.
            is_quick = opened.index.size <= _MOST_UNASKED
            self._mapping.sketch(opened, self._method if is_quick else Method.PCA)
            self.colour_by(NOTHING)

    def _on_chosen(self, name: str) -> None:
        opened = self._exploring.opened
        self._method = Method(name)
        if opened is not None:
            self._mapping.make(opened, self._method)

    def _on_beside_chosen(self, name: str) -> None:
        runs = {run.name: run for run in self._beside.others()}
        if name in runs and self._layout is not None:
            self._beside.open(runs[name], self._layout)
        else:
            self._beside.close()

    def _on_beside_changed(self) -> None:
        shown = self._beside.shown
        self._panel.show_columns(COLUMNS if shown is None else (*COLUMNS, KEPT))
        if shown is not None:
            self._panel.second.show_points(shown.positions)
            self.colour_by(KEPT)
        elif self._column == KEPT:
            self.colour_by(self._column_before)
        self.show_runs()
        self._draw()

    def _on_found(self, column: str) -> None:
        if self._column == column:
            self.colour_by(column)

    def _on_stop(self) -> None:
        self._mapping.stop()
        self._beside.stop()
        self._clusters.stop()
        self._shades.stop()
        if self._layout is not None:
            self._method = self._layout.method
            self._panel.show_projection(str(self._layout.method), self._layout.words)

    def _on_made(self, layout: Layout) -> None:
        is_same = self._layout is not None and self._layout.method is layout.method
        self._layout = layout
        if self._instead is None:
            self._show_map(keep_view=is_same)
        if self._column == DENSITY:
            self.colour_by(DENSITY)
        self._draw()
        self.laid_out.emit()

    def _show_map(self, *, keep_view: bool) -> None:
        instead, layout = self._instead, self._layout
        if instead is not None:
            self._panel.map.show_grid(instead.grid, instead.positions, keep_view=keep_view)
        elif layout is not None:
            self._panel.map.show_grid(layout.grid, layout.positions, keep_view=keep_view)
            self._panel.show_projection(str(layout.method), layout.words)

    def show_progress(self, progress: Progress | None) -> None:
        """Shows how far something is that the map waits for; None once it is there."""
        if progress is None:
            self._panel.show_progress(None)
            if self._instead is not None:
                self._panel.show_epochs(self._instead.words, self._instead.second_words)
            elif self._layout is not None:
                self._panel.show_projection(str(self._layout.method), self._layout.words)
            return
        share = progress.done / progress.total if progress.total else -1.0
        self._panel.show_progress(share, f"{progress.stage}…")

    def _on_settings(self) -> None:
        if self._exploring.opened is not None and self._column not in (NOTHING, DISTANCE):
            self.colour_by(self._column)

    def _on_results(self) -> None:
        self._draw()
        if self._column == DISTANCE:
            self.colour_by(DISTANCE)

    def _draw(self) -> None:
        """The query and its neighbours now, its way a moment later."""
        exploring, layout = self._exploring, self._layout
        if layout is None or exploring.query is None:
            for view in (self._panel.map, self._panel.second):
                view.show_overlay(Overlay())
            return
        neighbours = tuple(exploring.results.rows[:_MOST_RINGED].tolist())
        self._panel.map.show_overlay(Overlay(self._place_of_query(), (), neighbours))
        self._panel.second.show_overlay(Overlay(self._place_beside(), (), neighbours))
        if self._instead is None:  # there is no way through an epoch that has no model any more
            self._rest.start()

    def _draw_way(self) -> None:
        exploring, layout = self._exploring, self._layout
        if layout is None or exploring.query is None or self._instead is not None:
            return
        way = [self._place(vector) for vector in exploring.way(_WAY_STEPS)]
        query = self._place_of_query() or self._place(exploring.query.vector)
        if way:
            way[0] = query
        neighbours = tuple(exploring.results.rows[:_MOST_RINGED].tolist())
        self._panel.map.show_overlay(Overlay(query, tuple(way), neighbours))

    def _place_of_query(self) -> tuple[float, float] | None:
        """Where a query of one photo lies itself; others are placed by what is near."""
        query = self._exploring.query
        assert query is not None and self._layout is not None
        if len(query.examples) != 1 or query.examples[0].row is None:
            return None
        instead = self._instead
        positions = self._layout.positions if instead is None else instead.positions
        return _point(positions[query.examples[0].row])

    def _place_beside(self) -> tuple[float, float] | None:
        query, shown = self._exploring.query, self._beside.shown
        positions = None if shown is None else shown.positions
        if self._instead is not None:
            positions = self._instead.second
        if query is None or positions is None or len(query.examples) != 1:
            return None
        row = query.examples[0].row
        return None if row is None else _point(positions[row])

    def _place(self, vector: Vectors) -> tuple[float, float]:
        space = self._exploring.space
        assert space is not None and self._layout is not None
        x, y = place(space, self._layout.positions, vector)
        return float(x), float(y)


def _point(position: Positions) -> tuple[float, float] | None:
    x, y = position
    return (float(x), float(y)) if np.isfinite(x) else None


def _find_clusters(project: Project, opened: OpenedIndex, context: JobContext) -> Labels:
    return clusters_of(project, opened.index, context)


def _find_shades(project: Project, opened: OpenedIndex, context: JobContext) -> LabColours:
    codes = opened.facts.photo_codes(Facet.COLOUR).astype(np.int64)
    with open_catalogue(project) as catalogue:
        return shades_of(catalogue, opened.index, codes, context)
