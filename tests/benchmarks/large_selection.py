"""How long the window stands still for a large selection and for a filter by words.

    QT_QPA_PLATFORM=offscreen python tests/benchmarks/large_selection.py [PHOTOS]

The explorer's state, gallery, map and filter, as the tab joins them; facts on items are made up
(three photos to an item, 200 letters of text each). While words are typed a timer ticks as often as
it can: the longest time between two ticks is the GUI thread's longest turn, the painting of all
views included. Beside it stands what one would write first, every item's text tested on the GUI
thread, and our filter worked out there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from made_index import made_index
from made_photos import HeldSource
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QWidget

from core.catalogue.database import open_catalogue
from core.embedding.filters import PhotoFilter, apply_filter
from core.embedding.index import unit
from core.project import create_project
from core.qt.open_project import OpenProject
from core.qt.photo_loader import PhotoLoader
from explorer.exploring import Exploring
from explorer.filter_popup import FilterPopup
from explorer.gallery import Gallery
from explorer.gallery_panel import Source
from explorer.library import Library
from explorer.listing import Listing
from explorer.map_thumbnails import MapThumbnails
from explorer.map_view import MapView
from explorer.opened_index import OpenedIndex
from explorer.selection import How
from explorer.steps import Steps
from explorer.suspecting import Suspecting

_ROUNDS = 5
_TYPED = ("r", "ro", "robe", "robe c", "robe cot", "nowhere")
_PHOTOS_OF_ITEM = 3
_WORDS = ("kleid", "robe", "blumen", "stripes", "zara", "cotton", "größe", "new", "used", "pois")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        project = create_project(Path(folder) / "big.pickglass")
        open_catalogue(project).close()
        opened = OpenProject(project, ("false",))
        loader = PhotoLoader(HeldSource().open, limit_bytes=200_000_000, thread_count=2)
        window = QWidget()
        exploring = Exploring(window)
        library = Library(opened, window)
        suspecting = Suspecting(opened.project, Steps(opened, window), exploring, window)
        listing = Listing(opened, exploring, library, suspecting, window)
        gallery = Gallery(exploring.selection, library, loader, window)
        gallery.resize(800, 600)
        window.show()
        exploring.open(_with_texts(count))
        library.use(exploring.opened.index.photo_ids)
        listing.changed.connect(
            lambda source: (
                source is Source.SELECTION
                and gallery.show_entries(listing.entries(Source.SELECTION))
            )
        )
        rows = np.arange(count, dtype=np.int64)
        _tell("select all photos, listed", lambda n: exploring.selection.select(rows[n:]))
        _tell("select a tenth, listed", lambda n: exploring.selection.select(rows[n::10]))
        _tell(
            "add a tenth to all, listed",
            lambda n: exploring.selection.select(rows[n::10], How.ADD),
        )
        _tell("invert, listed", lambda n: exploring.selection.invert())
        exploring.selection.select([])
        facts = exploring.opened.facts
        for text in ("kleid", "robe cot", "kle zar new", "nowhere"):
            words = text.split()
            _tell(
                f"every text in Python: “{text}”",
                lambda _, words=words: [all(word in of for word in words) for of in facts.texts],
            )
            wanted = PhotoFilter(text=text)
            _tell(f"apply_filter: “{text}”", lambda _, wanted=wanted: apply_filter(facts, wanted))
        popup = FilterPopup(window)
        exploring.settings_changed.connect(
            lambda: popup.show_filter(exploring.asked_filter, facts, exploring.filtered)
        )
        view = MapView(
            exploring.selection, MapThumbnails(loader, lambda rows: [None] * len(rows), window)
        )
        view.resize(1000, 800)
        view.show_points(np.random.default_rng(1).normal(size=(count, 2)).astype(np.float32))
        view.show()
        popup.show()

        def plainly(text: str) -> None:
            words = text.split()
            passing = np.array([all(word in of for word in words) for of in facts.texts])
            np.flatnonzero(passing[facts.item_row])

        for what, first in (
            ("every text in Python there", plainly),
            ("apply_filter there", lambda text: apply_filter(facts, PhotoFilter(text=text))),
            ("as the explorer does", lambda text: None),
        ):
            turns = [_longest_turn(app, exploring, text, first) for text in _TYPED]
            print(f"{max(turns):8.1f} ms  longest turn of the GUI thread, typing: {what}")
        popup.close()
        view.close()
        app.processEvents()
        window.close()
        loader.close()
        opened.close()


def _with_texts(count: int) -> OpenedIndex:
    rng = np.random.default_rng(0)
    vectors = unit(rng.normal(size=(count, 20)).astype(np.float32))
    picked = rng.integers(0, len(_WORDS), (-(-count // _PHOTOS_OF_ITEM), 6))
    texts = [
        "\n".join(f"{_WORDS[word]} {number:06}" for word in line) + "\n" + "x" * 120
        for number, line in enumerate(picked.tolist())
    ]
    return made_index(vectors, _PHOTOS_OF_ITEM, texts)


def _longest_turn(
    app: QApplication, exploring: Exploring, text: str, first: Callable[[str], object]
) -> float:
    """Milliseconds, from when the words are asked for until all views have painted what passes.

    Args:
        app: Whose events are handled.
        exploring: What is filtered; all photos pass before.
        text: The words.
        first: Done on the GUI thread when they are asked for; showing the outcome comes after it.
    """
    _wait_for(app, exploring, "")
    gaps: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(1e3 * (now - last))
        last = now

    ticking = QTimer()
    ticking.timeout.connect(tick)
    ticking.start(0)
    app.processEvents()
    gaps.clear()
    first(text)
    _wait_for(app, exploring, text)
    ticking.stop()
    return max(gaps)


def _wait_for(app: QApplication, exploring: Exploring, text: str) -> None:
    exploring.filter(PhotoFilter(text=text))
    while exploring.wanted.text != text:
        app.processEvents()
    until = time.perf_counter() + 0.3
    while time.perf_counter() < until:
        app.processEvents()


def _tell(what: str, do) -> None:
    times = []
    for number in range(_ROUNDS):
        began = time.perf_counter()
        do(number)
        times.append(time.perf_counter() - began)
    print(f"{1e3 * min(times):8.1f} to {1e3 * max(times):.1f} ms  {what}")


if __name__ == "__main__":
    main()
