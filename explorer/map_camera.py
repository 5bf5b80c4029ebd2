"""Which part of the map is seen, and how large: between the map's units and the widget's pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from explorer.map_grid import Area

_ROOM = 0.94
"""Of the widget, for the whole map: points on the edge would be cut in half."""

_FARTHEST = 0.5
_CLOSEST = 20_000.0
"""Zoom, where 1 shows the whole map."""

_CLOSEST_PART = 64
"""To a part: a single point has no size to be as large as it fits."""

_PART_ROOM = 0.9


@dataclass(frozen=True)
class Camera:
    """A view of the map; one unit is as many pixels high as it is wide.

    Attributes:
        x: What lies in the widget's middle, in the map's units.
        y: Likewise.
        scale: Pixels to a unit.
        width: Of the widget, in pixels.
        height: Likewise.
        whole: Scale at which the whole map just fits.
    """

    x: float
    y: float
    scale: float
    width: int
    height: int
    whole: float

    @property
    def zoom(self) -> float:
        """1 where the whole map just fits."""
        return self.scale / self.whole

    @property
    def area(self) -> Area:
        """What is in view."""
        half_width, half_height = self.width / 2 / self.scale, self.height / 2 / self.scale
        return Area(
            self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height
        )

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the map lies in the widget."""
        return (
            (x - self.x) * self.scale + self.width / 2,
            (y - self.y) * self.scale + self.height / 2,
        )

    def to_map(self, x: float, y: float) -> tuple[float, float]:
        """Which point of the map lies at a pixel."""
        return (
            (x - self.width / 2) / self.scale + self.x,
            (y - self.height / 2) / self.scale + self.y,
        )

    def moved(self, by_x: float, by_y: float) -> Camera:
        """After the map was dragged by so many pixels."""
        return replace(self, x=self.x - by_x / self.scale, y=self.y - by_y / self.scale)

    def zoomed(self, factor: float, at_x: float, at_y: float) -> Camera:
        """After zooming in (above 1) or out; what lies at the pixel stays there."""
        x, y = self.to_map(at_x, at_y)
        scale = min(max(self.scale * factor, self.whole * _FARTHEST), self.whole * _CLOSEST)
        closer = replace(self, scale=scale)
        new_x, new_y = closer.to_map(at_x, at_y)
        return replace(closer, x=closer.x + x - new_x, y=closer.y + y - new_y)

    def resized(self, width: int, height: int, area: Area) -> Camera:
        """In a widget of another size: the same middle at the same zoom."""
        whole = _whole_scale(area, width, height)
        return replace(
            self, width=width, height=height, whole=whole, scale=self.scale * whole / self.whole
        )

    def in_device_pixels(self, ratio: float) -> Camera:
        """The same view, in pixels of which so many make one of the widget's."""
        return Camera(
            self.x,
            self.y,
            self.scale * ratio,
            round(self.width * ratio),
            round(self.height * ratio),
            self.whole * ratio,
        )

    def centred(self, x: float, y: float) -> Camera:
        """With a point of the map in the middle."""
        return replace(self, x=x, y=y)


def fit(area: Area, width: int, height: int) -> Camera:
    """The view of a whole area."""
    width, height = max(1, width), max(1, height)
    scale = _whole_scale(area, width, height)
    return Camera(
        (area.left + area.right) / 2, (area.top + area.bottom) / 2, scale, width, height, scale
    )


def fit_part(part: Area, whole_area: Area, width: int, height: int) -> Camera:
    """The view of a part of the map, as large as it fits with some room around."""
    whole = fit(whole_area, width, height)
    scale = min(fit(part, width, height).scale * _PART_ROOM, whole.whole * _CLOSEST_PART)
    middle = ((part.left + part.right) / 2, (part.top + part.bottom) / 2)
    return whole.zoomed(scale / whole.scale, 0, 0).centred(*middle)


def _whole_scale(area: Area, width: int, height: int) -> float:
    return _ROOM * min(max(1, width) / area.width, max(1, height) / area.height)
