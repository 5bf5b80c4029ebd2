"""A pane that shows a photo from whole to single pixels, or how it differs from another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
from PyQt5.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, pyqtSignal
from PyQt5.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPolygonF,
    QTransform,
    QWheelEvent,
)
from PyQt5.QtWidgets import QWidget

from core.catalogue.records import Photo
from core.qt.look import WHOLE, Look, dragged, fit_scale, rect_in_pane, zoomed
from core.qt.photo_marks import paint_plate
from core.qt.photo_words import known_problem
from core.qt.pixel_cache import Rendition
from core.qt.qt_pixels import writable_memory
from core.qt.theme import colours

ZOOM_STEP = 1.25
LEAST_CLOSER = 2.0
"""A step from the whole photo to a closer look makes it so many times larger at least."""

_MOST_PIXEL_SIDE = 16.0
"""One zooms in until a photo's pixel is so many of the screen's wide."""

_PIXELS_SHOW = 8.0
"""From this enlargement on pixels are painted as squares: smoothed they would look blurred."""


@dataclass(frozen=True)
class Layer:
    """A photo in a pane.

    Attributes:
        rendition: Its pixels, once there are some.
        failure: Why its file cannot be shown, or "".
        placement: Maps the photo's unit square into that of what the pane shows.
    """

    photo: Photo
    rendition: Rendition | None = None
    failure: str = ""
    placement: QTransform = field(default_factory=QTransform)

    @property
    def problem(self) -> str:
        return self.failure or known_problem(self.photo)


class ZoomPane(QWidget):
    """Shows one layer, or the difference of two; wheel and mouse zoom and move it."""

    look_changed = pyqtSignal(object)
    """A `Look`: the user zoomed or moved; the pane has it already."""
    pressed = pyqtSignal()
    resized = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: Sequence[Layer] = ()
        self._extent = QSizeF(1, 1)
        self._look = WHOLE
        self._gain: float | None = None
        self._dragged_from: QPoint | None = None
        self._painted_id: int | None = None
        self.setMinimumSize(80, 80)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def look(self) -> Look:
        return self._look

    @property
    def extent(self) -> QSizeF:
        """The size, in pixels, of what the unit square of the layers' placements stands for."""
        return self._extent

    @property
    def painted_id(self) -> int | None:
        """The photo whose own pixels or error plate were painted last."""
        return self._painted_id if self.isVisible() else None

    def show_layers(self, layers: Sequence[Layer], extent: QSizeF, gain: float | None) -> None:
        """Shows the first layer or, with a gain, by how much the first two differ.

        Args:
            layers: One, or two for a difference.
            extent: The size, in pixels, of what they are placed in.
            gain: What differences of colour are multiplied by to be seen; None for no difference.
        """
        if [layer.photo.id for layer in layers] != [layer.photo.id for layer in self._layers]:
            self._painted_id = None
        self._layers, self._extent, self._gain = layers, extent, gain
        self.update()

    def set_look(self, look: Look) -> None:
        """Shows another part; does not emit `look_changed`."""
        if look != self._look:
            self._look = look
            self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms about a point of the pane (its middle), as if the user did."""
        at = QRectF(self.rect()).center() if at is None else at
        pane = QSizeF(self.size())
        self._take(zoomed(self._look, factor, at, self._extent, pane, self.most_zoom))

    def move_by(self, by: QPointF) -> None:
        """Moves the photo by so many pixels of the pane, as if the user did."""
        self._take(dragged(self._look, by, self._extent, QSizeF(self.size())))

    @property
    def natural_zoom(self) -> float:
        """The zoom at which a photo's pixel is one of the screen's."""
        fit = fit_scale(self._extent, QSizeF(self.size()))
        return 1.0 / (fit * self.devicePixelRatioF())

    @property
    def most_zoom(self) -> float:
        return max(4.0, _MOST_PIXEL_SIDE * self.natural_zoom)

    def size_on_screen(self, layer: Layer, extent: QSizeF, zoom: float) -> QSize:
        """The device pixels that a whole layer, placed in an extent, would cover at a zoom."""
        rect = rect_in_pane(Look(zoom), extent, QSizeF(self.size()))
        mapping = _onto(layer, QRectF(0, 0, rect.width(), rect.height()))
        ratio = self.devicePixelRatioF()
        origin = mapping.map(QPointF(0, 0))
        across, down = mapping.map(QPointF(1, 0)) - origin, mapping.map(QPointF(0, 1)) - origin
        return QSize(round(_length(across) * ratio), round(_length(down) * ratio))

    # Qt

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        shown_in = colours(self)
        painter.fillRect(self.rect(), QColor(shown_in.window))
        self._painted_id = None
        if not self._layers:
            return
        rect = rect_in_pane(self._look, self._extent, QSizeF(self.size()))
        first = self._layers[0]
        missing = next((layer for layer in self._layers if layer.rendition is None), None)
        if missing is not None:
            plate = rect_in_pane(WHOLE, self._extent, QSizeF(self.size()))
            paint_plate(painter, missing.photo, plate, missing.problem, shown_in)
            if missing.problem and self._gain is None:
                self._painted_id = missing.photo.id
        elif self._gain is not None:
            common = self._common_part(rect)
            painter.setClipPath(common)
            painter.drawImage(0, 0, self._difference(rect, common, self._gain))
        else:
            _paint_layer(painter, first, rect, self.devicePixelRatioF())
            self._painted_id = first.photo.id
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms about the mouse: 120 is one notch of an ordinary wheel."""
        self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.pos()
            if self._look.zoom > 1:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None:
            by = QPointF(event.pos() - self._dragged_from)
            self._dragged_from = event.pos()
            self.move_by(by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """To single pixels at that point, and back."""
        self.toggle_natural(QPointF(event.pos()))

    def toggle_natural(self, at: QPointF | None = None) -> None:
        """Shows the whole photo or, if it is shown, each of its pixels as one of the screen's.

        A photo that is about so large as a whole already is shown twice as large instead.
        """
        target = 1.0 if self._look.zoom > 1 else max(LEAST_CLOSER, self.natural_zoom)
        self.zoom_by(target / self._look.zoom, at)

    def resizeEvent(self, _: object) -> None:
        self.resized.emit()

    # Below this line: how

    def _take(self, look: Look) -> None:
        if look != self._look:
            self.set_look(look)
            self.look_changed.emit(look)

    def _common_part(self, rect: QRectF) -> QPainterPath:
        """Where both layers lie, in the pane's coordinates."""
        outlines = []
        for layer in self._layers[:2]:
            outline = QPainterPath()
            outline.addPolygon(_onto(layer, rect).map(QPolygonF(QRectF(0, 0, 1, 1))))
            outlines.append(outline)
        return outlines[0].intersected(outlines[1])

    def _difference(self, rect: QRectF, common: QPainterPath, gain: float) -> QImage:
        """The absolute difference of the first two layers, as the pane would show them."""
        ratio = self.devicePixelRatioF()
        images = []
        for layer in self._layers[:2]:
            image = QImage(
                round(self.width() * ratio),
                round(self.height() * ratio),
                QImage.Format.Format_RGB32,
            )
            image.setDevicePixelRatio(ratio)
            image.fill(QColor(0, 0, 0))
            painter = QPainter(image)
            painter.setClipPath(common)
            _paint_layer(painter, layer, rect, ratio)
            painter.end()
            images.append(image)
        first, second = (writable_memory(image) for image in images)
        first[:] = cv2.convertScaleAbs(cv2.absdiff(first, second), alpha=gain)
        return images[0]


def _paint_layer(painter: QPainter, layer: Layer, rect: QRectF, ratio: float) -> None:
    """Paints a layer that has pixels, so that its pane's unit square fills the rectangle."""
    assert layer.rendition is not None
    image = layer.rendition.image
    mapping = _onto(layer, rect)
    painter.save()
    enlargement = mapping.mapRect(QRectF(0, 0, 1, 1)).width() * ratio / image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, enlargement < _PIXELS_SHOW)
    if layer.placement.isIdentity():
        # Without a transformation Qt copies pixels where sizes agree.
        exact = QSizeF(image.width() / ratio, image.height() / ratio)
        if abs(exact.width() - rect.width()) <= 2 and abs(exact.height() - rect.height()) <= 2:
            rect = QRectF(QPointF(round(rect.x()), round(rect.y())), exact)
        painter.drawImage(rect, image)
    else:
        painter.setTransform(mapping, True)
        painter.drawImage(QRectF(0, 0, 1, 1), image)
    painter.restore()


def _onto(layer: Layer, rect: QRectF) -> QTransform:
    """From the photo's unit square to where it lies in the pane."""
    square = QTransform(rect.width(), 0, 0, rect.height(), rect.x(), rect.y())
    mapping: QTransform = layer.placement * square  # type: ignore[operator]
    return mapping


def _length(vector: QPointF) -> float:
    return math.hypot(vector.x(), vector.y())
