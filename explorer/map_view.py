"""The map of the latent space: all photos as points, and as themselves when few are in view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QContextMenuEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QSizePolicy, QWidget

from core.qt.qt_pixels import writable_memory
from core.qt.theme import DARK, Colours, colours
from explorer import map_camera
from explorer.map_camera import Camera
from explorer.map_colours import Colouring, one_colour, rgb
from explorer.map_gesture import Gesture, Tool, how_of
from explorer.map_grid import PointGrid, sort_points
from explorer.map_lasso import rows_inside
from explorer.map_overlay import Overlay, paint_overlay, paint_ring
from explorer.map_raster import Ground, InView, Shown, draw, points_in_view
from explorer.map_thumbnails import MOST as MOST_THUMBNAILS
from explorer.map_thumbnails import MapThumbnails
from explorer.selection import How, Rows, Selection

_PICK_PX = 10
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
        self._grid = sort_points(np.empty((0, 2), np.float32))
        self._positions: npt.NDArray[np.float32] = np.empty((0, 2), np.float32)
        self._colouring = one_colour(0)
        self._overlay = Overlay()
        self._camera = map_camera.fit(self._grid.area, 1, 1)
        self._tool = Tool.MOVE
        self._gesture: Gesture | None = None
        self._hovered: int | None = None
        self._shown: Shown | None = None
        self._in_view: InView | None = None
        self._picture: QImage | None = None
        self._canvas = QImage()
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
        self._grid, self._positions = grid, positions
        self._hovered = None
        if keep_view:
            self._camera = self._camera.resized(*self._size(), grid.area)
        else:
            self._camera = map_camera.fit(grid.area, *self._size())
            self._thumbnails.forget()
        if len(self._colouring.codes) != len(positions):
            self._colouring = one_colour(len(positions))
        self._forget_shown()
        self.camera_changed.emit()

    def colour_by(self, colouring: Colouring) -> None:
        """Gives each row a colour."""
        self._colouring = colouring
        self._forget_shown()

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
        return self._colouring

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
        if row >= len(self._positions) or not np.isfinite(self._positions[row]).all():
            return None
        return QPointF(*self._camera.to_view(*map(float, self._positions[row])))

    def thumbnail_rows(self) -> list[int]:
        """The rows whose photos stand on the map just now."""
        points = self._points()
        if not 0 < points.visible_count <= MOST_THUMBNAILS:
            return []
        return [int(row) for row in self._grid.rows[points.places[points.visible]]]

    # Going about

    def fit(self) -> None:
        """Shows the whole map."""
        self._look(map_camera.fit(self._grid.area, *self._size()))

    def fit_rows(self, rows: Rows) -> None:
        """Shows these rows as large as they fit."""
        if not len(self._grid):
            return
        found = self._positions[rows]
        found = found[np.isfinite(found).all(1)]
        if not len(found):
            return
        self._look(map_camera.fit_part(sort_points(found).area, self._grid.area, *self._size()))

    def centre_on(self, x: float, y: float) -> None:
        """Brings a point of the map into the middle."""
        self._look(self._camera.centred(x, y))

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
        rows = self.thumbnail_rows()
        if self._picture is None:
            self._picture = self._draw_points(shades, ratio, without_visible=bool(rows))
        painter.drawImage(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if rows:
            self._paint_thumbnails(painter, rows, shades, ratio)
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
        self._look(self._camera.resized(size.width(), size.height(), self._grid.area))

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
            rows = rows_inside(gesture.outline(), self._grid, self._shown_now(), self._camera)
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
            self._forget_picture()
            self.camera_changed.emit()

    def _forget_picture(self) -> None:
        self._in_view = self._picture = None
        self.update()

    def _forget_shown(self) -> None:
        self._shown = None
        self._forget_picture()

    def _shown_now(self) -> Shown:
        if self._shown is None:
            rows = self._grid.rows
            codes = self._colouring.codes
            palette = self._colouring.palette(dark=colours(self) is DARK)
            if not self._colouring.title:
                palette = palette.copy()
                palette[0] = rgb(colours(self).accent)
            self._shown = Shown(
                self._selection.visible[rows],
                self._selection.selected[rows],
                codes[rows],
                palette,
                is_plain=not self._colouring.title,
            )
        return self._shown

    def _points(self) -> InView:
        if self._in_view is None:
            self._in_view = points_in_view(self._grid, self._shown_now(), self._camera)
        return self._in_view

    def _draw_points(self, shades: Colours, ratio: float, *, without_visible: bool) -> QImage:
        points, shown = self._points(), self._shown_now()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        if ratio != 1:
            points = points_in_view(self._grid, shown, self._camera.in_device_pixels(ratio))
        if without_visible:
            points = points.hidden_alone()
        ground = Ground(*map(rgb, (shades.window, shades.text_muted, shades.text, shades.window)))
        image = self._canvas
        if image.width() != width or image.height() != height:
            # Kept from frame to frame: memory that is new costs as much to touch as to fill.
            image = self._canvas = QImage(width, height, QImage.Format.Format_RGB32)
        draw(points, shown, ground, writable_memory(image).view(np.uint32)[..., 0])
        image.setDevicePixelRatio(ratio)
        return image

    def _paint_thumbnails(
        self, painter: QPainter, rows: Sequence[int], shades: Colours, ratio: float
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._thumbnails.show_rows(rows, ratio)
        middles = [(row, self._middle(row, ratio)) for row in rows]
        places = self._thumbnails.paint(painter, middles, ratio, QColor(shades.text_muted))
        shown, palette = self._selection.selected, self._shown_now().palette
        for row, place in zip(rows, places, strict=True):
            if shown[row]:
                painter.setPen(QPen(QColor(shades.text), 3))
                painter.drawRect(place)
            elif self._colouring.title:
                painter.setPen(QPen(QColor(*map(int, palette[self._colouring.codes[row]])), 2))
                painter.drawRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _middle(self, row: int, ratio: float) -> QPointF:
        x, y = self._camera.to_view(*map(float, self._positions[row]))
        return QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio)

    def _row_at(self, at: QPointF) -> int | None:
        if not len(self._grid):
            return None
        x, y = self._camera.to_map(at.x(), at.y())
        radius = _PICK_PX / self._camera.scale
        rows = self.thumbnail_rows()
        if rows:
            radius = max(radius, 20 / self._camera.scale)
        return self._grid.nearest(x, y, radius, self._shown_now().visible)

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
