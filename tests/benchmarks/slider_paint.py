"""How long a slider's tick takes until fifty photos are painted, with half a million to search.

A tick is what dragging does: the query is moved, all photos are ranked, newcomers are marked and
the gallery is painted, on the GUI thread; pixels are in the cache. Measured at three numbers of
dimensions, with one slider and with three, with and without a filter.

    python tests/benchmarks/slider_paint.py
    python tests/benchmarks/slider_paint.py --photos 100000
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from made_index import made_index
from made_photos import HeldSource, photo
from PyQt5.QtWidgets import QApplication, QWidget

from core.catalogue.database import open_catalogue
from core.embedding.filters import PhotoFilter
from core.embedding.index import unit
from core.embedding.photo_facts import Facet
from core.project import create_project
from core.qt.open_project import OpenProject
from core.qt.photo_loader import PhotoLoader
from core.qt.theme import Theme, apply_theme
from explorer.exploring import Exploring, Slider
from explorer.gallery import Gallery
from explorer.gallery_panel import Source
from explorer.library import Facts, Library
from explorer.listing import Listing
from explorer.query import Example, make_query
from explorer.steps import Steps
from explorer.suspecting import Suspecting

_TICKS = 60
_SHOWN = 50
_ANY = photo(1, 150, 200)


class KnownLibrary(Library):
    """Facts made up on the spot: reading rows is the catalogue's time, and measured elsewhere."""

    def facts_of(self, rows):
        return [
            Facts(replace(_ANY, id=int(row) + 1, content_hash=b"photo %d" % row), None)
            for row in rows
        ]


def measure(app: QApplication, count: int, dimensions: int, folder: Path) -> None:
    project = create_project(folder / f"{count}-{dimensions}.pickglass")
    open_catalogue(project).close()
    opened_project = OpenProject(project, ("false",))
    loader = PhotoLoader(HeldSource().open, limit_bytes=200_000_000, thread_count=2)
    window = QWidget()
    exploring = Exploring(window)
    library = KnownLibrary(opened_project, window)
    suspecting = Suspecting(
        opened_project.project, Steps(opened_project, window), exploring, window
    )
    listing = Listing(opened_project, exploring, library, suspecting, window)
    gallery = Gallery(exploring.selection, library, loader, window)
    gallery.resize(1500, 1000)
    window.resize(1500, 1000)
    window.show()
    drawn = np.random.default_rng(0).normal(size=(count, dimensions)).astype(np.float32)
    exploring.open(made_index(unit(drawn), photos_of_item=4))
    exploring.change(replace(exploring.settings, k=_SHOWN))
    vectors = exploring.opened.index.vectors
    exploring.ask(make_query([Example(photo(1), "first", vectors[0])], "angular"))
    exploring.results_changed.connect(
        lambda: gallery.show_entries(listing.entries(Source.NEIGHBOURS))
    )
    for sliders in (1, 3):
        directions = vectors[1 : 1 + sliders]
        exploring.use_sliders([Slider(f"d{n}", v) for n, v in enumerate(directions)])
        for filtered in (False, True):
            chosen = {Facet.CATEGORY: frozenset(["a"])} if filtered else {}
            exploring.filter(PhotoFilter(chosen=chosen))
            while exploring.wanted != exploring.asked_filter:
                app.processEvents()
            _report(app, exploring, gallery, loader, count, dimensions, sliders, filtered)
    window.close()
    loader.close()
    opened_project.close()


def _report(app, exploring, gallery, loader, count, dimensions, sliders, filtered) -> None:
    positions = [20 + 20 * np.sin(n / 4) for n in range(_TICKS)]

    def tick(position: float, clock: Callable[[], float]) -> tuple[float, float]:
        before = clock()
        exploring.blockSignals(True)
        exploring.move({f"d{n}": position for n in range(sliders)})
        exploring.blockSignals(False)
        ranked = clock()
        exploring.results_changed.emit()
        gallery.viewport().repaint()
        return (ranked - before) * 1000, (clock() - before) * 1000

    # Once over the whole way, so that every photo that will be shown is in the cache.
    for position in positions:
        tick(position, time.perf_counter)
        while not loader.is_idle:
            app.processEvents()
    shown = min(_SHOWN, len(exploring.results))
    passing = "10 % pass" if filtered else "no filter"
    print(f"{count:,} × {dimensions}, {sliders} slider(s), {passing}, {shown} photos shown")
    # The thread's own time as well: on a machine with other work, that is what stays the same.
    for name, clock in (("by the clock", time.perf_counter), ("its own time", time.thread_time)):
        times = [tick(position, clock) for position in positions]
        ranked, painted = (median(column) for column in zip(*times, strict=True))
        longest = max(both for _, both in times)
        print(
            f"  {name}: ranked in {ranked:.2f} ms, painted after {painted:.1f} ms"
            f" (longest {longest:.1f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=500_000)
    parser.add_argument("--dimensions", type=int, nargs="+", default=[20, 128])
    arguments = parser.parse_args()
    app = QApplication([])
    apply_theme(app, Theme.DARK)
    with tempfile.TemporaryDirectory() as folder:
        for dimensions in arguments.dimensions:
            measure(app, arguments.photos, dimensions, Path(folder))


if __name__ == "__main__":
    main()
