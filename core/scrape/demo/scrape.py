"""Makes the demo scrape: a folder like a real one, and the truth about every photo beside it."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import cv2

from core.errors import UserError
from core.jobs.context import JobContext
from core.scrape.demo.items import make_item
from core.scrape.demo.plan import Settings
from core.scrape.demo.truth import TruthRow, write_ground_truth

# Raised whenever the same settings would give other files, so that an older demo is not taken for
# a new one.
GENERATOR = 5
_STAGE = "Drawing the demo"
_POLL_S = 0.2


@dataclass(frozen=True)
class DemoScrape:
    """A finished demo.

    Attributes:
        root: The folder that holds all of it.
        scrape: The folder to import, one folder per category and item.
        ground_truth: The table that `truth.read_ground_truth` reads.
        items: How many items there are.
        photos: How many photo files there are, broken ones included.
    """

    root: Path
    scrape: Path
    ground_truth: Path
    items: int
    photos: int


def make_demo_scrape(
    root: Path,
    *,
    items: int = 200,
    seed: int = 7,
    side_px: int = 800,
    workers: int | None = None,
    context: JobContext | None = None,
) -> DemoScrape:
    """Draws a demo scrape into `root`, or finds it there from before.

    The files depend on `items`, `seed` and `side_px` alone. They appear under `root` all at once
    when the last is written; a demo that is cancelled or fails leaves nothing behind.

    Args:
        root: A folder that does not exist yet, is empty, or holds the same demo.
        items: How many item folders.
        seed: Which garments, photos and dirt.
        side_px: The longer side of the photos.
        workers: How many processes draw; one a processor where None, this one where 1.
        context: Progress and cancellation.

    Raises:
        UserError: `root` holds something else, or cannot be written.
        Cancelled: The context was cancelled.
    """
    context = context or JobContext()
    if items < 1 or side_px < 64:
        raise UserError(
            "A demo needs at least one item and photos of at least 64 pixels",
            remedy="Ask for more items or larger photos.",
        )
    root = Path(root).absolute()
    settings = Settings(items, seed, side_px)
    finished = _existing(root, settings)
    if finished is not None:
        context.report(_STAGE, items, items)
        return finished
    unfinished = root.with_name(f".{root.name}.{os.getpid()}.unfinished")
    try:
        unfinished.mkdir(parents=True)
        photos = _draw(unfinished, settings, workers or os.cpu_count() or 1, context)
        if root.exists():
            root.rmdir()  # it was empty; not every system renames over a folder
        unfinished.rename(root)
    except OSError as error:
        raise UserError(
            f"The demo could not be written ({error.strerror or error})",
            path=root,
            remedy="Choose a folder that you may write to, on a disk with room for it.",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return _described(root, items, photos)


def _existing(root: Path, settings: Settings) -> DemoScrape | None:
    """The demo that is already there; None where there is room for a new one."""
    if not root.exists():
        return None
    if root.is_dir() and not any(root.iterdir()):
        return None
    try:
        found = json.loads((root / "demo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if isinstance(found, dict) and {**found, "photos": 0} == _description(settings, 0):
        return _described(root, settings.items, int(found["photos"]))
    what = "something else" if found is None else "a demo made with other settings"
    raise UserError(
        f"The demo's folder already holds {what}",
        path=root,
        remedy="Choose another folder, or delete this one first.",
    )


def _description(settings: Settings, photos: int) -> dict[str, int]:
    return {
        "generator": GENERATOR,
        "items": settings.items,
        "seed": settings.seed,
        "side_px": settings.side_px,
        "photos": photos,
    }


def _described(root: Path, items: int, photos: int) -> DemoScrape:
    return DemoScrape(root, root / "scrape", root / "ground_truth.csv", items, photos)


def _draw(root: Path, settings: Settings, workers: int, context: JobContext) -> int:
    """Writes everything under `root` and returns the number of photos."""
    scrape = root / "scrape"
    scrape.mkdir()
    rows: dict[int, tuple[TruthRow, ...]] = {}
    context.report(_STAGE, 0, settings.items)
    drawing = (
        _drawn_here(scrape, settings, context)
        if min(workers, settings.items) == 1
        else _drawn_in_pool(scrape, settings, min(workers, settings.items), context)
    )
    for number, item_rows in drawing:
        rows[number] = item_rows
        context.report(_STAGE, len(rows), settings.items, item_rows[0].item)
    ordered = [row for number in sorted(rows) for row in rows[number]]
    write_ground_truth(root / "ground_truth.csv", ordered)
    description = json.dumps(_description(settings, len(ordered)), indent=1) + "\n"
    (root / "demo.json").write_text(description, encoding="utf-8")
    return len(ordered)


def _drawn_here(
    scrape: Path, settings: Settings, context: JobContext
) -> Iterator[tuple[int, tuple[TruthRow, ...]]]:
    for number in range(settings.items):
        context.check_cancelled()
        yield number, write_item(scrape, settings, number)


def _drawn_in_pool(
    scrape: Path, settings: Settings, workers: int, context: JobContext
) -> Iterator[tuple[int, tuple[TruthRow, ...]]]:
    """Items as they are finished, in any order.

    Processes are spawned and not forked: a fork would copy the locks of the caller's threads.
    """
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_one_thread)
    waiting: dict[Future[tuple[TruthRow, ...]], int] = {}
    numbers = iter(range(settings.items))
    try:
        while True:
            context.check_cancelled()
            while len(waiting) < 3 * workers and (number := next(numbers, None)) is not None:
                waiting[pool.submit(write_item, scrape, settings, number)] = number
            if not waiting:
                return
            done, _ = wait(waiting, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_thread() -> None:
    """As many processes as processors are enough; OpenCV's own threads would fight them."""
    cv2.setNumThreads(1)


def write_item(scrape: Path, settings: Settings, number: int) -> tuple[TruthRow, ...]:
    """Makes one item and writes its folder."""
    item = make_item(settings, number)
    folder = scrape / item.folder
    folder.mkdir(parents=True)
    (folder / "soup.html").write_text(item.page, encoding="utf-8", newline="\n")
    for name, data in item.files:
        (folder / name).write_bytes(data)
    return item.rows
