"""Which part of a photo is looked at, in a way that carries over to photos of other sizes."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, QSizeF


@dataclass(frozen=True)
class Look:
    """A part of a photo.

    Attributes:
        zoom: 1 where the whole photo just fits into its pane.
        u: What lies in the pane's middle, as a share of the photo's width.
        v: Likewise of its height.
    """

    zoom: float = 1.0
    u: float = 0.5
    v: float = 0.5


WHOLE = Look()


def fit_scale(photo: QSizeF, pane: QSizeF) -> float:
    """By how much a photo is enlarged to just fit into a pane."""
    return min(pane.width() / photo.width(), pane.height() / photo.height())


def rect_in_pane(look: Look, photo: QSizeF, pane: QSizeF) -> QRectF:
    """Where the photo lies, in the pane's coordinates; it may reach far beyond the pane.

    The photo never leaves a side of the pane empty that it could fill.
    """
    size = photo * (fit_scale(photo, pane) * look.zoom)
    x = _start(look.u, size.width(), pane.width())
    y = _start(look.v, size.height(), pane.height())
    return QRectF(QPointF(x, y), size)


def zoomed(
    look: Look, factor: float, at: QPointF, photo: QSizeF, pane: QSizeF, most: float
) -> Look:
    """The look after zooming in or out; what lies at a point of the pane stays there.

    Args:
        look: Before.
        factor: Above 1 to see it larger.
        at: The point, in the pane's coordinates.
        photo: The photo's size.
        pane: The pane's size.
        most: The largest zoom.
    """
    zoom = max(1.0, min(most, look.zoom * factor))
    before = rect_in_pane(look, photo, pane)
    grown = zoom / look.zoom
    corner = at - (at - before.topLeft()) * grown
    return _look_of(QRectF(corner, before.size() * grown), zoom, photo, pane)


def dragged(look: Look, by: QPointF, photo: QSizeF, pane: QSizeF) -> Look:
    """The look after the photo was dragged by so many pixels of the pane."""
    return _look_of(rect_in_pane(look, photo, pane).translated(by), look.zoom, photo, pane)


def _look_of(rect: QRectF, zoom: float, photo: QSizeF, pane: QSizeF) -> Look:
    middle = Look(
        zoom,
        (pane.width() / 2 - rect.x()) / rect.width(),
        (pane.height() / 2 - rect.y()) / rect.height(),
    )
    # As it will be shown: otherwise a drag beyond the edge would have to be dragged back first.
    shown = rect_in_pane(middle, photo, pane)
    return Look(
        zoom,
        (pane.width() / 2 - shown.x()) / shown.width(),
        (pane.height() / 2 - shown.y()) / shown.height(),
    )


def _start(middle: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - middle * length))
