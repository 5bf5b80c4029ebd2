"""Photos side by side, in one place by turns, or as a difference; zoomed and moved as one."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from PyQt5.QtCore import QPointF, QSizeF, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent, QTransform
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from core.catalogue.records import Photo
from core.qt.background import BackgroundTask
from core.qt.compare_actions import CHOICES, Do, build_actions
from core.qt.compare_bar import MODE_OF, CompareBar
from core.qt.compare_grid import CompareGrid
from core.qt.compare_pane import ComparePane
from core.qt.comparison import MOST_PHOTOS, Comparison, Mode
from core.qt.look import WHOLE, Look
from core.qt.photo_alignment import placements_on_first
from core.qt.photo_loader import Answer, PhotoLoader, Wish
from core.qt.photo_words import known_problem
from core.qt.photo_zoom import ZOOM_STEP, ZoomPane

_SETTLE_MS = 60
_KEY_STEP = 0.15
"""A key moves the photo by this share of its pane."""


class CompareView(QWidget):
    """Compares two to four photos, and shows one alone as large as it goes.

    Zoom and position are shares of each photo, so that copies of other sizes show the same part.
    Copies of the first photo that are mirrored, turned, cropped or bordered are laid on it.
    `actions()` are its keys, for a sheet of shortcuts. None of them decides anything: the keys that
    do are the owner's, and act on `chosen_id` if that is among `painted_ids`.
    """

    closed = pyqtSignal()
    chosen_changed = pyqtSignal()
    reject_requested = pyqtSignal(int)
    """Photo id: the user wants it rejected (by its button), and sees it."""

    def __init__(self, loader: PhotoLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_view")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._loader = loader
        self._compared = Comparison([])
        self._look = WHOLE
        self._only_to_look_at: frozenset[int] = frozenset()
        self._alignment: BackgroundTask | None = None
        self._panes = [ComparePane(number, self) for number in range(1, MOST_PHOTOS + 1)]
        for number, pane in enumerate(self._panes):
            pane.zoom.look_changed.connect(self._on_look_changed)
            pane.zoom.pressed.connect(partial(self._on_pressed, number))
            pane.zoom.resized.connect(self._on_resized)
            pane.reject_clicked.connect(partial(self._on_reject_clicked, number))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._actions = build_actions(
            self,
            {
                **{do: partial(self.set_mode, mode) for do, mode in MODE_OF.items()},
                Do.IN_PLACE: self._next_in_place,
                Do.DIFFERENCE: self._toggle_difference,
                Do.WEAKER: partial(self._change_gain, -1),
                Do.STRONGER: partial(self._change_gain, 1),
                Do.ALIGN: self._toggle_aligned,
                **{do: partial(self._choose, number) for number, do in enumerate(CHOICES)},
                Do.NATURAL: lambda: self._lead.toggle_natural(),
                Do.ZOOM_IN: lambda: self._lead.zoom_by(ZOOM_STEP),
                Do.ZOOM_OUT: lambda: self._lead.zoom_by(1 / ZOOM_STEP),
                Do.LEFT: partial(self._move, 1, 0),
                Do.RIGHT: partial(self._move, -1, 0),
                Do.UP: partial(self._move, 0, 1),
                Do.DOWN: partial(self._move, 0, -1),
            },
        )
        self._bar = CompareBar(self._actions, self)
        self._bar.back_clicked.connect(self.closed)
        self._grid = CompareGrid(self._panes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._bar)
        column.addLayout(self._grid, 1)
        loader.answered.connect(self._on_answered)

    # What is shown

    def show_photos(
        self,
        photos: Sequence[Photo],
        names: Mapping[int, str] | None = None,
        *,
        chosen: int = 0,
        only_to_look_at: Collection[int] = (),
    ) -> None:
        """Shows one to four photos, whole and side by side; the first is what others are laid on.

        Args:
            photos: In the order of their panes.
            names: What to call them beside their numbers and files, by photo id.
            chosen: The position of the one that is chosen at first.
            only_to_look_at: The ids of those that have no button to reject them.

        Raises:
            ValueError: None or too many are given.
        """
        if not 1 <= len(photos) <= MOST_PHOTOS:
            raise ValueError(f"{len(photos)} photos cannot be compared")
        self._only_to_look_at = frozenset(only_to_look_at)
        compared = Comparison(photos, names)
        compared.choose(chosen)
        self._show(compared)

    def update_photos(self, photos: Sequence[Photo]) -> None:
        """Takes over new verdicts of the photos that are shown; others are ignored."""
        self._compared.update(photos)
        self._refresh()

    def clear(self) -> None:
        """Shows nothing and wants nothing."""
        self._show(Comparison([]))

    def set_mode(self, mode: Mode) -> None:
        """Sets the photos against each other in another way; zoom and position stay."""
        if len(self._compared.photos) > 1:
            self._compared.mode = mode
            self._refresh()
            self._ask()
            self.chosen_changed.emit()

    @property
    def mode(self) -> Mode:
        return self._compared.mode

    @property
    def look(self) -> Look:
        return self._look

    @property
    def photo_ids(self) -> list[int]:
        return [photo.id for photo in self._compared.photos]

    @property
    def chosen_id(self) -> int | None:
        """The photo that keys act on; none while a difference is shown."""
        photo = self._compared.chosen_photo
        return None if photo is None else photo.id

    def painted_ids(self) -> frozenset[int]:
        """The photos that are on the screen as themselves, by their pixels or error plates."""
        painted = (pane.zoom.painted_id for pane in self._panes)
        return frozenset(id_ for id_ in painted if id_ is not None)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settle.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle.stop()
        self._loader.wish(self, [])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back. No action has it: the window may have one of its own with that key."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    # Below this line: how

    def _show(self, compared: Comparison) -> None:
        if self._alignment is not None:
            self._alignment.cancel()
            self._alignment = None
        self._compared, self._look = compared, WHOLE
        self._refresh()
        self._ask()

    def _refresh(self) -> None:
        """Brings panes, captions and buttons up to date with what is compared."""
        compared = self._compared
        contents = compared.panes()
        for pane, content in zip(self._panes, contents, strict=False):
            pane.zoom.show_layers(content.layers, content.extent, content.gain)
            pane.zoom.set_look(self._look)
            position = content.positions[0]
            if content.gain is None:
                pane.describe(
                    position + 1 if len(compared.photos) > 1 else None,
                    compared.photos[position],
                    compared.name(position),
                    compared.facts(position),
                    compared.note(position),
                    len(contents) > 1 and position == compared.chosen,
                    can_reject=compared.photos[position].id not in self._only_to_look_at,
                )
            else:
                first, second = (number + 1 for number in content.positions)
                pane.describe_difference(first, second, content.gain)
        if len(contents) != self._grid.count():
            self._lay_out()
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        self._bar.show_state(self._compared, self._look.zoom, self._lead.natural_zoom)

    def _lay_out(self) -> None:
        extents = [content.extent for content in self._compared.panes()]
        self._grid.lay_out(extents, QSizeF(self.size()))

    def _ask(self) -> None:
        """Wishes for all photos at the size that the zoom needs, those in view first."""
        if not self.isVisible():
            return
        compared = self._compared
        contents = compared.panes()
        in_view = [position for content in contents for position in content.positions]
        wishes: dict[int, Wish] = {}
        # Doubling sizes: a wheel turned slowly would ask for a new one at each notch.
        zoom = 2.0 ** max(0, math.ceil(math.log2(self._look.zoom) - 0.01))
        for position, photo in enumerate(compared.photos):
            if known_problem(photo):
                continue
            alone = compared.alone(position)
            pane = self._panes[position if compared.mode is Mode.SIDE_BY_SIDE else 0].zoom
            size = pane.size_on_screen(alone.layers[0], alone.extent, zoom)
            wishes[position] = Wish(photo, max(1, size.width()), max(1, size.height()))
        self._loader.wish(
            self,
            [wishes[position] for position in in_view if position in wishes],
            [wish for position, wish in wishes.items() if position not in in_view],
        )
        for position, wish in wishes.items():
            answer = self._loader.look_up(wish)
            if answer is not None:
                compared.take(position, answer)
        self._refresh()
        self._align_when_possible()

    def _on_answered(self, answer: Answer) -> None:
        if self.isVisible() and self._compared.concerns(answer.photo):
            # Not the answer itself: the cache may have something sharper for the same photo.
            self._settle.start(0)

    def _align_when_possible(self) -> None:
        """Looks, once, on a thread of its own, for how copies lie on the first photo."""
        images = self._compared.images()
        if self._alignment is not None or images is None or len(images) < 2:
            return
        self._alignment = BackgroundTask(partial(placements_on_first, images))
        self._alignment.finished.connect(self._on_aligned)
        self._alignment.start()

    def _on_aligned(self, placements: dict[int, QTransform]) -> None:
        self._compared.place(placements)
        self._refresh()
        self._ask()

    def _on_look_changed(self, look: Look) -> None:
        self._look = look
        for pane in self._panes:
            pane.zoom.set_look(look)
        self._refresh_actions()
        self._settle.start(_SETTLE_MS)

    def _on_resized(self) -> None:
        self._refresh_actions()
        self._settle.start(_SETTLE_MS)

    def _on_pressed(self, pane: int) -> None:
        self.setFocus()
        if self._compared.mode is Mode.SIDE_BY_SIDE:
            self._choose(pane)

    def _choose(self, position: int) -> None:
        self._compared.choose(position)
        self._refresh()
        self.chosen_changed.emit()

    def _next_in_place(self) -> None:
        self._compared.next_in_place()
        self._refresh()
        self._ask()
        self.chosen_changed.emit()

    def _toggle_difference(self) -> None:
        is_shown = self._compared.mode is Mode.DIFFERENCE
        self.set_mode(Mode.SIDE_BY_SIDE if is_shown else Mode.DIFFERENCE)

    def _toggle_aligned(self) -> None:
        self._compared.is_aligned = not self._compared.is_aligned
        self._refresh()
        self._ask()

    def _change_gain(self, steps: int) -> None:
        self._compared.change_gain(steps)
        self._refresh()

    def _move(self, x: int, y: int) -> None:
        pane = self._lead
        pane.move_by(QPointF(x * pane.width() * _KEY_STEP, y * pane.height() * _KEY_STEP))

    @property
    def _lead(self) -> ZoomPane:
        """The pane that keys zoom and move, and the others follow."""
        side_by_side = self._compared.mode is Mode.SIDE_BY_SIDE
        return self._panes[self._compared.chosen if side_by_side else 0].zoom

    def _on_reject_clicked(self, pane: int) -> None:
        content = self._compared.panes()[pane]
        photo = self._compared.photos[content.positions[0]]
        # Only what the user sees: a click may come faster than the pixels.
        if photo.id in self.painted_ids():
            self.reject_requested.emit(photo.id)
