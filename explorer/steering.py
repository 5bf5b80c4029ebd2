"""Moving the query along directions, and teaching new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QWidget

from core.embedding.directions.examples import Examples
from core.number_words import plural
from explorer.actions import Do
from explorer.direction_shelf import DirectionShelf, Shelved
from explorer.directions_panel import DirectionsPanel
from explorer.exploring import Exploring
from explorer.filmstrip import STEPS, Filmstrip, Frame
from explorer.learn_dialog import LearnDialog, Picked
from explorer.library import Library
from explorer.report_dialog import ReportDialog


class Steering(QObject):
    """What the directions' actions and sliders do."""

    said = pyqtSignal(str)
    failed = pyqtSignal(object)
    """`UserError`."""
    marks_changed = pyqtSignal()

    def __init__(
        self,
        exploring: Exploring,
        shelf: DirectionShelf,
        library: Library,
        panel: DirectionsPanel,
        filmstrip: Filmstrip,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._exploring = exploring
        self._shelf = shelf
        self._library = library
        self._panel = panel
        self._filmstrip = filmstrip
        self._owner = owner
        self._having: frozenset[int] = frozenset()
        self._not_having: frozenset[int] = frozenset()
        self._last = ""
        self._path_of = ""
        panel.moved.connect(self._on_moved)
        panel.report_wanted.connect(self.show_report)
        panel.path_wanted.connect(self.show_path)
        shelf.changed.connect(self._on_shelf_changed)
        shelf.learned.connect(self._on_learned)
        shelf.failed.connect(self.failed)
        exploring.moved.connect(self._show_extents)
        exploring.query_changed.connect(self._on_query_changed)
        exploring.results_changed.connect(self._refresh_path)
        exploring.opened_changed.connect(self.forget_marks)
        filmstrip.closed.connect(self._hide_path)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action of directions."""
        return {
            Do.LEARN: self.ask_what_to_learn,
            Do.MARK_WITH: partial(self._mark, has_it=True),
            Do.MARK_WITHOUT: partial(self._mark, has_it=False),
            Do.UNMARK: self.forget_marks,
            Do.AXES: self._shelf.add_axes,
            Do.RESET: partial(self._exploring.move, {}),
            Do.ORTHOGONAL: lambda: self._shelf.set_orthogonal(not self._shelf.is_orthogonal),
            Do.PATH: self._toggle_path,
            Do.REPORT: lambda: self.show_report(self._last_name()),
        }

    @property
    def marked(self) -> tuple[int, int]:
        """How many photos are marked as having it, and as not."""
        return len(self._having), len(self._not_having)

    def ask_what_to_learn(self) -> None:
        """Asks for words or takes what is marked; the selection, where nothing is marked."""
        opened = self._exploring.opened
        if opened is None:
            return
        having, not_having = self._having, self._not_having
        if not having:
            having = frozenset(self._exploring.selection.selected_rows().tolist()) - not_having
        picked = Picked(tuple(sorted(having)), tuple(sorted(not_having)))
        dialog = LearnDialog(opened.facts, picked, self._owner)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def forget_marks(self) -> None:
        """Marks nothing."""
        self._having = self._not_having = frozenset()
        self._tell_marks()

    def show_report(self, name: str) -> None:
        """Shows what was measured of a direction."""
        shelved = self._shelf.find(name)
        if shelved is None:
            return
        if shelved.direction.report is None:
            self.said.emit(f"Nothing was measured of {name}: it is one of the principal axes")
            return
        ReportDialog(shelved, self._shelf.shelved, self._owner).open()

    def show_path(self, name: str) -> None:
        """Shows the way along a direction from the query on."""
        shelved = self._shelf.find(name)
        if shelved is not None and not shelved.can_move:
            self.said.emit(f"This model does not encode {name}, so nothing lies on the way there")
            return
        self._path_of = name
        self._refresh_path()

    # Below this line: how

    def _on_moved(self, name: str, position: float) -> None:
        if self._exploring.query is None:
            self._show_extents()
            self.said.emit("Look for a photo first; then it can be moved")
            return
        shelved = self._shelf.find(name)
        if shelved is not None:
            self._last = name
            extent = shelved.calibration.extent(position)
            self._exploring.move({**self._exploring.extents, name: extent})

    def _show_extents(self) -> None:
        self._panel.show_extents(self._exploring.extents)

    def _on_shelf_changed(self) -> None:
        self._show_extents()
        if self._path_of and self._shelf.find(self._path_of) is None:
            self._hide_path()

    def _on_query_changed(self) -> None:
        self._show_extents()

    def _on_chosen(self, examples: Sequence[Examples]) -> None:
        self.forget_marks()
        self._shelf.learn(examples)

    def _on_learned(self, name: str) -> None:
        self._last = name
        shelved = self._shelf.find(name)
        if shelved is not None and shelved.warnings:
            self.said.emit(f"Learned {name}. {shelved.warnings[0]}")
        else:
            self.said.emit(f"Learned {name}: draw its slider, or press R for what was measured")

    def _mark(self, *, has_it: bool) -> None:
        rows = frozenset(self._exploring.selection.selected_rows().tolist())
        # The last word counts.
        self._having = self._having | rows if has_it else self._having - rows
        self._not_having = self._not_having - rows if has_it else self._not_having | rows
        self._tell_marks()
        self.said.emit(
            f"Marked {plural(len(rows), 'photo')} as "
            + ("having it; learn with L" if has_it else "not having it")
        )

    def _tell_marks(self) -> None:
        self._panel.show_marked(*self.marked)
        self.marks_changed.emit()

    def _last_name(self) -> str:
        names = [each.name for each in self._shelf.shelved]
        return self._last if self._last in names else (names[0] if names else "")

    def _toggle_path(self) -> None:
        if self._path_of:
            self._hide_path()
            return
        movable = [each.name for each in self._shelf.shelved if each.can_move]
        last = self._last_name()
        self.show_path(movable[0] if movable and last not in movable else last)

    def _hide_path(self) -> None:
        self._path_of = ""
        self._filmstrip.hide()

    def _refresh_path(self) -> None:
        shelved = self._shelf.find(self._path_of) if self._path_of else None
        if shelved is None or self._exploring.query is None:
            self._filmstrip.hide()
            return
        positions = self._positions(shelved)
        extents = [shelved.calibration.extent(position) for position in positions]
        rows = self._exploring.path(shelved.name, extents).tolist()
        frames = [
            Frame(row, facts, shelved.calibration.words(position) or "at rest")
            for row, facts, position in zip(
                rows, self._library.facts_of(rows), positions, strict=False
            )
        ]
        self._filmstrip.show_frames(f"The nearest item on the way to {shelved.name}", frames)

    def _positions(self, shelved: Shelved) -> list[float]:
        """From rest to the end of the slider, on the side that it is drawn to."""
        side = -1.0 if self._exploring.extents.get(shelved.name, 0.0) < 0 else 1.0
        return [side * float(share) for share in np.linspace(0, 1, STEPS)]
