"""The epochs of a run on the map: played one after another, or two of them side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from core.embedding.epoch_film import EpochFilm, make_film
from core.embedding.projection import Positions
from core.errors import UserError
from core.jobs.context import JobContext
from core.number_words import plural
from core.qt.background import BackgroundTask
from core.training.epoch_sample import kept_epochs
from explorer.actions import Do
from explorer.charting import Charting, Instead
from explorer.exploring import Exploring
from explorer.map_grid import Area, sort_points
from explorer.map_panel import MapPanel
from explorer.opened_index import OpenedIndex

_FRAME_MS = 40
_SLOWEST = 0.05
"""Epochs a frame, where there are few; of many, all take twelve seconds."""
_MOST_FRAMES = 300


class Filming(QObject):
    """Takes the map over while epochs are shown, and gives it back."""

    failed = pyqtSignal(object)
    """`UserError`."""
    available_changed = pyqtSignal()
    """Whether the run that is explored has kept epochs."""

    def __init__(
        self, exploring: Exploring, charting: Charting, panel: MapPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._exploring = exploring
        self._charting = charting
        self._panel = panel
        self._film: EpochFilm | None = None
        self._area = Area(0, 0, 1, 1)
        self._time = 0.0
        self._beside: int | None = None
        self._is_available = False
        self._task: BackgroundTask | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_FRAME_MS)
        self._clock.timeout.connect(self._advance)
        bar = panel.epochs
        bar.play_toggled.connect(self._toggle_playing)
        bar.time_chosen.connect(self._on_time_chosen)
        bar.beside_chosen.connect(self._on_beside_chosen)
        bar.closed.connect(self.close)
        exploring.opened_changed.connect(self._on_opened)

    def handlers(self) -> Mapping[Do, Callable[[], None]]:
        """What to call for each action."""
        return {Do.EPOCHS: self._toggle}

    @property
    def is_available(self) -> bool:
        """Whether the run that is explored has kept epochs."""
        return self._is_available

    @property
    def film(self) -> EpochFilm | None:
        """The epochs that are shown."""
        return self._film

    @property
    def is_playing(self) -> bool:
        return self._clock.isActive()

    def close(self) -> None:
        """Shows the whole map again."""
        self._pause()
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._charting.show_progress(None)
        if self._film is not None:
            self._film = None
            self._panel.epochs.hide()
            self._charting.show_instead(None)

    # Below this line: how

    def _on_opened(self) -> None:
        self.close()
        opened = self._exploring.opened
        self._is_available = opened is not None and bool(kept_epochs(opened.run.folder))
        self.available_changed.emit()

    def _toggle(self) -> None:
        if self._film is not None or self._task is not None:
            self.close()
            return
        opened, layout = self._exploring.opened, self._charting.layout
        if opened is None or layout is None:
            return
        self._task = BackgroundTask(partial(_make, opened, layout.positions))
        self._task.progressed.connect(self._charting.show_progress)
        self._task.finished.connect(self._on_made)
        self._task.failed.connect(self._on_failed)
        self._task.start()

    def _on_failed(self, error: UserError) -> None:
        self._task = None
        self._charting.show_progress(None)
        self.failed.emit(error)

    def _on_made(self, film: EpochFilm) -> None:
        self._task = None
        self._charting.show_progress(None)
        self._film, self._beside = film, None
        low, high = film.positions.min(axis=(0, 1)), film.positions.max(axis=(0, 1))
        room = max(float((high - low).max()) * 0.01, 1e-6)
        self._area = Area(
            float(low[0]) - room, float(low[1]) - room, float(high[0]) + room, float(high[1]) + room
        )
        self._time = len(film.epochs) - 1.0
        self._panel.epochs.show_epochs(film.epochs)
        self._show(keep_view=False)

    def _toggle_playing(self) -> None:
        film = self._film
        if film is None or self.is_playing:
            self._pause()
            return
        if self._time >= len(film.epochs) - 1:
            self._time = 0.0
        self._clock.start()
        self._panel.epochs.show_playing(True)
        self._show()

    def _pause(self) -> None:
        self._clock.stop()
        self._panel.epochs.show_playing(False)

    def _advance(self) -> None:
        assert self._film is not None
        last = len(self._film.epochs) - 1
        self._time = min(self._time + max(_SLOWEST, last / _MOST_FRAMES), last)
        if self._time >= last:
            self._pause()
        self._show()

    def _on_time_chosen(self, time: float) -> None:
        self._pause()
        self._time = time
        self._show()

    def _on_beside_chosen(self, place: int | None) -> None:
        self._beside = place
        self._show()

    def _show(self, *, keep_view: bool = True) -> None:
        film = self._film
        if film is None:
            return
        at, rest = divmod(self._time, 1)
        first = int(at)
        words = f"Epoch {film.epochs[first]}"
        if rest > 1e-6:
            words += f" to {film.epochs[first + 1]}"
        self._panel.epochs.show_time(self._time, words)
        nearest = round(self._time)
        self._charting.show_instead(
            Instead(
                positions := film.at(self._time),
                sort_points(positions, self._area),
                self._words(film, nearest, len(film.epochs) - 1),
                *self._second(film, nearest),
            ),
            keep_view=keep_view,
        )

    def _second(
        self, film: EpochFilm, nearest: int
    ) -> tuple[()] | tuple[Positions, Positions, str]:
        if self._beside is None:
            return ()
        kept = film.kept(nearest, self._beside)
        return film.at(self._beside), kept, self._words(film, self._beside, nearest)

    @staticmethod
    def _words(film: EpochFilm, shown: int, other: int) -> str:
        epoch, photos = film.epochs[shown], plural(len(film.rows), "photo")
        if shown == other:
            return f"Epoch {epoch}: {photos}"
        share = f"{film.kept_share(shown, other):.0%} of ten nearest"
        return f"Epoch {epoch}: {share} as in epoch {film.epochs[other]}; {photos}"


def _make(opened: OpenedIndex, onto: Positions, context: JobContext) -> EpochFilm:
    return make_film(opened.run.folder, opened.index, onto, context)
