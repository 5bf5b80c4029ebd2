"""All photos of one item at once, as large as the area allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PyQt5.QtCore import QEvent, QPoint, QRect, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PyQt5.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from core.catalogue.records import Photo
from core.qt.photo_loader import Answer, PhotoLoader, Wish
from core.qt.photo_words import facts_in_words, known_problem
from core.qt.pixel_cache import photo_key
from core.qt.theme import colours
from core.qt.tile import Face, Tile, paint_tile
from core.qt.tile_layout import Arrangement, arrange, aspect_of

_GAP_PX = 12
_SETTLE_MS = 120
"""A board that is being resized asks for sharp pixels only once it has kept its size for this."""

_FETCH_DELAY_MS = 20
"""Fetching ahead begins once the item at hand is painted. Reading what comes next and decoding it
(whose threads take turns with the painting, by Python's interpreter lock) doubled a flip's time."""


class PhotoBoard(QAbstractScrollArea):
    """Shows an item's photos, lets the user select some, and knows which are on the screen.

    One widget paints all tiles: thirty widgets would take longer to lay out than to paint.
    """

    selection_changed = pyqtSignal()
    photo_activated = pyqtSignal(int)
    """Photo id: double click."""
    context_menu_requested = pyqtSignal(int, QPoint)
    """Photo id, global position."""
    item_painted = pyqtSignal(int)
    """Item id: every visible tile shows its own picture, maybe roughly, or its own error plate."""
    item_sharpened = pyqtSignal(int)
    """Item id: and every one of them as sharply as it can be."""
    fetch_ahead_wanted = pyqtSignal()
    """A moment after another item was shown: the time to call `prefetch`."""

    def __init__(self, loader: PhotoLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self._item_id: int | None = None
        self._tiles: list[Tile] = []
        self._faces: list[Face] = []
        self._soon: list[Sequence[Photo]] = []
        self._arrangement = Arrangement((), (), 0)
        self._current: int | None = None
        self._anchor: int | None = None
        self._hovered: int | None = None
        self._awaits_painted = False
        self._awaits_sharpened = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(_FETCH_DELAY_MS)
        self._fetch.timeout.connect(self.fetch_ahead_wanted)
        loader.answered.connect(self._on_answered)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Photos of the item")

    # What is shown

    @property
    def item_id(self) -> int | None:
        return self._item_id

    def show_item(self, item_id: int, tiles: Sequence[Tile]) -> None:
        """Shows another item (or the same with other photos), nothing selected.

        Tiles whose pixels are not here yet show their number and name until they come.
        """
        self._item_id = item_id
        self._tiles = list(tiles)
        self._faces = [Face(QRect(), photo_key(tile.photo)) for tile in self._tiles]
        self._current = self._anchor = self._hovered = None
        self._awaits_painted = self._awaits_sharpened = True
        self.verticalScrollBar().setValue(0)
        self._lay_out()
        self._ask()
        self.viewport().update()
        # Not begun anew: it would be put off for as long as an arrow key is held.
        if self.isVisible() and not self._fetch.isActive():
            self._fetch.start()
        self.selection_changed.emit()

    def update_tiles(self, tiles: Sequence[Tile]) -> None:
        """Shows new verdicts and badges of the same photos: nothing moves, pixels stay.

        Where the photos are no longer the same ones, those that stay keep their selection.
        """
        if len(tiles) == len(self._tiles) and all(map(_same_photo, tiles, self._tiles)):
            for index, tile in enumerate(tiles):
                if tile != self._tiles[index]:
                    self._tiles[index] = tile
                    self._faces[index].key = photo_key(tile.photo)
                    self._update_tile(index)
            return
        assert self._item_id is not None
        selected, current = self.selected_ids(), self.current_id
        self.show_item(self._item_id, tiles)
        self._make_current(self._index_of(current))
        self.select(selected)

    def clear(self) -> None:
        """Shows nothing and wants nothing."""
        self._item_id = None
        self._tiles, self._faces, self._soon = [], [], []
        self._current = self._anchor = self._hovered = None
        self._awaits_painted = self._awaits_sharpened = False
        self._lay_out()
        self._ask()
        self.viewport().update()
        self.selection_changed.emit()

    def prefetch(self, items: Sequence[Sequence[Photo]]) -> None:
        """Fetches the photos of items that may be shown next, likeliest first.

        Replaces what was asked for before; whatever was not begun of that is dropped.
        """
        self._soon = list(items)
        self._ask()

    # Selection

    def selected_ids(self) -> list[int]:
        """The selected photos, in the order of the tiles."""
        return [
            tile.photo.id
            for tile, face in zip(self._tiles, self._faces, strict=True)
            if face.is_selected
        ]

    def select(self, photo_ids: Iterable[int]) -> None:
        """Selects these photos and no others; ids that are not shown are ignored."""
        wanted = set(photo_ids)
        changed = False
        for index, (tile, face) in enumerate(zip(self._tiles, self._faces, strict=True)):
            selected = tile.photo.id in wanted
            if face.is_selected != selected:
                face.is_selected = selected
                changed = True
                self._update_tile(index)
        if changed:
            self.selection_changed.emit()

    def toggle(self, photo_id: int) -> None:
        """Selects the photo, or deselects it, and makes it the current one."""
        index = self._index_of(photo_id)
        if index is None:
            return
        self._faces[index].is_selected = not self._faces[index].is_selected
        self._anchor = index
        self._make_current(index)
        self._update_tile(index)
        self._scroll_to(index)
        self.selection_changed.emit()

    def reveal(self, photo_id: int) -> None:
        """Scrolls, if need be, so that the photo's tile is in view."""
        index = self._index_of(photo_id)
        if index is not None:
            self._scroll_to(index)

    def move_current(self, columns: int, rows: int) -> None:
        """Goes to a neighbouring tile and selects it alone; stays where there is none."""
        if not self._tiles:
            return
        index = 0 if self._current is None else self._neighbour(self._current, columns, rows)
        self._anchor = index
        self._make_current(index)
        self.select([self._tiles[index].photo.id])
        self._scroll_to(index)

    @property
    def current_id(self) -> int | None:
        """The photo that the keyboard is at, if any."""
        return None if self._current is None else self._tiles[self._current].photo.id

    def painted_ids(self) -> frozenset[int]:
        """The photos that the user can see: their own picture or error plate is on the screen.

        Of a tile that is partly scrolled away, at least half must be in view.
        """
        if not self.isVisible() or self.window().isMinimized():
            return frozenset()
        area = self.viewport().rect()
        seen = set()
        for index, (tile, face) in enumerate(zip(self._tiles, self._faces, strict=True)):
            rect = self._on_screen(index)
            inside = rect.intersected(area)
            if face.is_painted and 2 * inside.width() * inside.height() >= (
                rect.width() * rect.height()
            ):
                seen.add(tile.photo.id)
        return frozenset(seen)

    def tile_rect(self, photo_id: int) -> QRect:
        """Where a photo's tile lies, in the viewport's coordinates; empty if it is not shown."""
        index = self._index_of(photo_id)
        return QRect() if index is None else self._on_screen(index)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the tiles that the event is about."""
        shown_in = colours(self)
        ratio = self.devicePixelRatioF()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(event.rect(), QColor(shown_in.window))
        painter.translate(0, -self.verticalScrollBar().value())
        for index, (tile, face) in enumerate(zip(self._tiles, self._faces, strict=True)):
            if event.region().intersects(self._with_frame(index)):
                paint_tile(painter, tile, face, shown_in, ratio)
        painter.end()
        if self._awaits_painted or self._awaits_sharpened:
            # After this event, when what was painted is on the screen.
            QTimer.singleShot(0, self._tell_progress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lays out at once, with the pixels there are, and asks for others a little later."""
        super().resizeEvent(event)
        self._lay_out()
        self._settle.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()
        self._ask()
        if self._item_id is not None:
            self._fetch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._settle.stop()
        self._fetch.stop()
        self._loader.wish(self, [])

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._settle.start()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Selects: a click one, with Ctrl one more or less, with Shift a range."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self._index_at(event.pos())
        extends = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        toggles = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if index is None:
            if not extends and not toggles:
                self.select([])
            return
        photo_id = self._tiles[index].photo.id
        if toggles:
            self.toggle(photo_id)
            return
        first = self._anchor if extends and self._anchor is not None else index
        span = range(min(first, index), max(first, index) + 1)
        self._anchor = first
        self._make_current(index)
        self.select(self._tiles[each].photo.id for each in span)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.pos())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.photo_activated.emit(self._tiles[index].photo.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._index_at(event.pos()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and an arrow go to a neighbouring tile; all other keys are the window's."""
        step = _STEPS.get(event.key())
        if step is not None and int(event.modifiers()) == int(Qt.KeyboardModifier.ShiftModifier):
            self.move_current(*step)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self._index_at(event.pos()) if by_mouse else self._current
        if index is None:
            return
        if not self._faces[index].is_selected:
            self._make_current(index)
            self.select([self._tiles[index].photo.id])
        at = event.globalPos()
        if not by_mouse:
            at = self.viewport().mapToGlobal(self._on_screen(index).center())
        self.context_menu_requested.emit(self._tiles[index].photo.id, at)

    def viewportEvent(self, event: QEvent) -> bool:
        """Also tells the facts of the photo under the mouse, as a tooltip."""
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index_at(event.pos())
            text = "" if index is None else _facts(self._tiles[index], self._faces[index])
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    # Below this line: how

    def _lay_out(self) -> None:
        area = self.viewport().size()
        aspects = tuple(aspect_of(tile.photo) for tile in self._tiles)
        self._arrangement = arrange(aspects, area.width(), area.height(), _GAP_PX)
        for face, place in zip(self._faces, self._arrangement.places, strict=True):
            face.rect = QRect(place.x, place.y, place.width, place.height)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._arrangement.height - area.height()))
        bar.setPageStep(area.height())
        bar.setSingleStep(max(1, area.height() // 10))
        self.viewport().update()

    def _ask(self) -> None:
        """Tells the loader what is on the screen and what may come."""
        if not self.isVisible():
            return
        area = self.viewport().rect()
        visible: list[Wish] = []
        scrolled_away: list[Wish] = []
        for index, (tile, face) in enumerate(zip(self._tiles, self._faces, strict=True)):
            if not known_problem(tile.photo):
                in_view = self._on_screen(index).intersects(area)
                wishes = visible if in_view else scrolled_away
                wishes.append(self._wish(tile.photo, face.rect))
        soon = scrolled_away
        for photos in self._soon:
            aspects = tuple(aspect_of(photo) for photo in photos)
            places = arrange(aspects, area.width(), area.height(), _GAP_PX).places
            soon += [
                self._wish(photo, QRect(place.x, place.y, place.width, place.height))
                for photo, place in zip(photos, places, strict=True)
                if place.y < area.height() and not known_problem(photo)
            ]
        self._loader.wish(self, visible, soon)
        for index in range(len(self._tiles)):
            self._take_pixels(index)

    def _wish(self, photo: Photo, rect: QRect) -> Wish:
        ratio = self.devicePixelRatioF()
        return Wish(photo, round(rect.width() * ratio), round(rect.height() * ratio))

    def _on_answered(self, answer: Answer) -> None:
        key = photo_key(answer.photo)
        for index, face in enumerate(self._faces):
            if face.key == key:
                self._take_pixels(index)

    def _take_pixels(self, index: int) -> None:
        """Takes the best pixels that the cache has for the photo of this very tile."""
        tile, face = self._tiles[index], self._faces[index]
        answer = self._loader.look_up(self._wish(tile.photo, face.rect))
        if answer is None:
            return
        if answer.rendition is not face.rendition or answer.failure != face.failure:
            face.rendition = answer.rendition or face.rendition
            face.failure = answer.failure
            self._update_tile(index)

    def _tell_progress(self) -> None:
        if self._item_id is None or not self.isVisible():
            return
        area = self.viewport().rect()
        in_view = [
            (tile, face)
            for index, (tile, face) in enumerate(zip(self._tiles, self._faces, strict=True))
            if self._on_screen(index).intersects(area)
        ]
        if self._awaits_painted and all(face.is_painted for _, face in in_view):
            self._awaits_painted = False
            self.item_painted.emit(self._item_id)
        if self._awaits_sharpened and all(self._is_sharp(tile, face) for tile, face in in_view):
            self._awaits_sharpened = False
            self.item_sharpened.emit(self._item_id)

    def _is_sharp(self, tile: Tile, face: Face) -> bool:
        wish = self._wish(tile.photo, face.rect)
        return face.is_painted and (
            bool(face.failure or known_problem(tile.photo))
            or (face.rendition is not None and face.rendition.serves(wish.width, wish.height))
        )

    def _index_of(self, photo_id: int | None) -> int | None:
        ids = [tile.photo.id for tile in self._tiles]
        return ids.index(photo_id) if photo_id in ids else None

    def _index_at(self, point: QPoint) -> int | None:
        for index in range(len(self._faces)):
            if self._on_screen(index).contains(point):
                return index
        return None

    def _on_screen(self, index: int) -> QRect:
        return self._faces[index].rect.translated(0, -self.verticalScrollBar().value())

    def _with_frame(self, index: int) -> QRect:
        around = _GAP_PX // 2
        return self._on_screen(index).adjusted(-around, -around, around, around)

    def _update_tile(self, index: int) -> None:
        self.viewport().update(self._with_frame(index))

    def _make_current(self, index: int | None) -> None:
        self._mark("is_current", self._current, index)
        self._current = index

    def _hover(self, index: int | None) -> None:
        self._mark("is_hovered", self._hovered, index)
        self._hovered = index

    def _mark(self, what: str, before: int | None, now: int | None) -> None:
        if before == now:
            return
        for index, value in ((before, False), (now, True)):
            if index is not None:
                setattr(self._faces[index], what, value)
                self._update_tile(index)

    def _neighbour(self, index: int, columns: int, rows: int) -> int:
        if columns:
            return min(max(0, index + columns), len(self._tiles) - 1)
        all_rows = self._arrangement.rows
        at = next(number for number, row in enumerate(all_rows) if index in row)
        there = all_rows[min(max(0, at + rows), len(all_rows) - 1)]
        if index in there:
            return index
        x = self._faces[index].rect.center().x()
        return min(there, key=lambda other: abs(self._faces[other].rect.center().x() - x))

    def _scroll_to(self, index: int) -> None:
        rect = self._with_frame(index)
        bar = self.verticalScrollBar()
        below = rect.bottom() - self.viewport().height()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif below > 0:
            bar.setValue(bar.value() + below)


_STEPS = {
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
}


def _same_photo(tile: Tile, shown: Tile) -> bool:
    """Whether the tile may keep the pixels that are shown: the same content under the same id."""
    now, before = tile.photo, shown.photo
    if now.id != before.id:
        return False
    just_hashed = before.content_hash is None and (now.file, now.crop) == (before.file, before.crop)
    return photo_key(now) == photo_key(before) or just_hashed


def _facts(tile: Tile, face: Face) -> str:
    photo, rendition = tile.photo, face.rendition
    whole = (0, 0) if rendition is None else (rendition.whole_width, rendition.whole_height)
    problem = face.failure or known_problem(photo)
    lines = (photo.name, facts_in_words(photo, *whole), tile.badge, problem)
    return "\n".join(line for line in lines if line)
