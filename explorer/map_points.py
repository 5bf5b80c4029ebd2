"""The points of a map as they are shown: which of them, in which colours, and where in the view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QColor, QImage, QPainter, QPen

from core.qt.qt_pixels import writable_memory
from core.qt.theme import DARK, Colours
from explorer.map_camera import Camera
from explorer.map_colours import Colouring, one_colour, rgb
from explorer.map_grid import PointGrid, sort_points
from explorer.map_raster import Ground, InView, Shown, draw, points_in_view
from explorer.map_thumbnails import MOST as MOST_THUMBNAILS
from explorer.map_thumbnails import MapThumbnails
from explorer.selection import Selection

_PICK_PX = 10
_PICK_PHOTO_PX = 20


class MapPoints:
    """Draws points and finds them again; remembers what it drew until told to forget it.

    Attributes:
        grid: The points, sorted by place.
        positions: (n, 2) of all rows of the index; NaN where a row has no place.
        colouring: The colour of each row.
    """

    def __init__(self, selection: Selection) -> None:
        self.grid = sort_points(np.empty((0, 2), np.float32))
        self.positions: npt.NDArray[np.float32] = np.empty((0, 2), np.float32)
        self.colouring = one_colour(0)
        self._selection = selection
        self._shown: Shown | None = None
        self._in_view: InView | None = None
        self._picture: QImage | None = None
        self._canvas = QImage()

    def place(self, grid: PointGrid, positions: npt.NDArray[np.float32]) -> None:
        """Takes other places."""
        self.grid, self.positions = grid, positions
        if len(self.colouring.codes) != len(positions):
            self.colouring = one_colour(len(positions))
        self.forget_shown()

    def colour_by(self, colouring: Colouring) -> None:
        """Takes other colours."""
        self.colouring = colouring
        self.forget_shown()

    def forget_view(self) -> None:
        """Says that another part is looked at, or from elsewhere."""
        self._in_view = self._picture = None

    def forget_shown(self) -> None:
        """Says that others are visible or selected, or look otherwise."""
        self._shown = None
        self.forget_view()

    def shown(self, shades: Colours) -> Shown:
        """What is visible and selected, in the grid's order, with colours."""
        if self._shown is None:
            rows = self.grid.rows
            palette = self.colouring.palette(dark=shades is DARK)
            if not self.colouring.title:
                palette = palette.copy()
                palette[0] = rgb(shades.accent)
            self._shown = Shown(
                self._selection.visible[rows],
                self._selection.selected[rows],
                self.colouring.codes[rows],
                palette,
                self.colouring.rare,
                is_plain=not self.colouring.title,
            )
        return self._shown

    def photo_rows(self, camera: Camera, shades: Colours) -> list[int]:
        """The rows that are few enough in view to be shown as photos; else none."""
        points = self._points(camera, shades)
        if not 0 < points.visible_count <= MOST_THUMBNAILS:
            return []
        return [int(row) for row in self.grid.rows[points.places[points.visible]]]

    def place_of(self, row: int, camera: Camera) -> QPointF | None:
        """Where a row lies in the view; None where it has no place on the map."""
        if row >= len(self.positions) or not np.isfinite(self.positions[row]).all():
            return None
        return QPointF(*camera.to_view(*map(float, self.positions[row])))

    def row_at(self, at: QPointF, camera: Camera, shades: Colours) -> int | None:
        """The visible row that is meant by a point of the view."""
        if not len(self.grid):
            return None
        x, y = camera.to_map(at.x(), at.y())
        radius = _PICK_PX / camera.scale
        if self.photo_rows(camera, shades):
            radius = max(radius, _PICK_PHOTO_PX / camera.scale)
        return self.grid.nearest(x, y, radius, self.shown(shades).visible)

    def picture(
        self, width: float, height: float, ratio: float, camera: Camera, shades: Colours
    ) -> QImage:
        """The points in view; without the visible ones where those are shown as photos.

        Args:
            width: Of the view, in logical pixels; likewise height.
            height: See width.
            ratio: Device pixels to a logical one.
            camera: From where it is looked at.
            shades: The window's colours.
        """
        if self._picture is None:
            self._picture = self._draw(
                round(width * ratio), round(height * ratio), ratio, camera, shades
            )
        return self._picture

    def paint_photos(
        self,
        painter: QPainter,
        rows: Sequence[int],
        thumbnails: MapThumbnails,
        ratio: float,
        camera: Camera,
        shades: Colours,
    ) -> None:
        """Paints rows as their photos, framed in their colours, the selected ones in white."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        thumbnails.show_rows(rows, ratio)
        middles = [(row, self._middle(row, ratio, camera)) for row in rows]
        places = thumbnails.paint(painter, middles, ratio, QColor(shades.text_muted))
        selected, palette = self._selection.selected, self.shown(shades).palette
        for row, place in zip(rows, places, strict=True):
            if selected[row]:
                painter.setPen(QPen(QColor(shades.text), 3))
                painter.drawRect(place)
            elif self.colouring.title:
                painter.setPen(QPen(QColor(*map(int, palette[self.colouring.codes[row]])), 2))
                painter.drawRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    # Below this line: how

    def _points(self, camera: Camera, shades: Colours) -> InView:
        if self._in_view is None:
            self._in_view = points_in_view(self.grid, self.shown(shades), camera)
        return self._in_view

    def _draw(
        self, width: int, height: int, ratio: float, camera: Camera, shades: Colours
    ) -> QImage:
        points, shown = self._points(camera, shades), self.shown(shades)
        without_visible = bool(self.photo_rows(camera, shades))
        if ratio != 1:
            points = points_in_view(self.grid, shown, camera.in_device_pixels(ratio))
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

    def _middle(self, row: int, ratio: float, camera: Camera) -> QPointF:
        x, y = camera.to_view(*map(float, self.positions[row]))
        return QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio)
