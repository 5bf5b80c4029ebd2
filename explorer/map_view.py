"""The map of the latent space: all photos as points, and as themselves when few are in view."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QContextMenuEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QSizePolicy, QWidget

from core.qt.theme import colours
from explorer import map_camera
from explorer.map_camera import Camera
from explorer.map_colours import Colouring
from explorer.map_gesture import Gesture, Tool, how_of
from explorer.map_grid import PointGrid, sort_points
from explorer.map_lasso import rows_inside
from explorer.map_overlay import Overlay, paint_overlay, paint_ring
from explorer.map_points import MapPoints
from explorer.map_thumbnails import MapThumbnails
from explorer.selection import How, Rows, Selection

_WHEEL_STEP = 1.25
_KEY_STEP = 0.15


class MapView(QWidget):
    """Pans, zooms, picks and selects; draws what `Selection` says is visible and selected."""

    hovered = pyqtSignal(object, QPoint)
    """The row under the mouse or None, and the global position."""
    activated = pyqtSignal(int)
    """Row: double click."""
    context_menu_requested = pyqtSignal(QPoint)
    """Global position; what it is about is selected."""
    camera_changed = pyqtSignal()

    def __init__(
        self, selection: Selection, thumbnails: MapThumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Map of all photos")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._selection = selection
        self._thumbnails = thumbnails
        self._points = MapPoints(selection)
        self._overlay = Overlay()
        self._camera = map_camera.fit(self._points.grid.body, 1, 1)
        self._tool = Tool.MOVE
        self._gesture: Gesture | None = None
        self._hovered: int | None = None
        selection.visible_changed.connect(self._forget_shown)
        selection.selected_changed.connect(self._forget_shown)
        thumbnails.arrived.connect(self.update)

    # What is shown

    def show_points(self, positions: npt.NDArray[np.float32], *, keep_view: bool = False) -> None:
        """Places all rows of the index.

        Args:
            positions: Shape (n, 2); NaN where a row has no place.
            keep_view: Whether what is seen stays the same part of the whole.
        """
        self.show_grid(sort_points(positions), positions, keep_view=keep_view)

    def show_grid(
        self, grid: PointGrid, positions: npt.NDArray[np.float32], *, keep_view: bool = False
    ) -> None:
        """Likewise, with the points sorted already (off the GUI thread, say)."""
        self._points.place(grid, positions)
        self._hovered = None
        if keep_view:
            self._camera = self._camera.resized(*self._size(), grid.body)
        else:
            self._camera = map_camera.fit(grid.body, *self._size())
            self._thumbnails.forget()
        self.update()
        self.camera_changed.emit()

    def colour_by(self, colouring: Colouring) -> None:
        """Gives each row a colour."""
        self._points.colour_by(colouring)
        self.update()

    def show_overlay(self, overlay: Overlay) -> None:
        """Draws the query, its way and its neighbours."""
        if overlay != self._overlay:
            self._overlay = overlay
            self.update()

    def show_hovered(self, row: int | None) -> None:
        """Rings a row that the mouse is over elsewhere."""
        if row != self._hovered:
            self._hovered = row
            self.update()

    @property
    def colouring(self) -> Colouring:
        return self._points.colouring

    @property
    def camera(self) -> Camera:
        return self._camera

    @property
    def tool(self) -> Tool:
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Changes what dragging does."""
        self._tool = tool
        self._gesture = None
        self.setCursor(
            Qt.CursorShape.ArrowCursor if tool is Tool.MOVE else Qt.CursorShape.CrossCursor
        )
        self.update()

    def position_of(self, row: int) -> QPointF | None:
        """Where a row lies in the widget; None where it has no place on the map."""
        return self._points.place_of(row, self._camera)

    def thumbnail_rows(self) -> list[int]:
        """The rows whose photos stand on the map just now."""
        return self._points.photo_rows(self._camera, colours(self))

    # Going about

    def fit(self) -> None:
        """Shows the whole map."""
        self._look(map_camera.fit(self._points.grid.body, *self._size()))

    def fit_rows(self, rows: Rows) -> None:
        """Shows these rows as large as they fit."""
        if not len(self._points.grid):
            return
        found = self._points.positions[rows]
        found = found[np.isfinite(found).all(1)]
        if not len(found):
            return
        whole = self._points.grid.body
        self._look(map_camera.fit_part(sort_points(found).area, whole, *self._size()))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms in (above 1) or out, about a point or the middle."""
        at = at or QPointF(self.width() / 2, self.height() / 2)
        self._look(self._camera.zoomed(factor, at.x(), at.y()))

    def pan_by(self, x: float, y: float) -> None:
        """Moves the map by so many pixels."""
        self._look(self._camera.moved(x, y))

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        shades = colours(self)
        ratio = self.devicePixelRatioF()
        painter = QPainter(self)
        points, camera = self._points, self._camera
        rows = self.thumbnail_rows()
        painter.drawImage(0, 0, points.picture(*self._size(), ratio, camera, shades))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if rows:
            points.paint_photos(painter, rows, self._thumbnails, ratio, camera, shades)
        else:
            self._thumbnails.clear()
        paint_overlay(painter, self._overlay, self._camera, self.position_of, shades)
        if self._hovered is not None and (at := self.position_of(self._hovered)) is not None:
            paint_ring(painter, at, 7, QColor(shades.accent), QColor(shades.window))
        if self._gesture is not None:
            self._gesture.paint(painter, QColor(shades.accent))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = event.size()
        self._look(self._camera.resized(size.width(), size.height(), self._points.grid.body))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._thumbnails.clear()
        self._hover(None, QPoint())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._forget_shown()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(_WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        moves = event.button() == Qt.MouseButton.MiddleButton
        if moves or event.button() == Qt.MouseButton.LeftButton:
            at = QPointF(event.pos())
            self._gesture = Gesture(Tool.MOVE if moves else self._tool, [at], self._camera)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, gesture = QPointF(event.pos()), self._gesture
        if gesture is None:
            self._hover(self._row_at(at), event.globalPos())
            return
        gesture.line.append(at)
        if not gesture.has_moved:
            return
        self._hover(None, event.globalPos())
        if gesture.tool is Tool.MOVE:
            by = at - gesture.line[0]
            gesture.line = [gesture.line[0], at]
            self._look(gesture.began_at.moved(by.x(), by.y()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return
        how = how_of(event)
        if not gesture.has_moved:
            if event.button() == Qt.MouseButton.LeftButton:
                self._click(QPointF(event.pos()), how)
        elif gesture.tool is not Tool.MOVE:
            points = self._points
            shown = points.shown(colours(self))
            rows = rows_inside(gesture.outline(), points.grid, shown, self._camera)
            self._selection.select(rows, how)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(QPointF(event.pos()))
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self.activated.emit(row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self._row_at(QPointF(event.pos()))
        if row is not None and not self._selection.selected[row]:
            self._selection.select([row])
        self.context_menu_requested.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None, QPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows move the map; Escape drops the line that is being drawn."""
        step = _STEPS.get(event.key())
        if step is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.pan_by(step[0] * self.width() * _KEY_STEP, step[1] * self.height() * _KEY_STEP)
        elif event.key() == Qt.Key.Key_Escape and self._gesture is not None:
            self._gesture = None
            self.update()
        else:
            super().keyPressEvent(event)

    # Below this line: how

    def _size(self) -> tuple[int, int]:
        return self.width(), self.height()

    def _look(self, camera: Camera) -> None:
        if camera != self._camera:
            self._camera = camera
            self._points.forget_view()
            self.update()
            self.camera_changed.emit()

    def _forget_shown(self) -> None:
        self._points.forget_shown()
        self.update()

    def _row_at(self, at: QPointF) -> int | None:
        return self._points.row_at(at, self._camera, colours(self))

    def _click(self, at: QPointF, how: How) -> None:
        row = self._row_at(at)
        if row is not None:
            if how is How.ADD:
                self._selection.toggle(row)
            else:
                self._selection.select([row], how)
        elif how is How.REPLACE:
            self._selection.select([])

    def _hover(self, row: int | None, at: QPoint) -> None:
        if row != self._hovered:
            self._hovered = row
            self.update()
            self.hovered.emit(row, at)


_STEPS = {
    int(Qt.Key.Key_Left): (1, 0),
    int(Qt.Key.Key_Right): (-1, 0),
    int(Qt.Key.Key_Up): (0, 1),
    int(Qt.Key.Key_Down): (0, -1),
}
