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
from core.qt.photo_loader import Answer, PhotoLoader
from core.qt.shown_tiles import ShownTiles, wishes_for
from core.qt.theme import colours
from core.qt.tile import Tile, facts_of, paint_tile
from core.qt.tile_selection import TileSelection, neighbour

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
    item_glimpsed = pyqtSignal(int)
    """Item id: every visible tile shows its own picture, error plate, or at least a glimpse."""
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
        self._shown = ShownTiles()
        self._selection = TileSelection()
        self._hovered: int | None = None
        self._soon: list[Sequence[Photo]] = []
        self._awaits_glimpsed = False
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
        self._begin(item_id, tiles)
        # Not begun anew: it would be put off for as long as an arrow key is held.
        if self.isVisible() and not self._fetch.isActive():
            self._fetch.start()
        self.selection_changed.emit()

    def update_tiles(self, tiles: Sequence[Tile]) -> None:
        """Shows new verdicts and badges of the same photos: nothing moves, pixels stay.

        Where the photos are no longer the same ones, those that stay keep their selection.
        """
        changed = self._shown.updated(tiles)
        if changed is None:
            assert self._item_id is not None
            selected, current = self.selected_ids(), self.current_id
            self.show_item(self._item_id, tiles)
            self._selection.current = self._shown.index_of(current)
            self.select(selected)
        elif changed:
            self._update(changed)
            # What was not readable, or not hashed, may have become so.
            self._ask()

    def clear(self) -> None:
        """Shows nothing and wants nothing."""
        self._soon = []
        self._begin(None, ())
        self._awaits_glimpsed = self._awaits_painted = self._awaits_sharpened = False
        self.selection_changed.emit()

    def prefetch(self, items: Sequence[Sequence[Photo]]) -> None:
        """Fetches the photos of items that may be shown next, likeliest first.

        Replaces what was asked for before; whatever was not begun of that is dropped.
        """
        self._soon = list(items)
        self._ask()

    def painted_ids(self) -> frozenset[int]:
        """The photos that the user can see: their own picture or error plate is on the screen.

        Of a tile that is partly scrolled away, at least half must be in view.
        """
        if not self.isVisible() or self.window().isMinimized():
            return frozenset()
        return self._shown.painted_ids(self._view())

    def tile_rect(self, photo_id: int) -> QRect:
        """Where a photo's tile lies, in the viewport's coordinates; empty if it is not shown."""
        index = self._shown.index_of(photo_id)
        return QRect() if index is None else self._in_viewport(self._shown.faces[index].rect)

    def reveal(self, photo_id: int) -> None:
        """Scrolls, if need be, so that the photo's tile is in view."""
        index = self._shown.index_of(photo_id)
        if index is not None:
            self._scroll_to(index)

    # Selection

    def selected_ids(self) -> list[int]:
        """The selected photos, in the order of the tiles."""
        return [self._shown.tiles[index].photo.id for index in sorted(self._selection.selected)]

    def select(self, photo_ids: Iterable[int]) -> None:
        """Selects these photos and no others; ids that are not shown are ignored."""
        wanted = set(photo_ids)
        self._selection.select(i for i, id_ in enumerate(self._shown.ids) if id_ in wanted)
        self._show_selection()

    def toggle(self, photo_id: int) -> None:
        """Selects the photo, or deselects it, and makes it the current one."""
        index = self._shown.index_of(photo_id)
        if index is not None:
            self._selection.toggle(index)
            self._show_selection()
            self._scroll_to(index)

    def move_current(self, columns: int, rows: int) -> None:
        """Goes to a neighbouring tile and selects it alone; stays where there is none."""
        if not self._shown.tiles:
            return
        at, index = self._selection.current, 0
        if at is not None:
            middles = [face.rect.center().x() for face in self._shown.faces]
            index = neighbour(at, columns, rows, self._shown.rows, middles)
        self._selection.go_to(index)
        self._show_selection()
        self._scroll_to(index)

    @property
    def current_id(self) -> int | None:
        """The photo that the keyboard is at, if any."""
        current = self._selection.current
        return None if current is None else self._shown.tiles[current].photo.id

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the tiles that the event is about."""
        shown_in = colours(self)
        ratio = self.devicePixelRatioF()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(event.rect(), QColor(shown_in.window))
        painter.translate(0, -self.verticalScrollBar().value())
        for index, (tile, face) in enumerate(
            zip(self._shown.tiles, self._shown.faces, strict=True)
        ):
            if event.region().intersects(self._in_viewport(self._shown.with_frame(index))):
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
        if toggles:
            self._selection.toggle(index)
        elif extends:
            self._selection.extend_to(index)
        else:
            self._selection.go_to(index)
        self._show_selection()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.pos())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.photo_activated.emit(self._shown.tiles[index].photo.id)

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
        index = self._index_at(event.pos()) if by_mouse else self._selection.current
        if index is None:
            return
        if index not in self._selection.selected:
            self._selection.go_to(index)
            self._show_selection()
        at = event.globalPos()
        if not by_mouse:
            tile = self._in_viewport(self._shown.faces[index].rect)
            at = self.viewport().mapToGlobal(tile.center())
        self.context_menu_requested.emit(self._shown.tiles[index].photo.id, at)

    def viewportEvent(self, event: QEvent) -> bool:
        """Also tells the facts of the photo under the mouse, as a tooltip."""
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._index_at(event.pos())
            text = ""
            if index is not None:
                text = facts_of(self._shown.tiles[index], self._shown.faces[index])
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    # Below this line: how

    def _begin(self, item_id: int | None, tiles: Sequence[Tile]) -> None:
        self._item_id = item_id
        self._shown = ShownTiles(tiles)
        self._selection = TileSelection()
        self._hovered = None
        self._awaits_glimpsed = self._awaits_painted = self._awaits_sharpened = True
        self.verticalScrollBar().setValue(0)
        self._lay_out()
        self._ask()

    def _lay_out(self) -> None:
        area = self.viewport().size()
        needed = self._shown.lay_out(area.width(), area.height())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, needed - area.height()))
        bar.setPageStep(area.height())
        bar.setSingleStep(max(1, area.height() // 10))
        self.viewport().update()

    def _ask(self) -> None:
        """Tells the loader what is on the screen and what may come."""
        if not self.isVisible():
            return
        view, ratio = self._view(), self.devicePixelRatioF()
        visible, soon = self._shown.wishes(view, ratio)
        for photos in self._soon:
            soon += wishes_for(photos, view.width(), view.height(), ratio)
        self._loader.wish(self, visible, soon)
        self._update(self._shown.take_pixels(self._loader.look_up, ratio))

    def _on_answered(self, answer: Answer) -> None:
        ratio = self.devicePixelRatioF()
        # What the cache holds now for the tile's own photo, and not the answer itself.
        self._update(self._shown.take_pixels(self._loader.look_up, ratio, answer.photo))

    def _tell_progress(self) -> None:
        if self._item_id is None or not self.isVisible():
            return
        view = self._view()
        if self._awaits_glimpsed and self._shown.is_glimpsed(view):
            self._awaits_glimpsed = False
            self.item_glimpsed.emit(self._item_id)
        if self._awaits_painted and self._shown.is_painted(view):
            self._awaits_painted = False
            self.item_painted.emit(self._item_id)
        if self._awaits_sharpened and self._shown.is_sharp(view, self.devicePixelRatioF()):
            self._awaits_sharpened = False
            self.item_sharpened.emit(self._item_id)

    def _show_selection(self) -> None:
        """Paints the tiles whose selection changed, and tells if any did."""
        changed = False
        for index, face in enumerate(self._shown.faces):
            is_selected = index in self._selection.selected
            is_current = index == self._selection.current
            changed |= face.is_selected != is_selected
            if (face.is_selected, face.is_current) != (is_selected, is_current):
                face.is_selected, face.is_current = is_selected, is_current
                self._update([index])
        if changed:
            self.selection_changed.emit()

    def _hover(self, hovered: int | None) -> None:
        if hovered == self._hovered:
            return
        for index, is_hovered in ((self._hovered, False), (hovered, True)):
            if index is not None:
                self._shown.faces[index].is_hovered = is_hovered
                self._update([index])
        self._hovered = hovered

    def _view(self) -> QRect:
        """The part that is in view, in the tiles' coordinates."""
        return self.viewport().rect().translated(0, self.verticalScrollBar().value())

    def _in_viewport(self, rect: QRect) -> QRect:
        return rect.translated(0, -self.verticalScrollBar().value())

    def _index_at(self, point: QPoint) -> int | None:
        return self._shown.index_at(point + QPoint(0, self.verticalScrollBar().value()))

    def _update(self, indexes: Iterable[int]) -> None:
        for index in indexes:
            self.viewport().update(self._in_viewport(self._shown.with_frame(index)))

    def _scroll_to(self, index: int) -> None:
        tile, view, bar = self._shown.with_frame(index), self._view(), self.verticalScrollBar()
        if tile.top() < view.top():
            bar.setValue(tile.top())
        elif tile.bottom() > view.bottom():
            bar.setValue(bar.value() + tile.bottom() - view.bottom())


_STEPS = {
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
}
