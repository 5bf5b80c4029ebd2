"""How long it takes from the key press until the next item's photos are on the screen.

Beside the plain way to write such a program: `QPixmap(path).scaled(…)` for each photo of the item,
on the GUI thread. Both show the same photos in the same places, in the same run; the operating
system has the files in memory for both.

Three moments are told apart. Glimpsed: every photo in view shows itself or the thumbnail from its
own EXIF header, which looks right but may be out of date, so that no key decides on it. Shown:
every one shows its own pixels, maybe those of the stored thumbnail. Sharp: as well as can be had.
Of photos that were never hashed there is no stored thumbnail; drawn photos are measured without and
with EXIF thumbnails (those of --photos as they are), beside the bare decoding of as many photos by
as many threads, which no program can beat.

    python tests/benchmarks/flip_latency.py                   # 20 photos of 12 megapixels an item
    python tests/benchmarks/flip_latency.py --side 800        # small ones
    python tests/benchmarks/flip_latency.py --screen 3840x2160 --hold-s 60
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import simplejpeg

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent), str(ROOT / "tests")]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from coded_photos import read_number
from exif_made import thumbnail_of, with_exif_thumbnail
from flipped_items import Flipper, PlainBoard, let_rest, press, screen_pixels, until
from photo_project import draw_photos, fill, number_of
from PyQt5.QtCore import (
    QElapsedTimer,
    QObject,
)
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from core import images
from core.catalogue.database import Catalogue, open_catalogue
from core.project import Project, create_project
from core.qt.photo_loader import PhotoLoader, cache_bytes_for
from core.qt.photo_source import PhotoSource
from core.qt.shown_tiles import GAP_PX
from core.qt.theme import Theme, apply_theme
from core.qt.tile_layout import arrange, aspect_of

_LIMIT_S = 30


def main() -> int:
    """Runs it all and prints the table; 1 if a target is missed or a wrong photo was seen."""
    options = _arguments()
    width, height = map(int, options.screen.split("x"))
    app = QApplication(sys.argv[:1])
    apply_theme(app, Theme.DARK)
    with tempfile.TemporaryDirectory(prefix="flip-latency-") as folder:
        start = time.perf_counter()
        files = options.photos or draw_photos(Path(folder), options.side)
        project = create_project(Path(folder) / "shop.pickglass")
        with open_catalogue(project) as catalogue:
            item_ids = fill(
                catalogue, Path(folder), files, options.per_item, options.catalogue_photos
            )
            print(
                f"{options.catalogue_photos:,} photos catalogued, {options.per_item} an item, "
                f"{_sizes(files)}; board {width} × {height}; {os.cpu_count()} cores; "
                f"made in {time.perf_counter() - start:.0f} s\n"
            )
            return _measure(catalogue, project, item_ids, files, (width, height), options)


def _measure(
    catalogue: Catalogue,
    project: Project,
    item_ids: Sequence[int],
    files: Sequence[Path],
    size: tuple[int, int],
    options: argparse.Namespace,
) -> int:
    bare_mb = _memory_mb()
    loader = PhotoLoader(
        partial(PhotoSource, project), limit_bytes=cache_bytes_for(size[0] * size[1])
    )
    window = Flipper(catalogue, item_ids, loader)
    window.resize(*size)
    window.show()
    missed = 0

    print("key press until …                                 p50      p95      p99   (ms)")
    plain = _plain_ms(window, size, options.plain_flips)
    _row("plain: all photos shown", plain)
    window.fetches_ahead = False
    cold = _cold_ms(window, loader, options.flips)
    missed += _row("cold: all photos shown", cold.shown, target_ms=150)
    _row("cold: all photos sharp", cold.sharp)
    _row("bare decoding of as many photos", _bare_ms(window, options.flips))
    missed += _report_never_hashed(window, files, options)
    window.fetches_ahead = True
    missed += _row("fetched: all photos shown", _fetched_ms(window, loader, options.flips), 33)
    paced, paced_sharp = _paced_ms(window, options.flips)
    _row("one key every 0.3 s: all photos shown", paced)
    _row("one key every 0.3 s: all photos sharp", paced_sharp)
    print(f"\nplain / cold, p50: {np.median(plain) / np.median(cold.shown):.0f} times")

    seen, wrong, item_count, peak_mb = _hold(window, options.hold_s, coded=not options.photos)
    print(
        f"\n→ held for {options.hold_s:.0f} s: {item_count} items, {seen:,} photos seen, "
        f"{wrong} under a wrong name"
    )
    print(
        f"memory: {peak_mb:.0f} MB at most, {bare_mb:.0f} MB before the first photo; "
        f"cache {loader.cached_bytes / 2**20:.0f} of {loader.limit_bytes / 2**20:.0f} MB"
    )
    loader.close()
    return int(missed > 0 or wrong > 0 or peak_mb > 1000 or (not options.photos and seen == 0))


def _plain_ms(window: Flipper, size: tuple[int, int], count: int) -> list[float]:
    board = PlainBoard()
    board.resize(*size)
    board.show()
    taken = []
    for _ in range(count):
        window.at += 1
        photos = window.photos(0)
        start = time.perf_counter()
        until(board.painted, lambda photos=photos: board.show_photos(photos))
        taken.append(1000 * (time.perf_counter() - start))
    board.close()
    return taken


@dataclass(frozen=True)
class Cold:
    """Milliseconds from each key press until all photos of the item were glimpsed, shown, sharp."""

    glimpsed: list[float]
    shown: list[float]
    sharp: list[float]


def _cold_ms(window: Flipper, loader: PhotoLoader, count: int) -> Cold:
    cold = Cold([], [], [])
    board = window.board
    moments = (
        (board.item_glimpsed, cold.glimpsed),
        (board.item_painted, cold.shown),
        (board.item_sharpened, cold.sharp),
    )
    for _ in range(count):
        stamps: list[list[float]] = [[] for _ in moments]
        told = [
            signal.connect(lambda _, at=at: at.append(time.perf_counter()))
            for (signal, _), at in zip(moments, stamps, strict=True)
        ]
        start = time.perf_counter()
        until(board.item_sharpened, partial(press, window))
        for each, (_, taken), at in zip(told, moments, stamps, strict=True):
            QObject.disconnect(each)
            taken.append(1000 * (at[0] - start))
        let_rest(loader)
    return cold


def _bare_ms(window: Flipper, count: int) -> list[float]:
    """An item's files read and decoded at the scale of their places, by as many threads."""
    threads = max(2, min(4, os.cpu_count() or 2))
    taken = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(count):
            window.at += 1
            photos = window.photos(0)
            places = arrange(
                tuple(map(aspect_of, photos)), window.width(), window.height(), GAP_PX
            ).places
            sizes = [(place.width, place.height) for place in places]
            start = time.perf_counter()
            list(pool.map(_decode, [photo.file for photo in photos], sizes))
            taken.append(1000 * (time.perf_counter() - start))
    return taken


def _decode(file: Path, at_least: tuple[int, int]) -> None:
    simplejpeg.decode_jpeg(
        file.read_bytes(), "RGB", fastdct=True, min_width=at_least[0], min_height=at_least[1]
    )


def _report_never_hashed(
    window: Flipper, files: Sequence[Path], options: argparse.Namespace
) -> int:
    """A project that was not hashed yet: every photo is decoded from its file."""
    if options.photos:
        return _never_hashed("never hashed", window, options)
    missed = _never_hashed("never hashed, no EXIF", window, options)
    for file in files:
        jpeg = file.read_bytes()
        file.write_bytes(with_exif_thumbnail(jpeg, thumbnail_of(jpeg)))
    return missed + _never_hashed("never hashed, EXIF thumbnails", window, options, target_ms=150)


def _never_hashed(
    what: str, window: Flipper, options: argparse.Namespace, target_ms: float | None = None
) -> int:
    loader = PhotoLoader(partial(PhotoSource, None))
    fresh = Flipper(window.catalogue, window.item_ids, loader)
    fresh.fetches_ahead = False
    fresh.resize(window.size())
    fresh.show()
    cold = _cold_ms(fresh, loader, options.flips)
    seen, wrong, _, _ = _hold(fresh, options.hold_s / 2, coded=not options.photos)
    fresh.close()
    loader.close()
    missed = _row(f"{what}: glimpsed", cold.glimpsed, target_ms)
    _row(f"{what}: shown", cold.shown)
    _row(f"{what}: sharp", cold.sharp)
    print(f"  → held for {options.hold_s / 2:.0f} s: {seen:,} photos seen, {wrong} wrong")
    return missed + wrong


def _fetched_ms(window: Flipper, loader: PhotoLoader, count: int) -> list[float]:
    taken = []
    for _ in range(count + 1):
        start = time.perf_counter()
        until(window.board.item_painted, partial(press, window))
        taken.append(1000 * (time.perf_counter() - start))
        let_rest(loader)
    return taken[1:]


def _paced_ms(window: Flipper, count: int) -> tuple[list[float], list[float]]:
    shown, sharp = [], []
    began = 0.0
    told = [
        window.board.item_painted.connect(lambda _: shown.append(time.perf_counter() - began)),
        window.board.item_sharpened.connect(lambda _: sharp.append(time.perf_counter() - began)),
    ]
    for _ in range(count):
        began = time.perf_counter()
        press(window)
        QTest.qWait(300)
    for each in told:
        QObject.disconnect(each)
    # Items left before they were sharp count with the time that they were looked at.
    sharp += [0.3] * (count - len(sharp))
    return [1000 * s for s in shown], [1000 * s for s in sharp]


def _hold(window: Flipper, for_s: float, *, coded: bool) -> tuple[int, int, int, float]:
    """Holds the key down and reads every photo off the screen.

    Returns:
        Photos seen, those under a wrong name, items gone through, and the most memory in MB.
    """
    seen = wrong = item_count = 0
    peak_mb = 0.0
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < 1000 * for_s:
        press(window)
        item_count += 1
        QTest.qWait(33)  # the keyboard's own repetition, at its fastest
        peak_mb = max(peak_mb, _memory_mb())
        if not coded:
            continue
        screen = screen_pixels(window)
        painted = window.board.painted_ids()
        for photo in window.photos(0):
            rect = window.board.tile_rect(photo.id)
            found = read_number(
                screen[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
            )
            seen += found is not None
            wrong += found is not None and found != number_of(photo)
            wrong += found is None and photo.id in painted
    return seen, wrong, item_count, peak_mb


def _memory_mb() -> float:
    """Of this process, as the system counts it; 0 where it does not say (not Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _sizes(files: Sequence[Path]) -> str:
    picture = images.load(files[0])
    megabytes = np.mean([file.stat().st_size for file in files]) / 1e6
    return f"{picture.width} × {picture.height}, {megabytes:.2g} MB"


def _row(what: str, taken_ms: Sequence[float], target_ms: float | None = None) -> int:
    """Prints a line; returns 1 if its p95 misses the target."""
    p50, p95, p99 = np.percentile(taken_ms, [50, 95, 99])
    missed = target_ms is not None and p95 > target_ms
    verdict = ""
    if target_ms is not None:
        verdict = f"  target {target_ms:.0f}: " + ("MISSED" if missed else "met")
    print(f"{what:46}{p50:8.1f} {p95:8.1f} {p99:8.1f}{verdict}")
    return int(missed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="a folder of photos, instead of drawn ones")
    parser.add_argument("--side", type=int, default=4000, help="longer side of drawn photos, px")
    parser.add_argument("--per-item", type=int, default=20)
    parser.add_argument("--catalogue-photos", type=int, default=100_000)
    parser.add_argument("--screen", default="1920x1080")
    parser.add_argument("--flips", type=int, default=20)
    parser.add_argument("--plain-flips", type=int, default=5)
    parser.add_argument("--hold-s", type=float, default=10)
    options = parser.parse_args()
    if options.photos:
        options.photos = sorted(file for file in options.photos.iterdir() if file.is_file())
        options.photos = options.photos[:200]
    return options


if __name__ == "__main__":
    sys.exit(main())
