"""Draws points into pixels with NumPy: as a density where they are many, as discs where few.

QPainter and pyqtgraph take a call for each point; a picture that is counted into takes a pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from explorer.map_camera import Camera
from explorer.map_colours import Rgb
from explorer.map_grid import PointGrid
from explorer.selection import Mask

Picture = npt.NDArray[np.uint32]
"""Pixels as 0xffRRGGBB, shape (height, width)."""

MOST_DISCS = 50_000
"""Points in view beyond which they are drawn as a density."""
_RADII = ((8_000, 3), (20_000, 2), (MOST_DISCS, 1))
"""Up to so many points in view, the radius of their discs in pixels."""
_CELL_SHIFT = 1
_CELL_PX = 1 << _CELL_SHIFT
_LEVELS = 64
_FAINTEST = 0.34
"""Opacity of a density's cell with a single point."""
_HIDDEN_OPACITY = 0.42


@dataclass(frozen=True)
class Ground:
    """The colours around the points, as (r, g, b).

    Attributes:
        window: Behind all.
        hidden: Points that the filter hides, before their opacity.
        selected: Points that are selected.
        outline: Around those.
    """

    window: tuple[int, int, int]
    hidden: tuple[int, int, int]
    selected: tuple[int, int, int]
    outline: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Shown:
    """What of the points is shown and how; all by place (`map_grid`), shape (m,).

    Attributes:
        visible: Passes the filter.
        selected: Is selected, and visible.
        codes: Positions in the palette.
        palette: Shape (256, 3).
        rare: The codes whose points lie on top of the others', shape (256,).
        is_plain: Whether all have one colour.
    """

    visible: Mask
    selected: Mask
    codes: npt.NDArray[np.uint8]
    palette: Rgb
    rare: npt.NDArray[np.bool_]
    is_plain: bool

    @cached_property
    def has_selected(self) -> bool:
        return bool(self.selected.any())


@dataclass(frozen=True, eq=False)
class InView:
    """The points in view, with the pixel that each lies in.

    Attributes:
        places: Shape (k,).
        x: Whole pixels, shape (k,).
        y: Likewise.
        visible: Shape (k,).
        visible_count: How many pass the filter.
    """

    places: npt.NDArray[np.intp]
    x: npt.NDArray[np.intp]
    y: npt.NDArray[np.intp]
    visible: Mask
    visible_count: int

    def hidden_alone(self) -> InView:
        """Without the points that pass the filter."""
        hidden = ~self.visible
        return InView(self.places[hidden], self.x[hidden], self.y[hidden], self.visible[hidden], 0)


def points_in_view(grid: PointGrid, shown: Shown, camera: Camera) -> InView:
    """Which points lie in view, visible or not."""
    area = camera.area
    part = grid.places_in(area)
    places = np.arange(len(grid))[part] if isinstance(part, slice) else part
    x, y = grid.x[part], grid.y[part]
    if not area.holds(grid.area):
        inside = (x > area.left) & (y > area.top) & (x < area.right) & (y < area.bottom)
        places, x, y = places[inside], x[inside], y[inside]
    # Subtracted before it is scaled: far zoomed in, float32 would not tell pixels apart otherwise.
    columns = ((x - np.float32(area.left)) * np.float32(camera.scale)).astype(np.intp)
    lines = ((y - np.float32(area.top)) * np.float32(camera.scale)).astype(np.intp)
    np.minimum(columns, camera.width - 1, out=columns)
    np.minimum(lines, camera.height - 1, out=lines)
    visible = shown.visible[places] if len(places) < len(grid) else shown.visible
    return InView(places, columns, lines, visible, int(np.count_nonzero(visible)))


def draw(points: InView, shown: Shown, ground: Ground, onto: Picture) -> None:
    """Draws the points in view, and the ground between them, onto a picture."""
    if points.visible_count > MOST_DISCS:
        _density(points, shown, ground, onto)
    else:
        _discs(points, shown, ground, onto)


def _density(points: InView, shown: Shown, ground: Ground, onto: Picture) -> None:
    """Counts points into cells of `_CELL_PX` pixels; the more a cell has, the more opaque it is."""
    height, width = onto.shape
    columns, lines = -(-width // _CELL_PX), -(-height // _CELL_PX)
    # By shifts and by `take`: a division costs three times as much, and so does a mask.
    cell = (points.y >> _CELL_SHIFT) * columns + (points.x >> _CELL_SHIFT)
    places = points.places
    hidden = None
    if points.visible_count < len(cell):
        hidden = cell.take(np.flatnonzero(~points.visible))
        shown_ones = np.flatnonzero(points.visible)
        cell, places = cell.take(shown_ones), places.take(shown_ones)
    counts = np.bincount(cell, minlength=columns * lines)
    # By the logarithm: the middle of a cloud has a hundred times as many points as its rim.
    levels_of = np.log1p(np.arange(counts.max() + 1)) * (_LEVELS - 1) / np.log1p(counts.max())
    level = np.minimum(np.ceil(levels_of), _LEVELS - 1).astype(np.uint8)[counts]
    if shown.is_plain:
        picture = _shades(shown.palette[:1], ground)[0][level]
    else:
        # The colour of one of the cell's points, whichever: a mixture reads as a mixture, as it
        # would of points drawn one by one, in a fifth of the time that means take.
        code = np.zeros(columns * lines, np.uint8)
        codes = shown.codes.take(places)
        code[cell] = codes
        if shown.rare.any():
            on_top = np.flatnonzero(shown.rare.take(codes))
            code[cell.take(on_top)] = codes.take(on_top)
        picture = _shades(shown.palette, ground).ravel()[code.astype(np.intp) * _LEVELS + level]
    if hidden is not None:
        is_hidden = np.zeros(columns * lines, bool)
        is_hidden[hidden] = True
        is_hidden &= counts == 0
        picture[is_hidden] = _packed(_mixed(ground.window, ground.hidden, _HIDDEN_OPACITY))
    if shown.has_selected:
        chosen = cell.take(np.flatnonzero(shown.selected.take(places)))
        picture[chosen] = _packed(ground.selected)
    cells = picture.reshape(lines, columns)
    for dy in range(_CELL_PX):
        for dx in range(_CELL_PX):
            part = onto[dy::_CELL_PX, dx::_CELL_PX]
            part[:] = cells[: part.shape[0], : part.shape[1]]


def _shades(palette: Rgb, ground: Ground) -> npt.NDArray[np.uint32]:
    """Each colour at each level of opacity, shape (colours, `_LEVELS`); level 0 is the ground."""
    opacity = _FAINTEST + (1 - _FAINTEST) * np.linspace(0, 1, _LEVELS)
    opacity[0] = 0
    window = np.array(ground.window, np.float64)
    return _pack(window + (palette[:, None, :] - window) * opacity[:, None])


def _discs(points: InView, shown: Shown, ground: Ground, onto: Picture) -> None:
    height, width = onto.shape
    radius = next(r for most, r in _RADII if points.visible_count <= most)
    room = radius + 2
    stride = width + 2 * room
    picture = np.full((height + 2 * room) * stride, _packed(ground.window), np.uint32)
    pixel = (points.y + room) * stride + points.x + room
    here, places = pixel, points.places
    if points.visible_count < len(pixel):
        faint = _packed(_mixed(ground.window, ground.hidden, _HIDDEN_OPACITY))
        _stamp(picture, pixel[~points.visible], faint, _disc(1)[0], stride)
        here, places = pixel[points.visible], places[points.visible]
    window = np.array(ground.window, np.float64)
    codes = shown.codes[places]
    core, rim = _disc(radius)
    soft, full = _pack(window + (shown.palette - window) * 0.45), _pack(shown.palette)
    on_top = np.flatnonzero(shown.rare[codes])
    for some in (slice(None), on_top) if len(on_top) else (slice(None),):
        if radius > 1:
            _stamp(picture, here[some], soft[codes[some]], rim, stride)
        _stamp(picture, here[some], full[codes[some]], core, stride)
    chosen = here[shown.selected[places]]
    if len(chosen):
        core, rim = _disc(radius + 1)
        _stamp(picture, chosen, _packed(ground.outline), rim, stride)
        _stamp(picture, chosen, _packed(ground.selected), core, stride)
    whole = picture.reshape(height + 2 * room, stride)
    onto[:] = whole[room:-room, room:-room]


def _stamp(
    picture: npt.NDArray[np.uint32],
    pixel: npt.NDArray[np.intp],
    colours: npt.NDArray[np.uint32] | np.uint32,
    offsets: tuple[tuple[int, int], ...],
    stride: int,
) -> None:
    for dx, dy in offsets:
        picture[pixel + (dy * stride + dx)] = colours


def _disc(radius: int) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """A disc's pixels, and those of the soft rim around it."""
    reach = range(-radius, radius + 1)
    squares = {(dx, dy): dx * dx + dy * dy for dy in reach for dx in reach}
    inner = max(1.0, (radius - 0.5) ** 2)
    core = tuple(at for at, square in squares.items() if square <= inner)
    rim = tuple(at for at, square in squares.items() if inner < square <= radius**2 + 1)
    return core, rim


def _mixed(
    below: tuple[int, int, int], above: tuple[int, int, int], opacity: float
) -> tuple[int, int, int]:
    red, green, blue = (round(b + (a - b) * opacity) for b, a in zip(below, above, strict=True))
    return red, green, blue


def _packed(colour: tuple[int, int, int]) -> np.uint32:
    return np.uint32(0xFF000000 | colour[0] << 16 | colour[1] << 8 | colour[2])


def _pack(colours: npt.NDArray[np.generic]) -> npt.NDArray[np.uint32]:
    """Colours (…, 3) of 0…255 as 0xffRRGGBB, shape (…)."""
    channels = np.asarray(colours).astype(np.uint32)
    red, green, blue = channels[..., 0], channels[..., 1], channels[..., 2]
    return np.asarray(np.uint32(0xFF000000) | red << 16 | green << 8 | blue, np.uint32)
