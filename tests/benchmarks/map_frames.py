"""How long the map takes for a frame while it is panned and zoomed, beside pyqtgraph's.

The other is what one would write first: a `ScatterPlotItem` in a `PlotWidget`, with one brush. Both
widgets have the same size and the same points, and draw in the same process, by software. A frame
is one step of panning or zooming and the painting that follows, on the GUI thread.

    python tests/benchmarks/map_frames.py
    python tests/benchmarks/map_frames.py --points 500000 --size 2400x1800
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from made_photos import HeldSource
from PyQt5.QtCore import QPoint, QPointF
from PyQt5.QtWidgets import QApplication, QWidget

from core.qt.photo_loader import PhotoLoader
from core.qt.theme import Theme, apply_theme
from explorer.map_colours import by_category
from explorer.map_grid import sort_points
from explorer.map_thumbnails import MapThumbnails
from explorer.map_view import MapView
from explorer.selection import Selection

_SECONDS = 4.0
_MOST_FRAMES = 40
_CLUSTERS = 60


def clouds(count: int) -> np.ndarray:
    """Points as projections make them: clouds of unlike size, (count, 2) float32."""
    rng = np.random.default_rng(1)
    middles = rng.normal(size=(_CLUSTERS, 2)) * 4
    spread = rng.uniform(0.15, 0.8, _CLUSTERS)
    of = rng.choice(_CLUSTERS, count, p=rng.dirichlet(np.ones(_CLUSTERS) * 2))
    return (middles[of] + rng.normal(size=(count, 2)) * spread[of, None]).astype(np.float32)


def frames(step: Callable[[int], None], widget: QWidget) -> tuple[float, float]:
    """Median and longest of the frames, in milliseconds."""
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < _MOST_FRAMES and (len(times) < 3 or time.perf_counter() - begun < _SECONDS):
        before = time.perf_counter()
        step(len(times))
        widget.repaint()
        times.append((time.perf_counter() - before) * 1000)
    return median(times), max(times)


def our_map(app: QApplication, points: np.ndarray, size: tuple[int, int]) -> dict[str, float]:
    loader = PhotoLoader(HeldSource().open, limit_bytes=10_000_000, thread_count=2)
    selection = Selection(len(points))
    view = MapView(selection, MapThumbnails(loader, lambda rows: [None] * len(rows), loader))
    view.resize(*size)
    view.show()
    app.processEvents()
    before = time.perf_counter()
    view.show_grid(sort_points(points), points)
    view.repaint()
    found = {"first": (time.perf_counter() - before) * 1000}
    found["pan"], found["longest pan"] = frames(lambda n: view.pan_by(9 - n % 18, 4), view)
    view.fit()
    found["zoom"], _ = frames(lambda n: view.zoom_by(1.06, QPointF(size[0] * 0.4, 300)), view)
    view.fit()
    codes = np.random.default_rng(2).integers(0, 12, len(points))
    view.colour_by(by_category("category", codes, [f"c{n}" for n in range(12)]))
    found["coloured pan"], _ = frames(lambda n: view.pan_by(9 - n % 18, 4), view)
    view.fit()
    selection.show_only(codes < 4)
    selection.select(np.flatnonzero(codes == 1))
    found["filtered pan"], _ = frames(lambda n: view.pan_by(9 - n % 18, 4), view)
    view.fit()
    at = QPoint(size[0] // 2, size[1] // 2)
    found["pick"] = timed(lambda n: view._row_at(QPointF(at + QPoint(n, n))))
    view.close()
    loader.close()
    return found


def timed(call: Callable[[int], object]) -> float:
    times = []
    for n in range(30):
        before = time.perf_counter()
        call(n)
        times.append((time.perf_counter() - before) * 1000)
    return median(times)


def pyqtgraphs(app: QApplication, points: np.ndarray, size: tuple[int, int]) -> dict[str, float]:
    import pyqtgraph

    plot = pyqtgraph.PlotWidget()
    plot.resize(*size)
    plot.show()
    app.processEvents()
    before = time.perf_counter()
    plot.addItem(pyqtgraph.ScatterPlotItem(pos=points, size=5, pen=None, brush=(108, 182, 255)))
    plot.repaint()
    plot.viewport().repaint()
    found = {"first": (time.perf_counter() - before) * 1000}
    box = plot.getViewBox()
    box.disableAutoRange()
    found["pan"], found["longest pan"] = frames(
        lambda n: box.translateBy(x=0.1 - 0.02 * (n % 10), y=0.05), plot.viewport()
    )
    box.autoRange()
    found["zoom"], _ = frames(lambda n: box.scaleBy((1 / 1.06, 1 / 1.06)), plot.viewport())
    plot.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000, 500_000])
    parser.add_argument("--size", default="1000x800")
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    app = QApplication([])
    apply_theme(app, Theme.DARK)
    for count in arguments.points:
        points = clouds(count)
        ours = our_map(app, points, (width, height))
        theirs = pyqtgraphs(app, points, (width, height))
        print(f"{count:,} points, {width} × {height}, milliseconds a frame (median)")
        for what, value in ours.items():
            other = f"{theirs[what]:9.1f}" if what in theirs else ""
            ratio = f"   {theirs[what] / value:5.1f} times" if what in theirs else ""
            print(
                f"  {what:14} {value:8.2f}   pyqtgraph {other}{ratio}"
                if other
                else f"  {what:14} {value:8.2f}"
            )


if __name__ == "__main__":
    main()
