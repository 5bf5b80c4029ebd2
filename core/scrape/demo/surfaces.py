"""Floors, sheets and walls as tiles in grey-brown neutral colours, tinted when they are laid."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from core.scrape.demo.palette import RGB
from core.scrape.demo.textures import Bytes, Floats, Tile, cloud, make_tile

GREY = 188  # what surfaces are painted around, and tints replace

FLOORS = ("planks", "parquet", "herringbone", "tiles", "marble", "carpet", "shag", "concrete")
SHEETS = ("cotton", "sateen", "quilt", "blanket")
WALLS = ("plaster", "woodchip", "panelling")
SURFACES = FLOORS + SHEETS + WALLS

TINTS: dict[str, tuple[RGB, ...]] = {
    "planks": ((206, 170, 124), (178, 134, 88), (126, 88, 60), (196, 186, 172), (222, 200, 168)),
    "parquet": ((200, 152, 96), (170, 118, 72), (214, 176, 128)),
    "herringbone": ((198, 158, 110), (150, 108, 74), (206, 188, 162)),
    "tiles": ((224, 218, 206), (196, 188, 178), (150, 140, 130), (206, 190, 166)),
    "marble": ((236, 234, 230), (216, 210, 202)),
    "carpet": ((188, 180, 168), (120, 124, 134), (150, 116, 92), (168, 158, 150)),
    "shag": ((226, 220, 208), (186, 184, 186), (146, 140, 138)),
    "concrete": ((176, 174, 170), (150, 148, 146)),
    "cotton": ((240, 238, 232), (220, 208, 196), (186, 198, 214), (214, 190, 192), (98, 106, 124)),
    "sateen": ((238, 236, 232), (208, 200, 192), (176, 60, 66), (60, 66, 84)),
    "quilt": ((236, 232, 224), (202, 190, 178), (170, 184, 190)),
    "blanket": ((206, 196, 182), (150, 130, 118), (180, 150, 150), (110, 122, 116)),
    "plaster": (
        (238, 236, 230),
        (226, 216, 202),
        (208, 216, 220),
        (222, 206, 200),
        (196, 204, 190),
    ),
    "woodchip": ((240, 238, 232), (232, 222, 206)),
    "panelling": ((236, 234, 228), (206, 214, 212)),
}

_SIDE = 768


@lru_cache(maxsize=24)
def surface(kind: str) -> Tile:
    """A surface around mid brightness, sRGB (H, W, 3); tint it by multiplying in linear light."""
    return _MAKERS[kind]()


def _tile(value: Floats, hue: Floats | None, px_per_cm: float) -> Tile:
    """From brightness around 1 and a warm-cold shift around 0."""
    shift = np.zeros_like(value) if hue is None else hue
    channels = [value * (1 + shift), value, value * (1 - shift)]
    picture: Bytes = np.clip(np.rint(np.stack(channels, axis=-1) * GREY), 0, 255).astype(np.uint8)
    return make_tile(picture, px_per_cm)


def _wood_grain(seed: int) -> Floats:
    """Grain along x."""
    fibre = cloud(_SIDE, seed, slope=0.9, stretch=(1.0, 0.035))
    broad = cloud(_SIDE, seed + 1, slope=1.5, stretch=(1.0, 0.12))
    rings = np.sin(broad * 5.0 + 0.6 * fibre)
    return np.asarray(0.05 * fibre + 0.055 * rings + 0.05 * broad, np.float32)


def _laid_boards(
    boards: list[tuple[int, int, int, int]],
    grain: Floats,
    seed: int,
    px_per_cm: float,
    groove: int = 2,
) -> Tile:
    """Boards as (x, y, width, height) on the repeating square, each with its own piece of grain."""
    rng = np.random.default_rng(seed)
    value = np.ones((_SIDE, _SIDE), np.float32)
    hue = np.zeros_like(value)
    for x, y, width, height in boards:
        tone, warm = rng.normal(1.0, 0.075), rng.normal(0, 0.018)
        piece = np.roll(grain, tuple(int(v) for v in rng.integers(0, _SIDE, 2)), (0, 1))
        upright = height > width
        piece = (piece[:width, :height].T if upright else piece[:height, :width]) + 1.0
        board = piece * tone
        board[:groove], board[:, :groove] = board[:groove] * 0.62, board[:, :groove] * 0.62
        board[groove : groove + 2] *= 1.05
        rows, columns = np.arange(y, y + height) % _SIDE, np.arange(x, x + width) % _SIDE
        value[np.ix_(rows, columns)] = board
        hue[np.ix_(rows, columns)] = warm
    return _tile(value, hue, px_per_cm)


def _planks() -> Tile:
    rng = np.random.default_rng(101)
    boards = []
    for row in range(8):
        start = int(rng.integers(0, _SIDE))
        split = int(rng.integers(300, 468))
        boards += [(start, row * 96, split, 96), (start + split, row * 96, _SIDE - split, 96)]
    return _laid_boards(boards, _wood_grain(102), 103, 7.0)


def _parquet() -> Tile:
    boards = []
    for row in range(4):
        for column in range(4):
            for strip in range(4):
                x, y = column * 192, row * 192
                if (row + column) % 2:
                    boards.append((x, y + strip * 48, 192, 48))
                else:
                    boards.append((x + strip * 48, y, 48, 192))
    return _laid_boards(boards, _wood_grain(112), 113, 6.5, groove=1)


def _herringbone() -> Tile:
    boards = []
    width, length = 48, 192
    for k in range(16):
        for m in range(4):
            x, y = (k * width + m * 2 * length) % _SIDE, (k * width) % _SIDE
            boards.append((x, y, length, width))
            boards.append(((x + length) % _SIDE, (y + width - length) % _SIDE, width, length))
    return _laid_boards(boards, _wood_grain(122), 123, 6.5, groove=1)


def _grouted(value: Floats, cells: int, grout: float, width: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    size = _SIDE // cells
    tones = rng.normal(1.0, 0.02, (cells, cells)).astype(np.float32)
    value = value * np.repeat(np.repeat(tones, size, 0), size, 1)
    line = np.zeros((_SIDE, _SIDE), np.float32)
    for k in range(cells):
        line[k * size : k * size + width] = 1
        line[:, k * size : k * size + width] = 1
    line = cv2.GaussianBlur(line, (0, 0), 0.8)
    bevel = np.roll(line, (width, width), (0, 1)) * 0.05
    return np.asarray(value * (1 - line) + grout * line + bevel * (1 - line), np.float32)


def _tiles() -> Tile:
    value = 1 + 0.03 * cloud(_SIDE, 131, slope=1.6) + 0.02 * cloud(_SIDE, 132, slope=0.6)
    return _tile(_grouted(value, 3, 0.72, 5, 133), 0.01 * cloud(_SIDE, 134, slope=2.0), 7.5)


def _marble() -> Tile:
    warp = cloud(_SIDE, 141, slope=1.9)
    vein = np.exp(-np.abs(cloud(_SIDE, 142, slope=1.7) + 0.4 * warp) * 9)
    fine = np.exp(-np.abs(cloud(_SIDE, 143, slope=1.5)) * 14)
    value = 1.04 - 0.2 * vein * (0.5 + 0.5 * np.tanh(warp)) - 0.06 * fine + 0.015 * warp
    return _tile(_grouted(np.asarray(value, np.float32), 2, 0.86, 2, 144), None, 6.5)


def _carpet() -> Tile:
    pile = cloud(_SIDE, 151, slope=0.15)
    tufts = cloud(_SIDE, 152, slope=0.9)
    value = 1 + 0.085 * pile + 0.05 * tufts + 0.03 * cloud(_SIDE, 153, slope=2.2)
    return _tile(value, 0.02 * cloud(_SIDE, 154, slope=0.5), 9.0)


def _shag() -> Tile:
    """Long pile: many short threads lying every way, the later over the earlier."""
    rng = np.random.default_rng(161)
    around = 24
    pile = np.full((_SIDE + 2 * around, _SIDE + 2 * around), 150, np.uint8)
    lean = cloud(_SIDE, 162, slope=1.6)
    count = 11000
    x, y = rng.integers(0, _SIDE, (2, count))
    length, tone = rng.uniform(8, 20, count), rng.normal(0, 16, count)
    depth = np.linspace(-34, 14, count)
    angle = 1.1 * lean[y, x] + rng.normal(0, 0.6, count) + 1.0
    dx, dy = np.rint(np.cos(angle) * length), np.rint(np.sin(angle) * length)
    brightness = np.clip(188 + depth + tone, 60, 250).astype(int)
    for k, bright in enumerate(brightness.tolist()):
        for shift_x in (0, -_SIDE) if x[k] > _SIDE - around else (0,):
            for shift_y in (0, -_SIDE) if y[k] > _SIDE - around else (0,):
                start = (int(x[k] + shift_x) + around, int(y[k] + shift_y) + around)
                end = (start[0] + int(dx[k]), start[1] + int(dy[k]))
                cv2.line(pile, start, end, bright, 2, cv2.LINE_AA)
    value = pile[around:-around, around:-around].astype(np.float32) / 188
    return _tile(np.asarray(value + 0.03 * cloud(_SIDE, 163, slope=2.0), np.float32), None, 8.0)


def _concrete() -> Tile:
    value = 1 + 0.05 * cloud(_SIDE, 171, slope=1.8) + 0.02 * cloud(_SIDE, 172, slope=0.5)
    pits = np.maximum(cloud(_SIDE, 173, slope=0.8) - 2.6, 0)
    return _tile(np.asarray(value - 0.2 * pits, np.float32), None, 6.5)


def _lit(height: Floats, strength: float) -> Floats:
    """A relief lit from the upper left."""
    around = np.pad(height, 2, mode="wrap")
    slope = 0.45 * cv2.Sobel(around, cv2.CV_32F, 1, 0) + cv2.Sobel(around, cv2.CV_32F, 0, 1)
    return np.asarray(1 + strength * slope[2:-2, 2:-2], np.float32)


def _sheet(seed: int, depth: float, softness: float) -> Floats:
    """Broad soft folds of bed linen, with creases that cross them."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32)
    warp_x, warp_y = cloud(_SIDE, seed, slope=2.6), cloud(_SIDE, seed + 1, slope=2.6)
    height = 1.2 * cloud(_SIDE, seed + 2, slope=2.5)
    for k, (slope, sharp, weight) in enumerate(((2.3, 1.0, 5.0), (2.0, 1.6, 2.2))):
        fold = cloud(_SIDE, seed + 3 + k, slope=slope, stretch=(1.0, 0.7))
        bent = cv2.remap(
            fold, x + 30 * warp_x, y + 30 * warp_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
        )
        height = height + weight * np.exp(-np.abs(bent) * sharp)
    around = np.pad(height, 64, mode="wrap").astype(np.float32)
    smooth = cv2.GaussianBlur(around, (0, 0), softness)[64:-64, 64:-64]
    return _lit(smooth, depth)


def _cotton() -> Tile:
    thread = 0.012 * cloud(_SIDE, 183, slope=0.2)
    return _tile(np.asarray(_sheet(181, 0.085, 5.0) + thread, np.float32), None, 6.0)


def _sateen() -> Tile:
    return _tile(_sheet(191, 0.14, 7.0), None, 5.0)


def _quilt() -> Tile:
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32) * np.float32(2 * np.pi / _SIDE)
    puff = np.abs(np.sin(3 * (x + y)) * np.sin(3 * (x - y))) ** 0.45
    height = 11 * puff + 2.2 * cloud(_SIDE, 201, slope=1.9)
    soft = cv2.GaussianBlur(np.asarray(height, np.float32), (0, 0), 2.0)
    return _tile(_lit(soft, 0.055), None, 6.5)


def _blanket() -> Tile:
    """Chunky knitting: columns of V-shaped stitches."""
    y, x = np.mgrid[0:_SIDE, 0:_SIDE].astype(np.float32)
    column = np.mod(x, 24) / 12 - 1  # -1 to 1 across each stitch
    row = np.mod(y + 9 * np.abs(column), 16) / 16
    yarn = np.sqrt(np.clip(1 - np.square(2 * row - 1), 0, 1))
    furrow = (
        1
        - 0.4 * np.exp(-np.square(column / 0.12))
        - 0.5 * np.exp(-np.square((1 - np.abs(column)) / 0.14))
    )
    fuzz = cloud(_SIDE, 211, slope=0.4)
    value = 0.72 + 0.34 * yarn * furrow + 0.035 * fuzz + 0.04 * cloud(_SIDE, 212, slope=2.2)
    return _tile(np.asarray(value, np.float32), None, 9.0)


def _plaster() -> Tile:
    value = 1 + 0.012 * cloud(_SIDE, 221, slope=0.7) + 0.014 * cloud(_SIDE, 222, slope=2.0)
    return _tile(np.asarray(value, np.float32), None, 6.0)


def _woodchip() -> Tile:
    bumps = np.maximum(cloud(_SIDE, 231, slope=0.7, stretch=(1.0, 0.7)) - 1.1, 0)
    return _tile(_lit(cv2.GaussianBlur(bumps, (0, 0), 1.2), 0.08), None, 6.5)


def _panelling() -> Tile:
    value = 1 + 0.012 * cloud(_SIDE, 241, slope=1.2, stretch=(0.1, 1.0))
    x = np.arange(_SIDE) % 64
    groove = np.where(x < 3, 0.72, np.where(x < 5, 1.06, 1.0)).astype(np.float32)
    return _tile(np.asarray(value * groove[None, :], np.float32), None, 6.0)


_MAKERS = {
    "planks": _planks,
    "parquet": _parquet,
    "herringbone": _herringbone,
    "tiles": _tiles,
    "marble": _marble,
    "carpet": _carpet,
    "shag": _shag,
    "concrete": _concrete,
    "cotton": _cotton,
    "sateen": _sateen,
    "quilt": _quilt,
    "blanket": _blanket,
    "plaster": _plaster,
    "woodchip": _woodchip,
    "panelling": _panelling,
}
