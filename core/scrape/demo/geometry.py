"""Curves that outlines are cut from; points are (N, 2) arrays of x, y in centimetres."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]


def bezier(
    start: ArrayLike, one: ArrayLike, two: ArrayLike, end: ArrayLike, count: int = 14
) -> Points:
    """A cubic curve, both ends included."""
    t = _steps(count)
    p0, p1, p2, p3 = (np.asarray(p, np.float64) for p in (start, one, two, end))
    curve: Points = (
        (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * p3
    )
    return curve


@lru_cache(maxsize=64)
def _steps(count: int) -> Points:
    """From 0 to 1, (count, 1)."""
    steps: Points = np.linspace(0, 1, count)[:, None]
    steps.flags.writeable = False
    return steps


def spline(points: ArrayLike, count: int = 8) -> Points:
    """A smooth curve through the points (Catmull-Rom), `count` steps between each two."""
    p = np.asarray(points, np.float64)
    padded = np.concatenate([[2 * p[0] - p[1]], p, [2 * p[-1] - p[-2]]])
    t = _steps(count + 1)[:-1]
    before, start, end, after = (padded[k : k + len(p) - 1, None] for k in range(4))
    pieces = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    return np.concatenate([pieces.reshape(-1, 2), p[-1:]])


@lru_cache(maxsize=64)  # each photo of a garment asks for the same few
def neckline(half_width: float, depth: float, power: float, count: int = 41) -> Points:
    """From the left neck point (-half_width, 0) down to (0, depth) and up to the right one.

    A superellipse: power 1 is a V, 2 is round, 5 is nearly square.
    """
    angle = np.linspace(np.pi, 0, 400)
    x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / power) * half_width
    y = np.abs(np.sin(angle)) ** (2 / power) * depth
    line = resampled(np.stack([x, y], axis=1), count)
    line.flags.writeable = False
    return line


def mirrored(points: Points) -> Points:
    """The same curve on the other side of x = 0, in reverse order so that outlines join."""
    return points[::-1] * [-1, 1]


def resampled(points: Points, count: int) -> Points:
    """The same line with its points evenly apart."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    wanted = np.linspace(0, along[-1], count)
    return np.stack([np.interp(wanted, along, points[:, k]) for k in (0, 1)], axis=1)


def normals(points: Points) -> Points:
    """Unit vectors to the left of the line's direction at each point (y points down)."""
    tangent = np.empty_like(points)
    tangent[1:-1] = 0.5 * (points[2:] - points[:-2])
    tangent[0], tangent[-1] = points[1] - points[0], points[-1] - points[-2]
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    return np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)


def offset(points: Points, distance: float) -> Points:
    """The line moved sideways by a distance, to the left of its direction where positive."""
    return points + normals(points) * distance


def ribbon(points: Points, width: float) -> Points:
    """The outline of a band that lies along a line, to its left where `width` is positive."""
    return np.concatenate([points, offset(points, width)[::-1]])


def disc(centre: ArrayLike, radius_x: float, radius_y: float, count: int = 24) -> Points:
    """An ellipse's outline."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.asarray(centre) + np.stack(
        [radius_x * np.cos(angle), radius_y * np.sin(angle)], axis=1
    )
