"""Draws a garment's panels: paint and cover in full resolution, relief and light in a coarse one.

Folds and shadows are soft, so a picture of any size needs no more than some 200 samples of them
along its longer side; only outlines, patterns and weaves are worth every pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.scrape.demo import folds as relief
from core.scrape.demo.camera import Projection, Shot
from core.scrape.demo.fabric import WOVEN, design, one_colour, weave_of
from core.scrape.demo.film import WHITE_PAINT, Exposure, paint_of
from core.scrape.demo.garments import Garment
from core.scrape.demo.geometry import Points, resampled
from core.scrape.demo.lighting import cast_shadow, shade, shifted
from core.scrape.demo.panels import Layout, Panel, Seam
from core.scrape.demo.textures import Bytes, Floats

_SHIFT = 4  # fractional bits of cv2's drawing coordinates
_COARSE_SIDE = 200


@dataclass(frozen=True)
class _Region:
    """A rectangle of the picture on the coarse grid."""

    top: int
    left: int
    bottom: int
    right: int


class Cloth:
    """The garment being drawn, and what carries it."""

    def __init__(
        self, garment: Garment, shot: Shot, layout: Layout, projection: Projection, scene: Bytes
    ) -> None:
        """`scene` is the paint around the garment, (H, W, 3); it is painted over."""
        self.garment, self.shot, self.layout, self.projection = garment, shot, layout, projection
        height, width = projection.height, projection.width
        self.step = -(-max(height, width) // _COARSE_SIDE)
        rows, columns = -(-height // self.step), -(-width // self.step)
        self.per_cm = projection.px_per_cm / self.step
        self.x, self.y = projection.plane(self.step)
        self._paint = scene
        self._cover: Floats = np.zeros((height, width), np.float32)
        self._bright: Floats = np.ones((height, width), np.float32)
        self._shine: Floats = np.zeros((height, width), np.float32)
        self._flesh: Floats = np.zeros((rows, columns), np.float32)
        self._paper_x, self._paper_y = layout.warp.unbend(self.x, self.y)
        self._folds = relief.garment_relief(
            garment, shot.folds, shot.pose.manner, self._paper_x, self._paper_y, self.per_cm
        )
        self._body: Floats | None = None
        if shot.pose.manner == "worn":
            self._body = relief.body_relief(garment, self._paper_x, self._paper_y)

    def lay(self, panel: Panel) -> None:
        """Draws one panel over what is there."""
        outline = self.projection.to_pixels(panel.outline)
        region = self._region(outline)
        if region is None:
            return
        coarse = self._slices(region, 1)
        fine = self._slices(region, self.step)
        small = self._mask(outline, coarse, self.step)
        weight = small.astype(np.float32) * np.float32(1 / 255)
        u, v = self._cloth_coordinates(panel, coarse)
        own = self._relief(panel, small, u, v, coarse)
        alpha = self._mask(outline, fine, 1).astype(np.float32) * np.float32(1 / 255)
        clear = 1 - alpha
        shape, scale = alpha.shape, self.projection.px_per_cm
        bright, shine = self._lit_relief(panel, own, shape)
        colour = one_colour(self.garment, panel, back=self.shot.view == "back")
        if colour is not None:
            cv2.fillPoly(self._paint, [_fixed(outline)], paint_of(colour), cv2.LINE_AA, _SHIFT)
        if colour is None or panel.material in WOVEN:
            steep_u = cv2.Sobel(own, cv2.CV_32F, 1, 0, scale=self.per_cm / 8)
            steep_v = cv2.Sobel(own, cv2.CV_32F, 0, 1, scale=self.per_cm / 8)
            # Cloth that rises or falls takes its pattern along.
            u = self._enlarged(u + 0.3 * np.clip(steep_u, -1, 1), shape)
            v = self._enlarged(v + 0.3 * np.clip(steep_v, -1, 1), shape)
        if colour is None:
            spot = self._paint[fine]
            spot[:] = cv2.blendLinear(design(self.garment, panel, u, v, scale), spot, alpha, clear)
        if panel.material in WOVEN:
            bright = cv2.multiply(bright, weave_of(self.garment, panel, u, v, scale))
        lit = self._bright[fine]
        if panel.lift_cm > 0:
            lit *= self._enlarged(self._shadow_under(weight, panel.lift_cm), shape)
        lit[:] = cv2.blendLinear(bright, lit, alpha, clear)
        if self.garment.gloss > 0.1:
            glint = self._shine[fine]
            glint[:] = cv2.blendLinear(shine, glint, alpha, clear)
        cover = self._cover[fine]
        np.maximum(cover, alpha, out=cover)

    def sew(self, seam: Seam) -> None:
        """Draws a seam's groove or a row of stitches on the cloth."""
        scale = self.projection.px_per_cm
        width = (0.12 if seam.kind == "seam" else 0.07) * scale
        strength = (0.34 if seam.kind == "seam" else 0.24) * min(max(width, 0.35), 1.0)
        line = self.projection.to_pixels(seam.points)
        region = self._region(line, margin_cm=0.3)
        if region is None:
            return
        spot = self._slices(region, self.step)
        layer = np.zeros(self._bright[spot].shape, np.uint8)
        line = line - [spot[1].start, spot[0].start]
        if seam.kind == "stitch" and scale > 14:
            length = float(np.hypot(*np.diff(line, axis=0).T).sum())
            dense = resampled(line, max(int(length / (0.17 * scale)), 4))
            for start, end in zip(dense[:-1:2], dense[1::2], strict=False):
                _stroke(layer, np.stack([start, end]), width)
        else:
            _stroke(layer, line, width)
        grain = self._bright[spot]
        grain *= 1 - layer.astype(np.float32) * np.float32(strength / 255)
        if seam.kind == "seam" and scale > 6:  # its far side catches the light
            layer[:] = 0
            _stroke(layer, np.add(line, 0.13 * scale), width)
            grain *= 1 + layer.astype(np.float32) * np.float32(0.1 / 255)

    def exposure(self) -> Exposure:
        """The cloth in its light, and its shadow on the scene."""
        light = self._bright * self._cover
        light += self._shadow() * (1 - self._cover)
        paint = self._paint
        if self.garment.gloss > 0.1:
            # Paint that reflects as much light as the cloth and its glint together.
            glint = self._shine * self._cover * np.float32(0.3 * WHITE_PAINT**2) / (light + 1e-3)
            squares = cv2.multiply(paint, paint, dtype=cv2.CV_32F)
            paint = cv2.convertScaleAbs(cv2.sqrt(cv2.add(squares, cv2.merge([glint] * 3))))
        return Exposure(paint, light)

    def _shadow(self) -> Floats:
        """How much light reaches the scene around the garment, (H, W)."""
        rows, columns = self.x.shape
        small = cv2.resize(self._cover, (columns, rows), interpolation=cv2.INTER_AREA)
        gap = {"lying": 0.8, "hanging": 2.4, "worn": 9.0}[self.shot.pose.manner]
        dark = cast_shadow(small, self.per_cm, self.shot.light, gap)
        return self._enlarged(dark, self._cover.shape)

    def _relief(
        self, panel: Panel, mask: Bytes, u: Floats, v: Floats, spot: tuple[slice, slice]
    ) -> Floats:
        """The panel's own height: the garment's folds, its sleeves' creases, its rounded edges."""
        inner = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 5)
        edge = max(panel.edge_cm * self.per_cm, 1.0)
        rise = np.clip(inner * np.float32(1 / edge), 0, 1)
        high = np.float32(0.38 * panel.bulge * panel.edge_cm)
        if panel.bulge > 1:
            rounded = np.sqrt(1 - np.square(1 - rise)) * high
        else:
            rounded = np.sin(rise * np.float32(np.pi / 2)) * high
        own = cv2.GaussianBlur(rounded, (0, 0), max(0.12 * edge * (panel.bulge > 1), 0.8))
        if panel.material in ("solid", "trousers"):
            if panel.lift_cm <= 0:  # limbs grow together where they meet
                flesh = self._flesh[spot]
                np.maximum(flesh, own, out=flesh)
                own = cv2.GaussianBlur(flesh, (0, 0), max(0.1 * edge, 0.6))
            if panel.material == "trousers":
                own = own + relief.sleeve_creases(u, v, 90.0, self.shot.folds)
        elif panel.name in ("sleeve", "cuff"):
            own = own + 0.5 * self._folds[spot]
            own += relief.sleeve_creases(u, v, self.garment.sleeve.length_cm, self.shot.folds)
        else:
            own = own + self._folds[spot]
            if self._body is not None:
                own += self._body[spot]
        return np.asarray(own, np.float32)

    def _lit_relief(
        self, panel: Panel, own: Floats, shape: tuple[int, ...]
    ) -> tuple[Floats, Floats]:
        """Brightness and shine of a panel's relief in full resolution."""
        gloss = self.garment.gloss if panel.material in ("main", "trim", "rib") else 0.0
        bright, shine = shade(own, self.per_cm, self.shot.light, gloss)
        if panel.material == "inside":
            bright *= np.float32(0.6)
        if self.garment.gloss > 0.1:
            shine = self._enlarged(cv2.GaussianBlur(shine, (0, 0), 0.8), shape)
        return self._enlarged(bright, shape), shine

    def _shadow_under(self, cover: Floats, lift_cm: float) -> Floats:
        """How much light is left under a panel's edge."""
        away = lift_cm * (0.4 + self.shot.light.slant) * self.per_cm
        cast = shifted(cover, self.shot.light, away)
        cast = cv2.GaussianBlur(cast, (0, 0), max(lift_cm * 1.4 * self.per_cm, 0.7))
        return np.asarray(1 - np.float32(0.42) * cast, np.float32)

    def _cloth_coordinates(self, panel: Panel, spot: tuple[slice, slice]) -> tuple[Floats, Floats]:
        x, y = self._paper_x[spot], self._paper_y[spot]
        u, v = panel.frames[0].cloth(x, y)
        for frame in panel.frames[1:]:
            bent_u, bent_v = frame.cloth(x, y)
            past = 1 / (1 + np.exp(np.clip(-(bent_v - np.float32(frame.shift[1])) / 1.5, -30, 30)))
            u, v = u + (bent_u - u) * past, v + (bent_v - v) * past
        return u.astype(np.float32), v.astype(np.float32)

    def _region(self, outline: NDArray[np.float64], margin_cm: float = 2.0) -> _Region | None:
        """The coarse-aligned box around an outline and its shadow; None if out of the picture."""
        rows, columns = self.x.shape
        margin = margin_cm * self.projection.px_per_cm + 2 * self.step
        least_x, least_y = outline.min(axis=0).tolist()
        most_x, most_y = outline.max(axis=0).tolist()
        left, top = (max(int((v - margin) // self.step), 0) for v in (least_x, least_y))
        right = min(int(-(-(most_x + margin) // self.step)), columns)
        bottom = min(int(-(-(most_y + margin) // self.step)), rows)
        if right - left < 2 or bottom - top < 2:
            return None
        return _Region(top, left, bottom, right)

    def _slices(self, region: _Region, step: int) -> tuple[slice, slice]:
        """The region's rows and columns, in pixels for `step` of the grid or coarse for 1."""
        height, width = self._cover.shape if step > 1 else self.x.shape
        return (
            slice(region.top * step, min(region.bottom * step, height)),
            slice(region.left * step, min(region.right * step, width)),
        )

    def _mask(self, outline: Points, spot: tuple[slice, slice], step: int) -> Bytes:
        mask = np.zeros((spot[0].stop - spot[0].start, spot[1].stop - spot[1].start), np.uint8)
        local = (outline + 0.5) / step - 0.5 - [spot[1].start, spot[0].start]
        cv2.fillPoly(mask, [_fixed(local)], 255, cv2.LINE_AA, _SHIFT)
        return mask

    def _enlarged(self, coarse: Floats, shape: tuple[int, ...]) -> Floats:
        """Coarse samples on the full grid; each is the middle of its block of pixels."""
        if self.step == 1:
            return coarse
        size = (coarse.shape[1] * self.step, coarse.shape[0] * self.step)
        full: Floats = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
        return full[: shape[0], : shape[1]]


def _fixed(points: Points) -> NDArray[np.int32]:
    fixed: NDArray[np.int32] = np.rint(points * 2**_SHIFT).clip(-(2**18), 2**18).astype(np.int32)
    return fixed


def _stroke(layer: Bytes, line: Points, width: float) -> None:
    thickness = max(round(width), 1)
    cv2.polylines(layer, [_fixed(line)], False, 255, thickness, cv2.LINE_AA, _SHIFT)
