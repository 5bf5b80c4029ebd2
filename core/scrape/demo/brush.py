"""Painting on squares that repeat without a seam, and writing."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from core.scrape.demo.palette import RGB
from core.scrape.demo.textures import Bytes

_SHIFT = 4  # fractional bits of cv2's drawing coordinates


class Brush:
    """Paints on a square; what leaves it on one side comes in on the other."""

    def __init__(self, side: int, colour: Sequence[int], *, repeats: bool = True) -> None:
        self.side = side
        self.picture: Bytes = np.empty((side, side, len(colour)), np.uint8)
        self.picture[:] = colour
        self._repeats = repeats

    def polygon(self, points: ArrayLike, colour: Sequence[int]) -> None:
        """Fills an outline, (N, 2) in pixels."""
        outline = np.asarray(points, np.float64)
        for shift in self._shifts(outline.min(axis=0), outline.max(axis=0)):
            fixed = np.rint((outline + shift) * 2**_SHIFT).astype(np.int32)
            cv2.fillPoly(self.picture, [fixed], _scalar(colour), cv2.LINE_AA, _SHIFT)

    def disc(self, centre: ArrayLike, radius: float, colour: Sequence[int]) -> None:
        """A filled circle."""
        middle = np.asarray(centre, np.float64)
        for shift in self._shifts(middle - radius, middle + radius):
            x, y = np.rint((middle + shift) * 2**_SHIFT).astype(int)
            fixed_radius = max(round(radius * 2**_SHIFT), 1)
            cv2.circle(
                self.picture,
                (int(x), int(y)),
                fixed_radius,
                _scalar(colour),
                -1,
                cv2.LINE_AA,
                _SHIFT,
            )

    def line(self, points: ArrayLike, width: float, colour: Sequence[int]) -> None:
        """A line of even width with round ends."""
        path = np.asarray(points, np.float64)
        for shift in self._shifts(path.min(axis=0) - width, path.max(axis=0) + width):
            fixed = np.rint((path + shift) * 2**_SHIFT).astype(np.int32)
            thickness = max(1, round(width))
            cv2.polylines(
                self.picture, [fixed], False, _scalar(colour), thickness, cv2.LINE_AA, _SHIFT
            )

    def arc(
        self,
        centre: ArrayLike,
        radius: float,
        start: float,
        sweep: float,
        width: float,
        colour: RGB,
    ) -> None:
        """Part of a ring, thick in its middle and thin at its ends."""
        angles = np.linspace(start, start + sweep, 14)
        half = 0.5 * width * np.sin(np.linspace(0.25, np.pi - 0.25, 14))
        turns = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        outer = np.asarray(centre) + turns * (radius + half)[:, None]
        inner = np.asarray(centre) + turns * (radius - half)[:, None]
        self.polygon(np.concatenate([outer, inner[::-1]]), colour)

    def blob(
        self, centre: ArrayLike, radius: float, colour: RGB, rng: Generator, rough: float
    ) -> None:
        """A round shape with a wobbly outline."""
        angles = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        waves = np.zeros(28)
        for k in (2, 3, 4):
            waves += rng.uniform(-1, 1) * np.cos(k * angles + rng.uniform(0, 6.3)) / k
        reach = radius * (1 + rough * waves)
        turns = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        self.polygon(np.asarray(centre) + turns * reach[:, None], colour)

    def stroke(
        self,
        centre: ArrayLike,
        length: float,
        width: float,
        angle: float,
        colour: RGB,
        rng: Generator,
    ) -> None:
        """A bent dab of a paint brush with ragged ends."""
        t = np.linspace(-0.5, 0.5, 16)
        bend = rng.uniform(-0.35, 0.35) * length
        spine = np.stack([t * length, bend * (0.25 - t**2) * 4 - bend / 2], axis=1)
        half = width * (0.6 + 0.4 * np.cos(t * 2.4)) * (1 + rng.normal(0, 0.06, 16))
        outline = np.concatenate(
            [spine + [0, 1] * half[:, None], (spine - [0, 1] * half[:, None])[::-1]]
        )
        self.polygon(np.asarray(centre) + outline @ turned(angle).T, colour)

    def _shifts(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> list[tuple[int, int]]:
        if not self._repeats:
            return [(0, 0)]
        steps = []
        for axis in (0, 1):
            options = [0]
            if low[axis] < 1:
                options.append(self.side)
            if high[axis] > self.side - 1:
                options.append(-self.side)
            steps.append(options)
        return [(x, y) for x in steps[0] for y in steps[1]]


def write_centred(
    picture: Bytes,
    text: str,
    centre: tuple[float, float],
    width: float,
    colour: Sequence[int],
    *,
    weight: int = 700,
    face: str = "sans",
    tallest: float = 1e9,
) -> None:
    """Writes one line whose middle is at `centre` and which is at most `width` pixels wide."""
    font = cv2.FontFace(face)
    _, _, wide, _ = cv2.getTextSize((0, 0), text, (0, 0), font, 100, weight)
    size = max(int(min(100 * width / max(wide, 1), tallest)), 4)
    x, y, wide, high = cv2.getTextSize((0, 0), text, (0, 0), font, size, weight)
    origin = (round(centre[0] - wide / 2 - x), round(centre[1] - y - high / 2))
    cv2.putText(picture, text, origin, _scalar(colour), font, size, weight)


def turned(angle: float) -> NDArray[np.float64]:
    """The (2, 2) matrix of a rotation by an angle in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _scalar(colour: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(channel) for channel in colour)
