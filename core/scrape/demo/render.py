"""Draws one photo: scene, garment, light and shadow, and what the phone makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.scrape.demo import folds as relief
from core.scrape.demo.camera import Projection, Shot, develop, linear, linear_rgb, project
from core.scrape.demo.garments import Garment
from core.scrape.demo.geometry import Points, resampled
from core.scrape.demo.palette import RGB, mix
from core.scrape.demo.patterns import pattern_tile, placed_print
from core.scrape.demo.scenes import paint_scene
from core.scrape.demo.tailoring import Frame, Layout, Panel, lay_out
from core.scrape.demo.textures import Bytes, Floats, melange, weave

_SHIFT = 4  # fractional bits of cv2's drawing coordinates
_COARSE_SIDE = 270  # samples along the longer side at which relief and light are computed


def render_photo(garment: Garment, shot: Shot, side_px: int) -> Bytes:
    """The photo as (H, W, 3) sRGB bytes, its longer side `side_px`; the same for the same input."""
    layout = lay_out(garment, shot.pose, back=shot.view == "back")
    projection = project(shot.camera, layout.low, layout.high, side_px)
    cloth = _Cloth(garment, shot, layout, projection)
    for panel in layout.panels:
        cloth.lay(panel)
    for seam in layout.seams:
        cloth.sew(seam.points, seam.kind)
    light = paint_scene(shot, projection, layout)
    lit = cloth.lit()
    shadow = cloth.shadow()
    light *= shadow[..., None]
    cover = cloth.cover[..., None]
    light += (lit - light) * cover
    light *= _lamp(shot, projection)[..., None]
    return develop(light, shot.film, shot.seed)


@dataclass(frozen=True)
class _Region:
    """A rectangle of the picture, aligned to the coarse grid."""

    top: int
    left: int
    bottom: int
    right: int


class _Cloth:
    """The garment being drawn: its colour and cover in full, its relief in coarse resolution."""

    def __init__(
        self, garment: Garment, shot: Shot, layout: Layout, projection: Projection
    ) -> None:
        self.garment, self.shot, self.layout, self.projection = garment, shot, layout, projection
        height, width = projection.height, projection.width
        self.step = max(1, round(max(height, width) / _COARSE_SIDE))
        self.rows, self.columns = -(-height // self.step), -(-width // self.step)
        self.albedo: Floats = np.zeros((height, width, 3), np.float32)
        self.cover: Floats = np.zeros((height, width), np.float32)
        self.groove: Floats = np.ones((height, width), np.float32)
        self.height: Floats = np.zeros((self.rows, self.columns), np.float32)
        self.dimmed: Floats = np.ones((self.rows, self.columns), np.float32)
        self.x, self.y = projection.plane(self.step)
        self.px_per_cm = projection.px_per_cm
        self.coarse_per_cm = projection.px_per_cm / self.step
        self.hangs = shot.scene.kind not in ("floor", "bed")
        fall = relief.hanging if self.hangs else relief.lying
        self.base = fall(garment, shot.folds, self.x, self.y, self.coarse_per_cm)
        body, trims = garment.body, garment.trims
        seams = [body.waist] if trims.waist_seam else []
        seams += [
            body.waist + (body.length - body.waist) * (k + 1) / (trims.tiers + 1)
            for k in range(trims.tiers)
        ]
        for seam_y in seams:
            relief.gathers(self.base, self.x, self.y, seam_y, shot.folds.seed, 1.0)

    def lay(self, panel: Panel) -> None:
        """Draws one panel over what is there."""
        outline = self.projection.to_pixels(panel.outline)
        region = self._region(outline)
        if region is None:
            return
        fine = self._mask(outline, region, 1)
        coarse = self._mask(outline, region, self.step)
        rows, columns = self._slices(region, 1)
        coarse_rows, coarse_columns = self._slices(region, self.step)
        below = self.height[coarse_rows, coarse_columns]
        dim = self.dimmed[coarse_rows, coarse_columns]
        u, v = self._cloth_coordinates(panel, coarse_rows, coarse_columns)
        own = self._relief(panel, coarse, u, v, coarse_rows, coarse_columns)
        self._drop(coarse, dim, panel.lift_cm)
        weight = coarse.astype(np.float32) / 255
        below += (own - below) * weight
        dim += ((0.62 if panel.material == "inside" else 1.0) - dim) * weight

        slope_u = cv2.Sobel(own, cv2.CV_32F, 1, 0, scale=self.coarse_per_cm / 8)
        slope_v = cv2.Sobel(own, cv2.CV_32F, 0, 1, scale=self.coarse_per_cm / 8)
        height, width = fine.shape
        full_u = self._enlarged(u + 0.9 * slope_u, height, width)
        full_v = self._enlarged(v + 0.9 * slope_v, height, width)
        colour = self._colour(panel, full_u, full_v)
        alpha = fine.astype(np.float32) * np.float32(1 / 255)
        if panel.material == "main" and panel.name == "body" and self.shot.view != "back":
            self._print(colour, full_u, full_v)
        spot = self.albedo[rows, columns]
        spot += (colour - spot) * alpha[..., None]
        cover = self.cover[rows, columns]
        cover += (1 - cover) * alpha
        groove = self.groove[rows, columns]
        groove += (1 - groove) * alpha

    def sew(self, points: Points, kind: str) -> None:
        """Draws a seam's groove or a row of stitches on the cloth."""
        line = self.projection.to_pixels(resampled(points, 40))
        width = 0.14 * self.px_per_cm if kind == "seam" else 0.07 * self.px_per_cm
        strength = 0.5 if kind == "seam" else 0.32
        if width < 1:
            strength *= max(width, 0.3)
        layer = np.zeros(self.groove.shape, np.uint8)
        if kind == "stitch" and self.px_per_cm > 14:
            dense = self.projection.to_pixels(
                resampled(points, max(int(_length(points) / 0.16), 4))
            )
            for a, b in zip(dense[:-1:2], dense[1::2], strict=False):
                _stroke(layer, np.stack([a, b]), width)
        else:
            _stroke(layer, line, width)
        self.groove *= 1 - layer.astype(np.float32) * np.float32(strength / 255)

    def lit(self) -> Floats:
        """The cloth's colour in its light, linear (H, W, 3)."""
        light = self.shot.light
        factor, shine = relief.shading(
            self.height,
            1 / self.coarse_per_cm,
            light.direction,
            light.slant,
            light.softness,
            self.garment.gloss,
        )
        factor *= self.dimmed
        height, width = self.cover.shape
        full = self._enlarged(factor, height, width) * self.groove
        lit: Floats = self.albedo * full[..., None]
        if self.garment.gloss > 0.02:
            lit += (self._enlarged(shine, height, width) * 0.35)[..., None]
        return lit

    def shadow(self) -> Floats:
        """How much light reaches the scene around the garment, (H, W)."""
        light = self.shot.light
        small = cv2.resize(self.cover, (self.columns, self.rows), interpolation=cv2.INTER_AREA)
        gap = 2.6 if self.hangs else 0.9
        away = gap * (0.4 + 1.4 * light.slant) * self.coarse_per_cm
        shift = np.array(
            [[1, 0, -np.cos(light.direction) * away], [0, 1, -np.sin(light.direction) * away]],
            np.float32,
        )
        cast = cv2.warpAffine(small, shift, (self.columns, self.rows))
        cast = cv2.GaussianBlur(
            cast, (0, 0), max((0.5 + 2.2 * light.softness) * gap * 0.6 * self.coarse_per_cm, 0.7)
        )
        contact = cv2.GaussianBlur(small, (0, 0), max(0.7 * self.coarse_per_cm, 0.6))
        dark = 1 - (0.62 - 0.25 * light.softness) * cast
        dark *= 1 - (0.18 if self.hangs else 0.4) * contact
        height, width = self.cover.shape
        return self._enlarged(dark, height, width)

    def _colour(self, panel: Panel, u: Floats, v: Floats) -> Floats:
        garment, scale = self.garment, self.px_per_cm
        trims = garment.trims
        contrast = trims.contrast or garment.colour
        if panel.material == "label":
            return _flat(trims.label, u)
        if panel.material == "button":
            pale = (
                (236, 230, 218)
                if sum(garment.colour) < 420
                else mix(garment.colour, (60, 50, 46), 0.55)
            )
            return _flat(pale, u)
        if panel.material == "lace":
            return _flat((240, 238, 232), u)
        if panel.material == "trim":
            colour = _flat(contrast, u)
        else:
            colour = linear(pattern_tile(garment.colour, garment.pattern).lay(u, v, scale))
            if panel.material == "inside":
                grey = colour.mean(axis=2, keepdims=True)
                colour = colour * 0.72 + (0.18 * grey + 0.1 * linear_rgb(garment.colour))
        fabric = (
            "rib"
            if panel.name in ("band", "cuff", "inner band")
            and garment.fabric in ("jersey", "knit", "rib")
            else garment.fabric
        )
        grain = weave(fabric).lay(u, v, scale).astype(np.float32)
        if garment.melange > 0.1:
            fibres = melange().lay(u, v, scale).astype(np.float32)
            grain += (fibres - 128) * np.float32(garment.melange)
        return np.asarray(colour * (grain * np.float32(1 / 128))[..., None], np.float32)

    def _print(self, colour: Floats, u: Floats, v: Floats) -> None:
        """Lays a chest print over the body's colour."""
        garment = self.garment
        if not garment.pattern.is_placed:
            return
        motif = placed_print(garment.colour, garment.pattern)
        size = garment.pattern.scale_cm
        top = garment.neck.depth_cm + 4.5
        scale = motif.shape[0] / size
        at_u, at_v = (
            (u + np.float32(size / 2)) * np.float32(scale),
            (v - np.float32(top)) * np.float32(scale),
        )
        shrink = self.px_per_cm / scale
        if shrink < 0.6:
            factor = max(shrink, 0.1)
            side = max(round(motif.shape[0] * factor), 8)
            motif = cv2.resize(motif, (side, side), interpolation=cv2.INTER_AREA)
            at_u, at_v = at_u * np.float32(side / 512), at_v * np.float32(side / 512)
        laid = cv2.remap(motif, at_u, at_v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        alpha = laid[..., 3:].astype(np.float32) * np.float32(0.94 / 255)
        colour += (linear(np.ascontiguousarray(laid[..., :3])) - colour) * alpha

    def _relief(
        self, panel: Panel, mask: Bytes, u: Floats, v: Floats, rows: slice, columns: slice
    ) -> Floats:
        """The panel's own height: the garment's folds, its sleeves' creases, its rounded edges."""
        own = self.base[rows, columns].copy()
        if panel.name == "sleeve":
            own *= 0.5
            own += relief.sleeve_creases(
                u,
                v,
                self.garment.sleeve.length_cm,
                self.shot.folds.seed + int(panel.outline[0, 0] > 0),
                self.shot.folds.depth,
            )
        if panel.material in ("button", "label"):
            own *= 0.3
        inner = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 3)
        edge = max(panel.edge_cm * (1.6 if self.hangs else 1.0) * self.coarse_per_cm, 1.0)
        rise = np.clip(inner / edge, 0, 1)
        rounded = np.sqrt(1 - np.square(1 - rise)) * np.float32(panel.edge_cm * 0.42)
        own += cv2.GaussianBlur(rounded.astype(np.float32), (0, 0), 0.8)
        return own

    def _drop(self, mask: Bytes, dim: Floats, lift_cm: float) -> None:
        """Darkens what lies under a panel's edge."""
        if lift_cm <= 0:
            return
        light = self.shot.light
        away = lift_cm * (0.5 + light.slant) * self.coarse_per_cm
        shift = np.array(
            [[1, 0, -np.cos(light.direction) * away], [0, 1, -np.sin(light.direction) * away]],
            np.float32,
        )
        cover = mask.astype(np.float32) / 255
        cast = cv2.warpAffine(cover, shift, mask.shape[::-1])
        cast = cv2.GaussianBlur(cast, (0, 0), max(lift_cm * 1.3 * self.coarse_per_cm, 0.7))
        dim *= 1 - 0.5 * cast

    def _cloth_coordinates(
        self, panel: Panel, rows: slice, columns: slice
    ) -> tuple[Floats, Floats]:
        x, y = self.x[rows, columns], self.y[rows, columns]
        u, v = _in_frame(panel.frames[0], x, y)
        if len(panel.frames) > 1:
            u2, v2 = _in_frame(panel.frames[1], x, y)
            beyond = 1 / (1 + np.exp(-(v2 - np.float32(panel.frames[1].shift[1])) / 1.5))
            u, v = u + (u2 - u) * beyond, v + (v2 - v) * beyond
        return u.astype(np.float32), v.astype(np.float32)

    def _region(self, outline: NDArray[np.float64]) -> _Region | None:
        """The coarse-aligned box around an outline with a margin for its shadow; None if unseen."""
        margin = 3 * self.px_per_cm + 2 * self.step
        low = np.floor((outline.min(axis=0) - margin) / self.step).astype(int)
        high = np.ceil((outline.max(axis=0) + margin) / self.step).astype(int)
        left, top = np.maximum(low, 0)
        right, bottom = np.minimum(high, [self.columns, self.rows])
        if right - left < 2 or bottom - top < 2:
            return None
        return _Region(int(top), int(left), int(bottom), int(right))

    def _slices(self, region: _Region, step: int) -> tuple[slice, slice]:
        if step > 1 or self.step == 1:
            return slice(region.top, region.bottom), slice(region.left, region.right)
        height, width = self.cover.shape
        return (
            slice(region.top * self.step, min(region.bottom * self.step, height)),
            slice(region.left * self.step, min(region.right * self.step, width)),
        )

    def _mask(self, outline: NDArray[np.float64], region: _Region, step: int) -> Bytes:
        rows, columns = self._slices(region, step)
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        local = (outline + 0.5) / step - 0.5 - [columns.start, rows.start]
        fixed = np.rint(np.clip(local, -20000, 20000) * 2**_SHIFT).astype(np.int32)
        cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, _SHIFT)
        return mask

    def _enlarged(self, coarse: Floats, height: int, width: int) -> Floats:
        """Coarse samples on the full grid; sample k is the middle of its block of pixels."""
        if self.step == 1:
            return coarse
        size = (coarse.shape[1] * self.step, coarse.shape[0] * self.step)
        full: Floats = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
        return full[:height, :width]


def _in_frame(frame: Frame, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    across = frame.across
    dx, dy = x - np.float32(frame.origin[0]), y - np.float32(frame.origin[1])
    u = dx * np.float32(across[0]) + dy * np.float32(across[1]) + np.float32(frame.shift[0])
    v = dy * np.float32(across[0]) - dx * np.float32(across[1]) + np.float32(frame.shift[1])
    return u, v


def _flat(colour: RGB, like: Floats) -> Floats:
    filled = np.empty((*like.shape, 3), np.float32)
    filled[:] = linear_rgb(colour)
    return filled


def _length(points: Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _stroke(layer: Bytes, line: NDArray[np.float64], width: float) -> None:
    fixed = np.rint(np.clip(line, -20000, 20000) * 2**_SHIFT).astype(np.int32)
    cv2.polylines(layer, [fixed], False, 255, max(round(width), 1), cv2.LINE_AA, _SHIFT)


def _lamp(shot: Shot, projection: Projection) -> Floats:
    """The light's unevenness over the whole picture, (H, W): a bright side, a flash."""
    height, width = projection.height, projection.width
    y = np.linspace(-1, 1, 25, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, 25, dtype=np.float32)[None, :]
    light = shot.light
    toward = x * np.float32(np.cos(light.direction)) + y * np.float32(np.sin(light.direction))
    lamp = 1 + np.float32(0.5 * light.falloff) * toward
    lamp += np.float32(light.flash) * (np.exp(-1.6 * (x * x + y * y)) - 0.45)
    full: Floats = cv2.resize(
        lamp.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
    )
    return full
