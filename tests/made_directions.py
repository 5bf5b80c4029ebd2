"""Directions as if they had been learned, for a project that the explorer opens."""

from __future__ import annotations

import numpy as np
from PyQt5.QtWidgets import QSlider

from core.embedding.directions.records import (
    Curve,
    CurvePoint,
    Direction,
    DirectionReport,
    Method,
)
from core.embedding.directions.store import save_direction
from core.embedding.index import unit


def curve(name, shares, distinct=100):
    points = [CurvePoint(4.0 * n, share, 0.9, distinct) for n, share in enumerate(shares)]
    return Curve(name, tuple(points))


def report(best, base=0.1, positive=80, stability=0.95):
    shares = np.linspace(base, best, 12)
    chosen = Method.MEAN_DIFFERENCE
    return DirectionReport(
        positive, 200, 40, 50, base, stability, (curve(chosen, shares),), 0.5, chosen
    )


def direction(exploring, name, towards, measured=None):
    """Stored as learned: it leads from the first photo's place towards a row's."""
    vectors = exploring.vectors()
    found = unit((vectors[towards] - vectors[0])[None])[0]
    save_direction(
        exploring.project,
        Direction(
            name, found, Method.MEAN_DIFFERENCE, "weights", "angular",
            report=measured or report(0.8),
        ),
    )  # fmt: skip


def opened(exploring, *directions):
    exploring.items()
    for name, towards, measured in directions:
        direction(exploring, name, towards, measured)
    exploring.index()
    return exploring.open()


def slider(exploring, name):
    return exploring.part(f"slider_{name}", QSlider)
